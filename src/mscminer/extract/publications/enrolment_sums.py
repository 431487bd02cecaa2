"""Numbers that a publication does not write but that may be its enrolment: sums and products of those it writes."""
# ruff: noqa: E501  (an alternative of a pattern reads better on one line than wrapped)

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import dataclass
from itertools import pairwise, takewhile
from typing import Final

from mscminer.extract.anchors import anchored
from mscminer.extract.publications.enrolment_details import is_size
from mscminer.extract.publications.headcounts import Headcount
from mscminer.extract.publications.numerals import NUMBER, number_value
from mscminer.extract.publications.text import PublicationText, Sentence, Zone

TAKEN: Final = frozenset({"enrolled", "random"})
"""Classes of words that say of people that they were taken into the study."""
WHOLE: Final = frozenset({"person", "one", "role", "sex", "case", "equals.noun"})
"""Kinds of numbers that count people and may be all of them."""
_TOLD: Final = WHOLE | {"equals", "rest"}
_EQUALS: Final = frozenset({"equals", "equals.noun"})
_LONGEST_RUN: Final = 4


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

    @property
    def kind(self) -> str:
        """Whether it is a number of the text or made of several."""
        return "single" if len(self.parts) == 1 else "sum"


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """The numbers of people in a sentence.

    Args:
        place: the sentence's place in the text.
        people: the numbers without those of knees or wounds that the people beside them have.
        details: where the numbers stand that only split up another.
    """

    place: int
    counts: Sequence[Headcount] = ()
    people: Sequence[Headcount] = ()
    details: Set[int] = frozenset()


def sums_within(sentence: Sentence, told: Told, groups: Callable[[], int]) -> Iterator[Candidate]:
    """Sums and products of the numbers of one sentence.

    Args:
        groups: tells how many groups the text has elsewhere; 0 where it does not say.
    """
    if sentence.zone is Zone.BACKGROUND:
        return
    for match in _KINDS.finditer(sentence.text):
        if not any(match.start() < one.end <= match.start("list") for one in told.counts):
            yield from _sum_of_kinds(sentence, match)
    if not told.counts:
        return
    yield from (add(pair, "sexes") for pair in pairwise(told.counts) if {one.kind for one in pair} == {"sex"})
    listed = _LISTED.search(sentence.text)
    yield from _runs(told, listed.span("list") if listed else (0, 0))
    yield from _products(sentence, told, groups)
    if listed:
        yield _list_sum(sentence, listed)


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
    pairs = [pair for pair in pairwise(counts) if _OF.fullmatch(pair[0].sentence.text, pair[0].end, pair[1].start)]
    wholes = [whole for _, whole in pairs] or [one for one in counts if one.kind == "denominator"]
    for name, some in (("numerators", [part for part, _ in pairs]), ("wholes", wholes)):
        if 1 < len(some) <= _LONGEST_RUN:
            yield add(some, name)


_OF: Final = re.compile(r"(?: ?[(\[][^()\[\]]{1,20}[)\]])? (?:out )?of (?:the |these |those |our |all )?")


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


_TELLING: Final = frozenset(
    [
        "enrolled",
        "random",
        "treated",
        "observed",
        "ill",
        "arm",
        "control",
        "stage",
        "earlier",
        "registry",
        "screened",
        "subset",
        "healthy",
        "rough",
        "planned",
        "each",
        "next.of",
        "percent",
        "eligible",
        "other",
    ]
)
"""Classes of words that tell something of numbers that are added up."""


def add(
    counts: Sequence[Headcount],
    how: str,
    *,
    behind_total: bool = False,
    apart: bool = False,
    split: bool = False,
    partial: bool = False,
) -> Candidate:
    """The sum of some numbers, with what tells of them."""
    first, values = counts[0], tuple(count.value for count in counts)
    features = {
        how,
        f"{how}.{len(counts)}",
        f"{how}.zone.{first.sentence.zone.value}",
        *_kinds(counts, how),
        *_words(counts, how),
    }
    given = {f"{how}.behind.total": behind_total, f"{how}.apart": apart, f"{how}.split": split, "partial": partial}
    traits = given | _traits(counts, how)
    features |= {name for name, holds in traits.items() if holds}
    end = counts[-1].end if counts[-1].sentence is first.sentence else first.end
    return Candidate(
        value=sum(values),
        parts=values,
        sentence=first.sentence,
        start=first.start,
        end=end,
        features=frozenset(features),
    )


def _traits(counts: Sequence[Headcount], how: str) -> dict[str, bool]:
    """What holds or does not of numbers that are added up."""
    first, values = counts[0], tuple(count.value for count in counts)
    return {
        f"{how}.parallel": any(are_parallel(*pair) for pair in pairwise(counts)),
        "sum.narrowing": _is_narrowing(counts[0], counts[1]),
        "sum.into.bracket": any(_is_into_bracket(*pair) for pair in pairwise(counts)),
        f"{how}.alike": len(set(values)) == 1,
        "sum.of.double": len(values) == _PAIR and values[0] == _PAIR * values[1],
        "sum.into.list": first.sentence.text.startswith(":", first.end),
        "sum.of.samples": any(_is_sampled(count) for count in counts[1:]),
        f"{how}.first.is.total": values[0] == sum(values[1:]),
    }


def are_parallel(first: Headcount, second: Headcount) -> bool:
    """Whether two numbers of a sentence go on in one way ("12 were assigned to cells and 11 to saline")."""
    if first.sentence is not second.sentence:
        return False
    text = first.sentence.text
    link = _LINK.match(text, second.end)
    between = text[first.end : second.start]
    return link is not None and not _CUT.search(between) and f" {link[1]} " in between


_CUT: Final = re.compile(r"[;:]")
_LINK: Final = re.compile(r" (to|into|in|with|who|received|receiving|underwent|undergoing|had|got|given|treated|on)\b")


def _is_narrowing(first: Headcount, second: Headcount) -> bool:
    """Whether a number may be of some of those enrolled before ("71 were randomised and 69 were dosed")."""
    return second.value <= first.value and not TAKEN.isdisjoint(first.after) and TAKEN.isdisjoint(second.after)


def _is_sampled(count: Headcount) -> bool:
    """Whether a number is of people of whom something was taken ("108 samples from 15 patients")."""
    return _SAMPLED.search(count.sentence.text[max(0, count.start - _JUST_BEFORE) : count.start]) is not None


_SAMPLED: Final = re.compile(
    r"\b(?:samples?|specimens?|biopsies|tissues?|blood|data|images|scans|cells) (?:were (?:taken|obtained|available) )?(?:from|of|in|for) (?:the |these )?$"
)


def _is_into_bracket(first: Headcount, second: Headcount) -> bool:
    """Whether a bracket opens between two numbers and holds the second ("49 adults (35 with fistula, 14 with gout)")."""
    between = first.sentence.text[first.end : second.start] if first.sentence is second.sentence else ""
    return any(between.count(begin) > between.count(end) for begin, end in ("()", "[]")) and not between.endswith(_N)


_N: Final = "n = "


def _kinds(counts: Sequence[Headcount], how: str) -> Iterator[str]:
    kinds = [count.kind for count in counts]
    yield f"{how}.kinds.{'same' if len(set(kinds)) == 1 else 'mixed'}"
    yield f"{how}.first.{kinds[0]}"
    yield from (f"{how}.then.{kind}" for kind in kinds[1:])


def _words(counts: Sequence[Headcount], how: str) -> Iterator[str]:
    """The classes of words around the numbers: of all, of some, before the first, and where they are joined."""
    after = [frozenset(name.removeprefix("within.") for name in count.after) for count in counts]
    yield from (f"sum.all.{name}" for name in frozenset.intersection(*after) & _TELLING)
    yield from (f"sum.some.{name}" for name in frozenset.union(*after) & _TELLING)
    yield from (f"sum.before.{name}" for name in counts[0].before)
    both = frozenset.intersection(*(count.before for count in counts))
    yield from (f"sum.all.before.{name}" for name in both & _TELLING)
    yield from (f"{how}.joint.{name}" for count in counts[1:] for name in count.before if name.startswith("just."))
    noun = {"control"} if how == "across" and counts[-1].kind == "control" else set()
    yield from (f"{how}.last.{name}" for name in (after[-1] | counts[-1].before | noun) & _TELLING)


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


_GROUP: Final = "(?:groups?|arm(?:s|ed)?|cohorts|doses|dosages|dose levels)"
_GROUPS: Final = anchored(rf"\b(?P<number>{NUMBER})[ -](?:(?!each|in|per|of|to\b)[a-z-]+ ){{0,3}}?{_GROUP}\b")
_RATIO: Final = re.compile(r"(?<![\d:])[1-4](?:: ?[1-4]){1,5}(?![\d:])")
_LISTED: Final = anchored(
    rf"\b(?:groups|cohorts|arms) of (?P<list>(?:{NUMBER},? ){{1,4}}and {NUMBER})\b(?! ?(?:weeks|months|years|million|mg))"
)


def groups_told(text: PublicationText) -> int:
    """How many groups a text has: by a number of them, or by the ratio in which people were put there; 0 if neither."""
    for sentence in text.sentences:
        if sentence.zone in (Zone.METHODS, Zone.RESULTS):
            ratio = _RATIO.search(sentence.text)
            if ratio:
                return ratio[0].count(":") + 1
            number = _number_of(_GROUPS.search(sentence.text))
            if 0 < number <= _MOST_GROUPS:
                return number
    return 0


_MOST_GROUPS: Final = 12
"""A larger number before "group" counts something else ("the 200-million group")."""


def _number_of(groups: re.Match[str] | None) -> int:
    return (number_value(groups["number"]) or 0) if groups else 0


def _products(sentence: Sentence, told: Told, groups_elsewhere: Callable[[], int]) -> Iterator[Candidate]:
    """The size of each group times the number of groups, or of the doses that stand for them."""
    sizes = [count for count in told.counts if is_size(count)]
    if not sizes:
        return
    groups = _GROUPS.search(sentence.text)
    times, elsewhere = _number_of(groups), groups_elsewhere()
    doses = sum(len(_SIZE.findall(match[0])) for match in _DOSES.finditer(sentence.text))
    for count in sizes:
        if groups and 1 < times <= _MOST_GROUPS and groups.start() != count.start:
            yield _product(count, times, "product", (groups.start(), groups.end()))
        elif not groups and doses <= _PAIR:
            yield _product(count, _PAIR, "product.assumed", ())
        if not groups and elsewhere > _PAIR:
            yield _product(count, elsewhere, "product.elsewhere", ())
    if not groups and doses > 1:
        yield from (_product(count, doses, "product.doses", ()) for count in sizes)


def _list_sum(sentence: Sentence, match: re.Match[str]) -> Candidate:
    """Sizes of groups in one list ("cohorts of 3, 3 and 6")."""
    sizes = tuple(number_value(one.group()) or 0 for one in re.finditer(NUMBER, match["list"]))
    return Candidate(
        value=sum(sizes),
        parts=sizes,
        sentence=sentence,
        start=match.start(),
        end=match.end(),
        features=frozenset({"listed"}),
    )


def _sum_of_kinds(sentence: Sentence, match: re.Match[str]) -> Iterator[Candidate]:
    """How many of each kind a bracket tells behind people not counted ("patients (12 with colitis, 9 with gout)")."""
    parts = [number_value(one["number"]) or 0 for one in _KIND.finditer(match["list"])]
    if len(parts) > 1:
        yield Candidate(
            value=sum(parts),
            parts=tuple(parts),
            sentence=sentence,
            start=match.start("list"),
            end=match.end("list"),
            features=frozenset({"kinds", f"kinds.{sentence.zone.value}"}),
        )


_KINDS: Final = anchored(
    r"\b(?:patients|participants|subjects|adults|children|people|persons|individuals|women|men|volunteers|recipients)\b"
    rf"[^().;:\d]{{0,80}} \((?P<list>{NUMBER} [a-z][^()%;=\d]{{2,80}}?(?:,| and) {NUMBER} [a-z][^()%;=]{{2,100}})\)"
)
_KIND: Final = re.compile(
    rf"(?:^|, (?:and )?| and )(?P<number>{NUMBER}) (?!(?:years?|months?|weeks?|days?|hours?|times|mg|ml|doses|million|sessions|centers|centres)\b)(?=[a-z])"
)

_AMOUNT: Final = r"(?<![\w.])\d+(?:\.\d+)?"
_DOSES: Final = re.compile(rf"{_AMOUNT}(?:(?:,? (?:or|and|to) |, ?){_AMOUNT}){{0,5}} ?(?=million\b|x ?10)")
""" "1, 2 or 4 million": three doses with one unit."""
_SIZE: Final = re.compile(_AMOUNT)
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
