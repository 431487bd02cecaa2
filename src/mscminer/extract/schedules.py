"""How many times something is given: "once", "twice a week for 4 weeks", "on days 1, 8 and 15"."""
# ruff: noqa: E501  (an alternative of a pattern reads better on one line than wrapped)

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_NUMBERS = {
    "one": 1, "single": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "twelve": 12, "second": 2, "third": 3, "zero": 0, "baseline": 0,
}  # fmt: skip
_N = r"(?:\d{1,2}|two|three|four|five|six|seven|eight|nine|ten|twelve)"
_ACT = (
    r"(?:dos(?:e|es|age|ages|ing)|do(?:e)?ses|infusions?|injections?|administrations?|treatments?|applications?|transplantations?"
    r"|transplants?|implantations?|transfusions?|instillations?|inhalations?|deliver(?:y|ies)|perfusions?|instill?ations?)"
)
_PLAIN = (
    r"(?!(?:cells?|patients?|subjects?|participants|weeks?|days?|months?|million|post|dos(?:e|es)|hours?|minutes?|min|divided|m[lL]|mg|kg|years?|with|at|a|of|the"
    r"|per|in|and|or|for|high|low|groups?|times?|after|before|different|to|by|via|arms?|standard|stage|types?|cohorts?)\b)\(?[A-Za-z][\w/)-]*"
)
_ADJ = r"(?:(?!(?:patients?|subjects?|participants?|persons?|sites?|cent(?:er|re)|arms?|blind|label|stud(?:y|ies)|groups?|years?|months?|weeks?|days?|fashion|from|used|after|of|per|is|are|with|will|course|trial|each)\b)[\w/().'-]+\s){0,6}?"
_SITES = re.compile(
    r"intra-?\s?muscular|transendocardial|intramyocardial|intra-?dermal|sites?\b|individual|per\sinjection|points?\b|subcutaneous"
    r"|epicardial|ventric|myocard|trans-?epicardial|endocardial|into\sthe\s(?:muscle|myocard)",
    re.IGNORECASE,
)
_ONCE = re.compile(
    rf"""\b(?:only\s)?once\b(?!\s(?:or\stwice|(?:a\b|per|every|each|weekly|monthly|daily|in\s(?:a|every)|the|they|all|it|patients?|subjects?|eligib|an?\b|screen|enrol|deemed|informed|consent)))
      | \bone[\s-]time\b | \b1[\s-]time\b | \bsingle[\s-]dose\b(?!\s(?:combined|and)\s) | \bonetime\b
      | \bone[\s-](?:single\s)?{_ADJ}(?:dose|infusion|injection|administration|implantation)\b(?!\s(?:every|per|each|a\s(?:week|month)|followed))
      | \b(?:single|unique)\s{_ADJ}(?:dose|dosage|infusion|injection|administration|implantation|transplantation|application|delivery|treatment|instillation|procedure|transfusion|transplant)\b(?!\s(?:group|every|per|each))
      | \bsingle\s(?:IV|i\.v\.?|intravenous(?:ly)?|intrathecal(?:ly)?|bolus)(?=\s?[,.;(]|$)
      | \bin\s(?:one|a\ssingle|the\ssame)\s(?:session|sitting|procedure|operation)\b
      | \bsingly\b | \bdosage:\s*single | \bfrequency\s?[:：]\s?(?:one\stime|single|1\b)
    """,
    re.VERBOSE | re.IGNORECASE,
)
_COUNT = re.compile(
    rf"""(?<![\d.^,\-*+:])(?<!step\s)(?<!cohort\s)(?<!group\s)(?<!arm\s)(?<!dose\s)(?<!day\s)(?<!week\s)(?<!month\s)(?<!level\s)(?<!phase\s)(?<!part\s)(?<!type\s)
        \b(?:(?:a\s)?total\sof\s|in\stotal\sof\s)?(?P<n>{_N}|twice|thrice)(?:\s?\(\s?\d+\s?\))?(?:
          (?<=twice)(?!\s(?:a|per|the|each|weekly|daily)\b) | (?<=thrice)(?!\s(?:a|per)\b)
        | [\s-](?:times?\b|occasions\b|does\b|courses\b)(?!\s?(?:a|per|/|each|higher|lower|more|the|daily|over|of\sthe\supper|greater|uln|upper|normal|longer)\b)
        | \s(?:consecutive\s|serial\s|repeated\s|separate\s|weekly\s|monthly\s|intravenous\s|i\.?v\.?\s|intrathecal\s|intra-?articular\s)?
          (?:{_PLAIN}\s){{0,4}}?{_ACT}\b(?!\s(?:groups?|levels?|cohorts?|arms?|regimens?|sites?|schedules?|escalation|strateg\w+)\b)
    )""",
    re.VERBOSE | re.IGNORECASE,
)
_EVERY = re.compile(
    rf"""(?:(?P<per>once|twice|one\stime|two\stimes|three\stimes|\d\stimes|2x|{_N}\s(?:times|infusions|doses|injections)(?:\sof\s\w+)?)?\s*
        (?:(?:a|per|every|each|/)\s?(?P<unit>day|week|month)|(?P<adv>daily|weekly|monthly)|(?:every|per|each)\s(?:other\s)?(?P<gap>\d|two|three|four|six)\s?(?P<gapunit>days?|weeks?|months?)))
        (?:(?!\band\b|\bmg\b)[^;\n]){{0,70}}?\b(?:for|during|over|in)\s(?:the\s(?:first|following|second|next|subsequent)\s|a\stotal\s(?:duration\s)?of\s|a\s(?:period|duration)\sof\s|up\sto\s|consecutive\s|the\sfirst\s)?
        (?P<length>{_N})(?:\s?\(\d+\))?[\s-]?(?:consecutive\s)?(?P<lunit>days?|weeks?|months?)""",
    re.VERBOSE | re.IGNORECASE,
)
_POINT = r"(?:[+-]?\d{1,3}(?:\s?\(?±\s?\d+\)?)?(?:st|nd|rd|th)?|zero|baseline|one|two|three|four|six)"
_LIST = re.compile(
    rf"""\b(?:(?:days?|weeks?|months?|visits?|wk|D|W|M|V|at\stime|at|time)\s?)(?P<points>{_POINT}
        (?:(?:\s?\([^()\d]{{3,45}}\))?\s?(?:,|，|、|;|and|&|then|,\s?and|-(?=\d{{1,2}}-)|(?<=-\d)-|(?<=-\d\d)-)\s?(?:on\s|at\s)?(?:the\s)?(?:days?|weeks?|months?|wk|D|W|M|V)?\s?{_POINT}){{1,15}})(?!\s?(?:mg|ml|years|patients|%|/|x|×|\.\d|million))
        (?P<tail>\s?(?:hours|minutes|years|o['’]?\s?clock))?
      | \bon\s(?:the\s)?(?P<ordinals>\d{{1,2}}(?:st|nd|rd|th)(?:\s?(?:,|and|&|,\s?and)\s?(?:the\s)?\d{{1,2}}(?:st|nd|rd|th)){{1,12}})\s(?:days?|weeks?|months?)""",
    re.VERBOSE | re.IGNORECASE,
)
_LENGTHS = {"day": 1, "week": 7, "month": 30}
_FOLLOWED = re.compile(
    rf"\bone\s{_ADJ}dose\b[^.;]{{0,60}}\bfollowed\b[^.;]{{0,60}}\bsecond\s{_ADJ}dose\b|\bfirst\s{_ADJ}(?:dose|injection|infusion|transplantation|administration)\b[^\ue000]{{0,260}}\bsecond\s{_ADJ}(?:dose|injection|infusion|transplantation|administration)\b(?![^.]{{0,80}}\bthird)",
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class TimesFound:
    """A number of administrations and the words that state it."""

    start: int
    end: int
    times: int
    explicit: bool = True
    """A word or number of times; False for lists of days, which may be those of visits."""


_IN_TOTAL = re.compile(r"\s(?:totally|in\stotal|total)\b|^total\sof|^a\stotal\sof|^in\stotal", re.IGNORECASE)


def find_times(text: str) -> Iterator[TimesFound]:
    """Every statement of a number of administrations in a text, the most explicit kinds first.

    Where a total is told ("... weekly, 6 doses totally"), what stands close before it is its parts.
    """
    found = list(_find_times(text))
    totals = [
        item
        for item in found
        if _IN_TOTAL.match(text[item.end : item.end + 10]) or _IN_TOTAL.match(text[item.start : item.end])
    ]
    for item in found:
        if not any(
            0 < total.start - item.start < 240 and "\n" not in text[item.start : total.start]
            for total in totals
            if total is not item
        ):
            yield item


def len_of(item: TimesFound) -> int:
    """Characters of a statement: the longer of two that overlap says more."""
    return item.end - item.start


def _find_times(text: str) -> Iterator[TimesFound]:
    for match in _FOLLOWED.finditer(text):
        yield TimesFound(start=match.start(), end=match.end(), times=2)
    for match in _COUNT.finditer(text):
        number = _number(match["n"])
        if _ORGANS.search(match.group()):
            continue
        many = number > 4 and _SITES.search(text[max(0, match.start() - 140) : match.end() + 60])
        if _LEVELS.search(text[max(0, match.start() - 40) : match.start()]) and _DOSES.search(match.group()):
            continue
        if _ONE_OF.search(text[max(0, match.start() - 12) : match.start()]) or _OF_OTHERS.match(text[match.end() :]):
            continue
        if 1 <= number <= 60 and not many and not _several_sites(match.group(), text, match.end()):
            yield TimesFound(start=match.start(), end=match.end(), times=number)
    yield from _numbered(text)
    yield from _scheduled(text)
    for match in _ONCE.finditer(text):
        yield TimesFound(start=match.start(), end=match.end(), times=1)


_ORGANS = re.compile(r"\b(?:heart|kidney|renal|liver|lung|organ|hair|islet)\s", re.IGNORECASE)
"""Transplants that are counted are people, not doses of cells."""
_LEVELS = re.compile(
    r"\b(?:compar\w+|either|evaluat\w+|test\w*|assess\w*|one\sof|among|between|different|escalating|any\sof|safety\sof|effects?\sof|efficacy\sof|comparison\sof)\s(?:the\s)?$",
    re.IGNORECASE,
)
_ONE_OF = re.compile(r"\bone\sof\s(?:the\s)?$|\beither\s(?:of\s)?$", re.IGNORECASE)
_OF_OTHERS = re.compile(
    r"\s(?:of\s)?(?:\w+\s){0,2}?(?:PRP|PRGF|plate\w*|plasma|hyaluron\w*|HA\b|saline|placebo|PBSC|albuterol|methotrexate|steroid\w*|cyclophosph\w*|vehicle)|\s?(?:a|per)\sday|\s?\(?QID",
    re.IGNORECASE,
)
_DOSES = re.compile(r"\b(?:doses|dosages|dose)$", re.IGNORECASE)
_CHECKED = re.compile(
    r"follow|evaluat|assess|visit|examin|measur|check|monitor|again|\bMRI\b|outcome|safety|score|baseline\sand|collect|sampl|test|record|perform|clinical|analy|scan|survey|interview|determin",
    re.IGNORECASE,
)
_GIVES = re.compile(
    r"inject|infus|administ|given|receiv|dose|dosing|transplant|treat|implant|deliver|cells|MSC|/kg|repeat|intraven|i\.?v\b|appl(?:ied|ication)",
    re.IGNORECASE,
)


def _is_followed_up(text: str, match: re.Match[str]) -> bool:
    """Whether a list of days or months is that of visits, not of administrations."""
    before = text[max(0, match.start() - 70) : match.start()]
    after = text[match.end() : match.end() + 45]
    checked = [hit.end() for hit in _CHECKED.finditer(before)]
    gives = [hit.end() for hit in _GIVES.finditer(before)]
    if re.match(r"\s?(?:days|weeks|months|years)?\s?(?:after|post|following|from|of\sfollow)", after) and not gives:
        return True
    return bool(checked) and (not gives or max(checked) > max(gives))


_NUMBERED = re.compile(
    rf"\b(?:infusion|injection|administration|dose|treatment)\s(?:number|times|frequency)\s?[:：=]?\s?(?P<a>\d{{1,2}})\b|\b(?:number|times|frequency)\sof\s(?:infusions|injections|administrations|treatments)\s?[:：=]\s?(?P<b>\d{{1,2}})"
    rf"|\bfor\s(?P<c>{_N})\s(?:consecutive|successive)\sdays\b",
    re.IGNORECASE,
)
_SPAN = re.compile(
    r"\bevery\s(?P<gap>\d|two|three|four|six|other)?\s?(?P<unit>day|week|month)s?\b[^.;\n]{0,30}?\bfrom\s(?:day|week|month)\s(?P<first>\d{1,2})\s(?:to|until|through)\s(?:day|week|month)\s(?P<last>\d{1,3})",
    re.IGNORECASE,
)


_AGAIN_AT = re.compile(
    rf"\b(?:at\s(?:baseline|day\s[01])|once)\s?(?:,\s)?and\s(?:then\s)?(?:is\s|was\s|will\sbe\s)?(?:repeated|again)\s(?:once\s)?(?:at|after|in)\s{_N}\s(?:weeks?|months?|days?)\b(?!\s(?:and|,))",
    re.IGNORECASE,
)


def _numbered(text: str) -> Iterator[TimesFound]:
    """ "Infusion number: 8", "for 3 consecutive days", "every 4 weeks from week 0 to week 36"."""
    for match in _NUMBERED.finditer(text):
        if "mg" in text[max(0, match.start() - 60) : match.start()]:
            continue
        yield TimesFound(start=match.start(), end=match.end(), times=_number(match["a"] or match["b"] or match["c"]))
    for match in _AGAIN_AT.finditer(text):
        yield TimesFound(start=match.start(), end=match.end(), times=2)
    for match in _SPAN.finditer(text):
        gap = {"other": 2}.get((match["gap"] or "").lower()) or _number(match["gap"] or "1")
        times = (int(match["last"]) - int(match["first"])) // max(1, gap) + 1
        if 1 < times <= 60:
            yield TimesFound(start=match.start(), end=match.end(), times=times)


def _several_sites(words: str, text: str, end: int) -> bool:
    return bool(re.search(r"injections?$", words, re.IGNORECASE)) and bool(_SITES.search(words + text[end : end + 45]))


def _scheduled(text: str) -> Iterator[TimesFound]:
    for match in _LIST.finditer(text):
        if match["tail"] or _is_followed_up(text, match):
            continue
        points = _points(match.group())
        if 2 <= len(points) <= 20:
            yield TimesFound(start=match.start(), end=match.end(), times=len(points), explicit=False)
    yield from _repeated(text)


_THEN = re.compile(r"[\s,;(]*(?:and|then|followed\sby|plus)\b[^.;\n]{0,40}", re.IGNORECASE)


def _repeated(text: str) -> Iterator[TimesFound]:
    """ "Twice a week for 2 weeks and weekly for the following 2 weeks" is 6: stages that follow each other add up."""
    stages: list[TimesFound] = []
    for match in _EVERY.finditer(text):
        if re.search(r"times\s(?:a|per)\sday|\bhours", match.group(), re.IGNORECASE):
            continue
        stage = TimesFound(start=match.start(), end=match.end(), times=_over_time(match))
        if not 1 <= stage.times <= 60:
            continue
        last = stages[-1] if stages else None
        if last and _THEN.fullmatch(text[last.end : stage.start]):
            stages[-1] = TimesFound(start=last.start, end=stage.end, times=last.times + stage.times)
        else:
            stages.append(stage)
    yield from stages


_POINTS = re.compile(
    r"(?P<unit>\b(?:days?|weeks?|months?|visits?|wk|D|W|M|V)(?=[\s\d]))|(?<![±\d.])(?P<point>\d{1,3}|zero|baseline|one|two|three|four|six)",
    re.IGNORECASE,
)


def _points(words: str) -> set[tuple[str, str]]:
    """Distinct days, weeks or months of a list: "day 1 and month 1 & 2" has three."""
    unit, found = "", set()
    for match in _POINTS.finditer(words):
        if match["unit"]:
            unit = match["unit"][0].lower()
        else:
            found.add((unit, match["point"].lower()))
    return found


def _over_time(match: re.Match[str]) -> int:
    unit = match["unit"] or {"daily": "day", "weekly": "week", "monthly": "month"}.get((match["adv"] or "").lower())
    each = _per(match["per"])
    gap = 1
    if unit is None:
        unit, gap = match["gapunit"].rstrip("s"), _number(match["gap"])
    total = _number(match["length"]) * _LENGTHS[match["lunit"].lower().rstrip("s")]
    return round(each * total / (_LENGTHS[unit.lower()] * gap))


def _per(words: str | None) -> int:
    if not words:
        return 1
    low = words.lower()
    if low.startswith(("once", "one")):
        return 1
    return 2 if low.startswith(("twice", "2x")) else _number(low.split()[0])


def _number(word: str) -> int:
    low = word.lower()
    if low in ("twice", "thrice"):
        return 2 if low == "twice" else 3
    return int(low) if low.isdigit() else _NUMBERS.get(low, 0)
