"""Runs, cursors and quarantine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mscminer.core.records import Rejected, content_hash
from mscminer.store.tables import CursorRow, QuarantineRow, RunRow


@dataclass(frozen=True, kw_only=True, slots=True)
class Run:
    """A job's run; `finished_at` and `result` are None while it runs (or if it was killed)."""

    id: int
    job: str
    started_at: datetime
    finished_at: datetime | None
    state: str
    request: Mapping[str, Any]
    result: Mapping[str, Any] | None
    error: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Cursor:
    """Up to where a query of a source is complete; `position` is the source's own (dates, timestamps)."""

    source: str
    query: str
    position: Mapping[str, Any]
    run_id: int | None
    updated_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Quarantined:
    """A rejected piece of input as it lies in quarantine."""

    id: int
    origin: str
    locator: str
    source_key: str | None
    reason: str
    remedy: str
    raw: bytes
    first_seen_at: datetime


class Runs:
    """Access to runs within one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def start(self, job: str, request: Mapping[str, Any], *, at: datetime) -> int:
        """Write down that a run begins."""
        row = RunRow(job=job, started_at=at, state="running", request=dict(request))
        self._session.add(row)
        self._session.flush()
        return row.id

    def finish(
        self, run_id: int, state: str, result: Mapping[str, Any], *, at: datetime, error: str | None = None
    ) -> None:
        """Write down how it ended: ``complete``, ``partial`` or ``failed``."""
        row = self._session.get_one(RunRow, run_id)
        row.state, row.result, row.finished_at, row.error = state, dict(result), at, error

    def recent(self, job: str | None = None, *, limit: int = 20) -> list[Run]:
        """The newest runs first."""
        query = select(RunRow).order_by(RunRow.id.desc()).limit(limit)
        if job is not None:
            query = query.where(RunRow.job == job)
        return [_run(row) for row in self._session.scalars(query)]

    def last_complete(self, job: str) -> Run | None:
        """The newest complete run of a job."""
        query = select(RunRow).where(RunRow.job == job, RunRow.state == "complete").order_by(RunRow.id.desc())
        row = self._session.scalar(query.limit(1))
        return _run(row) if row else None


def _run(row: RunRow) -> Run:
    return Run(
        id=row.id,
        job=row.job,
        started_at=row.started_at,
        finished_at=row.finished_at,
        state=row.state,
        request=row.request,
        result=row.result,
        error=row.error,
    )


class Cursors:
    """Access to harvest cursors within one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self, source: str, query: str) -> Cursor | None:
        """The cursor of a query, or None before its first complete run."""
        row = self._session.get(CursorRow, (source, query))
        if row is None:
            return None
        return Cursor(
            source=row.source, query=row.query, position=row.position, run_id=row.run_id, updated_at=row.updated_at
        )

    def set(self, source: str, query: str, position: Mapping[str, Any], *, run_id: int | None, at: datetime) -> None:
        """Move a cursor; in the same transaction as the last rows that it covers."""
        row = self._session.get(CursorRow, (source, query))
        if row is None:
            row = CursorRow(source=source, query=query)
            self._session.add(row)
        row.position, row.run_id, row.updated_at = dict(position), run_id, at


class Quarantine:
    """Access to what could not be read."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, rejected: Rejected, *, at: datetime) -> bool:
        """Keep a rejected piece; False if the very same lies there already."""
        digest = content_hash(rejected.raw)
        known = self._session.scalar(
            select(QuarantineRow.id).where(
                QuarantineRow.origin == rejected.origin,
                QuarantineRow.locator == rejected.locator,
                QuarantineRow.sha256 == digest,
            )
        )
        if known is not None:
            return False
        self._session.add(
            QuarantineRow(
                origin=rejected.origin,
                locator=rejected.locator,
                sha256=digest,
                source_key=str(rejected.key) if rejected.key else None,
                reason=rejected.reason,
                remedy=rejected.remedy,
                raw=rejected.raw,
                first_seen_at=at,
            )
        )
        self._session.flush()
        return True

    def total(self) -> int:
        """How many pieces lie there."""
        return self._session.scalar(select(func.count()).select_from(QuarantineRow)) or 0

    def list(self, *, limit: int = 100, after: int = 0) -> list[Quarantined]:
        """Pieces in the order they came."""
        query = select(QuarantineRow).where(QuarantineRow.id > after).order_by(QuarantineRow.id).limit(limit)
        return [
            Quarantined(
                id=row.id,
                origin=row.origin,
                locator=row.locator,
                source_key=row.source_key,
                reason=row.reason,
                remedy=row.remedy,
                raw=row.raw,
                first_seen_at=row.first_seen_at,
            )
            for row in self._session.scalars(query)
        ]
