"""Why two counts differ: every record that is in one of them only has one cause, so the causes add up exactly."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property

from mscminer.core.counts import Definition, Rule, Unit
from mscminer.core.trials import CensusRow, RowKind
from mscminer.core.vocabulary import Field
from mscminer.trials.counting import Test, exclusion, exclusions, kind_of, select, unit_of


class Cause(StrEnum):
    """Why a record is in one count and not in the other.  The first that applies is given."""

    NEW = "new registrations"
    """Its day lies between the two as-of days, or the database did not hold it before."""
    REMOVED = "removals at the source"
    MERGED = "merged with another record at the source"
    DEFINITION = "another definition"
    CURATOR = "curators' decisions"
    EDIT = "registry edits"
    MODEL = "our own model's change"
    LINKS = "papers and links"
    FAMILY = "families merged or split"
    OTHER = "none of these"


@dataclass(frozen=True, kw_only=True)
class Counted:
    """One of the two counts: what was counted, by what rule, as of when.

    Args:
        members: what counted at the time, where that is known: a rule may have been read otherwise then.
    """

    census: tuple[CensusRow, ...]
    definition: Definition
    as_of: date
    members: frozenset[str] | None = None

    @cached_property
    def recounted(self) -> Mapping[str, list[CensusRow]]:
        """What the rule counts as it is read today (registration, family, publication), with the rows behind it."""
        found: dict[str, list[CensusRow]] = {}
        for row in select(self.census, self.definition, self.as_of):
            found.setdefault(unit_of(row, self.definition), []).append(row)
        return found

    @cached_property
    def units(self) -> Mapping[str, list[CensusRow]]:
        """What counted, with the rows behind it."""
        if self.members is None or self.members == self.recounted.keys():
            return self.recounted
        found = {ident: self.recounted[ident] for ident in self.members & self.recounted.keys()}
        for row in self.by_id.values():
            if (unit := unit_of(row, self.definition)) in self.members - self.recounted.keys():
                found.setdefault(unit, []).append(row)
        return found

    def read_otherwise(self, ident: str) -> bool:
        """Whether the rule counted a unit then and does not today, or the other way round."""
        return (ident in self.units) != (ident in self.recounted)

    @cached_property
    def by_id(self) -> Mapping[str, CensusRow]:
        """All rows of the kind that the definition looks at."""
        return {row.id: row for row in self.census if row.kind is kind_of(self.definition)}


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """A record that is in one count only.

    Args:
        change: +1 if it is in the later count only, -1 if in the earlier only.
    """

    id: str
    change: int
    cause: Cause
    detail: str


@dataclass(frozen=True, kw_only=True)
class CountDifference:
    """Two totals and what lies between them; the net changes of the causes sum to the difference."""

    before: int
    after: int
    differences: tuple[Difference, ...]

    def __post_init__(self) -> None:
        if self.after - self.before != sum(item.change for item in self.differences):
            raise ValueError("the causes do not add up to the difference")

    @property
    def net(self) -> Mapping[Cause, tuple[int, int]]:
        """Cause -> (records gained, records lost), in the order of `Cause`."""
        gained = Counter(item.cause for item in self.differences if item.change > 0)
        lost = Counter(item.cause for item in self.differences if item.change < 0)
        return {cause: (gained[cause], lost[cause]) for cause in Cause if gained[cause] or lost[cause]}


def explain(before: Counted, after: Counted, *, merged: Mapping[str, str] | None = None) -> CountDifference:
    """Compare two counts record by record (family by family where families are counted).

    Args:
        merged: records that the source files under another number now, with words on it.
    """
    old, new = set(before.units), set(after.units)
    gained = [_difference(ident, +1, before, after, merged or {}) for ident in sorted(new - old)]
    lost = [_difference(ident, -1, after, before, merged or {}) for ident in sorted(old - new)]
    return CountDifference(before=len(old), after=len(new), differences=(*gained, *lost))


def _difference(ident: str, change: int, without: Counted, having: Counted, merged: Mapping[str, str]) -> Difference:
    """The cause for a unit that `having` counts and `without` does not."""
    cause, detail = _cause(ident, without, having, "after" if change > 0 else "before")
    if change < 0 and cause is Cause.NEW and ident not in without.by_id:
        cause, detail = Cause.REMOVED, "no longer in the database"
        if ident in merged:
            cause, detail = Cause.MERGED, merged[ident]
    return Difference(id=ident, change=change, cause=cause, detail=detail)


def _cause(ident: str, without: Counted, having: Counted, when: str) -> tuple[Cause, str]:
    if having.read_otherwise(ident) or without.read_otherwise(ident):
        return Cause.DEFINITION, f"{having.definition.label} was read otherwise when the count was made"
    other = without.by_id
    present = [(row, other[row.id]) for row in having.units[ident] if row.id in other]
    if not present:
        return Cause.NEW, "was not in the database"
    if having.definition.unit is Unit.FAMILY and any(_counts(there, without) for _, there in present):
        return Cause.FAMILY, f"counted under {present[0][1].family} in the other"
    row, there = present[0]
    stage = exclusion(there, without.definition, without.as_of)
    reason = stage.reason if stage else "another kind of record"
    if _would_count(there, having.definition, having.as_of):
        return _rule_or_day(there, without, having), reason
    return _changed(row, there, having), f"{reason}; {when}: counts"


def _counts(row: CensusRow, counted: Counted) -> bool:
    return _would_count(row, counted.definition, counted.as_of)


def _would_count(row: CensusRow, definition: Definition, as_of: date) -> bool:
    return row.kind is kind_of(definition) and exclusion(row, definition, as_of) is None


def _rule_or_day(row: CensusRow, without: Counted, having: Counted) -> Cause:
    """The unchanged record counts by the other's rule and day: it is the day if the day alone lets it in."""
    if _would_count(row, without.definition, having.as_of):
        return Cause.NEW
    return Cause.DEFINITION


def _changed(row: CensusRow, there: CensusRow, having: Counted) -> Cause:
    """What made the record pass the tests that it fails as the other count had it."""
    failed = exclusions(there, having.definition, having.as_of)
    causes = {_cause_of(stage.order, row, there, having.definition) for stage in failed}
    return next(cause for cause in Cause if cause in causes)


def _cause_of(test: Test, row: CensusRow, there: CensusRow, definition: Definition) -> Cause:
    if test is Test.PRODUCT and definition.rule is Rule.FACTS:
        return _read_otherwise(Field.MSC, row, there)
    if test is Test.STUDY_TYPE and row.kind is RowKind.PUBLICATION:
        return _read_otherwise(Field.REPORT, row, there)
    if test is Test.RESULTS and row.publications != there.publications:
        return Cause.LINKS
    # All else stands in the source's own fields.
    return Cause.EDIT if row.document != there.document else Cause.OTHER


def _read_otherwise(field: Field, row: CensusRow, there: CensusRow) -> Cause:
    """Why a field of a record has another value than before."""
    if (field in row.decided) != (field in there.decided):
        return Cause.CURATOR
    if row.document != there.document:
        return Cause.EDIT
    if row.maker != there.maker:
        return Cause.MODEL
    if field in row.decided:
        return Cause.CURATOR  # decided otherwise than before
    return Cause.LINKS if len(row.sources) > 1 or row.sources != there.sources else Cause.OTHER
