"""Fitting the weights by which the names of groups are chosen; used by ``scripts/train`` and its tests only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from mscminer.core.documents import Document
from mscminer.core.vocabulary import MscClass
from mscminer.extract.publications.arm_candidates import ArmCandidate, Names, arm_candidates
from mscminer.extract.publications.arm_choice import most_likely
from mscminer.extract.publications.arm_places import plain_name
from mscminer.extract.publications.choice_fit import fit_choice
from mscminer.extract.publications.resolve import read

_PENALTY: Final = 2.5
_LEAST_USES: Final = 4
"""A feature that fewer candidates have is left out."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ArmExample:
    """The candidates of a text and the names that a reader found (none: the groups have no name)."""

    candidates: tuple[ArmCandidate, ...]
    names: Names

    @property
    def answerable(self) -> bool:
        """Whether the right answer is among the candidates."""
        return any(one.value == self.names for one in self.candidates)


def names_of(arm: str | None) -> Names:
    """The names that a label tells, in plain spelling."""
    return frozenset(plain_name(name) for name in (arm or "").split(";") if name.strip())


def arm_example(document: Document, products: Sequence[Mapping[str, Any]]) -> ArmExample | None:
    """A labelled text as training material, or None if names are not chosen: of two products, or of no groups.

    Args:
        products: as a label holds them.
    """
    reading = read(document)
    compared = True in (reading.design.controlled.value, reading.design.randomised.value)
    if len(products) != 1 or reading.product.msc is MscClass.NONE or not compared:
        return None
    candidates = arm_candidates(reading.text, reading.product, reading.design, reading.report)
    return ArmExample(candidates=candidates, names=names_of(products[0]["arm"]))


def fit_arms(examples: Sequence[ArmExample]) -> dict[str, Any]:
    """Fit the weights; the result is what ``arms.json`` holds (hundredths of log odds).

    Raises:
        ValueError: if no example holds its answer among its candidates.
    """
    used = [one for one in examples if one.answerable]
    if not used:
        raise ValueError("no example has the right names among its candidates")
    answers = [[(candidate.features, candidate.value == one.names) for candidate in one.candidates] for one in used]
    return {"weights": fit_choice(answers, least=_LEAST_USES, penalty=_PENALTY)}


def arm_accuracy(weights: Mapping[str, int], examples: Sequence[ArmExample]) -> float:
    """Share of examples whose names are chosen as the reader did."""
    return sum(most_likely(one.candidates, weights).value == one.names for one in examples) / len(examples)
