"""Dates as sources write them, as ISO strings of the precision given."""

from __future__ import annotations

import calendar
import re

_MONTHS = {name.lower(): n for n, name in enumerate(calendar.month_abbr) if name}
_MONTHS |= {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}
"""A season stands for its first month (northern, as MEDLINE's journals print it); "winter" for December."""
_YEAR = re.compile(r"\b(1[5-9]\d\d|20\d\d)\b")


def iso_date(year: str, month: str = "", day: str = "") -> str:
    """``2021``, ``2021-03`` or ``2021-03-31`` from parts; a part that is no date cuts the precision; "" without a year.

    Args:
        month: a number, an English name or its first three letters, or a season.
    """
    year = year.strip()
    if not re.fullmatch(r"\d{4}", year):
        return ""
    number = _month_number(month.strip())
    if not number:
        return year
    day = day.strip()
    last = calendar.monthrange(int(year), number)[1] if int(year) else 0
    if not day.isascii() or not day.isdigit() or not 1 <= int(day) <= last:
        return f"{year}-{number:02d}"
    return f"{year}-{number:02d}-{int(day):02d}"


def _month_number(month: str) -> int | None:
    if month.isascii() and month.isdigit():
        return int(month) if 1 <= int(month) <= 12 else None
    return _MONTHS.get(month.lower()) or _MONTHS.get(month[:3].lower())


def first_date(text: str) -> str:
    """The first date in a free form such as ``1998 Dec-1999 Jan``, ``Summer 2001`` or ``2018 Nov 25``; "" if none."""
    year = _YEAR.search(text)
    if not year:
        return ""
    after = text[year.end() :]
    next_year = _YEAR.search(after)
    after = after[: next_year.start()] if next_year else after
    for part in (after, text[: year.start()]):
        for word in re.finditer(r"[A-Za-z]+", part):
            if _month_number(word[0]):
                day = re.match(r"\s+(\d{1,2})\b", part[word.end() :])
                return iso_date(year[0], word[0], day[1] if day else "")
    return year[0]


def day_of(text: str) -> str:
    """A date as registries write it, as ISO: ``20260920``, ``2026-09-20``, ``20/09/2026``, ``21 September 2026``.

    In the form with slashes the day comes first, as in WHO's exports.  "" if it is none of these.
    """
    text = text.strip()
    if match := re.match(r"(\d{4})(\d\d)(\d\d)$", text):
        return iso_date(*match.groups())
    if match := re.match(r"(\d{4})[-/.](\d{1,2})(?:[-/.](\d{1,2}))?(?![\d])", text):
        return iso_date(match[1], match[2], match[3] or "")
    if match := re.match(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})\b", text):
        return iso_date(match[3], match[2], match[1])
    if match := re.match(r"(\d{1,2})\s+([A-Za-z]+)\s+(\d{4})\b", text):
        return iso_date(match[3], match[2], match[1])
    return first_date(text)
