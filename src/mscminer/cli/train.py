"""``mscminer train``: the trained parts made anew, with curators' decisions."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mscminer.cli.console import DatabaseOption, JsonOption, database, existing_files, print_json, settings
from mscminer.core.errors import ConfigError


def train(
    gold: Annotated[
        list[Path] | None, typer.Option("--gold", help="Labelled file besides the decisions; may be given again.")
    ] = None,
    records: Annotated[
        list[Path] | None, typer.Option("--records", help="Texts of the labelled records; may be given again.")
    ] = None,
    database_url: DatabaseOption = "",
    as_json: JsonOption = False,
) -> None:
    """Fit the trained parts anew on the database and its decisions, and use what is better on held-out texts.

    Each part is compared with the one in use on texts that it has not seen (a fixed half by hash).  A new version is
    written to the folder of the setting `models`; `mscminer extract` uses the newest accepted one.
    """
    from mscminer.jobs.harvest import utc_now
    from mscminer.jobs.train import read_labelled
    from mscminer.jobs.train import train as job

    if bool(gold) != bool(records):
        raise ConfigError("labels and texts belong together.", where="train", remedy="Give --gold and --records.")
    found = settings()
    texts = existing_files(records or [])
    labelled = [one for path in existing_files(gold or []) for one in read_labelled(path, texts, at=utc_now())]
    with database(database_url) as store:
        report = job(store, found.models, at=utc_now(), labelled=labelled, model=found.model)
    if as_json:
        print_json(report.to_json())
        return
    for line in report.lines():
        typer.echo(line)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("train")(train)
