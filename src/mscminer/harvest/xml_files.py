"""Elements of a large XML stream, cut out one by one in bounded memory.

A validating parser stops for good at the first malformed byte.  Records of PubMed never nest, so the stream is cut at
their tags and each piece parsed on its own: one broken article costs that article, its bytes can be kept, and no
declaration of the file (entities!) ever reaches the parser.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from mscminer.core.records import Rejected
from mscminer.harvest.byte_streams import ByteStream

MAX_ELEMENT_BYTES = 64 << 20
_TAG_ROOM = 64
"""Longer than any end tag looked for: so much is searched again when more has come."""
_LONGEST_TAG = 1 << 16


@dataclass(frozen=True, kw_only=True, slots=True)
class XmlPiece:
    """One element's bytes, or what is wrong at this place of the file (`fault`)."""

    tag: str
    number: int
    raw: bytes
    fault: str = ""


class ElementCutter:
    """Cuts the elements named `tags` out of a stream in UTF-8.

    Args:
        tags: names of elements that do not contain each other.
        containers: names of the elements round them; a file that ends before their end tag is incomplete.
    """

    def __init__(self, stream: ByteStream, *, tags: tuple[str, ...], containers: tuple[str, ...]) -> None:
        names = b"|".join(re.escape(tag.encode()) for tag in tags)
        outer = b"|".join(re.escape(tag.encode()) for tag in containers)
        self._start = re.compile(rb"<(" + names + rb")(?=[\s/>])")
        self._container = re.compile(
            rb"(?P<open><(?:" + outer + rb")(?:\s[^<>]*)?(?<!/)>)|(?P<close></(?:" + outer + rb")\s*>)"
        )
        self._container_name = re.compile(rb"</?(?:" + outer + rb")(?=[\s/>])")
        self._stream = stream
        self._chunks = iter(stream)
        self._buffer = b""
        self._at = 0
        self._ended = False
        self._open_containers = 0
        self._seen_container = False
        self._entities = False
        self._count = 0

    def pieces(self) -> Iterator[XmlPiece]:
        """The elements in order, and last what is wrong with the end of the file, unless an element has said so."""
        cut_off = False
        while (tag := self._next_start()) and not self._entities:
            self._count += 1
            piece = self._cut(tag)
            cut_off = bool(piece.fault) and self._ended and self._at == len(self._buffer)
            yield piece
        fault = self._fault_at_end()
        if fault and not cut_off:
            yield XmlPiece(tag="", number=self._count, raw=b"", fault=fault)

    def _fault_at_end(self) -> str:
        if self._entities:
            return "the file declares entities of its own"
        if self._stream.fault:
            return self._stream.fault
        if self._open_containers > 0:
            return "the file ends before its closing tag"
        return "" if self._count or self._seen_container else "the file ends before its first record"

    def _fill(self) -> bool:
        """Drop what is done with and read on; False at the end."""
        chunk = next(self._chunks, None)
        self._ended = chunk is None
        self._buffer = self._buffer[self._at :] + (chunk or b"")
        self._at = 0
        return not self._ended

    def _next_start(self) -> str:
        """Go to the next element; its tag, or "" at the end."""
        while True:
            match = self._start.search(self._buffer, self._at)
            if match:
                self._pass(match.start())
                return match[1].decode()
            self._pass(self._end_of_whole_tags())
            if not self._fill():
                self._pass(len(self._buffer))
                return ""

    def _pass(self, place: int) -> None:
        """Go past what lies between the elements, noticing container tags and entity declarations."""
        if self._buffer.find(b"<!ENTITY", self._at, place) >= 0:
            self._entities = True
        for tag in self._container.finditer(self._buffer, self._at, place):
            self._open_containers += 1 if tag["open"] else -1
        if self._container_name.search(self._buffer, self._at, place):
            self._seen_container = True
        self._at = place

    def _end_of_whole_tags(self) -> int:
        """Where a tag begins that the buffer's end may cut in two: it stays until more has come."""
        last = self._buffer.rfind(b"<", self._at)
        cut = last >= 0 and self._buffer.find(b">", last) < 0 and len(self._buffer) - last < _LONGEST_TAG
        return last if cut else len(self._buffer)

    def _cut(self, tag: str) -> XmlPiece:
        """The element that begins here."""
        end_tag = re.compile(rb"</" + re.escape(tag.encode()) + rb"\s*>")
        searched = 1
        while True:
            end = end_tag.search(self._buffer, self._at + searched)
            limit = end.start() if end else len(self._buffer)
            following = self._start.search(self._buffer, self._at + searched, limit)
            if following:
                return self._unfinished(tag, following.start())
            if end:
                return self._take(tag, end.end())
            length = len(self._buffer) - self._at
            if length > MAX_ELEMENT_BYTES:
                return self._take(tag, len(self._buffer), fault=f"<{tag}> is longer than a record may be")
            searched = max(1, length - _TAG_ROOM)
            if not self._fill():
                return self._unfinished(tag, len(self._buffer))

    def _unfinished(self, tag: str, end: int) -> XmlPiece:
        """An element without an end tag before `end`, where the next one or the end of the file is."""
        empty = re.compile(rb"<" + re.escape(tag.encode()) + rb"[^<>]*/>").match(self._buffer, self._at)
        if empty:
            return self._take(tag, empty.end())
        broken_off = end == len(self._buffer) and not self._container_name.search(self._buffer, self._at)
        fault = f"the file ends within <{tag}>" if broken_off else f"<{tag}> has no end tag"
        return self._take(tag, end, fault=f"{fault}: {self._stream.fault}" if self._stream.fault else fault)

    def _take(self, tag: str, end: int, *, fault: str = "") -> XmlPiece:
        raw = self._buffer[self._at : end]
        self._at = end
        return XmlPiece(tag=tag, number=self._count, raw=raw[: Rejected.MAX_RAW] if fault else raw, fault=fault)
