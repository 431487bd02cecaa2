"""Points in time as texts write them: "day 3", "D0", "4 weeks later", "the 1st, 8th and 15th day", "at surgery".

The parts below build the rule of lists in `mscminer.extract.schedule_rules`; `points_in` and `points_of_list` read
them.
"""
# ruff: noqa: E501  (an alternative of a pattern reads better on one line than wrapped)

from __future__ import annotations

import re
from typing import Final

Point = tuple[str, str]
"""("d", "3"), ("w", "0"), ("event", "surgery"), ("act", "2")"""

TOLERANCE: Final = (
    r"(?:\s?\(\s?(?:±|\+/-|\+)\s?\d+(?:\s(?:days?|weeks?))?\s?\)|\s?(?:±|\+/-)\s?\d+(?:\s(?:days?|weeks?))?)"
)
""" "Day 8 (± 2 days)" is one day."""
_ORDINALS = {
    "first": "1", "initial": "1", "loading": "1", "priming": "1", "second": "2", "third": "3", "fourth": "4", "fifth": "5", "sixth": "6", "seventh": "7", "eighth": "8", "tenth": "10", "fourteenth": "14", "zero": "0", "one": "1", "two": "2",
    "three": "3", "four": "4", "five": "5", "six": "6", "a": "1", "an": "1",
}  # fmt: skip
_STEP = (
    r"(?:[+-]?[\"“]?\d{1,3}[\"”]?(?:st|nd|rd|th)?(?!\w)(?!\s?[x×*]\s?1)(?!\.\d|,\d{3})|(?:zero|first|second|third|fourth|fifth"
    r"|sixth|seventh|eighth|tenth|fourteenth|one|two|three|four|five|six)\b)"
)
_BEFORE = r"(?:(?:days?|weeks?|months?|hours?|visits?|wk)\s?|[DWMVT]\s?(?=\d))"
_AFTER = r"(?:days?|weeks?|months?|hours?|h|visits?)\b(?:\s(?:later\b|before\b|after(?=\s(?:it|that|and)\b)(?:\sit|\sthat)?))?"
EVENT: Final = (
    r"(?:(?:(?:the\s)?(?:day|time|moment|start|beginning|end)\sof\s)?(?:the\s)?(?:study\s|trial\s|\w+\s(?=transpl))?"
    r"(?:baseline|enrol\w+|entry|inclusion|randomi[sz]ation|admission|surgery|operation|transplantation|procedure|implantation)\b"
    r"|(?:the\s)?(?:start|beginning|outset)\b(?!\sof\s(?:the\s)?(?:study|trial|transpl))(?:\sof\s(?:the\s)?(?:treatment|therapy|\w+\streatment))?)"
)
_ADVERB = r"(?:baseline|today|initially|intra-?operatively|immediately(?:\s(?:after|before|following)\s(?:the\s)?(?:\w+\s){0,3}?\w+)?|(?:at\s)?once)\b"
_NOT_A_POINT = (
    r"(?!\s?(?:mg|m[lL]|years|patients|subjects|%|x\b|×|\.\d|million|cells|minutes|o['’]?\s?clock|vials?|bags?|syringes?|doses?"
    r"|(?:intra\w+\s|i\.?v\.?\s|further\s|more\s|additional\s)?(?:infusions?|injections?)|ampoules?)|/\d)"
)
_ATOM = rf"(?:{_BEFORE}{_STEP}{TOLERANCE}?|(?:{_STEP}|an?\b)[\s-]{_AFTER}|{_STEP}{TOLERANCE}?|{EVENT})"
_NTH = (
    r"(?:(?:first|second|third|fourth|fifth|sixth|last|1st|2nd|3rd|[4-9]th)\s(?:(?:one|dose|infusion|injection|administration)\s)?"
    r"|(?:one|another)\s(?:more\s)?(?:intra\w+\s|i\.?v\.?\s)?(?:(?:bag|vial|dose|infusion|injection|half)\s(?:of\s(?!placebo|saline|vehicle)(?:[\w-]+\s){1,3}?)?)?"
    r"|(?:the\ssame|another|a\s(?:second|further))\s(?:dose|amount|infusion|injection)\s)(?=at\b|on\b|after\b|in\b)"
)
_SIGN = r"(?:,|，|、|;(?!\s?(?:on|at)\sthe\b)|&|＆|/|\+(?=\s?[dwmv])|-(?=\d{1,2}-)|(?<=-\d)-|(?<=-\d\d)-)\s?"
_WORD = r"(?:(?:,|，)\s?|(?<=[\s)]))(?:and|then|plus|followed\sby)(?:\s(?:then|again|is|was|will\sbe|repeated|once))*\s"
_NEXT = rf"(?:\s?\((?!\s?p\s?[=<>≤])[^()]{{1,45}}\))?\s?(?:{_SIGN}|{_WORD})(?:(?:and|then|again)\s)*(?:(?:the\s)?{_NTH})?(?:(?:at|on|after|in)\s)?(?:the\s)?{_ATOM}{_NOT_A_POINT}"
LIST: Final = rf"""\b(?=[\dadoptwmhvizfsb+-])(?:
      \b(?:at|on|after|time|at\stime)\s(?:the\s)?(?:{_BEFORE}{_STEP}{TOLERANCE}?|(?:{_STEP}|an?\b)[\s-]{_AFTER}|{_STEP})
    | \b(?:at|on|during|before|prior\sto)\s{EVENT} | \b{_BEFORE}{_STEP}{TOLERANCE}? | \b(?:{_STEP}|an?)[\s-](?:days?|weeks?|months?)\s(?:before|after)\b | \b{_ADVERB}
    )(?:{_NEXT}){{1,15}}{_NOT_A_POINT}"""
""" Two points or more; the pattern is verbose and ignores case."""

_TOKEN = re.compile(
    rf"""(?P<before>\b(?:days?|weeks?|months?|hours?|visits?|wk)(?=[\s\d"“])|(?<!\w)[DWMVT](?=\s?\d))
       | (?:(?<![\d.\w])|(?<=[DWMVT]))(?P<step>\d{{1,3}}|zero\b|first\b|second\b|third\b|fourth\b|fifth\b|sixth\b|seventh\b|eighth\b|tenth\b|fourteenth\b|one\b|two\b|three\b|four\b|five\b|six\b|an?(?=\s(?:day|week|month)))(?:st|nd|rd|th)?["”]?(?:[\s-](?P<after>{_AFTER}))?
       | (?P<event>baseline|enrol|entry|inclusion|randomi|admission|surgery|operation|transplantation|procedure|implantation|start|beginning|outset|today|initially|intra-?operatively|immediately(?:\s(?:after|before|following)(?:\sthe)?\s\w+)?|once)""",
    re.VERBOSE | re.IGNORECASE,
)
_STRIPPED = re.compile(rf"{TOLERANCE}|\([^()]*\)|\b{_NTH}", re.IGNORECASE)


def points_of_list(words: str) -> frozenset[Point]:
    """The distinct points of a list found by `LIST`; none where no number is a day, week, month or visit.

    >>> sorted(points_of_list("at day 1 and month 1 & 2"))
    [('d', '1'), ('m', '1'), ('m', '2')]
    """
    unit = ""
    found: set[Point] = set()
    bare: list[str] = []
    for hit in _TOKEN.finditer(_STRIPPED.sub("", words)):
        if hit["before"]:
            unit = hit["before"][0].lower()
        elif hit["event"]:
            found.add(("event", hit["event"].lower()))
        else:
            number = _ORDINALS.get(hit["step"].lower(), hit["step"])
            after = _after(hit["after"])
            if after:
                found.update((after, one) for one in bare)
                found.add((after, number))
                bare = []
            elif unit:
                found.add((unit, number))
            else:
                bare.append(number)
    return frozenset(found) if not bare else frozenset()


def _after(words: str | None) -> str:
    """The unit behind a number, apart for "a week before" and "a week after"."""
    if not words:
        return ""
    return words[0].lower() + ("-" if "before" in words.lower() else "")


_ACT = r"(?:infusion|dose|injection|administration|transplantation|treatment|application|course)"
_OTHERS = r"(?:cohort|group|patient|subject|arm|stage|phase|part|level|line|day|week|month|year|half|trimester|time|party|visit)"
_PLACE = re.compile(
    rf"""\b(?P<unit>days?|weeks?|months?|visit|D|W|M|V)\s?(?P<list>[+-]?\d{{1,3}}(?!\w)(?:(?:\s?(?:,|&|/)\s?|,?\sand\s)\d{{1,3}}(?![\w.]|\s?[x×*]|\smillion))*)
       | \b(?P<ordinal>first|initial|loading|priming|second|third|fourth|fifth|sixth|1st|2nd|3rd|4th|5th|6th)\b(?!\s(?:\w+\s)?{_OTHERS}|\s(?:(?!{_ACT})\w+\s){{0,4}}?(?:cohort|group|patient|subject|arm)s?\b)(?P<act>\s(?:[\w-]+\s){{0,2}}?{_ACT})?
       | \b(?:infusion|injection|administration)\s(?P<which>[1-6])\b(?!\s?(?:[x×%]|days?|weeks?|months?|m[lL]|million))
       | \b(?P<nth>first|second|third|fourth|fifth|sixth|1st|2nd|3rd|4th|5th|6th)\s(?P<nunit>day|week|month|visit|session)\b
       | \b(?:at|after)\s(?P<number>\d{{1,2}}|one|two|three|four|five|six|an?)\s(?P<after>days?|weeks?|months?)\b
       | \b(?P<later>\d{{1,2}}|one|two|three|four|five|six|an?)\s(?P<lunit>days?|weeks?|months?)\slater\b
       | \b(?P<when>at|on|before|during|after|prior\sto)\s(?:the\s)?(?P<event>baseline|enrol|entry|inclusion|randomi|admission|surgery|operation|transplantation)""",
    re.VERBOSE | re.IGNORECASE,
)


def points_in(words: str) -> frozenset[Point]:
    """Every point of administration that some words name: "on days 8 and 15", "the second infusion", "at baseline".

    >>> sorted(points_in("then on days 8 and 15"))
    [('d', '15'), ('d', '8')]
    """
    found: set[Point] = set()
    for hit in _PLACE.finditer(words):
        if hit["unit"]:
            found.update((hit["unit"][0].lower(), number) for number in re.findall(r"\d+", hit["list"]))
        elif hit["ordinal"] or hit["nth"]:
            word = (hit["ordinal"] or hit["nth"]).lower()
            found.add(((hit["nunit"] or "act").lower(), _ORDINALS.get(word, word[0])))
        elif hit["which"]:
            found.add(("act", hit["which"]))
        elif hit["event"]:
            when = "" if hit["when"].lower() in ("at", "on", "during") else hit["when"].lower()
            found.add((f"{when} event".lstrip(), hit["event"].lower()))
        else:
            number, unit = hit["number"] or hit["later"], hit["after"] or hit["lunit"]
            found.add((unit[0].lower(), _ORDINALS.get(number.lower(), number)))
    return frozenset(found)
