"""Fitting the weights by which the wordings of conditions are chosen; used by ``scripts/train`` and its tests only."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from mscminer.core.documents import Document
from mscminer.extract.publications.choice_fit import fit_choice
from mscminer.extract.publications.condition_wordings import Wording, choose, wordings_of
from mscminer.extract.publications.conditions import chosen_conditions
from mscminer.extract.publications.zones import read_publication

_PENALTY: Final = 1.5
_LEAST_USES: Final = 4
"""A feature that fewer wordings have is left out."""
Choice = tuple[tuple[Wording, bool], ...]
"""The wordings of one condition, and whether a reader named it so."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ConditionExample:
    """What may be chosen for the conditions of a text, and how many a reader named."""

    choices: tuple[Choice, ...]
    count: int


def condition_example(document: Document, names: Sequence[str], same: Callable[[str, str], bool]) -> ConditionExample:
    """A labelled text as training material.

    Args:
        names: what a reader named.
        same: whether two names are the same (the reader's first).
    """
    text = read_publication(document)
    found = [wordings_of(text, one) for one in chosen_conditions(text)]
    choices = tuple(tuple((one, any(same(name, one.name) for name in names)) for one in some) for some in found)
    return ConditionExample(choices=choices, count=len(names))


def fit_conditions(examples: Sequence[ConditionExample]) -> dict[str, Any]:
    """Fit the weights; the result is what ``conditions.json`` holds (hundredths of log odds).

    Raises:
        ValueError: if in no example some wordings are right and others are not.
    """
    used = [one for example in examples for one in example.choices if len({right for _, right in one}) > 1]
    if not used:
        raise ValueError("no example has a right and a wrong wording")
    answers = [[(wording.features, right) for wording, right in one] for one in used]
    return {"weights": fit_choice(answers, least=_LEAST_USES, penalty=_PENALTY)}


def condition_accuracy(weights: Mapping[str, int], examples: Sequence[ConditionExample]) -> float:
    """Share of examples of which every condition is named as the reader did, and no other."""
    return sum(_is_right(weights, one) for one in examples) / len(examples)


def _is_right(weights: Mapping[str, int], example: ConditionExample) -> bool:
    chosen = [one[choose([wording for wording, _ in one], weights)] for one in example.choices]
    return len(chosen) == example.count and all(right for _, right in chosen)
