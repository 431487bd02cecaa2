"""Numbers that a publication does not write but that may be its enrolment: which of those it writes may be added up."""
# ruff: noqa: E501  (an alternative of a pattern reads better on one line than wrapped)

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise, takewhile
from typing import Final

from mscminer.extract.anchors import anchored
from mscminer.extract.publications.enrolment_adding import OF_MANY, WHOLE, Candidate, Told, add, are_parallel
from mscminer.extract.publications.enrolment_products import KINDS, LISTED, products_of, sum_of_kinds, sum_of_list
from mscminer.extract.publications.headcounts import Headcount
from mscminer.extract.publications.text import Sentence, Zone

_TOLD: Final = WHOLE | {"equals", "rest"}
_EQUALS: Final = frozenset({"equals", "equals.noun"})
_LONGEST_RUN: Final = 4
_PAIR: Final = 2


def sums_within(sentence: Sentence, told: Told, groups: Callable[[], int]) -> Iterator[Candidate]:
    """Sums and products of the numbers of one sentence.

    Args:
        groups: tells how many groups the text has elsewhere; 0 where it does not say.
    """
    if sentence.zone is Zone.BACKGROUND:
        return
    for match in KINDS.finditer(sentence.text):
        if not any(match.start() < one.end <= match.start("list") for one in told.counts):
            yield from sum_of_kinds(sentence, match)
    if not told.counts:
        return
    yield from (add(pair, "sexes") for pair in pairwise(told.counts) if {one.kind for one in pair} == {"sex"})
    listed = LISTED.search(sentence.text)
    yield from _runs(told, listed.span("list") if listed else (0, 0))
    yield from products_of(sentence, told, groups)
    if listed:
        yield sum_of_list(sentence, listed)


def _runs(told: Told, listed: tuple[int, int]) -> Iterator[Candidate]:
    """Numbers that follow one another in a sentence, added up.

    Args:
        listed: from where to where a list of sizes stands, which is not taken apart.
    """
    undivided = [one for one in told.people if one.start not in told.details]
    for counts in (told.people, undivided) if len(undivided) < len(told.people) else (told.people,):
        for run in _runs_of(counts):
            of_list = {listed[0] <= one.start < listed[1] for one in run}
            if _is_run(run) and of_list == {False} and not _is_found(run, told):
                yield add(run, "run", split=_is_split(run, told), partial=_is_partial(run, counts))
    yield from _fractions(told.counts)
    sizes = [one for one in told.people if one.kind in _EQUALS]
    if len(sizes) > _LONGEST_RUN or 1 < len(sizes) < len(told.people):
        yield add(sizes, "sizes", split=_is_split(sizes, told))


def _runs_of(counts: Sequence[Headcount]) -> Iterator[Sequence[Headcount]]:
    for start in range(len(counts)):
        for end in range(start + 2, min(len(counts), start + _LONGEST_RUN) + 1):
            yield counts[start:end]


def _is_run(run: Sequence[Headcount]) -> bool:
    """Whether numbers may be added up: one alone in brackets may count anything ("baths (three) in 14 patients")."""
    return sum(one.kind == "brackets" for one in run) != 1


def _is_found(run: Sequence[Headcount], told: Told) -> bool:
    """Whether results tell of some in a bracket, "in 4 men (2 with arterial and 2 with mixed disease)": of a finding."""
    before = [one for one in told.people if one.start < run[0].start]
    if run[0].sentence.zone is not Zone.RESULTS or not before or "just.in" not in before[-1].before:
        return False
    return all(one.start in told.details for one in run) and sum(one.value for one in run) == before[-1].value


def _is_partial(run: Sequence[Headcount], counts: Sequence[Headcount]) -> bool:
    """Whether a run leaves out a number that stands right before or behind it and goes on in one way.

    Such are sizes ("n = 5"), and the third of "12 were assigned to cells, 11 to saline and 10 to neither".
    """
    start = counts.index(run[0])
    before, behind = counts[max(0, start - 1) : start], counts[start + len(run) : start + len(run) + 1]
    if {one.kind for one in run} <= _EQUALS:
        return any(one.kind in _EQUALS for one in [*before, *behind])
    return any(are_parallel(one, run[0]) for one in before) or any(are_parallel(run[-1], one) for one in behind)


def _is_split(counts: Sequence[Headcount], told: Told) -> bool:
    """Whether some of several numbers may only split up others of them."""
    return 0 < sum(one.start in told.details for one in counts) < len(counts)


def _fractions(counts: Sequence[Headcount]) -> Iterator[Candidate]:
    """What several groups come to of which each is told as so many of so many ("18 of 22 and 13 of 20")."""
    pairs = [pair for pair in pairwise(counts) if OF_MANY.fullmatch(pair[0].sentence.text, pair[0].end, pair[1].start)]
    wholes = [whole for _, whole in pairs] or [one for one in counts if one.kind == "denominator"]
    for name, some in (("numerators", [part for part, _ in pairs]), ("wholes", wholes)):
        if 1 < len(some) <= _LONGEST_RUN:
            yield add(some, name)


def sums_across(before: Told, after: Told) -> Iterator[Candidate]:
    """Groups told in two sentences: by the end of one and the beginning of the next, or by the first of each."""
    apart = after.place - before.place > 1
    last, first = before.counts[-1], after.counts[0]
    if last.kind in _TOLD and (first.kind in _TOLD or _is_control_group(first)):
        yield add([last, first], "across", apart=apart)
    groups, more = _last_groups(before), _first_groups(after)
    if len(groups) > 1 and first.kind in _EQUALS | WHOLE | {"control"}:
        yield add([*groups, first], "groups", apart=apart)
    if groups and len(more) > 1:
        yield add([*groups, *more], "groups", apart=apart)
    leads = [before.counts[0], first]
    if leads != [last, first]:
        yield add(leads, "leads", apart=apart)


def _last_groups(told: Told) -> Sequence[Headcount]:
    """The sizes of groups that a sentence ends with."""
    return list(takewhile(lambda one: one.kind in _EQUALS, reversed(told.people)))[::-1]


def _first_groups(told: Told) -> Sequence[Headcount]:
    """The sizes of groups that a sentence begins with."""
    return list(takewhile(lambda one: one.kind in _EQUALS, told.people))


def _is_control_group(count: Headcount) -> bool:
    """Whether ill people are counted who serve as controls: "35 controls (group B)", "another 31, matched for age"."""
    text = count.sentence.text
    apart = count.kind == "control" or (count.kind == "alone" and "just.other" in count.before)
    return apart and bool(_AS_GROUP.match(text, count.end)) and not _HEALTHY.search(text)


_AS_GROUP: Final = re.compile(
    r"[^.;]{0,80}?(?:\bmatched\b|\(group\b|\bgroup\b|\b(?:same|standard|usual|conventional)\b|\balone\b)"
)
_HEALTHY: Final = re.compile(r"\b(?:healthy|normal|volunteers|donors|samples|literature)\b")


def sums_labelled(sentences: Sequence[Told]) -> Iterator[Candidate]:
    """What parts of a study come to that are told by number or letter ("in study 1 nine adults ... in study 2 ten")."""
    found: dict[str, dict[str, Sequence[Headcount]]] = {}
    for told in sentences:
        if not told.people or told.people[0].sentence.zone is Zone.BACKGROUND:
            continue
        labels = list(_LABEL.finditer(told.people[0].sentence.text))
        ends = [*(label.start() for label in labels[1:]), _FAR]
        for label, end in zip(labels, ends, strict=False):
            some = _labelled(told.people, label, end)
            if some:
                found.setdefault(label["noun"], {}).setdefault(label["name"], some)
    for noun, labelled in found.items():
        counts = [one for some in labelled.values() for one in some]
        places = {(id(one.sentence), one.start) for one in counts}
        if 1 < len(labelled) <= _MOST_LABELS and not _FIRSTS.isdisjoint(labelled) and len(places) == len(counts):
            yield add(counts, f"labelled.{'group' if noun in _GROUP_NOUNS else 'study'}")


def sums_of_sizes(sentences: Sequence[Told]) -> Iterator[Candidate]:
    """The sizes of groups that each have a sentence of their own, added up."""
    spread: list[Told] = []
    for told in sentences:
        near = not spread or told.place - spread[-1].place <= _PAIR
        if near and _first_groups(told) and told.people[0].sentence.zone is not Zone.BACKGROUND:
            spread.append(told)
    if _LEAST_SPREAD <= len(spread) <= _MOST_LABELS:
        yield add([one for told in spread for one in _first_groups(told)], "spread")


_LEAST_SPREAD: Final = 3
"""Two such sentences are added up wherever they stand next to each other."""


def _labelled(counts: Sequence[Headcount], label: re.Match[str], end: int) -> Sequence[Headcount]:
    """The number that belongs to a label, or the sizes of its groups: the first behind it, else the last right before it."""
    behind = [one for one in counts if label.end() <= one.start < min(end, label.end() + _NEAR_LABEL)]
    before = [one for one in counts if label.start() - _JUST_BEFORE <= one.end <= label.start()]
    sizes = list(takewhile(lambda one: one.kind in _EQUALS, behind))
    behind = [one for one in behind if one.kind != "part"]
    return sizes or behind[:1] or before[-1:]


_LABEL: Final = anchored(
    r"\b(?P<noun>study|trial|part|experiment|phase|cohort|group|arm) (?P<name>[1-6]|[a-f]|i{1,3}|iv)\b(?! (?:clinical )?(?:trial|study|studies|trials)\b)"
)
_GROUP_NOUNS: Final = frozenset({"cohort", "group", "arm"})
_FIRSTS: Final = frozenset({"1", "a", "i"})
_MOST_LABELS: Final = 6
_NEAR_LABEL: Final = 160
_JUST_BEFORE: Final = 40
_FAR: Final = 10_000
