"""Count census rows under a definition, as of a day, by two dimensions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from itertools import product
from typing import TypeVar

from mscminer.core.counts import (
    PAPER,
    CountCell,
    CountTable,
    DateField,
    Definition,
    Dimension,
    FlowStep,
    Rule,
    Unit,
    in_order,
)
from mscminer.core.trials import CensusRow, RowKind
from mscminer.core.vocabulary import Absence, MscClass
from mscminer.trials.dates import period_end
from mscminer.trials.dimensions import date_of, merged_values, published, values_of

T = TypeVar("T")

_NOT_MSC: Mapping[str, str] = {
    MscClass.NONE: "no MSC product is given",
    MscClass.DERIVATIVE: "only what MSCs make (exosomes, secretome, conditioned medium)",
    MscClass.UNCULTURED: "uncultured mixed cells that the text does not call MSCs",
    MscClass.CELLS: "MSC cells",
    Absence.NOT_STATED: "MSC product not stated",
    Absence.NOT_EXTRACTED: "not extracted yet",
    Absence.CONFLICT: "sources contradict each other on the MSC product",
}
_DATES = {
    DateField.FIRST_POSTED: "first posted",
    DateField.START: "started",
    DateField.PRIMARY_COMPLETION: "primarily completed",
    DateField.COMPLETION: "completed",
    DateField.RESULTS_POSTED: "results posted",
}
SAME_FAMILY = "further registrations of a study that is counted already"


class Test(IntEnum):
    """What a definition asks of a record, in the order of the flow diagram."""

    DATE = 0
    STUDY_TYPE = 1
    STATUS = 2
    PRODUCT = 3
    RESULTS = 4


@dataclass(frozen=True, slots=True)
class Stage:
    """Why a row does not count: the test that it fails."""

    order: Test
    reason: str


def exclusion(row: CensusRow, definition: Definition, as_of: date) -> Stage | None:
    """Why a row does not count under a definition as of a day: the first test that fails; None if it counts."""
    return next(exclusions(row, definition, as_of), None)


def exclusions(row: CensusRow, definition: Definition, as_of: date) -> Iterator[Stage]:
    """All tests that a row fails, in the order of the flow diagram."""
    for order, test in _TESTS.items():
        reason = test(row, definition, as_of)
        if reason:
            yield Stage(order, reason)


def _by_date(row: CensusRow, definition: Definition, as_of: date) -> str | None:
    verb = "published" if row.kind is RowKind.PUBLICATION else _DATES[definition.date_field]
    day = period_end(date_of(row, definition.date_field))
    if day is None:
        return f"no date: {verb}"
    return f"{verb} after {as_of.isoformat()}" if day > as_of else None


def _by_study_type(row: CensusRow, definition: Definition, as_of: date) -> str | None:
    if row.study_type in definition.study_types:
        return None
    return f"study type: {row.study_type.replace('_', ' ') or 'not stated'}"


def _by_status(row: CensusRow, definition: Definition, as_of: date) -> str | None:
    wanted = not definition.statuses or row.status in definition.statuses
    if wanted and row.status not in definition.without_statuses:
        return None
    return f"status: {row.status.replace('_', ' ') or 'not stated'}"


def _by_product(row: CensusRow, definition: Definition, as_of: date) -> str | None:
    if definition.rule is Rule.WORDS:
        return None if row.word_hit else "the words are not in the record"
    if row.msc not in definition.msc:
        return _NOT_MSC.get(row.msc, row.msc)
    return "MSC product too uncertain" if row.confidence < definition.min_confidence else None


def _by_results(row: CensusRow, definition: Definition, as_of: date) -> str | None:
    if not definition.needs_results or published(row) == PAPER:
        return None
    posted = period_end(row.results_posted)
    return None if posted is not None and posted <= as_of else "no results posted by then and no paper linked"


_TESTS: Mapping[Test, Callable[[CensusRow, Definition, date], str | None]] = {
    Test.DATE: _by_date,
    Test.STUDY_TYPE: _by_study_type,
    Test.STATUS: _by_status,
    Test.PRODUCT: _by_product,
    Test.RESULTS: _by_results,
}


def select(rows: Iterable[CensusRow], definition: Definition, as_of: date) -> tuple[CensusRow, ...]:
    """The rows that count, sorted by id."""
    kept = (row for row in rows if row.kind is kind_of(definition) and exclusion(row, definition, as_of) is None)
    return tuple(sorted(kept, key=lambda row: row.id))


def unit_of(row: CensusRow, definition: Definition) -> str:
    """The id that a row is counted under: its own, or its family's."""
    return row.family if definition.unit is Unit.FAMILY else row.id


def kind_of(definition: Definition) -> RowKind:
    """The kind of row that a definition looks at."""
    return RowKind.PUBLICATION if definition.unit is Unit.PUBLICATION else RowKind.REGISTRATION


def flow(rows: Iterable[CensusRow], definition: Definition, as_of: date) -> tuple[FlowStep, ...]:
    """How all records become those that count, step by step; the first step has all of them."""
    of_kind = [row for row in rows if row.kind is kind_of(definition)]
    reasons: defaultdict[tuple[int, str], int] = defaultdict(int)
    families: set[str] = set()
    repeated = 0
    for row in of_kind:
        stage = exclusion(row, definition, as_of)
        if stage:
            reasons[stage.order, stage.reason] += 1
        elif definition.unit is Unit.FAMILY:
            repeated += row.family in families
            families.add(row.family)
    if repeated:
        reasons[99, SAME_FAMILY] = repeated
    return flow_steps(len(of_kind), reasons)


def flow_of_groups(
    stages: Iterable[tuple[CensusRow, int]], definition: Definition, as_of: date, *, further: int = 0
) -> tuple[FlowStep, ...]:
    """The flow from rows that each stand for a number of records.

    Args:
        further: registrations of families that are counted already.
    """
    reasons: defaultdict[tuple[int, str], int] = defaultdict(int)
    total = 0
    for row, number in stages:
        total += number
        stage = exclusion(row, definition, as_of)
        if stage:
            reasons[stage.order, stage.reason] += number
    if further:
        reasons[99, SAME_FAMILY] = further
    return flow_steps(total, reasons)


def flow_steps(total: int, reasons: Mapping[tuple[int, str], int]) -> tuple[FlowStep, ...]:
    """Flow steps from numbers by (place of the test, reason); larger groups first within a test."""
    steps = [FlowStep(reason="all records", excluded=0, left=total)]
    for (_, reason), number in sorted(reasons.items(), key=lambda item: (item[0][0], -item[1], item[0][1])):
        steps.append(FlowStep(reason=reason, excluded=number, left=steps[-1].left - number))
    return tuple(steps)


Placed = tuple[str, tuple[str, ...], tuple[str, ...]]
"""An id with its values by row and by column."""


def place(
    selected: Iterable[CensusRow], definition: Definition, rows: Dimension, columns: Dimension
) -> tuple[Placed, ...]:
    """Ids of the counted units with their values in both dimensions; registrations of a family become one."""
    placed = [
        (row, values_of(row, rows, definition.date_field), values_of(row, columns, definition.date_field))
        for row in selected
    ]
    if definition.unit is not Unit.FAMILY:
        return tuple((row.id, by_row, by_column) for row, by_row, by_column in placed)
    return place_families([(row.family, by_row, by_column) for row, by_row, by_column in placed], rows, columns)


def place_families(placed: Iterable[Placed], rows: Dimension, columns: Dimension) -> tuple[Placed, ...]:
    """Families with the values of their members together, from registrations under the id of their family."""
    families: defaultdict[str, list[tuple[tuple[str, ...], tuple[str, ...]]]] = defaultdict(list)
    for family, by_row, by_column in placed:
        families[family].append((by_row, by_column))
    return tuple(
        (family, _of_family(rows, [pair[0] for pair in pairs]), _of_family(columns, [pair[1] for pair in pairs]))
        for family, pairs in sorted(families.items())
    )


def _of_family(dimension: Dimension, values: list[tuple[str, ...]]) -> tuple[str, ...]:
    """A family's values; its year is that of its first registration."""
    if dimension is Dimension.YEAR:
        return (min(value for pair in values for value in pair),)
    return merged_values(values)


def count(
    census: Iterable[CensusRow],
    definition: Definition,
    as_of: date,
    rows: Dimension = Dimension.TISSUE,
    columns: Dimension = Dimension.DONOR,
) -> CountTable:
    """Count by two dimensions, every cell with its members.

    Args:
        census: one row per registration and publication; other kinds than the definition's are passed over.
        as_of: the day, inclusive, by which the definition's date must have come.
    """
    census = list(census)
    selected = select(census, definition, as_of)
    placed = place(selected, definition, rows, columns)
    return build_table(placed, definition, as_of, rows, columns, flow(census, definition, as_of))


def build_table(
    placed: Iterable[Placed],
    definition: Definition,
    as_of: date,
    rows: Dimension,
    columns: Dimension,
    steps: tuple[FlowStep, ...] = (),
) -> CountTable:
    """Draw ids and their values together into a table."""
    cells: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    by_row: defaultdict[str, set[str]] = defaultdict(set)
    by_column: defaultdict[str, set[str]] = defaultdict(set)
    members: set[str] = set()
    for ident, row_values, column_values in placed:
        members.add(ident)
        for row, column in product(row_values, column_values):
            cells[row, column].add(ident)
            by_row[row].add(ident)
            by_column[column].add(ident)
    row_totals = {value: len(ids) for value, ids in by_row.items()}
    column_totals = {value: len(ids) for value, ids in by_column.items()}
    row_order, column_order = in_order(rows, row_totals), in_order(columns, column_totals)
    return CountTable(
        definition=definition,
        as_of=as_of,
        rows=rows,
        columns=columns,
        row_values=row_order,
        column_values=column_order,
        cells=tuple(
            CountCell(row=row, column=column, number=len(ids), members=tuple(sorted(ids)))
            for (row, column), ids in _in_table_order(cells, row_order, column_order)
        ),
        row_totals={value: row_totals[value] for value in row_order},
        column_totals={value: column_totals[value] for value in column_order},
        total=len(members),
        members=tuple(sorted(members)),
        flow=steps,
    )


def table_of_groups(
    groups: Iterable[tuple[tuple[str, ...], tuple[str, ...], int]],
    definition: Definition,
    as_of: date,
    rows: Dimension,
    columns: Dimension,
    steps: tuple[FlowStep, ...] = (),
) -> CountTable:
    """A table from numbers of records that share their values in both dimensions; members are not listed."""
    cells: defaultdict[tuple[str, str], int] = defaultdict(int)
    row_totals: defaultdict[str, int] = defaultdict(int)
    column_totals: defaultdict[str, int] = defaultdict(int)
    total = 0
    for row_values, column_values, number in groups:
        total += number
        for row, column in product(row_values, column_values):
            cells[row, column] += number
        for row in row_values:
            row_totals[row] += number
        for column in column_values:
            column_totals[column] += number
    row_order, column_order = in_order(rows, row_totals), in_order(columns, column_totals)
    return CountTable(
        definition=definition,
        as_of=as_of,
        rows=rows,
        columns=columns,
        row_values=row_order,
        column_values=column_order,
        cells=tuple(
            CountCell(row=row, column=column, number=number)
            for (row, column), number in _in_table_order(cells, row_order, column_order)
        ),
        row_totals={value: row_totals[value] for value in row_order},
        column_totals={value: column_totals[value] for value in column_order},
        total=total,
        flow=steps,
    )


def _in_table_order(
    cells: Mapping[tuple[str, str], T], rows: Sequence[str], columns: Sequence[str]
) -> list[tuple[tuple[str, str], T]]:
    row_place = {value: place for place, value in enumerate(rows)}
    column_place = {value: place for place, value in enumerate(columns)}
    return sorted(cells.items(), key=lambda item: (row_place[item[0][0]], column_place[item[0][1]]))
