"""``mscminer reconcile``: our count against anybody's list of ids."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mscminer.cli.console import DatabaseOption, JsonOption, database, existing_files, print_json, visible
from mscminer.cli.counts import AsOfOption, BasisOption, DefinitionOption, day_of
from mscminer.core.counts import Basis


def reconcile(
    file: Annotated[Path, typer.Argument(help="Any text with registration numbers: list, CSV, JSON, saved page.")],
    as_of: AsOfOption = "",
    definition: DefinitionOption = "msc-cells",
    basis: BasisOption = Basis.NEWEST,
    list_all: Annotated[bool, typer.Option("--list", help="List every id.")] = False,
    database_url: DatabaseOption = "",
    as_json: JsonOption = False,
) -> None:
    """Compare a published census, or any list of ids, with what counts here."""
    from mscminer.jobs.reconcile import reconcile_file

    existing_files([file])
    with database(database_url) as store:
        found = reconcile_file(store, file, definition=definition, as_of=day_of(as_of), basis=basis)
    if as_json:
        print_json(
            {
                "definition": found.definition.label,
                "as_of": found.as_of.isoformat(),
                "listed": found.listed,
                "matched": list(found.matched),
                "missing": [{"id": item.id, "reason": item.reason} for item in found.missing],
                "extra": list(found.extra),
                "lines_without_id": list(found.unread),
            }
        )
        return
    typer.echo(f"{found.listed} listed in {file}; by {found.definition.label} as of {found.as_of}:")
    typer.echo(f"  {len(found.matched):>6} matched")
    typer.echo(f"  {len(found.missing):>6} listed, but not counted here:")
    for reason, number in found.reasons.items():
        typer.echo(f"         {number:>6} {reason}")
    typer.echo(f"  {len(found.extra):>6} counted here, but not listed")
    if found.unread:
        typer.echo(
            f"  {len(found.unread)} lines without a registration number, the first: {visible(found.unread[0][:80])}"
        )
    if list_all:
        for item in found.missing:
            typer.echo(f"missing {item.id}: {item.reason}")
        for ident in found.extra:
            typer.echo(f"extra {ident}")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("reconcile")(reconcile)
