"""Lexicons: entries read from files, each with an example it must find and a counter-example it must not."""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from mscminer.core.errors import ModelError
from mscminer.extract.anchors import Anchored, Selector, anchored
from mscminer.extract.text import SEPARATOR


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One pattern and the value that its words stand for.

    Args:
        id: ``<label>.<value>.<number>``; what a mention names as its rule.
        pattern: regular expression, case-insensitive unless `exact`, or its file is for texts in `lower` case.
        anchors: lower-case strings, one of which every match contains; the pattern is not even tried on a
            text that has none of them.
        example: a sentence (our own) in which the entry must be found.
        counter: sentences in which it must not.
    """

    id: str
    label: str
    value: str
    pattern: Anchored
    anchors: tuple[str, ...]
    example: str
    counter: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class Found:
    """A match of an entry, in joined offsets."""

    start: int
    end: int
    label: str
    value: str
    rule: str


@dataclass(frozen=True, kw_only=True)
class Lexicon:
    """All entries, in the order of their files."""

    entries: tuple[Entry, ...]

    @cached_property
    def _selector(self) -> Selector:
        return Selector(entry.pattern for entry in self.entries)

    @cached_property
    def without_routes(self) -> Lexicon:
        """The entries that are no route: publications tell of routes in words of their own."""
        return Lexicon(entries=tuple(entry for entry in self.entries if entry.label != "ROUTE"))

    def fitting(self, text: str, holds_any: _HoldsAny | None = None) -> Iterator[Entry]:
        """The entries that may be found in a text, in order; the others cannot.

        Args:
            holds_any: tells of the anchors whether they are met; None: they are looked for in `text` itself.
        """
        holds_any = holds_any or _holds_any_in(text)
        for place in self._selector.places(text):
            entry = self.entries[place]
            if not entry.anchors or holds_any(entry.anchors):
                yield entry

    def find(self, text: str) -> list[Found]:
        """Every match, sorted by place; of matches of one label that overlap, the longest stays.

        No match reaches from one section into the next.  Routes may overlap: "injected intramuscularly into the scar"
        names two, and the resolver weighs them.
        """
        found: dict[str, list[Found]] = {}
        start, holds_any = 0, _holds_any_in(text)
        for part in text.split(SEPARATOR):
            for entry in self.fitting(part, holds_any):
                for item in _matches(entry, part, start):
                    group = f"{entry.label}.{entry.value}" if entry.label == "ROUTE" else entry.label
                    found.setdefault(group, []).append(item)
            start += len(part) + len(SEPARATOR)
        return sorted(item for items in found.values() for item in longest(items))


_HoldsAny = Callable[[tuple[str, ...]], bool]


def _holds_any_in(text: str) -> _HoldsAny:
    """Whether a text holds one of some lower-case strings; for the same ones it is looked up but once."""
    low = text.lower()

    @cache
    def holds_any(strings: tuple[str, ...]) -> bool:
        return any(string in low for string in strings)

    return holds_any


def _matches(entry: Entry, part: str, offset: int) -> Iterator[Found]:
    for match in entry.pattern.all_in(part):
        start, end = _trimmed(part, match.start(), match.end())
        if end > start:
            yield Found(start=offset + start, end=offset + end, label=entry.label, value=entry.value, rule=entry.id)


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """Offsets without white space at the ends, which belongs to no mention."""
    while end > start and text[end - 1].isspace():
        end -= 1
    while end > start and text[start].isspace():
        start += 1
    return start, end


def longest(items: Iterable[Found]) -> Iterator[Found]:
    """Of overlapping matches the longest (then the first); the rest is dropped."""
    taken: list[tuple[int, int]] = []
    for item in sorted(items, key=lambda found: (found.start - found.end, found.start, found.rule)):
        place = bisect_left(taken, (item.start, item.end))
        free_before = place == 0 or taken[place - 1][1] <= item.start
        if free_before and (place == len(taken) or item.end <= taken[place][0]):
            taken.insert(place, (item.start, item.end))
            yield item


def load_lexicon(folder: Path) -> Lexicon:
    """Read every ``*.toml`` of a folder, in the order of their names.

    Raises:
        ModelError: if there is none, or one cannot be read.
    """
    files = sorted(folder.glob("*.toml"))
    if not files:
        raise ModelError("no lexicon files", where=str(folder), remedy="Reinstall the package or restore models/.")
    entries = tuple(entry for file in files for entry in _entries(file))
    ids = [entry.id for entry in entries]
    double = next((name for name in ids if ids.count(name) > 1), None)
    if double:
        raise ModelError(f"two lexicon entries named {double}", where=str(folder), remedy="Rename one of them.")
    return Lexicon(entries=entries)


def _entries(file: Path) -> Iterator[Entry]:
    try:
        data = tomllib.loads(file.read_text(encoding="utf-8"))
        parts = {name: str(value) for name, value in data.get("parts", {}).items()}
        for item in data["entry"]:
            yield _entry(data["label"], _in_lower_case(item) if data.get("lower") else item, parts)
    except (tomllib.TOMLDecodeError, KeyError, re.error) as error:
        raise ModelError(f"not a lexicon: {error}", where=str(file), remedy="Restore the file.") from error


_PIECE = re.compile(r"\{[A-Z_]+\}")
_CAPITAL = re.compile(r"(?<!\\)[A-Z]")


def _in_lower_case(item: dict[str, Any]) -> dict[str, Any]:
    """An entry that is tried on texts in lower case only; a pattern that heeds case takes a fraction of the time."""
    if _CAPITAL.search(item["pattern"]):
        raise KeyError(f"{item['id']}: a capital letter, which no text in lower case has")
    counter = [text.lower() for text in item.get("counter", ())]
    return {**item, "exact": True, "example": item["example"].lower(), "counter": counter}


def _entry(label: str, item: dict[str, Any], parts: dict[str, str]) -> Entry:
    pattern = item["pattern"]
    for name, part in parts.items():
        pattern = pattern.replace("{" + name + "}", part)
    if left := _PIECE.search(pattern):
        raise KeyError(f"{item['id']}: no piece {left.group()}, or it stands before a piece that holds it")
    flags = re.VERBOSE if item.get("verbose") else 0
    if not item.get("exact"):
        flags |= re.IGNORECASE
    return Entry(
        id=item["id"],
        label=label,
        value=item["value"],
        pattern=anchored(pattern, flags),
        anchors=tuple(item.get("anchors", ())),
        example=item["example"],
        counter=tuple(item.get("counter", ())),
    )
