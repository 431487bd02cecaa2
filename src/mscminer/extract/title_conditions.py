"""The condition that the titles of a registration say the cells are for, in their words.

Curators write the condition as the title has it ("compensated cirrhosis due to hepatitis B"), where the registry's
field has a broader or an indexer's name ("Cirrhosis").  The field decides what a title may name: a phrase counts only
if it shares a telling word with a listed condition or its descriptor.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from mscminer.core.documents import Document
from mscminer.extract.condition_names import in_words
from mscminer.extract.condition_phrases import CUES, DISEASE, SURE, phrases_after
from mscminer.extract.publications.text import fold
from mscminer.extract.spelling import plain_name

TITLES: Final = ("title", "official_title")
_UNTELLING_WORDS: Final = (
    "acute chronic severe mild moderate advanced early late stage refractory resistant primary secondary recurrent"
    " progressive active complex failure disease disorder syndrome injury patient type of defect lesion damage function"
    " loss induced related dysfunction treatment 1 2 3"
)
_UNTELLING: Final = frozenset(_UNTELLING_WORDS.split())
_STEM: Final = 6
_BODY: Final = (
    "heart myocardium eye retina cornea skin bone joint knee hip ankle talu spine disc tendon muscle cartilage liver"
    " kidney lung brain nerve bowel uterine ovary tooth gum blood vessel allograft transplant organ tissue donor limb"
)
_VAGUE: Final = "damage function surgery surgerie health"
_SITES: Final = frozenset(f"{_BODY} {_VAGUE}".split())
"""Parts of the body, which alone do not say which disease is meant ("heart damage", "ankle surgery")."""
_CLASS: Final = re.compile(r"\b(?:diseases|disorders|conditions)$", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True, slots=True)
class TitlePhrase:
    """A phrase of a title that names the condition; offsets are those of the section."""

    section: str
    start: int
    end: int
    text: str

    @property
    def is_broad(self) -> bool:
        """Whether it names a class of diseases or a part of the body rather than one disease."""
        return is_broad(self.text)

    @property
    def stems(self) -> frozenset[str]:
        """What its words begin with, in the one spelling of disease names."""
        return telling_stems([in_words(self.text)])


@dataclass(frozen=True, kw_only=True, slots=True)
class _Candidate:
    """Phrases in a row after one cue, how sure the cue is, and whether they say in whom another disease is treated."""

    phrases: tuple[TitlePhrase, ...]
    weight: float
    is_setting: bool


_PEOPLE_WITH: Final = re.compile(
    r"\b(?:in|for|of) (?:[\w-]+ ){0,3}(?:patients|subjects|participants|recipients|adults|children|men|women|people) "
    r"(?:with|who have) (?:\w+ ){0,2}$"
)


def is_broad(name: str) -> bool:
    """Whether a name stands for a class of diseases ("eye diseases") or a part of the body ("heart damage")."""
    return bool(_CLASS.search(name)) or is_site(name)


def is_site(name: str) -> bool:
    """Whether a name has no word but for parts of the body: "cornea", "disease of the heart"."""
    return set(plain_name(name).split()) <= _SITES


def telling_stems(names: Iterable[str]) -> frozenset[str]:
    """The first letters of the words that say which disease is meant ("menisc" of "meniscus" and "meniscal")."""
    words = frozenset(word for name in names for word in plain_name(name).split())
    return frozenset(word[:_STEM] for word in words - _UNTELLING)


def title_phrases(document: Document, listed: Iterable[str]) -> tuple[TitlePhrase, ...]:
    """The phrases in a row of the titles that best name one of the `listed` conditions; none where no title names one.

    What a title says is treated may be another condition than those listed.
    """
    telling = telling_stems(listed)
    found = [(_rank(found, telling), found.phrases) for found in _candidates(document)]
    fit = [(rank, phrases) for rank, phrases in found if rank.shared or _is_sure(rank, telling)]
    best = max(fit, key=lambda pair: pair[0])[1] if fit else ()
    return _fuller(best, [phrases for rank, phrases in fit if rank.is_treated and rank.names_disease])


def _is_sure(rank: _Rank, telling: frozenset[str]) -> bool:
    """Whether a phrase that shares no word with the field names a disease all the same."""
    return rank.names_disease and (rank.weight >= SURE or not telling)


def _fuller(best: tuple[TitlePhrase, ...], others: Sequence[tuple[TitlePhrase, ...]]) -> tuple[TitlePhrase, ...]:
    """What another title says in the same words with its course: "persistent asthma" where one has "asthma"."""
    words = _bag(best)
    fuller = [other for other in others if words < _bag(other) and all(map(_COURSE.fullmatch, _bag(other) - words))]
    return max(fuller, key=lambda other: len(_bag(other))) if words and fuller else best


_COURSE: Final = re.compile(
    "refractory|resistant|steroid|moderate|severe|chronic|acute|persistent|recurrent|relapsing|fistulizing|decompensated"
    "|progressive|active|complex|advanced|newly|diagnosed|hbv|hcv|related|traumatic|long"
)


def _bag(phrases: tuple[TitlePhrase, ...]) -> frozenset[str]:
    return frozenset(word for phrase in phrases for word in plain_name(phrase.text).split())


class _Rank(NamedTuple):
    """What makes a phrase the condition rather than its setting, the weightiest first."""

    is_treated: bool
    names_listed_disease: bool
    shared: int
    names_disease: bool
    weight: float
    is_brief: int
    earliness: int


def _rank(found: _Candidate, telling: frozenset[str]) -> _Rank:
    """How surely phrases are the condition: by words of the field, of diseases, the cue; brief title, early."""
    shared = len(frozenset().union(*(phrase.stems for phrase in found.phrases)) & telling)
    names_disease = any(DISEASE.search(phrase.text.lower()) for phrase in found.phrases)
    return _Rank(
        is_treated=not found.is_setting,
        names_listed_disease=bool(shared) and names_disease,
        shared=shared,
        names_disease=names_disease,
        weight=found.weight,
        is_brief=TITLES[::-1].index(found.phrases[0].section),
        earliness=-found.phrases[0].start,
    )


def _candidates(document: Document) -> Iterator[_Candidate]:
    for section in TITLES:
        text = document.text(section)
        folded = fold(text)
        for weight, cue in CUES:
            for match in cue.finditer(folded):
                phrases = tuple(
                    TitlePhrase(section=section, start=start, end=end, text=text[start:end])
                    for start, end in phrases_after(folded, match.end())
                )
                if phrases:
                    yield _Candidate(phrases=phrases, weight=weight, is_setting=_is_setting(folded, phrases[0].start))


def _is_setting(folded: str, start: int) -> bool:
    """Whether a phrase only says in whom a disease that stands before is treated: "X in patients with Y"."""
    people = _PEOPLE_WITH.search(folded, 0, start)
    return people is not None and bool(DISEASE.search(folded, 0, people.start()))
