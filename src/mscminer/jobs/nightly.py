"""The nightly job: harvest, extract, assemble, count, evaluate, publish behind a gate, tell.

Every step that fails is told in the digest.  A failing source does not stop the night, for what is stored can
still be counted; a failing extraction stops the steps that build on it, and nothing is published.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeVar

import structlog

from mscminer.core.errors import EXIT_FAILED, EXIT_GATE, EXIT_OK, MscminerError
from mscminer.harvest.named_queries import load_query
from mscminer.jobs.assemble import ensure_census
from mscminer.jobs.digest import Digest, build_chapters, count_changes, count_kinds, write_digest
from mscminer.jobs.evaluate import Options, evaluate_seed, shipped_gate
from mscminer.jobs.extract import extract
from mscminer.jobs.figures import Bands, Figures, find_breaches, measure
from mscminer.jobs.harvest import DEFAULT_QUERY, Clients, HarvestReport, close_dead_runs, harvest, utc_now
from mscminer.jobs.harvest_plan import Clock
from mscminer.jobs.mail import is_configured, send_digest
from mscminer.jobs.publish import Writer, publish
from mscminer.jobs.publish_files import write_publication
from mscminer.settings import Settings
from mscminer.store import Store
from mscminer.store.changes import Change

JOB = "nightly"
T = TypeVar("T")

_log = structlog.get_logger(part="nightly")


@dataclass(frozen=True, kw_only=True, slots=True)
class StepResult:
    """How a step went; `state` is ``done``, ``failed`` or ``skipped``."""

    name: str
    state: str
    seconds: float = 0.0
    detail: dict[str, Any] = field(default_factory=dict)
    error: str = ""
    exit_code: int = EXIT_OK

    def to_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "state": self.state,
            "seconds": round(self.seconds, 3),
            "detail": self.detail,
            "error": self.error,
        }


def judge_seed(model: str) -> tuple[str, ...]:
    """Score the pipeline on the seed's gold standard; sentences on what it does worse than it must."""
    report = evaluate_seed(Options(model=model, gate=shipped_gate()))
    return tuple(f"gold standard: {fall}" for fall in report.gate or ())


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What a night does; tests put other steps in.

    Args:
        exports: folder of publications and digests.
        judge: gives sentences on gold-standard scores outside their bands.
        write: writes the exports.
    """

    exports: Path
    model: str = ""
    query: str = DEFAULT_QUERY
    bands: Bands = field(default_factory=Bands)
    judge: Callable[[str], tuple[str, ...]] = judge_seed
    write: Writer = write_publication


@dataclass(kw_only=True)
class NightlyReport:
    """What a night did, step by step."""

    run_id: int
    at: datetime
    steps: list[StepResult] = field(default_factory=list)
    harvested: HarvestReport | None = None
    figures: Figures | None = None
    breaches: tuple[str, ...] = ()
    published: bool = False
    digest: Digest | None = None
    digest_file: Path | None = None

    @property
    def state(self) -> str:
        """``complete``, ``partial`` (something failed) or ``failed`` (nothing could be counted)."""
        if self.figures is None:
            return "failed"
        failed = any(step.state != "done" for step in self.steps)
        return "partial" if failed or (self.harvested and self.harvested.state != "complete") else "complete"

    @property
    def exit_code(self) -> int:
        """That of the first failed step; 6 for a source, 7 for a closed gate, 3 for quarantine, else 0."""
        for step in self.steps:
            if step.state == "failed":
                return step.exit_code
        harvested = self.harvested.exit_code if self.harvested else EXIT_OK
        if self.breaches and harvested <= EXIT_GATE:
            return EXIT_GATE
        return harvested

    def to_json(self) -> dict[str, Any]:
        """For the run record and for programs."""
        return {
            "state": self.state,
            "steps": [step.to_json() for step in self.steps],
            "harvest": self.harvested.to_json() if self.harvested else None,
            "figures": self.figures.to_json() if self.figures else None,
            "gate": list(self.breaches),
            "published": self.published,
            "digest": self.digest.to_json() if self.digest else None,
        }


def nightly(
    store: Store, clients: Clients, plan: Plan, *, settings: Settings | None = None, now: Clock = utc_now
) -> NightlyReport:
    """Run the whole night; the caller holds the lock.

    Args:
        settings: for the e-mail; None sends none.

    Raises:
        StoreError: the database refuses; nothing else ends a night early.
    """
    at = now()
    with store.write() as tx:
        dead = close_dead_runs(tx.runs.recent(JOB), tx, at)
        run_id = tx.runs.start(JOB, {"query": plan.query}, at=at)
        before = last_figures(tx.runs.recent(JOB, limit=400))
    night = _Night(store, plan, NightlyReport(run_id=run_id, at=at))
    night.run(clients, before, now)
    digest = night.tell(before, dead)
    report = night.report
    if settings is not None and is_configured(settings):
        night.step("mail", lambda: send_digest(digest, settings))
    with store.write() as tx:
        tx.changes.mark_told(digest.last_change, run_id=run_id)
        errors = "; ".join(digest.failures)
        tx.runs.finish(run_id, report.state, report.to_json(), at=now(), error=errors or None)
    return report


class _Night:
    """The steps of one night."""

    def __init__(self, store: Store, plan: Plan, report: NightlyReport) -> None:
        self.report = report
        self._store = store
        self._plan = plan

    def run(self, clients: Clients, before: Figures | None, now: Clock) -> None:
        """All steps up to publication."""
        store, plan, report = self._store, self._plan, self.report
        query = self.step("harvest", lambda: harvest(store, clients, query=load_query(plan.query), now=now))
        report.harvested = query
        extracted = self.step("extract", lambda: extract(store, model=plan.model))
        if extracted is None:
            self._skip("assemble", "count", "evaluate", "publish")
            return
        if self.step("assemble", lambda: ensure_census(store) or True) is None:
            self._skip("count", "evaluate", "publish")
            return
        day = report.at.date()
        report.figures = self.step("count", lambda: measure(store, day))
        falls = self.step("evaluate", lambda: plan.judge(plan.model))
        if report.figures is None or falls is None:
            self._skip("publish")
            return
        report.breaches = (*falls, *find_breaches(before, report.figures, plan.bands))
        if report.breaches:
            _log.warning("not published", reasons=list(report.breaches))
            return
        report.published = self.step("publish", lambda: self._publish(day)) is not None

    def _publish(self, day: date) -> Path:
        name = f"{self.report.at:%Y-%m-%dT%H%M%S}-{self.report.run_id}"
        return publish(self._store, self._plan.exports, day, name=name, write=self._plan.write)

    def step(self, name: str, work: Callable[[], T]) -> T | None:
        """Do a step, time it, and keep its error; None if it failed."""
        began = time.monotonic()
        try:
            value = work()
        except (MscminerError, OSError) as error:
            code = error.exit_code if isinstance(error, MscminerError) else EXIT_FAILED
            self._note(name, "failed", time.monotonic() - began, error=str(error), exit_code=code)
            return None
        self._note(name, "done", time.monotonic() - began)
        return value

    def _note(self, name: str, state: str, seconds: float = 0.0, *, error: str = "", exit_code: int = 0) -> None:
        _log.info("step", name=name, state=state, seconds=round(seconds, 3), **({"error": error} if error else {}))
        result = StepResult(name=name, state=state, seconds=seconds, error=error, exit_code=exit_code)
        self.report.steps.append(result)

    def _skip(self, *names: str) -> None:
        for name in names:
            self._note(name, "skipped", error="an earlier step failed")

    def tell(self, before: Figures | None, dead: Sequence[str]) -> Digest:
        """Write the digest of everything that no digest has told yet."""
        with self._store.read() as tx:
            changes = tx.changes.untold()
        report = self.report
        digest = Digest(
            at=report.at,
            state=report.state,
            chapters=build_chapters(self._store, changes),
            counts=count_changes(before.counts if before else None, report.figures.counts) if report.figures else (),
            published=report.published,
            gate=report.breaches,
            failures=tuple(self._failures(dead)),
            notes=tuple(self._notes()),
            last_change=_last(changes),
            numbers=count_kinds(changes),
        )
        report.digest = digest
        files = self.step("digest", lambda: write_digest(digest, self._plan.exports / "digests"))
        report.digest_file = files[0] if files else None
        return digest

    def _failures(self, dead: Sequence[str]) -> list[str]:
        found = [f"an earlier run did not end: {text}" for text in dead]
        found += [f"{step.name}: {step.error}" for step in self.report.steps if step.state == "failed"]
        if self.report.harvested is not None:
            found += [f"{part.source.value}: {part.error}" for part in self.report.harvested.sources if part.error]
        return found

    def _notes(self) -> list[str]:
        found: list[str] = []
        for part in self.report.harvested.sources if self.report.harvested else ():
            name = part.source.value
            found += [f"{name}: {text} in {number} records" for text, number in sorted(part.drift.items())]
            found += [f"{name}: {text}" for text in part.warnings]
            if part.owed:
                found.append(f"{name}: listed but not yet given: {', '.join(part.owed[:20])}")
            if part.arrivals.quarantined:
                found.append(f"{name}: {part.arrivals.quarantined} records went to quarantine")
        return found


def _last(changes: Sequence[Change]) -> int:
    return changes[-1].id if changes else 0


def last_figures(runs: Sequence[Any]) -> Figures | None:
    """The figures of the newest night that published."""
    for run in runs:
        if run.result and run.result.get("published"):
            return Figures.from_json(run.result["figures"])
    return None
