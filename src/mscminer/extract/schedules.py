"""How many times something is given: "once", "twice a week for 4 weeks", "on days 1, 8 and 15".

`find_times` gives what a text says, statement by statement, as `mscminer.extract.schedule_rules` describes it; which
of them holds for a dose is settled in `mscminer.extract.dosing`.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import dataclass, replace

from mscminer.extract.schedule_rules import AT_ONE, NUMBERS, OF_PARTS, RATE, RULES, SITTING, Kind, Rule
from mscminer.extract.time_points import points_of_list

MOST_TIMES = 60
"""More administrations than that are sites, days or people."""
_TOTAL_WITHIN = 240
"""Characters from a statement to the total that it is part of, at most."""


@dataclass(frozen=True, kw_only=True, slots=True)
class TimesFound:
    """A statement of a number of administrations and its words.

    Args:
        times: None where the text leaves it open (`Kind.IF`, `Kind.OPEN`).
        also: the other numbers of a choice: "one or two infusions".
        adds: counted on top of others: "three more infusions".
    """

    start: int
    end: int
    times: int | None
    kind: Kind
    rule: str
    also: tuple[int, ...] = ()
    adds: bool = False


def find_times(text: str, without: Set[str] = frozenset()) -> Iterator[TimesFound]:
    """Every statement of a number of administrations in a text, in order of place.

    What another statement covers is dropped ("weekly" in "weekly for 4 weeks"), stages that follow each other are
    added up, and what stands before a total ("... weekly, 6 doses in total") is part of it.

    Args:
        without: rules that are not asked.
    """
    low = text.lower()
    rules = [rule for rule in RULES if rule.id not in without and any(anchor in low for anchor in rule.anchors)]
    rates = [hit.start() for hit in RATE.finditer(text)] if any(rule.at_rate for rule in rules) else []
    found = sorted(
        (item for rule in rules for item in _found_by(rule, text, rates)),
        key=lambda item: (item.start, item.kind, -item.end),
    )
    stages = list(_choices(text, list(_in_courses(text, list(_added_up(text, _without_parts(found)))))))
    totals = _ByPlace([item for item in stages if item.kind is Kind.TOTAL])
    for item in stages:
        alone = item.rule == "ordinal.first"
        after = totals.begun_in(item.start + 1, item.start + _TOTAL_WITHIN)
        if not alone and not any(_is_part(text, item, total) for total in after):
            yield replace(item, times=item.times + 1, adds=False) if item.adds and item.times else item


class _ByPlace:
    """Statements in order of place, to find those near a place without looking at all."""

    def __init__(self, items: Sequence[TimesFound]) -> None:
        self._items = items
        self._starts = [item.start for item in items]
        self.longest = max((item.end - item.start for item in items), default=0)

    def begun_in(self, start: int, end: int) -> Sequence[TimesFound]:
        """Those that begin from `start` on, before `end`."""
        return self._items[bisect_left(self._starts, start) : bisect_left(self._starts, end)]

    def overlapping(self, item: TimesFound) -> Iterator[TimesFound]:
        """Others that share a place with a statement."""
        for other in self.begun_in(item.start - self.longest, item.end):
            if other is not item and other.end > item.start:
                yield other


def _matches(rule: Rule, text: str, rates: Sequence[int] | None) -> Iterator[re.Match[str]]:
    if rates is None or not rule.at_rate:
        return rule.pattern.finditer(text)
    return (match for at in rates if (match := rule.pattern.compiled.match(text, at)))


def _found_by(rule: Rule, text: str, rates: Sequence[int] | None = None) -> Iterator[TimesFound]:
    """What a rule finds; `rates` are the places where rates begin, if they are known."""
    for match in _matches(rule, text, rates):
        if not _is_said(rule, match, text):
            continue
        times = _READERS[rule.kind](match)
        if rule.kind in (Kind.IF, Kind.OPEN) or (times is not None and 1 <= times <= MOST_TIMES):
            yield _statement(rule, match, text, times)


def _statement(rule: Rule, match: re.Match[str], text: str, times: int | None) -> TimesFound:
    """A count of one is as good as "single"; one called total or most is believed before all others.

    "3 to 5 infusions" settles no number.
    """
    kind = rule.kind
    if kind is Kind.COUNT:
        before, after = text[max(0, match.start() - 25) : match.start()], text[match.end() : match.end() + 14]
        kind = Kind.TOTAL if _LIMIT_BEFORE.search(before) or _LIMIT_AFTER.match(after) else kind
    if times == 1 and kind in (Kind.COUNT, Kind.RATE):
        kind = Kind.SINGLE
    least = kind in (Kind.COUNT, Kind.SINGLE) and _LEAST_BEFORE.search(text[max(0, match.start() - 25) : match.start()])
    least = least or (kind is Kind.COUNT and _BETWEEN_NUMBERS.search(text, max(0, match.start() - 25), match.start()))
    doubtful = least or (kind is not Kind.TOTAL and _IF_AFTER.match(text, match.end()))
    if doubtful or match.groupdict().get("range"):
        return TimesFound(start=match.start(), end=match.end(), times=None, kind=Kind.IF, rule=rule.id)
    group = match.groupdict()
    return TimesFound(
        start=match.start(),
        end=match.end(),
        times=times,
        kind=kind,
        rule=rule.id,
        also=tuple(number for name in ("lowest", "low") if (number := _number(group.get(name) or ""))),
        adds=bool(group.get("more")) or _is_repetition(rule, match, text) or _is_on_top(rule, match, text),
    )


_AGAIN_AT = re.compile(r"\brepeat(?:ed)?\s(?:again\s)?$", re.IGNORECASE)
_BEGINNING = frozenset({("d", "0"), ("w", "0"), ("m", "0"), ("event", "baseline")})


def _is_repetition(rule: Rule, match: re.Match[str], text: str) -> bool:
    """Whether a list leaves out the first: "repeated at months 3, 6 and 9"."""
    if rule.kind is not Kind.POINTS or not _AGAIN_AT.search(text, max(0, match.start() - 20), match.start()):
        return False
    return not points_of_list(match.group()) & _BEGINNING


def _is_on_top(rule: Rule, match: re.Match[str], text: str) -> bool:
    """Whether a number leaves out the first: "five times after the first", "may be repeated up to two times"."""
    if rule.kind is not Kind.COUNT:
        return False
    before = text[max(0, match.start() - 40) : match.start()]
    return _ON_TOP.match(text, match.end()) is not None or _REPEATED_UP_TO.search(before) is not None


_LEAST_BEFORE = re.compile(
    r"\b(?:at\sleast|minimum(?:\sof)?|not?\sless\sthan|more\sthan|(?:median|mean|average)(?:(?:\snumber)?\sof)?)\s$",
    re.IGNORECASE,
)
_BETWEEN_NUMBERS = re.compile(r"\bbetween\s\w+\sand\s$", re.IGNORECASE)
_REPEATED_UP_TO = re.compile(
    r"\brepeated\s(?:for\s)?(?:up\sto|at\smost|(?:for\s)?a\smaximum\sof|no\smore\sthan)\s$", re.IGNORECASE
)
_ON_TOP = re.compile(r"\safter\sthe\s(?:first|initial)\b", re.IGNORECASE)
_IF_AFTER = re.compile(
    r"\s?\(?(?:if|when|as|where)\s(?:needed|necessary|required)\b|\s?\(optional|\s?\((?:range|median|IQR)\b",
    re.IGNORECASE,
)
_LIMIT_BEFORE = re.compile(
    r"\b(?:up\s?to|max(?:imum|imal|\.)?(?:\sof)?|at\smost|no\smore\sthan|total(?:\snumber)?(?:\sof)?|totally|in\sall|altogether|maximally):?\s(?:a\s)?$",
    re.IGNORECASE,
)
_LIMIT_AFTER = re.compile(r"\s(?:totally|in\stotal|total|in\sall|altogether|maximum)\b", re.IGNORECASE)


def _without_parts(found: list[TimesFound]) -> Iterator[TimesFound]:
    """Statements that no stronger one overlaps."""
    places = _ByPlace(found)
    for item in found:
        if not any(_outdoes(other, item) for other in places.overlapping(item)):
            yield item


_PLAIN = (Kind.COUNT, Kind.OPEN, Kind.SINGLE)
"""Where two statements begin together and the shorter is of these kinds, the longer is believed."""


def _outdoes(one: TimesFound, other: TimesFound) -> bool:
    """Whether the first of two overlapping statements is to be believed.

    The "two infusions" of "two infusions a week" are the beginning of a rate, no count, and those of "the option of
    two more infusions" may never be given.
    """
    for outer, inner, answer in ((one, other, True), (other, one, False)):
        if outer.rule == "if.some" and outer.start <= inner.start and inner.end <= outer.end:
            return answer
        if outer.kind is Kind.IF and inner.kind is Kind.COUNT and outer.start < inner.start and outer.end <= inner.end:
            return answer
    if one.start == other.start and one.end > other.end and other.kind in _PLAIN:
        return True
    if one.start == other.start and one.end < other.end and one.kind in _PLAIN:
        return False
    return (one.kind, one.start - one.end, one.start, one.rule) < (
        other.kind,
        other.start - other.end,
        other.start,
        other.rule,
    )


_OF_AMOUNT = re.compile(r"\s(?:of|with)\s(?:about\s)?\d[\d.,]*\s?(?:[x×*]|million|e\d|\^)", re.IGNORECASE)
_THEN = re.compile(r"[\s,;(]*(?:and|then|followed\sby|plus)\b[^.;\n]{0,40}", re.IGNORECASE)
_NEXT = re.compile(
    r"(?:\s(?!and\b)[\w^*×/.-]+){0,8}?,?\s(?:(?:is|are)\s)?(?:followed\sby|(?:and\s)?then)\s", re.IGNORECASE
)
_PERIODS = re.compile(
    r"\sin\sthe\sfirst\s\w+,?\s(?:and|then|followed\sby)\s(?:then\s)?|[^.;\n]{0,60}\band\smaintenance\s(?:with\s)?",
    re.IGNORECASE,
)
""" "Two in the first week and one in the second", "induction with four ... and maintenance with four"."""
_SAME_SENTENCE = re.compile(r"(?:[^.;\n]|\.(?=\d))*")
_FIRST = re.compile(r"\b(?:first|initial|one)\b", re.IGNORECASE)


def _together(text: str, last: TimesFound, item: TimesFound) -> int | None:
    """What two statements come to if they are stages of one schedule, else None.

    Stages are rates one after the other, "one dose followed by three doses", and what is given on top: "two more
    infusions".  In "four infusions, the first at once and three more later" the three are part of the four.
    """
    if not last.times or not item.times:
        return None
    between = text[last.end : item.start]
    if _OF_AMOUNT.search(between) and _OF_AMOUNT.match(text, item.end):
        return None
    if item.adds:
        if not _SAME_SENTENCE.fullmatch(between):
            return None
        first = item.kind is Kind.POINTS or _FIRST.search(between)
        part = last.times == item.times + 1 and first
        return last.times if part else last.times + item.times
    rates = last.kind in (Kind.RATE, Kind.POINTS) and item.kind is Kind.RATE and _THEN.fullmatch(between)
    begun = last.kind in (Kind.COUNT, Kind.SINGLE) or last.rule == "ordinal.first"
    counted = item.kind in (Kind.COUNT, Kind.SINGLE) and begun and _PERIODS.fullmatch(between)
    counted = counted or (item.kind is Kind.COUNT and begun and _NEXT.fullmatch(between))
    return last.times + item.times if rates or counted else None


def _added_up(text: str, found: Iterator[TimesFound]) -> Iterator[TimesFound]:
    """ "Twice a week for 2 weeks and weekly for the following 2 weeks" is 6."""
    last: TimesFound | None = None
    for item in found:
        times = _together(text, last, item) if last else None
        if last and times:
            last = replace(last, end=item.end, times=times, kind=item.kind, rule=item.rule)
            continue
        if last:
            yield last
        last = item
    if last:
        yield last


_AS_COURSE = re.compile(
    r"[^.;\n]{0,50}?\b(?:as|makes?|is|are|forms?|constitutes?|=)\s(?:an?|one|each)\s(?:course|cycle|round)\b[^\n]{0,60}?"
    r"\b(?P<n>\d{1,2}|two|three|four|five|six|eight|ten|twelve)\s(?:such\s|consecutive\s)?(?:courses|cycles|rounds)\b",
    re.IGNORECASE,
)


def _in_courses(text: str, found: Sequence[TimesFound]) -> Iterator[TimesFound]:
    """ "Weekly for four weeks as one course, two courses" is 8; what stands inside is part of it."""
    end = 0
    for item in found:
        if item.start < end:
            continue
        course = (
            _AS_COURSE.match(text, item.end) if item.times and item.kind in (*_PLAIN, Kind.RATE, Kind.POINTS) else None
        )
        number = _number(course["n"]) if course else None
        if course and number and item.times and item.times * number <= MOST_TIMES:
            end = course.end()
            yield replace(item, end=end, times=item.times * number, kind=Kind.COUNT)
        else:
            yield item


_OR = re.compile(r",?\s?(?:or|/|to|and/or|versus|vs\.?)\s?(?:(?:as|in|with)\s)?", re.IGNORECASE)


def _choices(text: str, found: Sequence[TimesFound]) -> Iterator[TimesFound]:
    """ "1-time or 2-time injection" is one statement with two numbers, "once, twice or three times" with three."""
    run: list[TimesFound] = []
    for item in found:
        if run and not _may_be_chosen(text, run[-1], item):
            yield from _as_choice(text, run)
            run = []
        run.append(item)
    yield from _as_choice(text, run)


def _may_be_chosen(text: str, one: TimesFound, other: TimesFound) -> bool:
    between = text[one.end : other.start]
    differ = one.times and other.times and one.times != other.times
    return bool(differ) and (between == ", " or _OR.fullmatch(between) is not None)


def _as_choice(text: str, run: Sequence[TimesFound]) -> Iterator[TimesFound]:
    """One statement for all of a run that ends in "or", else each for itself."""
    if len(run) < 2 or not _OR.fullmatch(text, run[-2].end, run[-1].start):
        yield from run
        return
    also = tuple(item.times for item in run[:-1] if item.times)
    yield replace(run[0], end=run[-1].end, times=run[-1].times, also=also, kind=Kind.COUNT)


_SUMMED_UP = re.compile(r"[^\n]*\n[\s=>→⇒•*-]*(?:in\s)?(?:total|altogether)(?:ly)?\b[^\n]{0,30}", re.IGNORECASE)
"""A line that begins with the total sums up the line before it."""


def _is_part(text: str, item: TimesFound, total: TimesFound) -> bool:
    same_line = "\n" not in text[item.start : total.start]
    return item.kind is not Kind.TOTAL and (same_line or bool(_SUMMED_UP.fullmatch(text, item.start, total.start)))


# -- numbers -----------------------------------------------------------------------------------------------------------

_DAYS = {"d": 1, "w": 7, "m": 30, "q": 91, "y": 365}
_ADVERBS = {
    "daily": (1, "d"), "weekly": (1, "w"), "monthly": (1, "m"), "fortnightly": (2, "w"), "quarterly": (3, "m"),
    "trimonthly": (3, "m"), "yearly": (1, "y"), "annually": (1, "y"), "half-yearly": (6, "m"),
    "biweekly": (2, "w"), "bimonthly": (2, "m"),
}  # fmt: skip


def _count(match: re.Match[str]) -> int | None:
    group = match.groupdict()
    number = _number(group["n"] or group.get("m") or group.get("k") or group.get("t") or "")
    courses = _number(group.get("courses") or group.get("courses2") or "one")
    return number * courses if number and courses else None


def _ordinal(match: re.Match[str]) -> int | None:
    return _number(match["n"]) if match["n"] else 2


def _rate(match: re.Match[str]) -> int | None:
    """Administrations of a rate: how often a day, times how many days."""
    group = match.groupdict()
    each, days = _number(group["per"] or "one"), _gap_days(group)
    if not each or not days or re.search(r"\bhours?\b", match.group(), re.IGNORECASE):
        return None
    if "last" in group:
        gaps = int(_either(group, "last") or 0) - int(_either(group, "first") or 0)
        return each * (gaps * _DAYS[(_either(group, "wunit") or "d")[0].lower()] // days + 1)
    length = _length(group["length"] or "one")
    return round(each * length * _DAYS[(group["lunit"] or "d")[0].lower()] / days) if length else None


def _either(group: dict[str, str | None], name: str) -> str | None:
    """What one of the alternatives of a window found; one that begins at baseline has no first."""
    return next((group[one] for one in (name, f"{name}2", f"{name}3") if group.get(one)), None)


def _length(words: str) -> float | None:
    low = words.lower()
    return 0.5 if low.startswith("half") else 1 if low == "a" else _number(low)


def _gap_days(group: dict[str, str | None]) -> int | None:
    """Days from one administration (or group of them) to the next."""
    if group["adv"]:
        number, unit = _ADVERBS[group["adv"].lower().replace("bi-", "bi")]
        return number * _DAYS[unit]
    for prefix in ("", "q", "i", "j"):
        unit = group[f"{prefix}unit"] or ""
        if unit:
            number = _number(group[f"{prefix}gap"] or "one") or 1
            return number * _DAYS[unit[0].lower()]
    return None


def _points(match: re.Match[str]) -> int | None:
    """Distinct days, weeks, months or events of a list: "day 1 and month 1 & 2" has three."""
    number = len(points_of_list(match.group()))
    return number if 2 <= number <= 20 else None


def _number(word: str) -> int | None:
    low = word.lower().split()[0] if word.strip() else ""
    digits = low.removesuffix("x")
    return int(digits) if digits.isdigit() else NUMBERS.get(low)


_READERS: dict[Kind, Callable[[re.Match[str]], int | None]] = {
    Kind.COUNT: _count,
    Kind.RATE: _rate,
    Kind.POINTS: _points,
    Kind.ORDINAL: _ordinal,
    Kind.IF: lambda match: None,
    Kind.OPEN: lambda match: None,
    Kind.SINGLE: lambda match: 1,
}

# -- whose -------------------------------------------------------------------------------------------------------------

_SITES = re.compile(
    r"intra-?\s?muscular|transendocardial|intramyocardial|intra-?dermal|sites?\b|individual|m[lL]\s?(?:per\s|/\s?)?injection|injection\s(?:sites|points)|points?\b|subcutaneous"
    r"|epicardial|ventric|myocard|trans-?epicardial|endocardial|into\sthe\s(?:muscle|myocard)",
    re.IGNORECASE,
)
_DIVIDED = re.compile(
    r"\b(?:divided|split|distributed|spread|dispersed)\s(?:in|into|among|over|between|across)\s(?:about\s|approximately\s|~\s?|≈\s?)?$",
    re.IGNORECASE,
)
_SMALL_VOLUME = re.compile(
    r"\s(?:\(|(?:of|with|each\sof|at)\s)(?:about\s)?(?:(?:0[.,]\d+|1)(?:\s?(?:-|–|to)\s?(?:0[.,]\d+|1))?\s?(?:m[lL]|cc)|\d{1,3}\s?[µμu][lL])\b",
    re.IGNORECASE,
)
"""Of so little many injections are made in one sitting."""
_AGAIN = re.compile(r"[.;]\s|\brepeat")
_MOST_SITTINGS = 12
"""More injections than that are sites, unless the text says how far apart they are."""
_SPACED = re.compile(
    r"\b(?:intervals?|(?<!cm\s)(?<!mm\s)apart|daily|weekly|monthly|days?|weeks?|months?)\b", re.IGNORECASE
)
_CELLS_IN = re.compile(r"\bcells\b[^.;\n]{0,50}\bin\s$", re.IGNORECASE)
_OF_PARTS = re.compile(OF_PARTS, re.IGNORECASE)
_ORGANS = re.compile(r"\b(?:heart|kidney|renal|liver|lung|organ|hair|islet|marrow)\s(?:transpl|graft)", re.IGNORECASE)
"""Transplants that are counted are people, not doses of cells."""
_LEVELS = re.compile(
    r"\b(?:compar\w+|either|evaluat\w+|test\w*|assess\w*|one\sof|among|between|different|escalating|any\sof|at\sall|safety\sof|effects?\sof|efficacy\sof|comparison\sof)\s(?:the\s)?$",
    re.IGNORECASE,
)
_DOSES = re.compile(r"\b(?:doses|dosages|dose)$", re.IGNORECASE)
_ONE_OF = re.compile(
    r"\b(?:one\sof|between)\s(?:the\s)?(?:following\s|below\s|next\s)?$|\beither\s(?:of\s)?$", re.IGNORECASE
)
_DRUG_STEMS = (
    r"\w{3,}(?:mab|nib|cillin|mycin|statin|azole|navir|clovir|buvir|desivir|amivir|sone|olone|limus|platin|rubicin|taxel|tosine|abine|trexate|hexidine|dipine|sartan|april|olol"
    r"|cycline|feron|floxacin|parin|gliptin|(?<!pep)(?<!nucleo)tide)\b"
)
""" Endings of the international names of drugs."""
_FOREIGN_WORDS = (
    rf"(?:{_DRUG_STEMS}|conditioned\smedi(?:um|a)|secretome|PRP|PRGF|platelet|plate\w*|plasma|hyaluron\w*|HA\b|placebo(?!\s?-?\s?control|,?\s(?:or|of)\b)|PBSC|albuterol|methotrexate|steroid\w*|cyclophosph\w*|vehicle|fludarab\w*|busulf\w*"
    r"|tacrolim\w*|mycophen\w*|cyclospor\w*|methylpred\w*|predniso\w*|dexameth\w*|G-CSF|filgrastim|ATG\b|globulin|rituximab|basiliximab|thiotepa|melphalan"
    r"|chemo\w*|irradiat\w*|radiat\w*|exercis\w*|rehabilit\w*|physio\w*|aspirat(?:ion|e|ed)\b|liposuc\w*|lipoaspir\w*|harvest\w*|biops\w*|pentostatin"
    r"|povidone|iodine|alcohol|disinfect\w*|HRT\b|hormon\w*|exosomes?|EVs\b|vesicles|CD34|CAR-?T|saline|PBMC|lidocaine|antibiotic\w*|vaccin\w*|pills?|tablets?|oral(?:ly)?\b|p\.?o\.?\b|mg\b(?!/d?[lL]\b)|[µμ]g\b|albumin)"
)
_OF_OTHERS = re.compile(
    rf"\s(?:of\s|with\s)?(?:(?!cells?\b|[\w-]*MSC|mesench|stem\b|and\b|or\b|plus\b|in\b|with\b|combin)[\w-]+\s){{0,3}}?{_FOREIGN_WORDS}|\s?(?:a|per)\sday\b|\s?\(?QID",
    re.IGNORECASE,
)
_OTHER = re.compile(rf"\b{_FOREIGN_WORDS}|mg/(?!d?l\b)", re.IGNORECASE)
_MEASURE = re.compile(r"(?:m[lLgG]|\bg|I?U|\bUI|mcg|[µμ]g|cc|units?|drops?|times?)\s?$")
_CARRIER = re.compile(
    r"\b(?:in|with|plus|combined\swith|containing|suspended|diluted|after|before|or|and|to|from|via)\b[^,;.]{0,30}$|[/(+]\s?$",
    re.IGNORECASE,
)
_PRODUCT = re.compile(
    r"\bcells?\b|[\w-]*MSCs?\b|[\w-]*ASCs?\b|\bMPCs?\b|mesench\w*|\bstem\b|stromal|10\s?(?:\^|e)?\s?\d+\s?/\s?kg|million\s?(?:/|per)\s?kg",
    re.IGNORECASE,
)
_OF_PRODUCT = re.compile(
    rf"\s(?:\([^()]{{1,25}}\)\s)?(?:of|with)\s(?:(?:[\dx×*^().,-]+|million|the|human|allogen\w+|autologous|umbilical|cord|tissue|bone|marrow|adipose|cultured|expanded|[\w-]+-derived)\s){{0,6}}?(?:{_PRODUCT.pattern})",
    re.IGNORECASE,
)
""" "A single infusion of 10^8 cells" is the product's, whatever stands before it."""
_CHECKED = re.compile(
    r"follow(?!ing\b|ed\sby)|evaluat|assess|visit|examin|measur|check|monitor|\bMRI\b|outcome|safety|score|collect|sampl|\btest|record|clinical|analy|scan|survey|interview|determin|observ|return|\bseen\b|\bstudied\b|blood|mortality|death|surviv|levels?\b|radiograph|culture|VAS\b|WOMAC|IKDC|KOOS|EDSS|ALSFRS|\bpain\b|imaging|echocardio|ultraso|tomogra|biops|wash|passag|centrifug|screened|changed|\bnoted\b",
    re.IGNORECASE,
)
_GIVES = re.compile(
    r"(?<!pre\s)(?<!pre-)(?<!post\s)(?<!post-)(?<!after\s)(?<!before\s)(?<!after\sthe\s)(?:inject|infus|administ|given|receiv|\bdos(?:e|es|ed|ing|age)|transplant|treat(?:ed|ments?\b)|implant|deliver|cells|MSC|/\s?kg|repeat|intraven|i\.?v\b|appl(?:ied|ication)|instill|therapy|frequency|course|\bgets?\b|\b(?:bag|vial|syringe)s?\b)",
    re.IGNORECASE,
)


_ONCE_ALONE = re.compile(
    r"\s?(?:[.,;:)]|$)|\s(?:or|on|at|in|after|during|via|by|only|through|within|prior|before|into|intra\w*|i\.?v)\b",
    re.IGNORECASE,
)
""" "Once on day 0" is a number, "Once the cells are there" a time."""
_GOES_ON = re.compile(r"[^.;\n]{0,40}\bsubsequent\s(?:\w+\s)?(?:infus|inject|dos|admin)", re.IGNORECASE)
""" "Those who had a single dose proceed to subsequent injections"."""


def _is_said(rule: Rule, match: re.Match[str], text: str) -> bool:
    """Whether the words speak of administrations of what the text is about."""
    before, after = text[max(0, match.start() - 140) : match.start()], text[match.end() : match.end() + 60]
    if rule.id in ("count.acts", "count.times") and (_of_many_people(match, before, after) or _OUT_OF.search(before)):
        return False
    if rule.id == "count.acts" and (not _counts_acts(match, before, after) or _is_one_sitting(match, text)):
        return False
    if rule.kind in (Kind.COUNT, Kind.SINGLE):
        loose = rule.id in ("count.times", "count.twice", "count.days", "single.once")
        named = rule.id == "count.acts" or _PRODUCT.search(match.group()) or _OF_PRODUCT.match(after)
        foreign = not named and _of_others_before(before)
        if match.group().startswith("Once") and not _ONCE_ALONE.match(text, match.end()):
            return False
        goes_on = rule.kind is Kind.SINGLE and _GOES_ON.match(after)
        return not (_OF_OTHERS.match(after) or foreign or goes_on or (loose and _is_followed_up(before, after)))
    if match.group().startswith("/") and _MEASURE.search(before):
        return False
    if rule.id.startswith("points") and re.match(r"\s?(?:hours|minutes)\b|[\s,]*(?:and\s)?\d*\s?o['’]?\s?clock", after):
        return False
    if rule.kind is Kind.POINTS and _BETWEEN.search(before):
        return False
    if rule.id in ("ordinal", "ordinal.first"):
        return not _OF_OTHERS.match(after)
    if rule.id == "open.rate" and _OF_OTHERS.match(after):
        return False
    if rule.id == "open.rate" or rule.kind in (Kind.RATE, Kind.POINTS):
        spoken = _speaks_of_giving(before, after)
        return spoken and not _is_followed_up(before, after) and not _of_others_before(before)
    return not _of_others_before(before)


_BETWEEN = re.compile(r"\bbetween\s(?:the\s)?$", re.IGNORECASE)
_PEOPLE = (
    rf"(?P<people>\d{{1,3}}|{'|'.join(NUMBERS)})\s(?:\w+\s)?"
    r"(?:patients|children|subjects|participants|people|infants|adults)\b"
)
_PEOPLE_GOT = re.compile(
    rf"\b{_PEOPLE}(?:\s\([^()]*\))*\s(?:received|had|got|underwent|were\sgiven)\s(?:a\stotal\sof\s)?$", re.IGNORECASE
)
_TO_PEOPLE = re.compile(
    rf"\s(?:\w+\s){{0,3}}?(?:(?:was|were)\s)?(?:given|administered|infused|injected)?\s?(?:to|in)\s{_PEOPLE}",
    re.IGNORECASE,
)


_OUT_OF = re.compile(r"\b\d{1,3}\sof\s(?:the\s)?$")
""" "In 7 of 30 sessions": all that were held."""


def _of_many_people(match: re.Match[str], before: str, after: str) -> bool:
    """Whether a number is the sum over people: "twelve patients received 18 infusions", "8 doses in 6 patients"."""
    number = _number(match["n"]) or 0
    people = _PEOPLE_GOT.search(before) or _TO_PEOPLE.match(after)
    return people is not None and number >= (_number(people["people"]) or 0) > 1


def _counts_acts(match: re.Match[str], before: str, after: str) -> bool:
    """Whether "30 injections" counts sittings: not sites, transplanted people or sizes that are compared."""
    number, words = _number(match["n"]) or 0, match.group()
    if (
        _ORGANS.search(words)
        or _ONE_OF.search(before[-22:])
        or (_DIVIDED.search(before[-30:]) and not _SPACED.search(words + after))
    ):
        return False
    if number > 4 and not _NO_PRICKS.search(words) and _SITES.search(before + words + after):
        return False
    if (
        _PRICKS.search(words)
        and _CELLS_IN.search(before)
        and _OF_PARTS.match(after)
        and not _SPACED.search(words + after)
    ):
        return False
    if _are_sites(number, words, before, after):
        return False
    if _LEVELS.search(before[-40:]) and _DOSES.search(words):
        return False
    return not (re.search(r"injections?$", words, re.IGNORECASE) and _SITES.search(words + after[:45]))


_AT_ONCE = re.compile(rf"\b(?:{AT_ONE}|single|one)\s(?:{SITTING}|treatment)\b", re.IGNORECASE)
_NO_PRICKS = re.compile(r"\b(?:sessions|infusions)$", re.IGNORECASE)
_PRICKS = re.compile(r"\b(?:injections|punctures)$", re.IGNORECASE)


def _is_one_sitting(match: re.Match[str], text: str) -> bool:
    """Whether many injections are made in one sitting, as the rest of the sentence says."""
    if not _PRICKS.search(match.group()):
        return False
    rest = _ENDS.split(text[match.end() : match.end() + 120])[0]
    return _AT_ONCE.search(rest) is not None and not _SPACED.search(rest)


def _are_sites(number: int, words: str, before: str, after: str) -> bool:
    """Whether many injections, or some of a fraction of a millilitre, are sites: nobody says how far apart they are."""
    if not words.lower().endswith("injections") or number <= 4:
        return False
    spaced = _SPACED.search(_sentence_part(before) + words + _AGAIN.split(after)[0])
    return not spaced and (number > _MOST_SITTINGS or _SMALL_VOLUME.match(after) is not None)


def _sentence_part(before: str) -> str:
    """The last sentence of what stands before."""
    return re.split(r"(?<=[a-z)\d][.;])\s|\n", before)[-1]


def _of_others_before(before: str) -> bool:
    """Whether the sentence so far speaks of another drug, and not of cells after it."""
    part = _sentence_part(before)
    other = [hit.end() for hit in _OTHER.finditer(part) if not _CARRIER.search(part[: hit.start()])]
    product = [hit.end() for hit in _PRODUCT.finditer(part)]
    beside = _BESIDE_PRODUCT.search(part)
    if beside and product and product[-1] <= beside.start():
        return True
    return bool(other) and (not product or max(other) > max(product))


_BESIDE_PRODUCT = re.compile(
    r"(?:\band|\bplus|\+|\bwith)\s(?:an?\s|the\s)?(?:\w+\s)?(?:application|administration|intake|use)s?\sof\s"
    r"(?!(?:\w+\s){0,2}(?:product|suspension|drug|IP|dose)\b)(?:[\w-]+\s){1,2}$",
    re.IGNORECASE,
)
""" "MSC once and topical application of a cream every other day": the rate is that of the cream."""
_OF_TIME = re.compile(
    r"\b(?:once|twice|a|per|every|each|weeks?|weekly|days?|daily|months?|monthly|for|in|at|on|and|then|the|first|next|following|\d+)\b",
    re.IGNORECASE,
)
_ENDS = re.compile(r"\.\s|[;\n]")


def _speaks_of_giving(before: str, after: str) -> bool:
    """Whether the sentence of a rate speaks of giving cells; a few words alone ("weekly for 4 weeks") need not."""
    words = _OF_TIME.sub("", _sentence_part(before) + " " + _ENDS.split(after)[0])
    return len(words.split()) <= 4 or _GIVES.search(words) is not None or _PRODUCT.search(words) is not None


_LATER = re.compile(
    r"\s?(?:days|weeks|months|years|mo\b\.?)?\s?(?:after|post|following|from|of\sfollow)[\s-]*(?:the\s)?(?!first|initial)(?P<act>(?:\w+\s){0,2}?(?:treat|inject|infus|administ|implant|therapy|transplant))?",
    re.IGNORECASE,
)


def _is_followed_up(before: str, after: str) -> bool:
    """Whether a list of days or months is that of visits, not of administrations."""
    near = before[-70:]
    checked = [hit.end() for hit in _CHECKED.finditer(near)]
    gives = [hit.end() for hit in _GIVES.finditer(near)]
    later = _LATER.match(after)
    if later and (not _GIVES.search(_sentence_part(before)) or (later["act"] and not _GIVES.search(before[-40:]))):
        return True
    if not checked and not gives and _CHECKED.search(after[:45]) and not _GIVES.search(after[:45]):
        return True
    given = [hit.end() for hit in _GIVES.finditer(near) if not hit.group().lower().startswith("repeat")]
    return bool(checked) and (not given or max(checked) > max(given))
