"""Which numbers of people in a sentence only split up another, are of knees beside people, or are each group's size."""

# ruff: noqa: E501  (an alternative of a pattern reads better on one line than wrapped)

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from typing import Final

from mscminer.extract.publications.headcounts import Headcount
from mscminer.extract.publications.numerals import NUMBER

_MOST_ARMS: Final = 8


def find_details(counts: Sequence[Headcount]) -> Set[int]:
    """Where the numbers stand that only split up the one before them ("48 [32 women and 16 men]").

    They stand in a bracket behind it or between two commas, or add up to it, or are the size of each of the groups that
    it was put into.
    """
    inner: set[int] = set()
    for place, count in enumerate(counts):
        end = _bracket_end(count.sentence.text, count.end)
        inner |= {one.start for one in counts[place + 1 :] if count.end <= one.start < end}
        inner |= {one.start for one in _split(count, counts[place + 1 :])}
        if place and count.value < counts[place - 1].value and _is_aside(counts[place - 1], count):
            inner.add(count.start)
        if is_size(count) and any(one.value in _multiples(count.value) for one in counts[:place]):
            inner.add(count.start)
    return inner


def _multiples(size: int) -> range:
    """What up to so many groups of one size come to."""
    return range(2 * size, _MOST_ARMS * size + 1, size)


def _split(whole: Headcount, behind: Sequence[Headcount]) -> Sequence[Headcount]:
    """The numbers right behind one that add up to it."""
    rest = whole.value
    for place, one in enumerate(behind):
        rest -= one.value
        if rest <= 0:
            return behind[: place + 1] if rest == 0 and place else ()
    return ()


def _bracket_end(text: str, place: int) -> int:
    """Where the bracket ends that opens right behind a place; the place itself where none does."""
    begun = text[place : place + 2].lstrip()[:1]
    if begun not in _CLOSING:
        return place
    end = text.find(_CLOSING[begun], place)
    return end if end >= 0 else place


_CLOSING: Final = {"(": ")", "[": "]"}


def is_of_people(count: Headcount, beside: Sequence[Headcount]) -> bool:
    """Whether a number is of knees or wounds, told with the people who have them ("48 knees in 40 patients")."""
    text = count.sentence.text
    return count.kind == "part" and any(
        _HAVING.fullmatch(text, min(one.end, count.end), max(one.start, count.start)) is not None
        for one in beside
        if one.kind != "part"
    )


_HAVING: Final = re.compile(r" (?:in|of|from|on)(?: the| these)? | ?[(\[]")


def _is_aside(whole: Headcount, part: Headcount) -> bool:
    """Whether a number tells of some of those before it, between two commas ("eleven, six with seizures, received")."""
    text = part.sentence.text
    return text[whole.end : part.start].endswith(", ") and _ASIDE.match(text, part.end) is not None


_ASIDE: Final = re.compile(rf" (?:with|having|of them|of whom) [^,;.]{{1,60}},(?! (?:and|or|{NUMBER})\b)")


def is_size(count: Headcount) -> bool:
    """Whether a number is said to be each group's."""
    text = count.sentence.text
    before = text[max(0, count.start - _NEAR) : count.start]
    return bool(_EACH.match(text, count.end) or _EACH_HAS.search(before)) or (
        "equal" in text[: count.start] and not _IN_ALL.match(text, count.end)
    )


_EACH: Final = re.compile(
    r"[ ,)]*(?:(?:patients|subjects|participants) )?"
    r"(?:were (?:then |randomly )?(?:allocated|assigned|randomi[sz]ed|enrolled|included|treated|dosed|infused|injected|studied) )?(?:in |for |to |at )?(?:each|per|every|both)\b(?! of (?:a|another|one|whom|them|these) )(?!(?<=, each) (?:given|giv|had|having|received|receiving|treated|getting|got|with|was|being)\b)"
)
_EACH_HAS: Final = re.compile(
    r"\b(?:each|every|both)(?: of the)?(?: [\w-]+){0,2} (?:groups?|arms?|cohorts?)\b[^.;,]{0,30}$|groups of $"
    r"|\b(?:groups?|arms|cohorts)\b[^.;]{0,60}\beach (?:comprising|consisting|composed|with|including|containing|having|of)(?: of)? $"
)
_IN_ALL: Final = re.compile(r" (?:in all|in total|altogether)\b")
_NEAR: Final = 90
