"""The noun that a number counts, however many words describe it: "534 6- to 10-year-old children"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from mscminer.extract.publications.counted_words import BRACKETS, Token, noun_at, text_at, word_list

FAR: Final = 10
"""So many words at most from a number to the noun that it counts."""
_LONGEST: Final = 40
"""So many with what stands in brackets."""
_NUMBERED: Final = frozenset({"type", "stage", "grade", "class"})
ONE: Final = frozenset({"one", "1", "a"})
OF: Final = "of"


def noun_after(tokens: Sequence[Token], place: int) -> tuple[str, int] | None:
    """The class of the noun that a number counts, and where it stands; what stands in brackets is passed over."""
    if text_at(tokens, place + 1) in _CLOSING:
        return None
    depth = words = 0
    first: tuple[str, int] | None = None
    for index in range(place + 1, min(len(tokens), place + 1 + _LONGEST)):
        word = tokens[index].text
        if word in BRACKETS:
            depth += 1 if word in "([" else -1
        elif not depth:
            words += 1
            name, then = tokens[index].noun, text_at(tokens, index + 1)
            if name and text_at(tokens, index - 2) == "society":
                name = ""
            if name == _SINGULAR and tokens[place].text not in ONE and then != "were":
                name = ""
            if name and word not in _ADJECTIVES and then not in _GOES_ON:
                return name, index
            if name and first is None:
                first = name, index
            if tokens[index].number and tokens[index - 1].text not in _NUMBERED:
                return first or _shared_noun(tokens, place, index)
            if word == "." and _is_initial(tokens, index):
                continue
            if word in word_list("barriers") and not _may_be_passed(tokens, index):
                return first
        if depth < 0 or words > FAR:
            return first
    return first


def _is_initial(tokens: Sequence[Token], index: int) -> bool:
    """Whether a full stop belongs to a single letter that goes before ("40 U.S. adults", "40 E. coli carriers")."""
    before = tokens[index - 1]
    return len(before.text) == 1 and before.text.isalpha() and before.end == tokens[index].start


def _may_be_passed(tokens: Sequence[Token], index: int) -> bool:
    """Whether a word that bars the way elsewhere belongs to the phrase ("757 study participants")."""
    if tokens[index].text == "cell":
        return text_at(tokens, index - 1) in word_list("kinds_of_cell")
    if tokens[index].text in _NUMBERED:
        return bool(_DEGREE.fullmatch(text_at(tokens, index + 1)))
    if tokens[index].text == OF:
        return text_at(tokens, index - 1) == "society"
    if tokens[index].text == "to":
        return text_at(tokens, index - 1) in _DEGREES and bool(noun_at(tokens, index + 2) or noun_at(tokens, index + 3))
    return tokens[index].text in word_list("settings") and bool(noun_at(tokens, index + 1))


_DEGREES: Final = frozenset({"mild", "moderate", "overweight", "normal", "early", "low", "intermediate"})
"""What "to" follows where it does not bar the way ("12 mild to moderate asthmatic adults")."""
_DEGREE: Final = re.compile(r"[1-4](?:[ab]|-[1-4])?|[iv]{1,3}[ab]?(?:-[iv]{1,3}[ab]?)?")
"""A degree behind "stage" or "grade" that describes people ("12 stage III or IV adults")."""


def _shared_noun(tokens: Sequence[Token], place: int, other: int) -> tuple[str, int] | None:
    """The noun that two numbers share: "12 treated and 11 untreated patients"."""
    between = list(_outside_brackets(token.text for token in tokens[place + 1 : other]))
    describes = (
        between[-1:] == ["and"]
        and 1 < len(between) <= _SHARED
        and not any(word.endswith("s") or not word.replace("-", "").isalpha() for word in between[:-1])
    )
    cut = between[:1] and between[0].endswith("-") and between[-1] == "and"
    return noun_after(tokens, other) if describes or cut else None


def _outside_brackets(words: Iterable[str]) -> Iterator[str]:
    depth = 0
    for word in words:
        depth += (word in "([") - (word in ")]")
        if not depth and word not in ")]":
            yield word


_SHARED: Final = 3
"""So many words at most, "and" among them, stand between two numbers of one noun."""
_SINGULAR: Final = "one"
"""The class of nouns that count one person alone ("24 patient visits" count none)."""
_CLOSING: Final = frozenset(",/)")
"""What stands between a number and words that it does not count."""
_ADJECTIVES: Final = frozenset({"male", "female"})
"""Nouns where no other follows ("12 female and ten male volunteers")."""
_GOES_ON: Final = frozenset({"participants", "patients", "subjects", "volunteers"})
"""Nouns that end a phrase in which another noun describes ("20 women volunteers")."""
