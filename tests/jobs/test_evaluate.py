"""The evaluation as a job, with a pipeline that always says the same: on the seed, a labelled file, decisions."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from mscminer.core.decisions import NewDecision, Verdict
from mscminer.core.documents import Document
from mscminer.core.errors import ConfigError, GateClosed
from mscminer.core.facts import Extraction, Fact, Maker, canonical
from mscminer.core.labels import Label
from mscminer.core.records import RecordKey, Source
from mscminer.core.splits import Split
from mscminer.core.vocabulary import Absence, Field
from mscminer.evaluate.label_files import write_labels
from mscminer.evaluate.seed import load_seed_labels
from mscminer.jobs import evaluate as job
from mscminer.jobs.extract import extract
from mscminer.jobs.load import load_files
from mscminer.store import Store, open_store
from tests.conftest import NOW
from tests.jobs.test_load import study, write_lines

MAKER = Maker(name="always-marrow", version="1")


class AlwaysMarrow:
    """Finds marrow in every text, and nothing else."""

    maker = MAKER

    def extract(self, documents: Iterable[Document]) -> Iterator[Extraction]:
        for document in documents:
            values: dict[Field, Any] = {Field.MSC: "cells", Field.TISSUE: "bone_marrow"}
            facts = tuple(
                Fact(field=name, value=values.get(name, Absence.NOT_STATED), confidence=0.9, maker=MAKER)
                for name in Field
            )
            yield Extraction(key=document.key, document=document.version, maker=MAKER, facts=facts)


@pytest.fixture(autouse=True)
def pipeline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mscminer.jobs.evaluate.default_extractor", lambda _name: AlwaysMarrow())
    monkeypatch.setattr("mscminer.jobs.extract.default_extractor", lambda _name: AlwaysMarrow())


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(f"sqlite:///{tmp_path}/test.sqlite") as opened:
        yield opened


def test_seed_is_scored_and_says_that_it_is_restated() -> None:
    report = job.evaluate_seed(job.Options())
    evaluation = report.evaluation
    gold = load_seed_labels()
    assert len(evaluation.documents) == len(gold)
    assert evaluation.missing == ()
    tissue = evaluation.measure("tissue")
    assert tissue.exact.part == sum(label.tissue == ("bone_marrow",) for label in gold)
    assert "63 of 63 texts are restated" in evaluation.notes[0]
    assert all(evidence.by_place for evidence in evaluation.evidence)
    assert report.calibration is not None
    marrow = report.calibration.of(field=Field.TISSUE, stated=True)
    assert len(marrow.judged) == len(gold)
    assert sum(item.right for item in marrow.judged) == sum("bone_marrow" in label.tissue for label in gold)
    review, abstracts = report.statements
    assert "0 fetched and 43 restated" in review.note
    assert {score.name for score in abstracts.scores} >= {"tissue", "donor", "n", "efficacy"}


def test_fetched_abstracts_are_used_for_the_statements(store: Store, tmp_path: Path) -> None:
    article = (
        '<PubmedArticleSet><PubmedArticle><MedlineCitation Status="MEDLINE" Owner="NLM">'
        '<PMID Version="1">19958962</PMID>'
        "<Article><Journal><Title>J</Title></Journal><ArticleTitle>Cells after a heart attack</ArticleTitle></Article>"
        "</MedlineCitation></PubmedArticle></PubmedArticleSet>"
    )
    (tmp_path / "a.xml").write_text(article, "utf-8")
    load_files(store, [tmp_path / "a.xml"], now=NOW)
    review, _ = job.evaluate_seed(job.Options(), store).statements
    assert "1 fetched and 42 restated" in review.note


def test_labelled_file_with_records(tmp_path: Path) -> None:
    records = write_lines(tmp_path / "studies.jsonl", study(1), study(2), study(3), {"no": "study"})
    gold = tmp_path / "gold.jsonl"
    write_labels([Label(id="NCT00000001", tissue=("bone_marrow",)), Label(id="NCT00000009")], gold)
    report = job.evaluate_file(gold, job.Options(), records=[records])
    evaluation = report.evaluation
    assert evaluation.missing == ("NCT00000009",)
    assert evaluation.measure("tissue").tally.tp == 1
    assert [note for note in evaluation.notes if "studies.jsonl" in note]
    assert "1 gold texts are not among the records and count as misses: NCT00000009" in evaluation.notes[0]
    present = job.evaluate_file(gold, job.Options(only_present=True), records=[records]).evaluation
    assert present.documents == ("NCT00000001",)
    assert "left out" in present.notes[0]
    assert report.comparison is None
    assert report.gate is None


def test_what_was_not_read_takes_a_line_for_each_reason_in_a_file(tmp_path: Path) -> None:
    studies = write_lines(tmp_path / "studies.jsonl", study(1), *({"no": f"study {i}"} for i in range(40)))
    others = write_lines(tmp_path / "others.jsonl", {"no": "study"})
    gold = tmp_path / "gold.jsonl"
    write_labels([Label(id="NCT00000001")], gold)
    evaluation = job.evaluate_file(gold, job.Options(), records=[studies, others]).evaluation
    many, one = (note for note in evaluation.notes if note.startswith("Not read"))
    assert "studies.jsonl, line 2" in many
    assert many.endswith("(and 39 more of this file)")
    assert "others.jsonl, line 1" in one
    assert "more" not in one


def test_a_part_of_a_labelled_file(tmp_path: Path) -> None:
    records = write_lines(tmp_path / "studies.jsonl", study(1), study(2))
    gold = tmp_path / "gold.jsonl"
    labels = [Label(id=f"NCT0000000{i}").to_json() | {"part": part} for i, part in ((1, "tuned"), (2, "held_out"))]
    gold.write_text("".join(json.dumps(label) + "\n" for label in labels), "utf-8")
    held_out = job.evaluate_file(gold, job.Options(part="held_out"), records=[records]).evaluation
    assert held_out.documents == ("NCT00000002",)
    with pytest.raises(ConfigError, match="no label is of the part 'other'"):
        job.evaluate_file(gold, job.Options(part="other"), records=[records])


def test_comparison_gate_and_split(tmp_path: Path) -> None:
    gold, earlier, bands = tmp_path / "gold.jsonl", tmp_path / "earlier.jsonl", tmp_path / "gate.toml"
    labels = [Label(id=f"NCT0000000{i}", tissue=("adipose",)) for i in range(1, 10)]
    write_labels(labels, gold)
    write_labels(labels, earlier)
    bands.write_text("[[band]]\ngold = 'gold'\nmeasure = 'tissue'\nmetric = 'exact'\nleast = 0.5\n", "utf-8")
    records = write_lines(tmp_path / "studies.jsonl", *(study(i) for i in range(1, 10)))
    options = job.Options(against=earlier, gate=bands, split=Split.REPORT)
    report = job.evaluate_file(gold, options, records=[records])
    assert 0 < len(report.evaluation.documents) < 9
    assert report.comparison is not None
    assert {name for name, _ in report.comparison.broken} >= {"tissue", "msc"}
    with pytest.raises(GateClosed, match=r"gold tissue exact 0\.000"):
        job.check_report(report)
    written = job.write_report(report, json_file=tmp_path / "r" / "a.json", html_file=tmp_path / "r" / "a.html")
    assert json.loads(written[0].read_text("utf-8"))["split"] == "report"
    assert "<!DOCTYPE html>" in written[1].read_text("utf-8")


def test_labels_alone_can_be_scored_but_not_nothing(tmp_path: Path) -> None:
    gold = tmp_path / "gold.jsonl"
    write_labels([Label(id="1", n=3)], gold)
    report = job.evaluate_file(gold, job.Options(), predictions=gold)
    assert report.evaluation.measure("n").exact.value == 1.0
    with pytest.raises(ConfigError, match="either records or predictions"):
        job.evaluate_file(gold, job.Options())


def test_texts_of_known_kinds_are_screened(tmp_path: Path) -> None:
    records = write_lines(tmp_path / "studies.jsonl", study(1), study(2))
    kinds = write_lines(tmp_path / "kinds.jsonl", *({"id": f"NCT0000000{i}", "class": "far"} for i in (1, 2, 3)))
    (far,) = job.evaluate_screening(kinds, job.Options(), records=[records]).kinds
    assert (far.count("cells"), far.count("no prediction"), far.total) == (2, 1, 3)
    with pytest.raises(ConfigError, match="no texts to screen"):
        job.evaluate_screening(kinds, job.Options(), records=[])


def _decide(store: Store, key: RecordKey, field: Field, value: str, verdict: Verdict) -> None:
    with store.write() as tx:
        new = NewDecision(key=key, field=field, value=canonical(value), verdict=verdict, who="Ada", at=NOW)
        tx.decisions.append(new, expected=None)


def test_curators_decisions_are_a_gold_for_what_they_settle(store: Store, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no field of any record is settled"):
        job.evaluate_decisions(store, job.Options())
    load_files(store, [write_lines(tmp_path / "studies.jsonl", study(1), study(2))], now=NOW)
    extract(store)
    first, second = (RecordKey(source=Source.CTGOV, id=f"NCT0000000{i}") for i in (1, 2))
    _decide(store, first, Field.TISSUE, "bone_marrow", Verdict.ACCEPT)
    _decide(store, second, Field.TISSUE, "bone_marrow", Verdict.REJECT)
    evaluation = job.evaluate_decisions(store, job.Options()).evaluation
    tissue = evaluation.measure("tissue")
    assert (tissue.tally.tp, tissue.tally.fp, tissue.exact.value) == (1, 1, 0.5)
    assert evaluation.measure("phase").judgements == ()
