"""Rows of whole numbers packed in one each, so that a row is added at one stroke."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from struct import Struct
from typing import Final

_BITS: Final = 64
_HALF: Final = 1 << (_BITS - 1)


def packed(row: Iterable[int]) -> int:
    """Numbers side by side in one: the sum of packed rows is the packed sum of the rows, below 9 trillion millions.

    >>> unpacked(packed([1, -2, 3]) + packed([0, 1, -5]), 3)
    (1, -1, -2)
    """
    return sum(value << (_BITS * place) for place, value in enumerate(row))


def unpacked(one: int, count: int) -> tuple[int, ...]:
    """The numbers that one holds.

    Args:
        count: how many they are.
    """
    read, halves = _reading(count)
    # Each number is made positive first, so that none borrows from its neighbour, and then given back its sign.
    return read.unpack(((one + halves) ^ halves).to_bytes(read.size, "little"))


@cache
def _reading(count: int) -> tuple[Struct, int]:
    """What reads so many numbers, and the half of each number's range, packed."""
    return Struct(f"<{count}q"), packed([_HALF] * count)
