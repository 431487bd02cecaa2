"""Counts corrected by what the extractor got right and wrong on labelled records."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

from mscminer.core.counts import Dimension
from mscminer.core.labels import Label, label_from_extraction
from mscminer.core.records import Source
from mscminer.core.vocabulary import Absence, MscClass
from mscminer.evaluate.label_files import read_labels
from mscminer.evaluate.seed import load_seed_labels
from mscminer.jobs.count import census_rows
from mscminer.store import Store
from mscminer.trials.adjusted import AdjustedCount, Measured, adjust
from mscminer.trials.counting import count
from mscminer.trials.definitions import load_definition

ADJUSTABLE: Mapping[Dimension, str] = {
    Dimension.TISSUE: "tissue",
    Dimension.DONOR: "donor",
    Dimension.DONOR_INFERRED: "donor_inferred",
    Dimension.ROUTE: "route",
    Dimension.CATEGORY: "category",
    Dimension.PHASE: "phase",
    Dimension.ALL: "msc",
}
"""Dimension -> the field of a label that says what is right."""


def adjusted_counts(
    store: Store, *, definition: str, as_of: date, by: Dimension, labels: Iterable[Label] | None = None
) -> tuple[AdjustedCount, ...]:
    """The counts of one dimension, corrected, with intervals.

    Args:
        labels: labelled records; those of the seed, if not given.  Only registrations that the database holds are
            compared, as it is registrations that are counted.
    """
    chosen = load_definition(definition)
    table = count(census_rows(store), chosen, as_of, by, Dimension.ALL)
    measured = measure(store, list(load_seed_labels() if labels is None else labels), by, frozenset(chosen.msc))
    return tuple(
        adjust(value, table.row_totals[value], measured.get(value, Measured(true=0, false=0, missed=0)))
        for value in table.row_values
    )


def labels_in(path: Path, *, part: str = "") -> tuple[Label, ...]:
    """The labels of a file, or of one part of it; see `mscminer.evaluate.label_files.read_labels`."""
    return read_labels(path, part=part)


def measure(store: Store, gold: list[Label], by: Dimension, msc: frozenset[str]) -> dict[str, Measured]:
    """True, false and missed values of a dimension on labelled registrations, value by value.

    A record that does not count (its MSC class is none of `msc`) has no value: an extractor that takes it in anyway
    makes a false entry in each of its rows.
    """
    predicted = _predicted(store, {label.id for label in gold if label.id.startswith("NCT")})
    numbers: dict[str, list[int]] = {}
    for label in gold:
        if label.id not in predicted:
            continue
        truth, found = (_values(item, by, msc) for item in (label, predicted[label.id]))
        for value in truth | found:
            place = 0 if value in truth & found else 1 if value in found else 2
            numbers.setdefault(value, [0, 0, 0])[place] += 1
    return {value: Measured(true=a, false=b, missed=c) for value, (a, b, c) in numbers.items()}


def _predicted(store: Store, wanted: set[str]) -> dict[str, Label]:
    found = {}
    with store.read() as tx:
        for key in tx.records.keys(Source.CTGOV):
            if key.id in wanted and (stored := tx.documents.current(key)) is not None:
                extraction = tx.extractions.latest(stored.id)
                if extraction is not None:
                    found[key.id] = label_from_extraction(extraction)
    return found


def _values(label: Label, by: Dimension, msc: frozenset[str]) -> set[str]:
    if (label.msc or MscClass.NONE) not in msc:
        return set()
    if by is Dimension.ALL:
        return {"all"}
    given = getattr(label, ADJUSTABLE[by])
    values = set(given) if isinstance(given, tuple) else {given} - {None}
    return values or {Absence.NOT_STATED.value}
