"""How measures and values are called in reports."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, Final

from mscminer.evaluate.intervals import Interval
from mscminer.evaluate.scoring import NO_PREDICTION, NOT_STATED, Judgement, Share

TITLES: Final = {
    "msc": "MSC class",
    "report": "kind of report",
    "tissue": "tissue source",
    "donor": "donor, in words",
    "donor_inferred": "donor, inferred too",
    "product": "products",
    "product.arm": "products with arms",
    "condition": "conditions, strict",
    "condition.lenient": "conditions, lenient",
    "category": "disease category",
    "phase": "phase",
    "n": "participants",
    "route": "route",
    "dose": "doses",
    "dose.amount": "doses without times",
    "randomised": "randomised",
    "controlled": "controlled",
    "blinded": "blinded",
    "design": "design, all three",
    "efficacy": "efficacy",
    "safety": "safety",
    "registry_id": "registration numbers",
}


def title(name: str) -> str:
    """What a measure is called for readers."""
    return TITLES.get(name, name)


def number(value: float | None) -> str:
    """A ratio with three decimals, or a dash where there was nothing to count."""
    return "–" if value is None else f"{value:.3f}"


def span(interval: Interval | None) -> str:
    """An interval as ``0.910–0.980``."""
    return "" if interval is None else f"{interval.low:.3f}–{interval.high:.3f}"


def fraction(share: Share) -> str:
    """A share as ``12/14``."""
    return f"{share.part}/{share.whole}"


def show_value(value: str) -> str:
    """A value for readers: doses, products and designs as words instead of JSON."""
    if not value.startswith("{"):
        return value
    data: dict[str, Any] = json.loads(value)
    if "cells" in data:
        return _dose(data)
    if "tissue" in data:
        return _product(data)
    return ", ".join(f"{name} {_flag(flag)}" for name, flag in sorted(data.items()))


def _dose(data: dict[str, Any]) -> str:
    times = f" × {data['times']}" if data["times"] else ""
    return f"{data['cells']:g} cells{'/kg' if data['per_kg'] else ''}{times}"


def _product(data: dict[str, Any]) -> str:
    sides = " / ".join("+".join(data[name]) or "?" for name in ("tissue", "donor"))
    arms = data.get("arm")
    return f"{sides} in {'; '.join(arms)}" if arms else sides


def _flag(value: bool | None) -> str:
    return "not stated" if value is None else str(value).lower()


def show_values(values: Iterable[str]) -> str:
    """Values for readers; *not stated* if there are none."""
    return " | ".join(map(show_value, values)) or NOT_STATED


def show_predicted(judgement: Judgement) -> str:
    """What was predicted, or that nothing was."""
    return show_values(judgement.predicted) if judgement.answered else NO_PREDICTION
