"""``mscminer trial``: what holds for one trial, by which rule, and what its sources say against each other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated

import typer

from mscminer.cli.console import DatabaseOption, JsonOption, database, print_json, visible

if TYPE_CHECKING:
    from mscminer.core.facts import TrialFact
    from mscminer.core.trials import Trial, TrialField


def trial(
    registration: Annotated[str, typer.Argument(help="A registration, as NCT00114452.")],
    database_url: DatabaseOption = "",
    as_json: JsonOption = False,
) -> None:
    """Show one trial as it is counted: facts from registration and papers, conflicts with both sides, links."""
    from mscminer.jobs.trial import load_trial, trial_to_json

    with database(database_url) as store:
        found = load_trial(store, registration.strip().upper())
    if as_json:
        print_json(trial_to_json(found))
    else:
        _print(found)


def _print(found: Trial) -> None:
    typer.echo(visible(f"{found.id}  {found.registration.title}"))
    for name, state in found.fields.items():
        typer.echo(visible(f"  {name.value:<15} {_words(state)}"))
        for fact in state.competing:
            typer.echo(visible(f"  {'':<15} {'against' if state.facts else 'side'}: {_fact(fact)}"))
    for link in found.links:
        typer.echo(visible(f"{link.type.value:<11} {link.score:.2f}  {link.reason}"))


def _words(state: TrialField) -> str:
    values = "; ".join(_fact(fact) for fact in state.facts) or str(state.absence)
    return f"{values}  ({state.rule})"


def _fact(fact: TrialFact) -> str:
    value = fact.value
    if isinstance(value, Mapping):
        value = ", ".join(f"{key} {inner}" for key, inner in value.items() if inner not in (None, [], ()))
    sources = ", ".join(key.id for key in fact.sources)
    return f"{value} [{fact.confidence:.2f} {sources}]"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("trial")(trial)
