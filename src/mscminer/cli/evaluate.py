"""``mscminer evaluate``: how right the extraction is, against a gold standard."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mscminer.cli.console import DatabaseOption, database, existing_files, progress, say, settings, visible
from mscminer.core.errors import ConfigError
from mscminer.core.splits import Split

if TYPE_CHECKING:
    from mscminer.jobs.evaluate import Options, Report


def evaluate(
    gold: Annotated[Path | None, typer.Option("--gold", help="Labelled file; default: the shipped seed.")] = None,
    records: Annotated[
        list[Path] | None, typer.Option("--records", help="Texts of the labelled records; may be given again.")
    ] = None,
    predictions: Annotated[
        Path | None, typer.Option("--predictions", help="Score these labels instead of running the pipeline.")
    ] = None,
    kinds: Annotated[
        Path | None, typer.Option("--classes", help="Screen: texts of known kinds (id and class a line).")
    ] = None,
    decisions: Annotated[bool, typer.Option("--decisions", help="Score against curators' decisions.")] = False,
    split: Annotated[
        Split | None, typer.Option("--split", help="Use this half of the gold only, by a hash of the id.")
    ] = None,
    part: Annotated[
        str, typer.Option("--part", metavar="NAME", help="Only labels whose key 'part' is this, as held_out.")
    ] = "",
    only_present: Annotated[
        bool, typer.Option("--only-present", help="Leave out gold texts that are not among the records.")
    ] = False,
    against: Annotated[
        Path | None, typer.Option("--against", help="Labels of an earlier version, to compare record by record.")
    ] = None,
    errors: Annotated[bool, typer.Option("--errors", help="List every text that is not exactly right.")] = False,
    json_file: Annotated[Path | None, typer.Option("--json", metavar="FILE", help="Write JSON there.")] = None,
    html_file: Annotated[Path | None, typer.Option("--html", metavar="FILE", help="Write an HTML page there.")] = None,
    gate: Annotated[bool, typer.Option("--gate", help="Exit with 7 if a quality band is not reached.")] = False,
    bands: Annotated[Path | None, typer.Option("--bands", help="The bands; default: the shipped gate.toml.")] = None,
    database_url: DatabaseOption = "",
) -> None:
    """Score the extraction: on the shipped seed, on a labelled file, or against curators' decisions.

    Prints per field how many texts are exactly right, precision, recall and F1 with 95 % intervals.
    """
    from mscminer.jobs.evaluate import Options, check_report, report_text, shipped_gate, write_report

    chosen = [name for name, given in (("--gold", gold), ("--classes", kinds), ("--decisions", decisions)) if given]
    if len(chosen) > 1:
        raise ConfigError(f"{' and '.join(chosen)} are {len(chosen)} golds", remedy="Give one of them.")

    asked = bands or (shipped_gate() if gate else None)
    with progress() as listener:
        options = Options(
            model=settings().model,
            split=split,
            part=part,
            against=against,
            only_present=only_present,
            gate=asked,
            progress=listener,
        )
        if kinds:
            _screen(options, kinds, existing_files(records or []), errors, json_file)
            return
        report = _evaluated(options, gold, existing_files(records or []), predictions, decisions, database_url)
    written = write_report(report, json_file=json_file, html_file=html_file)  # first: who reads the text may stop
    for line in report_text(report, errors=errors).splitlines():
        typer.echo(visible(line))
    for path in written:
        say(f"written: {path}")
    check_report(report)


def _evaluated(
    options: Options,
    gold: Path | None,
    records: list[Path],
    predictions: Path | None,
    decisions: bool,
    database_url: str,
) -> Report:
    from mscminer.jobs.evaluate import evaluate_decisions, evaluate_file, evaluate_seed

    if (records or predictions) and not gold:
        raise ConfigError("records or predictions without a labelled file", remedy="Give --gold FILE.")
    if gold:
        return evaluate_file(gold, options, records=records, predictions=predictions)
    with ExitStack() as stack:
        if decisions:
            return evaluate_decisions(stack.enter_context(database(database_url)), options)
        # The seed needs no database; fetched abstracts of its papers are used where there is one.
        url = database_url or settings().database_url
        store = stack.enter_context(database(url)) if _exists(url) else None
        return evaluate_seed(options, store)


def _screen(options: Options, kinds: Path, records: list[Path], errors: bool, json_file: Path | None) -> None:
    from mscminer.jobs.evaluate import evaluate_screening, screening_text, write_screening

    screening = evaluate_screening(kinds, options, records=records)
    if json_file:
        write_screening(screening, json_file)
    for line in screening_text(screening, errors=errors).splitlines():
        typer.echo(visible(line))
    if json_file:
        say(f"written: {json_file}")


def _exists(url: str) -> bool:
    path = url.removeprefix("sqlite:///")
    return path == url or Path(path).is_file()


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("evaluate")(evaluate)
