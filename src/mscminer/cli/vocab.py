"""``mscminer vocab``: the disease knowledge base that names of conditions are linked by."""

from __future__ import annotations

from typing import Annotated

import typer

from mscminer.cli.console import DatabaseOption, JsonOption, database, print_json, progress, settings


def update(
    offline: Annotated[
        bool, typer.Option("--offline", help="Use the stored registrations only; ask nobody for MeSH's own names.")
    ] = False,
    database_url: DatabaseOption = "",
    as_json: JsonOption = False,
) -> None:
    """Make the knowledge base anew from the stored registrations and MeSH, and say what changed.

    It is written as a new version to the folder of the setting `models` and used from then on; extractions made with
    another version are outdated.  Nothing is written if nothing changed.
    """
    from contextlib import nullcontext

    from mscminer.core.records import Source
    from mscminer.jobs.harvest import Clients, open_clients, utc_now
    from mscminer.jobs.vocabulary import update_vocabulary

    found = settings()
    opened = nullcontext(Clients()) if offline else open_clients(found, [Source.PUBMED])
    with database(database_url) as store, opened as clients, progress() as listener:
        report = update_vocabulary(store, clients.entrez, found.models, at=utc_now(), progress=listener)
    if as_json:
        print_json(report.to_json())
        return
    for line in report.lines():
        typer.echo(line)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(no_args_is_help=True, help="The disease knowledge base.", rich_markup_mode=None)
    group.callback()(_group)
    group.command("update")(update)
    app.add_typer(group, name="vocab")


def _group() -> None:
    """Keeps ``update`` a command of its own though it is the only one."""
