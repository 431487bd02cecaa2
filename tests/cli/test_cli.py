"""The console script as a user runs it: real processes, real files, exit codes."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from mscminer import __version__
from tests.jobs.test_load import study, write_lines


def mscminer(
    *arguments: str | Path, cwd: Path, environment: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run the command in a folder."""
    return subprocess.run(
        [sys.executable, "-m", "mscminer", *map(str, arguments)],
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **(environment or {})},
        stdin=subprocess.DEVNULL,
    )


def test_version_and_help(tmp_path: Path) -> None:
    assert mscminer("--version", cwd=tmp_path).stdout.strip() == f"mscminer {__version__}"
    shown = mscminer("--help", cwd=tmp_path).stdout
    assert "Exit codes" in shown
    assert not list(tmp_path.iterdir()), "help makes no files"


def test_load_show_and_quarantine(tmp_path: Path) -> None:
    file = write_lines(tmp_path / "a.jsonl", study(1, "Cord \x1b[31m cells"), {"no": "study"})
    loaded = mscminer("load", file, cwd=tmp_path)
    assert loaded.returncode == 3, "partial"
    assert "2 read, 1 new, 1 quarantined" in loaded.stdout
    assert "\r" not in loaded.stderr, "no progress bar where there is no terminal"
    assert (tmp_path / "db" / "mscminer.sqlite").is_file()
    shown = mscminer("show", "nct00000001", cwd=tmp_path)
    assert shown.returncode == 0
    assert "Cord" in shown.stdout
    assert "\x1b[31m" not in shown.stdout, "control characters of a record do not reach the terminal"
    assert "mscminer extract" in shown.stdout
    (listed,) = json.loads(mscminer("quarantine", "--json", cwd=tmp_path).stdout)
    assert listed["reason"]
    assert json.loads(mscminer("quarantine", str(listed["number"]), cwd=tmp_path).stdout) == {"no": "study"}


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["show", "NCT99999999"], 2, ["NCT99999999", "Load or harvest"]),
        (["load", "missing.json"], 2, ["missing.json", "Check the path"]),
        (["quarantine", "7"], 2, ["7", "List"]),
        (["counts", "--as-of", "yesterday"], 2, ["yesterday", "2021-03-31"]),
        (["counts", "--definition", "msc-cels"], 2, ["msc-cels", "msc-cells"]),
        (["load"], 2, ["Missing argument"]),
        (["shw"], 2, ["shw"]),
    ],
)
def test_mistakes_get_a_sentence_and_a_code(tmp_path: Path, arguments: list[str], code: int, words: list[str]) -> None:
    done = mscminer(*arguments, cwd=tmp_path)
    assert done.returncode == code
    assert "Traceback" not in done.stderr
    for word in words:
        assert word in done.stderr


def test_a_wrong_database_is_named(tmp_path: Path) -> None:
    (tmp_path / "letter.sqlite").write_text("Dear colleague, " * 100)
    done = mscminer("counts", "--database", "sqlite:///letter.sqlite", cwd=tmp_path)
    assert done.returncode == 5
    assert "letter.sqlite" in done.stderr
    done = mscminer("counts", cwd=tmp_path, environment={"MSCMINER_DATABASE_URL": "nonsense"})
    assert done.returncode == 2
    assert "database_url" in done.stderr


def test_a_file_of_another_kind(tmp_path: Path) -> None:
    (tmp_path / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    done = mscminer("load", "picture.png", cwd=tmp_path)
    assert done.returncode == 3
    assert "picture.png" in done.stdout
    assert "another kind" in done.stdout


def test_annotate_needs_no_database(tmp_path: Path) -> None:
    text = "Autologous bone marrow mesenchymal stem cells for knee osteoarthritis: a phase 1 trial"
    source = tmp_path / "studies.jsonl.gz"
    source.write_bytes(gzip.compress((json.dumps(study(1, text)) + "\n" + json.dumps(study(2))).encode()))
    done = mscminer("annotate", source, "--output", "labels.jsonl", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    first, second = map(json.loads, (tmp_path / "labels.jsonl").read_text(encoding="utf-8").splitlines())
    assert (first["id"], second["id"]) == ("NCT00000001", "NCT00000002")
    assert (first["msc"], first["tissue"], first["donor"]) == ("cells", ["bone_marrow"], ["autologous"])
    for quotes in first["quotes"].values():
        assert all(quote in text for quote in quotes)
    assert not (tmp_path / "db").exists()


def test_vocab_update_by_the_command(tmp_path: Path) -> None:
    described = study(1, "Cord cells")
    described["derivedSection"] = {
        "conditionBrowseModule": {
            "meshes": [{"id": "D990001", "term": "Wobble Disease"}],
            "browseLeaves": [{"id": "M1", "name": "Wobble Disease", "asFound": "Staggering Malady"}],
        }
    }
    mscminer("load", write_lines(tmp_path / "a.jsonl", described), cwd=tmp_path)
    refused = mscminer("vocab", "update", cwd=tmp_path)
    assert (refused.returncode, "MSCMINER_EMAIL" in refused.stderr) == (2, True), "NCBI asks for an address"
    made = mscminer("vocab", "update", "--offline", cwd=tmp_path)
    assert made.returncode == 0, made.stderr
    assert "1 added: Wobble Disease" in made.stdout
    assert (tmp_path / "db" / "models" / "diseases-0001" / "about.json").is_file()
    again = json.loads(mscminer("vocab", "update", "--offline", "--json", cwd=tmp_path).stdout)
    assert (again["made"], again["registrations"]) == (False, 1)
    (tmp_path / "db" / "models" / "diseases-0001" / "about.json").unlink()
    damaged = mscminer("status", cwd=tmp_path)
    assert damaged.returncode == 8
    assert "diseases-0001" in damaged.stderr
