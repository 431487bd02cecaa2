"""``mscminer load``: files into the database."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mscminer.cli.console import DatabaseOption, JsonOption, database, existing_files, print_json, progress, visible
from mscminer.core.errors import EXIT_PARTIAL


def load(
    files: Annotated[list[Path], typer.Argument(help="Dumps to read; formats are told by content.")],
    database_url: DatabaseOption = "",
    as_json: JsonOption = False,
) -> None:
    """Load registry and PubMed dumps.

    Read are: ClinicalTrials.gov API v2 JSON (a study, a list, pages, JSON Lines, the zip of "download all"), PubMed
    XML, MEDLINE/.nbib, WHO ICTRP, EU and ChiCTR exports; each plain or gzipped.  What cannot be read goes to
    quarantine, the rest is loaded, and the exit code is 3.
    """
    from mscminer.jobs.load import load_files

    paths = existing_files(files)
    with database(database_url) as store, progress() as listener:
        report = load_files(store, paths, progress=listener)
    if as_json:
        print_json(report.to_json())
    else:
        for line in report.lines():
            typer.echo(visible(line))
    if report.quarantined:
        raise typer.Exit(EXIT_PARTIAL)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("load")(load)
