"""What a text must contain for a pattern to match at all, derived from the parsed pattern.

From it follow strings of which every match contains one; they are cut into pieces of words (``word_pieces.py``), and
rare pieces stand before common ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from itertools import product
from math import prod
from typing import Any, Final

from mscminer.extract.frequencies import COMMON_WORDS
from mscminer.extract.starts import is_digit
from mscminer.extract.word_pieces import DIGIT, LONGEST_PIECE, SHORTEST_PIECE, WORD, Pieces, parts_of

_MOST_IN_RUN: Final = 64
_MOST_CLAUSES: Final = 3
_RARE: Final = 0.001
_TELLING: Final = 0.6
"""What is likelier than this is not worth the question beside something that tells more."""
Clauses = tuple[Pieces, ...]
"""Of each clause a text must have one piece; the most telling clause stands first."""


@cache
def _common_pieces() -> dict[str, float]:
    chances: dict[str, float] = {}
    for word, chance in COMMON_WORDS.items():
        for piece in set(parts_of(word)):
            chances[piece] = chances.get(piece, 0.0) + chance
    return chances


def _chance(piece: str) -> float:
    """Roughly, that a sentence has a word with this piece."""
    return _common_pieces().get(piece, 0.0) + (_RARE if piece[0] in "^=" else _RARE * 5 ** max(0, 4 - len(piece)))


Ways = list[Clauses]


def ways_of(items: Iterable[Any], *, starts: bool = False) -> Ways | None:
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
            found.add(character if WORD.match(character) else _SEPARATOR)
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
    matches = list(WORD.finditer(text))
    pieces = set()
    for match in matches:
        opens = match.start() > 0 or starts
        closes = match.end() < len(text) or ends
        word = match.group()[:LONGEST_PIECE]
        if opens and closes and word == match.group():
            pieces.add(f"={word}")
        elif opens:
            pieces.add(f"^{word}")
        elif len(word) >= SHORTEST_PIECE:
            pieces.add(word)
    telling = {piece for piece in pieces if len(piece) >= SHORTEST_PIECE + (piece[0] == "^")} or pieces
    return frozenset(telling) if telling else None


def _of_item(name: str, argument: Any, *, starts: bool) -> Ways | None:
    if name == "IN" and all(map(is_digit, argument)):
        return [(frozenset({DIGIT}),)]
    if name == "SUBPATTERN":
        return ways_of(argument[3], starts=starts)
    if name == "ASSERT":
        return ways_of(argument[1])
    if name == "ATOMIC_GROUP":
        return ways_of(argument, starts=starts)
    if name == "BRANCH":
        return _any_of(ways_of(branch, starts=starts) for branch in argument[1])
    if name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT") and argument[0] >= 1:
        return ways_of(argument[2], starts=starts)
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


@lru_cache(maxsize=50_000)
def _chance_of(clause: Pieces) -> float:
    """Roughly, that a sentence meets a clause."""
    return sum(map(_chance, clause))
