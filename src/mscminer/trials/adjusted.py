"""Counts corrected for the errors of the extractor, with intervals.

Of the `observed` records in a category, a share (precision) belongs there, and of those that belong there only a
share (recall) was found.  Both shares are measured on records that people have labelled, so

    estimate = observed * precision / recall

which is the estimate of Rogan and Gladen (Am J Epidemiol 1978;107:71-76) written in precision and recall: precision
already knows how common the category is among the records that were labelled, so it needs no separate specificity,
as long as the labelled records are drawn from what is counted.

The interval is simulated: (true, false, missed) shares are drawn from the Dirichlet distribution that the labelled
records leave possible (Jeffreys prior 0.5), then the true ones among the observed (binomial) and those missed beside
them (negative binomial).  It therefore holds both doubts, that of the measurement and that of this very census.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

DRAWS = 4000
SEED = 20210331
PRIOR = 0.5
FEWEST = 5
"""Fewest labelled records of a category (true, false or missed) for an estimate."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Measured:
    """How an extractor fared on labelled records of one category."""

    true: int
    false: int
    missed: int

    @property
    def total(self) -> int:
        """Labelled records that say anything about the category."""
        return self.true + self.false + self.missed


@dataclass(frozen=True, kw_only=True, slots=True)
class AdjustedCount:
    """A corrected count.

    Args:
        estimate: None where too little is labelled to tell; `reason` then says so.
        low: and `high`: bounds of the interval.
    """

    value: str
    observed: int
    measured: Measured
    estimate: float | None
    low: float | None
    high: float | None
    reason: str = ""


def adjust(value: str, observed: int, measured: Measured, *, level: float = 0.95, seed: int = SEED) -> AdjustedCount:
    """Correct one count.

    Args:
        observed: how many records the extractor put into the category.
        measured: of that category, on labelled records drawn from what is counted.
        level: of the interval.
    """
    if measured.total < FEWEST or measured.true == 0:
        reason = f"only {measured.total} labelled records, {measured.true} of them found rightly"
        return AdjustedCount(
            value=value, observed=observed, measured=measured, estimate=None, low=None, high=None, reason=reason
        )
    precision = measured.true / (measured.true + measured.false)
    recall = measured.true / (measured.true + measured.missed)
    draws = _draws(observed, measured, seed)
    low, high = np.quantile(draws, [(1 - level) / 2, (1 + level) / 2])
    return AdjustedCount(
        value=value,
        observed=observed,
        measured=measured,
        estimate=observed * precision / recall,
        low=float(low),
        high=float(high),
    )


def _draws(observed: int, measured: Measured, seed: int) -> npt.NDArray[np.float64]:
    random = np.random.default_rng(seed)
    shares = random.dirichlet([measured.true + PRIOR, measured.false + PRIOR, measured.missed + PRIOR], DRAWS)
    precision = shares[:, 0] / (shares[:, 0] + shares[:, 1])
    recall = np.clip(shares[:, 0] / (shares[:, 0] + shares[:, 2]), 1e-6, 1 - 1e-9)
    right = random.binomial(observed, precision)
    missed = np.where(right > 0, random.negative_binomial(np.maximum(right, 1), recall), 0)
    return np.asarray(right + missed, dtype=np.float64)
