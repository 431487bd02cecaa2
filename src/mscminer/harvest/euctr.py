"""The EU Clinical Trials Register's text download: its records cut out of a stream, as Records, and as Documents.

A trial has one record for each member state.  Every field stands in a line that begins with its code, as in the
EudraCT form: ``E.1.1 Medical condition(s) being investigated: ...``; the same in another language follows with the
language in brackets.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any, Final

from mscminer.core.documents import Document, Intervention, StudyFields
from mscminer.core.errors import RecordError
from mscminer.core.ids import find_registry_ids
from mscminer.core.records import Media, Record, RecordKey, Source
from mscminer.harvest.byte_streams import ByteStream
from mscminer.harvest.dates import day_of
from mscminer.harvest.registration import Outcome, Registration, aliases_of, build_document, other_ids, status_code

_FIRST_LINE: Final = re.compile(rb"\s*(?:This file contains|Summary\s*\n|EudraCT Number:)")
_RECORD_START: Final = re.compile(rb"(?m)^(?:Summary[ \t]*\r?\n)?EudraCT Number:")
_CODED: Final = re.compile(
    r"(?P<code>[A-H]\.(?:IMP|\d+(?:\.\d+)*)|[NP](?=\. ))\.?(?:[ \t]+(?:to|and)[ \t]+[A-H][0-9.]+)?"
    r"(?![A-Za-z0-9])[ \t]*(?P<rest>.*)"
)
_HEADING: Final = re.compile(
    r"[A-HNP]\. (?:Protocol Information|Sponsor Information|IMP Identification|General Information|Population of Trial"
    r"|Investigator Networks|Review by|End of Trial$).*|Sponsor \d+|MedDRA Classification"
)
_LABELLED: Final = re.compile(r"(?P<label>[^:]*?)[ \t]*:[ \t]*(?P<value>.*)")
_LANGUAGE: Final = re.compile(r".*\((?P<language>[a-z]{2})\)")
_HEAD_LABELS: Final = (
    "EudraCT Number",
    "Sponsor's Protocol Code Number",
    "Sponsor Protocol Number",
    "Sponsor Name",
    "Full Title",
    "National Competent Authority",
    "Clinical Trial Type",
    "Trial Status",
    "Date on which this record was first entered in the EudraCT database",
    "Start Date",
    "Medical condition",
    "Disease",
    "Population Age",
    "Gender",
    "Trial protocol",
    "Trial results",
    "Link",
)
_LINK: Final = re.compile(r"/trial/[0-9-]+/([A-Z]{2}|3rd)\b")
_AGAIN: Final = "Download it again from clinicaltrialsregister.eu (full trial details)."


@dataclass(frozen=True, kw_only=True, slots=True)
class EuctrPiece:
    """The text of one member state's record, `number` counting from 1."""

    number: int
    raw: bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class Field:
    """One line of the form with what follows it; `code` is "" for the lines of the summary."""

    code: str
    label: str
    value: str
    language: str = ""


def looks_like_euctr(head: bytes) -> bool:
    """Whether a file begins like the register's download."""
    return _FIRST_LINE.match(head) is not None and _RECORD_START.search(head) is not None


def cut_records(stream: ByteStream) -> Iterator[EuctrPiece]:
    """The records of a stream; what stands before the first one is the download's own remark."""
    rest, number = b"", 0
    for chunk in stream:
        rest += chunk
        starts = [match.start() for match in _RECORD_START.finditer(rest)]
        for start, end in pairwise(starts):
            number += 1
            yield EuctrPiece(number=number, raw=rest[start:end])
        if starts:
            rest = rest[starts[-1] :]
    last = _RECORD_START.search(rest)
    if last:
        yield EuctrPiece(number=number + 1, raw=rest[last.start() :])


def read_form(raw: bytes) -> list[Field]:
    """The fields of a record in order.

    Raises:
        RecordError: if the bytes are not UTF-8.
    """
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        raise RecordError("it is not valid UTF-8", remedy="Save it as UTF-8.") from error
    fields: list[Field] = []
    for line in text.replace("\r\n", "\n").split("\n"):
        field = _field_of(line.rstrip())
        if field:
            fields.append(field)
        elif fields and line.strip() and not _HEADING.fullmatch(line.rstrip()):
            last = fields[-1]
            value = f"{last.value}\n{line.rstrip()}".strip()
            fields[-1] = Field(code=last.code, label=last.label, value=value, language=last.language)
    return fields


def _field_of(line: str) -> Field | None:
    coded = None if _HEADING.fullmatch(line) else _CODED.fullmatch(line)
    labelled = _LABELLED.fullmatch(coded["rest"] if coded else line)
    if coded:
        label, value = (labelled["label"], labelled["value"]) if labelled else (coded["rest"], "")
        language = _LANGUAGE.fullmatch(label)
        return Field(code=coded["code"], label=label, value=value, language=language["language"] if language else "")
    if labelled and labelled["label"] in _HEAD_LABELS:
        return Field(code="", label=labelled["label"], value=labelled["value"])
    return None


def build_euctr_record(raw: bytes, *, fetched_at: datetime, origin: str = "") -> Record:
    """The Record of one member state's record, its id the EudraCT number with the state: ``2011-006270-13-DE``.

    Raises:
        RecordError: if it has no EudraCT number or no title.
    """
    form = _Form(read_form(raw))
    number = form.head("EudraCT Number")
    found = find_registry_ids(number)
    if len(found) != 1 or found[0].registry != "EudraCT":
        raise RecordError(f"not a EudraCT number: {number!r}", remedy=_AGAIN)
    if not form.text("A.3") and not form.head("Full Title"):
        raise RecordError(f"{found[0].id}: the record has no title", remedy=_AGAIN)
    state = _LINK.search(form.head("Link"))
    ident = f"{found[0].id}-{state[1]}" if state else found[0].id
    text = "\n".join(line.rstrip() for line in raw.decode().replace("\r\n", "\n").split("\n")).strip()
    return Record(
        key=RecordKey(source=Source.EUCTR, id=ident),
        media=Media.EUCTR_TEXT,
        raw=text.encode(),
        fetched_at=fetched_at,
        origin=origin,
    )


def parse_euctr(record: Record) -> Document:
    """The Document of one member state's record.

    Raises:
        RecordError: if the bytes are not UTF-8.
    """
    try:
        form = _Form(read_form(record.raw))
    except RecordError as error:
        raise RecordError(error.message, where=str(record.key), remedy=error.remedy) from error
    return build_document(record, _registration(record.key.id, form))


class _Form:
    """Look-ups in the fields of a record: English first, another language where there is no English."""

    def __init__(self, fields: list[Field]) -> None:
        self.fields = fields

    def head(self, *labels: str) -> str:
        for field in self.fields:
            if not field.code and field.label in labels:
                return field.value
        return ""

    def text(self, code: str, word: str = "") -> str:
        """The value of the first field of that code (and with `word` in its label)."""
        found = [field for field in self.fields if field.code == code and field.value and word in field.label]
        english = [field for field in found if not field.language]
        return (english or found)[0].value if found else ""

    def foreign(self, code: str) -> Field | None:
        return next((field for field in self.fields if field.code == code and field.language), None)

    def all(self, code: str, word: str = "") -> tuple[str, ...]:
        values = (f.value for f in self.fields if f.code == code and word in f.label and not f.language)
        return tuple(dict.fromkeys(value for value in values if value))

    def yes(self, code: str) -> bool | None:
        answer = self.text(code).lower()
        return {"yes": True, "no": False}.get(answer)

    def products(self) -> Iterator[_Form]:
        """The fields of each medicinal product (IMP)."""
        starts = [n for n, field in enumerate(self.fields) if field.code == "D.IMP"]
        for start, end in zip(starts, [*starts[1:], len(self.fields)], strict=True):
            yield _Form([field for field in self.fields[start:end] if field.code.startswith("D.")])


_PHASES: Final = {"E.7.1": "PHASE1", "E.7.2": "PHASE2", "E.7.3": "PHASE3", "E.7.4": "PHASE4"}
_SPONSOR_CLASSES: Final = {"commercial": "INDUSTRY", "non-commercial": "OTHER"}


def _registration(ident: str, form: _Form) -> Registration:
    title = form.text("A.3") or form.head("Full Title")
    foreign = form.foreign("A.3")
    return Registration(
        fields=StudyFields(
            **_design(form),
            **_dates(form),
            status=status_code(form.head("Trial Status")),
            interventions=_interventions(form),
            conditions=form.all("E.1.1") or tuple(filter(None, [form.text("E.1.1") or form.head("Medical condition")])),
            keywords=form.all("E.1.2", "Term"),
            org_study_id=form.text("A.4.1") or form.head("Sponsor's Protocol Code Number", "Sponsor Protocol Number"),
            secondary_ids=other_ids((form.text("A.5.1"), form.text("A.5.2"), form.text("A.5.3"), form.text("A.5.4"))),
            aliases=aliases_of(ident),
            sponsor=form.text("B.1.1") or form.head("Sponsor Name"),
            sponsor_class=_SPONSOR_CLASSES.get(form.text("B.3.1").lower(), ""),
            countries=tuple(filter(None, [form.text("A.1").partition(" - ")[0]])),
            has_results="view results" in form.head("Trial results").lower(),
        ),
        title=form.text("A.3.1") or title,
        official_title=title,
        vernacular_title=foreign.value if foreign and foreign.value != title else "",
        vernacular_language=foreign.language if foreign else "",
        acronym=form.text("A.3.2"),
        brief_summary=form.text("E.2.1"),
        detailed_description=form.text("E.2.2"),
        primary_outcomes=_outcomes(form, "E.5.1"),
        secondary_outcomes=_outcomes(form, "E.5.2"),
        eligibility=_eligibility(form),
    )


def _design(form: _Form) -> dict[str, Any]:
    number = next((form.text(code) for code in ("F.4.2.2", "F.4.2.1", "F.4.1") if form.text(code).isdigit()), "")
    allocation = {True: "RANDOMIZED", False: "NON_RANDOMIZED", None: ""}[form.yes("E.8.1.1")]
    masking = {"E.8.1.4": "DOUBLE", "E.8.1.3": "SINGLE", "E.8.1.2": "NONE"}
    model = {"E.8.1.6": "CROSSOVER", "E.8.1.5": "PARALLEL"}
    return {
        "study_type": "INTERVENTIONAL",
        "phases": tuple(phase for code, phase in _PHASES.items() if form.yes(code)),
        "enrollment": int(number) if number else None,
        "enrollment_type": "ESTIMATED" if number else "",
        "allocation": allocation,
        "masking": next((code for answer, code in masking.items() if form.yes(answer)), ""),
        "intervention_model": next((code for answer, code in model.items() if form.yes(answer)), ""),
        "healthy_volunteers": form.yes("F.3.1"),
    }


def _dates(form: _Form) -> dict[str, Any]:
    entered = day_of(form.head("Date on which this record was first entered in the EudraCT database"))
    return {
        "first_submitted": entered,
        "first_posted": entered,
        "start": day_of(form.head("Start Date")),
        "completion": day_of(form.text("P", "Date of the global end")),
    }


def _interventions(form: _Form) -> tuple[Intervention, ...]:
    found = [_product(number, product) for number, product in enumerate(form.products())]
    if form.yes("D.8.1"):
        found.append(Intervention(number=len(found), type="", name="Placebo", description=form.text("D.8.4")))
    return tuple(found)


def _product(number: int, form: _Form) -> Intervention:
    names = [form.text(code) for code in ("D.3.1", "D.2.1.1.1", "D.3.8", "D.3.9.3", "D.3.2", "D.3.9.2")]
    names = list(dict.fromkeys(name for name in names if name))
    role = next((field.value for field in form.fields if field.label.endswith("IMP Role")), "")
    lines = (
        ("Role", role),
        ("Pharmaceutical form", form.text("D.3.4")),
        ("Route", form.text("D.3.7").replace("\n", ", ")),
        ("Strength", " ".join(filter(None, [form.text("D.3.10.3"), form.text("D.3.10.1")]))),
    )
    return Intervention(
        number=number,
        type="BIOLOGICAL" if form.yes("D.3.11.3") or form.yes("D.3.11.2") else "DRUG",
        name=names[0] if names else "",
        description="\n".join(f"{label}: {text}" for label, text in lines if text),
        other_names=tuple(names[1:]),
    )


def _outcomes(form: _Form, code: str) -> tuple[Outcome, ...]:
    measure = form.text(code)
    return (Outcome(measure=measure, time_frame=form.text(f"{code}.1")),) if measure else ()


def _eligibility(form: _Form) -> str:
    blocks = (("Inclusion criteria", form.text("E.3")), ("Exclusion criteria", form.text("E.4")))
    return "\n\n".join(f"{label}:\n{text}" for label, text in blocks if text)
