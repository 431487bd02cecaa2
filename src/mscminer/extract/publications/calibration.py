"""From a rule's own sureness to the probability that its value is right.

Registrations: one number a field (two where it may be *not stated*) by which the log odds of a raw confidence are
moved, in ``registration_shifts.json``; so few are all that a hundred labelled records can settle.  Publications:

the table ``models/publications/calibration.json`` is made by ``scripts/train`` on the development part: for each
field the share of right values among those at or near a raw confidence, drawn towards 0.9 by pseudo-counts.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from operator import itemgetter
from typing import Final

from mscminer.core.vocabulary import Field
from mscminer.extract.publications.model_files import load_weights

_OFF: ContextVar[bool] = ContextVar("calibration_off", default=False)


@contextmanager
def switched_off() -> Iterator[None]:
    """Raw confidences inside the block: what the table itself is made from."""
    token = _OFF.set(True)
    try:
        yield
    finally:
        _OFF.reset(token)


_FIRST: Final = itemgetter(0)


Table = Mapping[str, Sequence[tuple[float, float]]]
"""Points of a line by field: raw and calibrated confidence."""


def calibration_table() -> Table:
    """The table in use; empty while it is switched off."""
    return {} if _OFF.get() else load_weights("calibration")


def calibrated(field: Field, raw: float, table: Table | None = None) -> float:
    """The calibrated confidence, by straight lines between the table's points; `raw` where there are none.

    Args:
        table: where it is at hand already; None: the one in use.
    """
    points = (calibration_table() if table is None else table).get(field.value)
    return interpolate(points, raw) if points else raw


def shifted(field: Field, raw: float, *, stated: bool) -> float:
    """The calibrated confidence of a registration's fact; `raw` where nothing was fitted."""
    shifts = None if _OFF.get() else load_weights("registration_shifts").get(field.value)
    return move_odds(raw, float(shifts["stated" if stated else "absent"])) if shifts else raw


def move_odds(raw: float, shift: float) -> float:
    """A probability with its log odds moved; 0 and 1 stay, and the order of two never changes."""
    if raw in (0.0, 1.0):
        return raw
    return 1 / (1 + (1 - raw) / raw * math.exp(-shift))


def interpolate(points: Sequence[tuple[float, float]], x: float) -> float:
    """Straight lines between points sorted by x; flat outside."""
    place = bisect_left(points, x, key=_FIRST)
    if place == 0:
        return points[0][1]
    if place == len(points):
        return points[-1][1]
    (x0, y0), (x1, y1) = points[place - 1], points[place]
    return y0 + (y1 - y0) * (x - x0) / (x1 - x0)
