"""Words on studies and arms other than those at hand: trials asked for or begun, controls that there were not.

The rules lie in ``rules/asides.toml``.  A sentence may speak of further trials as a whole; an arm, a plan or masking
that this study did not have is a stretch of words, and what is found within it says nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from mscminer.extract.publications.rules import Hit, Rule, rule_set
from mscminer.extract.publications.text import Sentence, Zone

LATE: Final = 0.75
"""From this part of the abstract on, plans may be those of studies still to come."""
_THIS: Final = re.compile(r"\b(?:this|our|present) (?:[\w-]+ ){0,2}$")
_REACH: Final = 40
"""So many characters before words are looked at for what points to the study at hand."""


def asks_for_more(text: str) -> bool:
    """Whether a folded sentence asks for further trials or announces them."""
    return _matches("to_come", text) or (_matches("will_show", text) and not _matches("own_plan", text))


def tells_own_plan(text: str) -> bool:
    """Whether a folded sentence of the background names how the study at hand was planned."""
    return _matches("told_plan", text)


def is_elsewhere(hit: Hit) -> bool:
    """Whether a sentence speaks of trials to come or, near the end, begun elsewhere, and not of "this study"."""
    sentence = hit.sentence
    late = sentence.zone is Zone.CONCLUSION or sentence.place > LATE or _matches("more_wanted", sentence.text)
    if not late or _THIS.search(sentence.text, max(0, hit.start - _REACH), hit.start):
        return False
    return asks_for_more(sentence.text) or _matches("under_way", sentence.text)


def without_asides(hits: Iterable[Hit], *values: str) -> list[Hit]:
    """The hits outside the words that the rules of these values find; a rule may match again further on."""
    return [kept for hit in hits if (kept := _outside(hit, values)) is not None]


def in_earnest(pattern: re.Pattern[str], sentence: Sentence, *values: str) -> bool:
    """Whether a pattern is found in a sentence outside the words that the rules of these values find."""
    found = [match.span() for match in pattern.finditer(sentence.text)]
    asides = _asides(sentence, values) if found else []
    return any(not _is_within(start, end, asides) for start, end in found)


def _matches(value: str, text: str) -> bool:
    return any(rule.pattern.first_in(text) for rule in _rules(value, text))


def _rules(value: str, text: str) -> Iterable[Rule]:
    return (rule for _, rule in rule_set("asides", value).may_match(text))


def _outside(hit: Hit, values: Iterable[str]) -> Hit | None:
    asides = _asides(hit.sentence, values)
    if not asides:
        return hit
    for match in hit.rule.pattern.finditer(hit.sentence.text):
        start, end = match.span()
        if end > start and not _is_within(start, end, asides):
            return hit._replace(start=start, end=end)
    return None


def _asides(sentence: Sentence, values: Iterable[str]) -> list[tuple[int, int]]:
    rules = (rule for value in values for rule in _rules(value, sentence.text) if sentence.zone in rule.zones)
    return [match.span() for rule in rules for match in rule.pattern.finditer(sentence.text)]


def _is_within(start: int, end: int, asides: Iterable[tuple[int, int]]) -> bool:
    return any(first <= start and end <= last + 1 for first, last in asides)
