"""MEDLINE text (.nbib, efetch rettype=medline): its records cut out of a stream, as Records, and as Documents.

Fields are those of https://www.nlm.nih.gov/bsd/mms/medlineelements.html.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from mscminer.core.documents import ArticleFields, Concept, Correction, DatedEvent, Document, Section
from mscminer.core.errors import RecordError
from mscminer.core.ids import find_registry_ids
from mscminer.core.records import Media, Record, RecordKey, Source
from mscminer.harvest.byte_streams import ByteStream
from mscminer.harvest.dates import first_date, iso_date

_FIELD: Final = re.compile(r"([A-Z][A-Z0-9]{1,3}) {0,2}-(?: |$)?(.*)")
_FIRST_LINE: Final = re.compile(rb"\s*(?!TY )[A-Z][A-Z0-9]{1,3} {0,2}-")
_CONTINUED: Final = re.compile(r"[ \t]{2,}\S")
_AGAIN: Final = "Export the citation again from PubMed (format PubMed)."

_HEADING: Final = re.compile(r"(?:^|(?<=[.?!)\]%] ))([A-Z][A-Z0-9 &/,()'-]{1,78}[A-Z)]): ")
"""PubMed writes the headings of a structured abstract in capitals before their text."""
_PMID_AT_END: Final = re.compile(r"PMID:\s*(\d+)")
_MARKED: Final = re.compile(r"(.*\S)\s*\[(\w[\w -]*)\]$")

_CORRECTIONS: Final = {
    "CIN": "CommentIn",
    "CON": "CommentOn",
    "CRF": "CorrectedandRepublishedFrom",
    "CRI": "CorrectedandRepublishedIn",
    "DDIN": "DatasetIn",
    "DRIN": "DatasetUseReportedIn",
    "ECF": "ExpressionOfConcernFor",
    "ECI": "ExpressionOfConcernIn",
    "EFR": "ErratumFor",
    "EIN": "ErratumIn",
    "ORI": "OriginalReportIn",
    "PRIN": "PartialRetractionIn",
    "PROF": "PartialRetractionOf",
    "RIN": "RetractionIn",
    "ROF": "RetractionOf",
    "RPF": "RepublishedFrom",
    "RPI": "RepublishedIn",
    "RRI": "RetractedandRepublishedIn",
    "RRF": "RetractedandRepublishedFrom",
    "SPIN": "SummaryForPatientsIn",
    "UIN": "UpdateIn",
    "UOF": "UpdateOf",
}
"""Tags of links to other citations, with the names that PubMed's XML has for them."""

_DATES: Final = {
    "DEP": "electronic",
    "DA": "created",
    "DCOM": "completed",
    "LR": "revised",
    "CTDT": "contribution",
    "CRDT": "entrez",
    "EDAT": "pubmed",
    "MHDA": "medline",
}
"""Tags of dates, with the kinds that PubMed's XML gives them."""

Fields = list[tuple[str, str]]


@dataclass(frozen=True, kw_only=True, slots=True)
class MedlinePiece:
    """The lines of one record, or of what stands between records."""

    number: int
    line: int
    raw: bytes


def looks_like_medline(head: bytes) -> bool:
    """Whether the first line is a field of MEDLINE's form (RIS, whose first field is TY, is none)."""
    return _FIRST_LINE.match(head) is not None


def cut_records(stream: ByteStream) -> Iterator[MedlinePiece]:
    """The records of a stream: a new one begins with a PMID, or after an empty line with any field."""
    lines: list[bytes] = []
    number, first, gap = 0, 1, True
    for at, line in enumerate(_lines(stream), start=1):
        if not line.strip():
            gap = True
            continue
        if lines and (line.startswith(b"PMID") or (gap and not line.startswith(b"  "))):
            number += 1
            yield MedlinePiece(number=number, line=first, raw=b"\n".join(lines))
            lines = []
        if not lines:
            first = at
        lines.append(line)
        gap = False
    if lines:
        yield MedlinePiece(number=number + 1, line=first, raw=b"\n".join(lines))


def _lines(stream: ByteStream) -> Iterator[bytes]:
    rest = b""
    for chunk in stream:
        *whole, rest = (rest + chunk).split(b"\n")
        yield from (line.rstrip(b"\r") for line in whole)
    yield rest.rstrip(b"\r")


def read_fields(raw: bytes) -> Fields:
    """The record's fields in order, their folded lines joined by one space; empty ones are left out.

    Raises:
        RecordError: if a line is neither a field nor the continuation of one, or the bytes are not UTF-8.
    """
    try:
        lines = raw.decode().split("\n")
    except UnicodeDecodeError as error:
        raise RecordError("it is not valid UTF-8", remedy="Save it as UTF-8.") from error
    fields: Fields = []
    for line in lines:
        field = _FIELD.match(line)
        if field:
            fields.append((field[1], field[2].strip()))
        elif fields and _CONTINUED.match(line):
            tag, text = fields[-1]
            fields[-1] = (tag, f"{text} {line.strip()}".strip())
        elif line.strip():
            raise RecordError(f"a line is neither a field nor the continuation of one: {line[:60]!r}", remedy=_AGAIN)
    return [(tag, text) for tag, text in fields if text]


def build_medline_record(raw: bytes, *, fetched_at: datetime, origin: str = "") -> Record:
    """The Record of one citation; its bytes are the fields, one in a line however they were folded.

    Raises:
        RecordError: if it cannot be read or has no PMID.
    """
    fields = read_fields(raw)
    pmid = _first(fields, "PMID")
    if not pmid.isascii() or not pmid.isdigit() or not 1 <= len(pmid.lstrip("0")) <= 9:
        reason = f"the citation has no PMID ({pmid!r})" if pmid else "the citation has no PMID"
        raise RecordError(reason, remedy=_AGAIN)
    return Record(
        key=RecordKey(source=Source.PUBMED, id=pmid.lstrip("0")),
        media=Media.MEDLINE,
        raw="\n".join(f"{tag:<4}- {text}" for tag, text in fields).encode(),
        fetched_at=fetched_at,
        revised_at=_day(_first(fields, "LR")) or None,
        origin=origin,
    )


def parse_medline(record: Record) -> Document:
    """The Document of one citation.

    Raises:
        RecordError: if the bytes are not fields of a citation.
    """
    try:
        fields = read_fields(record.raw)
    except RecordError as error:
        raise RecordError(error.message, where=str(record.key), remedy=error.remedy) from error
    return Document(key=record.key, sections=tuple(_sections(fields)), article=_article(fields), note=record.note)


def _first(fields: Fields, *tags: str) -> str:
    """The text of the first of `tags` that there is."""
    for tag in tags:
        for name, text in fields:
            if name == tag:
                return text
    return ""


def _all(fields: Fields, *tags: str) -> tuple[str, ...]:
    return tuple(text for name, text in fields if name in tags)


def _sections(fields: Fields) -> Iterator[Section]:
    titles = _all(fields, "TI") or _all(fields, "BTI", "CTI")
    if titles:
        yield Section(name="title", text=" ".join(titles))
    if _first(fields, "TT"):
        language = next((code for code in _all(fields, "LA") if code != "eng"), "")
        yield Section(name="vernacular_title", text=_first(fields, "TT"), language=language)
    parts = [part for abstract in _all(fields, "AB") for part in _headed_parts(abstract)]
    for n, (label, text) in enumerate(parts):
        yield Section(name=f"abstract.{n}", text=text, label=label)
    language = _first(fields, "OABL")
    for n, text in enumerate(_all(fields, "OAB")):
        yield Section(name=f"other_abstract.{n}", text=text, language="" if language == "eng" else language)
    for n, keyword in enumerate(_keywords(fields)):
        yield Section(name=f"keyword.{n}", text=keyword)
    for n, (bank, number) in enumerate(_databank_numbers(fields)):
        yield Section(name=f"databank.{n}", text=number, label=bank)


def _headed_parts(abstract: str) -> Iterator[tuple[str, str]]:
    """Heading and text of each part of a structured abstract; an abstract that begins with none is one part."""
    headings = list(_HEADING.finditer(abstract))
    if not headings or headings[0].start() != 0:
        yield "", abstract
        return
    ends = [heading.start() for heading in headings[1:]] + [len(abstract)]
    for heading, end in zip(headings, ends, strict=True):
        text = abstract[heading.end() : end].strip()
        if text:
            yield heading[1], text


def _keywords(fields: Fields) -> tuple[str, ...]:
    return tuple(dict.fromkeys(keyword.lstrip("*") for keyword in _all(fields, "OT") if keyword.lstrip("*")))


def _databank_numbers(fields: Fields) -> Iterator[tuple[str, str]]:
    for entry in _all(fields, "SI"):
        bank, slash, number = entry.partition("/")
        yield (bank, number) if slash and number else ("", entry)


def _article(fields: Fields) -> ArticleFields:
    dates = tuple(_dates(fields))
    by_kind = {event.kind: event.date for event in dates}
    return ArticleFields(
        journal=_first(fields, "JT", "TA", "BTI"),
        published=first_date(_first(fields, "DP")),
        published_as_given=_first(fields, "DP"),
        entered=by_kind.get("entrez") or by_kind.get("pubmed") or by_kind.get("created") or "",
        revised=_day(_first(fields, "LR")),
        languages=_all(fields, "LA"),
        publication_types=tuple(Concept(name=name) for name in _all(fields, "PT")),
        mesh=tuple(concept for heading in _all(fields, "MH") for concept in _mesh(heading)),
        keywords=_keywords(fields),
        databank_ids=_databank_ids(fields),
        corrections=tuple(_corrections(fields)),
        authors=tuple(_authors(fields)),
        doi=_identifier(fields, "doi"),
        pmcid=_first(fields, "PMC"),
        volume=_first(fields, "VI"),
        issue=_first(fields, "IP"),
        pages=_first(fields, "PG"),
        status=_first(fields, "STAT"),
        is_book=bool(_first(fields, "BTI")),
        dates=dates,
    )


def _mesh(heading: str) -> Iterator[Concept]:
    """``Name/*qualifier/qualifier`` as the descriptor and its qualified forms; an asterisk marks a major topic."""
    name, *qualifiers = heading.split("/")
    descriptor = name.lstrip("*")
    yield Concept(name=descriptor, major="*" in heading)
    for qualifier in qualifiers:
        yield Concept(name=f"{descriptor}/{qualifier.lstrip('*')}", major=qualifier.startswith("*"))


def _databank_ids(fields: Fields) -> tuple[str, ...]:
    found = (ident.id for _, number in _databank_numbers(fields) for ident in find_registry_ids(number))
    return tuple(dict.fromkeys(found))


def _corrections(fields: Fields) -> Iterator[Correction]:
    for tag, text in fields:
        if tag in _CORRECTIONS:
            pmid = _PMID_AT_END.search(text)
            source = text[: pmid.start()].strip() if pmid else text
            yield Correction(type=_CORRECTIONS[tag], pmid=pmid[1] if pmid else "", source=source)


def _authors(fields: Fields) -> Iterator[str]:
    """Full names, ``ForeName LastName``; short ones only where there is no full one; groups as they are."""
    tags = ("FAU", "CN") if _first(fields, "FAU") else ("AU", "CN")
    for tag, text in fields:
        if tag in tags:
            last, comma, fore = text.partition(", ")
            yield f"{fore} {last}" if tag == "FAU" and comma else text


def _identifier(fields: Fields, kind: str) -> str:
    for text in _all(fields, "LID", "AID"):
        marked = _MARKED.match(text)
        if marked and marked[2] == kind:
            return marked[1]
        if text.startswith(f"{kind}:"):
            return text.removeprefix(f"{kind}:").strip()
    return ""


def _dates(fields: Fields) -> Iterable[DatedEvent]:
    for tag, text in fields:
        kind, day = _DATES.get(tag, ""), _day(text)
        marked = _MARKED.match(text) if tag == "PHST" else None
        if marked:
            kind, day = marked[2], _day(marked[1])
        if kind and day:
            yield DatedEvent(kind=kind, date=day)


def _day(text: str) -> str:
    """``20060113`` or ``2006/01/13 09:00`` as an ISO date; "" for anything else."""
    match = re.match(r"(\d{4})/?(\d\d)/?(\d\d)\b", text)
    return iso_date(match[1], match[2], match[3]) if match else ""
