"""``mscminer reconcile``: our count against anybody's list of ids."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mscminer.cli.console import DatabaseOption, JsonOption, database, existing_files, print_json, visible
from mscminer.cli.counts import AsOfOption, BasisOption, DefinitionOption, day_of
from mscminer.core.counts import Basis

if TYPE_CHECKING:
    from mscminer.jobs.reconcile import Reconciliation


def reconcile(
    file: Annotated[
        Path, typer.Argument(help="Any text with registration numbers (or PMIDs, for papers): list, CSV, JSON.")
    ],
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
        print_json(_to_json(found))
        return
    _tell(found, file)
    if list_all:
        _list(found)


def _to_json(found: Reconciliation) -> dict[str, object]:
    return {
        "definition": found.definition.label,
        "as_of": found.as_of.isoformat(),
        "listed": found.listed,
        "matched": list(found.matched),
        "missing": [{"id": item.id, "reason": item.reason} for item in found.missing],
        "extra": list(found.extra),
        "other_numbers": dict(found.renamed),
        "lines_without_id": list(found.unread),
    }


def _tell(found: Reconciliation, file: Path) -> None:
    """The numbers, and why what is listed does not count."""
    typer.echo(f"{found.listed} listed in {file}; by {found.definition.label} as of {found.as_of}:")
    other = f", {len(found.renamed)} of the list by another number" if found.renamed else ""
    typer.echo(f"  {len(found.matched):>6} matched{other}")
    if found.repeated:
        typer.echo(f"  {found.repeated:>6} further numbers of a registration that is listed already")
    typer.echo(f"  {len(found.missing):>6} listed, but not counted here:")
    for reason, number in found.reasons.items():
        typer.echo(f"         {number:>6} {reason}")
    typer.echo(f"  {len(found.extra):>6} counted here, but not listed")
    if found.unread:
        first = visible(found.unread[0][:80])
        typer.echo(f"  {len(found.unread):>6} lines without a number, the first: {first}")


def _list(found: Reconciliation) -> None:
    """Every id that is not simply matched."""
    for ident, ours in found.renamed.items():
        typer.echo(f"the same {ident}: here {ours}")
    for item in found.missing:
        typer.echo(f"missing {item.id}: {item.reason}")
    for ident in found.extra:
        typer.echo(f"extra {ident}")
    for line in found.unread:
        typer.echo(visible(f"without a number: {line[:200]}"))


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("reconcile")(reconcile)
