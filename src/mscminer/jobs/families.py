"""Families of registrations: look at one, and keep a curator's word on two of its members."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from mscminer.core.errors import ConfigError, NotFound
from mscminer.core.records import RecordKey
from mscminer.core.trials import RESULT_LINKS, CensusRow, FamilyDecision, FamilyRuling, Link, RowKind
from mscminer.jobs.count import census_rows
from mscminer.store import Store
from mscminer.trials.families import JOINING


@dataclass(frozen=True, kw_only=True, slots=True)
class ShownFamily:
    """A family as it is shown.

    Args:
        links: those that join its members or attach papers with results.
        decisions: curators' words on its members, oldest first.
    """

    id: str
    members: tuple[CensusRow, ...]
    links: tuple[Link, ...]
    decisions: tuple[FamilyDecision, ...]


def show_family(store: Store, ident: str) -> ShownFamily:
    """The family of a registration.

    Raises:
        NotFound: the registration is not in the database.
    """
    rows = {row.id: row for row in census_rows(store) if row.kind is RowKind.REGISTRATION}
    family = _known(rows, ident).family
    members = tuple(sorted((row for row in rows.values() if row.family == family), key=lambda row: row.first_posted))
    ids = {row.id for row in members}
    links: list[Link] = []
    with store.read() as tx:
        for row in members:
            links += _of(tx.links.of(RecordKey.parse(row.sources[0])), ids)
        decisions = tuple(item for item in tx.family_decisions.all() if {item.a, item.b} & ids)
    return ShownFamily(id=family, members=members, links=tuple(dict.fromkeys(links)), decisions=decisions)


def _of(links: list[Link], ids: set[str]) -> list[Link]:
    return [
        link
        for link in links
        if (link.type in JOINING and {link.a.id, link.b.id} <= ids) or (link.type in RESULT_LINKS and link.b.id in ids)
    ]


def _known(rows: dict[str, CensusRow], ident: str) -> CensusRow:
    if ident not in rows:
        raise NotFound("This registration is not in the database.", where=ident, remedy="Load or harvest it first.")
    return rows[ident]


def decide(store: Store, a: str, b: str, ruling: FamilyRuling, *, who: str, why: str) -> str:
    """Keep a curator's word on two registrations and build the families anew; returns the family of the first.

    Raises:
        ConfigError: if both are the same.
        NotFound: if one is not in the database.
    """
    if a == b:
        raise ConfigError("One registration cannot be merged with or split from itself.", where=a)
    rows = {row.id: row for row in census_rows(store) if row.kind is RowKind.REGISTRATION}
    for ident in (a, b):
        _known(rows, ident)
    decision = FamilyDecision(a=a, b=b, ruling=ruling, curator=who, decided_at=datetime.now(UTC), reason=why)
    with store.write() as tx:
        tx.family_decisions.append(decision)
    return next(row.family for row in census_rows(store) if row.id == a)
