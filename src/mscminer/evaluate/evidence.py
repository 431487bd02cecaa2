"""Quotes against quotes: does the prediction rest on the words that the gold rests on?

Gold quotes are not exhaustive (a reader marks the clearest words, not every mention), so the share of gold quotes
that were met says more than the share of predicted quotes that meet one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from mscminer.core.labels import QUOTED, Label

WORDS_IN_COMMON: Final = 3
"""Without the text, two quotes overlap if one contains the other or both share so many words in a row."""

Place = tuple[int, int, int]
"""Section number, start and end offset."""


@dataclass(frozen=True, kw_only=True)
class EvidenceScore:
    """Quotes of one field over all gold texts that have any.

    Args:
        strict: whether a quote must be the same words; else sharing characters is enough.
        by_place: whether the texts were at hand and quotes were compared as spans.
        likeness: for each gold quote the token F1 of the most alike predicted quote, summed.
    """

    name: str
    strict: bool
    by_place: bool
    gold: int
    gold_met: int
    predicted: int
    predicted_met: int
    likeness: float = 0.0

    @property
    def token_f1(self) -> float | None:
        """Mean over the gold quotes of the token F1 with the most alike predicted quote; 0 for one without any."""
        return self.likeness / self.gold if self.gold else None

    @property
    def recall(self) -> float | None:
        """Share of gold quotes that a predicted quote meets."""
        return self.gold_met / self.gold if self.gold else None

    @property
    def precision(self) -> float | None:
        """Share of predicted quotes that meet a gold quote."""
        return self.predicted_met / self.predicted if self.predicted else None


def score_evidence(
    gold: Mapping[str, Label],
    predicted: Mapping[str, Label],
    texts: Mapping[str, tuple[str, ...]] | None = None,
) -> tuple[EvidenceScore, ...]:
    """Strict and overlapping scores of every quoted field.

    Args:
        texts: sections by id; where a text is given, quotes are compared by their places in it.
    """
    return tuple(
        _score(name, gold, predicted, texts or {}, strict=strict) for name, _ in QUOTED for strict in (True, False)
    )


def _score(
    name: str,
    gold: Mapping[str, Label],
    predicted: Mapping[str, Label],
    texts: Mapping[str, tuple[str, ...]],
    *,
    strict: bool,
) -> EvidenceScore:
    counts, likeness = [0, 0, 0, 0], 0.0
    for ident, label in sorted(gold.items()):
        wanted = _quotes(label, name)
        if not wanted:
            continue
        proposed = _quotes(predicted[ident], name) if ident in predicted else ()
        sections = texts.get(ident, ())
        meets = {(a, b) for a in wanted for b in proposed if _meet(a, b, sections, strict=strict)}
        counts[0] += len(wanted)
        counts[1] += len({a for a, _ in meets})
        counts[2] += len(proposed)
        counts[3] += len({b for _, b in meets})
        likeness += sum(max((token_f1(a, b) for b in proposed), default=0.0) for a in wanted)
    return EvidenceScore(
        name=name,
        strict=strict,
        by_place=bool(texts),
        gold=counts[0],
        gold_met=counts[1],
        predicted=counts[2],
        predicted_met=counts[3],
        likeness=likeness,
    )


def token_f1(a: str, b: str) -> float:
    """How alike two quotes are: twice their common words over all words of both, each as often as it stands there."""
    one, other = (Counter(re.findall(r"\w+", text.casefold())) for text in (a, b))
    both = sum((one & other).values())
    return 2 * both / (one.total() + other.total()) if both else 0.0


def _quotes(label: Label, name: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(quote for quote in label.quotes.get(name, ()) if quote.strip()))


def _meet(a: str, b: str, sections: tuple[str, ...], *, strict: bool) -> bool:
    if strict or _words(a) == _words(b):
        return _words(a) == _words(b)
    places_a, places_b = find_places(a, sections), find_places(b, sections)
    if places_a and places_b:
        return any(_overlap(x, y) for x in places_a for y in places_b)
    return _share_words(_words(a), _words(b))


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.casefold().split())


def find_places(quote: str, sections: Iterable[str]) -> tuple[Place, ...]:
    """Every place where a quote stands in the sections of a text."""
    places: list[Place] = []
    for number, text in enumerate(sections):
        start = text.find(quote)
        while start >= 0:
            places.append((number, start, start + len(quote)))
            start = text.find(quote, start + 1)
    return tuple(places)


def _overlap(a: Place, b: Place) -> bool:
    return a[0] == b[0] and a[1] < b[2] and b[1] < a[2]


def _share_words(a: tuple[str, ...], b: tuple[str, ...]) -> bool:
    shorter, longer = sorted((a, b), key=len)
    size = min(WORDS_IN_COMMON, len(shorter))
    runs = {longer[i : i + size] for i in range(len(longer) - size + 1)}
    return any(shorter[i : i + size] in runs for i in range(len(shorter) - size + 1))
