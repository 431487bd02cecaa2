"""PubMed: what was entered or modified since the last complete run, what is owed, and what is gone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import structlog
from lxml import etree

from mscminer.core.errors import RecordError, SourceError
from mscminer.core.records import Record, RecordKey, Rejected, Source
from mscminer.harvest.entrez import EntrezClient, FetchedBatch, SearchHits
from mscminer.harvest.named_queries import NamedQuery
from mscminer.harvest.pubmed_xml import ARTICLE_TAGS, build_article_record
from mscminer.harvest.safe_xml import parse_xml
from mscminer.harvest.windows import FIRST_DAY, DateWindow
from mscminer.jobs.arrivals import GONE, set_state, take_in
from mscminer.jobs.harvest_plan import (
    OVERLAP_DAYS,
    Mode,
    SourceReport,
    Span,
    Step,
    WindowCount,
    commit_steps,
    compare_totals,
    iso_day,
    rotate,
    write_nothing,
)
from mscminer.store import Store, Transaction
from mscminer.store.records import State

CHECKED_A_RUN = 1000
"""PMIDs whose existence is checked each night, in one request; a later night checks the next ones."""
_MOST_GONE = 20
"""More than these vanished at once (and more than a twentieth of those asked for) are not believed."""

_log = structlog.get_logger(part="harvest")


@dataclass(frozen=True, kw_only=True, slots=True)
class _Cursor:
    """Up to which day PubMed is complete, what it still owes, and how far the check for deletions has come."""

    until: date | None
    fingerprint: str
    owed: tuple[str, ...]
    checked_to: str

    @classmethod
    def read(cls, position: Mapping[str, Any]) -> _Cursor:
        return cls(
            until=iso_day(position.get("until")),
            fingerprint=position.get("fingerprint", ""),
            owed=tuple(position.get("owed", ())),
            checked_to=position.get("checked_to", ""),
        )


class PubmedHarvest:
    """One run over PubMed with one query."""

    def __init__(
        self, store: Store, client: EntrezClient, query: NamedQuery, span: Span, *, at: datetime, run_id: int
    ) -> None:
        self.report = SourceReport(source=Source.PUBMED, query=query.name, mode=span.mode)
        self.report.asked = query.pubmed
        self._store = store
        self._client = client
        self._query = query
        self._span = span
        self._at = at
        self._run_id = run_id
        self._seen: set[str] = set()
        self._owed: dict[str, None] = {}
        self._checked_to = ""
        self._began: datetime | None = None

    def run(self) -> None:
        """Harvest; the report is filled on the way.

        Raises:
            SourceError: PubMed did not give what was asked; the cursor stays.
        """
        began = self._client.requests
        try:
            cursor = self._cursor()
            if self._span.mode is Mode.WINDOW:
                commit_steps(self._store, self._window_steps(self._windows(cursor)), write_nothing)
            else:
                self._owed = dict.fromkeys(cursor.owed)
                commit_steps(self._store, self._all_steps(cursor), self._move_cursor)
                compare_totals(self._store, self.report)
        finally:
            self.report.requests = self._client.requests - began
            self.report.owed = tuple(self._owed)

    def _cursor(self) -> _Cursor:
        with self._store.read() as tx:
            stored = tx.cursors.get(Source.PUBMED.value, self._query.name)
        cursor = _Cursor.read(stored.position if stored else {})
        self._checked_to = cursor.checked_to
        if self._span.mode is Mode.INCREMENTAL and (
            cursor.until is None or cursor.fingerprint != self._query.fingerprint
        ):
            self.report.mode = Mode.FULL
        return cursor

    def _windows(self, cursor: _Cursor) -> list[tuple[str, DateWindow]]:
        """Index field and days of each search."""
        if self._span.window is not None:
            return [("edat", self._span.window), ("mdat", self._span.window)]
        today = self._today()
        end = max(today, cursor.until or today) + timedelta(days=1)
        if self.report.mode is Mode.FULL or cursor.until is None:
            return [("edat", DateWindow(start=FIRST_DAY, end=end))]
        start = min(cursor.until, today) - timedelta(days=OVERLAP_DAYS)
        window = DateWindow(start=start, end=end)
        return [("edat", window), ("mdat", window)]

    def _today(self) -> date:
        """Today by PubMed's clock at the run's first answer; ours may be wrong."""
        return self._began.date() if self._began is not None else self._at.date()

    def _move_cursor(self, tx: Transaction) -> None:
        """Complete up to the day on which the run began."""
        position = {
            "until": self._today().isoformat(),
            "fingerprint": self._query.fingerprint,
            "owed": list(self._owed),
            "checked_to": self._checked_to,
        }
        tx.cursors.set(Source.PUBMED.value, self._query.name, position, run_id=self._run_id, at=self._at)

    def _all_steps(self, cursor: _Cursor) -> Iterator[Step]:
        self.report.server_total = self._client.count(self._query.pubmed)
        self._began = self._client.server_time
        yield from self._owed_steps()
        yield from self._window_steps(self._windows(cursor))
        yield write_nothing  # so that the ids to check do not depend on what an interrupted run left
        try:
            yield from self._check_steps(cursor)
        except SourceError as error:
            # All that is new is here; a check that cannot be made tonight must not keep the cursor back.
            self.report.warnings.append(f"what is gone was not checked: {error}")

    def _owed_steps(self) -> Iterator[Step]:
        """Ask again for what a search once listed and no fetch gave; what is not even found is forgotten."""
        owed = list(self._owed)
        if not owed:
            return
        self._owed = dict.fromkeys(self._client.find_ids(owed[: self._client.search_limit]))
        yield from self._fetch_steps(self._client.fetch_ids(list(self._owed)))

    def _window_steps(self, windows: list[tuple[str, DateWindow]]) -> Iterator[Step]:
        for datetype, window in windows:
            for hits in self._client.search_slices(self._query.pubmed, window=window, datetype=datetype):
                yield from self._slice_steps(hits)

    def _slice_steps(self, hits: SearchHits) -> Iterator[Step]:
        self.report.warnings.extend(text for text in hits.warnings if text not in self.report.warnings)
        fresh = [pmid for pmid in hits.ids if pmid not in self._seen]
        whole = len(fresh) == len(hits.ids)
        missing: list[str] = []
        for batch in self._client.fetch(hits) if whole else self._client.fetch_ids(fresh):
            missing.extend(batch.missing)
            self._seen.update(batch.found)
            self._owed.update(dict.fromkeys(batch.missing))
            yield self._save(batch)
        self.report.windows.append(
            WindowCount(
                request=hits.request,
                server_count=hits.count,
                arrived=len(hits.ids) - len(missing),
                missing=tuple(missing),
            )
        )

    def _fetch_steps(self, fetched: Iterable[FetchedBatch]) -> Iterator[Step]:
        for batch in fetched:
            self._seen.update(batch.found)
            for pmid in batch.found:
                self._owed.pop(pmid, None)
            yield self._save(batch)

    def _save(self, batch: FetchedBatch) -> Step:
        def write(tx: Transaction) -> None:
            for item in read_articles(batch, at=self._at):
                if isinstance(item, Record):
                    take_in(tx, item, self.report.arrivals, at=self._at)
                else:
                    self.report.arrivals.quarantined += 1
                    tx.quarantine.add(item, at=self._at)

        return write

    def _check_steps(self, cursor: _Cursor) -> Iterator[Step]:
        """A rolling check, in the same number of requests however many articles there are."""
        with self._store.read() as tx:
            states = {key.id: tx.records.state(key) for key in self._to_check(tx, cursor)}
        if not states:
            return
        known = set(self._client.find_ids(list(states)))
        self.report.checked = len(states)
        back = [pmid for pmid, state in states.items() if state in GONE and pmid in known and pmid not in self._seen]
        yield from self._fetch_steps(self._client.fetch_ids(back))
        gone = [pmid for pmid, state in states.items() if state not in GONE and pmid not in known]
        yield from self._gone_steps([pmid for pmid in gone if pmid not in self._seen], len(states))
        self._checked_to = list(states)[-1]

    def _to_check(self, tx: Transaction, cursor: _Cursor) -> list[RecordKey]:
        ids = [key.id for key in tx.records.keys(Source.PUBMED)]
        number = min(CHECKED_A_RUN, self._client.search_limit)
        return [RecordKey(source=Source.PUBMED, id=ident) for ident in rotate(ids, cursor.checked_to, number)]

    def _gone_steps(self, gone: list[str], asked: int) -> Iterator[Step]:
        """Believe that articles are gone only if fetching them fails too, and if they are few."""
        if len(gone) > max(_MOST_GONE, asked // 20):
            self.report.warnings.append(f"{len(gone)} of {asked} articles vanished at once: not believed")
            _log.warning("implausible deletions", source="pubmed", gone=len(gone), asked=asked)
            return
        for batch in self._client.fetch_ids(gone):
            yield from self._fetch_steps([batch])
            self.report.gone += len(batch.missing)
            yield self._delete(batch.missing)

    def _delete(self, pmids: tuple[str, ...]) -> Step:
        def write(tx: Transaction) -> None:
            for pmid in pmids:
                key = RecordKey(source=Source.PUBMED, id=pmid)
                set_state(tx, key, State.DELETED, "PubMed no longer has it", at=self._at)

        return write


def read_articles(batch: FetchedBatch, *, at: datetime) -> Iterator[Record | Rejected]:
    """The records of a batch, without those that nobody asked for."""
    asked = set(batch.asked)
    for payload in batch.payloads:
        try:
            root = parse_xml(payload)
        except RecordError as error:
            yield _rejected(batch, error, payload)
            continue
        for article in root.iterchildren(*ARTICLE_TAGS):
            try:
                record = build_article_record(article, fetched_at=at, origin=batch.request)
            except RecordError as error:
                yield _rejected(batch, error, etree.tostring(article))
                continue
            if record.key.id in asked:
                yield record


def _rejected(batch: FetchedBatch, error: RecordError, raw: bytes) -> Rejected:
    return Rejected(
        origin=batch.request,
        locator="an article",
        reason=error.message,
        remedy=error.remedy or "Look at it in PubMed.",
        raw=raw,
    )
