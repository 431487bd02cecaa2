"""The main job in one go: load, extract, assemble, count, evaluate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from mscminer.core.labels import label_from_extraction
from mscminer.core.records import RESTATED
from mscminer.evaluate.scoring import Evaluation, score
from mscminer.evaluate.seed import load_seed_labels, seed_dir, seed_record_files
from mscminer.evaluate.text_report import render_text
from mscminer.jobs.assemble import ensure_census
from mscminer.jobs.extract import ExtractReport, extract
from mscminer.jobs.load import LoadReport, load_files
from mscminer.jobs.progress import Progress
from mscminer.store import Store


@dataclass(frozen=True, kw_only=True, slots=True)
class RunReport:
    """What the main job did, stage by stage."""

    loaded: LoadReport
    extracted: ExtractReport
    evaluation: Evaluation

    @property
    def evaluation_text(self) -> str:
        """The evaluation as a table for people."""
        return render_text(self.evaluation)


def run(store: Store, files: Sequence[Path], *, model: str = "", progress: Progress | None = None) -> RunReport:
    """Load files (the seed corpus, if none are given), extract what is new, assemble the census."""
    loaded = load_files(store, files or seed_record_files(), progress=progress)
    extracted = extract(store, model=model, progress=progress)
    ensure_census(store, progress=progress)
    return RunReport(loaded=loaded, extracted=extracted, evaluation=evaluate_seed(store))


def evaluate_seed(store: Store) -> Evaluation:
    """Score what the store holds of the seed's texts against their labels."""
    gold = load_seed_labels()
    wanted = {label.id for label in gold}
    predicted, texts, restated = [], {}, 0
    with store.read() as tx:
        for stored in tx.documents.iterate_current():
            if stored.document.key.id not in wanted:
                continue
            extraction = tx.extractions.latest(stored.id)
            if extraction is not None:
                predicted.append(label_from_extraction(extraction))
            texts[stored.document.key.id] = tuple(section.text for section in stored.document.sections)
            restated += stored.document.note == RESTATED
    return score(
        gold,
        predicted,
        gold_name=str(seed_dir() / "labels.jsonl"),
        predicted_name=store.url,
        texts=texts,
        notes=[f"{restated} of {len(texts)} texts are restated in our own words: no measure of published language"],
    )
