"""The figures that a night is judged by: records, counts, not-stated shares, gold-standard scores."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from mscminer.core.counts import Dimension
from mscminer.core.vocabulary import Absence
from mscminer.jobs.assemble import ensure_census
from mscminer.jobs.count import count_in_store
from mscminer.store import Store
from mscminer.trials.definitions import DEFAULT, load_definition, load_definitions

SHARES = (Dimension.TISSUE, Dimension.DONOR, Dimension.PHASE, Dimension.CATEGORY)
"""Dimensions whose share of *not stated* is watched."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Figures:
    """What was measured on one night.

    Args:
        records: active and retracted records by source.
        counts: total of every shipped definition, by its label.
        not_stated: share of the default definition's trials without a value, by dimension.
    """

    records: Mapping[str, int] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)
    not_stated: Mapping[str, float] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """For the run record."""
        return {
            "records": dict(self.records),
            "counts": dict(self.counts),
            "not_stated": {name: round(share, 6) for name, share in self.not_stated.items()},
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Figures:
        """Read back from a run record."""
        return cls(records=data["records"], counts=data["counts"], not_stated=data["not_stated"])


def measure(store: Store, as_of: date) -> Figures:
    """Count by every shipped definition; the census is assembled first where something has changed."""
    ensure_census(store)
    with store.read() as tx:
        totals = tx.records.totals()
    present = {name: states.get("active", 0) + states.get("retracted", 0) for name, states in totals.items()}
    counts = {
        definition.label: count_in_store(store, definition, as_of, Dimension.ALL, Dimension.ALL).total
        for _, definition in sorted(load_definitions().items())
    }
    return Figures(records=present, counts=counts, not_stated=dict(_shares(store, as_of)))


def _shares(store: Store, as_of: date) -> Iterator[tuple[str, float]]:
    definition = load_definition(DEFAULT)
    for dimension in SHARES:
        table = count_in_store(store, definition, as_of, dimension, Dimension.ALL)
        if table.total:
            yield dimension.value, table.row_totals.get(Absence.NOT_STATED.value, 0) / table.total


@dataclass(frozen=True, kw_only=True, slots=True)
class Bands:
    """How far a night's figures may lie from those last published.

    Args:
        fall: share by which records or counts may fall in one night.
        rise: share by which a count may rise.
        few: changes of no more than this many records are always allowed.
        not_stated: by how much a not-stated share may move, in absolute terms.
        least_total: shares over fewer trials than this say nothing.
    """

    fall: float = 0.05
    rise: float = 0.25
    few: int = 20
    not_stated: float = 0.05
    least_total: int = 50


def find_breaches(before: Figures | None, now: Figures, bands: Bands) -> tuple[str, ...]:
    """Sentences on every figure outside its band; none before the first publication."""
    if before is None:
        return ()
    return (*_number_breaches(before, now, bands), *_share_breaches(before, now, bands))


def _number_breaches(before: Figures, now: Figures, bands: Bands) -> Iterator[str]:
    for what, old_numbers, new_numbers in (
        ("records of", before.records, now.records),
        ("count by", before.counts, now.counts),
    ):
        for name, old in sorted(old_numbers.items()):
            new = new_numbers.get(name)
            if new is None or abs(new - old) <= bands.few:
                continue
            if new < old * (1 - bands.fall):
                yield f"{what} {name} fell from {old} to {new}"
            elif what == "count by" and new > old * (1 + bands.rise):
                yield f"{what} {name} rose from {old} to {new}"


def _share_breaches(before: Figures, now: Figures, bands: Bands) -> Iterator[str]:
    total = now.counts.get(load_definition(DEFAULT).label, 0)
    if total < bands.least_total:
        return
    for name, old in sorted(before.not_stated.items()):
        new = now.not_stated.get(name, old)
        if abs(new - old) > bands.not_stated:
            yield f"share of trials without stated {name} went from {old:.1%} to {new:.1%}"
