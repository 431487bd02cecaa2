"""What one harvest is to ask, and the account of what came."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from mscminer.core.errors import ConfigError
from mscminer.core.records import Source
from mscminer.harvest.windows import DateWindow
from mscminer.jobs.arrivals import Arrivals
from mscminer.store import Store, Transaction

OVERLAP_DAYS = 3
"""Days before the last complete run that are asked again: sources index and post with some delay."""


class Mode(StrEnum):
    INCREMENTAL = "incremental"
    FULL = "full"
    WINDOW = "window"
    """Some days only; moves no cursor."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Span:
    """What to harvest: everything, what changed since the last complete run, or some days.

    Args:
        window: for `Mode.WINDOW` the days, else None.
    """

    mode: Mode = Mode.INCREMENTAL
    window: DateWindow | None = None

    def __post_init__(self) -> None:
        if (self.mode is Mode.WINDOW) != (self.window is not None):
            raise ValueError(f"{self.mode} with window {self.window}")


def build_span(full: bool, since: date | None, until: date | None) -> Span:
    """What a command's options ask for; `until` is the first day that is not harvested.

    Raises:
        ConfigError: if the options contradict each other.
    """
    if since is None and until is None:
        return Span(mode=Mode.FULL if full else Mode.INCREMENTAL)
    if full or since is None or until is None or until <= since:
        raise ConfigError(
            "not a span of days.",
            where="--since, --until",
            remedy="Give both, the later day second, and not --full.",
        )
    return Span(mode=Mode.WINDOW, window=DateWindow(start=since, end=until))


@dataclass(frozen=True, kw_only=True, slots=True)
class WindowCount:
    """The server's own count for a search, beside what arrived of it."""

    request: str
    server_count: int
    arrived: int
    missing: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        return {
            "request": self.request,
            "server_count": self.server_count,
            "arrived": self.arrived,
            "missing": list(self.missing),
        }


@dataclass(kw_only=True, slots=True)
class SourceReport:
    """What harvesting one source did.

    Args:
        mode: what was asked in the end (the first run and a new query version are full).
        attempts: times the source was begun anew because its data moved underway.
        checked: ids whose existence was checked; `gone` of them are no longer there.
        asked: the query as sent, without dates.
        server_total: the server's own count for it, of any date, or None if it was not asked.
        drift: unknown fields and values, and in how many records.
        error: why it did not end well, or "".
    """

    source: Source
    query: str
    mode: Mode = Mode.INCREMENTAL
    arrivals: Arrivals = field(default_factory=Arrivals)
    windows: list[WindowCount] = field(default_factory=list)
    attempts: int = 1
    requests: int = 0
    seconds: float = 0.0
    checked: int = 0
    gone: int = 0
    owed: tuple[str, ...] = ()
    data_version: str = ""
    asked: str = ""
    server_total: int | None = None
    drift: dict[str, int] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    error: str = ""

    @property
    def complete(self) -> bool:
        return not self.error

    def to_json(self) -> dict[str, Any]:
        """For the run record and for programs."""
        return {
            "source": self.source.value,
            "query": self.query,
            "mode": self.mode.value,
            **self.arrivals.to_json(),
            "windows": [window.to_json() for window in self.windows],
            "attempts": self.attempts,
            "requests": self.requests,
            "seconds": round(self.seconds, 3),
            "checked": self.checked,
            "gone": self.gone,
            "owed": list(self.owed),
            "data_version": self.data_version,
            "asked": self.asked,
            "server_total": self.server_total,
            "drift": dict(sorted(self.drift.items())),
            "warnings": list(self.warnings),
            "error": self.error,
        }


def compare_totals(store: Store, report: SourceReport) -> None:
    """Warn if fewer records are here than the server counts; more is usual, for what stops matching stays here."""
    if report.server_total is None:
        return
    with store.read() as tx:
        states = tx.records.totals().get(report.source.value, {})
    here = states.get("active", 0) + states.get("retracted", 0)
    if here < report.server_total:
        report.warnings.append(f"the server counts {report.server_total} for the query, {here} are here")


Step = Callable[[Transaction], None]
"""What is to be written of one answer; calling it with a transaction writes it."""


def write_nothing(_: Transaction) -> None:
    """A step after which everything before it is written."""


def commit_steps(store: Store, steps: Iterable[Step], finish: Step) -> None:
    """Write each step in its own transaction, the last one together with `finish`, which moves the cursor.

    The steps come from the network one by one; an error from there leaves what was written before it, which
    does no harm as everything is written again by the next run, and no cursor moved.
    """
    waiting: Step | None = None
    for step in steps:
        if waiting is not None:
            with store.write() as tx:
                waiting(tx)
        waiting = step
    with store.write() as tx:
        if waiting is not None:
            waiting(tx)
        finish(tx)


def iso_day(value: Any) -> date | None:
    """A day from a cursor's position."""
    return date.fromisoformat(value) if isinstance(value, str) and value else None


def rotate(ids: list[str], after: str, number: int) -> list[str]:
    """The next `number` of sorted ids behind `after`, from the start again at the end, each at most once."""
    behind = [ident for ident in ids if ident > after]
    return (behind + [ident for ident in ids if ident <= after])[:number]


def batches(ids: list[str], size: int) -> Iterator[list[str]]:
    """Lists of at most `size`."""
    for start in range(0, len(ids), size):
        yield ids[start : start + size]


Clock = Callable[[], datetime]
