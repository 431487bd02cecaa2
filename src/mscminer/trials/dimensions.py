"""Where a census row stands in each dimension of a table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from mscminer.core.counts import PAPER, DateField, Dimension
from mscminer.core.trials import CensusRow, RowKind
from mscminer.core.vocabulary import Absence
from mscminer.trials.dates import year_of

_SIZES = ((1, "0"), (10, "1-9"), (20, "10-19"), (50, "20-49"), (100, "50-99"), (200, "100-199"))
_SETS: Mapping[Dimension, Callable[[CensusRow], tuple[str, ...]]] = {
    Dimension.TISSUE: lambda row: row.tissues,
    Dimension.DONOR: lambda row: row.donors,
    Dimension.DONOR_INFERRED: lambda row: row.donors_inferred,
    Dimension.ROUTE: lambda row: row.routes,
    Dimension.CONDITION: lambda row: row.conditions,
    Dimension.COUNTRY: lambda row: row.countries,
}
_SINGLES: Mapping[Dimension, Callable[[CensusRow], str]] = {
    Dimension.PHASE: lambda row: row.phase,
    Dimension.CATEGORY: lambda row: row.category,
    Dimension.STATUS: lambda row: row.status,
    Dimension.STUDY_TYPE: lambda row: row.study_type,
    Dimension.SPONSOR_CLASS: lambda row: row.sponsor_class,
    Dimension.MSC: lambda row: row.msc,
    Dimension.SIZE: lambda row: size_band(row.n),
    Dimension.PUBLISHED: lambda row: published(row),
    Dimension.ALL: lambda row: "all",
}


def values_of(row: CensusRow, dimension: Dimension, date_field: DateField = DateField.FIRST_POSTED) -> tuple[str, ...]:
    """The values under which a row is counted; never empty: an absence is a value of its own.

    Args:
        date_field: the day whose year is meant by `Dimension.YEAR`.
    """
    if dimension is Dimension.YEAR:
        return (year_of(date_of(row, date_field)) or Absence.NOT_STATED.value,)
    if dimension in _SETS:
        return tuple(dict.fromkeys(_SETS[dimension](row))) or (_absence(row, dimension),)
    return (_SINGLES[dimension](row) or Absence.NOT_STATED.value,)


def _absence(row: CensusRow, dimension: Dimension) -> str:
    return dict(row.absent).get(dimension.value, Absence.NOT_STATED.value)


def date_of(row: CensusRow, date_field: DateField) -> str:
    """The row's date of that kind, as the source gives it, or ""."""
    return str(getattr(row, date_field.value))


def size_band(n: int | None) -> str:
    """The band of a number of participants."""
    if n is None:
        return Absence.NOT_STATED.value
    return next((name for limit, name in _SIZES if n < limit), "200 or more")


def published(row: CensusRow) -> str:
    """Whether results are known to us: a linked paper, results in the registry only, or neither."""
    if row.publications or row.kind is RowKind.PUBLICATION:
        return PAPER
    return "registry results only" if row.results_posted else "no results known"


def merged_values(rows: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    """The values of a family: those of its members together; an absence only where no member states a value.

    A conflict in one member is kept beside the values of the others: it is not decided by a sibling.
    """
    absences = (Absence.CONFLICT, Absence.NOT_STATED, Absence.NOT_EXTRACTED, Absence.NOT_APPLICABLE)
    found = dict.fromkeys(value for values in rows for value in values)
    stated = tuple(value for value in found if value not in absences)
    if Absence.CONFLICT in found:
        return (*stated, Absence.CONFLICT.value)
    return stated or (next(absence.value for absence in absences if absence in found),)
