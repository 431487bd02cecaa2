"""``mscminer counts``: how many trials there are, by what rule, as of what day, and why two numbers differ."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from mscminer.cli.console import DatabaseOption, JsonOption, console, database, print_json, progress, say
from mscminer.core.counts import Basis, Dimension
from mscminer.core.errors import ConfigError

if TYPE_CHECKING:
    from mscminer.core.counts import CountLedgerEntry, CountTable, Definition

DEFAULT_TABLES = (
    (Dimension.TISSUE, Dimension.DONOR),
    (Dimension.PHASE, Dimension.ALL),
    (Dimension.CATEGORY, Dimension.DONOR_INFERRED),
    (Dimension.YEAR, Dimension.ALL),
)
LIST = "list"


class _BareDefinition(TyperGroup):
    """Lets ``--definition`` stand without a value: it then lists and explains what there is."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        for place, word in enumerate(args):
            if word == "--definition" and (place + 1 == len(args) or args[place + 1].startswith("-")):
                args = [*args[: place + 1], LIST, *args[place + 1 :]]
                break
        return super().parse_args(ctx, args)


counts_app = typer.Typer(cls=_BareDefinition, invoke_without_command=True, rich_markup_mode=None)

AsOfOption = Annotated[str, typer.Option("--as-of", metavar="DAY", help="Inclusive, as 2021-03-31; default today.")]
DefinitionOption = Annotated[
    str,
    typer.Option(help="What is counted: a shipped name or a .toml file; without a value: list and explain them."),
]


BasisOption = Annotated[
    Basis,
    typer.Option(
        "--basis",
        help="Record versions to count on: newest (stored), valid (at the source on the day), known (here by the day).",
    ),
]


@counts_app.callback()
def counts(
    context: typer.Context,
    as_of: AsOfOption = "",
    definition: DefinitionOption = "msc-cells",
    basis: BasisOption = Basis.NEWEST,
    by: Annotated[
        list[Dimension] | None, typer.Option("--by", help="One or two dimensions; default: the usual tables.")
    ] = None,
    members: Annotated[bool, typer.Option("--members", help="List the records behind every cell.")] = False,
    export: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write one table (.csv .json .xlsx .md .parquet); kept in the ledger."),
    ] = None,
    replay: Annotated[
        str, typer.Option(metavar="ID", help="Print what was exported again, byte by byte (with --export: to a file).")
    ] = "",
    database_url: DatabaseOption = "",
    as_json: JsonOption = False,
) -> None:
    """Count trials under a named definition as of a day."""
    if context.invoked_subcommand is not None:
        return
    if definition == LIST:
        print_definitions(as_json=as_json)
        return
    if replay:
        _replay(database_url, replay, export)
        return
    rule = _Rule(definition=definition, day=day_of(as_of), basis=basis)
    if export is not None:
        _export(database_url, rule, _tables(by or [Dimension.TISSUE, Dimension.DONOR])[0], export)
    else:
        _count(database_url, rule, _tables(by or []), members=members, as_json=as_json)


@dataclass(frozen=True, kw_only=True)
class _Rule:
    """What is counted, by when, on which record versions."""

    definition: str
    day: date
    basis: Basis


def _count(
    url: str, rule: _Rule, tables: tuple[tuple[Dimension, Dimension], ...], *, members: bool, as_json: bool
) -> None:
    from mscminer.jobs.count import WORD_SEARCH, load_definition, newest_posting
    from mscminer.jobs.view import several_versions, view_of

    chosen, words_rule = load_definition(rule.definition), load_definition(WORD_SEARCH)
    with database(url) as store:
        with progress() as listener:
            view = view_of(store, rule.basis, rule.day, progress=listener)
        listed = members or as_json
        made = [
            view.table(chosen, rule.day, rows, columns, members=listed, flow=as_json or place == 0)
            for place, (rows, columns) in enumerate(tables)
        ]
        words = view.table(words_rule, rule.day, Dimension.ALL, Dimension.ALL, flow=False).total
        newest, several, versions = newest_posting(store), several_versions(store), view.words
    if as_json:
        tables_as_json = [_plain(table, members=members) for table in made]
        print_json({"word_search": words, "record_versions": versions, "tables": tables_as_json})
        return
    print_counts(made, words, members=members)
    typer.echo(f"Counted on {versions}.")
    if rule.basis is Basis.NEWEST and several:
        say(f"{several} records have several versions here: --basis valid counts on those of the day.")
    if newest is not None and newest < rule.day:
        say(f"The newest registration in the database was first posted on {newest}; later ones are not in it.")


def _export(url: str, rule: _Rule, table: tuple[Dimension, Dimension], file: Path) -> None:
    from mscminer.jobs.ledger import export_count

    with database(url) as store:
        made = export_count(
            store,
            definition=rule.definition,
            as_of=rule.day,
            rows=table[0],
            columns=table[1],
            format=format_of(file),
            basis=rule.basis,
        )
    file.write_bytes(made.output)
    typer.echo(f"{made.entry.total} by {made.table.definition.label} as of {rule.day}, written to {file}")
    typer.echo(kept(made.entry))


def kept(entry: CountLedgerEntry) -> str:
    """Where an export is kept and how it comes again."""
    return f"ledger id {entry.id}; again, byte by byte: mscminer counts --replay {entry.id}"


def format_of(file: Path) -> str:
    """The format that a file's ending stands for."""
    return file.suffix.removeprefix(".").lower() or "csv"


def _replay(url: str, ident: str, file: Path | None) -> None:
    from mscminer.jobs.ledger import replay

    with database(url) as store:
        again = replay(store, ident)
    if not again.recounted:
        say("warning: counting anew over the kept census gives other members; the stored bytes follow.")
    elif again.made_again is False:
        say("Made anew, it comes out otherwise (another version of mscminer); the bytes given out then follow.")
    elif again.made_again is None:
        say("The database has moved on, so it cannot be made anew to compare; the bytes given out then follow.")
    if file is None:
        typer.get_binary_stream("stdout").write(again.output)
    else:
        file.write_bytes(again.output)
        typer.echo(f"{again.entry.total} as of {again.entry.as_of}, written to {file}")


def day_of(text: str) -> date:
    """A day as users write it; today for "".

    Raises:
        ConfigError: if it is no day.
    """
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


def print_definitions(*, as_json: bool) -> None:
    """Every shipped definition with its version, what it takes in, and why."""
    from mscminer.jobs.count import load_definitions

    found = load_definitions().values()
    if as_json:
        print_json([_plain_definition(item) for item in found])
        return
    for item in found:
        typer.echo(f"{item.label}: {item.title}")
        plain = _plain_definition(item)
        shown = {key: value for key, value in plain.items() if key not in ("name", "version", "title", "rationale")}
        typer.echo("  " + "; ".join(f"{key} {_words(value)}" for key, value in shown.items() if value))
        typer.echo(f"  {item.rationale}\n")


def _words(value: Any) -> str:
    return ", ".join(value) if isinstance(value, list) else str(value)


def _plain_definition(definition: Definition) -> dict[str, Any]:
    from dataclasses import asdict

    return {key: list(value) if isinstance(value, tuple) else value for key, value in asdict(definition).items()}


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


@counts_app.command("diff")
def diff(
    before: Annotated[str, typer.Argument(metavar="A", help="Ledger id of an exported count.")],
    after: Annotated[str, typer.Argument(metavar="B", help="Another, or: now.")] = "now",
    list_all: Annotated[bool, typer.Option("--list", help="List every record with its cause.")] = False,
    database_url: DatabaseOption = "",
    as_json: JsonOption = False,
) -> None:
    """Explain why two exported counts differ; the causes add up exactly."""
    from mscminer.jobs.ledger import explain_difference

    with database(database_url) as store:
        found = explain_difference(store, before, after)
    items = [[item.id, item.change, item.cause.value, item.detail] for item in found.differences]
    net = {cause.value: {"gained": plus, "lost": minus} for cause, (plus, minus) in found.net.items()}
    if as_json:
        print_json({"before": found.before, "after": found.after, "causes": net, "records": items})
        return
    typer.echo(f"{found.before} before, {found.after} after: {found.after - found.before:+d}")
    for cause, (plus, minus) in found.net.items():
        typer.echo(f"  {plus - minus:+5d}  {cause.value} ({plus} gained, {minus} lost)")
    for ident, change, cause_words, detail in items if list_all else ():
        typer.echo(f"{change:+d} {ident}  {cause_words}: {detail}")


@counts_app.command("ledger")
def ledger(database_url: DatabaseOption = "", as_json: JsonOption = False) -> None:
    """List what was exported."""
    from mscminer.jobs.ledger import ledger_entries

    with database(database_url) as store:
        entries = ledger_entries(store)
    if as_json:
        print_json([_plain_entry(entry) for entry in entries])
        return
    for entry in entries:
        rule = f"{entry.definition} {entry.definition_version}"
        what = f"{entry.rows} x {entry.columns}" if entry.what == "counts" else entry.what
        by = f"{what}, {entry.format}" + ("" if entry.basis is Basis.NEWEST else f", versions {entry.basis}")
        typer.echo(f"{entry.id}  {entry.made_at:%Y-%m-%d %H:%M}  {entry.total:>6} by {rule} as of {entry.as_of} ({by})")
    if not entries:
        typer.echo("Nothing is exported yet: mscminer counts --export counts.xlsx")


def _plain_entry(entry: CountLedgerEntry) -> dict[str, Any]:
    """What an entry says, without its members and the definition in full."""
    names = ("id", "what", "definition", "definition_version", "definition_digest", "format", "total")
    more = ("members_digest", "rows_digest", "output_digest", "code_version", "model_version")
    return {
        **{name: getattr(entry, name) for name in (*names, *more)},
        "made_at": entry.made_at.isoformat(),
        "as_of": entry.as_of.isoformat(),
        "rows": entry.rows.value,
        "columns": entry.columns.value,
        "basis": entry.basis.value,
        "rests_on": dict(entry.options),
    }


@counts_app.command("adjusted")
def adjusted(
    as_of: AsOfOption = "",
    definition: DefinitionOption = "msc-cells",
    by: Annotated[
        Dimension, typer.Option("--by", help="tissue, donor, donor_inferred, route, category, phase or all.")
    ] = (Dimension.ALL),
    labels: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Labelled records (JSON Lines); default: the seed's.")
    ] = None,
    part: Annotated[str, typer.Option(metavar="NAME", help="Only labels whose key 'part' is this, as held_out.")] = "",
    database_url: DatabaseOption = "",
    as_json: JsonOption = False,
) -> None:
    """Correct counts for the extractor's errors, measured on labelled records, with 95 % intervals."""
    from mscminer.jobs.adjust import adjusted_counts, labels_in

    with database(database_url) as store:
        gold = labels_in(labels, part=part) if labels is not None else None
        found = adjusted_counts(store, definition=definition, as_of=day_of(as_of), by=by, labels=gold)
    if as_json:
        from dataclasses import asdict

        print_json([asdict(item) for item in found])
        return
    typer.echo(f"{'value':<24}{'counted':>9}{'corrected':>11}  95 % interval   labelled: right / wrong / missed")
    for item in found:
        seen = f"{item.measured.true} / {item.measured.false} / {item.measured.missed}"
        if item.estimate is None:
            typer.echo(f"{item.value:<24}{item.observed:>9}{'':>11}  {item.reason}")
        else:
            interval = f"{item.low:.0f} to {item.high:.0f}"
            typer.echo(f"{item.value:<24}{item.observed:>9}{item.estimate:>11.0f}  {interval:<15} {seen}")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.add_typer(counts_app, name="counts")
