"""Source texts on a page: harmless characters and highlighted segments, at unchanged offsets."""

from __future__ import annotations

import itertools
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

REPLACEMENT = 0xFFFD


def _harmless() -> dict[int, int]:
    """Each character that a page cannot show, or that would reorder what stands around it, by one that it can."""
    control = {code: 0x2400 + code for code in range(0x20) if chr(code) not in "\t\n"}
    others = [*range(0x80, 0xA0), *range(0xD800, 0xE000), *range(0x202A, 0x202F), *range(0x2066, 0x206A)]
    nobody = [plane * 0x10000 + end for plane in range((sys.maxunicode >> 16) + 1) for end in (0xFFFE, 0xFFFF)]
    return {**control, 0x7F: 0x2421, **dict.fromkeys([*others, *range(0xFDD0, 0xFDF0), *nobody], REPLACEMENT)}


_HARMLESS = _harmless()


def visible(text: str) -> str:
    """A text that a page can hold, character for character, so that offsets stay what they are."""
    return text.translate(_HARMLESS)


def finalise(value: Any) -> Any:
    """Jinja's hook for every expression: no text reaches a page unless it went through `visible`."""
    if isinstance(value, Markup) or not isinstance(value, str):
        return value
    return visible(value)


@dataclass(frozen=True, kw_only=True, slots=True)
class Mark:
    """Words to highlight; `fact` is the id of the fact on the page, `anchor` the id that the words get."""

    start: int
    end: int
    fact: str
    field: str
    anchor: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Segment:
    """A piece of text with the facts whose words it is part of; the first of them is the innermost."""

    text: str
    facts: tuple[str, ...] = ()
    field: str = ""
    anchors: tuple[str, ...] = ()
    """Of the marks that begin here: places to go to."""


def segments(text: str, marks: Iterable[Mark], *, until: int | None = None) -> list[Segment]:
    """Cut a text at the ends of all marks; joined again the segments are the text (up to `until`)."""
    end = len(text) if until is None else min(until, len(text))
    shown = [mark for mark in marks if mark.start < end]
    cuts = sorted({0, end, *(mark.start for mark in shown), *(min(mark.end, end) for mark in shown)})
    pieces = []
    for left, right in itertools.pairwise(cuts):
        covering = sorted(
            (mark for mark in shown if mark.start <= left and right <= mark.end),
            key=lambda mark: (mark.end - mark.start, mark.fact),
        )
        pieces.append(
            Segment(
                text=text[left:right],
                facts=tuple(dict.fromkeys(mark.fact for mark in covering)),
                field=covering[0].field if covering else "",
                anchors=tuple(dict.fromkeys(mark.anchor for mark in covering if mark.start == left and mark.anchor)),
            )
        )
    return pieces
