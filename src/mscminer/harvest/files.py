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
from typing import Final

from mscminer.core.errors import NotFound
from mscminer.core.records import Deletion, Duplicate, Record, Rejected
from mscminer.harvest.byte_streams import ByteStream, as_utf8, open_streams
from mscminer.harvest.euctr import looks_like_euctr
from mscminer.harvest.ictrp import is_csv_header
from mscminer.harvest.medline import looks_like_medline
from mscminer.harvest.other_kinds import text_kind, xml_kind
from mscminer.harvest.readers import (
    GET_AGAIN,
    XML_READERS,
    Item,
    read_euctr,
    read_ictrp_csv,
    read_medline,
    read_registry_json,
    refuse_file,
)

__all__ = ["Item", "Tally", "read_files"]

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
        yield refuse_file(stream, str(error), "Save it as UTF-8.")
        return
    start = stream.head().lstrip()
    if not start:
        reason = f"nothing of it can be read: {stream.fault}" if stream.fault else "the file is empty"
        yield refuse_file(stream, reason, GET_AGAIN)
    elif start.startswith(b"<"):
        yield from _read_xml(stream, start, fetched_at)
    elif start.startswith((b"{", b"[")):
        yield from read_registry_json(stream, fetched_at)
    elif looks_like_medline(start):
        yield from read_medline(stream, fetched_at)
    elif looks_like_euctr(start):
        yield from read_euctr(stream, fetched_at)
    elif is_csv_header(start.split(b"\n", 1)[0].decode(errors="replace")):
        yield from read_ictrp_csv(stream, fetched_at)
    else:
        yield refuse_file(stream, *text_kind(start))


def _read_xml(stream: ByteStream, start: bytes, fetched_at: datetime) -> Iterator[Item]:
    root = _root_name(start)
    if b"<!ENTITY" in start:
        yield refuse_file(stream, "the file declares entities of its own, as no source of ours does", GET_AGAIN)
    elif root in XML_READERS:
        yield from XML_READERS[root](stream, fetched_at)
    else:
        yield refuse_file(stream, *xml_kind(root))


def _root_name(start: bytes) -> str:
    """Name of the root element; "" if the head does not show it."""
    at = 0
    while match := _PROLOGUE.match(start, at):
        at = match.end()
    root = _ROOT.match(start, at)
    return root[1].decode() if root else ""
