"""``mscminer curate``: the queue and the decisions without the workbench."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mscminer.cli.console import DatabaseOption, JsonOption, database, print_json, say

Format = Annotated[
    str, typer.Option("--format", help="csv, jsonl, label-studio or docbin; told by the file's name if not given.")
]

SHOWN_PROBLEMS = 20


def refresh(database_url: DatabaseOption = "") -> None:
    """Bring queue, lists and text index up to date with what was loaded and extracted."""
    from mscminer.jobs.curate import refresh_queue

    with database(database_url) as store:
        typer.echo(f"{refresh_queue(store)} records brought up to date")


def progress(database_url: DatabaseOption = "", as_json: JsonOption = False) -> None:
    """How far curation is, and how long the rest will take."""
    from mscminer.jobs.curate import progress as job

    with database(database_url) as store:
        found = job(store)
    left = found.remaining.total_seconds() if found.remaining is not None else None
    totals = found.totals
    if as_json:
        print_json(
            {
                "open": totals.open,
                "skipped": totals.skipped,
                "done": totals.done,
                "effective": totals.effective,
                "seconds_per_decision": found.seconds_per_decision,
                "remaining_s": left,
            }
        )
        return
    rest = f"; about {left / 3600:.1f} hours left" if left is not None else ""
    typer.echo(
        f"{totals.done} done, {totals.open} open ({totals.effective} can change a published number), "
        f"{totals.skipped} skipped{rest}"
    )


def export(
    out: Annotated[Path, typer.Argument(help="File to write.", dir_okay=False)],
    form: Format = "",
    database_url: DatabaseOption = "",
) -> None:
    """Write all decisions, or the curated texts, to a file."""
    from mscminer.jobs.decision_files import export_decisions, format_of

    chosen = form or format_of(out.name)
    with database(database_url) as store:
        out.write_bytes(export_decisions(store, chosen))
    say(f"wrote {out}")


def import_(
    file: Annotated[Path, typer.Argument(help="File to read.", exists=True, dir_okay=False)],
    form: Format = "",
    by: Annotated[str, typer.Option(help="Who imports it; spans from other tools become this curator's.")] = "",
    database_url: DatabaseOption = "",
) -> None:
    """Append the decisions of a file; importing it twice changes nothing."""
    import getpass

    from mscminer.jobs.decision_files import format_of, import_decisions

    chosen = form or format_of(file.name)
    with database(database_url) as store:
        report = import_decisions(store, file.read_bytes(), chosen, name=file.name, by=by or getpass.getuser())
    for problem in report.problems[:SHOWN_PROBLEMS]:
        say(f"not read: {problem}")
    if len(report.problems) > SHOWN_PROBLEMS:
        say(f"not read: {len(report.problems) - SHOWN_PROBLEMS} more")
    typer.echo(f"{report.added} decisions added, {report.known} were there already, {len(report.problems)} not read")
    if report.problems:
        raise typer.Exit(3)


def labels() -> None:
    """Print the labelling interface that a Label Studio project needs for an exported file."""
    from mscminer.jobs.decision_files import label_studio_setup

    typer.echo(label_studio_setup(), nl=False)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(no_args_is_help=True, help="The curators' queue and decisions.", rich_markup_mode=None)
    group.command("refresh")(refresh)
    group.command("progress")(progress)
    group.command("export")(export)
    group.command("import")(import_)
    group.command("labels")(labels)
    app.add_typer(group, name="curate")
