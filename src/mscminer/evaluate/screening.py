"""Screening: of many texts whose kind is known, how many of each kind are taken for an MSC study.

A file of kinds is JSON Lines, one text a line: ``{"id" (or "pmid"): ..., "class": ...}``.  The kinds are the file's own
(``msc_human``, ``near_miss``, ``background`` ...).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mscminer.core.errors import RecordError
from mscminer.core.labels import Label
from mscminer.core.vocabulary import MscClass
from mscminer.evaluate.intervals import Interval, wilson
from mscminer.evaluate.label_files import read_json_lines

NO_PREDICTION = "no prediction"


@dataclass(frozen=True, kw_only=True)
class ScreenedKind:
    """All texts of one kind.

    Args:
        called: ids by what they were taken for (an MSC class, or no prediction).
    """

    kind: str
    called: Mapping[str, tuple[str, ...]]

    @property
    def total(self) -> int:
        return sum(len(ids) for ids in self.called.values())

    def count(self, msc: str) -> int:
        """How many were taken for that class."""
        return len(self.called.get(msc, ()))

    def share(self, msc: str) -> float | None:
        """Share that was taken for that class."""
        return self.count(msc) / self.total if self.total else None

    def interval(self, msc: str) -> Interval | None:
        """95 % interval of that share (Wilson 1927), sane near 0 and 1 where screening lives."""
        return wilson(self.count(msc), self.total) if self.total else None


@dataclass(frozen=True, kw_only=True)
class Screening:
    """All kinds, in the order of their names."""

    kinds: tuple[ScreenedKind, ...]
    classes_name: str
    predicted_name: str

    def kind(self, name: str) -> ScreenedKind | None:
        """The texts of that kind."""
        return next((kind for kind in self.kinds if kind.kind == name), None)


def read_kinds(path: Path) -> dict[str, str]:
    """The kind of every text by id.

    Raises:
        NotFound, UnreadableFile: as `read_json_lines`.
        RecordError: for a line without id or class, or a text with two kinds.
    """
    kinds: dict[str, str] = {}
    for number, data in read_json_lines(path):
        ident, kind = _entry(data, f"{path}:{number}")
        if kinds.setdefault(ident, kind) != kind:
            raise RecordError(
                f"{ident} is both {kinds[ident]} and {kind}", where=f"{path}:{number}", remedy="Keep one of them."
            )
    return kinds


def _entry(data: Mapping[str, Any], where: str) -> tuple[str, str]:
    ident, kind = data.get("id", data.get("pmid")), data.get("class")
    if not isinstance(ident, str) or not ident or not isinstance(kind, str) or not kind:
        raise RecordError("no id or no class", where=where, remedy='Give {"id": "...", "class": "..."}.')
    return ident, kind


def screen(
    kinds: Mapping[str, str], predicted: Iterable[Label], *, classes_name: str = "kinds", predicted_name: str = ""
) -> Screening:
    """Count what the texts of each kind were taken for; a text without a prediction is counted as such."""
    msc = {label.id: label.msc or MscClass.NONE.value for label in predicted}
    called: dict[str, dict[str, list[str]]] = {}
    for ident, kind in sorted(kinds.items()):
        called.setdefault(kind, {}).setdefault(msc.get(ident, NO_PREDICTION), []).append(ident)
    return Screening(
        kinds=tuple(
            ScreenedKind(kind=kind, called={name: tuple(ids) for name, ids in sorted(by_class.items())})
            for kind, by_class in sorted(called.items())
        ),
        classes_name=classes_name,
        predicted_name=predicted_name,
    )


def screening_to_json(screening: Screening) -> dict[str, Any]:
    """Counts, shares, bounds and ids for programs."""
    return {
        "classes": screening.classes_name,
        "predicted": screening.predicted_name,
        "kinds": [
            {
                "kind": kind.kind,
                "texts": kind.total,
                "called": {name: {"texts": len(ids), "ids": list(ids)} for name, ids in kind.called.items()},
                "cells": kind.share(MscClass.CELLS),
            }
            for kind in screening.kinds
        ],
    }


def render_screening(screening: Screening, *, errors: bool = False) -> str:
    """A line a kind; `errors` adds the ids of the rarer calls of each kind."""
    return "\n".join(_lines(screening, errors)) + "\n"


def _lines(screening: Screening, errors: bool) -> Iterator[str]:
    yield f"{screening.predicted_name} on the texts of {screening.classes_name}"
    columns = [*(value.value for value in MscClass), NO_PREDICTION]
    yield f"{'kind':<16}{'texts':>7}" + "".join(f"{name:>15}" for name in columns) + f"{'cells, 95 %':>24}"
    for kind in screening.kinds:
        share, interval = kind.share(MscClass.CELLS), kind.interval(MscClass.CELLS)
        bounds = f"{share:.4f} {interval.low:.4f}–{interval.high:.4f}" if share is not None and interval else "–"
        counts = "".join(f"{kind.count(name):>15}" for name in columns)
        yield f"{kind.kind:<16}{kind.total:>7}{counts}{bounds:>24}"
    if errors:
        for kind in screening.kinds:
            most = Counter({name: len(ids) for name, ids in kind.called.items()}).most_common(1)[0][0]
            for name, ids in kind.called.items():
                if name != most:
                    yield f"  {kind.kind} called {name}: {', '.join(ids)}"
