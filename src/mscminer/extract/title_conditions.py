"""The condition that the titles of a registration say the cells are for, in their words.

Curators write the condition as the title has it ("compensated cirrhosis due to hepatitis B"), where the registry's
field has a broader or an indexer's name ("Cirrhosis").  The field decides what a title may name: a phrase counts only
if it shares a telling word with a listed condition or its descriptor.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from mscminer.core.documents import Document
from mscminer.extract.condition_phrases import CUES, DISEASE, phrase_after
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
        """Whether it names a class of diseases ("eye diseases") rather than one."""
        return bool(_CLASS.search(self.text))

    @property
    def stems(self) -> frozenset[str]:
        """What its words begin with, in the one spelling of disease names."""
        return telling_stems([self.text])


def telling_stems(names: Iterable[str]) -> frozenset[str]:
    """The first letters of the words that say which disease is meant ("menisc" of "meniscus" and "meniscal")."""
    words = frozenset(word for name in names for word in plain_name(name).split())
    return frozenset(word[:_STEM] for word in words - _UNTELLING)


def title_phrase(document: Document, listed: Iterable[str]) -> TitlePhrase | None:
    """The phrase of the titles that best names one of the `listed` conditions, or None where the titles name none."""
    telling = telling_stems(listed)
    found = [(_rank(phrase, weight, telling), phrase) for phrase, weight in _phrases(document)]
    fit = [(rank, phrase) for rank, phrase in found if rank[0]]
    return max(fit, key=lambda pair: pair[0])[1] if fit else None


def _rank(phrase: TitlePhrase, weight: float, telling: frozenset[str]) -> tuple[int, bool, float, int, int]:
    """What is the condition rather than its setting: words of the field, of diseases, the cue; brief title, early."""
    return (
        len(phrase.stems & telling),
        bool(DISEASE.search(phrase.text.lower())),
        weight,
        TITLES[::-1].index(phrase.section),
        -phrase.start,
    )


def _phrases(document: Document) -> Iterator[tuple[TitlePhrase, float]]:
    for section in TITLES:
        text = document.text(section)
        folded = fold(text)
        for weight, cue in CUES:
            for match in cue.finditer(folded):
                span = phrase_after(folded, match.end())
                if span:
                    yield TitlePhrase(section=section, start=span[0], end=span[1], text=text[slice(*span)]), weight
