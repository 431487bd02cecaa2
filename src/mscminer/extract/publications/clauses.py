"""Clauses of result and conclusion sentences: where they end, what their p values say, and what they are about.

The words are data: ``rules/clauses.toml``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final

from mscminer.extract.anchors import Anchored, Selector, anchored
from mscminer.extract.publications.rules import load_patterns
from mscminer.extract.publications.text import Sentence
from mscminer.extract.starts import Finder

_P: Final = anchored(
    r"\bp(?:[- ]?values?)?(?: (?:for|of)[^=<>;]{0,25})? ?"
    r"(?P<sign>[<>=\u2264\u2265]|was|of|(?:less|greater|more) than) ?(?P<value>0?[.\u00b7]\d+|\d(?![\d.]))"
    r"|\(n\.?s\.?\)|\bp ?= ?n\.?s\b"
)
_SIGNIFICANT: Final = 0.05
_BOUND: Final = r"-?\d+(?:[.\u00b7]\d+)?"
_INTERVAL: Final = anchored(
    r"\b95 ?% ?(?:ci|confidence intervals?|c\.i\.)(?: [\[(]ci[\])])?[^;()\[\]]{0,30}?[,:=(\[ ]"
    rf" ?(?P<low>{_BOUND}) ?%?(?: ?to ?|, | ?- ?)(?P<high>{_BOUND})"
)
_RATIO: Final = re.compile(r"\b(?:ratio|odds|(?:a?hr|a?or|i?rr)\b[^a-z]{0,4}\d)")
_DIFFERENCE: Final = re.compile(r"\b(?:differences?|change|effect|md|smd|favou?r\w*|more|less)\b|er by \d")
_SHARE: Final = Finder(
    re.compile(
        r"(?P<percent>\b\d{1,3}(?:[.\u00b7]\d+)?) ?%(?! ?(?:ci|conf))"
        r"|\b(?P<part>\d{1,3}) (?:of|out of) (?:the )?(?P<whole>\d{1,3})\b(?! ?(?:\w+ )?\(\d)"
    )
)
_NEAR: Final = 70
"""How far before an interval the word stands that says of what it is."""


def wording(name: str) -> re.Pattern[str]:
    """The pattern of this value in ``rules/clauses.toml``."""
    return load_patterns("clauses")[name]


@cache
def _anchored(name: str) -> Anchored:
    return Anchored(wording(name))


@cache
def _selector() -> tuple[tuple[str, ...], Selector]:
    """The names of all wordings, and what tells which of them may be in a sentence."""
    names = tuple(load_patterns("clauses"))
    return names, Selector(map(_anchored, names))


@lru_cache(maxsize=64)
def _may_be_in(sentence: str) -> frozenset[str]:
    """The wordings that may be in a sentence or in one of its clauses, which have no words but the sentence's."""
    names, selector = _selector()
    return frozenset(map(names.__getitem__, selector.places(sentence)))


@dataclass(frozen=True, kw_only=True, slots=True)
class Clause:
    """A part of a sentence.

    Args:
        significant: a small p value stands in it, or (without any) an interval that leaves out no difference.
        insignificant: a large one, or an interval that holds no difference.
        by_interval: so says an interval, no p value.
    """

    sentence: Sentence
    start: int
    end: int
    significant: bool
    insignificant: bool
    by_interval: bool = False

    @property
    def text(self) -> str:
        """Its folded words."""
        return self.sentence.text[self.start : self.end]

    def says(self, *names: str) -> bool:
        """Whether any of these wordings is in the clause."""
        possible = _may_be_in(self.sentence.text)
        return any(name in possible and _anchored(name).first_in(self.text) for name in names)

    def before(self, place: int, reach: int) -> str:
        """Up to `reach` characters of the clause before a place in the sentence."""
        return self.sentence.text[max(self.start, place - reach) : place]

    def after(self, place: int, reach: int) -> str:
        """Up to `reach` characters of the clause after a place in the sentence."""
        return self.sentence.text[place : min(self.end, place + reach)]


def clauses_of(sentence: Sentence) -> Iterator[Clause]:
    """The clauses of a sentence, in order."""
    start = 0
    conceded = wording("concession").match(sentence.text)
    if conceded:
        start = conceded.end()
        yield _clause(sentence, 0, start)
    for match in wording("end").finditer(sentence.text, start):
        if match.start() > start:
            yield _clause(sentence, start, match.start())
            start = match.end()
    yield _clause(sentence, start, len(sentence.text))


def _clause(sentence: Sentence, start: int, end: int) -> Clause:
    text = sentence.text
    matches = _P.compiled.finditer(text, start, end) if _P.may_match(text) else ()
    told = [_is_significant(match) for match in matches]
    found = told or (list(_by_interval(text, start, end)) if _INTERVAL.may_match(text) else [])
    return Clause(
        sentence=sentence,
        start=start,
        end=end,
        significant=any(found),
        insignificant=False in found,
        by_interval=not told,
    )


def _is_significant(match: re.Match[str]) -> bool:
    if match["value"] is None:
        return False
    value = float(match["value"].replace("\u00b7", "."))
    if match["sign"] in (">", "\u2265", "greater than", "more than"):
        return False
    return value <= _SIGNIFICANT if match["sign"] in ("<", "\u2264", "less than") else value < _SIGNIFICANT


def _by_interval(text: str, start: int, end: int) -> Iterator[bool]:
    """Whether each confidence interval of a ratio leaves out 1, of a difference 0; others tell nothing."""
    for match in _INTERVAL.compiled.finditer(text, start, end):
        low, high = (float(match[name].replace("\u00b7", ".")) for name in ("low", "high"))
        before = text[max(start, match.start() - _NEAR) : match.start()]
        if low < 0 or _DIFFERENCE.search(before):
            yield not low <= 0 <= high
        elif _RATIO.search(before):
            yield not low <= 1 <= high


def shares_of(clause: Clause) -> tuple[float, float] | None:
    """The two shares, in per cent, that a clause tells of two arms ("86% with cells and 84% with saline")."""
    told = [] if "\u00b1" in clause.text else list(_SHARE.matches(clause.text))
    percents = [match for match in told if match["percent"]]
    found = [_share(match) for match in (percents if len(percents) == 2 else told)]
    return (found[0], found[1]) if len(found) == 2 and wording("of_two_arms").search(clause.text) else None


def _share(match: re.Match[str]) -> float:
    if match["percent"]:
        return float(match["percent"].replace("\u00b7", "."))
    return 100 * float(match["part"]) / max(float(match["whole"]), 1.0)


def asked_from(text: str) -> int:
    """Where a sentence begins to ask for further work; nothing behind that place is a finding."""
    match = _anchored("asks").first_in(text) if "asks" in _may_be_in(text) else None
    return match.start() if match else len(text)
