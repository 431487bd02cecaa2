"""``mscminer harvest``: what changed at the sources since the last complete run."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from mscminer.cli.console import DatabaseOption, JsonOption, database, print_json, settings
from mscminer.core.errors import ConfigError
from mscminer.core.records import Source

_LIVE = (Source.CTGOV, Source.PUBMED)
_DAY = ["%Y-%m-%d"]


def harvest(
    source: Annotated[
        list[str] | None, typer.Option("--source", help="ctgov or pubmed; default: both. May be repeated.")
    ] = None,
    query: Annotated[str, typer.Option(help="Named query; see docs/harvest.md.")] = "msc-trials",
    full: Annotated[bool, typer.Option("--full", help="Everything, not only what changed.")] = False,
    since: Annotated[datetime | None, typer.Option(formats=_DAY, help="First day; moves no cursor.")] = None,
    until: Annotated[datetime | None, typer.Option(formats=_DAY, help="First day that is not harvested.")] = None,
    database_url: DatabaseOption = "",
    as_json: JsonOption = False,
) -> None:
    """Bring what changed at ClinicalTrials.gov and PubMed since the last complete run.

    Can be killed anywhere and run again.  Exit code 6: a source did not answer as it should, the other was
    harvested; 3: records went to quarantine; 4: another run holds the lock.
    """
    from mscminer.jobs.harvest import harvest as job
    from mscminer.jobs.harvest import open_clients, query_named, utc_now
    from mscminer.jobs.harvest_plan import build_span
    from mscminer.jobs.lock import hold_lock

    sources = [_source(name) for name in source or []] or list(_LIVE)
    span = build_span(full, since.date() if since else None, until.date() if until else None)
    chosen = query_named(query)
    with (
        database(database_url) as store,
        hold_lock(store.lock_path, "harvest", at=utc_now()),
        open_clients(settings(), sources) as clients,
    ):
        report = job(store, clients, query=chosen, span=span)
    if as_json:
        print_json(report.to_json())
    else:
        for line in report.lines():
            typer.echo(line)
    if report.exit_code:
        raise typer.Exit(report.exit_code)


def _source(name: str) -> Source:
    if name not in _LIVE:
        raise ConfigError(f"{name!r} cannot be harvested.", where="--source", remedy="Give ctgov or pubmed.")
    return Source(name)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("harvest")(harvest)
