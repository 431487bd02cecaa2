"""Which part of an article a sentence belongs to, where no heading says so.

A linear model over words, word pairs and place gives each sentence a score per zone; the best path of zones
(they hardly ever run backwards) that keeps every given heading is taken.  Weights: ``models/publications/zones.json``,
made by ``scripts/train`` from structured abstracts, whose headings are the labels.
"""
# ruff: noqa: E501  (an alternative of a pattern reads better on one line than wrapped)

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, partial
from operator import add
from pathlib import Path
from typing import Any, Final

from mscminer.core.documents import Document, Section
from mscminer.extract.anchors import anchored
from mscminer.extract.characters import CharacterTable
from mscminer.extract.publications.model_files import made_of, weights_file
from mscminer.extract.publications.packing import packed, unpacked
from mscminer.extract.publications.text import PublicationText, RawSentence, Sentence, Zone, raw_sentences

ZONES: Final = (Zone.BACKGROUND, Zone.AIM, Zone.METHODS, Zone.RESULTS, Zone.CONCLUSION)
_SIGNS: Final = "%=<>"
_BARE: Final = CharacterTable(
    lambda char: "0" if char.isdecimal() else char if char.isalpha() or char in _SIGNS else " "
)
_REGISTRATION: Final = anchored(
    r"\b(?:nct ?0\d{7}|isrctn ?\d{8}|chictr[- a-z]{0,8}\d{6,}|clinicaltrials\.gov|actrn|drks\d|umin(?:[- ]?ctr|\d)|eudract|trial registration)"
)
_COUNTED: Final = anchored(
    r"\b\d+ (?:[\w-]+ ){0,2}(?:patients|participants|subjects|adults|children|infants|volunteers|people)\b"
)
_LEVEL: Final = re.compile(
    r"(?:(?:case series|cohort study|case report|[a-z ]{3,40}); ?)?level (?:of evidence|i|v|\d)|(?:iv|iii|ii|i)[,;.]? case series"
)
"""Begins a sentence."""
_AIM: Final = anchored(
    r"\b(?:aims?|purposes?|objectives?|goals?) (?:of|was|were|is)\b|\bwe (?:\w+ )?(?:aim(?:ed)?|sought|wished|set out|designed|conducted|performed|undertook|ran|carried out|started|launched|tested|studied|asked|did) |\bwe (?:here |therefore |thus |have )?(?:propose|introduce|developed|report|describe|present|investigated|evaluated|assessed|compared|examined|tested|hypothesi[sz]ed?)\b|\b(?:this|the (?:present|current)) (?:[\w-]+ ){0,3}(?:study|trial|work|report|series|paper|article)\b|^to (?:assess|evaluate|investigate|determine|compare|explore|examine|analy[sz]e|test|report|describe|study)\b|\bhere,? we\b|\bin this (?:\w+ )?(?:study|trial|report|paper|series|phase)\b"
)
_OWN_WORK: Final = anchored(
    r"\b\d+ (?:[\w-]+ ){0,4}(?:(?:in|out)?patients|participants|subjects|adults|children|infants|neonates|newborns|babies|boys|girls|people|persons|women|men|volunteers|recipients|individuals|eyes|knees|cases)\b|\b(?:patients|participants|subjects|adults|children) (?:[\w-]+ ){0,5}(?:were|received|underwent|got|given)\b|\bn ?= ?\d|\bphase (?:i{1,3}|[1-4])[ab/]?\S* (?:[\w-]+ ){0,4}(?:trial|study)\b|\b(?:pilot|open-label|double-blind|placebo-controlled|randomi[sz]ed|dose-escalat\w+|multicent\w+) |\bcase report\b|\b\d+-year-old\b|\b(?:safety|efficacy|effect|feasibility)[ /]?\w* of\b|\bcompassionate\b|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen|(?:twen|thir|for|fif|six|seven|eigh|nine)ty)(?:-\w+)? (?:[\w-]+ ){0,3}(?:(?:in|out)?patients|women|men|children|adults|infants|neonates|newborns|babies|boys|girls|brothers|sisters|twins|people|persons|youngsters|volunteers|recipients|individuals|participants|subjects|cases)\b|\btook part in this\b|\bof the (?:patients|people|participants|children) (?:in|of) the\b|\bwere seen again\b|^(?:\d+|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen|twenty|thirty) (?:\w+ )?\w+s (?:had|got|received|were given|underwent)\b|\b(?:an?|one|our) (?:[\w-]+ ){0,3}(?:patient|girl|boy|man|woman|child|infant|newborn|toddler|baby)\b[^.]{0,90}\b(?:was|had|received|underwent|presented|died|developed)\b|\bwe (?:\w+ )?(?:treated|injected|infused|gave|transplanted|implanted|operated)\b|\b(?:he|she|(?:in|out)?patients|participants|children|infants|adults|men|women|siblings|brothers?|sisters?)\b[^.]{0,70}\b(?:received|underwent|got|(?:was|were|are|is) (?:\w+ )?(?:given|treated|injected|infused|eligible|operated))\b|^of (?:the )?(?:\w+|\d+) (?:\w+ )?(?:patients|infants|children|participants)\b"
)
_OTHERS_WORK: Final = anchored(
    r"\b(?:have|has|had been|studies|trials|previous (?:\w+ )?(?:stud|work|report|trial|experience)\w*|previously (?:reported|shown|published|described|demonstrated)|literature|recent\w*|known|reviews?|meta-analys\w+|annually|worldwide|million (?:people|patients)|may|can|could|might|preclinical|animal)\b"
)


_ONE_PERSON: Final = re.compile(
    r"(?:here,? )?(?:an?|one|our|this) (?:[\w-]+ ){0,4}?(?:patient|girl|boy|man|woman|infant|newborn|child|toddler)\b[^.]{0,200}\b(?:was|were|had|received|underwent|presented)\b"
)
"""A sentence that begins with one person and tells of the past: nobody writes so of others' work."""


_OWN_PEOPLE: Final = anchored(
    r"^(?:the )?(?:\d+|[a-z]+(?:-[a-z]+)?) (?:(?:patients|participants|subjects|adults|children|infants|newborns|women|men|recipients)) (?:with (?:[\w'-]+ ){1,6}?)?had (?:been (?:randomi[sz]ed|randomly|allocated|assigned|given|treated|infused|injected)|received|undergone|taken part)\b"
    r"|\bwe (?:\w+ )?(?:identified|reviewed|retrieved|enrolled|included|recruited) (?:all )?\d+ (?:[\w-]+ ){0,3}(?:patients|children|adults|cases|infants|women|men)\b"
)
"""So many people of whom it is told what had been done to them: nobody writes so of others' work."""


_GAVE: Final = anchored(
    r"\b(?:gave|received|underwent|we \w+ed|(?:was|were) (?:\w+ )?(?:offered|given|treated|infused|injected|implanted|transplanted|filled|put|laid)|had (?:an?|two|three|four|five|six|\d+|autologous|allogeneic))\b"
)
_CELLS: Final = anchored(r"\b(?:autolog\w+|allogen\w+|mscs?|mesenchym\w+|stromal cells?|stem cells?|cell therapy)\b")
"""Words of cells that, with a word of giving in the past, tell of own work."""


def _is_own_work(text: str) -> bool:
    """Whether a sentence that the model takes for background tells of this study's people or design."""
    if _ONE_PERSON.match(text) or _OWN_PEOPLE.search(text):
        return True
    if _OTHERS_WORK.search(text):
        return False
    return bool(_OWN_WORK.search(text) or (_GAVE.search(text) and _CELLS.search(text)))


def sentence_features(text: str, index: int, count: int) -> list[str]:
    """Names of the features that hold for sentence `index` of `count`: words, word pairs, place."""
    words = _words(text)
    return [*words, *map(" ".join, _pairs(words)), *_place(index, count)]


def _words(text: str) -> list[str]:
    """Words, numbers as so many zeros, and each of the signs."""
    bare = _BARE.applied(text)
    for sign in _SIGNS:
        if sign in text:
            bare = bare.replace(sign, f" {sign} ")
    return bare.split()


def _pairs(words: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Each word with the one before it, the first with the beginning."""
    return zip(("^", *words), words, strict=False)


def _place(index: int, count: int) -> tuple[str, str, str]:
    return f"@{10 * index // count}", f"@first{min(index, 3)}", f"@last{min(count - 1 - index, 3)}"


_FORBIDDEN: Final = -100_000
_ONLY: Final = {one: tuple(0 if zone is one else _FORBIDDEN for zone in ZONES) for one in Zone}
"""What each zone scores where one is given."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ZoneModel:
    """Weights per feature (one per zone of `ZONES`, in hundredths), transitions and starts (log, in hundredths)."""

    weights: dict[str, tuple[int, ...]]
    bias: tuple[int, ...]
    transitions: tuple[tuple[int, ...], ...]
    starts: tuple[int, ...]
    _alone: dict[str, int] = field(init=False, repr=False, compare=False)
    _pairs: dict[tuple[str, ...], int] = field(init=False, repr=False, compare=False)
    _paired: tuple[int, ...] = field(init=False, repr=False, compare=False)
    _base: int = field(init=False, repr=False, compare=False)
    _into: tuple[tuple[int, ...], ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        pairs = [name for name in self.weights if " " in name]
        set_ = partial(object.__setattr__, self)
        set_("_alone", {name: packed(row) for name, row in self.weights.items() if " " not in name})
        set_("_pairs", {tuple(name.split(" ")): number for number, name in enumerate(pairs, 1)})
        set_("_paired", (0, *(packed(self.weights[name]) for name in pairs)))
        set_("_base", packed(self.bias))
        set_("_into", tuple(zip(*self.transitions, strict=True)))

    def scores(self, text: str, index: int, count: int) -> tuple[int, ...]:
        """The score of each zone for one sentence, in hundredths: the sum over `sentence_features`, each once."""
        words = _words(text)
        alone = map(self._alone.get, {*words, *_place(index, count)})
        # Few pairs are known: to make only those different, by number, is quicker than to keep all pairs.
        numbers = {*filter(None, map(self._pairs.get, _pairs(words)))}
        return unpacked(sum(map(self._paired.__getitem__, numbers), sum(filter(None, alone), self._base)), len(ZONES))

    def decode(self, texts: Sequence[str], given: Sequence[tuple[Zone, ...]]) -> list[Zone]:
        """The best path of zones through the sentences that keeps to those given for each (Viterbi); () allows all."""
        count = len(texts)
        reached: list[Sequence[int]] = []
        best: Sequence[int] = self.starts
        for index, text in enumerate(texts):
            local = self._local(text, index, count, given[index])
            best = self._step(best, local) if reached else list(map(add, best, local))
            reached.append(best)
        return self._walk(reached)

    def _local(self, text: str, index: int, count: int, given: tuple[Zone, ...]) -> Sequence[int]:
        if len(given) == 1:
            return _ONLY[given[0]]
        scores = self.scores(text, index, count)
        if not given:
            return scores
        return [score if zone in given else _FORBIDDEN for zone, score in zip(ZONES, scores, strict=True)]

    def _step(self, best: Sequence[int], local: Sequence[int]) -> list[int]:
        """The best total with which each of the five zones is reached from those before."""
        a, b, c, d, e = best
        return [
            max(a + from_a, b + from_b, c + from_c, d + from_d, e + from_e) + score
            for (from_a, from_b, from_c, from_d, from_e), score in zip(self._into, local, strict=True)
        ]

    def _walk(self, reached: Sequence[Sequence[int]]) -> list[Zone]:
        """The path that ends with the best of the totals, from its end."""
        totals = list(reached[-1]) if reached else list(self.starts)
        state = totals.index(max(totals))
        path = [state]
        for before in reached[-2::-1]:
            totals = list(map(add, before, self._into[state]))
            state = totals.index(max(totals))
            path.append(state)
        return [ZONES[state] for state in reversed(path)]


def load_zone_model() -> ZoneModel:
    """The zone model in use.

    Raises:
        ModelError: if it is missing.
    """
    return _zone_model(weights_file("zones"))


@cache
def _zone_model(path: Path) -> ZoneModel:
    return made_of(path, zone_model)


def zone_model(data: Mapping[str, Any]) -> ZoneModel:
    """The model that a file of weights holds."""
    return ZoneModel(
        weights={name: tuple(row) for name, row in data["weights"].items()},
        bias=tuple(data["bias"]),
        transitions=tuple(tuple(row) for row in data["transitions"]),
        starts=tuple(data["starts"]),
    )


def read_publication(document: Document, model: ZoneModel | None = None) -> PublicationText:
    """Cut a publication's title and English abstract into sentences with their zones."""
    titles = [sentence for section in _titles(document) for sentence in raw_sentences(section, zone=Zone.TITLE)]
    body = [sentence for section in document.sections_like("abstract") for sentence in raw_sentences(section)]
    if not body:
        body = [sentence for section in document.sections_like("other_abstract") for sentence in raw_sentences(section)]
    sentences = [_sentence(raw, zone=Zone.TITLE, place=0.0, given=True) for raw in titles]
    sentences += _zoned(body, model)
    return PublicationText(document=document, sentences=tuple(sentences))


def _titles(document: Document) -> Iterator[Section]:
    yield from document.sections_like("title")
    yield from document.sections_like("vernacular_title")


def _zoned(body: list[RawSentence], model: ZoneModel | None) -> Iterator[Sentence]:
    given = _trusted([zones_by_rule(raw) for raw in body])
    guessed: dict[int, Zone] = {}
    if any(len(zones) != 1 for zones in given):
        inside = [index for index, zones in enumerate(given) if not zones or set(zones) <= _MODELLED]
        path = (model or load_zone_model()).decode([body[i].text for i in inside], [given[i] for i in inside])
        guessed = dict(zip(inside, path, strict=True))
    for index, raw in enumerate(body):
        sure = len(given[index]) == 1
        zone = given[index][0] if sure else guessed.get(index, Zone.OTHER)
        if zone is Zone.BACKGROUND and _AIM.search(raw.text):
            zone = Zone.AIM
        elif zone is Zone.BACKGROUND and _is_own_work(raw.text):
            zone = Zone.METHODS
        place = index / max(1, len(body) - 1)
        yield _sentence(raw, zone=zone, place=place, given=sure)


_MODELLED: Final = frozenset(ZONES)


def zones_by_rule(raw: RawSentence) -> tuple[Zone, ...]:
    """The zones that the sentence's heading or its own form (registration, level of evidence) allows; () for all."""
    if _LEVEL.match(raw.text):
        return (Zone.OTHER,)
    if (
        len(raw.text) < 160
        and _REGISTRATION.search(raw.text)
        and not (Zone.METHODS in raw.zones or _COUNTED.search(raw.text))
    ):
        return (Zone.REGISTRATION,)
    return tuple(zone for zone in raw.zones if zone in _MODELLED) or raw.zones[:1]


def _trusted(given: list[tuple[Zone, ...]]) -> list[tuple[Zone, ...]]:
    """Drop the heading of an abstract that has only one for many sentences: it is the first part's, not all's."""
    zones = {one for one in given if set(one) & _MODELLED}
    if len(zones) == 1 and len(next(iter(zones))) == 1 and () not in given and len(given) > _FEW:
        return [() if set(one) & _MODELLED else one for one in given]
    return given


_FEW: Final = 2


def _sentence(raw: RawSentence, *, zone: Zone, place: float, given: bool) -> Sentence:
    return Sentence(section=raw.section, start=raw.start, text=raw.text, zone=zone, place=place, given=given)
