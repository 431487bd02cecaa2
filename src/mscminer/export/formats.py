"""Workbooks as files: CSV, JSON, XLSX, Markdown, Parquet.  The same workbook gives the same bytes every time."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from mscminer.core.errors import ConfigError, NotFound
from mscminer.export.sheets import Cell, Sheet, Workbook

_FORMULA_SIGNS: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
_MADE: Final = datetime(2000, 1, 1)
_LONGEST_CELL: Final = 32_767
"""Characters that a cell of a spreadsheet holds."""
_SHEET_SIGNS: Final = str.maketrans(dict.fromkeys("[]:*?/\\", "-"))


def harmless(value: Cell) -> Cell:
    """A text that no spreadsheet takes for a formula: an apostrophe goes before =, +, -, @ and control signs.

    Numbers stay numbers; "-5" as a text does not.
    """
    if isinstance(value, str) and value.startswith(_FORMULA_SIGNS):
        return "'" + value
    return value


def render_csv(book: Workbook) -> bytes:
    """The main sheet as CSV (RFC 4180, UTF-8); what is to be known follows as lines that begin with ``#``."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([harmless(name) for name in book.main.columns])
    writer.writerows([harmless(cell) for cell in row] for row in book.main.rows)
    for line in (*book.main.notes, *(f"{key}: {value}" for key, value in book.about.items())):
        writer.writerow([f"# {line}"])
    return out.getvalue().encode()


def render_json(book: Workbook) -> bytes:
    """Everything, for programs."""
    data = {
        "title": book.title,
        "about": dict(book.about),
        "sheets": [
            {
                "name": sheet.name,
                "title": sheet.title,
                "columns": list(sheet.columns),
                "rows": [list(row) for row in sheet.rows],
                "notes": list(sheet.notes),
            }
            for sheet in book.sheets
        ],
    }
    return (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode()


def render_markdown(book: Workbook) -> bytes:
    """The main sheet as a Markdown table with its notes, and what is to be known."""
    lines = [f"# {_plain(book.title)}", ""]
    lines += _markdown_table(book.main)
    lines += ["", *(f"- {_plain(note)}" for note in book.main.notes), ""]
    lines += [f"- {key}: {_plain(value)}" for key, value in book.about.items()]
    return ("\n".join(lines).rstrip() + "\n").encode()


def _markdown_table(sheet: Sheet) -> list[str]:
    numeric = [all(isinstance(row[n], int | float) for row in sheet.rows) for n in range(len(sheet.columns))]
    marks = ["---:" if right and sheet.rows else "---" for right in numeric]
    rows = [sheet.columns, *sheet.rows]
    lines = ["| " + " | ".join(_plain(cell) for cell in row) + " |" for row in rows]
    return [lines[0], "| " + " | ".join(marks) + " |", *lines[1:]]


def _plain(cell: Cell) -> str:
    text = "" if cell is None else str(cell)
    for sign in ("\\", "|", "*", "_", "`", "<", "[", "]"):
        text = text.replace(sign, "\\" + sign)
    return " ".join(text.split())


def render_xlsx(book: Workbook) -> bytes:
    """All sheets and one "about", texts always as texts, links never made."""
    import xlsxwriter

    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, options) as file:
        file.set_properties({"title": book.title, "created": _MADE})
        styles = {"head": file.add_format({"bold": True, "bottom": 1}), "title": file.add_format({"bold": True})}
        for sheet in book.sheets:
            _write_sheet(file, sheet, styles)
        about = Sheet(name="about", title=book.title, columns=("what", "value"), rows=tuple(book.about.items()))
        _write_sheet(file, about, styles)
    return out.getvalue()


def _write_sheet(file: Any, sheet: Sheet, styles: Mapping[str, Any]) -> None:
    page = file.add_worksheet(sheet.name.translate(_SHEET_SIGNS)[:31])
    page.write_string(0, 0, sheet.title, styles["title"])
    for place, name in enumerate(sheet.columns):
        page.write_string(2, place, name, styles["head"])
        page.set_column(place, place, _width(sheet, place))
    for line, row in enumerate(sheet.rows, start=3):
        for place, cell in enumerate(row):
            _write_cell(page, line, place, cell)
    for line, note in enumerate(sheet.notes, start=len(sheet.rows) + 4):
        page.write_string(line, 0, note)
    page.freeze_panes(3, 1)
    if sheet.rows:
        page.autofilter(2, 0, 2 + len(sheet.rows), len(sheet.columns) - 1)


def _write_cell(page: Any, line: int, place: int, cell: Cell) -> None:
    if cell is None:
        return
    if isinstance(cell, bool):
        page.write_boolean(line, place, cell)
    elif isinstance(cell, int | float):
        page.write_number(line, place, cell)
    else:
        page.write_string(line, place, cell[:_LONGEST_CELL])


def _width(sheet: Sheet, place: int) -> int:
    longest = max((len(str(row[place])) for row in sheet.rows[:500] if row[place] is not None), default=0)
    return min(60, max(8, longest, len(sheet.columns[place])) + 2)


def render_parquet(book: Workbook) -> bytes:
    """The main sheet as Parquet, what is to be known in the file's own metadata.

    Raises:
        ConfigError: if pyarrow is not installed.
    """
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ModuleNotFoundError as error:
        raise ConfigError(
            "pyarrow is not installed.", where="format parquet", remedy="Install mscminer[parquet]."
        ) from error
    sheet = book.main
    columns = {name: _uniform([row[n] for row in sheet.rows]) for n, name in enumerate(sheet.columns)}
    table = pa.table(columns).replace_schema_metadata({"title": book.title, **dict(book.about)})
    out = io.BytesIO()
    pq.write_table(table, out, compression="zstd")
    return out.getvalue()


def _uniform(values: list[Cell]) -> list[Cell]:
    """Values of one type: texts where a column mixes them."""
    kinds = {type(value) for value in values if value is not None}
    return values if len(kinds) <= 1 else [None if value is None else str(value) for value in values]


RENDERERS: Final[Mapping[str, Callable[[Workbook], bytes]]] = {
    "csv": render_csv,
    "json": render_json,
    "xlsx": render_xlsx,
    "md": render_markdown,
    "parquet": render_parquet,
}


def render(book: Workbook, format: str) -> bytes:
    """A workbook in one of `RENDERERS`.

    Raises:
        NotFound: if there is no such format.
    """
    if format not in RENDERERS:
        remedy = "There are: " + ", ".join(RENDERERS) + "."
        raise NotFound(f"There is no format {format!r}.", where="format", remedy=remedy)
    return RENDERERS[format](book)
