"""The labels of restated abstracts belong to their texts, which can be scored from the project alone, and keep up."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from mscminer.core.records import RESTATED, Record
from mscminer.evaluate.label_files import read_labels
from mscminer.harvest.files import read_files
from mscminer.harvest.parsing import parse_record
from mscminer.jobs.evaluate import Options, check_report, evaluate_file, shipped_gate

ROOT = Path(__file__).resolve().parents[2]
LABELS = ROOT / "corpus" / "dev" / "publications_restated.jsonl"
REREAD = ROOT / "corpus" / "dev" / "publications_reread.jsonl"
TEXTS = ROOT / "corpus" / "training" / "outcome_restated.jsonl"


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("restated") / "records.xml"
    told = subprocess.run(
        [sys.executable, ROOT / "scripts" / "restated_records.py", file], capture_output=True, text=True, check=True
    )
    assert told.stdout.startswith("785 restated abstracts")
    return file


def texts() -> list[dict[str, Any]]:
    return [json.loads(line) for line in TEXTS.read_text(encoding="utf-8").splitlines()]


def test_every_text_is_labelled_once() -> None:
    named = [980_000_000 + int(text["id"][1:]) for text in texts()]
    assert [int(label.id) for label in read_labels(LABELS)] == named
    held = read_labels(LABELS, part="held_out")
    assert len(held) == 155
    assert {label.id for label in held} == {label.id for label in read_labels(REREAD)}


def test_the_records_hold_the_texts_and_say_whose_words_they_are(records: Path) -> None:
    read = [
        one for one in read_files([records], fetched_at=datetime(2026, 1, 1, tzinfo=UTC)) if isinstance(one, Record)
    ]
    assert {one.note for one in read} == {RESTATED}
    for text, record in zip(texts(), read, strict=True):
        told = [(section.label or "", section.text) for section in parse_record(record).sections]
        assert told[0] == ("", text["title"])
        assert told[1:] == [(section["label"], section["text"]) for section in text["sections"]]


def test_what_nobody_read_is_extracted_as_well_as_before(records: Path) -> None:
    report = evaluate_file(LABELS, Options(part="held_out", gate=shipped_gate()), records=[records])
    check_report(report)


def test_a_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    where = tmp_path / "nowhere" / "records.xml"
    told = subprocess.run(
        [sys.executable, ROOT / "scripts" / "restated_records.py", where], capture_output=True, text=True, check=False
    )
    assert told.returncode == 2
    assert str(where) in told.stderr
