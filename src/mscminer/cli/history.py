"""``mscminer history``: what changed in a record, field by field."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from mscminer.cli.console import DatabaseOption, JsonOption, database, print_json, visible

_LONGEST = 160


def history(
    ident: Annotated[str, typer.Argument(metavar="ID", help="NCT number, PMID, or source:id.")],
    database_url: DatabaseOption = "",
    as_json: JsonOption = False,
    full: Annotated[bool, typer.Option("--full", help="Long texts in full.")] = False,
) -> None:
    """Show all versions of a record that were seen, and what changed from one to the next."""
    from mscminer.jobs.history import history as job

    with database(database_url) as store:
        found = job(store, ident)
    if as_json:
        print_json(found.to_json())
        return
    typer.echo(f"{found.key}  {found.state.value}")
    for version in found.versions:
        mark = " (current)" if version.current else ""
        revised = f"revised {version.revised_at}, " if version.revised_at else ""
        typer.echo(f"version {version.number}{mark}: {revised}fetched {version.fetched_at:%Y-%m-%d %H:%M} UTC")
        for change in version.changes:
            before, after = _text(change.before, full), _text(change.after, full)
            typer.echo(f"  {visible(change.path)}: {before} -> {after}")


def _text(value: Any, full: bool) -> str:
    if value is None:
        return "(none)"
    text = visible(str(value))
    return text if full or len(text) <= _LONGEST else text[:_LONGEST] + "..."


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("history")(history)
