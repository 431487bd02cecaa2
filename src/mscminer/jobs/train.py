"""The trained parts made anew from the database's abstracts, labelled files and curators' decisions.

What is trained: the zone model (from abstracts whose own headings name the zones), the calibration of publications'
and of registrations' confidences.  All are fitted on the tune part of the split by hash and compared with those in use
on the other part; nothing is drawn at random, so the same data give the same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from mscminer.core.documents import Document, Kind
from mscminer.core.facts import Extraction
from mscminer.core.labels import Label, label_from_extraction
from mscminer.core.records import Record
from mscminer.core.splits import Split, split_of
from mscminer.core.vocabulary import Field
from mscminer.evaluate.calibration import Judged, judge_confidence
from mscminer.evaluate.label_files import read_labels
from mscminer.extract.model_files import TRAINED, use_local_models
from mscminer.extract.publications import calibration
from mscminer.extract.publications.calibration import interpolate, move_odds
from mscminer.extract.publications.model_files import load_weights, shipped_weights
from mscminer.extract.publications.training import (
    ZonedAbstract,
    fit_calibration,
    fit_shifts,
    fit_zones,
    zone_accuracy,
    zoned_abstract,
)
from mscminer.extract.publications.zones import zone_model
from mscminer.harvest.files import read_files
from mscminer.harvest.parsing import parse_record
from mscminer.jobs.evaluate import decided_records
from mscminer.jobs.extract import default_extractor
from mscminer.jobs.models import save_version
from mscminer.store import Store

ZONES: Final = "zones"
POINTS: Final = "calibration"
SHIFTS: Final = "registration_shifts"
_FEWEST: Final = {ZONES: 200, POINTS: 10, SHIFTS: 10}
"""Texts of the tune part below which a part is left as it is."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Labelled:
    """A text with what is right about it.

    Args:
        asked: the fields that the label settles; None: all.
    """

    document: Document
    label: Label
    asked: frozenset[Field] | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class PartReport:
    """One part: how good the old and the new one are on the held-out texts.

    Args:
        measure: what `old` and `new` are; smaller is better for "Brier".
        fitted: texts that the new one was fitted on; 0 if they were too few to try.
    """

    name: str
    measure: str
    fitted: int
    held_out: int
    old: float | None = None
    new: float | None = None

    @property
    def better(self) -> bool:
        """Whether the new part is better on texts that it has not seen."""
        if self.old is None or self.new is None:
            return False
        return self.new < self.old if self.measure == "Brier" else self.new > self.old

    def line(self) -> str:
        """For people."""
        if self.old is None or self.new is None:
            return f"{self.name}: kept, too few texts ({self.fitted} to fit, {self.held_out} held out)"
        choice = "new one taken" if self.better else "old one kept, the new one is not better"
        return (
            f"{self.name}: {choice}; {self.measure} on {self.held_out} held-out texts {self.old:.4f} -> {self.new:.4f}"
            f" ({self.fitted} texts fitted)"
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class TrainReport:
    """What a training did."""

    parts: tuple[PartReport, ...]
    folder: Path | None
    accepted: bool
    decided: int

    def to_json(self) -> dict[str, Any]:
        """For programs."""
        return {
            "accepted": self.accepted,
            "folder": str(self.folder) if self.folder else None,
            "records_decided": self.decided,
            "parts": [
                {
                    "name": part.name,
                    "measure": part.measure,
                    "fitted": part.fitted,
                    "held_out": part.held_out,
                    "old": part.old,
                    "new": part.new,
                    "better": part.better,
                }
                for part in self.parts
            ],
        }

    def lines(self) -> Iterator[str]:
        """For people."""
        yield f"{self.decided} records with curators' decisions"
        yield from (part.line() for part in self.parts)
        if self.folder is None:
            yield "nothing to compare: no new version was written"
        elif self.accepted:
            yield f"written and in use: {self.folder}; `mscminer extract` redoes earlier extractions"
        else:
            yield f"written but not used, no part is better: {self.folder}"


@dataclass(kw_only=True, slots=True)
class _Parts:
    """Reports and new weights as they come."""

    reports: list[PartReport] = field(default_factory=list)
    weights: dict[str, dict[str, Any]] = field(default_factory=dict)

    def add(self, report: PartReport, weights: dict[str, Any] | None) -> None:
        self.reports.append(report)
        if weights is not None:
            self.weights[report.name] = weights


def train(
    store: Store, folder: Path, *, at: datetime, labelled: Sequence[Labelled] = (), model: str = ""
) -> TrainReport:
    """Fit every part anew, compare it with the one in use, and keep what is better as the next version.

    Args:
        folder: the setting ``models``.
        labelled: texts with labels from files; curators' decisions go before them.

    Raises:
        ConfigError: the folder cannot be written.
        ModelError: the pipeline cannot be loaded.
    """
    decided = [
        Labelled(document=document, label=label_from_extraction(truth), asked=settled)
        for document, _, settled, truth in decided_records(store)
    ]
    known = {one.document.key: one for one in (*labelled, *decided)}
    parts = _Parts()
    _train_zones(parts, _abstracts(store))
    _train_confidence(parts, list(known.values()), model)
    compared = [report for report in parts.reports if report.new is not None]
    better = {report.name: parts.weights[report.name] for report in compared if report.better}
    report = TrainReport(parts=tuple(parts.reports), folder=None, accepted=bool(better), decided=len(decided))
    if not compared:
        return report
    kept = better or {one.name: parts.weights[one.name] for one in compared}
    return _saved(report, kept, folder, at)


def _saved(report: TrainReport, kept: Mapping[str, dict[str, Any]], folder: Path, at: datetime) -> TrainReport:
    """Written with those own parts that stay, so that a version is complete."""
    whole = {name: kept.get(name) or load_weights(name) for name in (ZONES, POINTS, SHIFTS)}
    files = {f"{name}.json": _text(data) for name, data in whole.items()}
    numbers = report.to_json()
    about = {"accepted": report.accepted, "made_at": at.isoformat(timespec="seconds"), "parts": numbers["parts"]}
    place = save_version(folder, TRAINED, files, about)
    use_local_models(folder)
    return TrainReport(parts=report.parts, folder=place, accepted=report.accepted, decided=report.decided)


def _text(data: dict[str, Any]) -> str:
    return json.dumps(data, separators=(",", ":"), sort_keys=True, ensure_ascii=False) + "\n"


def _abstracts(store: Store) -> dict[Split, list[ZonedAbstract]]:
    parts: dict[Split, list[ZonedAbstract]] = {Split.TUNE: [], Split.REPORT: []}
    with store.read() as tx:
        for stored in tx.documents.iterate_current(kind=Kind.PUBLICATION):
            one = zoned_abstract(stored.document)
            if one is not None:
                parts[split_of(stored.document.key.id)].append(one)
    return parts


def _train_zones(parts: _Parts, abstracts: Mapping[Split, list[ZonedAbstract]]) -> None:
    tune, held = abstracts[Split.TUNE], abstracts[Split.REPORT]
    sizes = {"name": ZONES, "measure": "accuracy", "fitted": len(tune), "held_out": len(held)}
    if len(tune) < _FEWEST[ZONES] or not held:
        parts.add(PartReport(**sizes), None)  # type: ignore[arg-type]
        return
    fitted = fit_zones(tune)
    old = zone_accuracy(zone_model(load_weights(ZONES)), held)
    new = zone_accuracy(zone_model(fitted), held)
    parts.add(PartReport(**sizes, old=old, new=new), fitted)  # type: ignore[arg-type]


def _train_confidence(parts: _Parts, labelled: Sequence[Labelled], model: str) -> None:
    with calibration.switched_off():
        raw = list(default_extractor(model).extract(one.document for one in labelled))
    pairs = list(zip(labelled, raw, strict=True))
    for name, kind in ((POINTS, Kind.PUBLICATION), (SHIFTS, Kind.REGISTRATION)):
        mine = [pair for pair in pairs if pair[0].document.kind is kind]
        split = {part: [pair for pair in mine if split_of(pair[0].label.id) is part] for part in Split}
        sizes = {"name": name, "measure": "Brier", "fitted": len(split[Split.TUNE])}
        judged = list(_judged(split[Split.REPORT]))
        held = {"held_out": len(split[Split.REPORT])}
        if len(split[Split.TUNE]) < _FEWEST[name] or not judged:
            parts.add(PartReport(**sizes, **held), None)  # type: ignore[arg-type]
            continue
        fitted = (
            fit_points(split[Split.TUNE])
            if name == POINTS
            else fit_registrations(split[Split.TUNE], shipped_weights(name))
        )
        use = _of_points if name == POINTS else _of_shifts
        old, new = (_brier(judged, weights, use) for weights in (load_weights(name), fitted))
        parts.add(PartReport(**sizes, **held, old=old, new=new), fitted)  # type: ignore[arg-type]


Pair = tuple[Labelled, Extraction]


def _judged(pairs: Iterable[Pair]) -> Iterator[Judged]:
    for one, extraction in pairs:
        for item in judge_confidence({one.label.id: one.label}, [extraction]).judged:
            if one.asked is None or item.field in one.asked:
                yield item


def fit_registrations(pairs: Iterable[Pair], before: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Shifts of the log odds by field, from raw extractions and what is right, starting from earlier ones."""
    judged = ((item.field, item.stated, item.confidence, item.right) for item in _judged(pairs))
    return dict(fit_shifts(judged, before))


def fit_points(pairs: Iterable[Pair]) -> dict[str, Any]:
    """Points by field, from raw extractions and what is right."""
    return dict(fit_calibration(_settled(one, extraction) for one, extraction in pairs))


def _settled(one: Labelled, extraction: Extraction) -> tuple[Extraction, Label]:
    asked = one.asked
    if asked is None:
        return extraction, one.label
    facts = tuple(fact for fact in extraction.facts if fact.field in asked)
    return Extraction(key=extraction.key, document=extraction.document, maker=extraction.maker, facts=facts), one.label


Use = Callable[[Mapping[str, Any], Judged], float]


def _brier(judged: Sequence[Judged], weights: Mapping[str, Any], use: Use) -> float:
    return sum((use(weights, item) - item.right) ** 2 for item in judged) / len(judged)


def brier_of_shifts(pairs: Iterable[Pair], shifts: Mapping[str, Any]) -> float:
    """Mean squared distance of the confidences of registrations from the truth, with these shifts."""
    return _brier(list(_judged(pairs)), shifts, _of_shifts)


def _of_points(weights: Mapping[str, Any], item: Judged) -> float:
    points = weights.get(item.field.value) if item.stated else None
    return interpolate([(float(x), float(y)) for x, y in points], item.confidence) if points else item.confidence


def _of_shifts(weights: Mapping[str, Any], item: Judged) -> float:
    shifts = weights.get(item.field.value)
    if not shifts:
        return item.confidence
    return move_odds(item.confidence, float(shifts["stated" if item.stated else "absent"]))


def read_labelled(labels: Path, records: Sequence[Path], *, at: datetime) -> tuple[Labelled, ...]:
    """The labels of a file with those of the records that they are about; other labels are left out.

    Raises:
        ConfigError: a file does not exist.
        InputError: it cannot be read.
    """
    wanted = {label.id: label for label in read_labels(labels)}
    found: dict[str, Labelled] = {}
    for item in read_files(list(records), fetched_at=at):
        if isinstance(item, Record) and item.key.id in wanted:
            found[item.key.id] = Labelled(document=parse_record(item), label=wanted[item.key.id])
    return tuple(found.values())
