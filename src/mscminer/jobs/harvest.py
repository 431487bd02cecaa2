"""Harvest: bring what changed at the sources since the last complete run."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import structlog

from mscminer import __version__
from mscminer.core.errors import EXIT_OK, EXIT_PARTIAL, EXIT_SOURCE, ConfigError, SourceError
from mscminer.core.records import Source
from mscminer.harvest.ctgov_api import CtgovClient
from mscminer.harvest.entrez import EntrezClient, EntrezSettings
from mscminer.harvest.limiter import CTGOV_PER_S, NCBI_PER_S, NCBI_PER_S_WITH_KEY, Limiter
from mscminer.harvest.named_queries import NamedQuery, load_query
from mscminer.jobs.harvest_ctgov import CtgovHarvest
from mscminer.jobs.harvest_plan import Clock, SourceReport, Span
from mscminer.jobs.harvest_pubmed import PubmedHarvest
from mscminer.settings import Settings
from mscminer.store import Store, Transaction
from mscminer.store.runs import Run

JOB = "harvest"
DEFAULT_QUERY = "msc-trials"

_log = structlog.get_logger(part="harvest")


def utc_now() -> datetime:
    """Now, in UTC."""
    return datetime.now(UTC)


def query_named(name: str) -> NamedQuery:
    """A query of the package by its name.

    Raises:
        NotFound: there is none; the message lists those there are.
    """
    return load_query(name)


@dataclass(frozen=True, kw_only=True)
class Clients:
    """The sources that a harvest asks; None: not this one."""

    entrez: EntrezClient | None = None
    ctgov: CtgovClient | None = None


@dataclass(kw_only=True, slots=True)
class HarvestReport:
    """What a harvest did, source by source."""

    run_id: int
    sources: list[SourceReport] = field(default_factory=list)

    @property
    def state(self) -> str:
        """``complete``, ``partial`` (one source failed) or ``failed`` (all did)."""
        done = sum(report.complete for report in self.sources)
        return "complete" if done == len(self.sources) else "partial" if done else "failed"

    @property
    def quarantined(self) -> int:
        return sum(report.arrivals.quarantined for report in self.sources)

    @property
    def exit_code(self) -> int:
        """6 if a source failed, 3 if a record was quarantined, else 0."""
        if self.state != "complete":
            return EXIT_SOURCE
        return EXIT_PARTIAL if self.quarantined else EXIT_OK

    def to_json(self) -> dict[str, Any]:
        """For the run record and for programs."""
        return {"state": self.state, "sources": [report.to_json() for report in self.sources]}

    def lines(self) -> Iterator[str]:
        """For people."""
        for report in self.sources:
            counts = ", ".join(f"{number} {name}" for name, number in report.arrivals.to_json().items())
            gone = f", {report.gone} gone" if report.gone else ""
            owed = f", {len(report.owed)} owed" if report.owed else ""
            yield f"{report.source.value} ({report.mode.value}): {counts}{gone}{owed}; {report.requests} requests"
            for name, number in sorted(report.drift.items()):
                yield f"  {name} in {number} records"
            for warning in report.warnings:
                yield f"  {warning}"
            if report.error:
                yield f"  failed: {report.error}"


@contextmanager
def open_clients(settings: Settings, sources: Sequence[Source]) -> Iterator[Clients]:
    """Clients for the sources by the settings, with limits shared by all processes of this user on this machine.

    Raises:
        ConfigError: PubMed is to be asked and no e-mail address is set.
    """
    entrez = _entrez(settings) if Source.PUBMED in sources else None
    if Source.CTGOV not in sources:
        yield Clients(entrez=entrez)
        return
    limiter = Limiter(per_s=CTGOV_PER_S, path=_limit_file("ctgov"))
    agent = f"mscminer/{__version__}" + (f" ({settings.email})" if settings.email else "")
    with CtgovClient(base_url=settings.ctgov_url, limiter=limiter, user_agent=agent) as ctgov:
        yield Clients(entrez=entrez, ctgov=ctgov)


def _entrez(settings: Settings) -> EntrezClient:
    if not settings.email:
        raise ConfigError(
            "NCBI asks every client for an e-mail address, and none is set.",
            where="email",
            remedy="Set MSCMINER_EMAIL, or harvest the registry alone (--source ctgov).",
        )
    key = settings.ncbi_api_key.get_secret_value()
    limiter = Limiter(per_s=NCBI_PER_S_WITH_KEY if key else NCBI_PER_S, path=_limit_file("entrez"))
    return EntrezClient(
        EntrezSettings(email=settings.email, tool=settings.tool, api_key=key or None, base_url=settings.entrez_url),
        limiter=limiter,
    )


def _limit_file(name: str) -> Path:
    """A file that all processes of this user share."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    if not os.access(cache if cache.exists() else cache.parent, os.W_OK):
        cache = Path(tempfile.gettempdir()) / f"cache-{os.getuid()}"
    return cache / "mscminer" / f"{name}.limit"


def harvest(
    store: Store,
    clients: Clients,
    *,
    query: NamedQuery | None = None,
    span: Span | None = None,
    now: Clock = utc_now,
) -> HarvestReport:
    """Ask each source for what changed; one that fails does not keep the other from being asked.

    Interrupted or killed anywhere, the next harvest leads to the same database.

    Raises:
        StoreError: the database refuses.
    """
    query, span = query or load_query(DEFAULT_QUERY), span or Span()
    at = now()
    request = {"query": query.name, "version": query.version, "mode": span.mode.value, "window": _text(span)}
    with store.write() as tx:
        close_dead_runs(tx.runs.recent(JOB), tx, at)
        run_id = tx.runs.start(JOB, request, at=at)
    report = HarvestReport(run_id=run_id)
    jobs: list[CtgovHarvest | PubmedHarvest] = []
    if clients.ctgov is not None and query.ctgov:
        jobs.append(CtgovHarvest(store, clients.ctgov, query, span, at=at, run_id=run_id))
    if clients.entrez is not None and query.pubmed:
        jobs.append(PubmedHarvest(store, clients.entrez, query, span, at=at, run_id=run_id))
    for job in jobs:
        report.sources.append(job.report)
        _run(job)
    errors = "; ".join(f"{part.source.value}: {part.error}" for part in report.sources if part.error)
    with store.write() as tx:
        tx.runs.finish(run_id, report.state, report.to_json(), at=now(), error=errors or None)
    return report


def _run(job: CtgovHarvest | PubmedHarvest) -> None:
    began = time.monotonic()
    log = _log.bind(source=job.report.source.value)
    try:
        job.run()
    except SourceError as error:
        job.report.error = str(error)
        log.error("source failed", error=str(error))
    job.report.seconds = time.monotonic() - began
    log.info("harvested", mode=job.report.mode.value, requests=job.report.requests, **job.report.arrivals.to_json())


def _text(span: Span) -> str | None:
    return str(span.window) if span.window else None


def close_dead_runs(recent: Sequence[Run], tx: Transaction, at: datetime) -> list[str]:
    """Mark runs as failed that never ended: whoever holds the lock knows that nobody else is running.

    Returns:
        A sentence on each.
    """
    dead = [run for run in recent if run.state == "running"]
    for run in dead:
        tx.runs.finish(run.id, "failed", {}, at=at, error="it did not end: killed, or the machine went down")
    return [f"{run.job} of {run.started_at:%Y-%m-%d %H:%M}" for run in dead]
