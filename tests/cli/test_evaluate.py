"""``mscminer evaluate`` as a user types it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from mscminer.core.labels import Label
from mscminer.evaluate.label_files import write_labels
from tests.cli.test_cli import mscminer

GOLD = [Label(id="1", tissue=("adipose",), quotes={"tissue": ("own fat",)}), Label(id="2", phase="1")]
WORSE = [Label(id="1", tissue=("placenta",)), Label(id="2", phase="1")]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_labels(GOLD, tmp_path / "gold.jsonl")
    write_labels(WORSE, tmp_path / "worse.jsonl")
    (tmp_path / "gate.toml").write_text(
        "[[band]]\ngold = 'gold'\nmeasure = 'tissue'\nmetric = 'recall'\nleast = 0.5\n", "utf-8"
    )
    return tmp_path


def test_labels_are_scored_compared_and_written(folder: Path) -> None:
    done = mscminer(
        *("evaluate", "--gold", "gold.jsonl", "--predictions", "worse.jsonl", "--against", "gold.jsonl", "--errors"),
        *("--json", "out/report.json", "--html", "out/report.html"),
        cwd=folder,
    )
    assert done.returncode == 0, done.stderr
    assert "tissue broken: 1" in done.stdout
    assert "own fat" in done.stdout
    data = json.loads((folder / "out" / "report.json").read_text("utf-8"))
    assert data["documents"] == 2
    assert "<h1>" in (folder / "out" / "report.html").read_text("utf-8")
    assert not (folder / "db").exists(), "an evaluation makes no database"


def test_files_are_written_though_nobody_reads_the_text(folder: Path) -> None:
    arguments = ["--gold", "gold.jsonl", "--predictions", "worse.jsonl", "--html", "report.html"]
    with subprocess.Popen(
        [sys.executable, "-m", "mscminer", "evaluate", *arguments], cwd=folder, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout
        process.stdout.close()
    assert "<h1>" in (folder / "report.html").read_text("utf-8")


def test_gate_closes_with_its_own_exit_code(folder: Path) -> None:
    arguments = ["evaluate", "--gold", "gold.jsonl", "--predictions", "worse.jsonl", "--bands", "gate.toml"]
    done = mscminer(*arguments, cwd=folder)
    assert done.returncode == 7
    assert "gold tissue recall 0.000, at least 0.500" in done.stderr
    assert "quality gate: closed" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--gold", "gold.jsonl"], "--records"),
        (["--predictions", "worse.jsonl"], "--gold"),
        (["--gold", "gold.jsonl", "--decisions"], "are 2 golds"),
        (["--classes", "gold.jsonl"], "--records"),
        (["--gold", "none.jsonl", "--predictions", "worse.jsonl"], "none.jsonl"),
        (["--gold", "gold.jsonl", "--predictions", "worse.jsonl", "--split", "half"], "half"),
    ],
)
def test_mistakes_get_a_sentence(folder: Path, arguments: list[str], words: str) -> None:
    done = mscminer("evaluate", *arguments, cwd=folder)
    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr
