"""Where in a text a pattern can begin to match at all, derived from the pattern.

Python tries a pattern at every character.  Most begin at a word's start with one of few letters; then it is enough to
try them at the words that begin so, which in a long text one index of its words tells for all patterns.  In a short
one a pattern for their first letter does: Python skips to a letter, but not to an alternation.  What is found is the
same as by `re.Pattern.finditer`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain
from typing import Any, Final

_LENGTH: Final = 3
"""Words are indexed by their first letter and by so many."""
_MOST: Final = 400
_SHORT: Final = 800
"""In a shorter text it is quicker to look for first letters than to make the index."""
_BEGINNING: Final = re.compile(r"(?<![a-z])\w(?:(?<=(?=(\w{3}))\w))?|[-(/:+\d]")
_LATIN_IN_LOWER_CASE: Final = re.compile("[\u017f\u0131\u0130\u212a]")
"""No Latin letters to a pattern that heeds case, but so in `lowered`: what stands behind one is not told apart."""
_DIGIT: Final = "#"
"""Stands for every digit."""
_SIGNS: Final = frozenset("-(/:+")
"""What begins a match beside words."""
_TEXT: Final = "^"
"""Stands for the beginning of the text."""
_LIKE_LATIN: Final = {0x17F: "s", 0x131: "i", 0x130: "i"}
"""What `re.IGNORECASE` takes for a Latin letter and `str.lower` does not turn into it."""
_CASELESS: Final = {"s": "\u017f", "i": "\u0131\u0130", "k": "\u212a"}
"""What else `re.IGNORECASE` takes for a letter."""
_BACK: Final = re.compile(r"\(\?P=|(?<!\\)\(\?\(|\\[1-9]|\(\?[aiLmsux]+\)")
"""Points back to a group, or sets flags of a whole pattern, which Python does not allow where it looks behind."""
_CLOSE: Final = ("LITERAL", ord(" "))
"""Ends what can be told: anything may follow."""
_ONE_DIGIT: Final = ("DIGIT", None)
"""A digit that is one of the ways of a class."""
_REPEATS: Final = frozenset({"MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"})
_AT_WORD: Final = frozenset({"AT_BOUNDARY", "AT_BEGINNING", "AT_BEGINNING_STRING"})

Starts = frozenset[str]


class _UnknownError(Exception):
    """The pattern may begin with anything."""


def lowered(text: str) -> str:
    """Lower case in the sense of `re.IGNORECASE` for Latin letters."""
    low = text.lower()
    return low if low.isascii() or not _LATIN_IN_LOWER_CASE.search(text) else text.translate(_LIKE_LATIN).lower()


def parsed(pattern: re.Pattern[str]) -> Sequence[tuple[Any, Any]]:
    """The parts of a pattern, as Python parses it."""
    return _parsed(pattern.pattern, pattern.flags & ~re.UNICODE)


@lru_cache(maxsize=1)
def _parsed(source: str, flags: int) -> Sequence[tuple[Any, Any]]:
    """Remembered, for what a pattern needs and where it begins are asked one after the other."""
    return tuple(re._parser.parse(source, flags))  # type: ignore[attr-defined]


def starts_of(pattern: re.Pattern[str]) -> Starts | None:
    """First letters of the words that a match begins with, "^" for a text's start; None if it may begin otherwise.

    >>> sorted(starts_of(re.compile(r"\\b(?:bone[- ])?(?:OA|marrow)\\b", re.IGNORECASE)))
    ['bon', 'mar', 'o']
    """
    if pattern.flags & re.ASCII or _BACK.search(pattern.pattern):
        return None
    items = list(parsed(pattern))
    found: set[str] = set()
    try:
        for start in _walk(items, "", opened=False, lines=bool(pattern.flags & re.MULTILINE)):
            found.add(start if len(start) == _LENGTH else start[0])
            if len(found) > _MOST:
                return None
    except (_UnknownError, RecursionError):
        return None
    return frozenset(start for start in found if len(start) == 1 or start[0] not in found)


def may_begin(starts: Starts | None, text: str, place: int) -> bool:
    """Whether a pattern with these starts may match at a place of a text in lower case."""
    if starts is None or (place == 0 and _TEXT in starts):
        return True
    return text[place : place + 1] in starts or text[place : place + _LENGTH] in starts


class Finder:
    """Finds what a pattern finds, and tries it only where a match can begin.

    Attributes:
        starts: as by `starts_of`.
    """

    __slots__ = ("_at_text", "_at_text_alone", "_first_letter", "pattern", "starts")

    def __init__(self, pattern: re.Pattern[str]) -> None:
        self.pattern = pattern
        self.starts = starts_of(pattern)
        self._at_text = _TEXT in (self.starts or ())
        self._at_text_alone = self.starts == frozenset({_TEXT})
        self._first_letter: re.Pattern[str] | None = None

    def matches(self, text: str) -> Iterator[re.Match[str]]:
        """Every match, as by `finditer`."""
        places = self._places(text)
        if places is None:
            yield from self.pattern.finditer(text)
            return
        end = 0
        for place in places:
            if place >= end:
                match = self.pattern.match(text, place)
                if match is not None:
                    yield match
                    end = match.end()

    def first(self, text: str) -> re.Match[str] | None:
        """The first match, as by `search`."""
        if self.starts is None:
            return self.pattern.search(text)
        if self._at_text:
            match = self.pattern.match(text)
            if match or self._at_text_alone:
                return match
        letter = self.first_letter.search(text)
        return letter and self.pattern.match(text, letter.start())

    def _places(self, text: str) -> Iterable[int] | None:
        """Where a match may begin, in order; None if nothing tells."""
        if self.starts is None:
            return None
        if self._at_text_alone:
            return (0,)
        if len(text) < _SHORT:
            found: Iterable[int] = map(re.Match.start, self.first_letter.finditer(text))
        else:
            index = _index(text)
            if index is None:
                return None
            found = sorted(chain.from_iterable(map(index.__getitem__, index.keys() & self.starts)))
        return chain((0,), filter(None, found)) if self._at_text else found

    @property
    def first_letter(self) -> re.Pattern[str]:
        """Matches the first letter of every match, and of those that begin inside one; made when first asked for."""
        if self._first_letter is None:
            letters = _class_of(start[0] for start in self.starts or () if start != _TEXT)
            end = "\n" if self.pattern.flags & re.VERBOSE else ""  # behind a remark
            source = f"(?-i:{letters}{self._opening})(?<=(?={self.pattern.pattern}{end}).)"
            self._first_letter = re.compile(source, self.pattern.flags)
        return self._first_letter

    @property
    def _opening(self) -> str:
        """Denies that a first letter stands behind another one; a digit or sign may."""
        if self.starts and self.starts.isdisjoint((_DIGIT, *_SIGNS)):
            return _BEHIND_NONE
        return rf"(?:{_BEHIND_NONE}|(?<=[\d(:+/-]))"


_BEHIND_NONE: Final = "(?<![A-Za-z].)"


def _class_of(starts: Iterable[str]) -> str:
    """The class of the characters that count as one of these letters, digits or signs, whatever their case."""
    told = sorted(set(starts))
    found = "".join(r"\d" if start == _DIGIT else re.escape(start + start.upper()) for start in told)
    return f"[{found}{''.join(_CASELESS.get(start, '') for start in told)}]"


@lru_cache(maxsize=64)
def _index(text: str) -> dict[str, list[int]] | None:
    """Where what begins with a letter or some is, behind no letter; None if lower case moves the places."""
    low = lowered(text)
    if len(low) != len(text) or _LATIN_IN_LOWER_CASE.search(text):
        return None
    found: dict[str, list[int]] = {}
    for match in _BEGINNING.finditer(low):
        first, place = match.group(), match.start()
        found.setdefault(first, []).append(place)
        if first.isdecimal():
            found.setdefault(_DIGIT, []).append(place)
        letters = match[1]
        if letters is not None:
            found.setdefault(letters, []).append(place)
    return found


def _walk(items: Sequence[tuple[Any, Any]], prefix: str, *, opened: bool, lines: bool) -> Iterator[str]:
    """The letters that a sequence can begin with, behind those already met.

    Args:
        opened: whether no letter stands before the prefix.
        lines: whether what begins a text in a pattern begins each of its lines.
    """
    for number, (operation, argument) in enumerate(items):
        name, rest = str(operation), items[number + 1 :]
        if len(prefix) == _LENGTH:
            break
        if name == "LITERAL":
            character = chr(argument).lower()
            if not _in_word(character):
                prefix = prefix or (character if character in _SIGNS else "")
                break
            if not prefix and not opened:
                raise _UnknownError
            prefix += character
        elif not prefix and _begins_text(name, argument, lines=lines):
            prefix = _TEXT
            break
        elif name in ("AT", "ASSERT_NOT") or (name == "ASSERT" and (prefix or argument[0] < 0)):
            opened = opened or (not prefix and _opens(name, argument))
        elif name == "DIGIT" or (name == "IN" and all(map(is_digit, argument))):
            prefix = prefix or _DIGIT
            break
        elif name == "ASSERT":
            yield from _walk_ahead(argument[1], rest, opened=opened, lines=lines)
            return
        else:
            for one in _ways(name, argument, rest):
                yield from _walk(one, prefix, opened=opened, lines=lines)
            return
    if not prefix:
        raise _UnknownError
    yield prefix


def _walk_ahead(
    seen: Sequence[tuple[Any, Any]], rest: Sequence[tuple[Any, Any]], *, opened: bool, lines: bool
) -> list[str]:
    """What a sequence can begin with whose beginning is looked at before: what is seen tells only where it does not."""
    try:
        return list(_walk(rest, "", opened=opened, lines=lines))
    except _UnknownError:
        return list(_walk([*seen, _CLOSE], "", opened=opened, lines=lines))


def _begins_text(name: str, argument: Any, *, lines: bool) -> bool:
    """Whether an item stands for the beginning of the text and nothing else."""
    return name == "AT" and (str(argument) == "AT_BEGINNING_STRING" or (str(argument) == "AT_BEGINNING" and not lines))


def _is_literal(member: tuple[Any, Any]) -> bool:
    return str(member[0]) == "LITERAL"


def _in_word(character: str) -> bool:
    return character.isascii() and (character.isalnum() or character == "_")


def is_digit(member: tuple[Any, Any]) -> bool:
    """Whether a member of a class stands for digits alone."""
    kind, value = str(member[0]), member[1]
    if kind == "RANGE":
        return bool(value[0] >= _FIRST_DIGIT and value[1] <= _LAST_DIGIT)
    return (kind, str(value)) == ("CATEGORY", "CATEGORY_DIGIT")


_FIRST_DIGIT: Final = ord("0")
_LAST_DIGIT: Final = ord("9")


def _opens(name: str, argument: Any) -> bool:
    """Whether a word character behind this cannot stand behind a letter."""
    if name == "AT":
        return str(argument) in _AT_WORD
    if name == "ASSERT" and argument[0] < 0 and argument[1]:
        operation, value = argument[1][-1]
        listed = [(str(kind), str(one)) for kind, one in value] if str(operation) == "IN" else []
        return listed == [("CATEGORY", "CATEGORY_SPACE")] or (str(operation) == "LITERAL" and not _in_word(chr(value)))
    if name == "ASSERT_NOT" and argument[0] < 0 and len(argument[1]) == 1:
        operation, members = argument[1][0]
        listed = [(str(kind), str(value)) for kind, value in members] if str(operation) == "IN" else []
        letters = ("RANGE", "(97, 122)") in listed and ("RANGE", "(65, 90)") in listed
        return letters or (("CATEGORY", "CATEGORY_WORD") in listed and listed[0][0] != "NEGATE")
    return False


def _ways(name: str, argument: Any, rest: Sequence[tuple[Any, Any]]) -> list[list[tuple[Any, Any]]]:
    """The sequences that an item and what follows it can be."""
    if name == "SUBPATTERN":
        return [[*argument[3], *rest]]
    if name == "ATOMIC_GROUP":
        return [[*argument, *rest]]
    if name == "BRANCH":
        return [[*branch, *rest] for branch in argument[1]]
    if name in _REPEATS:
        behind = rest if argument[1] == 1 else [_CLOSE]
        once = [*argument[2], *behind]
        return [once] if argument[0] else [once, list(rest)]
    if name == "IN" and all(_is_literal(member) or is_digit(member) for member in argument):
        return [[member if _is_literal(member) else _ONE_DIGIT, *rest] for member in argument]
    return [[_CLOSE]]
