"""Which numbers of people in a sentence are the sizes of groups that stand side by side, and which tell of another."""

# ruff: noqa: E501  (an alternative of a pattern reads better on one line than wrapped)

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from typing import Final

from mscminer.extract.publications.headcounts import Headcount
from mscminer.extract.publications.numerals import NUMBER

_ARM: Final = frozenset({"arm", "control", "treated", "random"})
_GROUPED: Final = frozenset({"arm", "control"})
_JOINT: Final = frozenset({"just.and", "just.other"})
_NO_ARM: Final = frozenset({"subset", "screened", "next.of", "percent"})
_MOST_ARMS: Final = 8


def find_arms(counts: Sequence[Headcount], inner: Set[int]) -> tuple[Sequence[Headcount], ...]:
    """Sizes of groups that stand side by side, read with the numbers that only split up another (`inner`) and without."""
    found = list(_arms_among(counts))
    if inner:
        found += [arms for arms in _arms_among([one for one in counts if one.start not in inner]) if arms not in found]
    return tuple(found)


def find_details(counts: Sequence[Headcount]) -> Set[int]:
    """Where the numbers stand that only split up the one before them ("48 [32 women and 16 men]").

    They stand in a bracket behind it, or add up to it, or are the size of each of the groups that it was put into.
    """
    inner: set[int] = set()
    for place, count in enumerate(counts):
        end = _bracket_end(count.sentence.text, count.end)
        inner |= {one.start for one in counts[place + 1 :] if one.start < end}
        inner |= {one.start for one in _split(count, counts[place + 1 :])}
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


def is_total(count: Headcount, arms: Sequence[Headcount]) -> bool:
    """Whether a number stands before groups and is no smaller than all of them together."""
    return count.start < arms[0].start and count.value >= sum(one.value for one in arms)


def _arms_among(counts: Sequence[Headcount]) -> Iterator[Sequence[Headcount]]:
    """Groups ("12 received cells and 11 placebo"), without the total before them."""
    begun: list[Headcount] = []
    told = [count for place, count in enumerate(counts) if not (place and _is_aside(counts[place - 1], count))]
    for place, count in enumerate((*told, None)):
        last = told[place - 1] if place else None
        if count is not None and _is_arm(count, bool(begun)):
            begun.append(count)
            continue
        if count is not None and last is not None and _is_parallel(last, count):
            begun = begun or [last]
            begun.append(count)
            continue
        if len(begun) > 2 and begun[0].value == sum(one.value for one in begun[1:]):
            begun = begun[1:]
        if 1 < len(begun) <= _MOST_ARMS:
            yield begun
            if len(begun) > 2 and begun[0].value > sum(one.value for one in begun[1:]):
                yield begun[1:]
        begun = []


def _is_aside(whole: Headcount, part: Headcount) -> bool:
    """Whether a number tells of some of those before it, between two commas ("eleven, six with seizures, received")."""
    text = part.sentence.text
    return text[whole.end : part.start].endswith(", ") and _ASIDE.match(text, part.end) is not None


_ASIDE: Final = re.compile(rf" (?:with|having|of them|of whom) [^,;.]{{1,60}},(?! (?:and|or|{NUMBER})\b)")


def _is_parallel(first: Headcount, second: Headcount) -> bool:
    """Whether two numbers are told in the same way ("nine with gout and five with lupus")."""
    if "just.and" not in second.before or not _NO_ARM.isdisjoint(first.after | second.after):
        return False
    return any(name in second.after for name in first.after if name in _NEXT)


_NEXT: Final = frozenset({"next.ill", "next.in", "next.treated", "next.random", "next.known"})


def _is_arm(count: Headcount, follows: bool) -> bool:
    """Whether a number is the size of a group: of what it got, or of where it was put."""
    if not _NO_ARM.isdisjoint(count.after) or "just.of" in count.before:
        return False
    if count.kind in _KINDS or not _ARM.isdisjoint(count.after):
        return True
    return not _GROUPED.isdisjoint(count.before) or (
        follows and (count.kind in ("alone", "sized") or not _JOINT.isdisjoint(count.before))
    )


_KINDS: Final = frozenset({"equals", "brackets", "control", "denominator", "last"})
"""Kinds of numbers that are sizes of groups wherever they stand."""


def is_size(count: Headcount) -> bool:
    """Whether a number is said to be each group's."""
    text = count.sentence.text
    before = text[max(0, count.start - _NEAR) : count.start]
    return bool(_EACH.match(text, count.end) or _EACH_HAS.search(before)) or "equal" in text[: count.start]


_EACH: Final = re.compile(
    r"[ ,)]*(?:(?:patients|subjects|participants) )?"
    r"(?:were (?:then |randomly )?(?:allocated|assigned|randomi[sz]ed|enrolled|included) )?(?:in |for |to |at )?(?:each|per|every|both)\b"
)
_EACH_HAS: Final = re.compile(
    r"\b(?:each|every|both)(?: of the)?(?: [\w-]+){0,2} (?:groups?|arms?|cohorts?)\b[^.;,]{0,30}$|groups of $"
)
_NEAR: Final = 90
