"""95 % intervals: the texts are drawn again with replacement (percentile bootstrap, Efron 1979), seeded.

Texts are the unit, since the values of one text stand or fall together.  Where every draw must give the same number
(all right, or all wrong), the bootstrap knows no doubt at all; there the exact binomial interval (Clopper and
Pearson 1934) on the number of texts is given instead.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from math import sqrt
from statistics import NormalDist
from typing import Final

import numpy as np
import numpy.typing as npt

from mscminer.evaluate.scoring import Judgement, Measure, class_tallies

Numbers = npt.NDArray[np.float64]

LEVEL: Final = 0.95
RESAMPLES: Final = 2000
SEED: Final = 20210331


@dataclass(frozen=True, kw_only=True, slots=True)
class Interval:
    """Lower and upper bound, both possible."""

    low: float
    high: float


@dataclass(frozen=True, kw_only=True)
class Bootstrap:
    """How intervals are drawn; equal settings give equal intervals, whatever the order of the texts.

    Args:
        resamples: number of draws.
        seed: of the random numbers.
    """

    resamples: int = RESAMPLES
    seed: int = SEED

    def exact(self, measure: Measure) -> Interval | None:
        """Of the share of texts that are exactly right."""
        return self._interval(measure, lambda j: (float(j.right), 1.0), _share)

    def precision(self, measure: Measure) -> Interval | None:
        """Of the micro precision."""
        return self._interval(measure, lambda j: (j.tally.tp, j.tally.tp + j.tally.fp), _share)

    def recall(self, measure: Measure) -> Interval | None:
        """Of the micro recall."""
        return self._interval(measure, lambda j: (j.tally.tp, j.tally.tp + j.tally.fn), _share)

    def f1(self, measure: Measure) -> Interval | None:
        """Of the micro F1."""
        return self._interval(measure, lambda j: (2 * j.tally.tp, len(j.gold) + len(j.predicted)), _share)

    def macro_f1(self, measure: Measure) -> Interval | None:
        """Of the macro-F1 over the classes seen."""
        classes = list(measure.classes)
        if not classes:
            return None
        return self._interval(measure, lambda j: _class_columns(j, classes), _macro)

    def difference(self, first: Measure, second: Measure) -> Interval | None:
        """Of the second's share of exactly right texts minus the first's, text by text (paired)."""
        before = {judgement.id: judgement.right for judgement in first.judgements}
        rows = [(float(j.right) - float(before[j.id]), 1.0) for j in second.judgements if j.id in before]
        if not rows:
            return None
        draws = _share(self._draws(np.array(rows)))
        return Interval(low=float(np.quantile(draws, 0.025)), high=float(np.quantile(draws, 0.975)))

    def _interval(
        self,
        measure: Measure,
        row: Callable[[Judgement], tuple[float, ...]],
        number: Callable[[Numbers], Numbers],
    ) -> Interval | None:
        if not measure.judgements:
            return None
        rows = np.array([row(judgement) for judgement in measure.judgements], dtype=np.float64)
        value = float(number(rows.sum(axis=0, keepdims=True))[0])
        if np.isnan(value):
            return None
        if value in (0.0, 1.0):
            return exact_binomial(round(value), int((rows != 0).any(axis=1).sum()))
        draws = number(self._draws(rows))
        draws = draws[~np.isnan(draws)]
        tail = (1 - LEVEL) / 2
        return Interval(low=float(np.quantile(draws, tail)), high=float(np.quantile(draws, 1 - tail)))

    def _draws(self, rows: Numbers) -> Numbers:
        """Column sums of every draw: (resamples, columns)."""
        return _weights(len(rows), self.resamples, self.seed) @ rows


@lru_cache(maxsize=8)
def _weights(documents: int, resamples: int, seed: int) -> Numbers:
    """How often each text is drawn in each draw: (resamples, documents)."""
    generator = np.random.default_rng(seed)
    return generator.multinomial(documents, np.full(documents, 1 / documents), size=resamples).astype(np.float64)


def _share(sums: Numbers) -> Numbers:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(sums[:, 0] / sums[:, 1])


def _class_columns(judgement: Judgement, classes: list[str]) -> tuple[float, ...]:
    tallies = class_tallies(judgement)
    columns: list[float] = []
    for name in classes:
        tally = tallies.get(name)
        columns += [2 * tally.tp, 2 * tally.tp + tally.fp + tally.fn] if tally else [0, 0]
    return tuple(columns)


def _macro(sums: Numbers) -> Numbers:
    """Mean F1 of the classes that a draw holds; (2 tp, 2 tp + fp + fn) alternate in the columns."""
    with np.errstate(divide="ignore", invalid="ignore"):
        scores = sums[:, 0::2] / sums[:, 1::2]
    held = ~np.isnan(scores)
    total = np.where(held, scores, 0.0).sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(total / held.sum(axis=1))


def exact_binomial(outcome: int, trials: int) -> Interval:
    """Clopper and Pearson's interval where all (`outcome` 1) or none (0) of the trials succeeded."""
    if not trials:
        return Interval(low=0.0, high=1.0)
    bound = ((1 - LEVEL) / 2) ** (1 / trials)
    return Interval(low=bound, high=1.0) if outcome else Interval(low=0.0, high=1 - bound)


def wilson(part: int, whole: int) -> Interval:
    """Wilson's interval (1927) of a share, sane near 0 and 1; `whole` must not be 0."""
    z = NormalDist().inv_cdf(1 - (1 - LEVEL) / 2)
    share = part / whole
    centre = (share + z * z / (2 * whole)) / (1 + z * z / whole)
    half = z / (1 + z * z / whole) * sqrt(share * (1 - share) / whole + z * z / (4 * whole * whole))
    return Interval(low=max(0.0, centre - half), high=min(1.0, centre + half))
