"""What a controlled trial calls the groups of its product where no rule finds it: the choice among names in its text.

A linear model weighs the features of every candidate (``models/publications/arms.json``, fitted by ``scripts/train``).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Final

from mscminer.core.spans import Evidence
from mscminer.extract.publications.arm_candidates import ArmCandidate, arm_candidates
from mscminer.extract.publications.design import DesignVerdict
from mscminer.extract.publications.model_files import feature_weights
from mscminer.extract.publications.product import ProductVerdict
from mscminer.extract.publications.report import ReportVerdict
from mscminer.extract.publications.text import PublicationText

_UNNAMED: Final = 0.1
"""Where it is more probable than this that the groups have no name, none is given: a wrong name is worse than none."""


def choose_arms(
    text: PublicationText, product: ProductVerdict, design: DesignVerdict, report: ReportVerdict
) -> tuple[Evidence, ...]:
    """The words by which a study most probably names the groups of its one product, if it does."""
    candidates = arm_candidates(text, product, design, report)
    weights = feature_weights("arms")
    chances = weigh_names(candidates, weights)
    unnamed = sum(chance for one, chance in zip(candidates, chances, strict=True) if not one.value)
    return most_likely(candidates, weights).evidence if unnamed <= _UNNAMED else ()


def weigh_names(candidates: Sequence[ArmCandidate], weights: Mapping[str, int]) -> list[float]:
    """How probable each candidate is; they add up to one."""
    scores = [_score(one, weights) for one in candidates]
    powers = [math.exp(score - max(scores)) for score in scores]
    return [power / sum(powers) for power in powers]


def most_likely(candidates: Sequence[ArmCandidate], weights: Mapping[str, int]) -> ArmCandidate:
    """The candidate whose features weigh most, the first of several."""
    return max(candidates, key=lambda one: _score(one, weights))


def _score(one: ArmCandidate, weights: Mapping[str, int]) -> float:
    return sum(weights.get(name, 0) for name in one.features) / 100
