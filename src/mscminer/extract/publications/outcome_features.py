"""What the model of outcomes sees of a sentence, and of a whole abstract.

A sentence is seen as its words (cut to stems), pairs of them, what its numbers say by themselves, and what the rules
read in it.  An abstract is seen as how probable each code is in its conclusion, its results and its primary measure,
beside the verdict of the rules.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from mscminer.core.vocabulary import Efficacy
from mscminer.extract.publications.statements import Statement
from mscminer.extract.publications.text import Sentence, Zone

CODES: Final = ("better", "level", "both", "trend", "worse", "none")
"""What a sentence may say of benefit: a gain, no difference, both in one, an unproven gain, a loss, nothing."""
_NOTHING: Final = CODES.index("none")
_STEM: Final = 6
_TOKEN: Final = re.compile(r"[a-z\u00b5\u03b1-\u03c9]+|\d[\d.,]*|[<>=%\u2264\u2265\u00b1]|[,;:()]")
_P_VALUE: Final = re.compile(r"\bp ?(?P<sign>[<>=\u2264\u2265]) ?0?[.\u00b7](?P<digits>\d+)")
_INTERVAL: Final = re.compile(r"ci,?:? ?\(?(?P<low>-?\d+(?:\.\d+)?) ?(?:to|[-\u2013,]) ?(?P<high>-?\d+(?:\.\d+)?)")
_SHARE: Final = re.compile(r"\b(?P<some>\d+)(?: of (?:the )?| ?/ ?)(?P<all>\d+)\b")
_PAIR: Final = re.compile(
    r"(?P<one>-?\d+(?:\.\d+)?) ?%? (?:vs?\.?|versus|and|against|compared (?:with|to)|to) (?P<other>-?\d+(?:\.\d+)?)"
)
_SIGNIFICANT: Final = 0.05
_APART: Final = 1.15
"""Two numbers are told apart from this ratio on."""
_FLAGS: Final = (
    "primary",
    "clinical",
    "subgroup",
    "hedged",
    "significant",
    "control",
    "imaging",
    "within",
    "only",
    "sweeping",
    "single",
)
_PRIMARY: Final = re.compile(
    r"\bprimary\b|\bmain (?:outcome|end|measure)|\bprincipal|\bpre-?specified|\bkey (?:secondary|outcome|end)"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """A sentence and how probable each of `CODES` is in it."""

    sentence: Sentence
    chances: tuple[float, ...]


def sentence_features(
    sentence: Sentence, own: Sequence[Statement], before: Sequence[Statement], *, last: bool
) -> frozenset[str]:
    """Names of what holds for a sentence.

    Args:
        own: what the rules read in it.
        before: what they read in the sentence before it.
        last: whether the abstract ends with it.
    """
    words = ["^", *_words(sentence.text), "$"]
    names = {*words, *map(" ".join, pairwise(words)), *_of_numbers(sentence.text), *_of_statements(own)}
    names.add("zone=conclusion" if sentence.zone is Zone.CONCLUSION else "zone=results")
    names.add(f"length={min(3, len(sentence.text) // 80)}")
    if last:
        names.add("last")
    if before:
        names.add("before=" + "+".join(sorted({one.value for one in before})))
    return frozenset(names)


def _words(text: str) -> list[str]:
    """Stems, signs and, for every number, 0."""
    return ["0" if word[0].isdigit() else word[:_STEM] for word in _TOKEN.findall(text)]


def _of_numbers(text: str) -> Iterator[str]:
    """What p values, intervals, shares and pairs of numbers say, whatever is measured."""
    for match in _P_VALUE.finditer(text):
        small = float(f"0.{match['digits']}") <= _SIGNIFICANT and match["sign"] not in ">\u2265"
        yield "#significant" if small else "#not_significant"
    for match in _INTERVAL.finditer(text):
        low, high = float(match["low"]), float(match["high"])
        yield "#interval_across_0" if low < 0 < high else "#interval_beside_0"
        if 0 < low < 1 < high:
            yield "#interval_across_1"
    share = _SHARE.search(text)
    if share and int(share["all"]):
        yield f"#share_{min(4, 5 * int(share['some']) // int(share['all']))}"
    for match in _PAIR.finditer(text):
        one, other = float(match["one"]), float(match["other"])
        yield "#pair_falls" if one > _APART * other else "#pair_rises" if other > _APART * one else "#pair_equal"


def _of_statements(statements: Sequence[Statement]) -> Iterator[str]:
    values = Counter(one.value for one in statements)
    yield "rules=" + ("+".join(sorted(values)) or "nothing")
    for value, count in values.items():
        if count > 1:
            yield f"rules.many={value}"
    for one in statements:
        yield f"rules.{one.value}={int(one.weight)}"
        for flag in _FLAGS:
            if getattr(one, flag):
                yield f"rules.{one.value}.{flag}"


def text_features(readings: Sequence[Reading], efficacy: Efficacy, confidence: float) -> dict[str, float]:
    """What an abstract shows: chances of the codes by part, and the rules' verdict with its confidence.

    Args:
        readings: of its outcome sentences, in order; at least one.
        efficacy: the verdict of the rules.
    """
    ends = [one for one in readings if one.sentence.zone is Zone.CONCLUSION]
    told = [one for one in readings if one.sentence.zone is not Zone.CONCLUSION]
    if not ends:
        ends, told = told[-1:], told[:-1]
    parts = {"end": ends, "told": told, "all": readings, "last": readings[-1:], "claim": ends[:1], "first": told[:1]}
    found: dict[str, float] = {f"rules={efficacy.value}": 1.0, f"sure={efficacy.value}": confidence}
    for part, some in parts.items():
        found.update(_of_part(part, some))
    primary = [one for one in readings if _PRIMARY.search(one.sentence.text)]
    found.update(
        (f"primary.{code}", max(column, default=0.0)) for code, column in zip(CODES, _columns(primary), strict=True)
    )
    found["primary"] = float(bool(primary))
    return found


def _of_part(part: str, readings: Sequence[Reading]) -> Iterator[tuple[str, float]]:
    columns = _columns(readings)
    sums = list(map(sum, columns))
    said = sum(sums) - sums[_NOTHING]
    for place, code in enumerate(CODES):
        yield f"{part}.sum.{code}", min(3.0, sums[place]) / 2
        if said > 0 and place != _NOTHING:
            yield f"{part}.share.{code}", sums[place] / said
        yield f"{part}.most.{code}", max(columns[place], default=0.0)


def _columns(readings: Sequence[Reading]) -> Sequence[tuple[float, ...]]:
    """For each code its chances in all the sentences."""
    return list(zip(*(one.chances for one in readings), strict=True)) or [()] * len(CODES)
