"""Intervals: seeded, independent of order, sane at the edges, and covering what they claim to cover."""

from __future__ import annotations

import random

import pytest

from mscminer.core.labels import Label
from mscminer.evaluate.intervals import Bootstrap, Interval, exact_binomial
from mscminer.evaluate.scoring import Evaluation, score


def _evaluation(right: list[bool]) -> Evaluation:
    gold = [Label(id=str(i), phase="1") for i in range(1, len(right) + 1)]
    predicted = [Label(id=item.id, phase="1" if ok else "2") for item, ok in zip(gold, right, strict=True)]
    return score(gold, predicted)


def test_same_seed_same_interval() -> None:
    phase = _evaluation([True] * 30 + [False] * 10).measure("phase")
    assert Bootstrap().exact(phase) == Bootstrap().exact(phase)
    assert Bootstrap(seed=1).exact(phase) != Bootstrap(seed=2).exact(phase)


def test_interval_holds_the_estimate() -> None:
    phase = _evaluation([True] * 30 + [False] * 10).measure("phase")
    for interval, value in (
        (Bootstrap().exact(phase), phase.exact.value),
        (Bootstrap().f1(phase), phase.tally.f1),
        (Bootstrap().precision(phase), phase.tally.precision),
        (Bootstrap().recall(phase), phase.tally.recall),
        (Bootstrap().macro_f1(phase), phase.macro_f1),
    ):
        assert interval is not None
        assert value is not None
        assert interval.low < value < interval.high


def test_all_right_is_not_certainty() -> None:
    """Twenty right out of twenty leaves 0.832 possible (Clopper and Pearson)."""
    interval = Bootstrap().exact(_evaluation([True] * 20).measure("phase"))
    assert interval is not None
    assert interval.low == pytest.approx(0.8316, abs=1e-4)
    assert interval.high == 1.0
    assert exact_binomial(0, 20).high == pytest.approx(0.1684, abs=1e-4)
    assert exact_binomial(1, 0) == Interval(low=0.0, high=1.0)


def test_nothing_to_count_has_no_interval() -> None:
    evaluation = score([Label(id="NCT00000001")], [Label(id="NCT00000001")])
    assert Bootstrap().exact(evaluation.measure("report")) is None
    assert Bootstrap().f1(evaluation.measure("tissue")) is None
    assert Bootstrap().macro_f1(evaluation.measure("n")) is None


@pytest.mark.parametrize("share", [0.7, 0.85])
def test_intervals_cover_the_truth_about_as_often_as_they_say(share: float) -> None:
    """200 simulated samples of 60 texts each: 95 % nominal, within the simulation's own noise and a known shortfall."""
    generator = random.Random(7)
    covered = 0
    for _ in range(200):
        right = [generator.random() < share for _ in range(60)]
        interval = Bootstrap(resamples=400).exact(_evaluation(right).measure("phase"))
        assert interval is not None
        covered += interval.low <= share <= interval.high
    assert 0.89 <= covered / 200 <= 0.99


def test_paired_difference_is_narrower_than_chance() -> None:
    first = _evaluation([True] * 30 + [False] * 10).measure("phase")
    second = _evaluation([True] * 36 + [False] * 4).measure("phase")
    interval = Bootstrap().difference(first, second)
    assert interval is not None
    assert 0.0 < interval.low < 0.15 < interval.high
