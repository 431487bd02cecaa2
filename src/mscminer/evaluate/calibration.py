"""Is the confidence honest: of the values given with 0.9, are nine in ten right?

A stated value is right if it matches one of the gold's values; a *not stated* is right if the gold is silent too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from mscminer.core.facts import Extraction, Fact
from mscminer.core.labels import Label, label_from_extraction
from mscminer.core.splits import Split, split_of
from mscminer.core.vocabulary import Field
from mscminer.evaluate.matching import Rule, build_rules

EDGES: Final = (0.0, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 1.0)
"""Bounds of the bins, finer where most confidences lie."""

_VARIANT: Final = {Field.CONDITION: "condition.lenient", Field.DOSE: "dose"}
"""The measure by which a field's values are judged where there are several."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Judged:
    """One value with its confidence, and whether it is right."""

    id: str
    field: Field
    stated: bool
    confidence: float
    right: bool


@dataclass(frozen=True, kw_only=True)
class Bin:
    """Values whose confidence lies in ``low <= confidence < high`` (the last bin includes 1)."""

    low: float
    high: float
    count: int
    right: int
    confidence_sum: float

    @property
    def mean_confidence(self) -> float | None:
        """What the maker promised."""
        return self.confidence_sum / self.count if self.count else None

    @property
    def share_right(self) -> float | None:
        """What came true."""
        return self.right / self.count if self.count else None


@dataclass(frozen=True, kw_only=True)
class Calibration:
    """All judged values."""

    judged: tuple[Judged, ...]

    @property
    def bins(self) -> tuple[Bin, ...]:
        """The values by confidence."""
        return tuple(self._bin(low, high) for low, high in pairwise(EDGES))

    def _bin(self, low: float, high: float) -> Bin:
        held = [item for item in self.judged if low <= item.confidence < high or item.confidence == high == EDGES[-1]]
        return Bin(
            low=low,
            high=high,
            count=len(held),
            right=sum(item.right for item in held),
            confidence_sum=sum(item.confidence for item in held),
        )

    @property
    def expected_error(self) -> float | None:
        """Mean distance of promise and truth over the bins, weighted by their size (ECE)."""
        if not self.judged:
            return None
        gaps = (abs(item.confidence_sum - item.right) for item in self.bins)
        return sum(gaps) / len(self.judged)

    @property
    def brier(self) -> float | None:
        """Mean squared distance of confidence and truth of the single values."""
        if not self.judged:
            return None
        return sum((item.confidence - item.right) ** 2 for item in self.judged) / len(self.judged)

    def of(self, *, field: Field | None = None, stated: bool | None = None) -> Calibration:
        """The part of one field, or of stated values or absences only."""
        kept = (
            item
            for item in self.judged
            if (field is None or item.field is field) and (stated is None or item.stated is stated)
        )
        return Calibration(judged=tuple(kept))


def judge_confidence(
    gold: Mapping[str, Label], extractions: Iterable[Extraction], *, split: Split | None = None
) -> Calibration:
    """Judge every value of the extractions whose texts have a gold label.

    Args:
        gold: labels by id.
        split: use only this part of the gold.
    """
    rules = {rule.field: rule for rule in build_rules() if rule.field and rule.name == _name(rule.field)}
    judged: list[Judged] = []
    for extraction in extractions:
        label = gold.get(extraction.key.id)
        if label is not None and (split is None or split_of(label.id) is split):
            judged += _judged(label, extraction, rules)
    return Calibration(judged=tuple(judged))


def _name(field: Field) -> str:
    return _VARIANT.get(field, field.value)


def _judged(label: Label, extraction: Extraction, rules: Mapping[Field, Rule]) -> Iterator[Judged]:
    for fact in extraction.facts:
        rule = rules[fact.field]
        if rule.applies(label):
            yield Judged(
                id=label.id,
                field=fact.field,
                stated=fact.stated,
                confidence=fact.confidence,
                right=_is_right(fact, extraction, label, rule),
            )


def _is_right(fact: Fact, extraction: Extraction, label: Label, rule: Rule) -> bool:
    wanted = rule.values(label)
    if not fact.stated:
        return not wanted
    alone = label_from_extraction(replace(extraction, facts=(fact,), mentions=(), relations=()))
    return any(rule.matches(value, proposed) for value in wanted for proposed in rule.values(alone))
