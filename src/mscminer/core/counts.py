"""Counts: the rule that is counted by, the dimensions, the cells with their members, and the ledger of exports."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property
from typing import Any

from mscminer.core.vocabulary import Absence, Category, Donor, MscClass, Phase, Route, Tissue


class Unit(StrEnum):
    """What is counted."""

    REGISTRATION = "registration"
    FAMILY = "family"
    PUBLICATION = "publication"


class Rule(StrEnum):
    """How it is decided whether a record is about MSCs."""

    FACTS = "facts"
    """By what was extracted: the MSC class of the product that people are given."""
    WORDS = "words"
    """By words anywhere in our stored record, whatever they mean: a yardstick, not a finding, and not the
    registry's own search (which expands synonyms and searches data that we do not hold)."""


class DateField(StrEnum):
    """Which day places a record before or after the as-of day."""

    FIRST_POSTED = "first_posted"
    START = "start"
    PRIMARY_COMPLETION = "primary_completion"
    COMPLETION = "completion"
    RESULTS_POSTED = "results_posted"


class Basis(StrEnum):
    """Which version of each record is counted on, where the database has several."""

    NEWEST = "newest"
    """The current one, whatever the as-of day."""
    VALID = "valid"
    """The one that was valid at the source on the as-of day, by the record's own date of revision."""
    KNOWN = "known"
    """The newest that had come to this database by the as-of day; records that came later do not count."""


class Dimension(StrEnum):
    """What a table of counts can be broken down by."""

    TISSUE = "tissue"
    DONOR = "donor"
    DONOR_INFERRED = "donor_inferred"
    PHASE = "phase"
    CATEGORY = "category"
    ROUTE = "route"
    CONDITION = "condition"
    COUNTRY = "country"
    YEAR = "year"
    STATUS = "status"
    STUDY_TYPE = "study_type"
    SPONSOR_CLASS = "sponsor_class"
    MSC = "msc"
    SIZE = "size"
    PUBLISHED = "published"
    ALL = "all"
    """One value for everything: a table with a single row or column."""

    @property
    def multi_valued(self) -> bool:
        """Whether one record can stand in several rows, so that rows do not sum to the total."""
        return self in MULTI_VALUED


MULTI_VALUED = frozenset(
    {
        Dimension.TISSUE,
        Dimension.DONOR,
        Dimension.DONOR_INFERRED,
        Dimension.ROUTE,
        Dimension.CONDITION,
        Dimension.COUNTRY,
    }
)

PAPER = "paper"
"""Value of `Dimension.PUBLISHED` of a record with a linked paper."""
_VOCABULARY: Mapping[Dimension, tuple[str, ...]] = {
    Dimension.TISSUE: tuple(Tissue),
    Dimension.DONOR: tuple(Donor),
    Dimension.DONOR_INFERRED: tuple(Donor),
    Dimension.PHASE: tuple(Phase),
    Dimension.CATEGORY: tuple(Category),
    Dimension.ROUTE: tuple(Route),
    Dimension.MSC: tuple(MscClass),
    Dimension.STUDY_TYPE: ("interventional", "observational", "expanded_access"),
    Dimension.STATUS: (
        "not_yet_recruiting",
        "recruiting",
        "enrolling_by_invitation",
        "active_not_recruiting",
        "suspended",
        "completed",
        "terminated",
        "withdrawn",
        "unknown",
    ),
    Dimension.SIZE: ("0", "1-9", "10-19", "20-49", "50-99", "100-199", "200 or more"),
    Dimension.PUBLISHED: (PAPER, "registry results only", "no results known"),
}

_ABSENCES: tuple[str, ...] = (
    Absence.NOT_STATED,
    Absence.CONFLICT,
    Absence.NOT_EXTRACTED,
    Absence.NOT_APPLICABLE,
)


def in_order(dimension: Dimension, values: Mapping[str, int]) -> tuple[str, ...]:
    """Put a dimension's values in the order of a table: its vocabulary's, years upwards, other values by number.

    Absences (*not stated* ...) come last.

    Args:
        values: value -> number of records, for the order of open vocabularies.
    """
    known = {value: place for place, value in enumerate(_VOCABULARY.get(dimension, ()))}

    def place(value: str) -> tuple[int, int, str]:
        if value in _ABSENCES:
            return (2, _ABSENCES.index(value), "")
        if value in known:
            return (0, known[value], "")
        return (1, 0 if dimension is Dimension.YEAR else -values[value], value)

    return tuple(sorted(values, key=place))


def members_hash(members: Iterable[str]) -> str:
    """SHA-256 of the sorted ids, one a line: the same list has the same hash on any machine."""
    return hashlib.sha256("\n".join(sorted(members)).encode()).hexdigest()


@dataclass(frozen=True, kw_only=True)
class Definition:
    """A rule of what is counted, kept as a versioned file.

    Args:
        name: file name without ending; what users type.
        version: raised with every change that can change a number.
        rationale: why this rule, in words for readers of the number.
        msc: classes of the product that count (rule ``facts``).
        study_types: kinds of study (for publications: kinds of report) that count.
        date_field: the day that must lie on or before the as-of day.
        statuses: registry statuses that count, or empty for all.
        without_statuses: registry statuses that do not count.
        needs_results: only with results posted by the as-of day, or a linked paper with results.
        min_confidence: least confidence of the MSC class.
    """

    name: str
    version: str
    title: str
    rationale: str
    rule: Rule = Rule.FACTS
    unit: Unit = Unit.REGISTRATION
    msc: tuple[str, ...] = (MscClass.CELLS,)
    study_types: tuple[str, ...] = ("interventional",)
    date_field: DateField = DateField.FIRST_POSTED
    statuses: tuple[str, ...] = ()
    without_statuses: tuple[str, ...] = ()
    needs_results: bool = False
    min_confidence: float = 0.0

    @property
    def label(self) -> str:
        """Name and version as they are printed: ``msc-cells 1``."""
        return f"{self.name} {self.version}"

    @property
    def digest(self) -> str:
        """SHA-256 of everything that can change a number (title and rationale cannot)."""
        plain = {key: value for key, value in asdict(self).items() if key not in ("title", "rationale", "version")}
        return hashlib.sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True, kw_only=True, slots=True)
class CountCell:
    """One number of a table and the records behind it.

    Args:
        members: sorted ids, or None where the store counted without listing them.
        digest: `members_hash` of them, or "" where they are not listed.
    """

    row: str
    column: str
    number: int
    members: tuple[str, ...] | None = None
    digest: str = ""

    def __post_init__(self) -> None:
        if self.members is not None and len(self.members) != self.number:
            raise ValueError(f"{self.row} x {self.column}: {self.number} counted, {len(self.members)} listed")
        if self.members is not None and not self.digest:
            object.__setattr__(self, "digest", members_hash(self.members))


@dataclass(frozen=True, kw_only=True, slots=True)
class FlowStep:
    """A step of the way from all records to those that count.

    Args:
        reason: why records fell out at this step.
        excluded: how many fell out.
        left: how many remained after it.
    """

    reason: str
    excluded: int
    left: int


@dataclass(frozen=True, kw_only=True)
class CountTable:
    """Numbers of records by two dimensions under a definition, as of a day.

    A record with several values of a dimension stands in each of their rows, so margins are counted for
    themselves (`row_totals`, `column_totals`: distinct records) and `total` is the number of distinct records.
    """

    definition: Definition
    as_of: date
    rows: Dimension
    columns: Dimension
    row_values: tuple[str, ...]
    column_values: tuple[str, ...]
    cells: tuple[CountCell, ...]
    row_totals: Mapping[str, int]
    column_totals: Mapping[str, int]
    total: int
    members: tuple[str, ...] | None = None
    flow: tuple[FlowStep, ...] = ()

    def __post_init__(self) -> None:
        if self.members is not None and len(self.members) != self.total:
            raise ValueError(f"{self.total} counted, {len(self.members)} listed")

    def cell(self, row: str, column: str) -> CountCell:
        """The cell of that row and column; an empty one where nothing was counted."""
        found = self._cells.get((row, column))
        if found is not None:
            return found
        return CountCell(row=row, column=column, number=0, members=() if self.members is not None else None)

    def number(self, row: str, column: str) -> int:
        """The number in that cell."""
        found = self._cells.get((row, column))
        return found.number if found is not None else 0

    @cached_property
    def _cells(self) -> dict[tuple[str, str], CountCell]:
        return {(cell.row, cell.column): cell for cell in self.cells}

    def grid(self) -> list[list[int]]:
        """The numbers, row by row, in the order of `row_values` and `column_values`."""
        return [[self.number(row, column) for column in self.column_values] for row in self.row_values]

    @property
    def digest(self) -> str:
        """Hash of the distinct members, or "" where they are not listed."""
        return "" if self.members is None else members_hash(self.members)

    @property
    def surplus_rows(self) -> int:
        """By how much the row totals exceed the total, because of records in several rows."""
        return sum(self.row_totals.values()) - self.total

    @property
    def surplus_columns(self) -> int:
        """By how much the column totals exceed the total."""
        return sum(self.column_totals.values()) - self.total

    @property
    def sum_notes(self) -> tuple[str, ...]:
        """For each dimension, one sentence saying that it sums to the total or why it does not."""
        return (
            _sum_note(self.rows, self.surplus_rows, self.total, self.definition.unit),
            _sum_note(self.columns, self.surplus_columns, self.total, self.definition.unit),
        )


def _sum_note(dimension: Dimension, surplus: int, total: int, unit: Unit) -> str:
    name = str(dimension).replace("_", " ")
    if surplus == 0:
        return f"By {name}: sums to {total}."
    things = {Unit.REGISTRATION: "registrations", Unit.FAMILY: "families", Unit.PUBLICATION: "publications"}[unit]
    return (
        f"By {name}: does not sum; {things} with several values stand in each of their rows "
        f"({surplus} entries more than the {total} distinct {things})."
    )


@dataclass(frozen=True, kw_only=True)
class RegistrySnapshot:
    """What a registry said about itself when we asked.

    Args:
        query: the query as sent.
        server_count: the number that the server itself gave for it, or None where the data came from a file.
        data_timestamp: the registry's own time stamp of its data, as given, or "".
    """

    source: str
    query: str
    server_count: int | None
    data_timestamp: str
    fetched_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class CountLedgerEntry:
    """Everything needed to print an export again, byte by byte, and to argue about it.

    Args:
        id: 12 hexadecimal digits of the hash of content and circumstances.
        definition_rule: the definition in full, as plain values, so that a file changed since does no harm.
        rows_digest: hash of the census rows that were counted over.
        output_digest: SHA-256 of the exported bytes.
        model_version: extractor's name and version (several where the census mixes them).
        code_version: the package's version.
        what: ``counts`` for a table by two dimensions, else the name of the export (``table1``, ``report`` ...).
        basis: the record versions that it was counted on.
    """

    id: str
    made_at: datetime
    definition: str
    definition_version: str
    definition_digest: str
    definition_rule: Mapping[str, Any]
    as_of: date
    rows: Dimension
    columns: Dimension
    format: str
    total: int
    members: tuple[str, ...]
    members_digest: str
    rows_digest: str
    output_digest: str
    code_version: str
    model_version: str
    snapshots: tuple[RegistrySnapshot, ...] = ()
    options: Mapping[str, str] = field(default_factory=dict)
    what: str = "counts"
    basis: Basis = Basis.NEWEST
