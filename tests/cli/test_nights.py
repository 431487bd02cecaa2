"""``mscminer harvest``, ``nightly``, ``status`` and ``history`` against the replay server."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import structlog

from mscminer.cli.main import main
from mscminer.jobs.lock import hold_lock
from mscminer.testing import ReplayServer
from tests.harvest.worlds import API_KEY, small_world
from tests.jobs.nights import NIGHT, set_time


@dataclass(frozen=True)
class Done:
    """What a command left."""

    returncode: int
    stdout: str
    stderr: str


Run = Callable[..., Done]


@pytest.fixture
def server() -> Iterator[ReplayServer]:
    world = small_world(3, 3)
    set_time(world, NIGHT)
    with ReplayServer(world) as server:
        yield server


@pytest.fixture
def run(
    server: ReplayServer, work_dir: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Run]:
    """Runs the command line in an empty folder, its sources being the replay server."""
    monkeypatch.setenv("MSCMINER_EMAIL", "curator@example.org")
    monkeypatch.setenv("MSCMINER_NCBI_API_KEY", API_KEY)
    monkeypatch.setenv("MSCMINER_ENTREZ_URL", server.eutils_url)
    monkeypatch.setenv("MSCMINER_CTGOV_URL", server.ctgov_url)
    monkeypatch.setenv("MSCMINER_DATABASE_URL", "sqlite:///a.sqlite")

    def call(*arguments: str) -> Done:
        monkeypatch.setattr("sys.argv", ["mscminer", *arguments])
        code: str | int | None = 0
        try:
            main()
        except SystemExit as ended:
            code = ended.code
        out, err = capsys.readouterr()
        return Done(int(code or 0), out, err)

    yield call
    structlog.reset_defaults()


def test_harvest_prints_what_it_did_and_never_the_key(run: Run, server: ReplayServer) -> None:
    done = run("harvest", "--json")
    report = json.loads(done.stdout)
    assert (done.returncode, report["state"]) == (0, "complete")
    assert [part["new"] for part in report["sources"]] == [3, 3]
    assert any(entry.parameters.get("api_key") == API_KEY for entry in server.log)
    again = run("harvest", "--source", "ctgov")
    assert again.stdout.startswith("ctgov (incremental): 0 new, 0 changed")
    assert API_KEY not in done.stdout + done.stderr + again.stdout + again.stderr
    assert API_KEY.encode() not in Path("a.sqlite").read_bytes()


def test_a_second_start_says_who_runs(run: Run) -> None:
    with hold_lock(Path("a.sqlite.lock"), "nightly", at=NIGHT):
        locked = run("harvest")
    assert (locked.returncode, "mscminer nightly" in locked.stderr) == (4, True)


@pytest.mark.parametrize(
    "options",
    [
        ["--query", "msc-trails"],
        ["--since", "2025-03-02"],
        ["--source", "ictrp"],
        ["--since", "2025-03-02", "--until", "2025-03-01"],
    ],
)
def test_wrong_options(options: list[str], run: Run) -> None:
    done = run("harvest", *options)
    assert done.returncode == 2
    assert done.stderr.startswith("error: ")


def test_a_night_then_its_status_and_a_history(run: Run) -> None:
    done = run("nightly", "--json")
    report = json.loads(done.stdout)
    assert [step["state"] for step in report["steps"]] == ["done"] * 7
    assert done.returncode == (7 if report["gate"] else 0)
    assert Path("exports/digests/latest.html").is_file()
    assert API_KEY not in done.stdout + done.stderr + Path("exports/digests/latest.md").read_text()
    fresh = run("status", "--check", "--json")
    assert (fresh.returncode, json.loads(fresh.stdout)["sources"][1]["records"]) == (0, {"active": 3})
    shown = run("history", "NCT00000201")
    assert shown.stdout.startswith("ctgov:NCT00000201  active\nversion 1 (current): revised 2025-03-01, fetched")
    again = run("nightly")
    assert "published" in again.stdout


def test_status_of_nothing(run: Run) -> None:
    done = run("status", "--check")
    assert (done.returncode, done.stdout.splitlines()[0]) == (1, "not fresh")
    unknown = run("history", "NCT00000999")
    assert (unknown.returncode, "no record" in unknown.stderr) == (2, True)
