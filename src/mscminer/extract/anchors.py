"""What a text must contain for a pattern to match at all, derived from the pattern, and told for all patterns at once.

Python tries an alternation at every character, tens of nanoseconds each, and most patterns match in few texts.  From
the parsed pattern follow strings of which every match contains one (`needs_of`); they are cut into pieces of words.
`pieces_in` looks a text's words up in a table of those pieces, once, and then each pattern is a test of a few bits.
Nothing has to be written by hand, so nothing can be forgotten when a rule is edited.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache, reduce
from itertools import chain, product
from math import prod
from operator import itemgetter, or_
from typing import Any, Final

from mscminer.extract.characters import CharacterTable
from mscminer.extract.frequencies import COMMON_WORDS
from mscminer.extract.starts import Finder, is_digit, lowered, parsed

_SHORTEST: Final = 2
_LONGEST: Final = 24
_MOST: Final = 400
"""A pattern that may begin in more ways than this is simply tried."""
_MOST_IN_RUN: Final = 64
_MOST_WORDS: Final = 50_000
_MOST_CLAUSES: Final = 3
_RARE: Final = 0.001
_TELLING: Final = 0.6
"""What is likelier than this is not worth the question beside something that tells more."""
_WORD: Final = re.compile(r"\w+")
_OF_WORDS: Final = CharacterTable(lambda char: char if _WORD.match(char) else " ")
_HAS_DIGIT: Final = re.compile(r"\d")
_DIGIT: Final = "#"
"""The piece of every word that has a digit."""

Pieces = frozenset[str]


Clauses = tuple[Pieces, ...]
"""Of each clause a text must have one piece; the most telling clause stands first."""


Masks = tuple[int, ...]
"""The same with one bit for each piece."""


class Needs:
    """What a text must have to hold a match: all clauses of one of several ways.

    Args:
        ways: pieces are ``marrow`` within a word, ``^intra`` at a word's start, ``=oa`` a whole word.
    """

    __slots__ = ("_masks", "ways")

    def __init__(self, ways: Iterable[Clauses]) -> None:
        self.ways = tuple(ways)
        self._masks: tuple[int, tuple[Masks, ...]] | None = None
        _words.add(piece for clauses in self.ways for clause in clauses for piece in clause)

    def met_by(self, text: str) -> bool:
        """Whether a text may hold a match."""
        first, ways = self._masks or self._masked()
        pieces = pieces_in(text)
        return bool(first & pieces) and _any_met(ways, pieces)

    def _masked(self) -> tuple[int, tuple[Masks, ...]]:
        """The bits of the ways' first clauses, without all of which nothing is met, and those of each way's clauses.

        They are made when a text is first asked: patterns that a `Selector` chooses need none.
        """
        ways = tuple(tuple(map(_records.bits_of, clauses)) for clauses in self.ways)
        _records.forget()
        self._masks = reduce(or_, (clauses[0] for clauses in ways)), ways
        return self._masks


def _any_met(ways: Iterable[Masks], pieces: int) -> bool:
    """Whether all clauses of one of the ways are met."""
    for clauses in ways:
        for clause in clauses:
            if not clause & pieces:
                break
        else:
            return True
    return False


_Record = tuple[Any, ...]
"""What the pieces of a word tell, one column for each who asks; the first has the bits of those that have one."""


class _Words(dict[str, Pieces]):
    """The known pieces of every word seen so far."""

    def __init__(self) -> None:
        super().__init__()
        self.known: set[str] = set()

    def add(self, pieces: Iterable[str]) -> None:
        """Make more pieces known; words seen before are looked at anew."""
        size = len(self.known)
        self.known.update(pieces)
        if len(self.known) > size:
            self.clear()

    def __missing__(self, word: str) -> Pieces:
        if len(self) >= _MOST_WORDS:
            self.clear()
        found = self.known.intersection(_parts(word)) if len(word) <= 48 else self._of_long(word)
        self[word] = pieces = frozenset(found)
        return pieces

    def _of_long(self, word: str) -> Iterator[str]:
        if _HAS_DIGIT.search(word):
            yield _DIGIT
        for piece in self.known:
            bare = piece.lstrip("^=")
            if piece in word or (piece[0] == "^" and word.startswith(bare)) or (piece[0] == "=" and word == bare):
                yield piece


_words = _Words()


class _Records(dict[str, _Record | None]):
    """What the pieces of every word seen so far tell; None for a word that tells nothing.

    A word is looked up once for all who ask: one dictionary stays in the processor's cache where twenty would not.
    """

    def __init__(self) -> None:
        super().__init__()
        self._told: dict[str, dict[int, Any]] = {}
        self._nothing: list[Any] = [0]
        self._bits: dict[str, int] = {}

    def add_column(self, nothing: int | frozenset[Any]) -> int:
        """Make room for one more who asks, and is told this by a word that tells nothing; returns its number."""
        self._nothing.append(nothing)
        return len(self._nothing) - 1

    def tell(self, column: int, piece: str, told: int | frozenset[Any]) -> None:
        """From now on, a word with this piece tells this besides."""
        columns = self._told.setdefault(piece, {})
        columns[column] = columns.get(column, self._nothing[column]) | told

    def bits_of(self, pieces: Iterable[str]) -> int:
        """The bits of pieces, which get one when they are first asked for."""
        return reduce(or_, map(self._bit, sorted(pieces)), 0)

    def _bit(self, piece: str) -> int:
        if piece not in self._bits:
            self._bits[piece] = 1 << len(self._bits)
            self.tell(0, piece, self._bits[piece])
        return self._bits[piece]

    def forget(self) -> None:
        """Look anew at words and texts seen before: to be called when all is told."""
        self.clear()
        records_in.cache_clear()
        pieces_in.cache_clear()

    def __missing__(self, word: str) -> _Record | None:
        if len(self) >= _MOST_WORDS:
            self.clear()
        telling = _words[word] & self._told.keys()
        self[word] = record = self._record_of(telling) if telling else None
        return record

    def _record_of(self, pieces: Iterable[str]) -> _Record:
        columns = list(self._nothing)
        for piece in pieces:
            for column, told in self._told[piece].items():
                columns[column] |= told
        return tuple(columns)


_records = _Records()


def _parts(word: str) -> Iterator[str]:
    size = len(word)
    if _HAS_DIGIT.search(word):
        yield _DIGIT
    yield f"={word}"
    for end in range(1, min(size, _LONGEST) + 1):
        yield f"^{word[:end]}"
    for start in range(size - 1):
        for end in range(start + _SHORTEST, min(size, start + _LONGEST) + 1):
            yield word[start:end]


@cache
def _common_pieces() -> dict[str, float]:
    chances: dict[str, float] = {}
    for word, chance in COMMON_WORDS.items():
        for piece in set(_parts(word)):
            chances[piece] = chances.get(piece, 0.0) + chance
    return chances


def _chance(piece: str) -> float:
    """Roughly, that a sentence has a word with this piece."""
    return _common_pieces().get(piece, 0.0) + (_RARE if piece[0] in "^=" else _RARE * 5 ** max(0, 4 - len(piece)))


@lru_cache(maxsize=256)
def words_in(text: str) -> frozenset[str]:
    """The words of a text, in lower case."""
    return frozenset(_OF_WORDS.applied(lowered(text)).split())


@lru_cache(maxsize=256)
def records_in(text: str) -> list[_Record]:
    """What the words of a text tell, of those that tell something."""
    return list(filter(None, map(_records.__getitem__, words_in(text))))


@lru_cache(maxsize=256)
def pieces_in(text: str) -> int:
    """The bits of the pieces of all words of a text."""
    return reduce(or_, map(_FIRST, records_in(text)), 0)


_FIRST: Final = itemgetter(0)


def needs_of(pattern: re.Pattern[str]) -> Needs | None:
    """What a text must contain to hold a match of `pattern`; None if nothing can be said.

    >>> [[sorted(clause) for clause in way] for way in needs_of(re.compile(r"\\b(?:OA|osteoarth\\w+)\\b")).ways]
    [[['^oa', '^osteoarth']]]
    """
    ways = _of_sequence(parsed(pattern))
    if not ways or sum(len(clauses[0]) for clauses in ways) > _MOST:
        return None
    return Needs(ways)


class Anchored:
    """A pattern that is tried only on texts that may hold a match of it, and there only where one can begin.

    Args:
        compiled: the pattern; `pattern` is its source, as `re.Pattern` has it.
    """

    __slots__ = ("_finder", "compiled", "needs", "pattern")

    def __init__(self, compiled: re.Pattern[str]) -> None:
        self.compiled = compiled
        self.pattern = compiled.pattern
        self.needs = needs_of(compiled)
        self._finder = Finder(compiled)

    def may_match(self, text: str) -> bool:
        """False only if the pattern cannot match in `text`."""
        return self.needs is None or self.needs.met_by(text)

    def search(self, text: str) -> re.Match[str] | None:
        """The first match."""
        needs = self.needs
        return self._finder.first(text) if needs is None or needs.met_by(text) else None

    def first_in(self, text: str) -> re.Match[str] | None:
        """The first match in a text that a `Selector` has chosen for this pattern."""
        return self._finder.first(text)

    def among(self, texts: Iterable[str]) -> Iterator[int]:
        """The places, in a list of texts, of those that hold a match."""
        return (place for place, text in enumerate(texts) if self.search(text))

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        """Every match."""
        needs = self.needs
        return self._finder.matches(text) if needs is None or needs.met_by(text) else iter(())

    def all_in(self, text: str) -> Iterator[re.Match[str]]:
        """Every match in a text that a `Selector` has chosen for this pattern."""
        return self._finder.matches(text)

    def blanked(self, text: str) -> str:
        """The text with a blank in place of every match."""
        return self.compiled.sub(" ", text) if self.may_match(text) else text


def anchored(pattern: str, flags: int = 0) -> Anchored:
    """`re.compile` for a pattern that matches in few of the texts it is tried on."""
    return Anchored(re.compile(pattern, flags))


class Selector:
    """Which of many patterns may match in a text, told by its words without a look at each pattern.

    Every clause of the patterns has a bit.  Made once and kept: what words tell it is remembered with them.
    """

    def __init__(self, patterns: Iterable[Anchored]) -> None:
        self._always: list[int] = []
        self._bits: dict[Pieces, int] = {}
        met, hints = _records.add_column(0), _records.add_column(frozenset())
        self._met_by, self._hints_in = itemgetter(met), itemgetter(hints)
        for place, pattern in enumerate(patterns):
            if pattern.needs is None:
                self._always.append(place)
                continue
            for clauses in pattern.needs.ways:
                needed = reduce(or_, (self._bit(clause, met) for clause in clauses))
                for piece in clauses[0]:
                    _records.tell(hints, piece, frozenset({(place, needed)}))
        _records.forget()

    def _bit(self, clause: Pieces, column: int) -> int:
        """The bit of a clause; its pieces tell that they meet it."""
        if clause not in self._bits:
            self._bits[clause] = bit = 1 << len(self._bits)
            for piece in clause:
                _records.tell(column, piece, bit)
        return self._bits[clause]

    def places(self, text: str) -> list[int]:
        """The places in the list of the patterns that may match, in order."""
        records = records_in(text)
        met = reduce(or_, map(self._met_by, records), 0)
        hints = chain.from_iterable(map(self._hints_in, records))
        found = {place for place, needed in hints if met & needed == needed}
        found.update(self._always)
        return sorted(found)


Ways = list[Clauses]


def _of_sequence(items: Iterable[Any], *, starts: bool = False) -> Ways | None:
    """All that the runs and parts of a sequence require; None if they require nothing.

    Args:
        starts: whether a word begins where the sequence does.
    """
    found: list[Ways | None] = []
    run: list[str] = [""]
    for operation, argument in [*items, (None, None)]:
        name = str(operation)
        strings = _strings(name, argument)
        if strings is not None and len(run) * len(strings) <= _MOST_IN_RUN:
            run = [before + after for before, after in product(run, strings)]
            continue
        bounded = name == "AT" and str(argument) == "AT_BOUNDARY"
        found += _of_run(run, starts=starts, ends=bounded), _of_item(name, argument, starts=starts and run == [""])
        run, starts = ([""], bounded) if strings is None else (strings, False)
    return _all_of([*found, _of_run(run, starts=starts, ends=False)])


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


def _of_run(run: list[str], *, starts: bool, ends: bool) -> Ways | None:
    if run == [""]:
        return None
    found = [_pieces(text, starts=starts, ends=ends) for text in run]
    return _any_of([_telling(frozenset({piece}) for piece in pieces)] if pieces else None for pieces in found)


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
    telling = {piece for piece in pieces if len(piece) >= _SHORTEST + (piece[0] == "^")} or pieces
    return frozenset(telling) if telling else None


def _of_item(name: str, argument: Any, *, starts: bool) -> Ways | None:
    if name == "IN" and all(map(is_digit, argument)):
        return [(frozenset({_DIGIT}),)]
    if name == "SUBPATTERN":
        return _of_sequence(argument[3], starts=starts)
    if name == "ASSERT":
        return _of_sequence(argument[1])
    if name == "ATOMIC_GROUP":
        return _of_sequence(argument, starts=starts)
    if name == "BRANCH":
        return _any_of(_of_sequence(branch, starts=starts) for branch in argument[1])
    if name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT") and argument[0] >= 1:
        return _of_sequence(argument[2], starts=starts)
    return None


def _any_of(parts: Iterable[Ways | None]) -> Ways | None:
    """What meets one of the parts; nothing can be said as soon as one of them asks for nothing."""
    single: set[str] = set()
    ways: Ways = []
    for part in parts:
        if part is None:
            return None
        for clauses in part:
            if len(clauses) == 1:
                single |= clauses[0]
            elif clauses not in ways:
                ways.append(clauses)
    return [(frozenset(single),), *ways] if single else ways


def _all_of(parts: Iterable[Ways | None]) -> Ways | None:
    """What meets all parts: each way of the most telling one, together with what every way of the others has."""
    known = sorted((part for part in parts if part), key=_chance_of_ways)
    if not known:
        return None
    others = [clause for part in known[1:] for clause in _of_every_way(part)]
    return [_telling([*clauses, *others]) for clauses in known[0]]


def _of_every_way(ways: Ways) -> Iterator[Pieces]:
    """Clauses that are met whichever of the ways is."""
    yield frozenset().union(*(clauses[0] for clauses in ways))
    if any(len(clauses) > 1 for clauses in ways):
        yield frozenset().union(*(clauses[min(1, len(clauses) - 1)] for clauses in ways))


def _telling(clauses: Iterable[Pieces]) -> Clauses:
    """The most telling clauses; those that nearly every sentence meets are left out beside them."""
    best = sorted(dict.fromkeys(clauses), key=lambda clause: (_chance_of(clause), len(clause), sorted(clause)))
    return (best[0], *(clause for clause in best[1:_MOST_CLAUSES] if _chance_of(clause) < _TELLING))


def _chance_of_ways(ways: Ways) -> float:
    return sum(prod(map(_chance_of, clauses)) for clauses in ways)


def _chance_of(clause: Pieces) -> float:
    """Roughly, that a sentence meets a clause."""
    return sum(map(_chance, clause))
