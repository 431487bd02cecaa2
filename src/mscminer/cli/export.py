"""``mscminer export``: evidence tables, flow, unpublished studies, the census, and the report with its figures."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from mscminer.cli.console import DatabaseOption, database
from mscminer.cli.counts import AsOfOption, BasisOption, DefinitionOption, day_of, format_of, kept
from mscminer.core.counts import Basis
from mscminer.core.errors import ConfigError


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
    basis: BasisOption = Basis.NEWEST,
    figures: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="With report: write each figure as SVG and PNG too.")
    ] = None,
    database_url: DatabaseOption = "",
) -> None:
    """Export a table (CSV, JSON, XLSX, Markdown, Parquet) or the report (HTML, with figures); kept in the ledger."""
    from mscminer.jobs.export import export as job
    from mscminer.jobs.export import write_figures

    file = output or Path("report.html" if what is What.REPORT else f"{what.value}.csv")
    format = format_of(file)
    if what is What.REPORT and format not in ("html", "htm"):
        raise ConfigError("The report is HTML.", where=str(file), remedy="Name a file that ends in .html.")
    if figures is not None and what is not What.REPORT:
        raise ConfigError("Only the report has figures.", where="--figures", remedy="mscminer export report --figures")
    with database(database_url) as store:
        made = job(store, what.value, definition, day_of(as_of), format, basis=basis)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(made.output)
    typer.echo(f"written to {file}" if what is What.REPORT else f"{made.rows} rows written to {file}")
    if figures is not None:
        typer.echo(f"{len(write_figures(made.pictures, figures))} figure files written to {figures}")
    assert made.entry is not None
    typer.echo(kept(made.entry))


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("export")(export)
