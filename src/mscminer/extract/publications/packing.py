"""Rows of whole numbers packed in one each, so that a row is added at one stroke."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Final

_BITS: Final = 48
_HALF: Final = 1 << (_BITS - 1)
_MASK: Final = 2 * _HALF - 1


def packed(row: Iterable[int]) -> int:
    """Numbers side by side in one: the sum of packed rows is the packed sum of the rows, below 100 million millions.

    >>> unpacked(packed([1, -2, 3]) + packed([0, 1, -5]), 3)
    [1, -1, -2]
    """
    return sum(value << (_BITS * place) for place, value in enumerate(row))


def unpacked(one: int, count: int) -> list[int]:
    """The numbers that one holds.

    Args:
        count: how many they are.
    """
    # Each number is made positive first, so that none borrows from its neighbour.
    lifted = one + _halves(count)
    return [(lifted >> (_BITS * place) & _MASK) - _HALF for place in range(count)]


@cache
def _halves(count: int) -> int:
    return packed([_HALF] * count)
