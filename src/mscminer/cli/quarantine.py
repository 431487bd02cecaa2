"""``mscminer quarantine``: what could not be read."""

from __future__ import annotations

from typing import Annotated

import typer

from mscminer.cli.console import DatabaseOption, JsonOption, database, print_json, visible
from mscminer.core.errors import NotFound, with_remedy


def quarantine(
    number: Annotated[int | None, typer.Argument(help="Write the raw bytes of this piece to standard output.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="How many to list.")] = 100,
    after: Annotated[int, typer.Option(help="List those with a higher number.")] = 0,
    database_url: DatabaseOption = "",
    as_json: JsonOption = False,
) -> None:
    """List what could not be read, with reason and remedy; or give one piece back."""
    with database(database_url) as store, store.read() as tx:
        pieces = tx.quarantine.list(limit=1, after=number - 1) if number is not None else None
        if pieces is not None:
            if not pieces or pieces[0].id != number:
                raise NotFound(f"nothing in quarantine has the number {number}.", remedy="List with no number.")
            typer.get_binary_stream("stdout").write(pieces[0].raw)
            return
        listed = tx.quarantine.list(limit=limit, after=after)
    if as_json:
        print_json(
            [
                {
                    "number": item.id,
                    "origin": item.origin,
                    "locator": item.locator,
                    "record": item.source_key,
                    "reason": item.reason,
                    "remedy": item.remedy,
                    "since": item.first_seen_at.isoformat(),
                    "bytes": len(item.raw),
                }
                for item in listed
            ]
        )
        return
    for item in listed:
        typer.echo(f"{item.id}\t" + visible(f"{item.origin}, {item.locator}: {with_remedy(item.reason, item.remedy)}"))
    if not listed:
        typer.echo("nothing in quarantine")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("quarantine")(quarantine)
