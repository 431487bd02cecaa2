"""A publication as folded sentences, each with the part of the article (zone) it belongs to.

Folding keeps every character's place: an offset in a folded sentence is an offset in the section's text.
"""
# ruff: noqa: E501  (an alternative of a pattern reads better on one line than wrapped)

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Final

from mscminer.core.documents import Document, Section
from mscminer.core.spans import Evidence


class Zone(StrEnum):
    """Which part of an article a sentence belongs to."""

    TITLE = "title"
    BACKGROUND = "background"
    AIM = "aim"
    METHODS = "methods"
    RESULTS = "results"
    CONCLUSION = "conclusion"
    REGISTRATION = "registration"
    OTHER = "other"


_FOLD: Final = {
    **dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe63\uff0d"), "-"),
    **dict.fromkeys(map(ord, "\u00a0\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u3000\t\n\r"), " "),
    **dict.fromkeys(map(ord, "\u2018\u2019\u201a\u2032\u00b4`"), "'"),
    **dict.fromkeys(map(ord, "\u201c\u201d\u201e\u2033"), '"'),
    **dict.fromkeys(map(ord, "\u00d7\u2715"), "x"),
    ord("\u2a7d"): "\u2264",
    ord("\u2a7e"): "\u2265",
}


def fold(text: str) -> str:
    """Lower case with one spelling of dashes, quotes and blanks; as many characters as before."""
    plain = text.translate(_FOLD)
    lower = plain.lower()
    if len(lower) == len(plain):
        return lower
    return "".join(low if len(low := char.lower()) == 1 else char for char in plain)


@dataclass(frozen=True, kw_only=True, slots=True)
class Sentence:
    """A folded sentence: `text` stands at ``start`` of the section named `section`.

    Args:
        place: how far into the abstract it begins, 0 to 1 (0 for titles).
        given: whether a heading of the article, not a guess, says the zone.
    """

    section: str
    start: int
    text: str
    zone: Zone
    place: float
    given: bool

    @property
    def end(self) -> int:
        """End offset in the section."""
        return self.start + len(self.text)


_HEADINGS: Final[tuple[tuple[Zone, str], ...]] = (
    (
        Zone.REGISTRATION,
        r"(?:clinical )?trials? (?:registration|registry)(?: number)?|registration(?: number)?|clinicaltrials\.gov(?: identifier)?",
    ),
    (
        Zone.BACKGROUND,
        r"(?:scientific )?background(?: context)?(?: (?:and|&) (?:aims?|objectives?|purpose))?|introduction|context|rationale|importance|hypothesis",
    ),
    (Zone.AIM, r"(?:study )?(?:aims?|objectives?|purpose|goals?)(?: of (?:the|this) study)?"),
    (
        Zone.METHODS,
        r"(?:(?:patients?|materials?|subjects?|participants?)(?:,? ?(?:and|&|,) ?(?:patients?|materials?|subjects?|methods?))*(?: ?(?:and|&) ?methods?)|methods?(?: and (?:analysis|materials?|design|results|findings|patients))?|methods?/design|methodology|(?:study |trial )?design(?:,? setting,? (?:and|&) (?:participants|patients))?|research design and methods|experimental design|setting|participants|patients|interventions?|main outcome measures?|outcome measures?|procedures?|case (?:presentation|description)|ethics and dissemination)",
    ),
    (
        Zone.RESULTS,
        r"(?:main |principal )?(?:results?|findings)(?: (?:and|&) (?:conclusions?|discussion))?|outcomes?|measurements and main results",
    ),
    (
        Zone.CONCLUSION,
        r"(?:discussion(?: and conclusions?)?|conclusions?(?: (?:and|&) (?:relevance|significance|clinical relevance|implications))?|interpretation|clinical relevance|clinical implications?|significance|summary|implications)",
    ),
    (Zone.OTHER, r"level of evidence|funding|keywords?|key words|copyright|types of (?:study|article)"),
)
_LABELS: Final = tuple((zone, re.compile(rf"\s*(?:{pattern})\s*[:.]?\s*")) for zone, pattern in _HEADINGS)
_INLINE: Final = re.compile("|".join(rf"(?P<{zone.name}>{pattern})" for zone, pattern in _HEADINGS))
_TAGS: Final = re.compile(r"(?:</?\w+>\s*)+(?:(?:abstract|summary)(?:</?\w+>\s*)+)?")
_AFTER_HEADING: Final = re.compile(r"(?:\s?</?\w+>)*\s?[:.\-]?\s*(?=[\"'(\[]?[A-Z0-9])")


def zone_of_label(label: str) -> Zone | None:
    """The zone that an abstract's own heading stands for, or None if it is unknown or empty.

    A label of two headings ("METHODS AND RESULTS") counts as the first but for results, which win.
    """
    folded = fold(label).strip()
    if not folded:
        return None
    for zone, pattern in _LABELS:
        if pattern.fullmatch(folded):
            return zone
    return None


_END: Final = re.compile(
    r"""(?<=[.!?])["')\]]*\s+(?=["'(\[]?[A-Z0-9\u0391-\u03a9])   # a full stop, a blank, a capital
      |(?<=[a-z)\]%0-9\u03b1-\u03c9][.!?])(?=[A-Z][a-z\s])      # glued sentences
      |(?<=[A-Z)][A-Z)]\.)(?=[A-Z][a-z]+\s)                     # glued after an abbreviation
      |(?<=[.!?>])\s*(?=<h\d>)
      |(?<=;)\s+(?=(?:Level|LEVEL)\s)""",
    re.VERBOSE,
)
_NO_END: Final = re.compile(
    r"(?:\b(?:vs|e\.g|i\.e|cf|al|fig|figs|no|nos|approx|ca|dr|prof|st|resp|etc|i\.v|i\.a|ref|refs|sp|spp|p|n|inc|ltd|co|var|min|max|mr|mrs)\.)$",
    re.IGNORECASE,
)


def split_sentences(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of each sentence, also where the blank between two is lost; no blanks at the ends."""
    start = 0
    for match in _END.finditer(text):
        if _NO_END.search(text, max(0, match.start() - 8), match.start()):
            continue
        yield from _trimmed(text, start, match.start())
        start = match.end()
    yield from _trimmed(text, start, len(text))


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    piece = text[start:end]
    left = len(piece) - len(piece.lstrip())
    right = len(piece.rstrip())
    if right > left:
        yield start + left, start + right


def _heading_at(text: str, folded: str, start: int, end: int) -> tuple[Zone, int] | None:
    """The heading with which a sentence begins ("Results There were ...") and where the rest starts."""
    tags = _TAGS.match(folded, start, end)
    begin = tags.end() if tags else start
    if begin >= end or not text[begin].isupper():
        return None
    match = _INLINE.match(folded, begin, end)
    if match is None:
        return None
    after = _AFTER_HEADING.match(text, match.end(), end)
    if after is None:
        return None
    return Zone[str(match.lastgroup)], after.end()


@dataclass(frozen=True, kw_only=True)
class PublicationText:
    """The title and abstract of a document as sentences."""

    document: Document
    sentences: tuple[Sentence, ...]

    @cached_property
    def title(self) -> str:
        """The folded titles, the vernacular one last."""
        return " \n ".join(sentence.text for sentence in self.sentences if sentence.zone is Zone.TITLE)

    @cached_property
    def body(self) -> str:
        """The folded abstract."""
        return " \n ".join(sentence.text for sentence in self.sentences if sentence.zone is not Zone.TITLE)

    @cached_property
    def whole(self) -> str:
        """Folded titles and abstract."""
        return f"{self.title} \n {self.body}"

    def zones(self, *zones: Zone) -> tuple[Sentence, ...]:
        """The sentences of these zones, in order."""
        return tuple(sentence for sentence in self.sentences if sentence.zone in zones)

    def evidence(self, sentence: Sentence, start: int = 0, end: int | None = None) -> Evidence:
        """Evidence from offsets in a folded sentence (default: all of it)."""
        stop = len(sentence.text) if end is None else end
        return self.document.evidence(sentence.section, sentence.start + start, sentence.start + stop)


@dataclass(frozen=True, kw_only=True, slots=True)
class RawSentence:
    """A sentence whose zone may still be open."""

    section: str
    start: int
    text: str
    zone: Zone | None


def raw_sentences(section: Section, *, zone: Zone | None = None) -> Iterator[RawSentence]:
    """The sentences of one section; a heading at a sentence's start sets the zone from there on."""
    text, folded = section.text, fold(section.text)
    current = zone or zone_of_label(section.label)
    for start, end in split_sentences(text):
        heading = None if zone is Zone.TITLE else _heading_at(text, folded, start, end)
        begin = start
        if heading:
            current, begin = heading
        if begin < end:
            yield RawSentence(section=section.name, start=begin, text=folded[begin:end], zone=current)
