"""What the numbers of a sentence say by themselves, whatever is measured."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

_NUMBER: Final = r"[-+]?\d+(?:,\d{3})*(?:[.\u00b7]\d+)?"
_ASIDE: Final = re.compile(
    rf"(?:\u00b1|\+/-|\+-) ?{_NUMBER}(?:,\d{{1,2}}\b)?"
    r"|[(\[](?:\d[\d.]* ?%|(?:(?:sd|sem?|iqr|range|interquartile|standard)\b|95 ?%|n ?=|p ?[<>=\u2264\u2265]"
    r"|\d+ ?(?:of|/) ?\d+\b)[^()\[\]]*)[)\]]"
)
"""What stands beside a number and is none to compare: its spread, range, interval, p value, or share in other words."""
_P_VALUE: Final = re.compile(
    r"\bp(?:[ -]?values?)? ?(?:(?P<sign>[<>=\u2264\u2265])|of|was) ?"
    r"(?:(?P<one>1(?:[.\u00b7]0+)?\b)|0?[.\u00b7](?P<digits>\d+))"
)
_DECIMAL: Final = r"-?\d+(?:[.\u00b7]\d+)?"
_INTERVAL: Final = re.compile(rf"\bci(?: ?[=:,])* ?[(\[]?(?P<low>{_DECIMAL}) ?(?:to|[-,]) ?(?P<high>{_DECIMAL})")
_SHARE: Final = re.compile(r"\b(?P<some>\d{1,9})(?: of (?:the )?| ?/ ?)(?P<all>\d{1,9})\b")
_VALUE: Final = re.compile(rf"(?<![\w.]){_NUMBER}")
_LINK: Final = re.compile(
    r"\b(?:(?P<beside>vs?|versus|compared (?:with|to)|against|than)|(?P<listed>and)|(?P<course>to))\b"
)
_FAR: Final = 75
"""Two numbers farther apart, in characters, are not compared."""
_PART: Final = re.compile(r"[;<>=]|(?<!\bv)(?<!\bvs)\. ")
_COURSE: Final = re.compile(r"\bfrom\b[^.,;\d]{0,40}$")
"""What stands before the first of two numbers of which one becomes the other."""
_SIGNED: Final = re.compile(r"(?P<sign>[-+])(?<![\w.)].)(?=\d)")
_SIGNIFICANT: Final = 0.05
_APART: Final = 1.15
"""Two numbers are told apart from this ratio on."""
_MANY: Final = 3


def of_numbers(text: str) -> Iterator[str]:
    """What p values, intervals, shares, signs and pairs of numbers say of a folded sentence."""
    yield from _of_p_values(text)
    yield from _of_intervals(text)
    share = _SHARE.search(text)
    if share and int(share["all"]):
        yield f"#share_{min(4, 5 * int(share['some']) // int(share['all']))}"
    compared = _ASIDE.sub(" ", text)
    for match in _SIGNED.finditer(compared):
        yield "#plus" if match["sign"] == "+" else "#minus"
    yield from _of_pairs(compared)


def _of_p_values(text: str) -> Iterator[str]:
    told = [_is_small(match) for match in _P_VALUE.finditer(text)]
    if not told:
        return
    yield from ("#significant" if small else "#not_significant" for small in told)
    if len(set(told)) > 1:
        yield "#significant_in_part"
    yield "#first_significant" if told[0] else "#first_not_significant"
    yield "#last_significant" if told[-1] else "#last_not_significant"
    yield f"#p_values_{min(_MANY, len(told))}"


def _is_small(p_value: re.Match[str]) -> bool:
    if p_value["one"]:
        return False
    return float(f"0.{p_value['digits']}") <= _SIGNIFICANT and p_value["sign"] not in (">", "\u2265")


def _of_intervals(text: str) -> Iterator[str]:
    for match in _INTERVAL.finditer(text):
        low, high = _value(match["low"]), _value(match["high"])
        yield "#interval_across_0" if low < 0 < high else "#interval_beside_0"
        if 0 < low < 1 < high:
            yield "#interval_across_1"


def _of_pairs(text: str) -> Iterator[str]:
    """How two numbers compare, of two groups or before and after; the first pair once more."""
    first = True
    for one, other in pairwise(_VALUE.finditer(text)):
        how = _linked(text, one.start(), one.end(), other.start())
        if how:
            told = f"{how}_{_compared(_value(one[0]), _value(other[0]))}"
            yield f"#pair_{told}"
            if first:
                yield f"#first_pair_{told}"
            first = False


def _linked(text: str, start: int, end: int, other: int) -> str | None:
    """What makes a pair of a number at ``start:end`` and the one that begins at `other`."""
    between = text[end:other]
    link = _LINK.search(between) if len(between) <= _FAR else None
    if link is None or _PART.search(between):
        return None
    course = link.lastgroup == "course"
    return None if course and not _COURSE.search(text[max(0, start - _FAR) : start]) else link.lastgroup


def _compared(one: float, other: float) -> str:
    if one * other < 0:
        return "parts"
    one, other = abs(one), abs(other)
    return "falls" if one > _APART * other else "rises" if other > _APART * one else "equal"


def _value(number: str) -> float:
    return float(number.replace(",", "").replace("\u00b7", "."))
