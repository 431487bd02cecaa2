"""``mscminer run``: the main job in one go."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mscminer.cli.console import DatabaseOption, database, existing_files, progress, settings, visible
from mscminer.cli.counts import DEFAULT_TABLES, day_of, print_counts
from mscminer.core.counts import Dimension
from mscminer.core.errors import EXIT_PARTIAL

if TYPE_CHECKING:
    from mscminer.core.counts import CountTable
    from mscminer.jobs.run import RunReport
    from mscminer.store import Store

GO_LIVE = "MSCMINER_EMAIL=you@example.org mscminer nightly"
GO_LIVE_FILES = "mscminer load studies.jsonl.gz articles.xml.gz && mscminer extract && mscminer counts"


def run(
    files: Annotated[list[Path] | None, typer.Argument(help="Records to load; default: the shipped seed.")] = None,
    as_of: Annotated[str, typer.Option("--as-of", metavar="DAY", help="Count as of this day.")] = "2021-03-31",
    database_url: DatabaseOption = "",
) -> None:
    """Run the main job: load, extract, assemble, count, evaluate.

    Without files it works on the shipped seed corpus, offline.  Run again, it changes nothing.
    """
    from mscminer.jobs.run import run as job

    paths = existing_files(files or [])
    model = settings().model
    with database(database_url) as store, progress() as listener:
        report = job(store, paths, model=model, progress=listener)
        tables, words = _count(store, as_of)
        where = store.url
    for line in report.loaded.lines():
        typer.echo(visible(line))
    typer.echo(f"{report.extracted.extracted} texts extracted by {report.extracted.maker}\n")
    print_counts(tables, words, members=False)
    _print_evaluation(report, where)
    if report.loaded.quarantined:
        raise typer.Exit(EXIT_PARTIAL)


def _count(store: Store, as_of: str) -> tuple[list[CountTable], int]:
    """The usual tables, and what a word search would have counted."""
    from mscminer.jobs.count import DEFAULT, WORD_SEARCH, count_in_store, load_definition

    day, chosen = day_of(as_of), load_definition(DEFAULT)
    tables = [count_in_store(store, chosen, day, rows, columns) for rows, columns in DEFAULT_TABLES]
    words = count_in_store(store, load_definition(WORD_SEARCH), day, Dimension.ALL, Dimension.ALL, flow=False)
    return tables, words.total


def _print_evaluation(report: RunReport, where: str) -> None:
    typer.echo("\n" + report.evaluation_text)
    typer.echo(f"\ndatabase: {where}")
    typer.echo(f"gold standard: {report.evaluation.gold_name}")
    typer.echo(f"with files of your own: {GO_LIVE_FILES}")
    typer.echo(f"to go live: {GO_LIVE}")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("run")(run)
