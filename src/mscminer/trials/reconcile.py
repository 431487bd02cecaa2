"""Our count against anybody's list of ids: what both have, what we lack and why, what they lack."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
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
        matched: as we number them.
        renamed: ids of the list that are another number of a registration -> our number of it.
        extra: ids that we count and the list has not.
        unread: lines of the list without any registration number.
    """

    definition: Definition
    as_of: date
    listed: int
    matched: tuple[str, ...]
    missing: tuple[Missing, ...]
    extra: tuple[str, ...]
    renamed: Mapping[str, str] = field(default_factory=dict)
    unread: tuple[str, ...] = ()

    @property
    def repeated(self) -> int:
        """How many ids of the list are a further number of a registration that it has already."""
        return self.listed - len(self.matched) - len(self.missing)

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
    others: Mapping[str, Sequence[str]] | None = None,
    unread: Iterable[str] = (),
) -> Reconciliation:
    """Compare a list of ids with what counts under a definition as of a day.

    Args:
        others: other numbers of registrations -> their own; of several, one that counts is taken.
    """
    rows = {row.id: row for row in census if row.kind is kind_of(definition)}
    counted = {row.id for row in select(census, definition, as_of)}
    ours = {ident: _ours(ident, rows, counted, others or {}) for ident in ids}
    matched = counted & set(ours.values())
    missing = [
        Missing(id=ident, reason=_why(rows.get(our), definition, as_of))
        for ident, our in ours.items()
        if our not in counted
    ]
    return Reconciliation(
        definition=definition,
        as_of=as_of,
        listed=len(ours),
        matched=tuple(sorted(matched)),
        missing=tuple(sorted(missing, key=lambda item: item.id)),
        extra=tuple(sorted(counted - matched)),
        renamed={ident: our for ident, our in sorted(ours.items()) if our != ident},
        unread=tuple(unread),
    )


def _ours(ident: str, rows: Container[str], counted: Container[str], others: Mapping[str, Sequence[str]]) -> str:
    """Our number of what a list calls `ident`; `ident` itself where we do not know it."""
    if ident in rows:
        return ident
    known = [other for other in others.get(ident, ()) if other in rows]
    return next((other for other in known if other in counted), known[0] if known else ident)


def _why(row: CensusRow | None, definition: Definition, as_of: date) -> str:
    if row is None:
        return NOT_FOUND
    stage = exclusion(row, definition, as_of)
    return stage.reason if stage else "counts"
