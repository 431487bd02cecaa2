"""Files of records, told apart by what they hold and never by their names, as Records in order.

Nothing a file holds stops the reading of the rest: each record is a Record, a Duplicate (the same bytes again), a
Deletion, or Rejected with the reason.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from mscminer.core.errors import NotFound, RecordError
from mscminer.core.records import Deletion, Duplicate, Record, RecordKey, Rejected, Source
from mscminer.harvest.byte_streams import ByteStream, as_utf8, open_streams
from mscminer.harvest.ctgov_json import build_study_record
from mscminer.harvest.json_files import JsonValue, iter_json
from mscminer.harvest.pubmed_xml import ARTICLE_TAGS, build_article_record
from mscminer.harvest.safe_xml import parse_xml, text_of
from mscminer.harvest.xml_files import ElementCutter, XmlPiece

Item = Record | Duplicate | Deletion | Rejected
"""What reading a file gives, one for every record in it."""

_AGAIN: Final = "Get the file again from its source, or leave it out."
_KINDS: Final = (
    "Give registry JSON (API v2: a study, a list, a page, JSON Lines, or the zip of all), PubMed XML, "
    "or MEDLINE text (.nbib), plain or gzipped."
)
_DELETIONS: Final = ("DeleteCitation", "DeleteDocument")
_CONTAINERS: Final = ("PubmedArticleSet", "PubmedBookArticleSet")
_PUBMED_ROOTS: Final = frozenset({*ARTICLE_TAGS, *_DELETIONS, *_CONTAINERS})
_ROOT: Final = re.compile(rb"<([A-Za-z_][\w.-]*(?::[\w.-]+)?)")
_PROLOGUE: Final = re.compile(rb"\s+|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^\[>]*(?:\[.*?\]\s*)?>", re.DOTALL)


@dataclass(kw_only=True)
class Tally:
    """How many of what a reading gave: `read` is always the sum of the rest, so nothing can get lost unseen."""

    records: int = 0
    duplicates: int = 0
    deletions: int = 0
    rejected: int = 0

    @property
    def read(self) -> int:
        return self.records + self.duplicates + self.deletions + self.rejected

    def add(self, item: Item) -> None:
        match item:
            case Record():
                self.records += 1
            case Duplicate():
                self.duplicates += 1
            case Deletion():
                self.deletions += 1
            case Rejected():
                self.rejected += 1

    def counting(self, items: Iterable[Item]) -> Iterator[Item]:
        """The same items, counted as they pass."""
        for item in items:
            self.add(item)
            yield item


def read_files(paths: Iterable[Path], *, fetched_at: datetime) -> Iterator[Item]:
    """Every record of the files, in order, one at a time.

    Args:
        paths: files, or folders whose files are read in the order of their names.
        fetched_at: when the files came to us, aware.

    Raises:
        NotFound: before anything is read, if a path does not exist.
    """
    paths = [Path(path) for path in paths]
    for path in paths:
        if not path.exists():
            raise NotFound("no such file or folder", where=str(path), remedy="Check the path.")
    for path in paths:
        for file in _files_of(path):
            yield from _marking_duplicates(_read_file(file, fetched_at))


def _files_of(path: Path) -> list[Path]:
    return sorted(file for file in path.rglob("*") if file.is_file()) if path.is_dir() else [path]


def _marking_duplicates(items: Iterable[Item]) -> Iterator[Item]:
    """Replace the second and every further identical version of a record in one file by a Duplicate."""
    seen: set[bytes] = set()
    for item in items:
        if isinstance(item, Record):
            digest = bytes.fromhex(item.sha256)
            if digest in seen:
                yield Duplicate(origin=item.origin, locator=str(item.key), key=item.key)
                continue
            seen.add(digest)
        yield item


def _read_file(path: Path, fetched_at: datetime) -> Iterator[Item]:
    for stream in open_streams(path):
        if isinstance(stream, Rejected):
            yield stream
        else:
            yield from _read_stream(stream, fetched_at)


def _read_stream(stream: ByteStream, fetched_at: datetime) -> Iterator[Item]:
    try:
        stream = as_utf8(stream)
    except LookupError as error:
        yield _refused(stream, str(error), "Save it as UTF-8.")
        return
    head = stream.head()
    start = head.lstrip()
    if stream.fault and not start:
        yield _refused(stream, f"nothing can be read of it: {stream.fault}", _AGAIN)
    elif not start:
        yield _refused(stream, "the file is empty", _AGAIN)
    elif start.startswith(b"<"):
        yield from _read_xml(stream, start, fetched_at)
    elif start.startswith((b"{", b"[")):
        yield from _read_json(stream, fetched_at)
    else:
        yield _refused(stream, "a file of another kind", _KINDS)


def _refused(stream: ByteStream, reason: str, remedy: str) -> Rejected:
    return Rejected(origin=stream.origin, locator="file", reason=reason, remedy=remedy, raw=stream.head())


def _read_json(stream: ByteStream, fetched_at: datetime) -> Iterator[Item]:
    for found in iter_json(stream):
        yield _study_item(stream.origin, found, fetched_at)


def _study_item(origin: str, found: JsonValue, fetched_at: datetime) -> Item:
    reason, remedy = found.fault, _AGAIN
    if not reason:
        try:
            return _record_of_json(found.value, fetched_at, f"{origin}, {found.locator}")
        except RecordError as error:
            reason, remedy = error.message, error.remedy or _AGAIN
    return Rejected(origin=origin, locator=found.locator, reason=reason, remedy=remedy, raw=found.raw)


def _record_of_json(value: Any, fetched_at: datetime, origin: str) -> Record:
    if not isinstance(value, dict) or "protocolSection" not in value:
        raise RecordError("not a study of ClinicalTrials.gov's API v2", remedy=_KINDS)
    return build_study_record(value, fetched_at=fetched_at, origin=origin)


def _root_name(start: bytes) -> str:
    """Name of the root element; "" if the head does not show it."""
    at = 0
    while match := _PROLOGUE.match(start, at):
        at = match.end()
    root = _ROOT.match(start, at)
    return root[1].decode() if root else ""


def _read_xml(stream: ByteStream, start: bytes, fetched_at: datetime) -> Iterator[Item]:
    root = _root_name(start)
    if b"<!ENTITY" in start:
        yield _refused(stream, "the file declares entities of its own, as no source of ours does", _AGAIN)
    elif root in _PUBMED_ROOTS:
        cutter = ElementCutter(stream, tags=(*ARTICLE_TAGS, *_DELETIONS), containers=_CONTAINERS)
        for piece in cutter.pieces():
            yield from _article_items(stream.origin, piece, fetched_at)
    else:
        yield _refused(stream, f"XML of another kind (<{root}>)" if root else "XML without an element", _KINDS)


def _article_items(origin: str, piece: XmlPiece, fetched_at: datetime) -> Iterator[Item]:
    locator = f"element {piece.number} <{piece.tag}>" if piece.tag else f"after element {piece.number}"
    if piece.fault:
        yield Rejected(origin=origin, locator=locator, reason=piece.fault, remedy=_AGAIN, raw=piece.raw)
        return
    try:
        element = parse_xml(piece.raw)
        if piece.tag in _DELETIONS:
            for ident in element.iterfind("PMID"):
                key = RecordKey(source=Source.PUBMED, id=text_of(ident))
                yield Deletion(key=key, fetched_at=fetched_at, origin=f"{origin}, {locator}")
        else:
            yield build_article_record(element, fetched_at=fetched_at, origin=f"{origin}, {locator}")
    except (RecordError, ValueError) as error:
        reason, remedy = (error.message, error.remedy) if isinstance(error, RecordError) else (str(error), None)
        yield Rejected(origin=origin, locator=locator, reason=reason, remedy=remedy or _AGAIN, raw=piece.raw)
