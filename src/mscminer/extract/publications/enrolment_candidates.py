"""Which numbers of a publication may be its enrolment, and what speaks for and against each.

A candidate is a number that counts people, the sum of several that stand side by side ("12 to cells and 11 to
placebo"), or a size taken as often as there are groups.  Its features say what it counts, in which part of the article,
which classes of words stand around it, and how it compares with the other numbers of the text.
"""
# ruff: noqa: E501  (an alternative of a pattern reads better on one line than wrapped)

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from mscminer.extract.anchors import anchored
from mscminer.extract.publications.headcounts import Headcount, find_headcounts
from mscminer.extract.publications.numerals import NUMBER, number_value
from mscminer.extract.publications.text import PublicationText, Sentence, Zone

_PEOPLE: Final = frozenset({"person", "one", "role", "sex", "case"})
_WHOLE: Final = _PEOPLE | {"equals.noun"}
_TOLD: Final = _WHOLE | {"equals"}
_LONGEST_RUN: Final = 4
_MOST_ARMS: Final = 8
_MOST: Final = 12
"""So many headcounts of one sentence are looked at; a list of more tells of something else."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Candidate:
    """A number that may be the enrolment, with what speaks for and against it.

    Args:
        parts: the numbers that it is the sum or product of; its own value alone for a single headcount.
    """

    value: int
    parts: tuple[int, ...]
    sentence: Sentence
    start: int
    end: int
    features: frozenset[str]


def find_candidates(text: PublicationText) -> tuple[Candidate, ...]:
    """Every number in the text that may be the enrolment, with its features."""
    found: list[Candidate] = []
    last: list[Headcount] = []
    for sentence in text.sentences:
        counts = [one for one in find_headcounts(sentence) if not _is_only_planned(one)][:_MOST]
        arms = list(find_arms(counts))
        beside = {count.start for some in arms for count in some}
        totals = {count.start for count in counts if any(_is_total(count, some) for some in arms)}
        told = [_told(count, number, counts, beside, totals) for number, count in enumerate(counts)]
        found.extend(_single(count, features) for count, features in zip(counts, told, strict=True))
        if sentence.zone is not Zone.BACKGROUND:
            found.extend(_sum(some, "arms", told=any(_is_total(one, some) for one in counts)) for some in arms)
            found.extend(_sum(pair, "sexes") for pair in pairwise(counts) if {one.kind for one in pair} == {"sex"})
            found.extend(_sums(counts, beside, totals))
            found.extend(_across(last, counts))
            found.extend(_products(sentence, counts))
            found.extend(_listed(sentence))
        last = counts
    return _related(found)


_OF: Final = re.compile(r"\bof (?:the |a |an )?(?:planned |intended )?$")
_PLANNED: Final = re.compile(r"(?:planned|intended|targeted|projected|anticipated|foreseen|required)\b")


def _is_only_planned(count: Headcount) -> bool:
    """Whether a number is that of people who were to come, behind those who came: "222 of 300 planned patients"."""
    text = count.sentence.text
    before = _OF.search(text[max(0, count.start - _WORDS) : count.start])
    return before is not None and bool(_PLANNED.search(before[0] + text[count.start : count.end + _BEHIND]))


_WORDS: Final = 30
"""So many characters before a number say that it is the whole of another."""
_BEHIND: Final = 10
"""So many characters behind a number and its noun may say that it was planned."""


def _told(
    count: Headcount, number: int, counts: Sequence[Headcount], beside: Set[int], totals: Set[int]
) -> Iterator[str]:
    """What the other numbers of its sentence tell of one."""
    if count.start in beside:
        yield "beside"
        yield f"beside.{count.kind}"
    if count.start in totals:
        yield "before.arms"
    if any(_is_fewer(other, count) for other in counts[number + 1 : number + 2]):
        yield "then.fewer"
    if any(_is_fewer(count, other) for other in counts[max(0, number - 1) : number]):
        yield "fewer"


def _is_fewer(count: Headcount, before: Headcount) -> bool:
    """Whether a number is of those who were taken out of the more before it ("of 90 screened 33 were included")."""
    return count.value < before.value and not _TAKEN.isdisjoint(count.after)


_TAKEN: Final = frozenset({"enrolled", "random"})


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


def _sums(counts: Sequence[Headcount], beside: Set[int], totals: Set[int]) -> Iterator[Candidate]:
    """Numbers that follow one another in a sentence, added up, unless all are groups' sizes or one is their total."""
    for start in range(len(counts)):
        for end in range(start + 2, min(len(counts), start + _LONGEST_RUN) + 1):
            run = counts[start:end]
            if totals.isdisjoint(count.start for count in run) and not all(count.start in beside for count in run):
                yield _sum(run, "run")


def _across(before: Sequence[Headcount], after: Sequence[Headcount]) -> Iterator[Candidate]:
    """One arm told at the end of a sentence, the other at the beginning of the next."""
    if before and after and before[-1].kind in _TOLD and after[0].kind in _TOLD:
        yield _sum([before[-1], after[0]], "across")


_TELLING: Final = frozenset(
    [
        "enrolled",
        "random",
        "treated",
        "observed",
        "ill",
        "arm",
        "screened",
        "subset",
        "healthy",
        "rough",
        "planned",
        "each",
        "next.of",
        "percent",
        "eligible",
    ]
)
"""Classes of words that tell something of numbers that are added up."""


def _is_total(count: Headcount, arms: Sequence[Headcount]) -> bool:
    """Whether a number stands before groups and is no smaller than all of them together."""
    return count.start < arms[0].start and count.value >= sum(one.value for one in arms)


def _sum(counts: Sequence[Headcount], how: str, *, told: bool = False) -> Candidate:
    first, values = counts[0], tuple(count.value for count in counts)
    kinds = [count.kind for count in counts]
    after = [frozenset(name.removeprefix("within.") for name in count.after) for count in counts]
    joints = {name for count in counts[1:] for name in count.before if name.startswith("just.")}
    features = {
        how,
        f"{how}.{len(counts)}",
        f"{how}.zone.{first.sentence.zone.value}",
        f"{how}.kinds.{'same' if len(set(kinds)) == 1 else 'mixed'}",
        f"{how}.first.{kinds[0]}",
        *(f"{how}.then.{kind}" for kind in kinds[1:]),
        *(f"sum.all.{name}" for name in frozenset.intersection(*after) & _TELLING),
        *(f"sum.some.{name}" for name in frozenset.union(*after) & _TELLING),
        *(f"sum.before.{name}" for name in first.before),
        *(f"{how}.joint.{name}" for name in joints),
    }
    if told:
        features.add(f"{how}.behind.total")
    if len(set(values)) == 1:
        features.add(f"{how}.alike")
    if values[0] == sum(values[1:]):
        features.add(f"{how}.first.is.total")
    end = counts[-1].end if counts[-1].sentence is first.sentence else first.end
    return Candidate(
        value=sum(values),
        parts=values,
        sentence=first.sentence,
        start=first.start,
        end=end,
        features=frozenset(features),
    )


_ARM: Final = frozenset({"arm", "treated", "random"})
_JOINT: Final = frozenset({"just.and", "just.other"})
_NO_ARM: Final = frozenset({"subset", "screened", "next.of", "percent"})


def find_arms(counts: Sequence[Headcount]) -> Iterator[Sequence[Headcount]]:
    """Sizes of groups that stand side by side ("12 received cells and 11 placebo"), without the total before them."""
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
    if count.kind in ("equals", "brackets", "control", "denominator", "last") or not _ARM.isdisjoint(count.after):
        return True
    return "arm" in count.before or (
        follows and (count.kind in ("alone", "sized") or not _JOINT.isdisjoint(count.before))
    )


_GROUPS: Final = anchored(
    rf"\b(?P<number>{NUMBER})[ -](?:(?!each|in|per|of|to\b)[a-z-]+ ){{0,3}}?(?:groups?|arm(?:s|ed)?|cohorts|doses|dosages|dose levels)\b"
)
_EACH: Final = re.compile(
    r"[ ,)]*(?:(?:patients|subjects|participants) )?"
    r"(?:were (?:then |randomly )?(?:allocated|assigned|randomi[sz]ed|enrolled|included) )?(?:in |for |to )?(?:each|per|every|both)\b"
)
_LISTED: Final = anchored(
    rf"\b(?:groups|cohorts|arms) of (?P<list>(?:{NUMBER},? ){{1,4}}and {NUMBER})\b(?! ?(?:weeks|months|years|million|mg))"
)


def _products(sentence: Sentence, counts: Sequence[Headcount]) -> Iterator[Candidate]:
    """The size of each group times the number of groups, or of the doses that stand for them."""
    sizes = [count for count in counts if _is_size(count)]
    groups = _GROUPS.search(sentence.text) if sizes else None
    times = (number_value(groups["number"]) or 0) if groups else 0
    for count in sizes:
        if groups and times > 1 and groups.start() != count.start:
            yield _product(count, times, "product", (groups.start(), groups.end()))
        elif not groups:
            yield _product(count, _PAIR, "product.assumed", ())
    doses = sum(1 for _ in _DOSE.finditer(sentence.text)) if sizes else 0
    if not groups and doses > 1:
        yield from (_product(count, doses, "product.doses", ()) for count in sizes)


def _listed(sentence: Sentence) -> Iterator[Candidate]:
    """Sizes of groups in one list ("cohorts of 3, 3 and 6")."""
    match = _LISTED.search(sentence.text)
    if match:
        sizes = tuple(number_value(one.group()) or 0 for one in re.finditer(NUMBER, match["list"]))
        yield Candidate(
            value=sum(sizes),
            parts=sizes,
            sentence=sentence,
            start=match.start(),
            end=match.end(),
            features=frozenset({"listed"}),
        )


_DOSE: Final = re.compile(r"(?<![\w.])\d[\d.,]* ?(?:million\b|x ?10)")
_PAIR: Final = 2
"""So many groups there are where the text gives the size of each and no number of them."""


def _product(count: Headcount, times: int, how: str, places: Sequence[int]) -> Candidate:
    zone = count.sentence.zone.value
    return Candidate(
        value=times * count.value,
        parts=(count.value, times),
        sentence=count.sentence,
        start=min(count.start, *places, count.start),
        end=max(count.end, *places, count.end),
        features=frozenset({how, f"{how}.{count.kind}", f"{how}.zone.{zone}"}),
    )


def _is_size(count: Headcount) -> bool:
    """Whether a number is said to be each group's."""
    return bool(_EACH.match(count.sentence.text, count.end)) or "equal" in count.sentence.text[: count.start]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Numbers:
    """The numbers of a text that a candidate is compared with.

    Args:
        told: every number that counts people; where none does, every number.
        largest: the largest of them.
        enrolled: the largest of those enrolled; 0 where none is said to be.
        sums: every sum.
        parts: the sums that each number is a part of.
        arms: the same, of sums of groups that stand side by side only.
    """

    told: Set[int]
    largest: int
    enrolled: int
    sums: Set[int]
    parts: Mapping[int, Set[int]]
    arms: Mapping[int, Set[int]]


def _related(found: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """The candidates with how they compare with the others of the text."""
    single = [one for one in found if len(one.parts) == 1]
    people = {one.value for one in single if _counts_people(one)}
    told = people or {one.value for one in single}
    numbers = _Numbers(
        told=told,
        largest=max(told, default=0),
        enrolled=max((one.value for one in single if _is_enrolled(one)), default=0),
        sums={one.value for one in found if len(one.parts) > 1},
        parts=_parts_of(found, ""),
        arms=_parts_of(found, "arms"),
    )
    return tuple(replace(one, features=one.features.union(_relations(one, numbers))) for one in found)


_SAID: Final = frozenset({"before.enrolled", "before.total", "after.enrolled", "after.random", "before.random"})
_UNSAID: Final = frozenset(
    {"beside", "after.subset", "after.screened", "before.screened", "before.planned", "after.planned"}
)


def _is_enrolled(one: Candidate) -> bool:
    """Whether a number of people is said to be of those enrolled, and not of one group."""
    told = not _SAID.isdisjoint(one.features) and _UNSAID.isdisjoint(one.features)
    return told and _counts_people(one)


def _counts_people(one: Candidate) -> bool:
    return any(f"kind.{kind}" in one.features for kind in _WHOLE)


def _parts_of(found: Sequence[Candidate], feature: str) -> Mapping[int, Set[int]]:
    """The sums that each number is a part of; only sums with a feature, if one is named."""
    parts: defaultdict[int, set[int]] = defaultdict(set)
    for one in found:
        if len(one.parts) > 1 and (not feature or feature in one.features):
            for part in one.parts:
                parts[part].add(one.value)
    return parts


def _relations(one: Candidate, numbers: _Numbers) -> Iterator[str]:
    kind = "single" if len(one.parts) == 1 else "sum"
    yield f"{kind}.{_compared(one.value, numbers.largest)}.largest"
    if 2 * one.value < numbers.largest:
        yield f"{kind}.below.half"
    if numbers.enrolled:
        yield f"{kind}.{_compared(one.value, numbers.enrolled)}.enrolled"
    if kind == "sum":
        if one.value in numbers.told:
            yield "sum.is.told"
        return
    if one.value in numbers.sums:
        yield "single.is.sum"
    if any(one.value in some for some in numbers.arms.values()):
        yield "single.is.sum.of.arms"
    if numbers.parts.get(one.value, set()) & numbers.told:
        yield "single.is.part.of.told"
    if numbers.arms.get(one.value, set()) - numbers.told:
        yield "single.is.arm.of.untold"


def _compared(value: int, other: int) -> str:
    return "above" if value > other else "is" if value == other else "below"
