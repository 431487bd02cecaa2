"""How far two curators agree: Krippendorff's alpha and Gwet's AC with bootstrap intervals, for values and sets.

Alpha: Krippendorff, Content Analysis, ch. 12 (observed over expected distance); sets by the MASI distance
(Passonneau 2006, LREC), which gives credit for partial overlap.  AC1 for values and its weighted form AC2 for sets:
Gwet 2008, Br J Math Stat Psychol 61:29-48 (PMID 18482474); it stays meaningful where nearly all units have one value.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations

Unit = frozenset[str]
"""What a curator says of a field of a text: its values, empty for *not stated*."""

Pair = tuple[Unit, Unit]
Distance = Callable[[Unit, Unit], float]


@dataclass(frozen=True, kw_only=True, slots=True)
class Interval:
    """An estimate with its bootstrap percentile interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Agreement:
    """Agreement on one field; coefficients are None where there are no units (or, for alpha, only one value).

    Args:
        units: texts that both have decided.
        same: those on which both say exactly the same.
    """

    field: str
    units: int
    same: int
    alpha: Interval | None
    ac: Interval | None

    @property
    def share_same(self) -> float | None:
        """Share of exact agreement."""
        return self.same / self.units if self.units else None


def nominal(one: Unit, other: Unit) -> float:
    """0 for the same, else 1."""
    return 0.0 if one == other else 1.0


def masi(one: Unit, other: Unit) -> float:
    """1 - Jaccard x monotonicity (1 same, 2/3 one holds the other, 1/3 overlap, 0 nothing in common)."""
    if one == other:
        return 0.0
    common = one & other
    if not common:
        return 1.0
    monotonicity = 2 / 3 if common in (one, other) else 1 / 3
    return 1.0 - len(common) / len(one | other) * monotonicity


def krippendorff_alpha(pairs: Sequence[Pair], distance: Distance = nominal) -> float | None:
    """Krippendorff's alpha of two coders without missing units.

    Returns:
        None for no units, or where all values are the same (there is nothing that chance could have got wrong).
    """
    if not pairs:
        return None
    counts: dict[Unit, int] = {}
    for pair in pairs:
        for unit in pair:
            counts[unit] = counts.get(unit, 0) + 1
    total = 2 * len(pairs)
    expected = sum(2 * counts[one] * counts[other] * distance(one, other) for one, other in combinations(counts, 2)) / (
        total * (total - 1)
    )
    if expected == 0.0:
        return None
    observed = sum(distance(one, other) for one, other in pairs) / len(pairs)
    return 1.0 - observed / expected


def gwet_ac(pairs: Sequence[Pair], distance: Distance = nominal) -> float | None:
    """Gwet's AC1 (nominal) or, with another distance, AC2 with weights 1 - distance.

    Returns:
        None for no units; 1.0 where there is one value only.
    """
    if not pairs:
        return None
    values = sorted({unit for pair in pairs for unit in pair}, key=sorted)
    if len(values) == 1:
        return 1.0
    share = dict.fromkeys(values, 0.0)
    for pair in pairs:
        for unit in pair:
            share[unit] += 0.5 / len(pairs)
    weights = sum(1.0 - distance(one, other) for one in values for other in values)
    chance = weights / (len(values) * (len(values) - 1)) * sum(part * (1.0 - part) for part in share.values())
    agreed = sum(1.0 - distance(one, other) for one, other in pairs) / len(pairs)
    return (agreed - chance) / (1.0 - chance) if chance < 1.0 else None


def measure(field: str, pairs: Sequence[Pair], *, sets: bool, rounds: int = 1000, seed: int = 20260101) -> Agreement:
    """Agreement of two curators on one field.

    Args:
        sets: the field may hold several values, so partial overlap counts (MASI).
        rounds: bootstrap samples of units for the 95 % percentile intervals.
    """
    distance = masi if sets else nominal
    return Agreement(
        field=field,
        units=len(pairs),
        same=sum(one == other for one, other in pairs),
        alpha=_interval(pairs, lambda sample: krippendorff_alpha(sample, distance), rounds, seed),
        ac=_interval(pairs, lambda sample: gwet_ac(sample, distance), rounds, seed),
    )


def _interval(
    pairs: Sequence[Pair], statistic: Callable[[Sequence[Pair]], float | None], rounds: int, seed: int
) -> Interval | None:
    value = statistic(pairs)
    if value is None:
        return None
    chance = random.Random(seed)  # noqa: S311 - a bootstrap, no secret
    drawn = (statistic(chance.choices(pairs, k=len(pairs))) for _ in range(rounds))
    found = sorted(item for item in drawn if item is not None)
    if not found:
        return Interval(value=value, low=value, high=value)
    return Interval(value=value, low=_quantile(found, 0.025), high=_quantile(found, 0.975))


def _quantile(ordered: Sequence[float], share: float) -> float:
    place = share * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)
