"""What the model of outcomes sees of a sentence, and of a whole abstract.

A sentence is seen as its words (cut to stems), pairs of them, what its numbers say by themselves, and what the rules
read in it.  Of benefit and of harm it says one thing each, a code; an abstract is seen as how probable each code is in
its conclusion, its results and its primary measure, beside the verdict of the rules.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from mscminer.core.vocabulary import Field
from mscminer.extract.anchors import anchored
from mscminer.extract.publications.outcome_numbers import of_numbers
from mscminer.extract.publications.rules import Hit
from mscminer.extract.publications.statements import Statement
from mscminer.extract.publications.text import Sentence, Zone

CODES: Final[Mapping[Field, tuple[str, ...]]] = {
    Field.EFFICACY: ("better", "level", "both", "trend", "worse", "none"),
    Field.SAFETY: ("safe", "events", "concern", "none"),
}
"""What a sentence may say of benefit (a gain, no difference, both in one, an unproven gain, a loss, nothing) and of
harm (that there is none, events without a judgement, harm or a warning, nothing)."""
NOTHING: Final = "none"
_STEM: Final = 8
_TOKEN: Final = re.compile(r"[a-z\u00b5\u03b1-\u03c9]+|\d[\d.,]*|[<>=%\u2264\u2265\u00b1]|[,;:()]")
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
_PRIMARY: Final = anchored(
    r"\bprimary\b|\bmain (?:outcome|end|measure)|\bprincipal|\bpre-?specified|\bkey (?:secondary|outcome|end)"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """A sentence and how probable each of `CODES` is in it, of benefit and of harm."""

    sentence: Sentence
    chances: Mapping[Field, tuple[float, ...]]


@dataclass(frozen=True, kw_only=True, slots=True)
class RuledSentence:
    """What the rules read in a sentence, of benefit and of harm."""

    statements: Sequence[Statement] = ()
    hits: Sequence[Hit] = ()


def sentence_features(sentence: Sentence, own: RuledSentence, before: RuledSentence, *, last: bool) -> frozenset[str]:
    """Names of what holds for a sentence.

    Args:
        own: what the rules read in it.
        before: the same of the sentence before it; only what it says of benefit is seen.
        last: whether the abstract ends with it.
    """
    words = ["^", *_words(sentence.text), "$"]
    names = {*words, *map(" ".join, pairwise(words)), *of_numbers(sentence.text)}
    names.update(_of_statements(own.statements))
    names.update(_of_hits(own.hits))
    names.add("zone=conclusion" if sentence.zone is Zone.CONCLUSION else "zone=results")
    names.add(f"length={min(3, len(sentence.text) // 80)}")
    if last:
        names.add("last")
    if before.statements:
        names.add("before=" + "+".join(sorted({one.value for one in before.statements})))
    return frozenset(names)


def _words(text: str) -> list[str]:
    """Stems, signs and, for every number, 0."""
    return ["0" if word[0].isdigit() else word[:_STEM] for word in _TOKEN.findall(text)]


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


def _of_hits(hits: Sequence[Hit]) -> Iterator[str]:
    yield "harm=" + ("+".join(sorted({hit.rule.value for hit in hits})) or "nothing")
    for hit in hits:
        yield f"harm.{hit.rule.value}={hit.rule.weight}"


def text_features(field: Field, readings: Sequence[Reading], verdict: str, confidence: float) -> dict[str, float]:
    """What an abstract shows: chances of the codes by part, and the rules' verdict with its confidence.

    Args:
        field: efficacy or safety.
        readings: of its outcome sentences, in order; at least one.
        verdict: of the rules.
    """
    ends = [one for one in readings if one.sentence.zone is Zone.CONCLUSION]
    told = [one for one in readings if one.sentence.zone is not Zone.CONCLUSION]
    if not ends:
        ends, told = told[-1:], told[:-1]
    parts = {"end": ends, "told": told, "all": readings, "last": readings[-1:], "claim": ends[:1], "first": told[:1]}
    found: dict[str, float] = {f"rules={verdict}": 1.0, f"sure={verdict}": confidence}
    for part, some in parts.items():
        found.update(_of_part(field, part, some))
    primary = [one for one in readings if _PRIMARY.search(one.sentence.text)]
    for code, column in _columns(field, primary):
        found[f"primary.{code}"] = max(column, default=0.0)
    found["primary"] = float(bool(primary))
    return found


def _of_part(field: Field, part: str, readings: Sequence[Reading]) -> Iterator[tuple[str, float]]:
    columns = _columns(field, readings)
    said = sum(sum(column) for code, column in columns if code != NOTHING)
    for code, column in columns:
        yield f"{part}.sum.{code}", min(3.0, sum(column)) / 2
        if said > 0 and code != NOTHING:
            yield f"{part}.share.{code}", sum(column) / said
        yield f"{part}.most.{code}", max(column, default=0.0)


def _columns(field: Field, readings: Sequence[Reading]) -> list[tuple[str, tuple[float, ...]]]:
    """Each code with its chances in all the sentences."""
    codes = CODES[field]
    columns = list(zip(*(one.chances[field] for one in readings), strict=True)) or [()] * len(codes)
    return list(zip(codes, columns, strict=True))
