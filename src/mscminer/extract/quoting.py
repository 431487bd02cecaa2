"""Which words are shown as evidence of a dose or a route: the number with its unit, the route with its act."""

from __future__ import annotations

import re

from mscminer.extract.dosing import Dose
from mscminer.extract.view import Item, View

Span = tuple[int, int]
_LONGEST = 160
_APART = 12
"""So near a number, the words that tell how often it is given are quoted together with it."""
_UNIT = re.compile(
    r"(?:\s?\(M\))?(?:\s(?:of\s)?(?:[A-Za-z][\w-]*\s){0,5}?(?:cells?|\w*MSCs?|\w*ASCs?|MPCs?|MSVs?)\b|\s?(?:cells?|MSCs?)\b)?"
    r"(?:\s?(?:/|per)\s?(?:1\s?)?(?:body\s)?(?:kg|kilo(?:gram)?s?)\b(?:\s(?:of\s)?(?:\w+\s)?body[\s-]?weight)?)?",
    re.IGNORECASE,
)
_ACT = (
    r"(?:infusions?|injections?|administrations?|transplantations?|transplants?|implantations?|deliver(?:y|ies)|applications?|instillations?"
    r"|routes?|doses?|use)"
)
_AFTER = re.compile(rf"\s{_ACT}\b", re.IGNORECASE)
_BEFORE = re.compile(
    r"\b(?:(?:infused|injected|administered|given|delivered|transplanted|implanted|applied|infusion|injection|administration)\s)?"
    r"(?:(?:via|by|through|for)\s)?(?:(?:a|an|the)\s)?(?:single\s|direct\s|local\s)?$",
    re.IGNORECASE,
)
_OF = re.compile(r"\s(?:of|with)\s(?:(?!and\b)[\w()-]+\s){0,6}?$")


def dose_spans(view: View, dose: Dose) -> tuple[Span, ...]:
    """The number of cells with its unit and, in one span if they stand together, the words on how often."""
    text = view.joined.text
    stop = view.joined.sentence_at(dose.start)[1]
    unit = _UNIT.match(text, dose.end, stop)
    amount = (dose.start, unit.end() if unit else dose.end)
    if dose.times_at is None:
        return (amount,)
    apart = max(amount[0] - dose.times_at[1], dose.times_at[0] - amount[1])
    whole = (min(amount[0], dose.times_at[0]), max(amount[1], dose.times_at[1]))
    sentence = view.joined.sentence_at(dose.start)
    if apart <= _APART and whole[1] - whole[0] <= _LONGEST and sentence[0] <= whole[0] and whole[1] <= sentence[1]:
        return (whole,)
    return amount, dose.times_at


def route_span(view: View, item: Item) -> Span:
    """A route word with the act that it belongs to, and the product if that follows: "intravenous infusion of MSC"."""
    text, (first, last) = view.joined.text, item.sentence
    start, end = item.start, item.end
    before = _BEFORE.search(text[max(first, start - 40) : start])
    if before:
        start -= len(before.group())
    act = _AFTER.match(text, end, last)
    end = act.end() if act else end
    product = next((one for one in view.starting("PRODUCT", end, last) if one.sentence == item.sentence), None)
    if product and _OF.fullmatch(text, end, product.start):
        end = product.end
    return (start, end) if end - start <= _LONGEST else (item.start, item.end)
