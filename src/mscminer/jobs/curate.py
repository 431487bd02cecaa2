"""Curating: records with their facts and decisions, deciding, the queue and how long the rest will take."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from mscminer.core.decisions import (
    MAIN,
    NOT_STATED,
    Decision,
    FieldState,
    NewDecision,
    Verdict,
    apply_decisions,
    decided_fields,
    evidence_to_list,
    find_quote,
    standing,
)
from mscminer.core.documents import Document, Kind
from mscminer.core.errors import ConfigError, Conflict, NotFound
from mscminer.core.facts import Extraction, Value, canonical, check_value, from_canonical
from mscminer.core.labels import Label, label_from_extraction
from mscminer.core.records import RecordKey, Source
from mscminer.core.spans import Evidence
from mscminer.core.tasks import card_of, tasks_of
from mscminer.core.trials import RESULT_LINKS
from mscminer.core.vocabulary import Absence, Field
from mscminer.jobs.follow import census_is_fresh, follow_decision
from mscminer.jobs.show import find_key
from mscminer.store import Store, Transaction
from mscminer.store.queue import Outdated, QueuedTask, QueueFilter, Totals
from mscminer.store.records import State

LONGEST_PAUSE = timedelta(minutes=5)
"""Between two decisions of one curator; a longer gap is a break and says nothing about their speed."""

REFRESH_BATCH = 200
LINKED_REFERENCES = frozenset({"RESULT", "DERIVED"})


@dataclass(frozen=True, kw_only=True, slots=True)
class RecordView:
    """A record as a curator sees it on one line of decisions.

    Args:
        extraction: what the pipeline found, before any decision; None where it has not run.
        decisions: those of this line only.
        states: what holds, by field.
        linked: papers of a registration, registrations of a paper.
    """

    key: RecordKey
    state: State
    document: Document
    extraction: Extraction | None
    line: str
    decisions: tuple[Decision, ...]
    states: Mapping[Field | None, FieldState]
    linked: tuple[RecordKey, ...] = ()

    @property
    def resolved(self) -> Extraction | None:
        """The facts after the decisions."""
        if self.extraction is None:
            return None
        return apply_decisions(self.extraction, self.decisions, self.document, line=self.line)


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """What a curator hands in.

    Args:
        value: canonical form of the value that it is about, "" for the field as a whole.
        new_value: the value that takes its place.
        spans: section, start, end of words marked in the text.
        quotes: words that the document holds in exactly one place.
        expected: number of the latest decision on the field that the curator saw.
        seen: version of the document that the curator saw, "" to skip that check.
        undoes: uid of what an undo takes back; "" for the latest on the field.
    """

    ident: str
    field: Field | None
    verdict: Verdict
    expected: int
    value: str = ""
    new_value: Value | None = None
    spans: tuple[tuple[str, int, int], ...] = ()
    quotes: tuple[str, ...] = ()
    why: str = ""
    line: str = MAIN
    seen: str = ""
    undoes: str = ""
    context: Mapping[str, Any] | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Progress:
    """How far curation is; `remaining` is None before anybody has decided twice in a row."""

    totals: Totals
    seconds_per_decision: float | None
    remaining: timedelta | None
    remaining_effective: timedelta | None


def view_record(store: Store, ident: str, *, line: str = MAIN) -> RecordView:
    """Gather a record for a curator.

    Raises:
        NotFound: there is no such record, or it has no readable text.
    """
    with store.read() as tx:
        return _view(tx, find_key(tx, ident), line)


def _view(tx: Transaction, key: RecordKey, line: str) -> RecordView:
    stored = tx.documents.current(key)
    if stored is None:
        raise NotFound(f"{key} has no readable text.", remedy="See `mscminer quarantine`.")
    decisions = tuple(item for item in tx.decisions.of_record(key) if item.line == line)
    return RecordView(
        key=key,
        state=tx.records.state(key) or State.ACTIVE,
        document=stored.document,
        extraction=tx.extractions.latest(stored.id),
        line=line,
        decisions=decisions,
        states=standing(decisions, line=line),
        linked=tuple(_linked(tx, stored.document)),
    )


def _linked(tx: Transaction, document: Document) -> list[RecordKey]:
    if document.study is not None:
        strong = (link.a for link in tx.links.of(document.key) if link.type in RESULT_LINKS and link.b == document.key)
        pmids = (item.pmid for item in document.study.references if item.type.upper() in LINKED_REFERENCES)
        named = [RecordKey(source=Source.PUBMED, id=pmid) for pmid in pmids if pmid.isdecimal() and pmid[0] != "0"]
        found = [*strong, *named, *tx.queue.stating(Field.REGISTRY_ID, document.key.id, Kind.PUBLICATION)]
    else:
        assert document.article is not None
        ids = [item.rpartition("/")[2] for item in document.article.databank_ids]
        strong = (link.b for link in tx.links.of(document.key) if link.type in RESULT_LINKS and link.a == document.key)
        found = [*strong, *(key for ident in ids for key in tx.records.find(ident))]
    return [key for key in dict.fromkeys(found) if key != document.key and tx.documents.current(key) is not None]


def decide(store: Store, request: Request, *, who: str, now: datetime | None = None) -> Decision:
    """Write down a decision; the record's tasks, card and census row follow in the same transaction.

    Raises:
        Conflict: somebody else decided in between, or the record has a new version.
        NotFound: no such record.
        ConfigError: the request makes no sense: a value that the field cannot have, words that are not in the text.
    """
    with store.write() as tx:
        view = _view(tx, find_key(tx, request.ident), request.line)
        _check_version(view, request)
        _check_second(tx, view, request, who)
        try:
            new = _new_decision(view, request, who, now or datetime.now(UTC))
        except ValueError as error:
            raise ConfigError(f"{error}.", where=str(view.key), remedy="Correct the value or the words.") from error
        fresh = request.line == MAIN and census_is_fresh(tx)
        decision = tx.decisions.append(new, expected=request.expected)
        if request.line == MAIN:
            refresh_record(tx, view.key)
            follow_decision(tx, view.key, request.field, was_fresh=fresh)
        return decision


def _check_version(view: RecordView, request: Request) -> None:
    if request.seen and request.seen != view.document.version:
        raise Conflict(
            "the record has a new version since you opened it; your decision was not written.",
            where=str(view.key),
            remedy="Look at the new text and decide again.",
        )


def _check_second(tx: Transaction, view: RecordView, request: Request, who: str) -> None:
    if request.line == MAIN:
        return
    number = request.line.removeprefix("second:")
    if not number.isdecimal() or view.key not in tx.samples.get(int(number)).keys:
        raise ConfigError(
            f"{view.key} does not belong to the second pass {request.line!r}.", remedy="See the list of samples."
        )
    first = (item.who for item in tx.decisions.of_record(view.key) if item.line == MAIN and item.field is request.field)
    if who in first:
        raise ConfigError(
            "you made the first decision on this field; a second pass needs somebody else.", where=str(view.key)
        )


_UNSTATED: Final = frozenset({NOT_STATED, canonical(Absence.NOT_EXTRACTED)})


def _new_decision(view: RecordView, request: Request, who: str, at: datetime) -> NewDecision:
    verdict, value = request.verdict, request.value
    if verdict is Verdict.ACCEPT and value in _UNSTATED:
        # Somebody has looked now, and agrees that there is nothing.
        verdict, value = Verdict.NOT_STATED, NOT_STATED
    if request.field is not None and not value:
        value = NOT_STATED
    if value:
        # One spelling, whatever the client sent.
        value = canonical(from_canonical(value))
    if request.field is not None and request.new_value is not None:
        check_value(request.field, request.new_value)
    return NewDecision(
        key=view.key,
        field=request.field,
        value=value if request.field is not None else "",
        verdict=verdict,
        new_value=canonical(request.new_value) if request.new_value is not None else None,
        evidence=tuple(dict.fromkeys(_evidence(view.document, request))),
        shown={**_shown(view, request.field, value), **(request.context or {})},
        why=request.why,
        who=who,
        at=at,
        line=request.line,
        undoes=_undone(view, request) if verdict is Verdict.UNDO else None,
    )


def _undone(view: RecordView, request: Request) -> str:
    if request.undoes:
        if request.undoes not in {item.uid for item in view.decisions}:
            raise ValueError("there is no such decision on this record to undo")
        return request.undoes
    state = view.states.get(request.field)
    if state is None or state.undoable is None:
        raise ValueError("there is nothing to undo")
    return state.undoable.uid


def _evidence(document: Document, request: Request) -> Iterator[Evidence]:
    for section, start, end in request.spans:
        yield document.evidence(section, start, end)
    for quote in request.quotes:
        places = find_quote(quote, document)
        if not places:
            raise ValueError(f"the words “{quote[:80]}” are not in the text")
        yield document.evidence(places[0].section, places[0].start, places[0].end)


def _shown(view: RecordView, name: Field | None, value: str) -> dict[str, Any]:
    shown: dict[str, Any] = {"document": view.document.version}
    if view.extraction is None or name is None:
        return shown
    facts = view.extraction.of(name)
    shown["extractor"] = str(view.extraction.maker)
    shown["values"] = [canonical(fact.value) for fact in facts]
    fact = next((fact for fact in facts if canonical(fact.value) == value), None)
    if fact is not None:
        shown |= {"maker": str(fact.maker), "confidence": fact.confidence, "basis": fact.basis}
        shown["evidence"] = [evidence_to_list(item) for item in fact.evidence]
    return shown


def refresh_record(tx: Transaction, key: RecordKey) -> None:
    """Bring one record's card and tasks up to date."""
    item = tx.queue.current(key)
    if item is not None:
        _refresh(tx, item)


def _refresh(tx: Transaction, item: Outdated) -> None:
    stored = tx.documents.by_ids([item.document_id])[0]
    extraction = tx.extractions.latest(item.document_id)
    decisions = tx.decisions.of_record(item.key)
    tx.queue.put(
        item,
        card_of(stored.document, extraction, decisions),
        tasks_of(stored.document, extraction, decisions),
    )
    tx.search.add(item.document_id, stored.document)


def refresh_queue(store: Store) -> int:
    """Bring cards, tasks and the text index up to date with what was loaded, extracted or imported since.

    Returns:
        How many records were refreshed.
    """
    done = 0
    while True:
        with store.write() as tx:
            outdated = tx.queue.outdated(limit=REFRESH_BATCH)
            for item in outdated:
                _refresh(tx, item)
        done += len(outdated)
        if len(outdated) < REFRESH_BATCH:
            return done


def queue_page(store: Store, wanted: QueueFilter, *, limit: int = 50, offset: int = 0) -> list[QueuedTask]:
    """Tasks in the order in which they should be done."""
    with store.read() as tx:
        return tx.queue.page(wanted, limit=limit, offset=offset)


def next_task(store: Store, wanted: QueueFilter, key: RecordKey) -> QueuedTask | None:
    """The first task of another record than this one."""
    with store.read() as tx:
        return tx.queue.next_after(wanted, key)


def progress(store: Store, *, who: str | None = None) -> Progress:
    """How far curation is and how long the rest will take at this curator's (or everybody's) speed."""
    with store.read() as tx:
        totals = tx.queue.totals()
        pace = seconds_per_decision(tx.decisions.times(who=who)) or seconds_per_decision(tx.decisions.times())
    return Progress(
        totals=totals,
        seconds_per_decision=pace,
        remaining=None if pace is None else timedelta(seconds=round(pace * totals.open)),
        remaining_effective=None if pace is None else timedelta(seconds=round(pace * totals.effective)),
    )


def seconds_per_decision(times: Sequence[tuple[str, datetime]]) -> float | None:
    """Median time between two decisions of one curator, breaks left out; None before there are any."""
    by_name: dict[str, list[datetime]] = {}
    for name, at in times:
        by_name.setdefault(name, []).append(at)
    gaps = [
        (later - earlier).total_seconds()
        for own in by_name.values()
        for earlier, later in zip(sorted(own), sorted(own)[1:], strict=False)
        if later - earlier <= LONGEST_PAUSE
    ]
    return statistics.median(gaps) if gaps else None


def history(store: Store, ident: str) -> tuple[RecordKey, list[Decision]]:
    """All decisions on a record, undone ones too, the newest first.

    Raises:
        NotFound: no such record.
    """
    with store.read() as tx:
        key = find_key(tx, ident)
        return key, tx.decisions.of_record(key)[::-1]


def curated_extractions(store: Store, *, least_fields: int = 1) -> Iterator[tuple[Document, Extraction]]:
    """Every record with decisions, its facts as they stand: what training and evaluation may learn from.

    Args:
        least_fields: leave out records with fewer decided fields.
    """
    with store.read() as tx:
        for key in tx.queue.decided_keys():
            view = _view(tx, key, MAIN)
            if view.extraction is None or len(decided_fields(view.decisions)) < least_fields:
                continue
            yield view.document, apply_decisions(view.extraction, view.decisions, view.document)


def curated_labels(store: Store, *, least_fields: int = 1) -> Iterator[Label]:
    """The same as labels in the annotation form, for the gold standard."""
    for _, extraction in curated_extractions(store, least_fields=least_fields):
        yield label_from_extraction(extraction)
