"""Fitting the weights of a choice among candidates (a conditional logit); used by ``scripts/train`` and its tests only.

The weights make the right answers as probable as they can among all answers of a text, with a quadratic penalty that
keeps rare features small.  The same examples in the same order give the same weights.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

_STEPS: Final = 500
Answer = tuple[Collection[str], bool]
"""The features of a possible answer, and whether it is right."""


@dataclass(frozen=True, kw_only=True)
class _Table:
    """All answers of all examples: one row each, its features, its example, whether it is right."""

    features: Any
    group: Any
    right: Any


def _table(examples: Sequence[Sequence[Answer]], names: Sequence[str]) -> _Table:
    from scipy.sparse import csr_matrix

    place = {name: number for number, name in enumerate(names)}
    rows, group, right = [], [], []
    for number, answers in enumerate(examples):
        rows += [[place[name] for name in sorted(features) if name in place] for features, _ in answers]
        group += [number] * len(answers)
        right += [is_right for _, is_right in answers]
    ends = np.cumsum([0, *map(len, rows)])
    columns = np.array([column for row in rows for column in row], dtype=int)
    features = csr_matrix((np.ones(len(columns)), columns, ends), shape=(len(rows), len(names)))
    return _Table(features=features, group=np.array(group), right=np.array(right))


def fit_choice(examples: Sequence[Sequence[Answer]], *, least: int, penalty: float) -> dict[str, int]:
    """Fit the weights of features, in hundredths of log odds; those that come to nothing are left out.

    Args:
        examples: the answers of each text, one of them right at least.
        least: a feature that fewer answers have is not weighed.
    """
    from scipy.optimize import minimize

    uses = Counter(name for answers in examples for features, _ in answers for name in features)
    names = sorted(name for name, count in uses.items() if count >= least)
    table = _table(examples, names)

    def loss(weights: Any) -> tuple[float, Any]:
        scores = table.features @ weights
        all_logs, all_shares = _softmax(scores, table.group)
        right_logs, right_shares = _softmax(np.where(table.right, scores, -np.inf), table.group)
        value = (all_logs - right_logs).sum() + penalty * (weights @ weights) / 2
        return value, table.features.T @ (all_shares - right_shares) + penalty * weights

    found = minimize(loss, np.zeros(len(names)), jac=True, method="L-BFGS-B", options={"maxiter": _STEPS}).x
    rounded = {name: round(100 * float(weight)) for name, weight in zip(names, found, strict=True)}
    return {name: weight for name, weight in rounded.items() if weight}


def _softmax(scores: Any, group: Any) -> tuple[Any, Any]:
    """For each group the logarithm of its sum of exponentials, and for each score its share in it."""
    top = np.full(group.max() + 1, -np.inf)
    np.maximum.at(top, group, scores)
    powers = np.exp(scores - top[group])
    sums = np.bincount(group, powers)
    return top + np.log(sums), powers / sums[group]
