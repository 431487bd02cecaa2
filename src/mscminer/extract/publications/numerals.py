"""Numbers as digits or English words, in folded text."""

from __future__ import annotations

import re
from typing import Final

_UNITS: Final = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS: Final = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
VALUES: Final = {
    **{word: number for number, word in enumerate(_UNITS)},
    **{word: 10 * number for number, word in enumerate(_TENS, start=2)},
    "fourty": 40,
    "a": 1,
}
_SMALL: Final = "|".join(sorted(_UNITS[1:], key=len, reverse=True))
_TEN: Final = "|".join([*_TENS, "fourty"])
_BELOW_HUNDRED: Final = rf"(?:(?:{_TEN})(?:[- ](?:{_SMALL}))?|(?:{_SMALL}))"
NUMBER: Final = (
    rf"(?:\d{{1,3}}(?:,\d{{3}})+(?![\d.])|\d{{1,5}}(?![\d.,]*\d)(?!\s?%)"
    rf"|(?:{_BELOW_HUNDRED} thousand,? (?:and )?)?"
    rf"(?:(?:{_SMALL}|a)[- ]hundred(?:[- ](?:and[- ])?{_BELOW_HUNDRED})?|{_BELOW_HUNDRED}))"
)
"""Pattern of a whole number: "24", "1,200", "twenty-four", "one hundred and six"."""


def number_value(words: str) -> int | None:
    """The value of what `NUMBER` matched, or None if it is no number.

    >>> number_value("one hundred and twenty-four"), number_value("1,200")
    (124, 1200)
    """
    digits = words.replace(",", "").replace(" ", "")
    if digits.isdigit():
        return int(digits)
    total = part = 0
    for word in re.findall(r"[a-z]+", words):
        if word == "hundred":
            part = max(part, 1) * 100
        elif word == "thousand":
            total, part = total + max(part, 1) * 1000, 0
        elif word in VALUES:
            part += VALUES[word]
        elif word != "and":
            return None
    return (total + part) or None
