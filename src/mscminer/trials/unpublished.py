"""Completed studies of which nobody has seen results."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from mscminer.core.counts import Definition
from mscminer.core.trials import CensusRow
from mscminer.trials.counting import select
from mscminer.trials.dates import months_between, period_end

MONTHS = 24
ENDED = ("completed", "terminated")


@dataclass(frozen=True, kw_only=True, slots=True)
class Unpublished:
    """A study that ended and has no results in the registry nor in a paper linked to it.

    Args:
        months: whole months from completion to the as-of day.
    """

    row: CensusRow
    completed: date
    months: int


@dataclass(frozen=True, kw_only=True)
class UnpublishedReport:
    """Ended studies with and without results.

    Args:
        ended: studies that ended more than `months` before the day, with results or without.
        undated: ended studies without a completion date, of which nothing can be said.
    """

    as_of: date
    months: int
    ended: int
    undated: int
    unpublished: tuple[Unpublished, ...]


def find_unpublished(
    census: Iterable[CensusRow], definition: Definition, as_of: date, *, months: int = MONTHS
) -> UnpublishedReport:
    """Studies that ended more than so many months before the day, and have no results that we know of.

    Links to papers are only as complete as what was harvested: "unpublished" means that none of our sources links a
    result to the registration.
    """
    counted = [row for row in select(census, definition, as_of) if row.status in ENDED]
    due: list[Unpublished] = []
    ended = undated = 0
    for row in counted:
        completed = period_end(row.completion) or period_end(row.primary_completion)
        if completed is None:
            undated += 1
            continue
        age = months_between(completed, as_of)
        if completed > as_of or age < months:
            continue
        ended += 1
        if not row.publications and not _results_by(row, as_of):
            due.append(Unpublished(row=row, completed=completed, months=age))
    due.sort(key=lambda item: (item.completed, item.row.id))
    return UnpublishedReport(as_of=as_of, months=months, ended=ended, undated=undated, unpublished=tuple(due))


def _results_by(row: CensusRow, as_of: date) -> bool:
    posted = period_end(row.results_posted)
    return posted is not None and posted <= as_of
