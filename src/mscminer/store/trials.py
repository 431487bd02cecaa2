"""Links between records, curators' words on families, and the ledger of exported counts."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from itertools import islice
from typing import Any

from sqlalchemy import delete, insert, or_, select
from sqlalchemy.orm import Session

from mscminer.core.counts import Basis, CountLedgerEntry, Dimension, RegistrySnapshot
from mscminer.core.errors import NotFound
from mscminer.core.records import RecordKey
from mscminer.core.trials import CensusRow, FamilyDecision, FamilyRuling, Link, LinkType
from mscminer.store.census import row_from_bytes
from mscminer.store.tables import (
    CensusSnapshotPartRow,
    CensusSnapshotRow,
    CountLedgerRow,
    FamilyDecisionRow,
    RecordLinkRow,
)


class Links:
    """Access to links within one transaction; all are derived."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def replace(self, links: Iterable[Link]) -> int:
        """Write all links anew; returns their number."""
        self._session.execute(delete(RecordLinkRow))
        plain = [
            {
                "a": str(link.a),
                "b": str(link.b),
                "type": link.type.value,
                "basis": link.basis,
                "reason": link.reason,
                "score": link.score,
            }
            for link in links
        ]
        for start in range(0, len(plain), 2000):
            self._session.execute(insert(RecordLinkRow), plain[start : start + 2000])
        return len(plain)

    def iterate(self) -> Iterator[Link]:
        """All links, in a stable order."""
        query = select(RecordLinkRow).order_by(RecordLinkRow.a, RecordLinkRow.b, RecordLinkRow.id)
        for row in self._session.scalars(query):
            yield _link(row)

    def of(self, key: RecordKey) -> list[Link]:
        """The links of one record, either way."""
        query = select(RecordLinkRow).where(or_(RecordLinkRow.a == str(key), RecordLinkRow.b == str(key)))
        return [_link(row) for row in self._session.scalars(query.order_by(RecordLinkRow.id))]


def _link(row: RecordLinkRow) -> Link:
    return Link(
        a=RecordKey.parse(row.a),
        b=RecordKey.parse(row.b),
        type=LinkType(row.type),
        basis=row.basis,
        reason=row.reason,
        score=row.score,
    )


class FamilyDecisions:
    """Access to curators' words on pairs of registrations; appended only."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def append(self, decision: FamilyDecision) -> None:
        """Keep a decision."""
        self._session.execute(
            insert(FamilyDecisionRow).values(
                a=decision.a,
                b=decision.b,
                ruling=decision.ruling.value,
                who=decision.curator,
                at=decision.decided_at,
                why=decision.reason,
            )
        )

    def all(self) -> list[FamilyDecision]:
        """All decisions, oldest first."""
        query = select(FamilyDecisionRow).order_by(FamilyDecisionRow.at, FamilyDecisionRow.id)
        return [
            FamilyDecision(
                a=row.a, b=row.b, ruling=FamilyRuling(row.ruling), curator=row.who, decided_at=row.at, reason=row.why
            )
            for row in self._session.scalars(query)
        ]


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredCount:
    """A ledger entry with the bytes that were given out."""

    entry: CountLedgerEntry
    output: bytes


_SNAPSHOT_LINES = 5000
"""Rows of a kept census that lie in one piece."""


class Ledger:
    """Access to what was exported; nothing is ever changed or deleted."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def append(self, entry: CountLedgerEntry, census: Iterable[bytes], output: bytes) -> None:
        """Keep an export with the census that it was counted over; the same export again changes nothing.

        Args:
            census: rows as JSON (`census.row_bytes`); read only where no export has kept the same census yet.
        """
        if self._session.get(CountLedgerRow, entry.id) is not None:
            return
        if self._session.get(CensusSnapshotRow, entry.rows_digest) is None:
            self._session.add(CensusSnapshotRow(digest=entry.rows_digest, body=b""))
            self._session.flush()
            self._keep_census(entry.rows_digest, census)
        row = CountLedgerRow(
            id=entry.id,
            made_at=entry.made_at,
            entry=_entry_to_json(entry),
            snapshot_digest=entry.rows_digest,
            output=output,
        )
        self._session.add(row)
        self._session.flush()

    def _keep_census(self, digest: str, census: Iterable[bytes]) -> None:
        iterator, position = iter(census), 0
        while lines := list(islice(iterator, _SNAPSHOT_LINES)):
            position += 1
            row = {"digest": digest, "position": position, "body": b"\n".join(lines)}
            self._session.execute(insert(CensusSnapshotPartRow), [row])

    def get(self, ident: str) -> StoredCount:
        """An export by its id or an unambiguous beginning of it.

        Raises:
            NotFound: if there is none, or several.
        """
        query = select(CountLedgerRow).where(CountLedgerRow.id.startswith(ident, autoescape=True)).limit(2)
        found = self._session.scalars(query).all()
        if len(found) != 1:
            what = "begins several" if found else "is no"
            remedy = "`mscminer counts ledger` lists them."
            raise NotFound(f"{ident!r} {what} id of an exported count.", where="ledger", remedy=remedy)
        return StoredCount(entry=_entry_from_json(found[0].entry), output=found[0].output)

    def snapshot(self, digest: str) -> tuple[CensusRow, ...]:
        """The census that an export was counted over."""
        row = self._session.get(CensusSnapshotRow, digest)
        if row is None:
            raise NotFound("This census is not in the ledger.", where=digest)
        parts = select(CensusSnapshotPartRow.body).where(CensusSnapshotPartRow.digest == digest)
        bodies = [row.body, *self._session.scalars(parts.order_by(CensusSnapshotPartRow.position))]
        return tuple(row_from_bytes(line) for body in bodies for line in body.split(b"\n") if line)

    def entries(self) -> list[CountLedgerEntry]:
        """All entries, oldest first."""
        query = select(CountLedgerRow.entry).order_by(CountLedgerRow.made_at, CountLedgerRow.id)
        return [_entry_from_json(entry) for entry in self._session.scalars(query)]


def _entry_to_json(entry: CountLedgerEntry) -> dict[str, Any]:
    plain = asdict(entry)
    plain["made_at"] = entry.made_at.isoformat()
    plain["as_of"] = entry.as_of.isoformat()
    plain["snapshots"] = [
        {**asdict(item), "fetched_at": item.fetched_at.isoformat() if item.fetched_at else None}
        for item in entry.snapshots
    ]
    plain["options"] = dict(entry.options)
    loaded: dict[str, Any] = json.loads(json.dumps(plain))
    return loaded


def _entry_from_json(data: Mapping[str, Any]) -> CountLedgerEntry:
    snapshots = tuple(
        RegistrySnapshot(
            **{**item, "fetched_at": datetime.fromisoformat(item["fetched_at"]) if item["fetched_at"] else None}
        )
        for item in data["snapshots"]
    )
    return CountLedgerEntry(
        **{
            **data,
            "made_at": datetime.fromisoformat(data["made_at"]),
            "as_of": date.fromisoformat(data["as_of"]),
            "rows": Dimension(data["rows"]),
            "basis": Basis(data.get("basis", Basis.NEWEST)),
            "columns": Dimension(data["columns"]),
            "members": tuple(data["members"]),
            "snapshots": snapshots,
        }
    )
