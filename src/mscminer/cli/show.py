"""``mscminer show``: a record's facts with the words that support them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mscminer.cli.console import DatabaseOption, JsonOption, console, database, print_json, visible
from mscminer.core.vocabulary import Absence

if TYPE_CHECKING:
    from rich.text import Text

    from mscminer.core.facts import Fact
    from mscminer.jobs.show import Quote, Shown

MAX_QUOTES = 3


def show(
    ident: Annotated[str, typer.Argument(metavar="ID", help="NCT number, PMID, or source:id.")],
    database_url: DatabaseOption = "",
    as_json: JsonOption = False,
    all_quotes: Annotated[bool, typer.Option("--all", help="Every quote, not only the first three.")] = False,
) -> None:
    """Show a record: each fact with value, confidence, maker and the quoted words in their context."""
    from mscminer.jobs.show import show as job

    with database(database_url) as store:
        shown = job(store, ident)
    if as_json:
        print_json(shown.to_json())
        return
    _print(shown, None if all_quotes else MAX_QUOTES)


def _print(shown: Shown, limit: int | None) -> None:
    from rich.text import Text

    out = console()
    out.print(Text(visible(f"{shown.document.key}  {shown.document.title}"), style="bold"))
    marks = [f"state: {shown.state}", f"versions seen: {shown.versions}"]
    if shown.document.note:
        marks.append(f"note: {shown.document.note}")
    out.print(Text("; ".join(marks), style="dim"))
    if shown.extraction is None:
        out.print("not extracted yet: run `mscminer extract`")
        return
    out.print(Text(f"extracted by {shown.extraction.maker}", style="dim"))
    for fact in shown.extraction.facts:
        out.print(_fact_line(fact, str(shown.extraction.maker)))
        for quote in shown.quotes(fact)[:limit]:
            out.print(_quote_line(quote))


def _fact_line(fact: Fact, maker: str) -> Text:
    from rich.text import Text

    absent = isinstance(fact.value, Absence)
    line = Text(f"{fact.field.value:<15}", style="cyan")
    line.append(visible(_value(fact.value)), style="dim" if absent else "bold green")
    line.append(f"  {fact.confidence:.2f}", style="dim")
    if fact.basis != "text" and not absent:
        line.append(f" ({fact.basis})", style="dim")
    if str(fact.maker) != maker:
        line.append(f" by {fact.maker}", style="dim")
    return line


def _value(value: Any) -> str:
    if isinstance(value, Absence):
        return value.value
    if isinstance(value, dict):
        name = value.get("name")
        if isinstance(name, str):
            return f"{name} [{value['mesh']}]" if value.get("mesh") else name
        return json.dumps(value, ensure_ascii=False)
    return str(value)


def _quote_line(quote: Quote) -> Text:
    from rich.text import Text

    line = Text(f"    {quote.section}: ", style="dim")
    line.append("…" + visible(quote.before))
    line.append(visible(quote.words), style="black on yellow")
    line.append(visible(quote.after) + "…")
    return line


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("show")(show)
