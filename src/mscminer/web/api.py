"""The JSON API: the same actions as the pages, for programs."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, ConfigDict
from pydantic import Field as Limits

from mscminer.core.counts import Dimension
from mscminer.core.decisions import MAIN, Decision, Verdict
from mscminer.core.facts import Fact, canonical
from mscminer.core.records import Source
from mscminer.core.tasks import readable
from mscminer.core.vocabulary import Absence, Field
from mscminer.jobs.curate import Request as Wanted
from mscminer.jobs.curate import decide, history, progress, queue_page, view_record
from mscminer.jobs.decision_files import decision_to_json
from mscminer.jobs.find import recent_decisions, search
from mscminer.jobs.second_pass import agreement, draw_sample, samples
from mscminer.store.queue import QueueFilter
from mscminer.web.access import Viewer, changing_viewer, need, viewer
from mscminer.web.blocks import source_url
from mscminer.web.dashboard import count_board, day_of


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
    year: int | None
    category: str


class ProgressOut(BaseModel):
    open: int
    skipped: int
    done: int
    effective: int
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
    linked: list[str]


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
    records: list[str]
    done: list[str]


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
    _: Reading,
    state: Annotated[str, Query(pattern="^(open|skipped|done)$")] = "open",
    field: Field | None = None,
    category: Annotated[str, Query(max_length=40, pattern="^[a-z0-9_]*$")] = "",
    source: Source | None = None,
    year: Annotated[int | None, Query(ge=1900, le=2200)] = None,
    conflict: bool = False,
    stale: bool = False,
    limit: Limit = 50,
    offset: Offset = 0,
) -> list[TaskOut]:
    """What to decide next, in that order."""
    wanted = QueueFilter(
        state=state, field=field or "", category=category, source=source or "", year=year, conflict=conflict,
        stale=stale,
    )  # fmt: skip
    rows = queue_page(request.app.state.store, wanted, limit=limit, offset=offset)
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


@router.get("/record")
def get_record(request: Request, _: Reading, id: Ident) -> RecordOut:
    """A record with its text, what was extracted, what was decided and what stands."""
    view = view_record(request.app.state.store, id)
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
        linked=[str(key) for key in view.linked],
    )


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
    blind = not who.may("adjudicator")
    return [_decision(item) for item in found[:limit] if item.line == MAIN or item.who == who.name or not blind]


@router.post("/decisions", status_code=201)
def post_decision(request: Request, who: Changing, sent: DecisionIn) -> DecisionOut:
    """Write down a decision; 409 if somebody else was quicker."""
    need(who, "curator")
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


@router.get("/search")
def get_search(
    request: Request, _: Reading, q: Annotated[str, Query(max_length=300)], limit: Limit = 50, offset: Offset = 0
) -> list[ListedOut]:
    """Records whose text holds all words, the best first."""
    return [
        ListedOut(
            record=str(key),
            title=_clean(card.title) if card else "",
            year=card.year if card else None,
            msc=card.msc if card else "",
            category=card.category if card else "",
            phase=card.phase if card else "",
            tissue=_clean(card.tissue) if card else "",
            donor=card.donor if card else "",
        )
        for key, card in search(request.app.state.store, q, limit=limit, offset=offset)
    ]


@router.get("/counts")
def get_counts(
    request: Request,
    _: Reading,
    definition: Annotated[str, Query(max_length=60)] = "msc-cells",
    rows: Dimension = Dimension.TISSUE,
    columns: Dimension = Dimension.DONOR,
    as_of: date | None = None,
) -> CountOut:
    """Counts under a definition, with what curators have decided in them."""
    board = count_board(request.app.state.store, definition, as_of or day_of(""), rows, columns)
    table = board.table
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
        members=list(table.members) if table.members is not None else None,
        fresh=board.fresh,
    )


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


def _sample(found: Any, done: Any) -> SampleOut:
    return SampleOut(
        id=found.id,
        name=_clean(found.name),
        seed=found.seed,
        line=found.line,
        created_by=found.created_by,
        created_at=found.created_at,
        records=[str(key) for key in found.keys],
        done=[str(key) for key in done],
    )


@router.get("/samples/{sample_id}/agreement")
def get_agreement(
    request: Request,
    who: Reading,
    sample_id: Annotated[int, Limits(ge=1, le=2**31 - 1)],
    rounds: Annotated[int, Query(ge=10, le=2000)] = 1000,
) -> list[AgreementOut]:
    """Krippendorff's alpha and Gwet's AC per field, with 95 % bootstrap intervals."""
    need(who, "adjudicator")
    return [AgreementOut(**asdict(item)) for item in agreement(request.app.state.store, sample_id, rounds=rounds)]
