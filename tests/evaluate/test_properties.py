"""What must hold for any labels at all."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from mscminer.core.labels import Label
from mscminer.core.vocabulary import Category, Donor, MscClass, Phase, Route, Tissue
from mscminer.evaluate.intervals import Bootstrap
from mscminer.evaluate.matching import largest_matching, same_amount, spell
from mscminer.evaluate.scoring import Evaluation, score

DRAWS = Bootstrap(resamples=50)


def _subset(values: Any) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from([value.value for value in values]), unique=True, max_size=3).map(tuple)


_dose = st.fixed_dictionaries(
    {
        "cells": st.sampled_from([1e6, 2e6, 1e8, 1.005e8]),
        "per_kg": st.booleans(),
        "times": st.sampled_from([None, 1, 2]),
    }
)
_flag = st.sampled_from([None, True, False])
_values: st.SearchStrategy[Any] = st.fixed_dictionaries(
    {
        "msc": st.sampled_from([value.value for value in MscClass]),
        "tissue": _subset(Tissue),
        "donor": _subset(Donor),
        "route": _subset(Route),
        "conditions": st.lists(st.sampled_from(["knee osteoarthritis", "stroke", "Stroke"]), max_size=2).map(tuple),
        "category": st.sampled_from([None, *(value.value for value in Category)]),
        "phase": st.sampled_from([None, *(value.value for value in Phase)]),
        "n": st.sampled_from([None, 0, 12, 30]),
        "dose": st.lists(_dose, max_size=2).map(tuple),
        "design": st.fixed_dictionaries({"randomised": _flag, "controlled": _flag, "blinded": _flag}),
    }
)
_ids = st.lists(st.integers(1, 40).map(str), unique=True, min_size=1, max_size=6)


@st.composite
def labels(draw: st.DrawFn, ids: list[str] | None = None) -> list[Label]:
    return [Label(id=ident, **draw(_values)) for ident in (ids or draw(_ids))]


@st.composite
def both_sides(draw: st.DrawFn) -> tuple[list[Label], list[Label]]:
    gold = draw(labels())
    return gold, draw(labels([label.id for label in gold]))


def _numbers(evaluation: Evaluation) -> dict[str, Any]:
    return {
        measure.name: (measure.judgements, measure.macro_f1, DRAWS.exact(measure), DRAWS.f1(measure))
        for measure in evaluation.measures
    }


@settings(max_examples=60, deadline=None)
@given(labels())
def test_perfect_prediction_is_one(gold: list[Label]) -> None:
    for measure in score(gold, gold).measures:
        assert measure.exact.value in (1.0, None)
        assert measure.tally.fp == measure.tally.fn == 0
        assert measure.tally.f1 in (1.0, None)
        assert not measure.errors


@settings(max_examples=60, deadline=None)
@given(both_sides(), st.randoms(use_true_random=False))
def test_order_changes_nothing(sides: tuple[list[Label], list[Label]], random: Any) -> None:
    gold, predicted = sides
    before = _numbers(score(gold, predicted))
    shuffled = [
        Label(**{**label.__dict__, "dose": label.dose[::-1], "tissue": label.tissue[::-1]}) for label in predicted
    ]
    random.shuffle(gold)
    random.shuffle(shuffled)
    assert _numbers(score(gold, shuffled)) == before


@settings(max_examples=40, deadline=None)
@given(both_sides(), st.integers(1, 4))
def test_repetition_changes_nothing(sides: tuple[list[Label], list[Label]], times: int) -> None:
    gold, predicted = sides
    assert _numbers(score(gold * times, predicted * times)) == _numbers(score(gold, predicted))


@settings(max_examples=60, deadline=None)
@given(both_sides())
def test_tallies_account_for_every_value(sides: tuple[list[Label], list[Label]]) -> None:
    evaluation = score(*sides)
    for measure in evaluation.measures:
        tally = measure.tally
        assert tally.tp + tally.fn == sum(len(judgement.gold) for judgement in measure.judgements)
        assert tally.tp + tally.fp == sum(len(judgement.predicted) for judgement in measure.judgements)
        if measure.classes:
            assert sum(item.tp for item in measure.classes.values()) == tally.tp
            assert sum(item.fp for item in measure.classes.values()) == tally.fp
            assert sum(item.fn for item in measure.classes.values()) == tally.fn
        if measure.confusion:
            assert sum(measure.confusion.values()) == len(measure.judgements)


@settings(max_examples=60, deadline=None)
@given(both_sides())
def test_swapping_sides_swaps_precision_and_recall(sides: tuple[list[Label], list[Label]]) -> None:
    there, back = score(*sides), score(*reversed(sides))
    for measure in there.measures:
        other = back.measure(measure.name).tally
        assert (measure.tally.tp, measure.tally.fp, measure.tally.fn) == (other.tp, other.fn, other.fp)


@settings(max_examples=60, deadline=None)
@given(st.lists(_dose, max_size=5), st.lists(_dose, max_size=5))
def test_matching_is_one_to_one_and_as_large_as_can_be(gold: list[Any], predicted: list[Any]) -> None:
    wanted, proposed = [spell(dose) for dose in gold], [spell(dose) for dose in predicted]
    pairs = largest_matching(wanted, proposed, same_amount)
    assert all(same_amount(*pair) for pair in pairs)
    assert len(pairs) == _brute_force(wanted, proposed)


def _brute_force(gold: list[str], predicted: list[str]) -> int:
    if not gold:
        return 0
    best = _brute_force(gold[1:], predicted)
    for i, value in enumerate(predicted):
        if same_amount(gold[0], value):
            best = max(best, 1 + _brute_force(gold[1:], predicted[:i] + predicted[i + 1 :]))
    return best
