"""One reader for each format: a stream in, its records, deletions and rejections out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from lxml import etree

from mscminer.core.errors import RecordError
from mscminer.core.records import Deletion, Duplicate, Record, RecordKey, Rejected, Source
from mscminer.harvest.byte_streams import ByteStream
from mscminer.harvest.ctgov_json import build_study_record
from mscminer.harvest.jats import build_full_text_record
from mscminer.harvest.json_files import JsonValue, iter_json
from mscminer.harvest.medline import MedlinePiece, build_medline_record, cut_records
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
    """Studies of ClinicalTrials.gov's API v2, in any wrapping."""
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
    """Citations in MEDLINE's text form; of a stream that breaks off, the last one is refused."""
    previous: MedlinePiece | None = None
    for piece in cut_records(stream):
        if previous:
            yield _citation_item(stream.origin, previous, fetched_at, fault=None)
        previous = piece
    if previous:
        yield _citation_item(stream.origin, previous, fetched_at, fault=stream.fault)


def _citation_item(origin: str, piece: MedlinePiece, fetched_at: datetime, *, fault: str | None) -> Item:
    locator = f"citation {piece.number} (line {piece.line})"
    reason, remedy = fault, GET_AGAIN
    if not reason:
        try:
            return build_medline_record(piece.raw, fetched_at=fetched_at, origin=f"{origin}, {locator}")
        except RecordError as error:
            reason, remedy = error.message, error.remedy or GET_AGAIN
    return Rejected(origin=origin, locator=locator, reason=reason, remedy=remedy, raw=piece.raw)


XML_READERS: Final[Mapping[str, Reader]] = {
    **dict.fromkeys((*ARTICLE_TAGS, *_DELETIONS, *_SETS), read_pubmed_xml),
    "article": read_jats,
    "pmc-articleset": read_jats,
}
"""Readers by the name of the root element."""
