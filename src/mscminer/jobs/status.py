"""Is the database fresh, when was the last complete run, and what is not covered?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from mscminer.core.records import Source
from mscminer.extract.makers import current_maker
from mscminer.harvest.named_queries import NamedQuery, load_query
from mscminer.jobs.harvest import DEFAULT_QUERY, utc_now
from mscminer.jobs.harvest_plan import iso_day
from mscminer.store import Store, Transaction
from mscminer.store.runs import Cursor, Run

FRESH_FOR = timedelta(hours=36)
"""A source whose last complete run is older is not fresh: one night may be missed, not two."""
_DATA_FRESH_FOR = timedelta(days=4)
"""The registry rebuilds its data on working days; older ones are worth a remark."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SourceStatus:
    """How far one source is covered.

    Args:
        last_complete: when its last complete run was, or None.
        until: the day up to which nothing is missing, or None.
        gaps: sentences on what is not covered.
    """

    source: str
    last_complete: datetime | None
    until: date | None
    fresh: bool
    records: Mapping[str, int]
    gaps: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        return {
            "source": self.source,
            "last_complete": self.last_complete.isoformat() if self.last_complete else None,
            "until": self.until.isoformat() if self.until else None,
            "fresh": self.fresh,
            "records": dict(self.records),
            "gaps": list(self.gaps),
        }


@dataclass(frozen=True, kw_only=True, slots=True)
class Status:
    """The state of the database as a whole."""

    at: datetime
    sources: tuple[SourceStatus, ...]
    waiting: int
    quarantined: int
    untold: int
    runs: tuple[Run, ...]
    published_at: datetime | None

    @property
    def fresh(self) -> bool:
        return all(source.fresh for source in self.sources)

    def to_json(self) -> dict[str, Any]:
        """For programs."""
        return {
            "at": self.at.isoformat(),
            "fresh": self.fresh,
            "sources": [source.to_json() for source in self.sources],
            "waiting_for_extraction": self.waiting,
            "in_quarantine": self.quarantined,
            "changes_not_told": self.untold,
            "published_at": self.published_at.isoformat() if self.published_at else None,
            "runs": [_run_to_json(run) for run in self.runs],
        }

    def lines(self) -> Iterator[str]:
        """For people."""
        yield "fresh" if self.fresh else "not fresh"
        for source in self.sources:
            when = f"{source.last_complete:%Y-%m-%d %H:%M} UTC" if source.last_complete else "never"
            records = ", ".join(f"{number} {state}" for state, number in source.records.items()) or "no records"
            yield f"{source.source}: last complete run {when}; complete until {source.until or 'nothing'}; {records}"
            yield from (f"  not covered: {gap}" for gap in source.gaps)
        published = f"{self.published_at:%Y-%m-%d %H:%M} UTC" if self.published_at else "never"
        yield f"published: {published}"
        yield f"{self.waiting} texts wait for extraction; {self.quarantined} pieces in quarantine"
        yield f"{self.untold} changes not yet told in a digest"
        for run in self.runs:
            error = f": {run.error}" if run.error else ""
            yield f"run {run.id} {run.job} {run.started_at:%Y-%m-%d %H:%M} {run.state}{error}"


def _run_to_json(run: Run) -> dict[str, Any]:
    return {
        "id": run.id,
        "job": run.job,
        "state": run.state,
        "started_at": run.started_at.isoformat(),
        "finished_at": run.finished_at.isoformat() if run.finished_at else None,
        "error": run.error,
    }


def status(store: Store, *, model: str = "", query: str = DEFAULT_QUERY, now: datetime | None = None) -> Status:
    """Look, and change nothing."""
    at = now or utc_now()
    named = load_query(query)
    with store.read() as tx:
        totals = tx.records.totals()
        sources = tuple(
            _source_status(tx, source, named, totals.get(source.value, {}), at)
            for source in (Source.CTGOV, Source.PUBMED)
        )
        return Status(
            at=at,
            sources=sources,
            waiting=len(tx.documents.ids_to_extract(current_maker(model or None))),
            quarantined=tx.quarantine.total(),
            untold=len(tx.changes.untold()),
            runs=tuple(tx.runs.recent(limit=5)),
            published_at=_published_at(tx),
        )


def _published_at(tx: Transaction) -> datetime | None:
    for run in tx.runs.recent("nightly", limit=400):
        if run.result and run.result.get("published"):
            return run.started_at
    return None


def _source_status(
    tx: Transaction, source: Source, query: NamedQuery, records: Mapping[str, int], at: datetime
) -> SourceStatus:
    cursor = tx.cursors.get(source.value, query.name)
    fresh = cursor is not None and at - cursor.updated_at <= FRESH_FOR
    return SourceStatus(
        source=source.value,
        last_complete=cursor.updated_at if cursor else None,
        until=iso_day(cursor.position.get("until")) if cursor else None,
        fresh=fresh,
        records=records,
        gaps=tuple(_gaps(cursor, query, at)),
    )


def _gaps(cursor: Cursor | None, query: NamedQuery, at: datetime) -> Iterator[str]:
    if cursor is None:
        yield "everything: there was no complete run yet"
        return
    if at - cursor.updated_at > FRESH_FOR:
        yield f"what changed since {cursor.updated_at:%Y-%m-%d}"
    if cursor.position.get("fingerprint") != query.fingerprint:
        yield f"what version {query.version} of the query {query.name} finds beyond the one harvested"
    owed = cursor.position.get("owed", [])
    if owed:
        yield f"{len(owed)} ids that were listed and not given: {', '.join(owed[:10])}"
    data = cursor.position.get("data_timestamp")
    if data and at.replace(tzinfo=None) - datetime.fromisoformat(data) > _DATA_FRESH_FOR:
        yield f"what changed at the source since its data of {data}"
