"""The JSON API: the same actions as the pages, for programs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, ConfigDict
from pydantic import Field as Limits

from mscminer.core.counts import Dimension
from mscminer.core.decisions import MAIN, Decision, Verdict
from mscminer.core.facts import Fact, canonical
from mscminer.core.records import RecordKey, Source
from mscminer.core.tasks import Card, readable
from mscminer.core.vocabulary import Absence, Field
from mscminer.jobs.assemble import ensure_census
from mscminer.jobs.curate import (
    RecordView,
    decide,
    find_record,
    history,
    progress,
    queue_page,
    refresh_queue,
    take_over,
    view_record,
)
from mscminer.jobs.curate import Request as Wanted
from mscminer.jobs.decision_files import FORMATS, decision_to_json, import_decisions
from mscminer.jobs.find import browse, recent_decisions, search
from mscminer.jobs.follow import census_is_fresh
from mscminer.jobs.second_pass import (
    Side,
    Sight,
    adjudicate,
    agreement,
    close_sample,
    disagreements,
    draw_sample,
    sample,
    samples,
)
from mscminer.store.queue import BrowseFilter, QueueFilter
from mscminer.store.samples import Sample
from mscminer.web.access import Viewer, changing_viewer, need, need_line, sight, viewer
from mscminer.web.blocks import LINKED_SHOWN, source_url
from mscminer.web.dashboard import count_board, day_of
from mscminer.web.files import exported


class Problem(BaseModel):
    """An error: what, where, and what to do next."""

    error: str
    detail: str
    where: str | None
    remedy: str | None


ANSWERS: dict[int | str, dict[str, Any]] = {
    401: {"model": Problem, "description": "Nobody is logged in"},
    403: {"model": Problem, "description": "The role does not allow it, or the CSRF token is missing"},
    404: {"model": Problem, "description": "No such record, sample or definition"},
    409: {"model": Problem, "description": "Somebody else decided in between; nothing was written"},
    422: {"model": Problem, "description": "The request makes no sense"},
    503: {"model": Problem, "description": "The database refuses"},
}

router = APIRouter(prefix="/api/v1", tags=["curation"], responses=ANSWERS)
Reading = Annotated[Viewer, Depends(viewer)]
Changing = Annotated[Viewer, Depends(changing_viewer)]
Limit = Annotated[int, Query(ge=1, le=500)]
Offset = Annotated[int, Query(ge=0, le=1_000_000)]
Number = Annotated[int, Limits(ge=0, le=2**31 - 1)]
Ident = Annotated[str, Query(min_length=1, max_length=100, description="NCT number, PMID or source:id")]


class Me(BaseModel):
    name: str
    role: str
    csrf: str = Limits(description="to send as X-CSRF-Token with changes, unless an API token is used")


class TaskOut(BaseModel):
    record: str
    title: str
    field: Field
    state: str
    effect: int
    doubt: float
    value: str
    conflict: bool
    stale: bool
    changed: bool
    year: int | None
    category: str


class ProgressOut(BaseModel):
    open: int
    skipped: int
    done: int
    effective: int
    fields: dict[str, int] = Limits(description="open ones by field")
    seconds_per_decision: float | None
    remaining_s: float | None


class SpanModel(BaseModel):
    """Characters of a section, counted as Unicode code points from 0, the end not included."""

    model_config = ConfigDict(extra="forbid")

    section: str = Limits(min_length=1, max_length=200)
    start: Number
    end: Number


class EvidenceOut(SpanModel):
    document: str
    quote: str


class FactOut(BaseModel):
    field: Field
    value: Any | None
    absence: Absence | None
    canonical: str
    text: str
    confidence: float
    basis: str
    maker: str
    evidence: list[EvidenceOut]


class DecisionOut(BaseModel):
    number: int
    uid: str
    at: datetime
    who: str
    record: str
    line: str
    field: str
    verdict: Verdict
    value: str
    new_value: str | None
    why: str
    undoes: str | None
    evidence: list[list[Any]]
    shown: dict[str, Any]
    origin: str


class SectionOut(BaseModel):
    name: str
    label: str
    language: str
    text: str


class SideOut(BaseModel):
    record: str
    values: list[FactOut]


class ConflictOut(BaseModel):
    """A field on which a registration and the papers with its results exclude each other."""

    field: Field
    sides: list[SideOut]


class RecordOut(BaseModel):
    record: str
    document: str
    state: str
    url: str
    title: str
    sections: list[SectionOut]
    extracted: list[FactOut]
    facts: list[FactOut] = Limits(description="as they stand after the decisions")
    decisions: list[DecisionOut]
    expected: dict[str, int] = Limits(description="latest decision by field: what the next one must expect")
    line: str = Limits(description="main, or the line of the blind second pass that this record is in for you")
    linked: list[str]
    conflicts: list[ConflictOut]


class DecisionIn(BaseModel):
    """A decision to write down."""

    model_config = ConfigDict(extra="forbid")

    record: str = Limits(min_length=1, max_length=100)
    field: Field | None = None
    verdict: Verdict
    expected: Number = Limits(description="number of the latest decision on the field that you saw, 0 for none")
    value: str = Limits("", max_length=20_000, description="canonical form of the value that it is about")
    new_value: str | int | bool | dict[str, Any] | None = Limits(None, description="for correct only")
    spans: list[SpanModel] = Limits(default_factory=list, max_length=50)
    quotes: list[Annotated[str, Limits(min_length=1, max_length=4000)]] = Limits(default_factory=list, max_length=50)
    why: str = Limits("", max_length=4000)
    line: str = Limits(MAIN, pattern="^(main|second:[0-9]{1,9})$")
    seen: str = Limits("", max_length=64, description="version of the document that you saw, to be told of a newer one")
    undoes: str = Limits("", max_length=64)


class TakeIn(BaseModel):
    """To make hold of a field what a linked record says of it."""

    model_config = ConfigDict(extra="forbid")

    record: str = Limits(min_length=1, max_length=100)
    field: Field
    source: str = Limits(min_length=1, max_length=100, description="the linked record")
    value: str = Limits(min_length=1, max_length=20_000, description="canonical form of a value that it gives")
    expected: Number
    why: str = Limits("", max_length=4000)
    line: str = Limits(MAIN, pattern="^(main|second:[0-9]{1,9})$")
    seen: str = Limits("", max_length=64)


class ListedOut(BaseModel):
    record: str
    title: str
    year: int | None
    msc: str
    category: str
    phase: str
    tissue: str
    donor: str


class SampleIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str = Limits(min_length=1, max_length=200, pattern=r"\w")
    size: int = Limits(ge=1, le=10_000)
    seed: Number | None = None


class SampleOut(BaseModel):
    id: int
    name: str
    seed: int
    line: str
    created_by: str
    created_at: datetime
    closed_at: datetime | None
    closed_by: str | None
    records: list[str]
    done: list[str] = Limits(description="records on which the second pass has answered all that the first decided")


class IntervalOut(BaseModel):
    value: float
    low: float
    high: float


class AgreementOut(BaseModel):
    field: str
    units: int
    same: int
    alpha: IntervalOut | None
    ac: IntervalOut | None


class DisagreementSide(BaseModel):
    who: list[str]
    values: list[FactOut]
    why: list[str]


class DisagreementOut(BaseModel):
    """A field of which two curators made different things, to be settled."""

    record: str
    title: str
    field: Field
    first: DisagreementSide
    second: DisagreementSide
    expected: int
    document: str


class AdjudicationIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    record: str = Limits(min_length=1, max_length=100)
    field: Field
    choice: str = Limits(pattern="^(first|second|other)$")
    new_value: str | int | bool | dict[str, Any] | None = Limits(
        None, description="for the choice `other`; without it the field becomes *not stated*"
    )
    expected: Number
    why: str = Limits("", max_length=4000)
    seen: str = Limits("", max_length=64)


class ImportOut(BaseModel):
    added: int
    known: int
    problems: list[str]


class CensusOut(BaseModel):
    fresh: bool
    built_at: datetime | None


class CountOut(BaseModel):
    definition: str
    as_of: date
    rows: Dimension
    columns: Dimension
    row_values: list[str]
    column_values: list[str]
    numbers: list[list[int]]
    row_totals: dict[str, int]
    column_totals: dict[str, int]
    total: int
    members: list[str] | None
    fresh: bool = Limits(description="whether everything loaded, extracted and decided is in it")


def _clean(text: str) -> str:
    # JSON may spell lone surrogates, which UTF-8 cannot.
    return text.encode("utf-8", "replace").decode()


def _clean_all(data: Any) -> Any:
    if isinstance(data, str):
        return _clean(data)
    if isinstance(data, list):
        return [_clean_all(item) for item in data]
    if isinstance(data, dict):
        return {_clean(key): _clean_all(item) for key, item in data.items()}
    return data


def _fact(fact: Fact) -> FactOut:
    absent = isinstance(fact.value, Absence)
    return FactOut(
        field=fact.field,
        value=None if absent else _clean_all(fact.value),
        absence=fact.value if isinstance(fact.value, Absence) else None,
        canonical=_clean(canonical(fact.value)),
        text=_clean(readable(fact.value)),
        confidence=fact.confidence,
        basis=fact.basis,
        maker=str(fact.maker),
        evidence=[
            EvidenceOut(
                section=item.span.section, start=item.span.start, end=item.span.end, document=item.document,
                quote=_clean(item.quote),
            )
            for item in fact.evidence
        ],
    )  # fmt: skip


def _decision(decision: Decision) -> DecisionOut:
    return DecisionOut(number=decision.number, **_clean_all(decision_to_json(decision)))


@router.get("/me")
def get_me(who: Reading) -> Me:
    """Who you are."""
    return Me(name=who.name, role=who.role, csrf=who.csrf)


@router.get("/queue")
def get_queue(
    request: Request,
    who: Reading,
    state: Annotated[str, Query(pattern="^(open|skipped|done)$")] = "open",
    field: Field | None = None,
    value: Annotated[str, Query(max_length=100, description="part of the value as people read it")] = "",
    category: Annotated[str, Query(max_length=40, pattern="^[a-z0-9_]*$")] = "",
    source: Source | None = None,
    year: Annotated[int | None, Query(ge=1900, le=2200)] = None,
    conflict: bool = False,
    stale: bool = False,
    changed: bool = False,
    limit: Limit = 50,
    offset: Offset = 0,
) -> list[TaskOut]:
    """What to decide next, in that order."""
    wanted = QueueFilter(
        state=state, field=field or "", value=value, category=category, source=source or "", year=year,
        conflict=conflict, stale=stale, changed=changed,
    )  # fmt: skip
    hidden = sight(request, who).blind
    rows = queue_page(request.app.state.store, wanted, limit=limit, offset=offset, without=hidden)
    return [
        TaskOut(
            record=str(row.key), title=_clean(row.title), year=row.year, category=row.category,
            **{**asdict(row.task), "value": _clean(row.task.value)},
        )
        for row in rows
    ]  # fmt: skip


@router.get("/progress")
def get_progress(request: Request, who: Reading) -> ProgressOut:
    """How far curation is, at your own speed."""
    found = progress(request.app.state.store, who=who.name)
    left = found.remaining.total_seconds() if found.remaining is not None else None
    return ProgressOut(
        **asdict(found.totals), seconds_per_decision=found.seconds_per_decision, remaining_s=left
    )  # fmt: skip


Lines = Annotated[str, Query(pattern="^(main|second:[0-9]{1,9})?$", description="main, or a second pass")]


@router.get("/record")
def get_record(request: Request, who: Reading, id: Ident, line: Lines = "") -> RecordOut:
    """A record with its text, what was extracted, what was decided and what stands."""
    store, seen = request.app.state.store, sight(request, who)
    key = find_record(store, id)
    chosen = line or seen.line_of(key)
    need_line(seen, key, chosen)
    view = view_record(store, str(key), line=chosen, others=LINKED_SHOWN, line_of=seen.line_of)
    document, resolved = view.document, view.resolved
    return RecordOut(
        record=str(view.key),
        document=document.version,
        state=view.state.value,
        url=source_url(view.key),
        title=_clean(document.title),
        sections=[SectionOut(**_clean_all(asdict(section))) for section in document.sections],
        extracted=[_fact(fact) for fact in view.extraction.facts] if view.extraction else [],
        facts=[_fact(fact) for fact in resolved.facts] if resolved else [],
        decisions=[_decision(item) for item in view.decisions],
        expected={name.value if name else "": state.last for name, state in view.states.items()},
        line=view.line,
        linked=[str(key) for key in view.linked],
        conflicts=_conflicts(view),
    )


def _conflicts(view: RecordView) -> list[ConflictOut]:
    sources = [view, *view.others]
    found = []
    for name in view.trial.conflicts if view.trial is not None else ():
        stated = {item.key: [fact for fact in _facts_of(item, name) if fact.stated] for item in sources}
        sides = [SideOut(record=str(key), values=list(map(_fact, facts))) for key, facts in stated.items() if facts]
        found.append(ConflictOut(field=name, sides=sides))
    return found


def _facts_of(view: RecordView, name: Field) -> Sequence[Fact]:
    return view.resolved.of(name) if view.resolved is not None else ()


@router.get("/history")
def get_history(
    request: Request,
    who: Reading,
    id: Annotated[str, Query(max_length=100)] = "",
    before: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None,
    limit: Limit = 50,
) -> list[DecisionOut]:
    """Decisions on a record, or of everybody; the newest first, undone ones too."""
    store = request.app.state.store
    found = history(store, id)[1] if id else recent_decisions(store, before=before, limit=limit)
    seen = sight(request, who)
    return [_decision(item) for item in found[:limit] if seen.may_see(item)]


@router.post("/decisions", status_code=201)
def post_decision(request: Request, who: Changing, sent: DecisionIn) -> DecisionOut:
    """Write down a decision; 409 if somebody else was quicker."""
    need(who, "curator")
    _need_line(request, who, sent.record, sent.line)
    wanted = Wanted(
        ident=sent.record,
        field=sent.field,
        verdict=sent.verdict,
        expected=sent.expected,
        value=sent.value,
        new_value=sent.new_value,
        spans=tuple((span.section, span.start, span.end) for span in sent.spans),
        quotes=tuple(sent.quotes),
        why=sent.why,
        line=sent.line,
        seen=sent.seen,
        undoes=sent.undoes,
    )
    return _decision(decide(request.app.state.store, wanted, who=who.name))


def _need_line(request: Request, who: Viewer, ident: str, line: str) -> Sight:
    found = sight(request, who)
    need_line(found, find_record(request.app.state.store, ident), line)
    return found


@router.post("/decisions/take", status_code=201)
def post_take(request: Request, who: Changing, sent: TakeIn) -> list[DecisionOut]:
    """Make hold of a field what a linked record says of it, and nothing else; all decisions or none are written."""
    need(who, "curator")
    seen, store = _need_line(request, who, sent.record, sent.line), request.app.state.store
    source = find_record(store, sent.source)
    wanted = Wanted(
        ident=sent.record, field=sent.field, verdict=Verdict.ACCEPT, expected=sent.expected, value=sent.value,
        why=sent.why, line=sent.line, seen=sent.seen,
    )  # fmt: skip
    made = take_over(store, wanted, str(source), who=who.name, source_line=seen.line_of(source))
    return [_decision(item) for item in made]


Code = Annotated[str, Query(max_length=40, pattern="^[a-z0-9_:]*$")]


def browse_filter(
    kind: Annotated[str, Query(pattern="^(registration|publication)?$")] = "",
    msc: Code = "",
    category: Code = "",
    phase: Annotated[str, Query(max_length=10, pattern="^[a-z0-9_/]*$")] = "",
    tissue: Code = "",
    donor: Code = "",
    year: Annotated[int | None, Query(ge=1900, le=2200)] = None,
) -> BrowseFilter:
    """Dependency: what is to be known of records."""
    return BrowseFilter(kind=kind, msc=msc, category=category, phase=phase, tissue=tissue, donor=donor, year=year)


Browsing = Annotated[BrowseFilter, Depends(browse_filter)]


@router.get("/search")
def get_search(
    request: Request,
    who: Reading,
    wanted: Browsing,
    q: Annotated[str, Query(max_length=300)],
    limit: Limit = 50,
    offset: Offset = 0,
) -> list[ListedOut]:
    """Records whose text holds all words, the best first; narrowed by what is known of them."""
    hidden = sight(request, who).blind
    found = search(request.app.state.store, q, wanted=wanted, limit=limit, offset=offset, blind=hidden)
    return [_listed(key, card) for key, card in found]


@router.get("/records")
def get_records(
    request: Request, who: Reading, wanted: Browsing, limit: Limit = 50, offset: Offset = 0
) -> list[ListedOut]:
    """Records by what is known of them, the newest first."""
    hidden = sight(request, who).blind
    found = browse(request.app.state.store, wanted, limit=limit, offset=offset, blind=hidden)
    return [_listed(key, card) for key, card in found]


def _listed(key: RecordKey, card: Card | None) -> ListedOut:
    return ListedOut(
        record=str(key),
        title=_clean(card.title) if card else "",
        year=card.year if card else None,
        msc=card.msc if card else "",
        category=card.category if card else "",
        phase=card.phase if card else "",
        tissue=_clean(card.tissue) if card else "",
        donor=card.donor if card else "",
    )


@router.get("/counts")
def get_counts(
    request: Request,
    who: Reading,
    definition: Annotated[str, Query(max_length=60)] = "msc-cells",
    rows: Dimension = Dimension.TISSUE,
    columns: Dimension = Dimension.DONOR,
    as_of: date | None = None,
    members: Annotated[bool, Query(description="list the records that count")] = False,
) -> CountOut:
    """Counts under a definition, with what curators have decided in them."""
    board = count_board(request.app.state.store, definition, as_of or day_of(""), rows, columns, members=members)
    table = board.table
    blind = {key.id for key in sight(request, who).blind}
    return CountOut(
        definition=table.definition.label,
        as_of=table.as_of,
        rows=table.rows,
        columns=table.columns,
        row_values=_clean_all(list(table.row_values)),
        column_values=_clean_all(list(table.column_values)),
        numbers=table.grid(),
        row_totals=_clean_all(dict(table.row_totals)),
        column_totals=_clean_all(dict(table.column_totals)),
        total=table.total,
        members=None if table.members is None else [ident for ident in table.members if ident not in blind],
        fresh=board.fresh,
    )


@router.post("/census", status_code=200)
def post_census(request: Request, who: Changing) -> CensusOut:
    """Assemble the census anew if anything was loaded, extracted or decided that is not in it."""
    need(who, "curator")
    store = request.app.state.store
    ensure_census(store)
    refresh_queue(store)
    with store.read() as tx:
        return CensusOut(fresh=census_is_fresh(tx), built_at=tx.census.built_at())


SampleId = Annotated[int, Limits(ge=1, le=2**31 - 1)]


@router.get("/samples")
def get_samples(request: Request, _: Reading) -> list[SampleOut]:
    """Samples for a blind second pass."""
    return [_sample(item.sample, item.done) for item in samples(request.app.state.store)]


@router.post("/samples", status_code=201)
def post_sample(request: Request, who: Changing, sent: SampleIn) -> SampleOut:
    """Draw a sample among the decided records."""
    need(who, "adjudicator")
    found = draw_sample(request.app.state.store, sent.name, size=sent.size, seed=sent.seed, by=who.name)
    return _sample(found, ())


@router.get("/samples/{sample_id}")
def get_sample(request: Request, _: Reading, sample_id: SampleId) -> SampleOut:
    """A sample; decide on its records with its `line`."""
    found = sample(request.app.state.store, sample_id)
    return _sample(found.sample, found.done)


@router.post("/samples/{sample_id}/close")
def post_close(request: Request, who: Changing, sample_id: SampleId) -> SampleOut:
    """End a second pass: from then on everybody sees both passes."""
    need(who, "adjudicator")
    store = request.app.state.store
    close_sample(store, sample_id, by=who.name)
    found = sample(store, sample_id)
    return _sample(found.sample, found.done)


def _sample(found: Sample, done: Sequence[RecordKey]) -> SampleOut:
    return SampleOut(
        id=found.id,
        name=_clean(found.name),
        seed=found.seed,
        line=found.line,
        created_by=found.created_by,
        created_at=found.created_at,
        closed_at=found.closed_at,
        closed_by=found.closed_by,
        records=[str(key) for key in found.keys],
        done=[str(key) for key in done],
    )


@router.get("/samples/{sample_id}/agreement")
def get_agreement(
    request: Request,
    who: Reading,
    sample_id: SampleId,
    rounds: Annotated[int, Query(ge=10, le=2000)] = 1000,
) -> list[AgreementOut]:
    """Krippendorff's alpha and Gwet's AC per field, with 95 % bootstrap intervals; for all once it is closed."""
    if sample(request.app.state.store, sample_id).sample.closed_at is None:
        need(who, "adjudicator")
    return [AgreementOut(**asdict(item)) for item in agreement(request.app.state.store, sample_id, rounds=rounds)]


@router.get("/samples/{sample_id}/disagreements")
def get_disagreements(request: Request, who: Reading, sample_id: SampleId) -> list[DisagreementOut]:
    """What is to be settled, both sides with their words."""
    need(who, "adjudicator")
    return [
        DisagreementOut(
            record=str(item.key),
            title=_clean(item.title),
            field=item.field,
            first=_side(item.first),
            second=_side(item.second),
            expected=item.expected,
            document=item.document,
        )
        for item in disagreements(request.app.state.store, sample_id)
    ]


def _side(side: Side) -> DisagreementSide:
    return DisagreementSide(who=list(side.who), values=list(map(_fact, side.facts)), why=_clean_all(list(side.why)))


@router.post("/samples/{sample_id}/adjudications", status_code=201)
def post_adjudication(request: Request, who: Changing, sample_id: SampleId, sent: AdjudicationIn) -> list[DecisionOut]:
    """Settle a disagreement: the first or the second curator is right, or another value."""
    need(who, "adjudicator")
    store = request.app.state.store
    wanted = Wanted(
        ident=str(find_record(store, sent.record)), field=sent.field, verdict=Verdict.ACCEPT, expected=sent.expected,
        new_value=sent.new_value, why=sent.why, seen=sent.seen,
    )  # fmt: skip
    return [_decision(item) for item in adjudicate(store, sample_id, wanted, sent.choice, who=who.name)]


Format = Annotated[str, Query(pattern="^(csv|jsonl|label-studio|docbin)$")]
ANY_FILE: dict[str, Any] = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}


@router.get(
    "/export",
    response_class=Response,
    responses={200: {"content": {media.partition(";")[0]: {} for _, media in FORMATS.values()}}},
)
def get_export(request: Request, who: Reading, format: Format = "jsonl") -> Response:
    """All decisions as a file, or the curated texts with the spans of the values that stand."""
    return exported(request, who, format)


@router.post("/import", openapi_extra={"requestBody": {"required": True, "content": ANY_FILE}})
async def post_import(
    request: Request,
    who: Annotated[Viewer, Depends(changing_viewer)],
    format: Format,
    name: Annotated[str, Query(max_length=100, pattern="^[A-Za-z0-9._ -]*$", description="kept as origin")] = "file",
) -> ImportOut:
    """Append the decisions of a file; importing it twice changes nothing."""
    need(who, "admin")
    data = await request.body()
    return await run_in_threadpool(_import, request, who, data, format, name or "file")


def _import(request: Request, who: Viewer, data: bytes, form: str, name: str) -> ImportOut:
    report = import_decisions(request.app.state.store, data, form, name=name, by=who.name)
    return ImportOut(added=report.added, known=report.known, problems=[_clean(text) for text in report.problems[:1000]])
