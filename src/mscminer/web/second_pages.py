"""Second passes, agreement and adjudication; files in and out; counts."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import RedirectResponse

from mscminer.core.counts import Dimension
from mscminer.core.decisions import Verdict
from mscminer.core.documents import Document
from mscminer.core.errors import ConfigError
from mscminer.core.facts import canonical
from mscminer.core.spans import Span
from mscminer.core.vocabulary import SET_FIELDS, Field
from mscminer.jobs.assemble import ensure_census
from mscminer.jobs.curate import Request as Wanted
from mscminer.jobs.curate import refresh_queue
from mscminer.jobs.decision_files import FORMATS, import_decisions
from mscminer.jobs.find import definition_titles
from mscminer.jobs.second_pass import (
    Side,
    adjudicate,
    agreement,
    close_sample,
    disagreements,
    draw_sample,
    sample,
    samples,
)
from mscminer.web.access import Submitted, Viewer, sight, submitted, viewer
from mscminer.web.blocks import record_path, section_label, show_value
from mscminer.web.dashboard import count_board, day_of
from mscminer.web.files import exported
from mscminer.web.forms import input_of, number_of, text_of, value_from_form
from mscminer.web.rendering import page

router = APIRouter(include_in_schema=False)
Who = Annotated[Viewer, Depends(viewer)]
Sent = Annotated[Submitted, Depends(submitted)]

CONTEXT = 90
"""Characters round the words of a side."""

SHOWN_ROUNDS = 400
"""Bootstrap rounds for a page; the API takes more."""


@router.get("/samples", name="samples")
def show_samples(request: Request, who: Who) -> Response:
    """All samples for a second pass, and the form that draws another."""
    return page(request, "samples.html", viewer=who, samples=samples(request.app.state.store))


@router.post("/samples")
def do_draw(request: Request, sent: Sent) -> Response:
    """Draw a sample."""
    sent.need("adjudicator")
    found = draw_sample(
        request.app.state.store,
        text_of(sent.form, "name"),
        size=number_of(sent.form, "size", missing=20),
        by=sent.viewer.name,
    )
    return RedirectResponse(f"/samples/{found.id}", status_code=303)


@router.get("/samples/{sample_id:int}", name="sample")
def show_sample(request: Request, who: Who, sample_id: int) -> Response:
    """Progress of a second pass; until it is closed, agreement for adjudicators only, so that it stays blind."""
    store = request.app.state.store
    judge = who.may("adjudicator")
    found = sample(store, sample_id)
    shows_agreement = judge or found.sample.closed_at is not None
    mine = [key for key in found.open if sight(request, who).may_open(key, found.sample.line)]
    return page(
        request,
        "sample.html",
        viewer=who,
        found=found,
        mine=mine,
        judge=judge,
        shows_agreement=shows_agreement,
        agreements=agreement(store, sample_id, rounds=SHOWN_ROUNDS) if shows_agreement else [],
        disagreements=disagreements(store, sample_id) if judge else [],
        sets={field.value for field in SET_FIELDS},
        input_of=input_of,
        show=lambda side: [show_value(canonical(fact.value)) for fact in side.facts],
        quotes=_quotes,
    )


def _quotes(side: Side, document: Document) -> list[tuple[str, str, str, str]]:
    """A side's words, the same words once: where they stand, what is before them, the words, what follows."""
    found = {item.quote.lower(): item.span for fact in side.facts for item in fact.evidence[::-1]}
    return [_in_context(document, span) for span in reversed(found.values())]


def _in_context(document: Document, span: Span) -> tuple[str, str, str, str]:
    section = document.section(span.section)
    assert section is not None, "evidence of this text"
    before, words, after = section.text[: span.start], section.text[span.start : span.end], section.text[span.end :]
    if len(before) > CONTEXT:
        before = "…" + before[-CONTEXT:].partition(" ")[2]
    if len(after) > CONTEXT:
        after = after[:CONTEXT].rpartition(" ")[0] + "…"
    return section_label(section.name, section.label), before, words, after


@router.get("/samples/{sample_id:int}/next")
def go_to_next(
    request: Request, who: Who, sample_id: int, after: Annotated[str, Query(max_length=100)] = ""
) -> Response:
    """Lead to the next record of a second pass."""
    found, seen = sample(request.app.state.store, sample_id), sight(request, who)
    waiting = [key for key in found.open if str(key) != after and seen.may_open(key, found.sample.line)]
    if not waiting:
        return RedirectResponse(f"/samples/{sample_id}", status_code=303)
    return RedirectResponse(f"{record_path(waiting[0])}?line={found.sample.line}", status_code=303)


@router.post("/samples/{sample_id:int}/adjudicate")
def do_adjudicate(request: Request, sent: Sent, sample_id: int) -> Response:
    """Settle a disagreement: the first or the second curator is right, or something else is."""
    sent.need("adjudicator")
    form, name = sent.form, text_of(sent.form, "field")
    field = Field(name) if name in Field.__members__.values() else None
    choice = text_of(form, "choice")
    wanted = Wanted(
        ident=text_of(form, "record"),
        field=field,
        verdict=Verdict.ACCEPT,
        expected=number_of(form, "expected"),
        new_value=value_from_form(field, form) if field is not None and choice == "other" else None,
        why=text_of(form, "why"),
        quotes=tuple(filter(None, [text_of(form, "quote")])) if choice == "other" else (),
        seen=text_of(form, "seen"),
    )
    adjudicate(request.app.state.store, sample_id, wanted, choice, who=sent.viewer.name)
    return RedirectResponse(f"/samples/{sample_id}#disagreements", status_code=303)


@router.post("/samples/{sample_id:int}/close")
def do_close(request: Request, sent: Sent, sample_id: int) -> Response:
    """End a second pass."""
    sent.need("adjudicator")
    close_sample(request.app.state.store, sample_id, by=sent.viewer.name)
    return RedirectResponse(f"/samples/{sample_id}", status_code=303)


@router.get("/files", name="files")
def show_files(request: Request, who: Who) -> Response:
    """Files in and out."""
    return page(request, "files.html", viewer=who, formats=FORMATS, report=None)


@router.get("/files/{form}", name="export")
def do_export(request: Request, who: Who, form: str) -> Response:
    """All decisions as a file."""
    return exported(request, who, form)


@router.post("/files")
def do_import(request: Request, sent: Sent) -> Response:
    """Append the decisions of a file."""
    sent.need("admin")
    upload = sent.upload("file")
    if upload is None:
        raise ConfigError("no file was chosen.", where="import", remedy="Choose a file.")
    name = (upload.filename or "file")[-100:]
    report = import_decisions(
        request.app.state.store, upload.file.read(), text_of(sent.form, "format"), name=name, by=sent.viewer.name
    )
    return page(request, "files.html", viewer=sent.viewer, formats=FORMATS, report=report)


@router.get("/counts", name="counts")
def show_counts(
    request: Request,
    who: Who,
    definition: Annotated[str, Query(max_length=60)] = "",
    rows: Dimension = Dimension.TISSUE,
    columns: Dimension = Dimension.DONOR,
    as_of: Annotated[str, Query(pattern="^([0-9]{4}-[0-9]{2}-[0-9]{2})?$")] = "",
    row: Annotated[str, Query(max_length=200)] = "",
    column: Annotated[str, Query(max_length=200)] = "",
) -> Response:
    """Counts with what curators have decided in them, each number with its records."""
    known = definition_titles()
    chosen = definition or next(iter(known))
    day = day_of(as_of)
    board = count_board(
        request.app.state.store, chosen, day, rows, columns, cell=(row, column) if row or column else None
    )
    blind = {key.id for key in sight(request, who).blind}
    return page(
        request,
        "counts.html",
        viewer=who,
        table=board.table,
        board=board,
        chosen=chosen,
        day=day,
        rows=rows,
        columns=columns,
        definitions=known,
        dimensions=list(Dimension),
        cell=board.table.cell(row, column) if row or column else None,
        members=[ident for ident in board.members if ident not in blind],
        hidden=sum(ident in blind for ident in board.members),
        query=urlencode({"definition": chosen, "rows": rows, "columns": columns, "as_of": day}),
    )


@router.post("/counts")
def do_assemble(request: Request, sent: Sent) -> Response:
    """Assemble the census anew from everything that was loaded, extracted and decided."""
    sent.need("curator")
    ensure_census(request.app.state.store)
    refresh_queue(request.app.state.store)
    return RedirectResponse("/counts", status_code=303)
