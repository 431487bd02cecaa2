"""Registry dates of any precision against an exact day."""

from __future__ import annotations

import calendar
from datetime import date


def period_end(text: str) -> date | None:
    """The last day that an ISO date of any precision can mean; None for "" and for days that no calendar has.

    A start "2021-03" counts as past only when all of March 2021 is: an as-of count then never contains a study
    that may have begun later.
    """
    try:
        year, *rest = (int(part) for part in text[:10].split("-"))
        month = rest[0] if rest else 12
        return date(year, month, rest[1] if len(rest) > 1 else calendar.monthrange(year, month)[1])
    except (ValueError, IndexError):
        return None


def year_of(text: str) -> str:
    """The year of an ISO date, or ""."""
    return text[:4]


def months_between(earlier: date, later: date) -> int:
    """Whole months from one day to another (negative if the second is earlier)."""
    months = (later.year - earlier.year) * 12 + later.month - earlier.month
    return months - 1 if later.day < earlier.day and later > earlier else months
