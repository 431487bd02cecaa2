"""A linear model of outcomes: what each sentence says of benefit, and what that makes of the whole abstract.

The rules read the wordings they know; the model weighs all words, and decides beside them.  Weights:
``models/publications/outcomes.json``, made by ``scripts/train``.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final

from mscminer.core.vocabulary import Efficacy
from mscminer.extract.publications.model_files import read_weights, weights_file
from mscminer.extract.publications.outcome_features import CODES, Reading, sentence_features, text_features
from mscminer.extract.publications.packing import packed, unpacked
from mscminer.extract.publications.statements import Statement
from mscminer.extract.publications.text import Sentence

SENTENCE_UNIT: Final = 100
TEXT_UNIT: Final = 1000
"""Weights, and what they weigh in a text, are whole numbers: log odds and chances times this."""
_SPEAKS_FOR: Final[dict[Efficacy, tuple[str, ...]]] = {
    Efficacy.POSITIVE: ("better",),
    Efficacy.NO_DIFFERENCE: ("level", "trend"),
    Efficacy.MIXED: ("both", "better", "level", "trend"),
    Efficacy.NEGATIVE: ("worse", "level"),
}
"""The codes of the sentences that a verdict is quoted with."""
_QUOTED: Final = 3
_CLEAR: Final = 0.6
"""A verdict less probable than this does not stand against that of the rules."""


@dataclass(frozen=True, kw_only=True)
class OutcomeModel:
    """Weights of what a sentence shows (one per code, in hundredths) and an abstract (one per verdict, thousandths)."""

    weights: Mapping[str, Sequence[int]]
    bias: Sequence[int]
    verdicts: tuple[Efficacy, ...]
    decision: Mapping[str, Sequence[int]]
    decision_bias: Sequence[int]
    _packed: dict[str, int] = field(init=False, repr=False, compare=False)
    _packed_decision: dict[str, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        for name, weights in (("_packed", self.weights), ("_packed_decision", self.decision)):
            object.__setattr__(self, name, {feature: packed(row) for feature, row in weights.items()})

    def chances(self, features: Iterable[str]) -> tuple[float, ...]:
        """How probable each of `CODES` is in a sentence with these features; together 1."""
        total = sum(filter(None, map(self._packed.get, features)), packed(self.bias))
        return shares([score / SENTENCE_UNIT for score in unpacked(total, len(CODES))])

    def read(self, sentences: Sequence[Sentence], statements: Sequence[Statement]) -> tuple[Reading, ...]:
        """Each sentence with the chances of its codes."""
        named = features_of(sentences, statements)
        return tuple(
            Reading(sentence=sentence, chances=self.chances(features))
            for sentence, features in zip(sentences, named, strict=True)
        )

    def decide(self, readings: Sequence[Reading], efficacy: Efficacy, confidence: float) -> tuple[Efficacy, float]:
        """The verdict and its probability: the most probable one where that is clear, else the rules'.

        Args:
            readings: at least one.
            efficacy: the verdict of the rules, with their confidence.
        """
        total = packed(self.decision_bias) * TEXT_UNIT
        for name, value in text_features(readings, efficacy, confidence).items():
            total += self._packed_decision.get(name, 0) * round(value * TEXT_UNIT)
        chances = shares([score / TEXT_UNIT**2 for score in unpacked(total, len(self.verdicts))])
        best = max(range(len(chances)), key=chances.__getitem__)
        place = best if chances[best] >= _CLEAR else self.verdicts.index(efficacy)
        return self.verdicts[place], round(chances[place], 4)


def features_of(sentences: Sequence[Sentence], statements: Sequence[Statement]) -> list[frozenset[str]]:
    """The features of each sentence, in order."""
    by_place: dict[tuple[str, int], list[Statement]] = {}
    for one in statements:
        by_place.setdefault((one.sentence.section, one.sentence.start), []).append(one)
    own = [by_place.get((sentence.section, sentence.start), []) for sentence in sentences]
    return [
        sentence_features(sentence, own[at], own[at - 1] if at else [], last=at == len(sentences) - 1)
        for at, sentence in enumerate(sentences)
    ]


def quoted(readings: Sequence[Reading], efficacy: Efficacy) -> list[Sentence]:
    """The sentences that speak most for a verdict, the surest first; for `mixed` gains and nulls alike."""
    best: list[tuple[float, int]] = []
    for at, one in enumerate(readings):
        code = max(range(len(CODES)), key=one.chances.__getitem__)
        if CODES[code] in _SPEAKS_FOR.get(efficacy, ()):
            best.append((-one.chances[code], at))
    return [readings[at].sentence for _, at in sorted(best)[:_QUOTED]]


def shares(scores: Sequence[float]) -> tuple[float, ...]:
    """Probabilities from log odds."""
    top = max(scores)
    powers = [math.exp(score - top) for score in scores]
    return tuple(power / sum(powers) for power in powers)


def load_outcome_model() -> OutcomeModel:
    """The model in use.

    Raises:
        ModelError: if it is missing.
    """
    return _outcome_model(weights_file("outcomes"))


@cache
def _outcome_model(path: Path) -> OutcomeModel:
    return outcome_model(read_weights(path))


def outcome_model(data: Mapping[str, Any]) -> OutcomeModel:
    """The model that a file of weights holds."""
    return OutcomeModel(
        weights=data["weights"],
        bias=data["bias"],
        verdicts=tuple(map(Efficacy, data["verdicts"])),
        decision=data["decision"],
        decision_bias=data["decision_bias"],
    )
