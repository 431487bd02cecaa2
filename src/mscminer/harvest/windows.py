"""Half-open windows of days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

FIRST_DAY = date(1800, 1, 1)
"""A day before anything that PubMed or a registry holds."""


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class DateWindow:
    """The days from `start` (inclusive) to `end` (exclusive).

    Raises:
        ValueError: if it holds no day.
    """

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.end <= self.start:
            raise ValueError(f"a window without days: {self}")

    def __str__(self) -> str:
        return f"[{self.start.isoformat()}, {self.end.isoformat()})"

    @property
    def last_day(self) -> date:
        """The last day inside; services take inclusive ends."""
        return self.end - timedelta(days=1)

    @property
    def days(self) -> int:
        return (self.end - self.start).days

    def halves(self) -> tuple[DateWindow, DateWindow]:
        """Two windows that together are this one.

        Raises:
            ValueError: if it is a single day.
        """
        middle = self.start + timedelta(days=self.days // 2)
        return DateWindow(start=self.start, end=middle), DateWindow(start=middle, end=self.end)
