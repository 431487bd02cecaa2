"""``mscminer annotate``: records in, labels out, no database."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, TextIO

import typer

from mscminer.cli.console import existing_files, progress, say, settings, visible
from mscminer.core.errors import EXIT_PARTIAL, with_remedy


def annotate(
    files: Annotated[list[Path], typer.Argument(help="Records of any format that `load` reads.")],
    output: Annotated[Path | None, typer.Option("--output", "-o", help="JSON Lines file; default: stdout.")] = None,
) -> None:
    """Label records: one JSON object per text in the form of the annotation guidelines.

    Needs no database.  What cannot be read is reported on standard error and the exit code is 3.
    """
    from mscminer.jobs.annotate import annotate as job

    paths = existing_files(files)
    model = settings().model
    with _sink(output) as sink, progress() as listener:
        written, refused = _write(job(paths, model=model, progress=listener), sink)
    say(f"{written} texts labelled, {refused} refused" + (f", in {output}" if output else ""))
    if refused:
        raise typer.Exit(EXIT_PARTIAL)


def _write(items: Iterable[Any], sink: TextIO) -> tuple[int, int]:
    from mscminer.core.labels import Label

    written = refused = 0
    for item in items:
        if isinstance(item, Label):
            sink.write(json.dumps(item.to_json(), ensure_ascii=False) + "\n")
            written += 1
        else:
            say(visible(f"refused: {item.origin}, {item.locator}: {with_remedy(item.reason, item.remedy)}"))
            refused += 1
    return written, refused


@contextmanager
def _sink(output: Path | None) -> Iterator[TextIO]:
    if output is None:
        yield sys.stdout
        return
    # Written beside and moved at the end: a broken run leaves no half file under the name that was asked for.
    part = output.with_name(output.name + ".part")
    output.parent.mkdir(parents=True, exist_ok=True)
    with part.open("w", encoding="utf-8") as sink:
        yield sink
    part.replace(output)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("annotate")(annotate)
