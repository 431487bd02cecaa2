"""``mscminer nightly``: everything that a night has to do."""

from __future__ import annotations

import typer

from mscminer.cli.console import DatabaseOption, JsonOption, database, print_json, settings
from mscminer.core.records import Source


def nightly(database_url: DatabaseOption = "", as_json: JsonOption = False) -> None:
    """Harvest, extract what is new or outdated, assemble, count, evaluate, publish behind a gate, tell.

    Exit code 6: a source failed; 7: the publish gate is closed, yesterday's exports stay; 3: records went to
    quarantine; 4: another run holds the lock; else that of the step that failed.  The digest says all of it.
    """
    from mscminer.jobs.harvest import open_clients, utc_now
    from mscminer.jobs.lock import hold_lock
    from mscminer.jobs.nightly import Plan
    from mscminer.jobs.nightly import nightly as job

    chosen = settings()
    plan = Plan(exports=chosen.exports, model=chosen.model)
    with (
        database(database_url) as store,
        hold_lock(store.lock_path, "nightly", at=utc_now()),
        open_clients(chosen, [Source.CTGOV, Source.PUBMED]) as clients,
    ):
        report = job(store, clients, plan, settings=chosen)
    if as_json:
        print_json(report.to_json())
    else:
        if report.harvested is not None:
            for line in report.harvested.lines():
                typer.echo(line)
        for text in (*report.breaches, *(report.digest.failures if report.digest else ())):
            typer.echo(f"! {text}")
        typer.echo(f"{report.state}; {'published' if report.published else 'not published'}: {report.digest_file}")
    if report.exit_code:
        raise typer.Exit(report.exit_code)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("nightly")(nightly)
