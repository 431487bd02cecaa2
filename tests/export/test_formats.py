"""Every format says the same, the same bytes each time, and nothing in it is a formula."""

from __future__ import annotations

import csv
import io
import json
from datetime import date

import openpyxl
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mscminer.core.counts import CountCell, CountTable, Definition, Dimension, FlowStep
from mscminer.core.errors import NotFound
from mscminer.export.formats import RENDERERS, harmless, render
from mscminer.export.sheets import Sheet, Workbook, count_workbook

ATTACKS = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("http://x","y")')


def table() -> CountTable:
    definition = Definition(name="msc-cells", version="1", title="Cells", rationale="Because.")
    return CountTable(
        definition=definition,
        as_of=date(2021, 3, 31),
        rows=Dimension.TISSUE,
        columns=Dimension.DONOR,
        row_values=("bone_marrow", "adipose"),
        column_values=("autologous", "not stated"),
        cells=(
            CountCell(row="bone_marrow", column="autologous", number=2, members=("NCT1", "NCT2")),
            CountCell(row="adipose", column="not stated", number=1, members=("NCT2",)),
        ),
        row_totals={"bone_marrow": 2, "adipose": 1},
        column_totals={"autologous": 2, "not stated": 1},
        total=2,
        members=("NCT1", "NCT2"),
        flow=(FlowStep(reason="all records", excluded=0, left=9), FlowStep(reason="later", excluded=7, left=2)),
    )


def book(*texts: str) -> Workbook:
    rows = tuple((text, 1) for text in texts)
    sheet = Sheet(name="a", title="=title", columns=("text", "number"), rows=rows, notes=("=note",))
    return Workbook(title="A book", sheets=(sheet,), about={"by": "=us"})


@pytest.mark.parametrize("format", RENDERERS)
def test_the_same_bytes_every_time(format: str) -> None:
    assert render(count_workbook(table()), format) == render(count_workbook(table()), format)


def test_numbers_totals_and_members_arrive_in_every_format() -> None:
    made = count_workbook(table())
    lines = list(csv.reader(io.StringIO(render(made, "csv").decode())))
    assert lines[:4] == [
        ["tissue", "autologous", "not stated", "distinct"],
        ["bone_marrow", "2", "0", "2"],
        ["adipose", "0", "1", "1"],
        ["distinct", "2", "1", "2"],
    ]
    assert any("does not sum" in line[0] for line in lines[4:])
    data = json.loads(render(made, "json"))
    assert data["sheets"][1]["rows"][0][:4] == ["bone_marrow", "autologous", 2, "NCT1 NCT2"]
    assert data["about"]["members hash"] == table().digest
    pages = openpyxl.load_workbook(io.BytesIO(render(made, "xlsx")))
    assert pages.sheetnames == ["tissue_donor", "cells", "flow", "about"]
    assert [cell.value for cell in pages["tissue_donor"][4]] == ["bone_marrow", 2, 0, 2]
    assert "| bone\\_marrow | 2 | 0 | 2 |" in render(made, "md").decode()
    frame = pq.read_table(io.BytesIO(render(made, "parquet")))
    assert frame.column("distinct").to_pylist() == [2, 1, 2]
    assert frame.schema.metadata[b"as of"] == b"2021-03-31"


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_text_becomes_a_formula(attack: str) -> None:
    lines = list(csv.reader(io.StringIO(render(book(attack), "csv").decode(), newline="")))
    assert lines[1][0] == "'" + attack
    page = openpyxl.load_workbook(io.BytesIO(render(book(attack), "xlsx")))["a"]
    assert all(cell.data_type != "f" and cell.hyperlink is None for line in page.iter_rows() for cell in line)


@given(st.text(max_size=40))
def test_any_text_survives_the_way_through_csv(text: str) -> None:
    text = text.replace("\0", "")
    lines = list(csv.reader(io.StringIO(render(book("x" + text), "csv").decode("utf-8", "surrogatepass"), newline="")))
    assert lines[1][0] == "x" + text


def test_numbers_stay_numbers() -> None:
    assert harmless(-5) == -5
    assert harmless("-5") == "'-5"


def test_an_unknown_format_names_the_known() -> None:
    with pytest.raises(NotFound, match="csv, json, xlsx, md, parquet"):
        render(book("x"), "pdf")
