"""What changed at the sources: written with the change itself, kept until a digest has told it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from mscminer.core.records import RecordKey, Source
from mscminer.store.tables import ChangeRow


class ChangeKind(StrEnum):
    """What happened to a record at its source."""

    NEW = "new"
    CHANGED = "changed"
    RETRACTED = "retracted"
    REINSTATED = "reinstated"
    """No longer marked as retracted."""
    REMOVED = "removed"
    """A registration that the registry no longer has."""
    DELETED = "deleted"
    """A citation that PubMed no longer has."""
    MERGED = "merged"
    RESTORED = "restored"
    """Back after it was removed, deleted or merged."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """Something that happened to a record.

    Args:
        detail: for `CHANGED` the old and the new value by field; else what there is to say.
    """

    id: int
    at: datetime
    key: RecordKey
    kind: ChangeKind
    detail: Mapping[str, Any]


class Changes:
    """Access to changes within one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, key: RecordKey, kind: ChangeKind, detail: Mapping[str, Any], *, at: datetime) -> None:
        """Note a change, in the transaction that makes it."""
        row = ChangeRow(at=at, source=key.source.value, source_id=key.id, kind=kind.value, detail=dict(detail))
        self._session.add(row)
        self._session.flush()

    def untold(self) -> list[Change]:
        """Changes that no digest has told yet, in the order they happened."""
        query = select(ChangeRow).where(ChangeRow.told_in_run_id.is_(None)).order_by(ChangeRow.id)
        return [_change(row) for row in self._session.scalars(query)]

    def told_in(self, run_id: int) -> list[Change]:
        """What the digest of a run told."""
        query = select(ChangeRow).where(ChangeRow.told_in_run_id == run_id).order_by(ChangeRow.id)
        return [_change(row) for row in self._session.scalars(query)]

    def mark_told(self, up_to: int, *, run_id: int) -> None:
        """Say that the digest of a run told all changes up to this number."""
        self._session.execute(
            update(ChangeRow)
            .where(ChangeRow.told_in_run_id.is_(None), ChangeRow.id <= up_to)
            .values(told_in_run_id=run_id)
        )


def _change(row: ChangeRow) -> Change:
    return Change(
        id=row.id,
        at=row.at,
        key=RecordKey(source=Source(row.source), id=row.source_id),
        kind=ChangeKind(row.kind),
        detail=row.detail,
    )
