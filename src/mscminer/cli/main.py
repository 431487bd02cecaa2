"""The console script: registers every command and turns errors into a sentence and an exit code."""

from __future__ import annotations

import importlib
import sys
from typing import Annotated

import typer

from mscminer import __version__
from mscminer.core.errors import MscminerError

COMMANDS = (
    "run",
    "load",
    "harvest",
    "fetch",
    "nightly",
    "status",
    "history",
    "extract",
    "vocab",
    "train",
    "counts",
    "export",
    "reconcile",
    "families",
    "trial",
    "show",
    "annotate",
    "evaluate",
    "quarantine",
    "serve",
    "users",
    "curate",
    "db",
)
"""Modules under mscminer.cli, in the order of the help.  Each has ``register(app)`` and imports nothing heavy."""

app = typer.Typer(
    name="mscminer",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Which clinical trials give mesenchymal stem/stromal cells to whom, and how many there are.",
    epilog="Exit codes: 0 done; 1 failed; 2 wrong use or setting; 3 done in part, some input is in quarantine; "
    "4 another run holds the lock; 5 the database refuses; 6 a source did not answer; 7 a quality gate is closed; "
    "8 the extraction pipeline is missing.",
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"mscminer {__version__}")
        raise typer.Exit


@app.callback()
def _main(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Print it.")] = False,
) -> None:
    pass


for _name in COMMANDS:
    importlib.import_module(f"mscminer.cli.{_name}").register(app)


def main() -> None:
    """Entry point of the console script."""
    try:
        app()
    except MscminerError as error:
        typer.echo(f"error: {error}", err=True)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        typer.echo("interrupted; what was committed stays, run the command again to go on", err=True)
        sys.exit(130)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)


if __name__ == "__main__":
    main()
