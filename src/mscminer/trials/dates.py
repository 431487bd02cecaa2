"""Registry dates of any precision against an exact day."""

from __future__ import annotations

import calendar
from datetime import date


def period_end(text: str) -> date | None:
    """The last day that an ISO date of any precision can mean; None for "".

    A start "2021-03" counts as past only when all of March 2021 is: an as-of count then never contains a study
    that may have begun later.

    Raises:
        ValueError: if the text is no ISO date.
    """
    if not text:
        return None
    parts = [int(part) for part in text[:10].split("-")]
    if len(parts) == 1:
        return date(parts[0], 12, 31)
    if len(parts) == 2:
        return date(parts[0], parts[1], calendar.monthrange(parts[0], parts[1])[1])
    return date(*parts)


def year_of(text: str) -> str:
    """The year of an ISO date, or ""."""
    return text[:4]


def months_between(earlier: date, later: date) -> int:
    """Whole months from one day to another (negative if the second is earlier)."""
    months = (later.year - earlier.year) * 12 + later.month - earlier.month
    return months - 1 if later.day < earlier.day and later > earlier else months
