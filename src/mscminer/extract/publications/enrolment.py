"""How many people a publication's study enrolled: the choice among the numbers in its text that may say so.

A linear model weighs the features of every candidate (``models/publications/enrolment.json``, fitted by
``scripts/train``); what several candidates of one value weigh is added up, so that numbers said twice count twice.
"""
# ruff: noqa: E501  (an alternative of a pattern reads better on one line than wrapped)

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from mscminer.core.spans import Evidence
from mscminer.core.vocabulary import Report
from mscminer.extract.publications.enrolment_adding import Candidate
from mscminer.extract.publications.enrolment_candidates import find_candidates
from mscminer.extract.publications.model_files import feature_weights
from mscminer.extract.publications.text import PublicationText, Zone

NOT_STATED: Final = "none"
"""The feature of the answer "not stated"."""


@dataclass(frozen=True, kw_only=True, slots=True)
class EnrolmentVerdict:
    """The enrolment, or None where the text does not say."""

    n: int | None
    confidence: float
    evidence: tuple[Evidence, ...]


def weigh(candidates: Sequence[Candidate], weights: Mapping[str, int]) -> dict[int | None, float]:
    """How probable each value is, None for "not stated"; they add up to one."""
    totals: defaultdict[int | None, float] = defaultdict(float)
    totals[None] = math.exp(weights.get(NOT_STATED, 0) / 100)
    for one in candidates:
        totals[one.value] += math.exp(score(one, weights))
    whole = sum(totals.values())
    return {value: total / whole for value, total in totals.items()}


def choose(chances: Mapping[int | None, float]) -> int | None:
    """The most probable answer; the larger number of two that are equally so."""
    return max(chances, key=lambda value: (chances[value], value or 0))


def score(one: Candidate, weights: Mapping[str, int]) -> float:
    """What the features of a candidate weigh together, in log odds."""
    return max(-30.0, min(30.0, sum(weights.get(name, 0) for name in one.features) / 100))


_TWO: Final = re.compile(
    r"\b(?:two|2) (?:[a-z-]+ ){0,4}?(?:patients|adults|children|infants|neonates|newborns|recipients|cases|women|men|boys|girls|brothers|sisters|siblings)\b"
    r"|\bboth (?:patients|children|infants|women|men|boys|girls|brothers|sisters|siblings)\b"
)


def find_enrolment(
    text: PublicationText,
    report: Report | None = None,
    candidates: Callable[[], Sequence[Candidate]] | None = None,
) -> EnrolmentVerdict:
    """Choose the enrolment among the candidates.

    Args:
        report: its kind, where known: reviews and bench work have none; case reports have one unless they say two.
        candidates: gives what `find_candidates` finds, where somebody remembers it.
    """
    if report in (Report.REVIEW, Report.PRECLINICAL):
        return EnrolmentVerdict(n=None, confidence=0.9, evidence=())
    if report is Report.CASE_REPORT:
        return _case_enrolment(text)
    found = candidates() if candidates else find_candidates(text)
    weights = feature_weights("enrolment")
    chances = weigh(found, weights)
    best = choose(chances)
    if best is None:
        return EnrolmentVerdict(n=None, confidence=round(chances[None], 3), evidence=())
    told = max((one for one in found if one.value == best), key=lambda one: (score(one, weights), -one.start))
    return EnrolmentVerdict(
        n=best,
        confidence=round(min(chances[best], 0.99), 3),
        evidence=(text.evidence(told.sentence, told.start, told.end),),
    )


def _case_enrolment(text: PublicationText) -> EnrolmentVerdict:
    for sentence in text.sentences:
        match = _TWO.search(sentence.text)
        if match and sentence.zone is not Zone.BACKGROUND:
            return EnrolmentVerdict(
                n=2, confidence=0.8, evidence=(text.evidence(sentence, match.start(), match.end()),)
            )
    for sentence in text.sentences:
        match = _ONE.search(sentence.text)
        if match:
            return EnrolmentVerdict(
                n=1, confidence=0.95, evidence=(text.evidence(sentence, match.start(), match.end()),)
            )
    return EnrolmentVerdict(n=1, confidence=0.9, evidence=())


_ONE: Final = re.compile(
    r"\b(?:an?|one|the|our) (?:[\w-]+ ){0,4}?(?:patient|man|woman|boy|girl|child|infant|athlete|male|female|player|case|[\w-]+-old)\b"
)
