"""Which numbers of a publication may be its enrolment, and what speaks for and against each.

A candidate is a number that counts people, the sum of several that stand side by side ("12 to cells and 11 to
placebo"), or a size taken as often as there are groups.  Its features say what it counts, in which part of the article,
which classes of words stand around it, and how it compares with the other numbers of the text.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from functools import cache
from typing import Final

from mscminer.extract.publications.enrolment_adding import TAKEN, WHOLE, Candidate, Told, are_parallel
from mscminer.extract.publications.enrolment_details import find_details, is_of_people
from mscminer.extract.publications.enrolment_products import groups_told
from mscminer.extract.publications.enrolment_shares import Share, shares_among, tell_shares
from mscminer.extract.publications.enrolment_sums import sums_across, sums_labelled, sums_of_sizes, sums_within
from mscminer.extract.publications.headcounts import Headcount, find_headcounts
from mscminer.extract.publications.text import PublicationText, Sentence, Zone

_MOST: Final = 12
"""So many headcounts of one sentence are looked at; a list of more tells of something else."""
_APART: Final = 3
"""So many sentences at most lie between two groups that are added up."""


def find_candidates(text: PublicationText) -> tuple[Candidate, ...]:
    """Every number in the text that may be the enrolment, with its features."""
    found: list[Candidate] = []
    groups = cache(lambda: groups_told(text))
    last: Told | None = None
    every: list[Told] = []
    for place, sentence in enumerate(text.sentences):
        told = _told(sentence, place)
        here = [*_singles(told), *sums_within(sentence, told, groups)]
        if last and told.counts and place - last.place <= _APART and sentence.zone is not Zone.BACKGROUND:
            here.extend(sums_across(last, told))
        is_first = last is None or last.counts[0].sentence.zone is Zone.BACKGROUND
        found.extend(_firsts(here, told) if is_first and told.counts else here)
        last = told if told.counts else last
        every.append(told)
    found.extend([*sums_labelled(every), *sums_of_sizes(every)])
    return _related([one for one in found if not _is_one_of_groups(one, found)])


def _is_one_of_groups(one: Candidate, found: Sequence[Candidate]) -> bool:
    """Whether a number is labelled as one group's, "fifty adults (group A)", and another bears another label."""
    label = _label(one)
    return label is not None and any(_label(other) not in (None, label) for other in found)


def _label(one: Candidate) -> str | None:
    label = _LABELLED.match(one.sentence.text, one.end) if one.kind == "single" else None
    return label["name"] if label else None


_LABELLED: Final = re.compile(r" ?[(\[](?:group|arm|cohort) (?P<name>[a-d]|\d|i{1,3})[)\]]")


def _firsts(here: Sequence[Candidate], told: Told) -> Iterator[Candidate]:
    """The candidates of the first sentence that tells of people: those that begin with its first number are marked."""
    for one in here:
        first = one.start <= told.counts[0].start
        yield replace(one, features=one.features | {f"{one.kind}.first"}) if first else one


def _told(sentence: Sentence, place: int) -> Told:
    counts = [one for one in find_headcounts(sentence) if not _is_only_planned(one)][:_MOST]
    if not counts:
        return Told(place=place)
    people = [one for place, one in enumerate(counts) if not is_of_people(one, counts[max(0, place - 1) : place + 2])]
    details = find_details(counts)
    return Told(
        place=place,
        counts=counts,
        people=people,
        details=details,
    )


_OF: Final = re.compile(r"\bof (?:the |a |an )?(?:planned |intended )?$")
_PLANNED: Final = re.compile(r"(?:planned|intended|targeted|projected|anticipated|foreseen|required)\b")


def _is_only_planned(count: Headcount) -> bool:
    """Whether a number is that of people who were to come, behind those who came: "222 of 300 planned patients"."""
    text = count.sentence.text
    before = _OF.search(text[max(0, count.start - _WORDS) : count.start])
    told = _IN_BRACKETS.sub("", text[count.start : count.end + _BEHIND])
    return before is not None and bool(_PLANNED.search(before[0] + told))


_IN_BRACKETS: Final = re.compile(r"[(\[][^()\[\]]*(?:[)\]]|$)")
_WORDS: Final = 30
"""So many characters before a number say that it is the whole of another."""
_BEHIND: Final = 10
"""So many characters behind a number and its noun may say that it was planned."""


def _singles(told: Told) -> Iterator[Candidate]:
    """The numbers of a sentence as they are written."""
    for number, count in enumerate(told.counts):
        features = _neighbours(told, number)
        yield _single(count, [*features, "detail"] if count.start in told.details else features)


def _neighbours(told: Told, number: int) -> Iterator[str]:
    """What the other numbers of its sentence tell of one."""
    count, counts = told.counts[number], told.counts
    if any(_is_fewer(other, count) for other in counts[number + 1 : number + 2]):
        yield "then.fewer"
    if any(are_parallel(count, other) for other in counts[number + 1 : number + 2]):
        yield "then.parallel"
    if any(are_parallel(other, count) for other in counts[max(0, number - 1) : number]):
        yield "parallel"
    if any(_is_fewer(count, other) for other in counts[max(0, number - 1) : number]):
        yield "fewer"


def _is_fewer(count: Headcount, before: Headcount) -> bool:
    """Whether a number is of those who were taken out of the more before it ("of 90 screened 33 were included")."""
    return count.value < before.value and not TAKEN.isdisjoint(count.after)


def _single(count: Headcount, told: Iterable[str]) -> Candidate:
    zone = count.sentence.zone.value
    features = {
        f"kind.{count.kind}",
        f"zone.{zone}",
        f"kind.{count.kind}.{zone}",
        *(f"before.{name}" for name in count.before),
        *(f"after.{name}" for name in count.after),
        *told,
    }
    if "just.of" in count.before:
        features |= {f"of.after.{name}" for name in count.after}
    if count.value <= _FEW:
        features.add(f"value.{count.value}")
    return Candidate(
        value=count.value,
        parts=(count.value,),
        sentence=count.sentence,
        start=count.start,
        end=count.end,
        features=frozenset(features),
    )


_FEW: Final = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class _Numbers:
    """The numbers of a text that a candidate is compared with.

    Args:
        told: every number that counts people; where none does, every number.
        largest: the largest of them.
        enrolled: the largest of those enrolled; 0 where none is said to be.
        sums: every sum.
        parts: the sums that each number is a part of.
        totals: the numbers that the sexes, or groups of one size, add up to.
        apart: the classes of words of which some number of people has none.
        shares: the numbers that are told with their share of the whole.
    """

    told: Set[int]
    largest: int
    enrolled: int
    sums: Set[int]
    parts: Mapping[int, Set[int]]
    totals: Set[int]
    apart: Set[str]
    shares: Sequence[Share]


def _related(found: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """The candidates with how they compare with the others of the text."""
    single = [one for one in found if len(one.parts) == 1]
    people = {one.value for one in single if _counts_people(one)}
    told = people or {one.value for one in single}
    numbers = _Numbers(
        told=told,
        largest=max(told, default=0),
        enrolled=max((one.value for one in single if _is_enrolled(one)), default=0),
        sums={one.value for one in found if one.kind == "sum" and one.features.isdisjoint(_FAR_SUMS)},
        parts=_parts_of(found),
        totals={one.value for one in found if not one.features.isdisjoint(_TOTALLING)},
        shares=shares_among(single),
        apart={name for name in _ASIDE if any(_counts_people(one) and not _has(one, name) for one in single)},
    )
    return tuple(replace(one, features=one.features.union(_relations(one, numbers))) for one in found)


_SAID: Final = frozenset({"before.enrolled", "before.total", "after.enrolled", "after.random", "before.random"})
_UNSAID: Final = frozenset(
    {
        "after.subset",
        "after.screened",
        "before.screened",
        "before.planned",
        "after.planned",
        "before.registry",
        "before.earlier",
        "after.earlier",
        "after.registry",
    }
)


_FAR_SUMS: Final = frozenset({"across", "leads", "numerators", "wholes", "partial", "labelled.study", "labelled.group"})
"""Sums that come to some small number of the text by chance."""
_TOTALLING: Final = frozenset({"sexes", "product"})


_ASIDE: Final = ("planned", "earlier", "registry", "healthy", "screened", "control")
"""Classes of words that say of people that they are not those enrolled, where the text has others."""


def _has(one: Candidate, name: str) -> bool:
    return not one.features.isdisjoint({f"before.{name}", f"after.{name}", f"after.within.{name}"})


def _is_enrolled(one: Candidate) -> bool:
    """Whether a number of people is said to be of those enrolled, and not of one group."""
    told = not _SAID.isdisjoint(one.features) and _UNSAID.isdisjoint(one.features)
    return told and _counts_people(one)


def _counts_people(one: Candidate) -> bool:
    return any(f"kind.{kind}" in one.features for kind in WHOLE)


def _parts_of(found: Sequence[Candidate]) -> Mapping[int, Set[int]]:
    """The sums that each number is a part of."""
    parts: defaultdict[int, set[int]] = defaultdict(set)
    for one in found:
        if len(one.parts) > 1:
            for part in one.parts:
                parts[part].add(one.value)
    return parts


def _relations(one: Candidate, numbers: _Numbers) -> Iterator[str]:
    kind = one.kind
    yield from tell_shares(one, numbers.shares, numbers.told)
    yield f"{kind}.{_compared(one.value, numbers.largest)}.largest"
    if 2 * one.value < numbers.largest:
        yield f"{kind}.below.half"
    if numbers.enrolled:
        yield f"{kind}.{_compared(one.value, numbers.enrolled)}.enrolled"
    if kind == "sum":
        yield from _relations_of_sum(one, numbers)
        return
    for name in _ASIDE:
        if name in numbers.apart and _has(one, name):
            yield f"{name}.beside.others"
    if one.value in numbers.sums:
        yield "single.is.sum"
    if numbers.parts.get(one.value, set()) & numbers.told:
        yield "single.is.part.of.told"


def _relations_of_sum(one: Candidate, numbers: _Numbers) -> Iterator[str]:
    if one.value in numbers.told:
        yield "sum.is.told"
    if one.value in numbers.totals and numbers.totals.isdisjoint(one.parts):
        yield "sum.is.total"
    if any(part in numbers.totals for part in one.parts):
        yield "sum.of.total"
    if numbers.enrolled and numbers.enrolled in one.parts:
        yield "sum.of.enrolled"


def _compared(value: int, other: int) -> str:
    return "above" if value > other else "is" if value == other else "below"
