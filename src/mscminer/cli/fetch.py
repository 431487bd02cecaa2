"""``mscminer fetch``: named records from their sources."""

from __future__ import annotations

from typing import Annotated

import typer

from mscminer.cli.console import DatabaseOption, JsonOption, database, print_json, settings
from mscminer.core.errors import EXIT_PARTIAL, ConfigError
from mscminer.core.records import RecordKey, Source


def fetch(
    ids: Annotated[list[str] | None, typer.Argument(metavar="ID...", help="NCT numbers and PMIDs.")] = None,
    seed: Annotated[
        bool, typer.Option("--seed", help="The review's cited papers and registrations, in their real texts.")
    ] = False,
    database_url: DatabaseOption = "",
    as_json: JsonOption = False,
) -> None:
    """Fetch single records from PubMed and ClinicalTrials.gov, whatever any query finds.

    With --seed the real abstracts take the place of the restated ones.  Exit code 3: some ids are unknown to their
    source.
    """
    from mscminer.jobs.fetch import fetch as job
    from mscminer.jobs.fetch import seed_keys
    from mscminer.jobs.harvest import open_clients, utc_now

    keys = [_key(text) for text in ids or []] + (list(seed_keys()) if seed else [])
    if not keys:
        raise ConfigError("nothing to fetch.", where="fetch", remedy="Give NCT numbers and PMIDs, or --seed.")
    sources = sorted({key.source for key in keys} & {Source.PUBMED, Source.CTGOV})
    with database(database_url) as store, open_clients(settings(), sources) as clients:
        report = job(store, clients, keys, at=utc_now())
    if as_json:
        print_json(report.to_json())
    else:
        numbers = ", ".join(f"{number} {name}" for name, number in report.arrivals.to_json().items())
        typer.echo(numbers + (f"; unknown to the source: {' '.join(report.missing)}" if report.missing else ""))
    if report.missing or report.arrivals.quarantined:
        raise typer.Exit(EXIT_PARTIAL)


def _key(text: str) -> RecordKey:
    try:
        return RecordKey.parse(text)
    except ValueError:
        raise ConfigError(
            f"{text!r} is no id.", where="fetch", remedy="Write NCT numbers as NCT01234567 and PMIDs as digits."
        ) from None


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("fetch")(fetch)
