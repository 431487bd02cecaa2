"""Our count against anybody's list of ids: what both have, what we lack and why, what they lack."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from mscminer.core.counts import Definition
from mscminer.core.trials import CensusRow
from mscminer.trials.counting import exclusion, kind_of, select

NOT_FOUND = "not in our database"


@dataclass(frozen=True, kw_only=True, slots=True)
class Missing:
    """An id of the list that our count has not."""

    id: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Reconciliation:
    """A list of ids against our count.

    Args:
        listed: distinct ids of the list.
        extra: ids that we count and the list has not.
        unread: lines of the list without any registration number.
    """

    definition: Definition
    as_of: date
    listed: int
    matched: tuple[str, ...]
    missing: tuple[Missing, ...]
    extra: tuple[str, ...]
    unread: tuple[str, ...] = ()

    @property
    def reasons(self) -> Mapping[str, int]:
        """Reason -> number of missing ids, most frequent first."""
        numbers: dict[str, int] = {}
        for item in self.missing:
            numbers[item.reason] = numbers.get(item.reason, 0) + 1
        return dict(sorted(numbers.items(), key=lambda pair: (-pair[1], pair[0])))


def reconcile(
    ids: Iterable[str],
    census: Sequence[CensusRow],
    definition: Definition,
    as_of: date,
    *,
    unread: Iterable[str] = (),
) -> Reconciliation:
    """Compare a list of ids with what counts under a definition as of a day."""
    listed = dict.fromkeys(ids)
    rows = {row.id: row for row in census if row.kind is kind_of(definition)}
    counted = {row.id for row in select(census, definition, as_of)}
    missing = [
        Missing(id=ident, reason=_why(rows.get(ident), definition, as_of)) for ident in listed if ident not in counted
    ]
    return Reconciliation(
        definition=definition,
        as_of=as_of,
        listed=len(listed),
        matched=tuple(sorted(counted & set(listed))),
        missing=tuple(sorted(missing, key=lambda item: item.id)),
        extra=tuple(sorted(counted - set(listed))),
        unread=tuple(unread),
    )


def _why(row: CensusRow | None, definition: Definition, as_of: date) -> str:
    if row is None:
        return NOT_FOUND
    stage = exclusion(row, definition, as_of)
    return stage.reason if stage else "counts"
