"""The words of a text, and what their pieces tell to whoever asks: each word is cut and looked up once.

A piece is ``marrow`` within a word, ``^intra`` at a word's start, ``=oa`` a whole word, or ``#``, a digit in it.  Only
pieces that some pattern needs are known.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache, reduce
from operator import itemgetter, or_
from typing import Any, Final

from mscminer.extract.characters import CharacterTable
from mscminer.extract.starts import lowered

SHORTEST_PIECE: Final = 2
LONGEST_PIECE: Final = 24
_MOST_WORDS: Final = 50_000
WORD: Final = re.compile(r"\w+")
_OF_WORDS: Final = CharacterTable(lambda char: char if WORD.match(char) else " ")
_HAS_DIGIT: Final = re.compile(r"\d")
DIGIT: Final = "#"
"""The piece of every word that has a digit."""
Pieces = frozenset[str]
Record = tuple[Any, ...]
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
        found = self.known.intersection(parts_of(word)) if len(word) <= 48 else self._of_long(word)
        self[word] = pieces = frozenset(found)
        return pieces

    def _of_long(self, word: str) -> Iterator[str]:
        if _HAS_DIGIT.search(word):
            yield DIGIT
        for piece in self.known:
            bare = piece.lstrip("^=")
            if piece in word or (piece[0] == "^" and word.startswith(bare)) or (piece[0] == "=" and word == bare):
                yield piece


WORDS = _Words()


class _Records(dict[str, Record | None]):
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

    def __missing__(self, word: str) -> Record | None:
        if len(self) >= _MOST_WORDS:
            self.clear()
        telling = WORDS[word] & self._told.keys()
        self[word] = record = self._record_of(telling) if telling else None
        return record

    def _record_of(self, pieces: Iterable[str]) -> Record:
        columns = list(self._nothing)
        for piece in pieces:
            for column, told in self._told[piece].items():
                columns[column] |= told
        return tuple(columns)


RECORDS = _Records()


def parts_of(word: str) -> Iterator[str]:
    size = len(word)
    if _HAS_DIGIT.search(word):
        yield DIGIT
    yield f"={word}"
    for end in range(1, min(size, LONGEST_PIECE) + 1):
        yield f"^{word[:end]}"
    for start in range(size - 1):
        for end in range(start + SHORTEST_PIECE, min(size, start + LONGEST_PIECE) + 1):
            yield word[start:end]


@lru_cache(maxsize=256)
def words_in(text: str) -> frozenset[str]:
    """The words of a text, in lower case."""
    return frozenset(_OF_WORDS.applied(lowered(text)).split())


@lru_cache(maxsize=256)
def records_in(text: str) -> list[Record]:
    """What the words of a text tell, of those that tell something."""
    return list(filter(None, map(RECORDS.__getitem__, words_in(text))))


@lru_cache(maxsize=256)
def pieces_in(text: str) -> int:
    """The bits of the pieces of all words of a text."""
    return reduce(or_, map(_FIRST, records_in(text)), 0)


_FIRST: Final = itemgetter(0)
