"""A document as the resolvers see it: mentions with their section, zone, sentence and assertion."""
# ruff: noqa: E501  (an alternative of a pattern reads better on one line than wrapped)

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cache, cached_property

from mscminer.core.documents import Document, Section
from mscminer.core.mentions import Assertion
from mscminer.core.spans import Evidence
from mscminer.extract.anchors import anchored
from mscminer.extract.lexicon import Found
from mscminer.extract.text import JoinedText


class Zone(IntEnum):
    """How directly a section speaks of what is given; smaller is more direct."""

    CORE = 0
    """Titles, arms and interventions."""
    SUMMARY = 1
    """Summary, keywords, primary outcomes."""
    DETAIL = 2
    """Detailed description and the rest."""


_CORE = ("title", "official_title", "arm", "intervention", "vernacular_title")
_SUMMARY = ("brief_summary", "keyword", "primary_outcome", "acronym", "condition", "abstract", "study_population")
_UNREAD = (
    "eligibility",
    "secondary_outcome",
    "other_outcome",
    "reference",
    "secondary_id",
    "org_study_id",
    "why_stopped",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """A mention in its place.

    Args:
        owner: ``arm.2`` or ``intervention.0`` if it stands in the text of one, else "".
        sentence: joined offsets of its sentence.
    """

    start: int
    end: int
    label: str
    value: str
    rule: str
    section: str
    owner: str
    zone: Zone
    sentence: tuple[int, int]
    assertion: Assertion = Assertion.AFFIRMED

    @property
    def usable(self) -> bool:
        """Whether the text asserts it of the study itself."""
        return self.assertion is Assertion.AFFIRMED


def read_sections(document: Document) -> tuple[Section, ...]:
    """The sections that mentions are looked for in: not eligibility, references and later outcomes.

    An exclusion criterion that names a tissue says nothing of the product, and these sections are half of the text.
    """
    return tuple(
        section
        for section in document.sections
        if not section.name.startswith(_UNREAD)
        and not (section.name.startswith("primary_outcome") and not section.name.endswith(("measure", "description")))
    )


def zone_of(section: str) -> Zone:
    """The zone of a section, by its name."""
    first = section.split(".")[0]
    if first in _CORE:
        return Zone.CORE
    return Zone.SUMMARY if first in _SUMMARY and not section.endswith("outcome") else Zone.DETAIL


def owner_of(section: str) -> str:
    """``arm.N`` or ``intervention.N``, or ""."""
    parts = section.split(".")
    return ".".join(parts[:2]) if parts[0] in ("arm", "intervention") else ""


_BACKGROUND = anchored(
    r"""\bprevious(?:ly)?\s(?:\w+\s){0,4}?(?:stud|trial|report|work|literature|experi|research|show|demonstr|publish|described|clinical|us|been)
      | \b(?:stud|trial|report|experiment|investigat|result|data|research|evidence|literature)\w*\s(?:\w+\s){0,8}?(?:has|have|had)\s(?:\w+\s){0,2}?(?:shown|demonstrated|reported|indicated|suggested|proved|proven|found|confirmed|revealed|been|used)
      | \b(?:has|have|had)\s(?:\w+\s){0,2}?(?:been\s)?(?:\w+\s){0,2}?(?:shown|demonstrated|reported|proven|proved|recognized|studied|investigated|described|identified|discovered|suggested|emerged|attracted|become|used\sin|used\sfor|used\sto|used\sas)\b
      | \b(?:outcomes?|effects?|toleran\w+|improvements?|efficacy|benefits?|results?)\s(?:\w+\s){0,5}?(?:was|were)\s(?:\w+\s)?(?:observed|reported|achieved|found|demonstrated|seen)\b
      | \b(?:current(?:ly)?|available|standard)\s(?:\w+\s){0,2}?(?:treatments?|therap(?:y|ies))\s(?:is|are|consists?|includes?)\b
      | \bet\sal\b | \b(?:can|could|may|might)\s(?:also\s)?(?:easily\s|readily\s)?(?:be\s)?(?:easily\s|readily\s)?(?:isolated|obtained|found|derived|harvested|differentiate|extracted|stimulated|be\sisolated)
      | \b(?:in|using)\s(?:an?\s)?(?:animals?|mice|mouse|rats?|rodents?|rabbits?|dogs?|pigs?|sheep|goats?|murine|canine|equine|porcine|preclinical|pre-clinical|in\svitro|rat)\b
      | \banimal\s(?:models?|stud|experiments?)|\bpreclinical\b|\babroad\b|\b(?:nude\s)?mice\b|\brats\b|\b(?:rat|mouse|murine|rabbit)\smodels?|\b(?:reported|showed|demonstrated|published|found|described)\sthat\b
      | \bare\s(?:a\s|an\s)?(?:\w+\s){0,3}?(?:multipotent|non-?ha?ematopoietic|pluripotent|population\sof|type\sof|heterogen|present\sin|found\sin|known|able\sto|capable|characteri[sz]ed|adult\sstem)
      | \b(?:studies|trials|experiments|reports)\s(?:(?!will\b|our\b)[\w-]+\s){0,24}?(?:suggest|show|indicate|demonstrate|reveal|confirm)(?:s|ed|d)?\b
      | \bin\s(?:19|20)\d\d,\s | \b(?:has|have)\s(?:\w+\s){0,2}?(?:carried\sout|conducted|performed)\b | \bwere\sfirst\b(?!\s(?:given|infused|injected|administered|treated)) | \b(?:first|originally)\s(?:described|isolated|identified|discovered)
      | \b(?:compared|comparison|superior|inferior|similar)\s(?:to|with)\s(?:those|other)\b | \bsuch\sas\b[^.]{0,80}\band\s(?:\w+\s)?(?:tissue|adipose|cord|placent|bone)
      | \bvarious\s(?:tissues|sources|organs)|\bdifferent\s(?:tissues|sources)|\bseveral\s(?:tissues|sources)|\bmany\stissues
    """,
    re.VERBOSE | re.IGNORECASE,
)
_OURS = re.compile(
    r"\b(?:in\s(?:this|the\s(?:present|current|proposed))\s(?:study|trial|project|protocol)|this\s(?:study|trial|phase|is\sa)|will\s(?:be|receive|undergo|use|have)|patients\s(?:are|were|in\sthe)"
    r"|we\s(?:will|propose|plan|intend|hypothes|aim)|investigators?\s(?:will|propose|plan|hypothes|aim)|the\s(?:aim|purpose|objective|goal)|present\sstudy)",
    re.IGNORECASE,
)
_NEGATION = re.compile(
    r"\b(?:no|not|without|never|neither|nor|instead\sof|rather\sthan|unlike|free\sof|excluding|except|absence\sof|other\sthan|unable\sto|non)[\s-]+(?:\w+[\s-]+){0,4}$",
    re.IGNORECASE,
)
_NO_NEGATION = re.compile(r"\bnot\sonly\b|\bwith\s(?:or|and)\swithout\b", re.IGNORECASE)
_VERSUS = re.compile(
    r"\b(?:versus|vs\.?|compared?\s(?:to|with)|comparison\s(?:to|with)|alternative\sto|superior\sto|over(?!\s(?:~|about\s|approximately\s|around\s|at\sleast\s|the\s(?:course|next|first)\s|a\s(?:period|total)\s|periods?\s)?(?:of\s)?(?:~|\d|(?:an?|one|two|three|four|five|ten|fifteen|twenty|thirty|sixty|several|some)\b)))\s(?:[\w-]+\s){0,3}$"
    r"|\b(?:standard|conventional|usual)\s(?:treatment|therapy|care|procedure|technique)\s(?:of|with|by|using)\s(?:[\w-]+\s){0,3}$",
    re.IGNORECASE,
)


_OF_THE_BODY = re.compile(r"\bendogenous\s(?:[\w-]+\s){0,3}$|\balternative\sto\s(?:[\w-]+\s){0,8}$", re.IGNORECASE)
"""Cells that the patient has already, or that something else is given instead of."""
_REASON = re.compile(r"\bbecause\b|\bwhereas\b", re.IGNORECASE)
"""What stands behind it tells why a source was chosen, often by naming the one that was not."""


_GLUE = re.compile(
    r"[\s(/-]*(?:(?:human|adult|derived|expanded|culture-expanded|cultured|ex\svivo|in\svitro|tissue|of|from|the|fresh)[\s/-]*){0,3}",
    re.IGNORECASE,
)
_LONGEST_PHRASE = 160
_MOST_PHRASES = 6
"""A fact shows no more."""


def starting(items: Sequence[Item], first: int, last: int) -> Sequence[Item]:
    """Of items in order those that begin in [first, last): what lies far away need not be looked at."""
    return items[bisect_left(items, first, key=_start) : bisect_left(items, last, key=_start)]


def _start(item: Item) -> int:
    return item.start


@dataclass(frozen=True, kw_only=True)
class View:
    """A document, its joined text and its mentions in order."""

    document: Document
    joined: JoinedText
    items: tuple[Item, ...]

    def of(self, *labels: str) -> Iterator[Item]:
        """Mentions of some labels, in order."""
        return (item for item in self.items if item.label in labels)

    @cached_property
    def _by_label(self) -> dict[str, list[Item]]:
        sorted_in: dict[str, list[Item]] = {}
        for item in self.items:
            sorted_in.setdefault(item.label, []).append(item)
        return sorted_in

    def starting(self, label: str, first: int, last: int) -> Sequence[Item]:
        """Mentions of a label that begin in [first, last), in order."""
        return starting(self._by_label.get(label, ()), first, last)

    @cached_property
    def tissues_by_sentence(self) -> dict[tuple[int, int], set[str]]:
        """The tissues that each sentence names."""
        found: dict[tuple[int, int], set[str]] = {}
        for item in self.of("TISSUE"):
            found.setdefault(item.sentence, set()).add(item.value)
        return found

    def words(self, item: Item) -> str:
        """The words of a mention."""
        return self.joined.text[item.start : item.end]

    def sentence(self, item: Item) -> str:
        """The sentence of a mention."""
        return self.joined.text[item.sentence[0] : item.sentence[1]]

    def evidence(self, items: Iterable[Item]) -> tuple[Evidence, ...]:
        """Exact spans of mentions, without duplicates."""
        made: dict[Evidence, None] = {}
        for item in items:
            span = self.joined.locate(item.start, item.end)
            if span is not None:
                made[self.document.evidence(span.section, span.start, span.end)] = None
        return tuple(made)

    def phrases(self, items: Iterable[Item]) -> tuple[Evidence, ...]:
        """The phrases of mentions: each with the product, tissue and donor beside it ("own bone marrow MSCs").

        A phrase stays within the mention's sentence and section, so it supports no less than the mention does.  Of
        each section only the longest is taken, so that title, arms and prose are all heard.
        """
        made: dict[str, Evidence] = {}
        for item in items:
            for evidence in self.quote(*self._phrase(item)) or self.evidence([item]):
                section = evidence.span.section
                if section not in made and len(made) == _MOST_PHRASES:
                    continue
                made[section] = max(made.get(section, evidence), evidence, key=lambda one: len(one.span))
        return tuple(made.values())

    def _phrase(self, item: Item) -> tuple[int, int]:
        start, end = item.start, item.end
        first, last = start - 2 * _LONGEST_PHRASE, end + _LONGEST_PHRASE
        beside = (one for label in ("PRODUCT", "TISSUE", "DONOR") for one in self.starting(label, first, last))
        near = [one for one in beside if one.sentence == item.sentence]
        for one in sorted(near, key=lambda other: other.start):
            if one.end >= end and self._joined(end, one.start):
                end = one.end
        for one in sorted(near, key=lambda other: -other.end):
            if one.start <= start and self._joined(one.end, start):
                start = one.start
        if end - start > _LONGEST_PHRASE:
            start, end = item.start, item.end
        return start, self._closed(start, end)

    def _closed(self, start: int, end: int) -> int:
        """The end with the bracket that closes one within ("mesenchymal stem cells (MSCs)")."""
        text = self.joined.text
        opened = text.count("(", start, end) > text.count(")", start, end)
        return end + 1 if opened and text.startswith(")", end) else end

    def _joined(self, left: int, right: int) -> bool:
        """Whether what lies between two places joins them to one phrase."""
        return right <= left or (right - left <= 30 and _GLUE.fullmatch(self.joined.text, left, right) is not None)

    def quote(self, start: int, end: int) -> tuple[Evidence, ...]:
        """Evidence for joined offsets, or nothing if they leave a section."""
        span = self.joined.locate(start, end)
        return (self.document.evidence(span.section, span.start, span.end),) if span else ()


def empty_view(document: Document) -> View:
    """A document in which no mentions were looked for."""
    return View(document=document, joined=JoinedText(text="", parts=()), items=())


def build_view(document: Document, joined: JoinedText, found: Sequence[Found]) -> View:
    """Put mentions in their place and judge how the text speaks of them."""
    items = []
    speaks_of_others = cache(_speaks_of_others)
    for one in found:
        part = joined.part_at(one.start)
        if part is None or one.end > part[2]:
            continue
        name = part[0]
        sentence = joined.sentence_at(one.start)
        items.append(
            Item(
                start=one.start,
                end=one.end,
                label=one.label,
                value=one.value,
                rule=one.rule,
                section=name,
                owner=owner_of(name),
                zone=zone_of(name),
                sentence=sentence,
                assertion=_assertion(joined.text, one, sentence, zone_of(name), speaks_of_others),
            )
        )
    return View(document=document, joined=joined, items=tuple(items))


def _speaks_of_others(words: str) -> bool:
    """Whether a sentence tells what is known elsewhere, not what this study does."""
    return bool(_BACKGROUND.search(words) and not _OURS.search(words))


def _assertion(
    text: str, found: Found, sentence: tuple[int, int], zone: Zone, speaks_of_others: Callable[[str], bool]
) -> Assertion:
    before = text[max(sentence[0], found.start - 45) : found.start]
    if _NEGATION.search(before) and not _NO_NEGATION.search(before):
        return Assertion.NEGATED
    if found.label == "PRODUCT" and _OF_THE_BODY.search(text, max(sentence[0], found.start - 90), found.start):
        return Assertion.BACKGROUND
    if found.label != "PRODUCT" and _VERSUS.search(before) and zone is not Zone.CORE:
        return Assertion.COMPARATOR
    if found.label in ("TISSUE", "DONOR") and zone is not Zone.CORE and _REASON.search(text, sentence[0], found.start):
        return Assertion.BACKGROUND
    if zone is not Zone.CORE and speaks_of_others(text[sentence[0] : sentence[1]]):
        return Assertion.BACKGROUND
    return Assertion.AFFIRMED


def partners(view: View, owner: str) -> tuple[str, ...]:
    """The interventions of an arm (``arm.2``), or the arms of an intervention."""
    study = view.document.study
    kind, _, number = owner.partition(".")
    if study is None or kind not in ("arm", "intervention"):
        return ()
    if kind == "arm":
        label = next((arm.label for arm in study.arms if arm.number == int(number)), "")
        return tuple(f"intervention.{one.number}" for one in study.interventions if label in one.arm_labels)
    labels = next((one.arm_labels for one in study.interventions if one.number == int(number)), ())
    return tuple(f"arm.{arm.number}" for arm in study.arms if arm.label in labels)
