"""The quality gate: the least that an evaluation must reach, written down in a file.

The file is TOML (``corpus/seed/gate.toml``)::

    [[band]]
    gold = "seed"             # which evaluation it is about
    measure = "tissue"        # a name of the report
    metric = "exact"          # exact, precision, recall, f1, macro_f1 or found
    least = 0.95
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from mscminer.core.errors import ConfigError, GateClosed, NotFound
from mscminer.evaluate.scoring import Evaluation, Measure

METRICS: Final[Mapping[str, Callable[[Measure], float | None]]] = {
    "exact": lambda measure: measure.exact.value,
    "precision": lambda measure: measure.tally.precision,
    "recall": lambda measure: measure.tally.recall,
    "f1": lambda measure: measure.tally.f1,
    "macro_f1": lambda measure: measure.macro_f1,
    "found": lambda measure: measure.found.value,
}


@dataclass(frozen=True, kw_only=True)
class Band:
    """The least value of one metric of one measure.

    Raises:
        ValueError: for an unknown metric or a bound outside 0..1.
    """

    gold: str
    measure: str
    metric: str
    least: float

    def __post_init__(self) -> None:
        if self.metric not in METRICS:
            raise ValueError(f"no metric {self.metric!r}; there are {', '.join(METRICS)}")
        if not 0.0 <= self.least <= 1.0:
            raise ValueError(f"least {self.least} is not between 0 and 1")


@dataclass(frozen=True, kw_only=True)
class Fall:
    """A band that was not reached; `value` None: there was nothing to count."""

    band: Band
    value: float | None

    def __str__(self) -> str:
        value = "nothing to count" if self.value is None else f"{self.value:.3f}"
        return f"{self.band.gold} {self.band.measure} {self.band.metric} {value}, at least {self.band.least:.3f}"


def load_bands(path: Path) -> tuple[Band, ...]:
    """The bands of a gate file.

    Raises:
        NotFound: if there is no such file.
        ConfigError: naming the band that is wrong.
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise NotFound("there is no such gate file", where=str(path), remedy="Check the path.") from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"no TOML: {error}", where=str(path), remedy="Mend the line.") from None
    return tuple(_band(item, f"{path}: band {number}") for number, item in enumerate(data.get("band", []), start=1))


def _band(item: Mapping[str, Any], where: str) -> Band:
    try:
        return Band(**item)
    except (TypeError, ValueError) as error:
        raise ConfigError(str(error), where=where, remedy="It needs gold, measure, metric and least.") from None


def find_falls(evaluation: Evaluation, bands: Iterable[Band], *, gold: str) -> tuple[Fall, ...]:
    """The bands for the gold named `gold` that the evaluation does not reach."""
    falls: list[Fall] = []
    for band in bands:
        if band.gold == gold:
            value = METRICS[band.metric](evaluation.measure(band.measure))
            if value is None or value < band.least:
                falls.append(Fall(band=band, value=value))
    return tuple(falls)


def check_gate(falls: Iterable[Fall]) -> None:
    """Close the gate if anything fell.

    Raises:
        GateClosed: listing all that fell.
    """
    found = tuple(falls)
    if found:
        raise GateClosed(
            "the extraction does worse than it must: " + "; ".join(map(str, found)) + ".",
            remedy="Look at the errors (mscminer evaluate --errors) or compare with an earlier version (--against).",
        )
