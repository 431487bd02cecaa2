"""Strings of which a pattern's every match contains one: a cheap test before the pattern itself is tried.

Derived from the parsed pattern, so that they cannot be forgotten when a rule is edited.  Python's alternations are
tried at every character (tens of nanoseconds each); looking for a few plain strings first is some thirty times cheaper.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final

_SHORTEST: Final = 3
"""Strings shorter than this are found nearly everywhere and do not pay."""
_MOST: Final = 60

Literals = frozenset[str]


def required_literals(pattern: re.Pattern[str]) -> tuple[str, ...]:
    """Strings of which every match of `pattern` contains at least one; empty if there is no such set.

    >>> required_literals(re.compile(r"\\b(?:review(?:s|ed)?|over(?:view|sight))\\b"))
    ('over', 'review')
    """
    if pattern.flags & re.IGNORECASE:
        return ()
    found = _of_sequence(re._parser.parse(pattern.pattern, pattern.flags & ~re.UNICODE))  # type: ignore[attr-defined]
    return tuple(sorted(found)) if found and len(found) <= _MOST else ()


def _of_sequence(items: Iterable[Any]) -> Literals | None:
    """The best set among those that the parts of a sequence require."""
    best: Literals | None = None
    run: list[str] = []
    for operation, argument in [*items, (None, None)]:
        if str(operation) == "LITERAL":
            run.append(chr(argument))
            continue
        best = _better(best, frozenset({"".join(run)}) if len(run) >= _SHORTEST else None)
        run = []
        best = _better(best, _of_item(str(operation), argument))
    return best


def _of_item(operation: str, argument: Any) -> Literals | None:
    if operation == "SUBPATTERN":
        return _of_sequence(argument[3])
    if operation == "BRANCH":
        return _union(_of_sequence(branch) for branch in argument[1])
    if operation in ("MAX_REPEAT", "MIN_REPEAT") and argument[0] >= 1:
        return _of_sequence(argument[2])
    return None


def _union(sets: Iterable[Literals | None]) -> Literals | None:
    """All branches together; None as soon as one branch requires nothing."""
    whole: set[str] = set()
    for one in sets:
        if one is None:
            return None
        whole |= one
    return frozenset(whole)


def _better(first: Literals | None, second: Literals | None) -> Literals | None:
    """The set whose shortest string is longer; of equals the smaller."""
    if first is None or second is None:
        return first or second
    return max(first, second, key=lambda one: (min(map(len, one)), -len(one)))
