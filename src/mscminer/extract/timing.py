"""How many times each dose is given: which statement of a schedule belongs to which dose.

One order decides: what the dose's own sentence says; what its arm or intervention says; what stands beside it in
prose; what the other side says (the arms of an intervention, each for itself, or the interventions of an arm); what
titles, the rest of arms and interventions, summary and description agree on.  The first of these that speaks is
believed.  Within one of them the kinds are believed in the order of `mscminer.extract.schedule_rules.Kind`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, replace
from typing import Final

from mscminer.extract.amounts import Amount
from mscminer.extract.calendars import has_one_point, level_names, read_calendar
from mscminer.extract.products import Products
from mscminer.extract.schedule_rules import NUMBERS, Kind
from mscminer.extract.schedules import TimesFound, find_times
from mscminer.extract.time_points import points_in
from mscminer.extract.view import View, Zone, owner_of, partners, zone_of

_BESIDE = 220
"""Characters of prose before and after a dose in which a schedule may stand that belongs to it."""
_ACT_WORDS = re.compile(
    r"\bcells?\b|MSC|MPC|ASC|\bMSV|inject|infus|\bdos(?:e|es|ing|age)\b|transplant|implant|\bproduct\b|\bIP\b",
    re.IGNORECASE,
)
_GIVES = re.compile(r"inject|infus|administ|given|receiv|dose|transplant|implant|treat(?:ed|ments?\b)", re.IGNORECASE)
_NEXT_AMOUNT = 30
"""Within so many characters an amount is the one that is counted: "two doses of 10 million cells"."""
_SIZES = re.compile(r"\b(?:doses|dosages)$", re.IGNORECASE)
_COMPARED = re.compile(r"\b(?:escalating|increasing|ascending|different)\b", re.IGNORECASE)
_STUDY_OF_SIZES = re.compile(r"(?<=-dose)\s(?:[\w-]+\s)?(?:trial|study|comparison)\b", re.IGNORECASE)
""" "A two-dose pilot trial"."""
_EACH_PERSON = re.compile(
    r"\b(?:each|every|all)\s(?:patient|participant|subject|person)s?\b|\b(?:apart|intervals?|weekly|monthly)\b",
    re.IGNORECASE,
)
"""Words at "three doses" that count what one person gets, not the sizes that are compared."""
_ON_ONE_DAY = (
    r"(?:(?!assess|evaluat|measur|follow|check|collect|compar|until|before|after)(?:[^.;\n]|\.\d)){0,120}?"
    r"\b(?:on|at)\s(?:the\s)?(?:(?:study\s)?(?:day\s?\d{1,2}|D\d)\b|baseline\b|day\sof\s(?!infus|inject|treat|admin|visit|use|thaw)\w)"
    r"(?!\d|\s?(?:\([^()]{1,20}\)\s?)?\(?(?:,|;|and|&|or|-|–|/|to|then|until|through|plus|visit|\+)\s?(?:(?:on|at|again|day|week|month|D)\s?)*\d)"
)
_ONE_DAY = re.compile(
    rf"(?:inject|infus|administ|given\b|receiv|transplant|implant|deliver|/\s?kg|\bcells\b|MSCs?\b){_ON_ONE_DAY}",
    re.IGNORECASE,
)
"""Words that give something on one day; a list of days goes on with another number."""
_CELLS_ON_ONE_DAY = re.compile(
    rf"(?:\bcells?\b|(?:MSC|MPC|ASC)s?\b|\bIP\b|\bstudy\s(?:product|drug)\b){_ON_ONE_DAY}", re.IGNORECASE
)
_GROUP = re.compile(
    r"\b(?:group|cohort|arm|regimen|schedule|(?:dose\s)?level|stage|part|phase)\s?(?:\d{1,2}|[A-H]|I{1,3}V?)\s?(?:\([^()]{1,40}\)\s?)?[:：=–-]"
    r"|\b(?:[a-z]+[\s-]){1,2}?(?:group|cohort|arm)\s?[:：=]",
    re.IGNORECASE,
)
_LABEL = re.compile(r"\b(?:group|cohort|arm)\s(?:\d{1,2}[a-h]?|[a-h]|i{1,3})\b", re.IGNORECASE)
_OF_PLACEBO = re.compile(r"(?<!\bor\s)(?<!/)(?<!/\s)\b(?:placebo|saline|vehicle)\b", re.IGNORECASE)
"""Where words on placebo begin; "cells or placebo on day 0" speaks of both."""
_BRACKETS = re.compile(r"\s?\([^()]{2,60}\)")
_IN_GROUP = re.compile(rf"\s(?:in|for)\s(?:the\s)?(?P<label>{_LABEL.pattern})", re.IGNORECASE)
_GROUPS = re.compile(r"\b(?:groups?|arms?|cohorts?|randomi|allocat|assign|versus|vs\b|compar)", re.IGNORECASE)
_SUCH = re.compile(
    r"[^.\n]{0,160}?\b(?P<n>one|two|three|four)\ssuch\s(?:\w+\s)?(?:infusion|injection|dose|administration|treatment)s?\b",
    re.IGNORECASE,
)
""" "One injection of 10^7 cells, or two such injections"."""
_EXPLICIT = (Kind.TOTAL, Kind.COUNT, Kind.RATE, Kind.SINGLE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Timed:
    """A number of administrations, where and in what kind of words it is told; None: the text leaves it open."""

    times: int | None
    kind: Kind
    at: tuple[int, int] | None = None


OPEN = Timed(times=None, kind=Kind.OPEN)


def settle(told: Sequence[TimesFound], amount: Amount | None = None) -> tuple[Timed, ...]:
    """What statements come to: those of the best kind if they agree, else the nearest; nothing if there are none.

    A choice ("one or two infusions") comes to both numbers.
    """
    if not told:
        return ()
    kind = min(item.kind for item in told)
    best = [item for item in told if item.kind is kind]
    if kind in (Kind.IF, Kind.OPEN):
        return (Timed(times=None, kind=kind),)
    if len({item.times for item in best}) > 1:
        if amount is None:
            return (OPEN,)
        best.sort(key=lambda item: (max(0, item.start - amount.end, amount.start - item.end), item.start))
    at = (best[0].start, best[0].end)
    numbers = sorted({number for number in (best[0].times, *best[0].also) if number is not None})
    return tuple(Timed(times=number, kind=kind, at=at) for number in numbers)


def _without_told_acts(settled: dict[int, Timed]) -> dict[int, Timed]:
    """Answers but those of a numbered act ("after the second infusion") beside a schedule: it need not be the last."""
    better = {times: one for times, one in settled.items() if one.kind is not Kind.ORDINAL}
    return better or settled


_OF_PAPERS: Final = frozenset({"single.operation", "single.at_sites", "single.an"})
"""What a paper tells as done ("during surgery") was done once; a registration may plan it beside other sittings."""


class Statements:
    """What each section says of times, in joined offsets; a section is read when it is first asked for."""

    def __init__(
        self,
        text: str,
        sections: Iterable[tuple[str, int, int]],
        amounts: Sequence[Amount],
        *,
        without: Set[str] = frozenset(),
        chosen: bool = True,
    ) -> None:
        """`without`: rules that are not asked; `chosen`: whether "one or two infusions" are what groups get."""
        self._text, self._without, self._chosen = text, without, chosen
        self._places = {name: (start, end) for name, start, end in sections}
        self._levels = _levels(amounts)
        self._starts = _starts(amounts)
        self._read: dict[str, tuple[TimesFound, ...]] = {}

    @property
    def sections(self) -> tuple[str, ...]:
        """The names of all sections, in order."""
        return tuple(self._places)

    def of(self, section: str) -> tuple[TimesFound, ...]:
        """The statements of a section; none of one that does not speak of the product."""
        if section not in self._read and section in self._places:
            start, end = self._places[section]
            self._read[section] = tuple(self._times_in(start, end))
        return self._read.get(section, ())

    def _times_in(self, start: int, end: int) -> Iterator[TimesFound]:
        for found in find_times(self._text[start:end], self._without):
            item = replace(found, start=found.start + start, end=found.end + start)
            if not self._counts_sizes(item):
                yield (
                    item
                    if self._chosen or not self._differs(item)
                    else replace(item, times=None, also=(), kind=Kind.IF)
                )

    def _differs(self, item: TimesFound) -> bool:
        """Whether "they had one or two infusions" tells how people differ, where no groups are spoken of."""
        around = self._text[max(0, item.start - 150) : item.end + 100]
        return len(item.also) == 1 and not _GROUPS.search(around)

    def _counts_sizes(self, item: TimesFound) -> bool:
        """Whether "three doses" counts the sizes that are compared: as many, and neither one's nor a group's own."""
        if self._levels < 2 or item.times != self._levels:
            return False
        if _STUDY_OF_SIZES.match(self._text, item.end):
            return True
        if not _SIZES.search(self._text[item.start : item.end]):
            return False
        if _COMPARED.search(self._text, item.start, item.end):
            return True
        bracket = _BRACKETS.match(self._text, item.end)
        around = self._text[max(0, item.start - 30) : item.start] + self._text[item.end : item.end + 25]
        if _EACH_PERSON.search(around):
            return False
        beside = sum(item.end < start < item.end + _NEXT_AMOUNT for start in self._starts)
        return beside != 1 and not (bracket and level_names(bracket.group()))


@dataclass(frozen=True, kw_only=True)
class Timing:
    """The schedules that one record tells, by section.

    Args:
        amounts: all amounts of the product, to tell apart which statement is whose.
        told: the statements of the sections that may speak of the product.
    """

    view: View
    products: Products
    amounts: tuple[Amount, ...]
    told: Statements

    def of(self, mentions: Sequence[Amount]) -> tuple[Timed, ...]:
        """How many times an amount is given: mostly one answer, several if arms give it differently often.

        Args:
            mentions: the places in one arm, intervention or section where the same amount is told.
        """
        is_open = False
        for level in (self._own_words, self._owner, self._beside, self._partners):
            answers = [answer for amount in mentions for answer in level(amount)]
            settled: dict[int, Timed] = {}
            for answer in answers:
                if answer.times is not None:
                    settled.setdefault(answer.times, answer)
            settled = _without_told_acts(settled)
            if settled and not (is_open and set(settled) == {1}):
                return tuple(settled.values())
            if any(answer.kind is Kind.IF for answer in answers):
                return (OPEN,)
            is_open = is_open or bool(answers)
        return self._record(mentions, several=is_open) or (() if is_open else self._only_day(mentions)) or (OPEN,)

    def _own_words(self, amount: Amount) -> tuple[Timed, ...]:
        return self._calendar(amount) or self._sentence(amount)

    def _calendar(self, amount: Amount) -> tuple[Timed, ...]:
        """What the section, or one group's part of it, says where it gives amounts one after the other."""
        part = self.view.joined.part_at(amount.start)
        for start, end in (part[1:], self._line(amount)) if part else ():
            if self._repeats_in_prose(start, end):
                continue
            inside = [other for other in self.amounts if start <= other.start < end]
            found = read_calendar(self.view.joined.text, (start, end), inside, self._within(start, end))
            times, at = found.get((amount.cells, amount.per_kg), (None, None))
            if times:
                return (Timed(times=times, kind=Kind.COUNT, at=at),)
        return ()

    def _repeats_in_prose(self, start: int, end: int) -> bool:
        """Whether a part of a paper tells one amount in several sentences: the later ones only speak of it again."""
        inside = [other for other in self.amounts if start <= other.start < end]
        sentences = {self.view.joined.sentence_at(other.start) for other in inside}
        same = len({(other.cells, other.per_kg) for other in inside}) == 1
        return self.view.document.study is None and same and len(sentences) > 1

    def _sentence(self, amount: Amount) -> tuple[Timed, ...]:
        start, end = self._line(amount)
        told = self._within(start, end)
        near = [other for other in self.amounts if start <= other.start < end]
        groups = () if len({other.cells for other in near}) > 1 else self._by_group(told)
        answers = groups or settle(_whose(told, amount, near), amount)
        such = None if self.view.document.study else _SUCH.match(self.view.joined.text, amount.end)
        if such and len(answers) == 1 and answers[0].times:
            return (*answers, Timed(times=NUMBERS[such["n"].lower()], kind=answers[0].kind, at=such.span("n")))
        if answers and (answers[-1].times == 1 or answers[-1].kind is Kind.POINTS):
            return self._more(amount, told) or answers
        return answers or self._lone(amount, start, end)

    def _lone(self, amount: Amount, start: int, end: int) -> tuple[Timed, ...]:
        """ "On day 0" is once where placebo follows on day 7, or another group gets the same on days 0 and 7."""
        own, *others_words = _OF_PLACEBO.split(self.view.joined.text[start:end])
        if not has_one_point(own):
            return ()
        if any(has_one_point(words) and not points_in(words) & points_in(own) for words in others_words):
            return (Timed(times=1, kind=Kind.POINTS, at=(start, end)),)
        kind = amount.section.partition(".")[0]
        others = [
            other
            for other in self.amounts
            if other.section.partition(".")[0] == kind and not start <= other.start < end
        ]
        several = any(
            item.kind is Kind.POINTS
            for other in others
            if (other.cells, other.per_kg) == (amount.cells, amount.per_kg)
            for item in self._within(*self._line(other))
        )
        return (Timed(times=1, kind=Kind.POINTS, at=(start, end)),) if several else ()

    def _line(self, amount: Amount) -> tuple[int, int]:
        """The sentence of an amount, or its part from one "Group 2:" to the next."""
        start, end = self.view.joined.sentence_at(amount.start)
        cuts = [start + hit.start() for hit in _GROUP.finditer(self.view.joined.text[start:end])]
        before = [cut for cut in cuts if cut <= amount.start]
        after = [cut for cut in cuts if cut > amount.start]
        return (max(before) if before else start), (min(after) if after else end)

    def _more(self, amount: Amount, told: Sequence[TimesFound]) -> tuple[Timed, ...]:
        """What the arm or section adds to "a single dose": that it may come again, or how many such visits follow."""
        owner = owner_of(amount.section)
        sections = [name for name in self.told.sections if owner and owner_of(name) == owner] or [amount.section]
        around = [item for name in sections for item in self.told.of(name)]
        totals = [item for item in around if item.kind is Kind.TOTAL]
        if totals and all(item.rule == "single.one" for item in told if item.kind is Kind.SINGLE):
            return settle(totals)
        return (OPEN,) if any(item.kind is Kind.IF for item in around) else ()

    def _owner(self, amount: Amount) -> tuple[Timed, ...]:
        owner = owner_of(amount.section)
        told = self._not_of_others(self._of_owner(owner), amount) if owner else []
        return self._by_group(told) or settle(told, amount)

    def _by_group(self, told: Sequence[TimesFound]) -> tuple[Timed, ...]:
        """What groups of one arm get, where the text tells it group by group: "group A once, group B twice"."""
        answers: dict[str, tuple[Timed, ...]] = {}
        for item in told:
            part = self.view.joined.part_at(item.start)
            labels = (
                list(_LABEL.finditer(self.view.joined.text, max(part[1], item.start - 60), item.start)) if part else []
            )
            after = _IN_GROUP.match(self.view.joined.text, item.end)
            label = after["label"] if after else labels[-1].group() if labels else ""
            if label and item.times is not None:
                answers.setdefault(label.lower(), settle([item]))
        return tuple(dict.fromkeys(answer for one in answers.values() for answer in one)) if len(answers) > 1 else ()

    def _beside(self, amount: Amount) -> tuple[Timed, ...]:
        """What the sentences before and after say, in prose outside arms and interventions."""
        part = self.view.joined.part_at(amount.start)
        if part is None or owner_of(part[0]):
            return ()
        told = self._within(max(part[1], amount.start - _BESIDE), min(part[2], amount.end + _BESIDE))
        told = self._not_of_others(told, amount)
        kinds = {item.kind for item in told}
        if Kind.IF in kinds and kinds <= {Kind.IF, Kind.SINGLE, Kind.OPEN}:
            return settle([item for item in told if item.kind is Kind.IF])
        told = [item for item in told if item.kind in _EXPLICIT or item.kind in (Kind.POINTS, Kind.ORDINAL)]
        return tuple(answer for answer in settle(told) if answer.times)

    def _partners(self, amount: Amount) -> tuple[Timed, ...]:
        """What the arms of an intervention say, each for itself, or the interventions of an arm together."""
        owner = owner_of(amount.section)
        linked = partners(self.view, owner)
        if owner.startswith("arm"):
            told = [item for one in linked if self._is_product(one) for item in self._of_owner(one)]
            return settle(self._not_of_others((item for item in told if self._fits(item, owner)), amount))
        answers = [settle(self._not_of_others(self._of_owner(arm), amount)) for arm in linked]
        return tuple(dict.fromkeys(answer for one in answers for answer in one))

    def _fits(self, item: TimesFound, arm: str) -> bool:
        """Whether a statement is for an arm: the groups that it names in brackets, if any, are those of its label."""
        brackets = _BRACKETS.match(self.view.joined.text, item.end)
        named = level_names(brackets.group()) if brackets else frozenset()
        own = level_names(self.view.document.text(f"{arm}.label"))
        return not named or not own or bool(named & own)

    def _record(self, mentions: Sequence[Amount], *, several: bool) -> tuple[Timed, ...]:
        """What names, then arms and interventions, then summary and description agree on.

        Args:
            several: the arm says that there are several, so only a clear number of several is of use.
        """
        for reads, believes in _TIERS:
            sections = [name for name in self.told.sections if reads(name)]
            told = [item for name in sections for item in self.told.of(name) if believes(item)]
            told = [item for item in told if self._of_product(item)]
            told = [item for item in told if not self._repeats_another(item, mentions)]
            if several:
                told = [item for item in told if item.kind in _EXPLICIT and item.kind is not Kind.SINGLE]
            if not told:
                continue
            best = min(item.kind for item in told)
            counted = [item for item in told if item.kind is best or item.kind is not Kind.SINGLE]
            if len({item.times for item in counted if not _is_near(item, told, best)}) == 1:
                return settle(told)
        return ()

    def _of_product(self, item: TimesFound) -> bool:
        start, end = self.view.joined.sentence_at(item.start)
        if not _ACT_WORDS.search(self.view.joined.text[start:end]):
            return False
        if item.kind in _EXPLICIT and item.kind is not Kind.RATE:
            return True
        return _GIVES.search(self.view.joined.text[max(start, item.start - 90) : item.end]) is not None

    def _only_day(self, mentions: Sequence[Amount]) -> tuple[Timed, ...]:
        """ "The cells are infused on day 0", in a registration that speaks of no other day and of no repetition."""
        told = (item for name in self.told.sections for item in self.told.of(name))
        if self.view.document.study is None or any(map(self._of_product, told)):
            return ()
        text = self.view.joined.text
        own = (_ONE_DAY.search(text, *self.view.joined.sentence_at(amount.start)) for amount in mentions)
        others = (_CELLS_ON_ONE_DAY.search(text, *place) for amount in mentions for place in self._parts_of(amount))
        at = next((hit.span() for hit in (*own, *others) if hit), None)
        return (Timed(times=1, kind=Kind.POINTS, at=at),) if at else ()

    def _parts_of(self, amount: Amount) -> Iterator[tuple[int, int]]:
        """All that is said of the arm or intervention of an amount, then what prose tells."""
        owner = owner_of(amount.section)
        owners = {owner, *partners(self.view, owner)} if owner else set[str]()
        parts = self.view.joined.parts
        yield from ((start, end) for name, start, end in parts if owner_of(name) in owners)
        yield from ((start, end) for name, start, end in parts if name in ("brief_summary", "detailed_description"))

    def _within(self, start: int, end: int) -> list[TimesFound]:
        part = self.view.joined.part_at(start)
        items = self.told.of(part[0]) if part else ()
        return [item for item in items if start <= item.start < end]

    def _of_owner(self, owner: str) -> list[TimesFound]:
        return [item for name in self.told.sections if owner_of(name) == owner for item in self.told.of(name)]

    def _not_of_others(self, told: Iterable[TimesFound], amount: Amount) -> list[TimesFound]:
        """Statements but those in a sentence that names another amount only."""
        return [item for item in told if not self._of_another(item, amount)]

    def _of_another(self, item: TimesFound, amount: Amount) -> bool:
        start, end = self.view.joined.sentence_at(item.start)
        near = {(other.cells, other.per_kg) for other in self.amounts if start <= other.start < end}
        return bool(near) and (amount.cells, amount.per_kg) not in near

    def _repeats_another(self, item: TimesFound, mentions: Sequence[Amount]) -> bool:
        """Whether a paper says of another amount that it comes often: "phase 2 gave 2 million three times"."""
        several = self.view.document.study is None and (item.times or 0) > 1
        return several and all(self._of_another(item, one) for one in mentions)

    def _is_product(self, owner: str) -> bool:
        return int(owner.partition(".")[2]) in self.products.given or any(
            item.owner == owner and item.value in ("cells", "asc", "generic") for item in self.view.of("PRODUCT")
        )


def _whose(told: Sequence[TimesFound], amount: Amount, near: Sequence[Amount]) -> list[TimesFound]:
    """Of several statements in a sentence with several amounts, those of one amount.

    "One infusion of 10 million or two of 20 million" tells times before amounts, "10 million once or 20 million twice"
    after them; the first statement shows which.
    """
    places = sorted({(other.start, other.end) for other in near})
    if len(places) < 2 or len({item.times for item in told}) < 2:
        return list(told)
    before = told[0].start < places[0][0]
    here = places.index((amount.start, amount.end))
    if before:
        first = places[here - 1][1] if here else 0
        return [item for item in told if first <= item.start < amount.start] or list(told)
    last = places[here + 1][0] if here + 1 < len(places) else told[-1].end
    return [item for item in told if amount.end <= item.start < last] or list(told)


def _is_near(item: TimesFound, told: Sequence[TimesFound], best: Kind) -> bool:
    """Whether a rate comes to one more or less than what is counted: "three infusions, every other day for a week"."""
    counts = {other.times for other in told if other.kind is best} if best < Kind.RATE else set()
    return item.kind is Kind.RATE and any(abs((item.times or 0) - (count or 0)) <= 1 for count in counts)


def _is_name(section: str) -> bool:
    return section.endswith(("title", "official_title", "name", "label"))


def _is_core(section: str) -> bool:
    return zone_of(section) is Zone.CORE


def _is_any(section: str) -> bool:
    return True


_TIERS: tuple[tuple[Callable[[str], bool], Callable[[TimesFound], bool]], ...] = (
    (_is_name, lambda item: True),
    (_is_core, lambda item: item.kind in _EXPLICIT),
    (_is_core, lambda item: item.times is not None),
    (_is_any, lambda item: item.kind in _EXPLICIT),
    (_is_any, lambda item: item.kind in (Kind.POINTS, Kind.ORDINAL)),
)
"""Which sections are read for what the whole record agrees on, and which of their statements count."""


def build_timing(
    view: View, products: Products, amounts: Sequence[Amount], sections: Iterable[tuple[str, int, int]]
) -> Timing:
    """Prepare to read the schedules of the sections that may speak of the product.

    Args:
        sections: (name, start, end) of each, in joined offsets.
    """
    registered = view.document.study is not None
    without = _OF_PAPERS if registered else frozenset()
    told = Statements(view.joined.text, sections, amounts, without=without, chosen=registered)
    return Timing(view=view, products=products, amounts=tuple(amounts), told=told)


def _starts(amounts: Sequence[Amount]) -> list[int]:
    """Where amounts begin, as often as sizes are told there: both ends of a range are one."""
    spans: dict[int, set[float]] = {}
    for amount in amounts:
        spans.setdefault(amount.start, set()).add(amount.cells)
    return [start for start, cells in spans.items() for _ in range(1 if len(cells) == 2 else len(cells))]


def _levels(amounts: Sequence[Amount]) -> int:
    """How many sizes are compared: both ends of one range count once."""
    spans: dict[tuple[int, int], set[float]] = {}
    for amount in amounts:
        spans.setdefault((amount.start, amount.end), set()).add(amount.cells)
    return len({min(cells) if len(cells) == 2 else cell for cells in spans.values() for cell in cells})
