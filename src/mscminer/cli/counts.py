"""``mscminer counts``: how many trials there are, by what rule, as of what day."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mscminer.cli.console import DatabaseOption, JsonOption, console, database, print_json
from mscminer.core.counts import Dimension
from mscminer.core.errors import ConfigError

if TYPE_CHECKING:
    from mscminer.core.counts import CountTable

DEFAULT_TABLES = (
    (Dimension.TISSUE, Dimension.DONOR),
    (Dimension.PHASE, Dimension.ALL),
    (Dimension.CATEGORY, Dimension.DONOR_INFERRED),
    (Dimension.YEAR, Dimension.ALL),
)


def counts(
    as_of: Annotated[str, typer.Option("--as-of", metavar="DAY", help="Inclusive, as 2021-03-31; default today.")] = "",
    definition: Annotated[str, typer.Option(help="What is counted; a shipped name or a .toml file.")] = "msc-cells",
    by: Annotated[
        list[Dimension] | None, typer.Option("--by", help="One or two dimensions; default: the usual tables.")
    ] = None,
    members: Annotated[bool, typer.Option("--members", help="List the records behind every cell.")] = False,
    database_url: DatabaseOption = "",
    as_json: JsonOption = False,
) -> None:
    """Count trials under a named definition as of a day."""
    from mscminer.jobs.count import build_census, count_census, count_words

    day, tables = _day(as_of), _tables(by or [])
    with database(database_url) as store:
        census = build_census(store)
    made = [count_census(census, definition=definition, as_of=day, rows=r, columns=c)[0] for r, c in tables]
    words = count_words(census, day)
    if as_json:
        print_json({"word_search": words, "tables": [_plain(table, members=members) for table in made]})
        return
    print_counts(made, words, members=members)


def _day(text: str) -> date:
    if not text:
        return datetime.now(UTC).date()
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ConfigError(f"{text!r} is no day.", where="--as-of", remedy="Write it as 2021-03-31.") from None


def _tables(by: list[Dimension]) -> tuple[tuple[Dimension, Dimension], ...]:
    if not by:
        return DEFAULT_TABLES
    if len(by) > 2:
        raise ConfigError("more than two dimensions.", where="--by", remedy="Give one or two.")
    return ((by[0], by[1] if len(by) == 2 else Dimension.ALL),)


def _plain(table: CountTable, *, members: bool) -> dict[str, Any]:
    cells = [
        {"row": cell.row, "column": cell.column, "number": cell.number, "hash": cell.digest}
        | ({"members": list(cell.members or ())} if members else {})
        for cell in table.cells
    ]
    return {
        "definition": table.definition.label,
        "as_of": table.as_of.isoformat(),
        "rows": table.rows,
        "columns": table.columns,
        "total": table.total,
        "row_totals": dict(table.row_totals),
        "column_totals": dict(table.column_totals),
        "cells": cells,
        "notes": list(table.sum_notes),
        "flow": [{"reason": step.reason, "excluded": step.excluded, "left": step.left} for step in table.flow],
        "hash": table.digest,
    }


def print_counts(tables: list[CountTable], words: int, *, members: bool) -> None:
    """Tables for people, with the rule, the way to the total and the yardstick."""
    out = console()
    first = tables[0]
    typer.echo(f"{first.total} by {first.definition.label} as of {first.as_of}: {first.definition.title}")
    for step in first.flow:
        typer.echo(f"  {step.left:>7} left" + (f", {step.excluded} out: {step.reason}" if step.excluded else ""))
    typer.echo(f"An exact word search over the same records would have counted {words}.")
    for table in tables:
        out.print(_rich(table))
        for note in table.sum_notes:
            if "does not sum" in note:
                typer.echo(note)
        if members:
            for cell in table.cells:
                typer.echo(f"{cell.row} / {cell.column} ({cell.number}): {' '.join(cell.members or ())}")


def _rich(table: CountTable) -> Any:
    from rich.table import Table

    single = table.columns is Dimension.ALL
    title = table.rows.value if single else f"{table.rows.value} x {table.columns.value}"
    rich = Table(title=title.replace("_", " "), title_justify="left")
    rich.add_column(table.rows.value.replace("_", " "))
    for column in () if single else table.column_values:
        rich.add_column(column, justify="right")
    rich.add_column("distinct", justify="right")
    for row in table.row_values:
        numbers = [] if single else [str(table.number(row, column)) for column in table.column_values]
        rich.add_row(row, *numbers, str(table.row_totals[row]))
    rich.add_section()
    totals = [] if single else [str(table.column_totals[column]) for column in table.column_values]
    rich.add_row("distinct", *totals, str(table.total))
    return rich


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("counts")(counts)
