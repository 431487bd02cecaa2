"""Half-open character spans in a section of a document."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class Span:
    """Characters ``start`` (inclusive) to ``end`` (exclusive) of one section's text.

    Offsets count Unicode code points of the section's text, from 0.

    Raises:
        ValueError: if the span is empty or negative.
    """

    section: str
    start: int
    end: int

    def __post_init__(self) -> None:
        if not self.section:
            raise ValueError("a span needs the name of its section")
        if self.start < 0 or self.end <= self.start:
            raise ValueError(f"not a span: {self.section}[{self.start}:{self.end}]")

    def __len__(self) -> int:
        return self.end - self.start

    def overlaps(self, other: Span) -> bool:
        """Whether the two share at least one character."""
        return self.section == other.section and self.start < other.end and other.start < self.end

    def contains(self, other: Span) -> bool:
        """Whether `other` lies wholly in this span."""
        return self.section == other.section and self.start <= other.start and other.end <= self.end


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class Evidence:
    """The words that support a value: a span, its text, and the document version it refers to.

    Args:
        document: SHA-256 (hex) of the document whose section the span points into.
        quote: the text of the span, kept so that it can be found again in a later version.
    """

    document: str
    span: Span
    quote: str

    def __post_init__(self) -> None:
        if len(self.quote) != len(self.span):
            raise ValueError(f"a quote of {len(self.quote)} characters for a span of {len(self.span)}")
