"""JSON values of a stream, one by one in bounded memory: JSON Lines, lists, pages and single objects."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from mscminer.core.records import Rejected
from mscminer.harvest.byte_streams import ByteStream

MAX_RECORD_BYTES: Final = 64 << 20
"""The longest study known (with results) takes about 15 MB; beyond this it is no record."""

_DECODER: Final = json.JSONDecoder()
_SPACE: Final = re.compile(r"[\s,]*")
_PAGE: Final = re.compile(rb'\s*\{\s*"(?:studies|totalCount|nextPageToken)"')
_NEXT_STUDY: Final = re.compile(
    r'\{\s*"(?:protocolSection|derivedSection|annotationSection|documentSection|resultsSection|hasResults)"\s*:'
)
"""Where a study may begin: the names that only its outermost object holds."""
_REST_OF_PAGE: Final = re.compile(r'(?:[^"}]|"(?:[^"\\]|\\.)*")*\}')


@dataclass(frozen=True, kw_only=True, slots=True)
class JsonValue:
    """A value of a file, or the reason (`fault`) why there is none at this place."""

    locator: str
    value: Any = None
    raw: bytes = b""
    fault: str = ""


def iter_json(stream: ByteStream) -> Iterator[JsonValue]:
    """Every record of a JSON stream in UTF-8: of JSON Lines, of a list, of the ``studies`` of a page, or the only one.

    A value that cannot be read is reported in its place, and reading goes on behind it.
    """
    if _is_json_lines(stream.head()):
        yield from _lines(stream)
    else:
        yield from _StreamedValues(stream).values()


def _is_json_lines(head: bytes) -> bool:
    """Whether each line is an object of its own: the first line opens one, and the next line too if there is one."""
    lines = [line.strip() for line in head.lstrip().split(b"\n", 2)[:2]]
    first, second = lines[0], lines[1] if len(lines) > 1 else b""
    if not first.startswith(b"{") or len(first) == 1 or _PAGE.match(first):
        return False
    return not second or second.startswith(b"{")


def _lines(stream: ByteStream) -> Iterator[JsonValue]:
    number = 0
    for line in _split_lines(stream):
        number += 1
        if not line.strip():
            continue
        locator = f"line {number}"
        try:
            value = json.loads(line)
        except (ValueError, RecursionError) as error:
            fault = stream.fault or _reason(error)
            yield JsonValue(locator=locator, raw=line, fault=fault)
            if stream.fault:
                return
            continue
        yield from _expanded(locator, value, line)
    if stream.fault:
        yield JsonValue(locator=f"after line {number}", fault=stream.fault)


def _expanded(locator: str, value: Any, raw: bytes) -> Iterator[JsonValue]:
    inner = value.get("studies") if isinstance(value, dict) else value
    if not isinstance(inner, list):
        yield JsonValue(locator=locator, value=value, raw=raw)
        return
    for n, item in enumerate(inner, start=1):
        yield JsonValue(locator=f"{locator}, record {n}", value=item, raw=json.dumps(item).encode())


def _split_lines(stream: ByteStream) -> Iterator[bytes]:
    """Lines without their ends; one longer than a record may be comes in pieces (and fails as JSON)."""
    parts: list[bytes] = []
    size = 0
    for chunk in stream:
        first, *others = chunk.split(b"\n")
        parts.append(first)
        size += len(first)
        if others:
            yield b"".join(parts)
            yield from others[:-1]
            parts, size = [others[-1]], len(others[-1])
        elif size > MAX_RECORD_BYTES:
            yield b"".join(parts)
            parts, size = [], 0
    yield b"".join(parts)


def _reason(error: Exception) -> str:
    if isinstance(error, UnicodeDecodeError):
        return "it is not valid UTF-8"
    if isinstance(error, RecursionError):
        return "it is nested too deeply"
    return f"it is not JSON: {error}"


class _StreamedValues:
    """Values of a list, a page or a sequence of objects, decoded one at a time from a moving window of text."""

    def __init__(self, stream: ByteStream) -> None:
        self._stream = stream
        self._chunks = iter(stream)
        # Bytes that are not UTF-8 become lone surrogates, and the study that holds them is refused when it is saved.
        self._decode = codecs.getincrementaldecoder("utf-8")(errors="surrogateescape").decode
        self._text = ""
        self._at = 0
        self._ended = False
        self._count = 0
        self._open: list[str] = []

    def values(self) -> Iterator[JsonValue]:
        """The values, and last what is wrong with the end of the stream, unless a value has said so."""
        told = False
        while self._skip_to_value():
            self._count += 1
            for found in self._next(f"record {self._count}"):
                told = bool(found.fault) and self._ended and self._at == len(self._text)
                yield found
        if not told and (self._stream.fault or self._open):
            fault = self._stream.fault or "the file ends inside the list of records"
            yield JsonValue(locator=f"after record {self._count}", fault=fault)

    def _fill(self, chunks: int = 1) -> bool:
        """Drop what is decoded and read on; whether anything came."""
        self._text, self._at = self._text[self._at :], 0
        before = len(self._text)
        for _ in range(chunks):
            chunk = None if self._ended else next(self._chunks, None)
            self._ended = chunk is None
            self._text += self._decode(chunk or b"", final=self._ended)
            if self._ended:
                break
        return len(self._text) > before

    def _skip_to_value(self) -> bool:
        while True:
            self._at = _skip(self._text, self._at)
            if self._at == len(self._text):
                if not self._fill() and self._ended:
                    return False
            elif not self._step_over_bracket():
                return True

    def _step_over_bracket(self) -> bool:
        """Enter or leave a list of records; False if a value begins here instead."""
        character = self._text[self._at]
        if self._open and character == "]":
            self._at += 1
            if self._open.pop() == "page":
                self._leave_page()
            return True
        if not self._open and character == "[":
            self._at += 1
            self._open.append("list")
            return True
        return character == "{" and self._open in ([], ["list"]) and self._enter_page()

    def _leave_page(self) -> None:
        while not (match := _REST_OF_PAGE.match(self._text, self._at)):
            if not self._fill() and self._ended:
                self._open.append("page")
                self._at = len(self._text)
                return
        self._at = match.end()

    def _enter_page(self) -> bool:
        """Step into the ``studies`` of a page; False (and nowhere) if this object is none."""
        while len(self._text) - self._at < 4096 and self._fill():
            pass
        text, at = self._text, self._at + 1
        try:
            while True:
                key, at = _DECODER.raw_decode(text, _skip(text, at))
                at = _skip(text, at)
                if text[at : at + 1] != ":":
                    return False
                at = _skip(text, at + 1)
                if key == "studies" and text[at : at + 1] == "[":
                    self._at = at + 1
                    self._open.append("page")
                    return True
                if text[at : at + 1] in "{[":
                    return False
                _, at = _DECODER.raw_decode(text, at)
        except ValueError:
            return False

    def _next(self, locator: str) -> Iterator[JsonValue]:
        chunks = 1
        while True:
            try:
                value, end = _DECODER.raw_decode(self._text, self._at)
            except (ValueError, RecursionError) as error:
                if self._may_be_cut(error) and self._fill(chunks):
                    chunks *= 2  # else a long record would be decoded from its start once for each chunk
                    continue
                yield self._broken(locator, error)
                return
            raw, self._at = self._text[self._at : end], end
            yield from _expanded(locator, value, _bytes(raw))
            return

    def _may_be_cut(self, error: Exception) -> bool:
        """Whether more text could mend it: the error lies at the end of the window."""
        if self._ended or not isinstance(error, json.JSONDecodeError):
            return False
        if len(self._text) - self._at > MAX_RECORD_BYTES:
            return False
        return error.msg.startswith("Unterminated string") or error.pos >= len(self._text) - 16

    def _broken(self, locator: str, error: Exception) -> JsonValue:
        """What cannot be decoded here; reading goes on where the next study seems to begin."""
        lost, start = "", self._at + 1
        while not (match := _NEXT_STUDY.search(self._text, start)):
            cut = max(start, len(self._text) - 64)  # a study's beginning may straddle two chunks
            lost = (lost + self._text[self._at : cut])[: Rejected.MAX_RAW]
            self._at, start = cut, 0
            if not self._fill() and self._ended:
                lost += self._text
                self._at = len(self._text)
                self._open.clear()
                return JsonValue(locator=locator, raw=_bytes(lost), fault=self._stream.fault or _reason(error))
        lost += self._text[self._at : match.start()]
        self._at = match.start()
        return JsonValue(locator=locator, raw=_bytes(lost), fault=_reason(error))


def _bytes(text: str) -> bytes:
    return text.encode(errors="surrogateescape")


def _skip(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    assert match is not None
    return match.end()
