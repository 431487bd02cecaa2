"""The report: one HTML file with everything inside, for screen and paper."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from mscminer.core.counts import CountTable
from mscminer.export.figures import Picture
from mscminer.export.names import words
from mscminer.export.sheets import Sheet

MOST_MEMBERS = 5000
"""A table of more records than this is printed without the ids behind its cells."""


@dataclass(frozen=True, kw_only=True)
class Figured:
    """A figure with the table that it is drawn from."""

    picture: Picture
    sheet: Sheet


@dataclass(frozen=True, kw_only=True)
class Report:
    """What the report shows.

    Args:
        headline: the count by the default rule.
        statement: what the review said, and how ours compares, in sentences.
        grid: the table whose cells list their members.
        figures: in the order shown.
        definitions: name, version, title, rationale and number of each definition.
        evidence: own against donor cells.
        unpublished: ended studies without results.
        about: what the numbers rest on.
    """

    headline: CountTable
    statement: Sequence[str]
    grid: CountTable
    figures: Sequence[Figured]
    definitions: Sheet
    evidence: Sheet | None = None
    unpublished: Sheet | None = None
    unpublished_note: str = ""
    about: Mapping[str, str] = field(default_factory=dict)


def render_report(report: Report) -> bytes:
    """The report as HTML; it loads nothing from anywhere."""
    page = _template().render(
        report=report,
        table=report.headline,
        members=report.grid.members is not None and report.grid.total <= MOST_MEMBERS,
        ordinary=[item for item in report.figures if item.picture.name not in ("definitions", "flow")],
        named={item.picture.name: item for item in report.figures},
    )
    # Blank lines of the template are of no use to anyone.
    return re.sub(r"\n\s*\n+", "\n", str(page)).encode()


@cache
def _template() -> Any:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("mscminer.export", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["words"] = lambda value: words(str(value))
    environment.filters["image"] = lambda data: "data:image/svg+xml;base64," + base64.b64encode(data).decode()
    environment.filters["thousands"] = lambda number: f"{number:,}"
    environment.tests["number"] = lambda value: isinstance(value, int | float) and not isinstance(value, bool)
    return environment.get_template("report.html")
