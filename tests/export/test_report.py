"""Figures and report: deterministic, self-contained, with words for those who do not see."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from lxml import html

from mscminer.core.counts import CountTable, Dimension
from mscminer.export.figures import (
    definitions_figure,
    flow_figure,
    grid_figure,
    silence_figure,
    stacked_figure,
    years_figure,
)
from mscminer.export.report import Figured, Report, render_report
from mscminer.export.sheets import Sheet, grid_sheet
from mscminer.trials.counting import count
from mscminer.trials.definitions import load_definition
from tests.trials.builders import row

DAY = date(2021, 3, 31)
ROWS = [
    row(n, first_posted=f"20{10 + n % 9}-05-01", tissues=("adipose",) if n % 2 else ("bone_marrow", "adipose"),
        donors=("autologous",) if n % 3 else (), donors_inferred=("autologous",), title="<script>alert(1)</script>")
    for n in range(1, 40)
] + [row(99, status="withdrawn")]  # fmt: skip


def _table(rows: Dimension, columns: Dimension = Dimension.ALL) -> CountTable:
    return count(ROWS, load_definition("msc-cells"), DAY, rows, columns)


def _report() -> bytes:
    years = _table(Dimension.YEAR, Dimension.DONOR_INFERRED)
    grid = _table(Dimension.TISSUE, Dimension.DONOR)
    drawn = [
        years_figure(years),
        grid_figure(grid, name="tissue_donor", title="Tissue and donor", caption="Both."),
        stacked_figure(_table(Dimension.PHASE), name="phase", title="Phase", caption="As given."),
        silence_figure({"donor": _table(Dimension.YEAR, Dimension.DONOR)}),
        definitions_figure([("msc-cells", 39), ("word-search", 45)], default="msc-cells", as_of="2021-03-31"),
        flow_figure(grid.flow, title="Flow"),
    ]
    sheet = Sheet(name="definitions", title="Definitions", columns=("definition", "count"), rows=(("msc-cells", 39),))
    return render_report(
        Report(
            headline=grid,
            statement=("The review said almost 1000.",),
            grid=grid,
            figures=[Figured(picture=picture, sheet=grid_sheet(years)) for picture in drawn],
            definitions=sheet,
            about={"code <version>": "1 & 2"},
        )
    )


def test_the_same_report_twice() -> None:
    assert _report() == _report()


def test_the_report_loads_nothing_and_every_figure_has_words() -> None:
    page: Any = html.fromstring(_report().decode())
    images = page.xpath("//img")
    assert len(images) == 6
    for image in images:
        assert image.get("src").startswith("data:image/svg+xml;base64,")
        assert len(image.get("alt")) > 20
    assert not page.xpath("//link | //script[@src] | //iframe")
    assert page.get("lang") == "en-GB"
    assert "@media print" in page.xpath("string(//style)")


def test_every_cell_leads_to_its_records() -> None:
    page: Any = html.fromstring(_report().decode())
    targets = page.xpath("//section[@id='records']//td/a/@href")
    assert targets
    for target in targets:
        number = int(page.xpath(f"string(//td/a[@href='{target}'])"))
        block = page.xpath(f"//h3[@id='{target[1:]}']/following-sibling::div[1]")[0]
        assert len(block.xpath(".//a")) == number


def test_texts_are_escaped() -> None:
    text = _report().decode()
    assert "code &lt;version&gt;" in text
    assert "<script>alert" not in text


def test_alt_texts_hold_the_numbers() -> None:
    alt = years_figure(_table(Dimension.YEAR, Dimension.DONOR_INFERRED)).alt
    assert "reaching 39" in alt
    assert re.search(r"from 2010 to 2018", alt)


def test_rare_values_are_left_out_of_bars_but_never_what_is_not_stated() -> None:
    rows = [row(n, countries=(f"Country {n}",)) for n in range(1, 31)] + [row(99)]
    table = count(rows, load_definition("msc-cells"), DAY, Dimension.COUNTRY, Dimension.ALL)
    drawn = stacked_figure(table, name="country", title="Where", caption="Sites.")
    assert "not stated 1." in drawn.alt
    assert "7 rarer values are left out" in drawn.caption
