"""One text for the whole document, which maps back to (section, start, end) exactly."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from mscminer.core.documents import Section
from mscminer.core.spans import Span

SEPARATOR = "\n\ue000\n"
"""Between two sections: a private-use character, so that no pattern over white space reaches across."""

_SENTENCE_END = re.compile(
    r"""[\s"')\].。；！？](?:
      (?:(?<=[.!?;]["')\]])\s+|(?<=[.!?;]\s)\s*)(?=["'(\[]?[A-Z0-9])   # an ordinary sentence
    | (?<=[a-z)]\.)(?=[A-Z][a-z])                                      # glued: "injected.Patients"
    | (?<=[。；！？])                                                   # full-width stops
    | (?<![^\S\n]\s)(?:(?<=\n)|(?<=\s)[^\S\n]*\n)\s*                  # lists, paragraphs; from the first blank only
    )""",
    re.VERBOSE,
)
"""To begin with what may stand there makes Python look for that alone."""
_NO_END = re.compile(
    r"(?:\b(?:e\.g|i\.e|vs|no|approx|al|dr|fig|resp|incl|ca|i\.v|i\.a|wt|st)|\b[A-Z])\.\s*$", re.IGNORECASE
)


@dataclass(frozen=True, kw_only=True)
class JoinedText:
    """Sections strung together; `parts` holds (name, start, end) of each within `text`, in order."""

    text: str
    parts: tuple[tuple[str, int, int], ...]

    @cached_property
    def _starts(self) -> list[int]:
        return [start for _, start, _ in self.parts]

    def part_at(self, position: int) -> tuple[str, int, int] | None:
        """The part that covers a position, or None on a separator."""
        index = bisect_right(self._starts, position) - 1
        if index < 0:
            return None
        name, start, end = self.parts[index]
        return (name, start, end) if start <= position < end else None

    def locate(self, start: int, end: int) -> Span | None:
        """The span of a section that joined offsets stand for, or None if they leave it."""
        part = self.part_at(start)
        if part is None or end <= start or end > part[2]:
            return None
        return Span(section=part[0], start=start - part[1], end=end - part[1])

    @cached_property
    def sentences(self) -> tuple[tuple[int, int], ...]:
        """Half-open (start, end) of the sentences, in order; none crosses a section."""
        found: list[tuple[int, int]] = []
        for _, start, end in self.parts:
            found.extend(_sentences(self.text, start, end))
        return tuple(found)

    @cached_property
    def _sentence_starts(self) -> list[int]:
        return [start for start, _ in self.sentences]

    def sentence_at(self, position: int) -> tuple[int, int]:
        """The sentence that a position lies in (or the one before it)."""
        index = max(0, bisect_right(self._sentence_starts, position) - 1)
        return self.sentences[index]


def join_sections(sections: Iterable[Section]) -> JoinedText:
    """String sections together in their order."""
    pieces: list[str] = []
    parts: list[tuple[str, int, int]] = []
    position = 0
    for section in sections:
        if pieces:
            position += len(SEPARATOR)
        pieces.append(section.text)
        parts.append((section.name, position, position + len(section.text)))
        position += len(section.text)
    return JoinedText(text=SEPARATOR.join(pieces), parts=tuple(parts))


def _sentences(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    begin = start
    for match in _SENTENCE_END.finditer(text, start, end):
        stop = match.start() + 1 if text[match.start()] in ".。；！？" else match.start()
        if stop <= begin or _NO_END.search(text, max(begin, stop - 8), stop):
            continue
        yield from cut_long(text, begin, stop)
        begin = match.end()
    if begin < end:
        yield from cut_long(text, begin, end)


_LONGEST_SENTENCE = 3000
"""Half as long again as the longest sentence in 7,046 records."""


def cut_long(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """A sentence, in pieces if it is longer than any that people write, so that reading takes time in proportion.

    What reads a sentence may look at each of its words for each of its mentions.
    """
    while end - start > _LONGEST_SENTENCE:
        blank = text.rfind(" ", start + 1, start + _LONGEST_SENTENCE)
        stop = blank if blank > 0 else start + _LONGEST_SENTENCE
        yield start, stop
        start = stop + (blank > 0)
    yield start, end
