"""What all commands share: settings, the database, errors as sentences, progress."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from mscminer.jobs.progress import Progress
    from mscminer.settings import Settings
    from mscminer.store import Store

DatabaseOption = Annotated[
    str,
    typer.Option("--database", metavar="URL", help="Database; default: the setting, else sqlite:///db/mscminer.sqlite"),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]


def settings() -> Settings:
    """The settings, read once a command; logging is set up on the way."""
    from mscminer import logs
    from mscminer.jobs.models import use_models
    from mscminer.settings import load_settings

    found = load_settings()
    logs.configure(found.log_format)
    use_models(found.models)
    return found


@contextmanager
def database(url: str) -> Iterator[Store]:
    """The store that a command works on: `--database` or the setting."""
    from mscminer.store import open_store

    configured = settings()  # also sets up the log, which must not go to standard output
    with open_store(url or configured.database_url) as store:
        yield store


def print_json(data: Any) -> None:
    """JSON on standard output."""
    typer.echo(json.dumps(data, ensure_ascii=False, indent=2, sort_keys=False))


def console() -> Console:
    """Rich's console for standard output; plain text where that is no terminal."""
    from rich.console import Console

    return Console(soft_wrap=not sys.stdout.isatty(), highlight=False)


def say(text: str) -> None:
    """A line for people, on standard error, so that standard output holds results only."""
    typer.echo(text, err=True)


@contextmanager
def progress() -> Iterator[Progress]:
    """A bar on a terminal, plain log lines elsewhere."""
    if sys.stderr.isatty():
        with _bar() as bar:
            yield bar
    else:
        yield _Lines()


@contextmanager
def _bar() -> Iterator[Progress]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as RichProgress

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with RichProgress(*columns, console=Console(stderr=True)) as rich:
        yield _Bar(rich)


class _Bar:
    def __init__(self, rich: Any) -> None:
        self._rich = rich
        self._task: Any = None

    def begin(self, what: str, total: int | None) -> None:
        self._task = self._rich.add_task(what, total=total)

    def advance(self, done: int) -> None:
        self._rich.advance(self._task, done)

    def end(self) -> None:
        task = self._rich.tasks[self._task]
        self._rich.update(self._task, total=task.completed)


class _Lines:
    """A line at the beginning, at every 1,000 and at the end."""

    EVERY = 1000

    def __init__(self) -> None:
        from mscminer import logs

        self._log = logs.get("progress")
        self._what, self._done = "", 0
        self._total: int | None = None

    def begin(self, what: str, total: int | None) -> None:
        self._what, self._total, self._done = what, total, 0
        self._log.info("begin", what=what, **self._of())

    def advance(self, done: int) -> None:
        before, self._done = self._done, self._done + done
        if before // self.EVERY != self._done // self.EVERY:
            self._log.info("progress", what=self._what, done=self._done, **self._of())

    def _of(self) -> dict[str, int]:
        return {} if self._total is None else {"total": self._total}

    def end(self) -> None:
        self._log.info("end", what=self._what, done=self._done)


def visible(text: str) -> str:
    """Text of a record for a terminal: control characters, which could steer it, become spaces."""
    return "".join(letter if letter.isprintable() else " " for letter in text)


def existing_files(paths: list[Path]) -> list[Path]:
    """The paths, all of which must be files or folders.

    Raises:
        NotFound: naming the first that is not.
    """
    from mscminer.core.errors import NotFound

    for path in paths:
        if not path.exists():
            raise NotFound("no such file or folder.", where=str(path), remedy="Check the path.")
    return paths
