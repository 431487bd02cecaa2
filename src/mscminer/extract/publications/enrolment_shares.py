"""Which numbers of people the shares told with others fit: "12 (40%) improved" is told of thirty."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from typing import Final

from mscminer.extract.publications.enrolment_adding import Candidate

_SHARE: Final = re.compile(r" ?[(\[](?P<share>\d{1,2}(?:\.\d)?) ?%")
_LEAST: Final = 2
"""Of one person the share says little."""
_WHOLE: Final = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class Share:
    """A number that is told with its share of the whole.

    Args:
        percent: the share, with so much `doubt` as rounding leaves.
    """

    value: int
    start: int
    percent: float
    doubt: float

    def is_of(self, whole: int) -> bool:
        """Whether the number is that share of another."""
        return whole > self.value and abs(_WHOLE * self.value / whole - self.percent) <= self.doubt


def shares_among(singles: Iterable[Candidate]) -> tuple[Share, ...]:
    """The numbers that bear a share in brackets."""
    found = []
    for one in singles:
        match = _SHARE.match(one.sentence.text, one.end) if one.value >= _LEAST else None
        if match:
            doubt = 0.06 if "." in match["share"] else 0.6
            found.append(Share(value=one.value, start=one.start, percent=float(match["share"]), doubt=doubt))
    return tuple(found)


def tell_shares(one: Candidate, shares: Sequence[Share], told: Set[int]) -> Iterator[str]:
    """What the shares of a text tell of a number: whether they are shares of it, and whether it is one of another."""
    kind = one.kind
    if shares:
        fitting = sum(share.is_of(one.value) for share in shares)
        yield f"{kind}.whole.of.{'all' if fitting == len(shares) else 'some' if fitting else 'no'}.shares"
        if fitting > 1:
            yield f"{kind}.whole.of.shares"
    own = next((share for share in shares if (share.value, share.start) == (one.value, one.start)), None)
    if kind == "single" and own:
        yield "share.of.told" if any(own.is_of(whole) for whole in told) else "share.of.untold"
