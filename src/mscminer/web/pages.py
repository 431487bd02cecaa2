"""Queue, records, deciding, history, search and counts, as pages that work without scripts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import RedirectResponse

from mscminer.core.decisions import MAIN, Decision, Verdict
from mscminer.core.errors import ConfigError, Conflict, MscminerError, NotFound
from mscminer.core.facts import canonical
from mscminer.core.records import RecordKey, Source
from mscminer.core.vocabulary import VOCABULARIES, Category, Donor, Field, MscClass, Phase, Tissue
from mscminer.jobs.curate import (
    RecordView,
    decide,
    find_record,
    history,
    next_task,
    progress,
    queue_page,
    take_over,
    view_record,
)
from mscminer.jobs.curate import Request as Wanted
from mscminer.jobs.find import browse, recent_decisions, search
from mscminer.store.queue import BrowseFilter, QueueFilter
from mscminer.web.access import Submitted, Viewer, need_line, sight, submitted, viewer
from mscminer.web.blocks import (
    LABELS,
    LINKED_SHOWN,
    OF_A_VALUE,
    VERDICT_WORDS,
    Item,
    ShownSection,
    block_of,
    blocks_of,
    code_of,
    own_items,
    record_path,
    said_items,
    sections_of,
    show_value,
)
from mscminer.web.forms import number_of, spans_of, text_of, value_from_form
from mscminer.web.rendering import page
from mscminer.web.texts import visible

router = APIRouter(include_in_schema=False)
Who = Annotated[Viewer, Depends(viewer)]
Sent = Annotated[Submitted, Depends(submitted)]

PAGE_SIZE = 50
LINKED_SECTIONS = 12
"""Of a linked record that are shown even where no words are marked in them."""
LAST_PAGE = 10_000
FOLLOWING: Mapping[Field | None, tuple[Field, ...]] = {Field.DONOR: (Field.DONOR_INFERRED,)}
"""Fields that a decision on another one settles too, and that are shown anew with it."""
LINES = r"^(main|second:[0-9]{1,9})$"
PageNumber = Annotated[int, Query(alias="page", ge=1, le=LAST_PAGE)]
Line = Annotated[str, Query(pattern=LINES)]


def queue_filter(
    state: Annotated[str, Query(pattern="^(open|skipped|done)$")] = "open",
    field: Annotated[str, Query(max_length=40)] = "",
    value: Annotated[str, Query(max_length=100)] = "",
    category: Annotated[str, Query(max_length=40)] = "",
    year: Annotated[str, Query(pattern="^([0-9]{4})?$")] = "",
    source: Annotated[str, Query(max_length=20)] = "",
    conflict: bool = False,
    stale: bool = False,
    changed: bool = False,
) -> QueueFilter:
    """Dependency: the queue's filters from the address."""
    return QueueFilter(
        state=state,
        field=_plain(field),
        value=code_of(value) if field in VOCABULARIES else value,
        category=_plain(category),
        year=int(year) if year else None,
        source=_plain(source),
        conflict=conflict,
        stale=stale,
        changed=changed,
    )


def _plain(text: str) -> str:
    # A filter is a code; PostgreSQL refuses NUL, both refuse lone surrogates.
    return text.encode("ascii", "ignore").decode().replace("\0", "")


Filter = Annotated[QueueFilter, Depends(queue_filter)]


def filter_query(wanted: QueueFilter, **more: Any) -> str:
    """The filters as a query string, defaults left out."""
    default = asdict(QueueFilter())
    chosen = {name: value for name, value in asdict(wanted).items() if value != default[name]}
    return urlencode({name: "true" if value is True else value for name, value in {**chosen, **more}.items()})


@router.get("/", name="home")
def show_home(_: Who) -> Response:
    """The queue is where work begins."""
    return RedirectResponse("/queue", status_code=303)


@router.get("/queue", name="queue")
def show_queue(request: Request, who: Who, wanted: Filter, page_number: PageNumber = 1) -> Response:
    """What to decide next, the most effective and most doubtful first."""
    store = request.app.state.store
    hidden = sight(request, who).blind
    found = queue_page(store, wanted, limit=PAGE_SIZE + 1, offset=(page_number - 1) * PAGE_SIZE, without=hidden)
    return page(
        request,
        "queue.html",
        viewer=who,
        rows=found[:PAGE_SIZE],
        more=len(found) > PAGE_SIZE,
        number=page_number,
        wanted=wanted,
        query=filter_query(wanted),
        progress=progress(store, who=who.name),
        fields=list(Field),
        categories=list(Category),
        sources=list(Source),
    )


@router.get("/next")
def go_to_next(
    request: Request, who: Who, wanted: Filter, after: Annotated[str, Query(max_length=100)] = ""
) -> Response:
    """Lead to the first task of another record."""
    try:
        key = RecordKey.parse(after)
    except ValueError:
        key = RecordKey(source=Source.PUBMED, id="1")
    found = next_task(request.app.state.store, wanted, key, without=sight(request, who).blind)
    query = filter_query(wanted)
    if found is None:
        return RedirectResponse(f"/queue?{query}", status_code=303)
    query = filter_query(wanted, focus=found.task.field.value)
    return RedirectResponse(f"{record_path(found.key)}?{query}", status_code=303)


@dataclass(frozen=True, kw_only=True, slots=True)
class Linked:
    """A linked record as the record page shows it."""

    view: RecordView
    sections: list[ShownSection]


def browse_filter(
    kind: Annotated[str, Query(pattern="^(registration|publication)?$")] = "",
    msc: Annotated[str, Query(max_length=40)] = "",
    category: Annotated[str, Query(max_length=40)] = "",
    phase: Annotated[str, Query(max_length=10)] = "",
    tissue: Annotated[str, Query(max_length=40)] = "",
    donor: Annotated[str, Query(max_length=40)] = "",
    year: Annotated[str, Query(pattern="^([0-9]{4})?$")] = "",
) -> BrowseFilter:
    """Dependency: the filters of lists from the address; a form sends those that are not used empty."""
    codes = {"msc": msc, "category": category, "phase": phase, "tissue": tissue, "donor": donor}
    plain = {name: _plain(code) for name, code in codes.items()}
    return BrowseFilter(kind=kind, year=int(year) if year else None, **plain)


BROWSED: Mapping[str, Sequence[str]] = {
    "msc": list(MscClass), "category": list(Category), "phase": list(Phase), "tissue": list(Tissue),
    "donor": list(Donor),
}  # fmt: skip


@router.get("/records", name="records")
def show_records(
    request: Request,
    who: Who,
    wanted: Annotated[BrowseFilter, Depends(browse_filter)],
    q: Annotated[str, Query(max_length=300)] = "",
    page_number: PageNumber = 1,
) -> Response:
    """Browse records, or search their texts."""
    store, blind = request.app.state.store, sight(request, who).blind
    window = {"limit": PAGE_SIZE + 1, "offset": (page_number - 1) * PAGE_SIZE}
    rows = search(store, q, wanted=wanted, blind=blind, **window) if q.strip() else browse(
        store, wanted, blind=blind, **window
    )  # fmt: skip
    asked = {name: value for name, value in {"q": q, **asdict(wanted)}.items() if value not in ("", None)}
    return page(
        request,
        "records.html",
        viewer=who,
        rows=rows[:PAGE_SIZE],
        more=len(rows) > PAGE_SIZE,
        number=page_number,
        q=q,
        wanted=asdict(wanted),
        query=urlencode(asked, errors="replace"),
        choices=BROWSED,
    )


@router.get("/records/{ident:path}", name="record")
def show_record(
    request: Request,
    who: Who,
    wanted: Filter,
    ident: str,
    line: Line = MAIN,
    focus: Annotated[str, Query(max_length=40)] = "",
    full: Annotated[str, Query(max_length=200)] = "",
) -> Response:
    """A record's text beside its facts, with its linked records; one that is to be seen blind on that line only."""
    store = request.app.state.store
    seen, key = sight(request, who), find_record(store, ident)
    if line == MAIN and seen.line_of(key) != MAIN:
        return RedirectResponse(f"{record_path(key)}?line={seen.line_of(key)}", status_code=303)
    need_line(seen, key, line)
    view = view_record(store, str(key), line=line, others=LINKED_SHOWN, line_of=seen.line_of)
    blocks = blocks_of(view)
    linked = [
        Linked(view=other, sections=_linked_sections(other, said_items(blocks, other.key))) for other in view.others
    ]
    return page(
        request,
        "record.html",
        viewer=who,
        blocks=blocks,
        sections=sections_of(view.document, own_items(blocks), full=full),
        linked=linked,
        focus=focus if focus in Field.__members__.values() else "",
        next_path=f"/next?{filter_query(wanted, after=str(view.key))}",
        queue_path=f"/queue?{filter_query(wanted)}",
        closed=line in seen.closed,
        **_shown(view, who.may("curator") and line not in seen.closed),
    )


def _linked_sections(other: RecordView, items: Sequence[Item]) -> list[ShownSection]:
    """The first sections of a linked record, and any other that words are marked in."""
    marked = {quote.section for item in items for quote in item.quotes}
    sections = sections_of(other.document, items)
    return [section for place, section in enumerate(sections) if place < LINKED_SECTIONS or section.name in marked]


def _shown(view: RecordView, may_decide: bool) -> dict[str, Any]:
    """What both the whole page and a single field need."""
    state = view.states.get(None)
    return {
        "view": view,
        "document": view.document,
        "line": view.line,
        "may_decide": may_decide,
        "record_notes": state.notes if state else (),
        "record_expected": state.last if state else 0,
        "arms": [arm.label for arm in view.document.study.arms] if view.document.study else [],
    }


@router.post("/decide/{ident:path}", name="decide")
def do_decide(request: Request, sent: Sent, ident: str) -> Response:
    """Take a decision and show the field as it stands."""
    sent.need("curator")
    wanted = _wanted(ident, sent)
    partial = "hx-request" in request.headers
    try:
        made = _write(request, sent, wanted)
    except (Conflict, ConfigError) as error:
        if not partial or isinstance(error, NotFound):
            raise
        status = 409 if isinstance(error, Conflict) else 422
        return _block(request, sent, wanted, status=status, problem=error)
    if partial:
        return _block(request, sent, wanted, said=_told(made))
    line = "" if wanted.line == MAIN else f"?line={wanted.line}"
    anchor = f"#field-{wanted.field.value}" if wanted.field else "#notes"
    return RedirectResponse(f"{record_path(made.key)}{line}{anchor}", status_code=303)


def _write(request: Request, sent: Submitted, wanted: Wanted) -> Decision:
    store, seen = request.app.state.store, sight(request, sent.viewer)
    need_line(seen, find_record(store, wanted.ident), wanted.line)
    source = text_of(sent.form, "source")
    if text_of(sent.form, "verdict") != "take":
        return decide(store, wanted, who=sent.viewer.name)
    other = find_record(store, source)
    return take_over(store, wanted, str(other), who=sent.viewer.name, source_line=seen.line_of(other))[-1]


def _told(made: Decision) -> str:
    subject = f"{show_value(made.value)} " if made.verdict in OF_A_VALUE else ""
    outcome = f" to {show_value(made.new_value)}" if made.new_value else ""
    wrote = "note written" if made.verdict is Verdict.NOTE else VERDICT_WORDS[made.verdict]
    return f"{LABELS[made.field] if made.field else 'Record'}: {subject}{wrote}{outcome}"


def _block(
    request: Request,
    sent: Submitted,
    wanted: Wanted,
    *,
    status: int = 200,
    said: str = "",
    problem: MscminerError | None = None,
) -> Response:
    seen = sight(request, sent.viewer)
    store = request.app.state.store
    view = view_record(store, wanted.ident, line=wanted.line, others=LINKED_SHOWN, line_of=seen.line_of)
    shown = {block.field for block in blocks_of(view)} if wanted.field in FOLLOWING else ()
    return page(
        request,
        "decided.html",
        status=status,
        viewer=sent.viewer,
        block=block_of(view, wanted.field) if wanted.field else None,
        following=[block_of(view, name) for name in FOLLOWING.get(wanted.field, ()) if name in shown],
        said=visible(said),
        problem=problem,
        **_shown(view, may_decide=True),
    )


def _wanted(ident: str, sent: Submitted) -> Wanted:
    form = sent.form
    name, action = text_of(form, "field"), text_of(form, "verdict")
    field = Field(name) if name in Field.__members__.values() else None
    if name and field is None:
        raise ConfigError(f"there is no field {name[:40]!r}.", where="field")
    if action not in {*Verdict, "add", "take"}:
        raise ConfigError(f"there is no verdict {action[:40]!r}.", where="verdict")
    value, new = text_of(form, "value"), None
    if action in {"add", "correct"}:
        if field is None:
            raise ConfigError("which field?", where="field")
        new = value_from_form(field, form)
        if new is None:
            raise ConfigError("no new value was given.", where=field.value, remedy="Choose or type one.")
    if action == "add" and new is not None:
        action, value, new = "accept", canonical(new), None
    action = "accept" if action == "take" else action
    line = text_of(form, "line") or MAIN
    return Wanted(
        ident=ident,
        field=field,
        verdict=Verdict(action),
        expected=number_of(form, "expected"),
        value=value,
        new_value=new,
        spans=spans_of(form),
        quotes=tuple(filter(None, [text_of(form, "quote")])),
        why=text_of(form, "why"),
        line=line,
        seen=text_of(form, "seen"),
        undoes=text_of(form, "undoes"),
    )


@router.get("/history", name="all_history")
def show_recent(
    request: Request,
    who: Who,
    before: Annotated[int | None, Query(ge=1, le=2**31)] = None,
    by: Annotated[str, Query(max_length=64)] = "",
) -> Response:
    """The newest decisions of everybody."""
    found = recent_decisions(request.app.state.store, before=before, who=_plain(by) or None, limit=PAGE_SIZE)
    return _history(request, who, found, key=None, by=by, size=PAGE_SIZE)


@router.get("/history/{ident:path}", name="history")
def show_history(request: Request, who: Who, ident: str) -> Response:
    """All decisions on a record."""
    key, found = history(request.app.state.store, ident)
    return _history(request, who, found, key=key, by="", size=len(found) + 1)


def _history(request: Request, who: Viewer, found: Sequence[Decision], **more: Any) -> Response:
    numbers = {item.uid: item.number for item in found}
    seen = sight(request, who)
    return page(request, "history.html", viewer=who, decisions=found, numbers=numbers, sight=seen, **more)


@router.get("/help", name="help")
def show_help(request: Request, who: Who) -> Response:
    """Keys and verdicts, for those without scripts."""
    return page(request, "help.html", viewer=who)
