"""Files as streams of bytes, whatever they are packed in, that never raise halfway.

A stream that breaks off (truncated gzip, damaged archive, unreadable disk) ends early and says so in `fault`, so that
a reader can first hand out everything that came before the break.
"""

from __future__ import annotations

import codecs
import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from mscminer.core.records import Rejected

CHUNK_BYTES: Final = 1 << 20
HEAD_BYTES: Final = 1 << 16
"""How much of a stream is looked at to find out what it holds."""

_PIECE_BYTES: Final = 1 << 16
"""How much is unpacked at once: no more is lost where packed data are damaged."""

_GZIP_MAGIC: Final = b"\x1f\x8b"
_ZIP_MAGIC: Final = (b"PK\x03\x04", b"PK\x05\x06")
_OTHER_PACKING: Final = {
    b"BZh": "bzip2",
    b"\xfd7zXZ": "xz",
    b"7z\xbc\xaf": "7-Zip",
    b"(\xb5/\xfd": "zstd",
    b"Rar!": "RAR",
}
_OFFICE_MEMBERS: Final = frozenset({"[Content_Types].xml", "META-INF/manifest.xml"})
_MAX_PACKINGS: Final = 3
_READ_ERRORS: Final = (OSError, EOFError, zlib.error, zipfile.BadZipFile, NotImplementedError, RuntimeError)
"""What reading a damaged archive raises; zipfile adds RuntimeError for encrypted and NotImplementedError for exotic."""

Chunks = Iterator[bytes]


class ByteStream:
    """Bytes of one file, or of one member of an archive, in chunks.

    Args:
        origin: file, and member as ``archive.zip!member``.
        chunks: the bytes; any error of reading ends the stream and is kept in `fault`.
    """

    def __init__(self, origin: str, chunks: Chunks) -> None:
        self.origin = origin
        self.fault: str | None = None
        self._chunks = self._guarded(chunks)
        self._head = b""

    def _guarded(self, chunks: Chunks) -> Chunks:
        try:
            yield from chunks
        except _READ_ERRORS as error:
            self.fault = str(error) or type(error).__name__
        except UnicodeDecodeError as error:
            self.fault = f"bytes that are not {error.encoding}"

    def head(self, size: int = HEAD_BYTES) -> bytes:
        """The first `size` bytes (fewer if there are no more), which stay in the stream."""
        while len(self._head) < size:
            chunk = next(self._chunks, None)
            if chunk is None:
                break
            self._head += chunk
        return self._head[:size]

    def __iter__(self) -> Chunks:
        head, self._head = self._head, b""
        if head:
            yield head
        yield from self._chunks


def open_streams(path: Path) -> Iterator[ByteStream | Rejected]:
    """The stream of a file, unpacked; those of its members for an archive."""
    stream = ByteStream(str(path), _file_chunks(path))
    yield from _unpacked(stream, path, packings=0)


def _unpacked(stream: ByteStream, path: Path | None, *, packings: int) -> Iterator[ByteStream | Rejected]:
    head = stream.head(8)
    packing = next((name for magic, name in _OTHER_PACKING.items() if head.startswith(magic)), None)
    if head.startswith(_ZIP_MAGIC) and path is not None and packings == 0:
        yield from _members(path)
    elif head.startswith(_GZIP_MAGIC) and packings < _MAX_PACKINGS:
        yield from _unpacked(ByteStream(stream.origin, _gunzipped(stream)), None, packings=packings + 1)
    elif packing or head.startswith((_GZIP_MAGIC, *_ZIP_MAGIC)):
        reason = f"packed with {packing}" if packing else "an archive within an archive"
        yield _refused(stream, reason, "Unpack it first.")
    else:
        yield stream


def _refused(stream: ByteStream, reason: str, remedy: str) -> Rejected:
    return Rejected(origin=stream.origin, locator="file", reason=reason, remedy=remedy, raw=stream.head())


def _file_chunks(path: Path) -> Chunks:
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            yield chunk


def _gunzipped(packed: ByteStream) -> Chunks:
    """Unpack gzip, also of several members, in pieces of bounded size.

    Unlike `gzip.open` it hands out every byte before a break.
    """
    unpacker = zlib.decompressobj(wbits=31)
    for chunk in packed:
        rest = chunk
        while rest:
            if unpacker.eof:
                rest = rest.lstrip(b"\0")
                if not rest:
                    break
                unpacker = zlib.decompressobj(wbits=31)
            piece = unpacker.decompress(rest, _PIECE_BYTES)
            if piece:
                yield piece
            rest = unpacker.unused_data if unpacker.eof else unpacker.unconsumed_tail
    while not unpacker.eof and (piece := unpacker.decompress(unpacker.unconsumed_tail, _PIECE_BYTES)):
        yield piece
    if packed.fault:
        raise EOFError(packed.fault)
    if not unpacker.eof:
        raise EOFError("the gzip data are cut off")


def _members(path: Path) -> Iterator[ByteStream | Rejected]:
    try:
        archive = zipfile.ZipFile(path)
    except _READ_ERRORS as error:
        yield Rejected(
            origin=str(path),
            locator="file",
            reason=f"a damaged or incomplete zip archive: {error}",
            remedy="Download it again.",
            raw=b"",
        )
        return
    with archive:
        if not _OFFICE_MEMBERS.isdisjoint(archive.namelist()):
            yield Rejected(
                origin=str(path),
                locator="file",
                reason="an office document",
                remedy="Save its table as CSV in UTF-8.",
                raw=b"",
            )
            return
        for member in archive.infolist():
            if not member.is_dir():
                stream = ByteStream(f"{path}!{member.filename}", _member_chunks(archive, member))
                yield from _unpacked(stream, None, packings=1)


def _member_chunks(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Chunks:
    with archive.open(member) as file:
        while chunk := file.read(CHUNK_BYTES):
            yield chunk


_BOMS: Final = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
_DECLARED: Final = re.compile(rb"""<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")


def as_utf8(stream: ByteStream) -> ByteStream:
    """The stream in UTF-8 without a byte order mark, by its mark or its XML declaration.

    Bytes said to be UTF-8 pass unchecked, so that a reader can find which record is at fault.

    Raises:
        LookupError: if the declared encoding is unknown.
    """
    head = stream.head()
    bom = next((mark for mark in _BOMS if head.startswith(mark)), b"")
    declared = _DECLARED.match(head.lstrip())
    encoding = _BOMS[bom] if bom else declared[1].decode().lower() if declared else "utf-8"
    if codecs.lookup(encoding).name in ("utf-8", "ascii"):
        return ByteStream(stream.origin, _without(bom, stream))
    return ByteStream(stream.origin, _recoded(_without(bom, stream), stream, encoding))


def _without(bom: bytes, stream: ByteStream) -> Chunks:
    first = True
    for chunk in stream:
        yield chunk[len(bom) :] if first else chunk
        first = False
    if stream.fault:
        raise EOFError(stream.fault)


def _recoded(chunks: Chunks, stream: ByteStream, encoding: str) -> Chunks:
    decoder = codecs.getincrementaldecoder(encoding)()
    for chunk in chunks:
        yield decoder.decode(chunk).encode()
    yield decoder.decode(b"", final=True).encode()
