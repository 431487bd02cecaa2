"""``mscminer extract``: what is new, or extracted by an older pipeline."""

from __future__ import annotations

from typing import Annotated

import typer

from mscminer.cli.console import DatabaseOption, JsonOption, database, print_json, progress, settings


def extract(
    database_url: DatabaseOption = "",
    processes: Annotated[int, typer.Option(min=1, help="Worker processes; the result is the same.")] = 1,
    all_versions: Annotated[
        bool, typer.Option("--all-versions", help="Older record versions too, for counts on past versions (--basis).")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Extract facts from all texts that are new or whose extraction is outdated."""
    from mscminer.jobs.extract import extract as job

    model = settings().model
    with database(database_url) as store, progress() as listener:
        report = job(store, model=model, processes=processes, all_versions=all_versions, progress=listener)
    if as_json:
        print_json(
            {
                "maker": str(report.maker),
                "extracted": report.extracted,
                "screened_out": report.screened_out,
                "reparsed": report.reparsed,
                "unreadable": report.unreadable,
            }
        )
        return
    typer.echo(
        f"{report.extracted} texts extracted by {report.maker}, "
        f"{report.screened_out} of them plainly without such cells; {report.reparsed} read anew"
    )


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("extract")(extract)
