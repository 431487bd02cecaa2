"""``mscminer status``: fresh? last complete run? gaps?"""

from __future__ import annotations

from typing import Annotated

import typer

from mscminer.cli.console import DatabaseOption, JsonOption, database, print_json, settings
from mscminer.core.errors import EXIT_FAILED


def status(
    database_url: DatabaseOption = "",
    check: Annotated[bool, typer.Option("--check", help="Exit with 1 if the database is not fresh.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Say whether the database is fresh, when the last complete run was, and what is not covered."""
    from mscminer.jobs.status import status as job

    model = settings().model
    with database(database_url) as store:
        found = job(store, model=model)
    if as_json:
        print_json(found.to_json())
    else:
        for line in found.lines():
            typer.echo(line)
    if check and not found.fresh:
        raise typer.Exit(EXIT_FAILED)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("status")(status)
