"""``mscminer families``: which registrations are one study, why, and a curator's word on it."""

from __future__ import annotations

import getpass
from typing import Annotated

import typer

from mscminer.cli.console import DatabaseOption, JsonOption, database, print_json, visible

families_app = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="Which registrations are one study, and why."
)
WhyOption = Annotated[str, typer.Option("--why", help="The reason, for those who come after.")]
WhoOption = Annotated[str, typer.Option("--who", help="Who decides; default: the user of this machine.")]


@families_app.command("show")
def show(
    registration: Annotated[str, typer.Argument(help="A registration, as NCT01297205.")],
    database_url: DatabaseOption = "",
    as_json: JsonOption = False,
) -> None:
    """Show the family of a registration with the reason for each link."""
    from mscminer.jobs.families import show_family

    with database(database_url) as store:
        found = show_family(store, registration.strip().upper())
    if as_json:
        print_json(
            {
                "family": found.id,
                "members": [row.id for row in found.members],
                "links": [[str(item.a), str(item.b), item.type.value, item.score, item.reason] for item in found.links],
                "decisions": [
                    [item.a, item.b, item.ruling.value, item.curator, item.reason] for item in found.decisions
                ],
            }
        )
        return
    typer.echo(f"family {found.id}: {len(found.members)} registrations")
    for row in found.members:
        typer.echo(visible(f"  {row.id}  {row.first_posted:<10}  {row.title}"))
    for item in found.links:
        typer.echo(visible(f"{item.type.value:<16} {item.score:.2f}  {item.reason}"))
    for decided in found.decisions:
        what = f"{decided.curator}: {decided.ruling.value} {decided.a} {decided.b}"
        typer.echo(visible(f"{decided.decided_at:%Y-%m-%d}  {what}  {decided.reason}"))


@families_app.command("merge")
def merge(a: str, b: str, why: WhyOption = "", who: WhoOption = "", database_url: DatabaseOption = "") -> None:
    """Keep two registrations in one family, for ever."""
    _decide("merge", a, b, why, who, database_url)


@families_app.command("split")
def split(a: str, b: str, why: WhyOption = "", who: WhoOption = "", database_url: DatabaseOption = "") -> None:
    """Keep two registrations in different families, whatever links them."""
    _decide("split", a, b, why, who, database_url)


def _decide(ruling: str, a: str, b: str, why: str, who: str, url: str) -> None:
    from mscminer.core.trials import FamilyRuling
    from mscminer.jobs.families import decide

    first, second = a.strip().upper(), b.strip().upper()
    with database(url) as store:
        family = decide(store, first, second, FamilyRuling(ruling), who=who or getpass.getuser(), why=why)
    typer.echo(f"kept: {ruling} {first} {second}; {first} is in family {family}")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.add_typer(families_app, name="families")
