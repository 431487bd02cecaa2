"""What a text must contain for a pattern to match at all, derived from the pattern, and told for all patterns at once.

Python tries an alternation at every character, tens of nanoseconds each, and most patterns match in few texts.  From
the parsed pattern follow strings of which every match contains one (`needs_of`); they are cut into pieces of words.
`pieces_in` looks a text's words up in a table of those pieces, once, and then each pattern is a test of two small sets.
Nothing has to be written by hand, so nothing can be forgotten when a rule is edited.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from typing import Any, Final

from mscminer.extract.starts import first_match, lowered, matches_in, starts_of

_SHORTEST: Final = 2
_LONGEST: Final = 24
_MOST: Final = 400
"""A pattern that may begin in more ways than this is simply tried."""
_MOST_IN_RUN: Final = 64
_MOST_WORDS: Final = 200_000
_WORD: Final = re.compile(r"\w+")
_COMMON_WORDS: Final = """a an the of in on at by to for with from and or no not as is are was were be been had has have
    it its this that these we all after before than who which may can one two"""
_COMMON: Final = frozenset(f"={word}" for word in _COMMON_WORDS.split())
"""Whole words that most texts have, so that to ask for them tells nothing."""

Pieces = frozenset[str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Needs:
    """Alternatives, one of which a text must meet.

    Args:
        one: pieces that suffice alone: ``marrow`` within a word, ``^intra`` at a word's start, ``=oa`` a whole word.
        together: sets of pieces that suffice together.
        least: those of `one` and of each set of `together` one, without all of which nothing is met.
    """

    one: Pieces
    together: tuple[Pieces, ...] = ()
    least: Pieces = frozenset()

    def met_by(self, pieces: Pieces) -> bool:
        """Whether a text with these pieces may hold a match."""
        if self.least.isdisjoint(pieces):
            return False
        return not self.one.isdisjoint(pieces) or any(some <= pieces for some in self.together)


class _Words(dict[str, Pieces]):
    """The known pieces of every word seen so far."""

    def __init__(self) -> None:
        super().__init__()
        self.known: set[str] = set()

    def add(self, pieces: Iterable[str]) -> None:
        """Make more pieces known; words seen before are looked at anew."""
        more = set(pieces) - self.known
        if more:
            self.known |= more
            self.clear()
            pieces_in.cache_clear()

    def __missing__(self, word: str) -> Pieces:
        if len(self) >= _MOST_WORDS:
            self.clear()
        found = self.known.intersection(_parts(word)) if len(word) <= 48 else self._of_long(word)
        self[word] = pieces = frozenset(found)
        return pieces

    def _of_long(self, word: str) -> Iterator[str]:
        for piece in self.known:
            bare = piece.lstrip("^=")
            if piece in word or (piece[0] == "^" and word.startswith(bare)) or (piece[0] == "=" and word == bare):
                yield piece


def _parts(word: str) -> Iterator[str]:
    size = len(word)
    yield f"={word}"
    for end in range(1, min(size, _LONGEST) + 1):
        yield f"^{word[:end]}"
    for start in range(size - 1):
        for end in range(start + _SHORTEST, min(size, start + _LONGEST) + 1):
            yield word[start:end]


_words = _Words()


@lru_cache(maxsize=1024)
def pieces_in(text: str) -> Pieces:
    """The known pieces of all words of a text."""
    return frozenset().union(*map(_words.__getitem__, set(_WORD.findall(lowered(text)))))


def needs_of(pattern: re.Pattern[str]) -> Needs | None:
    """What a text must contain to hold a match of `pattern`; None if nothing can be said.

    >>> sorted(needs_of(re.compile(r"\\b(?:OA|osteoarth\\w+)\\b", re.IGNORECASE)).one)
    ['=oa', '^osteoarth']
    """
    items = re._parser.parse(pattern.pattern, pattern.flags & ~re.UNICODE)  # type: ignore[attr-defined]
    found = _of_sequence(items)
    if not found or len(found) > _MOST:
        return None
    sets = {alternative for alternative in found if len(alternative) > 1}
    one = frozenset(piece for alternative in found - sets for piece in alternative)
    _words.add(one.union(*sets))
    together = tuple(sorted(sets, key=sorted))
    return Needs(one=one, together=together, least=one.union(map(_rarest, together)))


def _rarest(pieces: Pieces) -> str:
    return max(pieces, key=lambda piece: (piece not in _COMMON, len(piece), piece))


class Anchored:
    """A pattern that is tried only on texts that may hold a match of it, and there only where one can begin.

    Args:
        compiled: the pattern; `pattern` is its source, as `re.Pattern` has it.
    """

    __slots__ = ("compiled", "needs", "pattern", "starts")

    def __init__(self, compiled: re.Pattern[str]) -> None:
        self.compiled = compiled
        self.pattern = compiled.pattern
        self.needs = needs_of(compiled)
        self.starts = starts_of(compiled)

    def may_match(self, text: str) -> bool:
        """False only if the pattern cannot match in `text`."""
        return self.needs is None or self.needs.met_by(pieces_in(text))

    def search(self, text: str) -> re.Match[str] | None:
        """The first match."""
        return first_match(self.compiled, self.starts, text) if self.may_match(text) else None

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        """Every match."""
        return matches_in(self.compiled, self.starts, text) if self.may_match(text) else iter(())


def anchored(pattern: str, flags: int = 0) -> Anchored:
    """`re.compile` for a pattern that matches in few of the texts it is tried on."""
    return Anchored(re.compile(pattern, flags))


class Selector:
    """Which of many patterns may match in a text, told by its pieces without a look at each pattern."""

    def __init__(self, patterns: Iterable[Anchored]) -> None:
        self._always: list[int] = []
        self._alone: dict[str, list[int]] = {}
        self._together: dict[str, list[tuple[int, Pieces]]] = {}
        for place, pattern in enumerate(patterns):
            if pattern.needs is None:
                self._always.append(place)
                continue
            for piece in pattern.needs.one:
                self._alone.setdefault(piece, []).append(place)
            for pieces in pattern.needs.together:
                self._together.setdefault(_rarest(pieces), []).append((place, pieces))

    def places(self, text: str) -> list[int]:
        """The places in the list of the patterns that may match, in order."""
        pieces = pieces_in(text)
        found = set(self._always)
        for piece in self._alone.keys() & pieces:
            found.update(self._alone[piece])
        for piece in self._together.keys() & pieces:
            for place, others in self._together[piece]:
                if place not in found and others <= pieces:
                    found.add(place)
        return sorted(found)


Alternatives = frozenset[Pieces]


def _of_sequence(items: Iterable[Any], *, starts: bool = False) -> Alternatives | None:
    """The best alternatives among those that the runs and parts of a sequence require.

    Args:
        starts: whether a word begins where the sequence does.
    """
    best: Alternatives | None = None
    run: list[str] = [""]
    for operation, argument in [*items, (None, None)]:
        name = str(operation)
        strings = _strings(name, argument)
        if strings is not None and len(run) * len(strings) <= _MOST_IN_RUN:
            run = [before + after for before, after in product(run, strings)]
            continue
        bounded = name == "AT" and str(argument) == "AT_BOUNDARY"
        best = _better(best, _of_run(run, starts=starts, ends=bounded))
        best = _better(best, _of_item(name, argument, starts=starts and run == [""]))
        run, starts = ([""], bounded) if strings is None else (strings, False)
    return _better(best, _of_run(run, starts=starts, ends=False))


_SEPARATOR: Final = " "
"""Stands for any character that is in no word: which one it is tells nothing of the words beside it."""


def _strings(name: str, argument: Any) -> list[str] | None:
    """All strings that an item can match, lower case, if they are few."""
    if name == "LITERAL":
        return [chr(argument).lower()]
    if name == "IN":
        return _characters(argument)
    if name == "SUBPATTERN":
        return _strings_of(argument[3])
    if name == "BRANCH":
        branches = [_strings_of(branch) for branch in argument[1]]
        whole = sorted({text for branch in branches if branch is not None for text in branch})
        return None if None in branches or len(whole) > _MOST_IN_RUN else whole
    if name in ("MAX_REPEAT", "MIN_REPEAT"):
        inside = _strings_of(argument[2])
        if inside is None or (argument[1] != 1 and inside != [_SEPARATOR]):
            return None
        return sorted({*inside, *([""] if argument[0] == 0 else [])})
    return None


def _characters(members: Iterable[Any]) -> list[str] | None:
    """The characters of a class, if they are few; all that are in no word count as one."""
    found = set()
    for kind, value in members:
        if str(kind) == "LITERAL":
            character = chr(value).lower()
            found.add(character if _WORD.match(character) else _SEPARATOR)
        elif str(kind) == "CATEGORY" and str(value) == "CATEGORY_SPACE":
            found.add(_SEPARATOR)
        else:
            return None
    return sorted(found) if len(found) <= 6 else None


def _strings_of(items: Iterable[Any]) -> list[str] | None:
    run = [""]
    for operation, argument in items:
        strings = _strings(str(operation), argument)
        if strings is None or len(run) * len(strings) > _MOST_IN_RUN:
            return None
        run = [before + after for before, after in product(run, strings)]
    return run


def _of_run(run: list[str], *, starts: bool, ends: bool) -> Alternatives | None:
    if run == [""]:
        return None
    found = [_pieces(text, starts=starts, ends=ends) for text in run]
    return None if None in found else frozenset(piece for piece in found if piece is not None)


def _pieces(text: str, *, starts: bool, ends: bool) -> Pieces | None:
    """The pieces of words that a string is made of; None if they are too short to tell anything."""
    matches = list(_WORD.finditer(text))
    pieces = set()
    for match in matches:
        opens = match.start() > 0 or starts
        closes = match.end() < len(text) or ends
        word = match.group()[:_LONGEST]
        if opens and closes and word == match.group():
            pieces.add(f"={word}")
        elif opens:
            pieces.add(f"^{word}")
        elif len(word) >= _SHORTEST:
            pieces.add(word)
    telling = {piece for piece in pieces if len(piece) >= _SHORTEST + (piece[0] in "^=")} or pieces
    return frozenset(telling) if telling else None


def _of_item(name: str, argument: Any, *, starts: bool) -> Alternatives | None:
    if name == "SUBPATTERN":
        return _of_sequence(argument[3], starts=starts)
    if name == "ASSERT":
        return _of_sequence(argument[1])
    if name == "ATOMIC_GROUP":
        return _of_sequence(argument, starts=starts)
    if name == "BRANCH":
        return _union(_of_sequence(branch, starts=starts) for branch in argument[1])
    if name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT") and argument[0] >= 1:
        return _of_sequence(argument[2], starts=starts)
    return None


def _union(sets: Iterable[Alternatives | None]) -> Alternatives | None:
    """All branches together; None as soon as one branch requires nothing."""
    whole: set[Pieces] = set()
    for one in sets:
        if one is None:
            return None
        whole |= one
    return frozenset(whole)


def _better(first: Alternatives | None, second: Alternatives | None) -> Alternatives | None:
    """The alternatives whose least telling one tells more; of equals the fewer."""
    if first is None or second is None:
        return first or second
    return max(first, second, key=lambda one: (min(map(_worth, one)), -len(one)))


def _worth(alternative: Pieces) -> int:
    """How rarely an alternative is met, roughly: letters, and two more for a word that stands alone."""
    return (
        max((0 if piece in _COMMON else len(piece) + (piece[0] == "=")) for piece in alternative) if alternative else 0
    )
