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
from typing import Final, NamedTuple

from mscminer.core.documents import Document, Section
from mscminer.core.spans import Evidence
from mscminer.extract.starts import may_begin, starts_of
from mscminer.extract.text import cut_long


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


_FOLDED: Final = re.compile(f"[{''.join(map(chr, _FOLD))}]")
"""`str.translate` looks up every character of a text that is not ASCII; here only those are that change."""


def fold(text: str) -> str:
    """Lower case with one spelling of dashes, quotes and blanks; as many characters as before."""
    plain = _FOLDED.sub(lambda match: _FOLD[ord(match[0])], text)
    lower = plain.lower()
    if len(lower) == len(plain):
        return lower
    return "".join(low if len(low := char.lower()) == 1 else char for char in plain)


class Sentence(NamedTuple):
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
        r"(?:clinical )?trials? (?:registration|registry)(?: numbers?| no\.?)?|(?:study )?registration(?: numbers?| no\.?)?|registry(?: number)?|clinicaltrials\.gov(?: identifier)?",
    ),
    (
        Zone.BACKGROUND,
        r"(?:summary of |scientific |study )?background(?: context| data)?|introduction|context|rationale(?: of the study)?|importance|(?:study )?hypothesis|what is known already|patient concerns?|clinical problem|unmet need|introducci[o\u00f3]n|introdu[c\u00e7][a\u00e3]o|einleitung|hintergrund|antecedentes|contexte",
    ),
    (
        Zone.AIM,
        r"(?:study |research |primary |specific |the )?(?:aims?|objectives?|purposes?|goals?|questions?)(?: of (?:the|this) (?:study|trial|work))?|questions?/purposes?|objecti(?:fs?|ves?)|objetivos?|but(?: de l'\u00e9tude)?|ziel(?:setzung|e)?|fragestellung",
    ),
    (
        Zone.METHODS,
        r"(?:patients?|materials?|subjects?|participants?|methods?|sample)(?:,? ?(?:and|&|,|/) ?(?:patients?|materials?|subjects?|participants?|methods?|design|setting|interventions?|procedures|analysis))*|methods?/design|methodology|(?:study |trial |research )?design(?:,? (?:size|setting|duration),? ?(?:(?:and|&) )?(?:participants|patients|duration|size)?(?:,? duration)?)?|research design and methods|experimental (?:design|approach|procedures?)|(?:study )?settings?|interventions?|exposures?|main outcome measures?|(?:main |primary )?outcomes? measures?|measures|procedures?|case (?:presentation|description|report|summary|history)|clinical (?:presentation|findings)|diagnos[ie]s|ethics and dissemination|data (?:sources?|extraction|synthesis)|study selection|treatment protocol|m[\u00e9e]thodes?|m[\u00e9e]todos?|materiales y m[\u00e9e]todos|materiais e m[\u00e9e]todos|patients et m[\u00e9e]thodes|methodik|methoden|patienten und methoden",
    ),
    (
        Zone.RESULTS,
        r"(?:main |principal |key |clinical |study )?(?:results?|findings|observations)(?: and the role of chance)?|(?:clinical )?outcomes?|measurements and main results|main results and the role of chance|r[\u00e9e]sultats?|resultados|ergebnisse",
    ),
    (
        Zone.CONCLUSION,
        r"(?:main |key )?(?:discussion|conclusions?|concluding remarks|interpretation|inferences?|significance|summary|implications?|relevance|lessons?(?: learned)?|summary answer|wider implications of the findings|key points?|take[- ]home (?:message|point)s?|(?:clinical|translational) (?:relevance|implications?|significance|impact)|impact(?: statement)?|(?:study )?limitations?(?:,? reasons for caution)?|future directions|conclusi[o\u00f3]n(?:es)?|conclus[o\u00f5][e]?s|conclus[a\u00e3]o|schlussfolgerung(?:en)?|fazit)(?: (?:and|of|for) (?:relevance|significance|clinical relevance|implications?|recommendations?|practice|the study))?",
    ),
    (
        Zone.OTHER,
        r"level of evidence|evidence level|funding(?: sources?| information)?|(?:study funding/)?competing interests?\(?s?\)?|keywords?|key words|copyright|types of (?:study|article)",
    ),
)
_ANY_HEADING: Final = "|".join(rf"(?:{pattern})" for _, pattern in _HEADINGS)
_ONE: Final = tuple((zone, re.compile(pattern)) for zone, pattern in _HEADINGS)
_STORY: Final = re.compile(
    r"(?:clinical )?cases?(?: (?:presentations?|descriptions?|reports?|summar(?:y|ies)|series))?|(?:clinical )?management"
)
"""Headings under which a patient's treatment and its outcome are told in one go."""
_BETWEEN_HEADINGS: Final = re.compile(r",? (?:and|&|y|et|und|e) |,? ?[/,;] ?|(?<=\w) ?[-:] ?(?=\w)")
_HEADING_STARTS: Final = starts_of(re.compile(rf"\b(?:{_ANY_HEADING})"))
_INLINE: Final = re.compile(rf"(?:{_ANY_HEADING})(?:(?:,? (?:and|&) |/|, ?)(?:{_ANY_HEADING}))*")
_LABEL_EDGES: Final = re.compile(r"^[\W\d_]+|[\s:.\]>)]+$")
_TAGS: Final = re.compile(r"(?:</?\w+>\s*)+(?:(?:abstract|summary)(?:</?\w+>\s*)+)?")
_AFTER_HEADING: Final = re.compile(r"(?:\s?</?\w+>|\])*\s?[:.\-]{0,2}\s*(?=[\"'(\[]?[A-Z0-9\u00c0-\u00dd])")


def zones_of_label(label: str) -> tuple[Zone, ...]:
    """The zones that an abstract's own heading stands for; none if it is unknown or empty.

    "METHODS AND RESULTS" stands for both; which sentence is which is left to the zone model.
    """
    folded = _LABEL_EDGES.sub("", fold(label))
    if not folded:
        return ()
    whole = _zone_of_one(folded)
    if _STORY.fullmatch(folded):
        return (Zone.METHODS, Zone.RESULTS)
    if whole:
        return (whole,)
    parts = [_zone_of_one(part) for part in _BETWEEN_HEADINGS.split(folded)]
    return tuple(dict.fromkeys(part for part in parts if part)) if any(parts) else ()


def _zone_of_one(heading: str) -> Zone | None:
    return next((zone for zone, pattern in _ONE if pattern.fullmatch(heading)), None)


def zone_of_label(label: str) -> Zone | None:
    """The one zone that a heading stands for, or None if it is unknown, empty or stands for several."""
    zones = zones_of_label(label)
    return zones[0] if len(zones) == 1 else None


_END: Final = re.compile(
    r"""[.!?;>](?:
       (?<=[.!?])["')\]]*\s+(?=["'(\[]?[A-Z0-9\u0391-\u03a9])   # a full stop, a blank, a capital
      |(?<=[a-z)\]%0-9\u03b1-\u03c9][.!?])(?=[A-Z][a-z\s])      # glued sentences
      |(?<=[A-Z)][A-Z)]\.)(?=[A-Z][a-z]+\s)                     # glued after an abbreviation
      |(?<=[.!?>])\s*(?=<h\d>)
      |(?<=;)\s+(?=(?:Level|LEVEL)\s))""",
    re.VERBOSE,
)
"""A mark and what follows it; to begin with the mark makes Python look for that alone."""
_ABBREVIATIONS: Final = tuple(
    f"{word}."
    for word in [
        "vs",
        "e.g",
        "i.e",
        "cf",
        "al",
        "fig",
        "figs",
        "no",
        "nos",
        "approx",
        "ca",
        "dr",
        "prof",
        "st",
        "resp",
        "etc",
        "i.v",
        "i.a",
        "ref",
        "refs",
        "sp",
        "spp",
        "p",
        "n",
        "inc",
        "ltd",
        "co",
        "var",
        "min",
        "max",
        "mr",
        "mrs",
    ]
)
_NO_END: Final = re.compile(rf"\b(?:{'|'.join(map(re.escape, _ABBREVIATIONS))})$", re.IGNORECASE)


def split_sentences(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of each sentence, also where the blank between two is lost; no blanks at the ends."""
    start = 0
    for match in _END.finditer(text):
        end = match.start() + 1
        if _is_abbreviated(text, end):
            continue
        yield from _trimmed(text, start, end)
        start = match.end()
    yield from _trimmed(text, start, len(text))


def _is_abbreviated(text: str, end: int) -> bool:
    """Whether an abbreviation with its full stop ends here; the last letters are looked at first, which is cheap."""
    start = max(0, end - 8)
    return text[start:end].lower().endswith(_ABBREVIATIONS) and _NO_END.search(text, start, end) is not None


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    piece = text[start:end]
    left = len(piece) - len(piece.lstrip())
    right = len(piece.rstrip())
    if right > left:
        yield from cut_long(text, start + left, start + right)


def _heading_at(text: str, folded: str, start: int, end: int) -> tuple[tuple[Zone, ...], int] | None:
    """The heading with which a sentence begins ("Results There were ...") and where the rest starts."""
    tags = _TAGS.match(folded, start, end) if text[start] == "<" else None
    begin = tags.end() if tags else start
    if begin < end and text[begin] == "[":
        begin += 1
    if begin >= end or not text[begin].isupper() or not may_begin(_HEADING_STARTS, folded, begin):
        return None
    match = _INLINE.match(folded, begin, end)
    if match is None:
        return None
    after = _AFTER_HEADING.match(text, match.end(), end)
    if after is None or not _set_apart(text, match.start(), match.end(), after.end()):
        return None
    zones = zones_of_label(match.group())
    return (zones, after.end()) if zones else None


_COMMON_WORDS: Final = frozenset(
    {
        "but",
        "patients",
        "patient",
        "participants",
        "subjects",
        "question",
        "questions",
        "outcome",
        "measures",
        "impact",
        "summary",
        "sample",
        "material",
        "interventions",
        "intervention",
        "diagnosis",
        "context",
        "limitations",
        "setting",
    }
)
"""Headings that also begin sentences: they need a colon or capitals."""


def _set_apart(text: str, start: int, end: int, after: int) -> bool:
    words = text[start:end]
    return words.lower() not in _COMMON_WORDS or words.isupper() or text[end:after].strip()[:1] in (":", ".", "]", "<")


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


class RawSentence(NamedTuple):
    """A sentence whose zone may still be open.

    Args:
        zones: those that its heading allows; none if no heading says.
    """

    section: str
    start: int
    text: str
    zones: tuple[Zone, ...]


def raw_sentences(section: Section, *, zone: Zone | None = None) -> Iterator[RawSentence]:
    """The sentences of one section; a heading at a sentence's start sets the zone from there on."""
    text, folded = section.text, fold(section.text)
    current = (zone,) if zone else zones_of_label(section.label)
    for start, end in split_sentences(text):
        heading = None if zone is Zone.TITLE else _heading_at(text, folded, start, end)
        begin = start
        if heading:
            current, begin = heading
        if begin < end:
            yield RawSentence(section=section.name, start=begin, text=folded[begin:end], zones=current)
