"""Amounts that a text gives one after the other, each with its own days or numbers.

"2 x 10^6/kg on day 1, 1 x 10^6/kg on days 8 and 15" is 2 x 10^6/kg once and 1 x 10^6/kg twice.  Where cohorts are told
apart, or where one amount has no words of its own, nothing is read here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from mscminer.extract.amounts import Amount
from mscminer.extract.schedule_rules import Kind
from mscminer.extract.schedules import TimesFound
from mscminer.extract.time_points import Point, points_in

Key = tuple[float, bool]
"""(cells, per kg)"""
COHORTS = re.compile(
    r"\b(?:group|cohort|arm|regimen|schedule|level|stage|part|phase|tier)s?\s?(?:\d{1,2}[a-h]?|[a-h]|i{1,3}v?)\b"
    r"|(?<=[(;\s])[a-z][\w-]*[,;]\sn\s?=\s?\d"
    r"|\b(?:low|high|mid\w*|medium|intermediate|first|second|third|next|last|remaining|other|either)\s(?:(?!infus|inject|dos[ei]|admin|treat|transpl)[\w-]+\s){0,4}?"
    r"(?:groups?|cohorts?|arms?|levels?|patients|subjects|participants)\b",
    re.IGNORECASE,
)
_MOST = 12
"""More amounts than that are no calendar."""
_NUMBERED = (Kind.TOTAL, Kind.COUNT, Kind.SINGLE, Kind.RATE, Kind.POINTS)
_LONGEST_CLAUSE = 400
"""Characters on each side of an amount in which its clause may begin and end."""
Span = tuple[int, int]


def read_calendar(
    text: str, part: Span, amounts: Sequence[Amount], told: Sequence[TimesFound]
) -> dict[Key, tuple[int, Span]]:
    """How often each amount of a section is given, and where that is told; empty if the section is no calendar.

    Args:
        text: the joined text.
        part: where the section begins and ends.
        amounts: the amounts of the section.
        told: its statements of times.
    """
    places: dict[Span, set[Key]] = {}
    for amount in amounts:
        places.setdefault((amount.start, amount.end), set()).add((amount.cells, amount.per_kg))
    if not 2 <= len(places) <= _MOST:
        return {}
    several = any(len(keys) > 1 for keys in places.values())
    every = set().union(*places.values())
    whole = _called_total(text, max(places)[1], told)
    if len(every) == 1 and whole:
        return dict.fromkeys(every, whole)
    shared = _one_each(text, sorted(places), told)
    if shared:
        return {key: (1, shared) for keys in places.values() for key in keys}
    unsettled = any(item.kind is Kind.IF for item in told)
    if several or _tells_groups_apart(text, part):
        return {}
    ordered = sorted(places)
    tables = [
        _without_repeats(
            [
                (next(iter(places[place])), window, *_numbered(text, window, told))
                for place, window in zip(ordered, windows, strict=True)
            ]
        )
        for windows in _windows(text, part, ordered)
        if not any(item.kind is Kind.RATE and _is_outside(item, windows) for item in told)
    ]
    tries = [rows for rows in (*tables, *(_begun(text, rows) for rows in tables)) if not unsettled or _acts_only(rows)]
    return next((found for rows in tries if (found := _summed(rows))), {})


_TOTAL_OF = re.compile(r"\b(?:total(?:ly)?|altogether|in\sall)(?:\snumber)?(?:\sof)?:?\s$", re.IGNORECASE)


def _called_total(text: str, start: int, told: Sequence[TimesFound]) -> tuple[int, Span] | None:
    """What the text behind a place calls the total: "X once, then X monthly; total four times"."""
    for item in told:
        if item.start >= start and item.times and _TOTAL_OF.search(text, max(0, item.start - 30), item.start):
            return item.times, (item.start, item.end)
    return None


_THEN_NEXT = re.compile(
    r"(?:(?!\bor\b)[^.;\n]|\.\d)*\b(?:and|then|followed\sby)\b(?:(?!\bor\b)[^.;\n]|\.\d)*", re.IGNORECASE
)
_LEADS_TO = re.compile(r"\s?(?:[:(]\s?|of\s|with\s)?(?:at\s)?|[^.;:\n]{0,120}:\s", re.IGNORECASE)


def _is_later(gap: str) -> bool:
    """Whether what stands between two amounts tells when, or which of them is the first."""
    return bool(points_in(gap)) or _AT_FIRST.search(gap) is not None


_AT_FIRST = re.compile(r"\b(?:at\sfirst|initially|the\sfirst\stime)\b", re.IGNORECASE)


def _one_each(text: str, places: Sequence[Span], told: Sequence[TimesFound]) -> Span | None:
    """Where "twice: X before and Y during the operation" tells as many acts as amounts, each at its point."""
    counted = [item for item in told if item.kind is Kind.COUNT and _LEADS_TO.fullmatch(text, item.end, places[0][0])]
    if not counted or counted[-1].times != len(places):
        return None
    gaps = [(one[1], other[0]) for one, other in pairwise(places)]
    if not all(_THEN_NEXT.fullmatch(text, *gap) and _is_later(text[gap[0] : gap[1]]) for gap in gaps):
        return None
    return counted[-1].start, counted[-1].end


def _is_outside(item: TimesFound, windows: Sequence[Span]) -> bool:
    return not any(start <= item.start and item.end <= end for start, end in windows)


def _tells_groups_apart(text: str, part: Span) -> bool:
    """Whether two groups are named, or one and "the second 80 million" after it."""
    cohorts = {hit.group().lower() for hit in COHORTS.finditer(text, *part)}
    return len(cohorts) > 1 or (bool(cohorts) and _NEXT_GROUP.search(text, *part) is not None)


_NEXT_GROUP = re.compile(
    r"\bthe\s(?:second|third|next|following)\s(?:(?:two|three|four|five|six)\s)?(?=\d)|\b(?:an?|the)\s(?:second|third|next|other)(?=[.,;]\s|\.?$)",
    re.IGNORECASE | re.MULTILINE,
)
Row = tuple[Key, Span, int, frozenset[Point]]
"""An amount, its window, how often the window says, and at which points."""


def _without_repeats(rows: Sequence[Row]) -> list[Row]:
    """Rows but those that only speak of an amount again, at no new point."""
    kept: list[Row] = []
    for row in rows:
        before = [one for one in kept if one[0] == row[0]]
        if not before or (row[2] and not any(row[3] and row[3] <= one[3] for one in before)):
            kept.append(row)
    return kept


def _acts_only(rows: Sequence[Row]) -> bool:
    """Whether different amounts are told by the number of the act: a second infusion of Y, if given, comes once."""
    different = len({key for key, *_ in rows}) == len(rows)
    return different and all({unit for unit, _ in points} == {"act"} for *_, points in rows)


_FOLLOWED = re.compile(r"\b(?:followed\sby|then|later)\b", re.IGNORECASE)


def _begun(text: str, rows: Sequence[Row]) -> list[Row]:
    """In "X followed by Y, 3 months later" and in "X, and a second infusion of Y" X is given once."""
    if len(rows) < 2 or rows[0][2]:
        return list(rows)
    key, window, _, _ = rows[0]
    second = rows[1][3] == {("act", "2")}
    if not second and not _FOLLOWED.search(text, *window) and not _FOLLOWED.search(text, *rows[1][1]):
        return list(rows)
    return [(key, window, 1, frozenset({("act", "1")})), *rows[1:]]


def _summed(rows: Sequence[Row]) -> dict[Key, tuple[int, Span]]:
    """How often each amount is given; nothing if a row is silent, or if two amounts are told at the same point."""
    if len(rows) < 2 or not all(number for _, _, number, _ in rows) or _shared(rows):
        return {}
    totals: dict[Key, tuple[int, Span]] = {}
    for key, window, number, _ in rows:
        totals[key] = (totals.get(key, (0, window))[0] + number, window)
    return totals


def _windows(text: str, part: Span, places: Sequence[Span]) -> Iterator[list[Span]]:
    """The words that belong to each amount: those before it, else those after it, else those of its clause."""
    first, end = places[0][0], places[-1][1]
    lead = max(part[0], text.rfind("\n", part[0], first), text.rfind(". ", part[0], first))
    starts = [lead, *(place[1] for place in places)]
    yield [(start, place[0]) for start, place in zip(starts, places, strict=False)]
    stops = [at for at in (text.find("\n", end, part[1]), text.find(". ", end, part[1])) if at >= 0]
    ends = [*(place[0] for place in places[1:]), min(stops, default=part[1])]
    yield [(place[1], stop) for place, stop in zip(places, ends, strict=True)]
    yield [_clause(text, part, place) for place in places]
    cut = _NEXT_STAGE.search(text, first, end) if len(places) == 2 else None
    if cut and places[0][1] <= cut.start() < end:
        yield [(lead, cut.start()), (cut.start(), ends[-1])]
    heads = [_head(text, max(part[0], before), place[0]) for (_, before), place in pairwise([(0, part[0]), *places])]
    if any(head < place[0] for head, place in zip(heads, places, strict=True)):
        yield list(pairwise([*heads, ends[-1]]))


_NEXT_STAGE = re.compile(r"\b(?:followed\sby|and\sthen)\s", re.IGNORECASE)
_HEAD = re.compile(
    r"(?:\b(?:an?|the)\s)?\b(?:initial|first|loading|priming|starting|second|third|maintenance|booster)\s(?:\w+\s){0,2}?"
    r"(?:dos(?:e|age)|infusion|injection|administration|treatment)s?\s(?:(?:of|with|is|was|:)\s){1,2}(?:about\s)?$",
    re.IGNORECASE,
)


def _head(text: str, start: int, place: int) -> int:
    """Where the words begin that an amount closes: "the initial injection of"."""
    head = _HEAD.search(text, max(start, place - 60), place)
    return head.start() if head else place


_CLAUSE_END = re.compile(r"[.;](?:\s|$)|\n")


def _clause(text: str, part: Span, place: Span) -> Span:
    before = [hit.end() for hit in _CLAUSE_END.finditer(text, max(part[0], place[0] - _LONGEST_CLAUSE), place[0])]
    after = _CLAUSE_END.search(text, place[1], min(part[1], place[1] + _LONGEST_CLAUSE))
    return (before[-1] if before else part[0]), (after.start() if after else part[1])


def _numbered(text: str, window: Span, told: Sequence[TimesFound]) -> tuple[int, frozenset[Point]]:
    """How often the words in a window say that something is given, by a number or by the points that they name.

    Where administrations are numbered their days only say when: "a second infusion one month later" is one.
    """
    start, end = window
    inside = [
        item for item in told if start <= item.start and item.end <= end and item.kind in _NUMBERED and item.times
    ]
    points = points_in(text[start:end])
    if inside:
        return min(inside, key=lambda item: item.kind).times or 0, points
    acts = sum(unit == "act" for unit, _ in points)
    return acts or len(points), points


def _shared(rows: Sequence[Row]) -> bool:
    """Whether one amount is told twice at the same point, or two in the same words: then groups get them.

    Also if no point is told at all.
    """
    apart = all(one[1] <= other[0] for (_, one, *_), (_, other, *_) in pairwise(rows))
    seen: dict[Key | None, set[Point]] = {}
    for key, _, _, points in rows:
        before = seen.setdefault(key if apart else None, set())
        if before & points:
            return True
        before |= points
    return not any(seen.values())


def has_one_point(words: str) -> bool:
    """Whether some words name exactly one point: "on day 0"."""
    return len(points_in(words)) == 1


def level_names(words: str) -> frozenset[str]:
    """What tells groups apart in a label or in brackets: {"low"}, {"a"}.

    >>> sorted(level_names("(low and intermediate dose groups)"))
    ['int', 'low']
    """
    return frozenset((hit[1] or hit[2]).lower()[:3] for hit in _LEVEL.finditer(words))


_LEVEL = re.compile(r"\b(low|high|mid|medium|middle|intermediate)\w*\b|\b(?:group|cohort|arm)\s(\w)\b", re.IGNORECASE)
