"""Score the extraction: against the seed's gold standard, any labelled file, or the curators' decisions."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from mscminer.core.decisions import apply_decisions, is_settled, standing
from mscminer.core.documents import Document
from mscminer.core.errors import ConfigError, RecordError
from mscminer.core.facts import Extraction
from mscminer.core.labels import Label, label_from_extraction
from mscminer.core.records import RESTATED, Record, Rejected
from mscminer.core.splits import Split, split_of
from mscminer.core.vocabulary import Field
from mscminer.evaluate.calibration import Calibration, judge_confidence
from mscminer.evaluate.comparing import compare
from mscminer.evaluate.gate import check_gate, find_falls, load_bands
from mscminer.evaluate.label_files import read_labels
from mscminer.evaluate.reports import Report as Report
from mscminer.evaluate.reports import StatementTable, render_html, render_text, report_to_json
from mscminer.evaluate.scoring import Evaluation, score
from mscminer.evaluate.screening import Screening, read_kinds, render_screening, screen, screening_to_json
from mscminer.evaluate.seed import (
    load_cited_trials,
    load_seed_labels,
    seed_dir,
    seed_record_files,
)
from mscminer.evaluate.statements import abstract_statements, review_statements, score_statements
from mscminer.harvest.files import read_files
from mscminer.harvest.parsing import parse_record
from mscminer.jobs.extract import BATCH, chunks, default_extractor
from mscminer.jobs.progress import Progress, Silent, track
from mscminer.store import Store

SEED = "seed"
"""Name of the seed's gold in a gate file; other files are named by their stem (``registry.jsonl``: registry)."""


@dataclass(frozen=True, kw_only=True)
class Options:
    """What all evaluations share.

    Args:
        split: use only this part of the gold, by a hash of the id.
        part: use only lines of a labelled file whose key ``part`` is this.
        against: labels of an earlier version (``mscminer annotate``) to compare with, record by record.
        only_present: leave out gold texts that are not among the records; default: they count as misses.
        gate: file with the quality gate's bands; None: the gate is not asked.
    """

    model: str = ""
    split: Split | None = None
    part: str = ""
    against: Path | None = None
    only_present: bool = False
    gate: Path | None = None
    progress: Progress = field(default_factory=Silent)


@dataclass(frozen=True, kw_only=True)
class Predicted:
    """Labels that the pipeline made, with the texts they are about."""

    labels: tuple[Label, ...]
    extractions: tuple[Extraction, ...] = ()
    texts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    maker: str = ""
    restated: frozenset[str] = frozenset()
    refused: tuple[Unread, ...] = ()

    @property
    def notes(self) -> Iterator[str]:
        """What a reader of the scores must know."""
        if self.restated:
            yield (
                f"{len(self.restated)} of {len(self.texts)} texts are restated in our own words: "
                "no measure of published language."
            )
        yield from _notes_on(self.refused)


@dataclass(frozen=True, kw_only=True)
class Unread:
    """A piece of a file that could not be read as a record."""

    origin: str
    locator: str
    reason: str


def _notes_on(refused: Iterable[Unread]) -> Iterator[str]:
    """A line for each reason in each file, with the first place and how many there are."""
    places: dict[tuple[str, str], list[str]] = {}
    for one in refused:
        places.setdefault((one.origin, one.reason), []).append(one.locator)
    for (origin, reason), found in places.items():
        more = f" (and {len(found) - 1} more of this file)" if len(found) > 1 else ""
        yield f"Not read: {origin}, {found[0]}: {reason}{more}"


def predict(paths: Sequence[Path], wanted: Iterable[str], options: Options) -> Predicted:
    """Run the pipeline over the wanted records of some files; of several versions of a record, the last counts.

    Raises:
        InputError: a file cannot be read at all.
        ModelError: the pipeline cannot be loaded.
    """
    ids = frozenset(wanted)
    documents: dict[str, Document] = {}
    refused: list[Unread] = []
    for item in track(read_files(paths, fetched_at=datetime.now(UTC)), options.progress, "read"):
        if isinstance(item, Record):
            if item.key.id in ids:
                _parse(item, documents, refused)
        elif isinstance(item, Rejected):
            refused.append(Unread(origin=item.origin, locator=item.locator, reason=item.reason))
    return _predict(documents, options.model, tuple(refused))


def _parse(record: Record, documents: dict[str, Document], refused: list[Unread]) -> None:
    try:
        documents[record.key.id] = parse_record(record)
    except RecordError as error:
        refused.append(Unread(origin=record.origin, locator=str(record.key), reason=error.message))


def _predict(documents: Mapping[str, Document], model: str, refused: tuple[Unread, ...] = ()) -> Predicted:
    extractor = default_extractor(model)
    extractions: list[Extraction] = []
    for batch in chunks(documents.values(), BATCH):
        extractions += extractor.extract(batch)
    return Predicted(
        labels=tuple(map(label_from_extraction, extractions)),
        extractions=tuple(extractions),
        texts={ident: _sections(document) for ident, document in documents.items()},
        maker=str(extractor.maker),
        restated=frozenset(ident for ident, document in documents.items() if document.note == RESTATED),
        refused=refused,
    )


def _sections(document: Document) -> tuple[str, ...]:
    return tuple(section.text for section in document.sections)


def evaluate_seed(options: Options, store: Store | None = None) -> Report:
    """Score the pipeline on the seed: its labels, and apart from them the review's and the abstracts' statements.

    The labels are of the restated texts, so these are what they are scored on.  The statements are scored on fetched
    abstracts where `store` has them, else on the restated ones; the tables say on how many.
    """
    gold = load_seed_labels()
    predicted = predict(seed_record_files(), (label.id for label in gold), options)

    def scored(labels: Iterable[Label], name: str) -> Evaluation:
        return score(
            gold,
            labels,
            split=options.split,
            gold_name="the seed's labels",
            predicted_name=name,
            texts=predicted.texts,
            notes=predicted.notes,
        )

    return _report(scored, gold, predicted, SEED, options, _statement_tables(predicted, store, options))


def _statement_tables(predicted: Predicted, store: Store | None, options: Options) -> tuple[StatementTable, ...]:
    trials = load_cited_trials()
    cited = frozenset(trial.record.id for trial in trials if trial.record)
    fetched = _fetched(store, cited, options.model) if store else {}
    labels = {label.id: label for label in predicted.labels if label.id in cited} | fetched
    note = f"predictions on {len(fetched)} fetched and {len(labels.keys() - fetched.keys())} restated abstracts"
    return (
        StatementTable(
            name="What the review says", note=note, scores=score_statements(review_statements(trials), labels.values())
        ),
        StatementTable(
            name="What the abstracts say, as noted from them",
            note=note,
            scores=score_statements(abstract_statements(trials), labels.values()),
        ),
    )


def _fetched(store: Store, wanted: frozenset[str], model: str) -> dict[str, Label]:
    documents = {}
    with store.read() as tx:
        for trial in load_cited_trials():
            stored = tx.documents.current(trial.record) if trial.record else None
            if stored and stored.document.note != RESTATED and stored.document.key.id in wanted:
                documents[stored.document.key.id] = stored.document
    return {label.id: label for label in _predict(documents, model).labels} if documents else {}


def evaluate_file(
    gold_file: Path, options: Options, *, records: Sequence[Path] = (), predictions: Path | None = None
) -> Report:
    """Score against a labelled file, either the pipeline on `records` or the labels of `predictions`.

    Raises:
        ConfigError: if both or neither of them are given.
        InputError: a file cannot be read.
    """
    if bool(records) == (predictions is not None):
        raise ConfigError(
            "a labelled file needs either records or predictions to be scored",
            where=str(gold_file),
            remedy="Give --records FILE... (texts of any format that `load` reads) or --predictions FILE.",
        )
    gold = read_labels(gold_file, part=options.part)
    if predictions is not None:
        predicted = Predicted(labels=read_labels(predictions), maker=str(predictions))
    else:
        predicted = predict(records, (label.id for label in gold), options)
    gold, note = _present(gold, predicted, options)

    def scored(labels: Iterable[Label], name: str) -> Evaluation:
        return score(
            gold,
            labels,
            split=options.split,
            gold_name=str(gold_file),
            predicted_name=name,
            texts=predicted.texts,
            notes=[*note, *predicted.notes],
        )

    return _report(scored, gold, predicted, gold_file.stem, options)


def evaluate_screening(kinds_file: Path, options: Options, *, records: Sequence[Path]) -> Screening:
    """Run the pipeline over texts of known kinds and count what they are taken for.

    Raises:
        ConfigError: without records.
        InputError: a file cannot be read.
    """
    if not records:
        raise ConfigError("no texts to screen", where=str(kinds_file), remedy="Give --records FILE...")
    kinds = read_kinds(kinds_file)
    ids = (ident for ident in kinds if options.split is None or split_of(ident) is options.split)
    kept = {ident: kinds[ident] for ident in ids}
    predicted = predict(records, kept, options)
    return screen(kept, predicted.labels, classes_name=str(kinds_file), predicted_name=predicted.maker)


def screening_text(screening: Screening, *, errors: bool = False) -> str:
    """The screening for a terminal; `errors` adds the ids of the rarer calls of each kind."""
    return render_screening(screening, errors=errors)


def write_screening(screening: Screening, path: Path) -> None:
    """Write the screening as JSON."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(screening_to_json(screening), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _present(
    gold: tuple[Label, ...], predicted: Predicted, options: Options
) -> tuple[tuple[Label, ...], tuple[str, ...]]:
    """The gold to score, and what to say of gold texts that are not among the records."""
    given = {label.id for label in predicted.labels}
    absent = sorted({label.id for label in gold} - given)
    if not absent:
        return gold, ()
    names = ", ".join(absent[:10]) + (" ..." if len(absent) > 10 else "")
    if not options.only_present:
        return gold, (f"{len(absent)} gold texts are not among the records and count as misses: {names}",)
    kept = tuple(label for label in gold if label.id in given)
    return kept, (f"{len(absent)} gold texts are not among the records and were left out: {names}",)


def evaluate_decisions(store: Store, options: Options) -> Report:
    """Score stored extractions against what the curators decided, field by field, where a field is settled.

    Raises:
        ConfigError: if nobody has decided anything yet.
    """
    gold: list[Label] = []
    found: list[Label] = []
    asked: dict[str, frozenset[Field]] = {}
    texts: dict[str, tuple[str, ...]] = {}
    for document, extraction, settled, decided in decided_records(store):
        gold.append(label_from_extraction(decided))
        found.append(label_from_extraction(extraction))
        asked[document.key.id] = settled
        texts[document.key.id] = _sections(document)
    if not gold:
        raise ConfigError(
            "no field of any record is settled by curators' decisions yet",
            where=store.url,
            remedy="Decide some in the workbench (mscminer serve), or give --gold FILE.",
        )
    predicted = Predicted(labels=tuple(found), texts=texts, maker=f"extractions in {store.url}")

    def scored(labels: Iterable[Label], name: str) -> Evaluation:
        return score(
            gold,
            labels,
            split=options.split,
            gold_name="curators' decisions",
            predicted_name=name,
            texts=texts,
            asked=asked,
            notes=["Only fields that a curator has settled; curators saw the proposals, so agreement is flattered."],
        )

    return _report(scored, gold, predicted, "decisions", options)


def decided_records(store: Store) -> Iterator[tuple[Document, Extraction, frozenset[Field], Extraction]]:
    """Each record that curators have settled a field of: its text, what was extracted, those fields, what is right."""
    with store.read() as tx:
        decided = tx.decisions.keys()
        for key in decided:
            stored = tx.documents.current(key)
            extraction = tx.extractions.latest(stored.id) if stored else None
            if stored is None or extraction is None:
                continue
            decisions = tx.decisions.of_record(key)
            states = standing(decisions)
            settled = frozenset(name for name in Field if is_settled(name, extraction.of(name), states.get(name)))
            if settled:
                yield stored.document, extraction, settled, apply_decisions(extraction, decisions, stored.document)


def _report(
    scored: Callable[[Iterable[Label], str], Evaluation],
    gold: Sequence[Label],
    predicted: Predicted,
    gate_name: str,
    options: Options,
    statements: tuple[StatementTable, ...] = (),
) -> Report:
    evaluation = scored(predicted.labels, predicted.maker)
    earlier = scored(read_labels(options.against), str(options.against)) if options.against else None
    return Report(
        evaluation=evaluation,
        made_at=datetime.now(UTC).isoformat(timespec="seconds"),
        statements=statements,
        calibration=_calibration(gold, predicted, options),
        comparison=compare(earlier, evaluation) if earlier else None,
        gate=find_falls(evaluation, load_bands(options.gate), gold=gate_name) if options.gate else None,
    )


def _calibration(gold: Sequence[Label], predicted: Predicted, options: Options) -> Calibration | None:
    if not predicted.extractions:
        return None
    return judge_confidence({label.id: label for label in gold}, predicted.extractions, split=options.split)


def report_text(report: Report, *, errors: bool = False) -> str:
    """The report for a terminal; `errors` adds every text that is not exactly right."""
    return render_text(report, errors=errors)


def write_report(report: Report, *, json_file: Path | None = None, html_file: Path | None = None) -> tuple[Path, ...]:
    """Write the report as JSON or as an HTML page, or both, and return what was written."""
    written: list[Path] = []
    for path, render in ((json_file, _json_text), (html_file, render_html)):
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(render(report), encoding="utf-8", newline="\n")
            written.append(path)
    return tuple(written)


def _json_text(report: Report) -> str:
    return json.dumps(report_to_json(report), ensure_ascii=False, indent=1) + "\n"


def shipped_gate() -> Path:
    """The bands that the seed corpus comes with."""
    return seed_dir() / "gate.toml"


def check_report(report: Report) -> None:
    """Close the gate if it was asked and anything fell.

    Raises:
        GateClosed: listing all that fell.
    """
    check_gate(report.gate or ())
