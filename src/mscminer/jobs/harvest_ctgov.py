"""ClinicalTrials.gov: what was updated since the data of the last complete run, and what is no longer there."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import structlog

from mscminer.core.errors import RecordError, RetryableSourceError, SourceError
from mscminer.core.records import Record, RecordKey, Rejected, Source
from mscminer.harvest.ctgov_api import CtgovClient, DataVersion, Moved, StudyPage, StudySearch
from mscminer.harvest.ctgov_drift import Drift, count_drift
from mscminer.harvest.ctgov_json import build_study_record
from mscminer.harvest.named_queries import NamedQuery
from mscminer.harvest.windows import FIRST_DAY, DateWindow
from mscminer.jobs.arrivals import GONE, Arrivals, set_state, take_in
from mscminer.jobs.harvest_plan import (
    OVERLAP_DAYS,
    Mode,
    SourceReport,
    Span,
    Step,
    WindowCount,
    batches,
    commit_steps,
    compare_totals,
    iso_day,
    rotate,
    write_nothing,
)
from mscminer.store import Store, Transaction
from mscminer.store.records import State

CHECKED_A_REQUEST = 400
"""NCT numbers in one request: they travel in the address, which servers cut at some 8 KB."""
CHECK_REQUESTS_A_RUN = 2
_MOST_ATTEMPTS = 3
_MOST_GONE = 20
"""More than these vanished at once are not believed."""

_log = structlog.get_logger(part="harvest")


@dataclass(frozen=True, kw_only=True, slots=True)
class _Cursor:
    """The day and time stamp of the registry's data up to which all is complete; how far the id check has come."""

    until: date | None
    data: str
    fingerprint: str
    checked_to: str
    server_total: int | None

    @classmethod
    def read(cls, position: Mapping[str, Any]) -> _Cursor:
        return cls(
            until=iso_day(position.get("until")),
            data=position.get("data_timestamp", ""),
            fingerprint=position.get("fingerprint", ""),
            checked_to=position.get("checked_to", ""),
            server_total=position.get("server_total"),
        )


class _Moving(RetryableSourceError):
    """The registry's data changed underway."""


class CtgovHarvest:
    """One run over the registry with one query."""

    def __init__(
        self, store: Store, client: CtgovClient, query: NamedQuery, span: Span, *, at: datetime, run_id: int
    ) -> None:
        self.report = SourceReport(source=Source.CTGOV, query=query.name, mode=span.mode)
        self.report.asked = json.dumps(dict(query.ctgov), sort_keys=True)
        self._store = store
        self._client = client
        self._query = query
        self._span = span
        self._at = at
        self._run_id = run_id
        self._checked_to = ""
        self._drift: Counter[Drift] = Counter()

    def run(self) -> None:
        """Harvest, anew as often as the data change underway; the report is filled on the way.

        Raises:
            SourceError: the registry did not give what was asked; the cursor stays.
        """
        began = self._client.requests
        try:
            for attempt in range(1, _MOST_ATTEMPTS + 1):
                self.report.attempts = attempt
                try:
                    self._once()
                except _Moving as moving:
                    _log.warning("harvest begins anew", source="ctgov", reason=moving.message)
                    if attempt == _MOST_ATTEMPTS:
                        raise
                else:
                    return
        finally:
            self.report.requests = self._client.requests - began
            self.report.drift = {str(drift): number for drift, number in self._drift.items()}

    def _once(self) -> None:
        cursor = self._cursor()
        self._drift.clear()
        self.report.windows.clear()
        version = self._client.fetch_version()
        self.report.data_version = version.data
        if self._span.mode is Mode.WINDOW:
            commit_steps(self._store, self._some_steps(self._span.window, version), write_nothing)
        elif self.report.mode is Mode.INCREMENTAL and version.data == cursor.data:
            self.report.server_total = cursor.server_total
            _log.info("registry unchanged", data=version.data)
        else:
            steps = self._all_steps(cursor, version)
            commit_steps(self._store, steps, lambda tx: self._move_cursor(tx, cursor, version))
            compare_totals(self._store, self.report)

    def _cursor(self) -> _Cursor:
        with self._store.read() as tx:
            stored = tx.cursors.get(Source.CTGOV.value, self._query.name)
        cursor = _Cursor.read(stored.position if stored else {})
        self._checked_to = cursor.checked_to
        if self._span.mode is Mode.INCREMENTAL and (
            cursor.until is None or cursor.fingerprint != self._query.fingerprint
        ):
            self.report.mode = Mode.FULL
        return cursor

    def _move_cursor(self, tx: Transaction, cursor: _Cursor, version: DataVersion) -> None:
        """Complete up to the day of the data: our own clock has no say, and neither has a late rebuild."""
        day = _day_of(version)
        position = {
            "until": max(day, cursor.until or day).isoformat(),
            "data_timestamp": version.data,
            "fingerprint": self._query.fingerprint,
            "checked_to": self._checked_to,
            "server_total": self.report.server_total,
        }
        tx.cursors.set(Source.CTGOV.value, self._query.name, position, run_id=self._run_id, at=self._at)

    def _all_steps(self, cursor: _Cursor, version: DataVersion) -> Iterator[Step]:
        window = None
        if self.report.mode is Mode.INCREMENTAL and cursor.until is not None:
            start = min(cursor.until, _day_of(version)) - timedelta(days=OVERLAP_DAYS)
            window = DateWindow(start=max(start, FIRST_DAY), end=_day_of(version) + timedelta(days=2))
        yield from self._search_steps(window)
        yield write_nothing  # so that the ids to check do not depend on what an interrupted run left
        try:
            self.report.server_total = (
                self._client.count(self._query.ctgov) if window else self.report.windows[-1].server_count
            )
            yield from self._check_steps(cursor)
        except SourceError as error:
            # All that is new is here; a check that cannot be made tonight must not keep the cursor back.
            self.report.warnings.append(f"what is gone was not checked: {error}")
        self._refuse_new_data(version)

    def _some_steps(self, window: DateWindow | None, version: DataVersion) -> Iterator[Step]:
        yield from self._search_steps(window)
        self._refuse_new_data(version)

    def _search_steps(self, window: DateWindow | None) -> Iterator[Step]:
        account = StudySearch()
        for page in self._client.search(self._query.ctgov, account, window=window):
            self._drift.update(count_drift(page.studies))
            yield self._save(page)
        if account.total is not None and account.total != len(account.ids):
            raise _Moving(
                f"{len(account.ids)} studies came of {account.total} counted.",
                where="ClinicalTrials.gov /studies",
                remedy="The next run asks afresh.",
            )
        self.report.windows.append(
            WindowCount(
                request=f"studies updated {window}" if window else "all studies",
                server_count=account.total if account.total is not None else -1,
                arrived=len(account.ids),
            )
        )

    def _refuse_new_data(self, version: DataVersion) -> None:
        now = self._client.fetch_version()
        if now.data != version.data:
            raise _Moving(
                f"the data of {version.data} became those of {now.data} underway.",
                where="ClinicalTrials.gov /version",
                remedy="The next run asks afresh.",
            )

    def _save(self, page: StudyPage) -> Step:
        def write(tx: Transaction) -> None:
            for item in read_studies(page, at=self._at):
                save_item(tx, item, self.report.arrivals, at=self._at)

        return write

    def _check_steps(self, cursor: _Cursor) -> Iterator[Step]:
        """A rolling check of ids, in the same number of requests however many studies there are."""
        with self._store.read() as tx:
            ids = [key.id for key in tx.records.keys(Source.CTGOV)]
            chosen = rotate(ids, cursor.checked_to, CHECKED_A_REQUEST * CHECK_REQUESTS_A_RUN)
            states = {nct: tx.records.state(RecordKey(source=Source.CTGOV, id=nct)) for nct in chosen}
        now: dict[str, str] = {}
        for asked in batches(chosen, CHECKED_A_REQUEST):
            now.update(self._client.find_ids(asked))
        self.report.checked = len(chosen)
        for nct, state in states.items():
            if now.get(nct, nct) != nct and state is not State.MERGED:
                yield self._mark(nct, State.MERGED, f"now filed as {now[nct]}")
        back = [nct for nct, state in states.items() if state in GONE and now.get(nct) == nct]
        gone = [nct for nct, state in states.items() if state not in GONE and nct not in now]
        yield from self._one_by_one(back, gone, len(chosen))
        self._checked_to = chosen[-1] if chosen else ""

    def _one_by_one(self, back: list[str], gone: list[str], asked: int) -> Iterator[Step]:
        """Believe that studies are gone, or back, only if asking for each says so too."""
        if len(gone) > _MOST_GONE:
            self.report.warnings.append(f"{len(gone)} of {asked} studies vanished at once: not believed")
            _log.warning("implausible removals", source="ctgov", gone=len(gone), asked=asked)
            gone = []
        for nct in back + gone:
            found = self._client.fetch_study(nct)
            if found is None:
                if nct in gone:
                    yield self._mark(nct, State.REMOVED, "the registry no longer has it")
            elif isinstance(found, Moved):
                yield self._mark(nct, State.MERGED, f"now filed as {found.to}")
            else:
                yield self._save(StudyPage(studies=(found,), request=f"studies/{nct}"))

    def _mark(self, nct: str, state: State, reason: str) -> Step:
        self.report.gone += 1

        def write(tx: Transaction) -> None:
            set_state(tx, RecordKey(source=Source.CTGOV, id=nct), state, reason, at=self._at)

        return write


def _day_of(version: DataVersion) -> date:
    try:
        return datetime.fromisoformat(version.data).date()
    except ValueError:
        raise RetryableSourceError(
            f"a data timestamp that is none: {version.data!r}.", where="ClinicalTrials.gov /version"
        ) from None


def read_studies(page: StudyPage, *, at: datetime) -> Iterable[Record | Rejected]:
    """The records of a page."""
    for number, study in enumerate(page.studies):
        try:
            yield build_study_record(study, fetched_at=at, origin="ClinicalTrials.gov API v2")
        except RecordError as error:
            yield Rejected(
                origin="ClinicalTrials.gov API v2",
                locator=f"{page.request}, study {number}",
                reason=error.message,
                remedy=error.remedy or "Look at it in the registry.",
                raw=repr(study).encode(),
            )


def save_item(tx: Transaction, item: Record | Rejected, arrivals: Arrivals, *, at: datetime) -> None:
    """A record into its place, anything else into quarantine."""
    if isinstance(item, Record):
        take_in(tx, item, arrivals, at=at)
    else:
        arrivals.quarantined += 1
        tx.quarantine.add(item, at=at)
