"""A linear model of outcomes: what each sentence says of benefit and of harm, and what that makes of the whole.

The rules read the wordings they know; the model weighs all words, and decides beside them.  Weights:
``models/publications/outcomes.json``, made by ``scripts/train``.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import Any, Final, TypeVar

from mscminer.core.vocabulary import Efficacy, Field, Safety
from mscminer.extract.publications.model_files import made_of, weights_file
from mscminer.extract.publications.outcome_features import (
    CODES,
    Reading,
    RuledSentence,
    sentence_features,
    text_features,
)
from mscminer.extract.publications.packing import packed, unpacked
from mscminer.extract.publications.rules import Hit
from mscminer.extract.publications.statements import Statement
from mscminer.extract.publications.text import Sentence

_Found = TypeVar("_Found", Statement, Hit)

SENTENCE_UNIT: Final = 100
TEXT_UNIT: Final = 1000
"""Weights, and what they weigh in a text, are whole numbers: log odds and chances times this."""
_SPEAKS_FOR: Final[dict[str, tuple[str, ...]]] = {
    Efficacy.POSITIVE: ("better",),
    Efficacy.NO_DIFFERENCE: ("level", "trend"),
    Efficacy.MIXED: ("both", "better", "level", "trend"),
    Efficacy.NEGATIVE: ("worse", "level"),
    Safety.SAFE: ("safe", "events"),
    Safety.CONCERN: ("concern",),
}
"""The codes of the sentences that a verdict is quoted with."""
_QUOTED: Final = 3
_CLEAR: Final = 0.65
"""A verdict less probable than this does not stand against that of the rules."""


@dataclass(frozen=True, kw_only=True)
class _Weighted:
    """A row of whole numbers for each feature, and one to begin with."""

    weights: Mapping[str, Sequence[int]]
    bias: Sequence[int]
    _packed: dict[str, int] = field(init=False, repr=False, compare=False)
    _packed_bias: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_packed", {feature: packed(row) for feature, row in self.weights.items()})
        object.__setattr__(self, "_packed_bias", packed(self.bias))


@dataclass(frozen=True, kw_only=True)
class Decision(_Weighted):
    """Weights of what an abstract shows for each verdict on a field, in thousandths."""

    verdicts: tuple[str, ...]

    def chances(self, features: Mapping[str, float]) -> tuple[float, ...]:
        """How probable each verdict is; together 1."""
        total = self._packed_bias * TEXT_UNIT
        for name, value in features.items():
            total += self._packed.get(name, 0) * round(value * TEXT_UNIT)
        return shares([score / TEXT_UNIT**2 for score in unpacked(total, len(self.verdicts))])


_ENDS: Final = list(accumulate(map(len, CODES.values())))
_PARTS: Final = {asked: slice(end - len(codes), end) for (asked, codes), end in zip(CODES.items(), _ENDS, strict=True)}
"""Where a row of weights holds the codes of a field."""


@dataclass(frozen=True, kw_only=True)
class OutcomeModel(_Weighted):
    """Weights of what a sentence shows (for each code of benefit, then of harm; hundredths), and of an abstract."""

    decisions: Mapping[Field, Decision]

    def chances(self, features: Iterable[str]) -> dict[Field, tuple[float, ...]]:
        """How probable each of `CODES` is in a sentence with these features; together 1 for a field."""
        total = sum(filter(None, map(self._packed.get, features)), self._packed_bias)
        scores = [score / SENTENCE_UNIT for score in unpacked(total, _ENDS[-1])]
        return {asked: shares(scores[part]) for asked, part in _PARTS.items()}

    def read(
        self, sentences: Sequence[Sentence], statements: Sequence[Statement], hits: Sequence[Hit]
    ) -> list[Reading]:
        """Each sentence with the chances of its codes."""
        named = features_of(sentences, statements, hits)
        return [
            Reading(sentence=sentence, chances=self.chances(features))
            for sentence, features in zip(sentences, named, strict=True)
        ]

    def decide(self, asked: Field, readings: Sequence[Reading], verdict: str, confidence: float) -> tuple[str, float]:
        """The verdict and its probability: the most probable one where that is clear, else the rules'.

        Args:
            asked: efficacy or safety.
            readings: at least one.
            verdict: of the rules, with their confidence.
        """
        decision = self.decisions[asked]
        chances = decision.chances(text_features(asked, readings, verdict, confidence))
        best = max(range(len(chances)), key=chances.__getitem__)
        place = best if chances[best] >= _CLEAR else decision.verdicts.index(verdict)
        return decision.verdicts[place], round(chances[place], 4)


def features_of(
    sentences: Sequence[Sentence], statements: Iterable[Statement], hits: Iterable[Hit]
) -> list[frozenset[str]]:
    """The features of each sentence, in order.

    Args:
        statements: what the rules read of benefit in any of them.
        hits: what they read of harm.
    """
    told, harm = _by_place(statements), _by_place(hits)
    ruled = [
        RuledSentence(statements=told.get(place, ()), hits=harm.get(place, ()))
        for place in ((sentence.section, sentence.start) for sentence in sentences)
    ]
    before = [RuledSentence(), *ruled]
    return [
        sentence_features(sentence, ruled[at], before[at], last=at == len(sentences) - 1)
        for at, sentence in enumerate(sentences)
    ]


def _by_place(found: Iterable[_Found]) -> dict[tuple[str, int], list[_Found]]:
    listed: dict[tuple[str, int], list[_Found]] = {}
    for one in found:
        listed.setdefault((one.sentence.section, one.sentence.start), []).append(one)
    return listed


def quoted(asked: Field, readings: Sequence[Reading], verdict: str) -> list[Sentence]:
    """The sentences that speak most for a verdict, the surest first; for `mixed` gains and nulls alike."""
    best: list[tuple[float, int]] = []
    for at, one in enumerate(readings):
        chance, code = max(zip(one.chances[asked], CODES[asked], strict=True))
        if code in _SPEAKS_FOR.get(verdict, ()):
            best.append((-chance, at))
    return [readings[at].sentence for _, at in sorted(best)[:_QUOTED]]


def shares(scores: Sequence[float]) -> tuple[float, ...]:
    """Probabilities from log odds."""
    top = max(scores)
    powers = [math.exp(score - top) for score in scores]
    total = sum(powers)
    return tuple(power / total for power in powers)


def load_outcome_model() -> OutcomeModel:
    """The model in use.

    Raises:
        ModelError: if it is missing, damaged or of another form.
    """
    return read_outcome_model(weights_file("outcomes"))


@cache
def read_outcome_model(path: Path) -> OutcomeModel:
    """The model that a file holds.

    Raises:
        ModelError: if it is missing, damaged or of another form.
    """
    return made_of(path, _whole_model)


VERDICTS: Final[Mapping[Field, type[Efficacy] | type[Safety]]] = {Field.EFFICACY: Efficacy, Field.SAFETY: Safety}


def _whole_model(data: Mapping[str, Any]) -> OutcomeModel:
    """The model that a file of weights holds.

    Raises:
        ValueError: unless it knows every verdict, and every row has a number for each.
    """
    model = outcome_model(data)
    _check_rows("sentences", [*model.weights.values(), model.bias], _ENDS[-1])
    for asked, verdicts in VERDICTS.items():
        decision = model.decisions[asked]
        if set(decision.verdicts) != set(verdicts):
            raise ValueError(f"the verdicts on {asked.value} are {', '.join(decision.verdicts)}")
        _check_rows(asked.value, [*decision.weights.values(), decision.bias], len(verdicts))
    return model


def _check_rows(name: str, rows: Iterable[Sequence[int]], length: int) -> None:
    if any(len(row) != length for row in rows):
        raise ValueError(f"the rows of weights of {name} must have {length} numbers")


def outcome_model(data: Mapping[str, Any]) -> OutcomeModel:
    """The model that weights make; without decisions while it is being fitted."""
    decisions = {
        Field(name): Decision(verdicts=tuple(given["verdicts"]), weights=given["weights"], bias=given["bias"])
        for name, given in data["decisions"].items()
    }
    return OutcomeModel(weights=data["weights"], bias=data["bias"], decisions=decisions)
