"""``mscminer export``: evidence tables, flow, unpublished studies, the census, and the report with its figures."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from mscminer.cli.console import DatabaseOption, database
from mscminer.cli.counts import AsOfOption, DefinitionOption, day_of, format_of


class What(StrEnum):
    """What can be exported."""

    REPORT = "report"
    TABLE1 = "table1"
    EVIDENCE = "evidence"
    FLOW = "flow"
    UNPUBLISHED = "unpublished"
    CENSUS = "census"
    LINKS = "links"
    PRODUCTS = "products"


def export(
    what: Annotated[What, typer.Argument(help="What to export.")],
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", metavar="FILE", help="The ending says the format: csv json xlsx md parquet; html."
        ),
    ] = None,
    as_of: AsOfOption = "",
    definition: DefinitionOption = "msc-cells",
    figures: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="With report: write each figure as SVG and PNG too.")
    ] = None,
    database_url: DatabaseOption = "",
) -> None:
    """Export a table (CSV, JSON, XLSX, Markdown, Parquet) or the report (HTML, with figures)."""
    day = day_of(as_of)
    file = output or Path("report.html" if what is What.REPORT else f"{what.value}.csv")
    file.parent.mkdir(parents=True, exist_ok=True)
    if what is What.REPORT:
        _report(database_url, definition, day, file, figures)
    else:
        _table(database_url, what, definition, day, file)


def _report(url: str, definition: str, day: date, file: Path, folder: Path | None) -> None:
    from mscminer.jobs.export import report, write_figures

    with database(url) as store:
        page, pictures = report(store, definition, day)
    file.write_bytes(page)
    typer.echo(f"written to {file}")
    if folder is not None:
        files = write_figures(pictures, folder)
        typer.echo(f"{len(files)} figure files written to {folder}")


def _table(url: str, what: What, definition: str, day: date, file: Path) -> None:
    from mscminer.jobs.export import export_table

    with database(url) as store:
        data, rows = export_table(store, what.value, definition, day, format_of(file))
    file.write_bytes(data)
    typer.echo(f"{rows} rows written to {file}")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("export")(export)
