"""The interval of an adjusted count covers the truth as often as it says."""

from __future__ import annotations

import numpy as np
import pytest

from mscminer.trials.adjusted import Measured, adjust


def test_a_faultless_extractor_needs_no_correction() -> None:
    found = adjust("adipose", 200, Measured(true=500, false=0, missed=0))
    assert found.estimate == 200
    assert found.low is not None
    assert found.high is not None
    assert 195 < found.low <= 200 <= found.high < 206


def test_half_of_them_missed_doubles_the_count() -> None:
    found = adjust("adipose", 100, Measured(true=50, false=0, missed=50))
    assert found.estimate == pytest.approx(200)


def test_too_little_is_labelled_to_say() -> None:
    found = adjust("amnion", 7, Measured(true=1, false=0, missed=1))
    assert found.estimate is None
    assert found.reason == "only 2 labelled records, 1 of them found rightly"
    assert adjust("amnion", 7, Measured(true=0, false=9, missed=1)).estimate is None


def test_the_same_numbers_give_the_same_interval() -> None:
    measured = Measured(true=40, false=5, missed=7)
    assert adjust("adipose", 120, measured) == adjust("adipose", 120, measured)


@pytest.mark.parametrize(
    ("size", "labelled", "prevalence", "sensitivity", "specificity"),
    [(1000, 150, 0.3, 0.9, 0.95), (1000, 100, 0.15, 0.7, 0.97), (400, 80, 0.5, 0.95, 0.85)],
)
def test_the_interval_covers_the_true_number(
    size: int, labelled: int, prevalence: float, sensitivity: float, specificity: float
) -> None:
    random = np.random.default_rng(7)
    covered = tried = 0
    for _ in range(400):
        truth = random.random(size) < prevalence
        found = np.where(truth, random.random(size) < sensitivity, random.random(size) > specificity)
        sample = random.choice(size, labelled, replace=False)
        measured = Measured(
            true=int((truth & found)[sample].sum()),
            false=int((~truth & found)[sample].sum()),
            missed=int((truth & ~found)[sample].sum()),
        )
        result = adjust("x", int(found.sum()), measured)
        if result.low is not None and result.high is not None:
            tried += 1
            covered += result.low <= truth.sum() <= result.high
    assert tried > 390
    assert covered / tried >= 0.93
