"""One reader for each format: a stream in, its records, deletions and rejections out."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Protocol

from lxml import etree

from mscminer.core.errors import RecordError
from mscminer.core.records import Deletion, Duplicate, Record, RecordKey, Rejected, Source
from mscminer.harvest import euctr, medline
from mscminer.harvest.byte_streams import ByteStream
from mscminer.harvest.ctgov_json import build_study_record
from mscminer.harvest.ctis import build_ctis_record
from mscminer.harvest.ictrp import build_csv_record, build_trial_record, csv_rows
from mscminer.harvest.jats import build_full_text_record
from mscminer.harvest.json_files import JsonValue, iter_json
from mscminer.harvest.other_kinds import READABLE
from mscminer.harvest.pubmed_xml import ARTICLE_TAGS, build_article_record
from mscminer.harvest.safe_xml import parse_xml, text_of
from mscminer.harvest.xml_files import ElementCutter, XmlPiece

Item = Record | Duplicate | Deletion | Rejected
"""What reading a file gives, one for every record in it."""

Reader = Callable[[ByteStream, datetime], Iterator[Item]]

GET_AGAIN: Final = "Get the file again from its source, or leave it out."
_DELETIONS: Final = ("DeleteCitation", "DeleteDocument")
_SETS: Final = ("PubmedArticleSet", "PubmedBookArticleSet")


def refuse_file(stream: ByteStream, reason: str, remedy: str) -> Rejected:
    """A file refused as a whole."""
    return Rejected(origin=stream.origin, locator="file", reason=reason, remedy=remedy, raw=stream.head())


def read_registry_json(stream: ByteStream, fetched_at: datetime) -> Iterator[Item]:
    """Studies of ClinicalTrials.gov's API v2 and trials of CTIS, in any wrapping."""
    for found in iter_json(stream):
        yield _study_item(stream.origin, found, fetched_at)


def _study_item(origin: str, found: JsonValue, fetched_at: datetime) -> Item:
    reason, remedy = found.fault, GET_AGAIN
    if not reason:
        try:
            return _record_of_json(found.value, fetched_at, f"{origin}, {found.locator}")
        except RecordError as error:
            reason, remedy = error.message, error.remedy or GET_AGAIN
    return Rejected(origin=origin, locator=found.locator, reason=reason, remedy=remedy, raw=found.raw)


def _record_of_json(value: Any, fetched_at: datetime, origin: str) -> Record:
    if not isinstance(value, dict):
        raise RecordError("not a study but a bare JSON value", remedy=READABLE)
    if "ctNumber" in value:
        return build_ctis_record(value, fetched_at=fetched_at, origin=origin)
    if "protocolSection" not in value:
        raise RecordError("not a study of ClinicalTrials.gov's API v2 (no protocolSection)", remedy=READABLE)
    return build_study_record(value, fetched_at=fetched_at, origin=origin)


def read_pubmed_xml(stream: ByteStream, fetched_at: datetime) -> Iterator[Item]:
    """Articles, books and deletions of PubMed, in a set or alone."""
    cutter = ElementCutter(stream, tags=(*ARTICLE_TAGS, *_DELETIONS), containers=_SETS)
    for piece in cutter.pieces():
        if piece.tag in _DELETIONS:
            yield from _items_of(stream.origin, piece, lambda element, origin: _deletions(element, fetched_at, origin))
        else:
            yield from _items_of(
                stream.origin,
                piece,
                lambda element, origin: [build_article_record(element, fetched_at=fetched_at, origin=origin)],
            )


def read_jats(stream: ByteStream, fetched_at: datetime) -> Iterator[Item]:
    """Full texts of PubMed Central, in a set or alone."""
    for piece in ElementCutter(stream, tags=("article",), containers=("pmc-articleset",)).pieces():
        yield from _items_of(
            stream.origin,
            piece,
            lambda element, origin: [build_full_text_record(element, fetched_at=fetched_at, origin=origin)],
        )


def _deletions(element: etree._Element, fetched_at: datetime, origin: str) -> list[Item]:
    try:
        keys = [RecordKey(source=Source.PUBMED, id=text_of(pmid)) for pmid in element.iterfind("PMID")]
    except ValueError as error:
        raise RecordError(str(error), remedy=GET_AGAIN) from error
    return [Deletion(key=key, fetched_at=fetched_at, origin=origin) for key in keys]


def _items_of(
    origin: str, piece: XmlPiece, build: Callable[[etree._Element, str], list[Item] | list[Record]]
) -> Iterator[Item]:
    """What `build` makes of one element, or its rejection with the reason."""
    locator = f"element {piece.number} <{piece.tag}>" if piece.tag else f"after element {piece.number}"
    reason, remedy = piece.fault, GET_AGAIN
    if not reason:
        try:
            yield from build(parse_xml(piece.raw), f"{origin}, {locator}")
            return
        except RecordError as error:
            reason, remedy = error.message, error.remedy or GET_AGAIN
    yield Rejected(origin=origin, locator=locator, reason=reason, remedy=remedy, raw=piece.raw)


def read_medline(stream: ByteStream, fetched_at: datetime) -> Iterator[Item]:
    """Citations in MEDLINE's text form."""
    pieces = (
        TextPiece(locator=f"citation {piece.number} (line {piece.line})", raw=piece.raw)
        for piece in medline.cut_records(stream)
    )
    yield from _items_of_texts(stream, pieces, fetched_at, medline.build_medline_record)


def read_euctr(stream: ByteStream, fetched_at: datetime) -> Iterator[Item]:
    """Records of the EU Clinical Trials Register's text download."""
    pieces = (TextPiece(locator=f"record {piece.number}", raw=piece.raw) for piece in euctr.cut_records(stream))
    yield from _items_of_texts(stream, pieces, fetched_at, euctr.build_euctr_record)


@dataclass(frozen=True, kw_only=True, slots=True)
class TextPiece:
    """The bytes of one record of a text file, and where they stand in it."""

    locator: str
    raw: bytes


class _BuildText(Protocol):
    def __call__(self, raw: bytes, *, fetched_at: datetime, origin: str) -> Record: ...


def _items_of_texts(
    stream: ByteStream, pieces: Iterable[TextPiece], fetched_at: datetime, build: _BuildText
) -> Iterator[Item]:
    """What `build` makes of each piece; of a stream that breaks off, the last one is refused."""
    previous: TextPiece | None = None
    for piece in pieces:
        if previous:
            yield _text_item(stream.origin, previous, fetched_at, build)
        previous = piece
    if previous and stream.fault:
        yield _rejected(stream.origin, previous, stream.fault, GET_AGAIN)
    elif previous:
        yield _text_item(stream.origin, previous, fetched_at, build)


def _text_item(origin: str, piece: TextPiece, fetched_at: datetime, build: _BuildText) -> Item:
    try:
        return build(piece.raw, fetched_at=fetched_at, origin=f"{origin}, {piece.locator}")
    except RecordError as error:
        return _rejected(origin, piece, error.message, error.remedy or GET_AGAIN)


def _rejected(origin: str, piece: TextPiece, reason: str, remedy: str) -> Rejected:
    return Rejected(origin=origin, locator=piece.locator, reason=reason, remedy=remedy, raw=piece.raw)


def read_ictrp_xml(stream: ByteStream, fetched_at: datetime) -> Iterator[Item]:
    """Trials of WHO's portal (``Trial``) or of a registry's own XML (``trial``)."""
    containers = ("Trials_downloaded_from_ICTRP", "trials", "Trials")
    for piece in ElementCutter(stream, tags=("Trial", "trial"), containers=containers).pieces():
        yield from _items_of(
            stream.origin,
            piece,
            lambda element, origin: [build_trial_record(element, fetched_at=fetched_at, origin=origin)],
        )


def read_ictrp_csv(stream: ByteStream, fetched_at: datetime) -> Iterator[Item]:
    """Rows of WHO's portal's CSV."""
    number = 0
    try:
        for row in csv_rows(_text_lines(stream)):
            number += 1
            piece = TextPiece(locator=f"row {number}", raw=repr(row).encode(errors="surrogateescape"))
            try:
                yield build_csv_record(row, fetched_at=fetched_at, origin=f"{stream.origin}, {piece.locator}")
            except RecordError as error:
                yield _rejected(stream.origin, piece, error.message, error.remedy or GET_AGAIN)
    except csv.Error as error:
        fault = stream.fault or f"a row that does not end: {error}"
        yield _rejected(stream.origin, TextPiece(locator=f"after row {number}", raw=b""), fault, GET_AGAIN)
        return
    if stream.fault:
        yield _rejected(stream.origin, TextPiece(locator=f"after row {number}", raw=b""), stream.fault, GET_AGAIN)


def _text_lines(stream: ByteStream) -> Iterator[str]:
    """Lines with their ends; bytes that are not UTF-8 become lone surrogates, refused with the row they are in."""
    decode = codecs.getincrementaldecoder("utf-8")(errors="surrogateescape").decode
    rest = ""
    for chunk in stream:
        *whole, rest = (rest + decode(chunk)).split("\n")
        yield from (f"{line}\n" for line in whole)
    rest += decode(b"", final=True)
    if rest:
        yield rest


XML_READERS: Final[Mapping[str, Reader]] = {
    **dict.fromkeys((*ARTICLE_TAGS, *_DELETIONS, *_SETS), read_pubmed_xml),
    **dict.fromkeys(("article", "pmc-articleset"), read_jats),
    **dict.fromkeys(("Trials_downloaded_from_ICTRP", "trials", "Trials", "Trial", "trial"), read_ictrp_xml),
}
"""Readers by the name of the root element."""
