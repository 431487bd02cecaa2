"""Patterns that are tried only on texts that hold what they need, told for all patterns at once.

Python tries an alternation at every character, tens of nanoseconds each, and most patterns match in few texts.  What
a match needs is derived from the pattern (``pattern_needs.py``); a text's words are looked up once
(``word_pieces.py``), and then each pattern is a test of a few bits.  Nothing has to be written by hand, so nothing can
be forgotten when a rule is edited.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import reduce
from itertools import chain
from operator import itemgetter, or_
from typing import Final

from mscminer.extract.pattern_needs import Clauses, ways_of
from mscminer.extract.starts import Finder, parsed
from mscminer.extract.word_pieces import RECORDS, WORDS, Pieces, pieces_in, records_in

_MOST: Final = 400
"""A pattern that may begin in more ways than this is simply tried."""
Masks = tuple[int, ...]
"""Of each clause of a way, the bits of its pieces."""


class Needs:
    """What a text must have to hold a match: all clauses of one of several ways.

    Args:
        ways: pieces are ``marrow`` within a word, ``^intra`` at a word's start, ``=oa`` a whole word.
    """

    __slots__ = ("_masks", "ways")

    def __init__(self, ways: Iterable[Clauses]) -> None:
        self.ways = tuple(ways)
        self._masks: tuple[int, tuple[Masks, ...]] | None = None
        WORDS.add(piece for clauses in self.ways for clause in clauses for piece in clause)

    def met_by(self, text: str) -> bool:
        """Whether a text may hold a match."""
        first, ways = self._masks or self._masked()
        pieces = pieces_in(text)
        return bool(first & pieces) and _any_met(ways, pieces)

    def _masked(self) -> tuple[int, tuple[Masks, ...]]:
        """The bits of the ways' first clauses, without all of which nothing is met, and those of each way's clauses.

        They are made when a text is first asked: patterns that a `Selector` chooses need none.
        """
        ways = tuple(tuple(map(RECORDS.bits_of, clauses)) for clauses in self.ways)
        RECORDS.forget()
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


def needs_of(pattern: re.Pattern[str]) -> Needs | None:
    """What a text must contain to hold a match of `pattern`; None if nothing can be said.

    >>> [[sorted(clause) for clause in way] for way in needs_of(re.compile(r"\\b(?:OA|osteoarth\\w+)\\b")).ways]
    [[['^oa', '^osteoarth']]]
    """
    ways = ways_of(parsed(pattern))
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
        met, hints = RECORDS.add_column(0), RECORDS.add_column(frozenset())
        self._met_by, self._hints_in = itemgetter(met), itemgetter(hints)
        for place, pattern in enumerate(patterns):
            if pattern.needs is None:
                self._always.append(place)
                continue
            for clauses in pattern.needs.ways:
                needed = reduce(or_, (self._bit(clause, met) for clause in clauses))
                for piece in clauses[0]:
                    RECORDS.tell(hints, piece, frozenset({(place, needed)}))
        RECORDS.forget()

    def _bit(self, clause: Pieces, column: int) -> int:
        """The bit of a clause; its pieces tell that they meet it."""
        if clause not in self._bits:
            self._bits[clause] = bit = 1 << len(self._bits)
            for piece in clause:
                RECORDS.tell(column, piece, bit)
        return self._bits[clause]

    def places(self, text: str) -> list[int]:
        """The places in the list of the patterns that may match, in order."""
        records = records_in(text)
        met = reduce(or_, map(self._met_by, records), 0)
        hints = chain.from_iterable(map(self._hints_in, records))
        found = {place for place, needed in hints if met & needed == needed}
        found.update(self._always)
        return sorted(found)
