"""Curating: records with their facts and decisions, deciding, the queue and how long the rest will take."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
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
from mscminer.core.trials import RESULT_LINKS, Link, Sourced, Trial
from mscminer.core.vocabulary import SET_FIELDS, Absence, Field
from mscminer.jobs.assemble import GONE
from mscminer.jobs.follow import census_is_fresh, follow_decision
from mscminer.jobs.show import find_key
from mscminer.store import Store, Transaction
from mscminer.store.queue import Outdated, QueuedTask, QueueFilter, Totals
from mscminer.store.records import State
from mscminer.trials.assembly import assemble_trial

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
        others: the same as views of their own, as far as they were asked for.
        trial: of a registration, what it and the papers with its results say together.
    """

    key: RecordKey
    state: State
    document: Document
    document_id: int
    extraction: Extraction | None
    line: str
    decisions: tuple[Decision, ...]
    states: Mapping[Field | None, FieldState]
    linked: tuple[RecordKey, ...] = ()
    others: tuple[RecordView, ...] = ()
    trial: Trial | None = None

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


LineOf = Callable[[RecordKey], str]
"""On which line of decisions a record is to be seen."""


def find_record(store: Store, ident: str) -> RecordKey:
    """The key of a record that is named by its id or by ``source:id``.

    Raises:
        NotFound: there is no such record.
    """
    with store.read() as tx:
        return find_key(tx, ident)


def view_record(
    store: Store, ident: str, *, line: str = MAIN, others: int = 0, line_of: LineOf | None = None
) -> RecordView:
    """Gather a record for a curator.

    Args:
        others: how many of its linked records to gather too.
        line_of: the line on which those are seen; the main line where it is not given.

    Raises:
        NotFound: there is no such record, or it has no readable text.
    """
    with store.read() as tx:
        key = find_key(tx, ident)
        view = _view(tx, key, line)
        wanted = view.linked[:others]
        lines = {other: line_of(other) if line_of else MAIN for other in wanted}
        gathered = _views(tx, lines)
        found = tuple(gathered[other] for other in wanted if other in gathered)
        return replace(view, others=found, trial=_trial(view, found, _result_links(tx, key)))


def _view(tx: Transaction, key: RecordKey, line: str) -> RecordView:
    found = _views(tx, {key: line}).get(key)
    if found is None:
        raise NotFound(f"{key} has no readable text.", remedy="See `mscminer quarantine`.")
    return replace(found, linked=tuple(_linked(tx, found.document)))


def _views(tx: Transaction, lines: Mapping[RecordKey, str]) -> dict[RecordKey, RecordView]:
    """Several records at once, each on its line, without what is linked to them."""
    stored = tx.documents.current_of(list(lines))
    extractions = tx.extractions.latest_of([item.id for item in stored.values()])
    decided = tx.decisions.of_records(list(lines))
    states = tx.records.states(list(lines))
    views = {}
    for key, item in stored.items():
        decisions = tuple(decision for decision in decided.get(key, ()) if decision.line == lines[key])
        views[key] = RecordView(
            key=key,
            state=states[key],
            document=item.document,
            document_id=item.id,
            extraction=extractions.get(item.id),
            line=lines[key],
            decisions=decisions,
            states=standing(decisions, line=lines[key]),
        )
    return views


def _linked(tx: Transaction, document: Document) -> list[RecordKey]:
    links = tx.links.of(document.key)
    if document.study is not None:
        strong = (link.a for link in links if link.type in RESULT_LINKS and link.b == document.key)
        pmids = (item.pmid for item in document.study.references if item.type.upper() in LINKED_REFERENCES)
        named = [RecordKey(source=Source.PUBMED, id=pmid) for pmid in pmids if pmid.isdecimal() and pmid[0] != "0"]
        found = [*strong, *named, *tx.queue.stating(Field.REGISTRY_ID, document.key.id, Kind.PUBLICATION)]
    else:
        assert document.article is not None
        ids = [item.rpartition("/")[2] for item in document.article.databank_ids]
        strong = (link.b for link in links if link.type in RESULT_LINKS and link.a == document.key)
        found = [*strong, *(key for ident in ids for key in tx.records.find(ident))]
    wanted = [key for key in dict.fromkeys(found) if key != document.key]
    there = tx.records.with_text(wanted)
    return [key for key in wanted if key in there]


def _result_links(tx: Transaction, key: RecordKey) -> list[Link]:
    """From papers that report a registration."""
    found = (link for link in tx.links.of(key) if link.b == key and link.a.source is Source.PUBMED)
    return [link for link in found if link.type in RESULT_LINKS]


def _trial(view: RecordView, papers: Sequence[RecordView], links: Sequence[Link]) -> Trial | None:
    """What a registration and the papers with its results say together; None without such papers."""
    reporting = {link.a for link in links}
    speaking = [_sourced(paper) for paper in papers if paper.key in reporting and paper.state not in GONE]
    return assemble_trial(_sourced(view), speaking, links) if speaking and view.document.study is not None else None


def _sourced(view: RecordView) -> Sourced:
    return Sourced(document=view.document, extraction=view.resolved)


def decide(store: Store, request: Request, *, who: str, now: datetime | None = None) -> Decision:
    """Write down a decision; the record's tasks, card and census row follow in the same transaction.

    Raises:
        Conflict: somebody else decided in between, or the record has a new version.
        NotFound: no such record.
        ConfigError: the request makes no sense: a value that the field cannot have, words that are not in the text.
    """
    return decide_all(store, [request], who=who, now=now)[0]


def decide_all(store: Store, requests: Sequence[Request], *, who: str, now: datetime | None = None) -> list[Decision]:
    """Write down several decisions on one field of one record, all or none; the first one's `expected` holds.

    Raises:
        Conflict, NotFound, ConfigError: as `decide`.
    """
    first = requests[0]
    with store.write() as tx:
        tx.decisions.queue_up()
        key = find_key(tx, first.ident)
        _check_second(tx, key, first, who)
        fresh = first.line == MAIN and census_is_fresh(tx)
        made: list[Decision] = []
        for request in requests:
            view = _view(tx, key, request.line)
            _check_version(view, request)
            new = _checked_decision(view, request, who, now or datetime.now(UTC))
            made.append(tx.decisions.append(new, expected=made[-1].number if made else request.expected))
        if first.line == MAIN:
            follow_decision(tx, key, first.field, was_fresh=fresh)
            refresh_record(tx, key)
        return made


def _checked_decision(view: RecordView, request: Request, who: str, at: datetime) -> NewDecision:
    try:
        return _new_decision(view, request, who, at)
    except ValueError as error:
        raise ConfigError(f"{error}.", where=str(view.key), remedy="Correct the value or the words.") from error


def steps_to(field: Field, wanted: Collection[str], others: Collection[str]) -> list[tuple[Verdict, str]]:
    """The decisions that make `wanted` (canonical values) all that holds of a field.

    Args:
        others: values that were shown or decided and may have to fall.
    """
    if not wanted:
        return [(Verdict.NOT_STATED, "")]
    falling = sorted(set(others) - set(wanted)) if field in SET_FIELDS else []
    return [*((Verdict.REJECT, value) for value in falling), *((Verdict.ACCEPT, value) for value in sorted(wanted))]


def take_over(
    store: Store, request: Request, source: str, *, who: str, source_line: str = MAIN, now: datetime | None = None
) -> list[Decision]:
    """Make hold of a field what a linked record says of it, and nothing else.

    Args:
        request: with the one value that the curator looked at; all others that the linked record gives come with it.
        source: the linked record, e.g. ``pubmed:31000001``; its words are kept with the decision as what was shown.

    Raises:
        Conflict, NotFound, ConfigError: as `decide`; also if the linked record does not say so.
    """
    field = request.field
    with store.read() as tx:
        view, key = _view(tx, find_key(tx, request.ident), request.line), find_key(tx, source)
        said = _views(tx, {key: source_line})[key].resolved if key in view.linked else None
    facts = [fact for fact in said.of(field) if fact.stated] if said is not None and field is not None else []
    if field is None or request.value not in {canonical(fact.value) for fact in facts}:
        raise ConfigError("the linked record does not say this.", where=source, remedy="Load the page again.")
    wanted = {canonical(fact.value) for fact in facts} if field in SET_FIELDS else {request.value}
    own = view.resolved.of(field) if view.resolved is not None else ()
    quotes = [item.quote for fact in facts if canonical(fact.value) in wanted for item in fact.evidence][:10]
    context = {**(request.context or {}), "source": str(key), "quotes": quotes}
    others = [canonical(fact.value) for fact in own if fact.stated]
    requests = [
        replace(request, verdict=verdict, value=value, context=context)
        for verdict, value in steps_to(field, wanted, others)
    ]
    return decide_all(store, requests, who=who, now=now)


def _check_version(view: RecordView, request: Request) -> None:
    if request.seen and request.seen != view.document.version:
        raise Conflict(
            "the record has a new version since you opened it; your decision was not written.",
            where=str(view.key),
            remedy="Look at the new text and decide again.",
        )


def _check_second(tx: Transaction, key: RecordKey, request: Request, who: str) -> None:
    if request.line == MAIN:
        return
    number = request.line.removeprefix("second:")
    found = tx.samples.get(int(number)) if number.isdecimal() else None
    if found is None or key not in found.keys:
        raise ConfigError(
            f"{key} does not belong to the second pass {request.line!r}.", remedy="See the list of samples."
        )
    if found.closed_at is not None:
        raise ConfigError(f"the second pass {request.line!r} is closed.", where=str(key))
    if any(item.line == MAIN and item.who == who for item in tx.decisions.of_record(key)):
        raise ConfigError(
            "you made a first decision on this record; a second pass needs somebody else.", where=str(key)
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
    """Bring one record's card and tasks up to date; of a paper, also those of the registrations it reports."""
    reported = [link.b for link in tx.links.of(key) if link.a == key and link.type in RESULT_LINKS]
    for group in ([key], list(dict.fromkeys(reported))):
        # The paper's card first: what a registration's tasks rest on is read from it.
        _refresh(tx, [item for found in group if (item := tx.queue.current(found)) is not None])


def _refresh(tx: Transaction, items: Sequence[Outdated]) -> None:
    links = {item.key: _result_links(tx, item.key) for item in items if item.linked}
    papers = {link.a for found in links.values() for link in found}
    views = _views(tx, dict.fromkeys([*(item.key for item in items), *papers], MAIN))
    made, texts = [], []
    for item in items:
        view = views[item.key]
        if view.document_id != item.document_id:
            continue  # a newer version came in between; it is found outdated again
        own = links.get(item.key, ())
        trial = _trial(view, [views[link.a] for link in own if link.a in views], own)
        card = card_of(view.document, view.extraction, view.decisions)
        made.append((item, card, tasks_of(view.document, view.extraction, view.decisions, trial=trial)))
        texts.append((item.document_id, view.document))
    tx.search.add_all(texts)
    tx.queue.put_all(made)


def refresh_queue(store: Store) -> int:
    """Bring cards, tasks and the text index up to date with what was loaded, extracted, linked or imported since.

    Returns:
        How many records were refreshed.
    """
    done: set[int] = set()
    last: list[Outdated] = []
    while True:
        with store.read() as tx:
            outdated = tx.queue.outdated()
        if outdated == last:
            return len(done)
        last = outdated
        for start in range(0, len(outdated), REFRESH_BATCH):
            with store.write() as tx:
                tx.decisions.queue_up()
                _refresh(tx, outdated[start : start + REFRESH_BATCH])
        done.update(item.record_id for item in outdated)


def queue_page(
    store: Store, wanted: QueueFilter, *, limit: int = 50, offset: int = 0, without: Collection[RecordKey] = ()
) -> list[QueuedTask]:
    """Tasks in the order in which they should be done, those of some records left out."""
    with store.read() as tx:
        return tx.queue.page(wanted, limit=limit, offset=offset, without=without)


def next_task(
    store: Store, wanted: QueueFilter, key: RecordKey, *, without: Collection[RecordKey] = ()
) -> QueuedTask | None:
    """The first task of another record than this one."""
    with store.read() as tx:
        return tx.queue.next_after(wanted, key, without=without)


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


def curated_extractions(
    store: Store, *, least_fields: int = 1, without: Collection[RecordKey] = ()
) -> Iterator[tuple[Document, Extraction]]:
    """Every record with decisions, its facts as they stand: what training and evaluation may learn from.

    Args:
        least_fields: leave out records with fewer decided fields.
        without: records to leave out.
    """
    with store.read() as tx:
        for key in tx.queue.decided_keys():
            view = _views(tx, {key: MAIN}).get(key) if key not in without else None
            if view is None or view.extraction is None or len(decided_fields(view.decisions)) < least_fields:
                continue
            yield view.document, apply_decisions(view.extraction, view.decisions, view.document)


def curated_labels(store: Store, *, least_fields: int = 1) -> Iterator[Label]:
    """The same as labels in the annotation form, for the gold standard."""
    for _, extraction in curated_extractions(store, least_fields=least_fields):
        yield label_from_extraction(extraction)
