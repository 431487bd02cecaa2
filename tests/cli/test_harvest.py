"""``mscminer harvest`` against the replay server."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from mscminer.jobs.lock import hold_lock
from mscminer.testing import Fault, FaultKind, ReplayServer
from tests.harvest.worlds import API_KEY, small_world
from tests.jobs.nights import NIGHT, set_time


def run(server: ReplayServer, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The command as a user runs it, in the present folder."""
    environment = os.environ | {
        "MSCMINER_EMAIL": "curator@example.org",
        "MSCMINER_NCBI_API_KEY": API_KEY,
        "MSCMINER_ENTREZ_URL": server.eutils_url,
        "MSCMINER_CTGOV_URL": server.ctgov_url,
        "MSCMINER_DATABASE_URL": "sqlite:///a.sqlite",
    }
    command = [sys.executable, "-m", "mscminer.cli.main", *arguments]
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False)


def test_harvest_prints_what_it_did_and_never_the_key(work_dir: Path) -> None:
    world = small_world(3, 3)
    set_time(world, NIGHT)
    with ReplayServer(world) as server:
        done = run(server, "harvest", "--json")
        report = json.loads(done.stdout)
        assert (done.returncode, report["state"]) == (0, "complete")
        assert [part["new"] for part in report["sources"]] == [3, 3]
        assert any(entry.parameters.get("api_key") == API_KEY for entry in server.log)
        again = run(server, "harvest", "--source", "ctgov")
        assert again.stdout.startswith("ctgov (incremental): 0 new, 0 changed")
    assert API_KEY not in done.stdout + done.stderr + again.stdout + again.stderr
    assert API_KEY.encode() not in Path("a.sqlite").read_bytes()


def test_exit_codes(work_dir: Path) -> None:
    world = small_world(1, 1)
    set_time(world, NIGHT)
    with ReplayServer(world) as server:
        with hold_lock(Path("a.sqlite.lock"), "nightly", at=NIGHT):
            locked = run(server, "harvest")
        assert (locked.returncode, "mscminer nightly" in locked.stderr) == (4, True)
        server.add_fault(Fault(kind=FaultKind.HTML, path="nothing"))
        wrong = run(server, "harvest", "--query", "msc-trails")
        assert (wrong.returncode, "msc-trials" in wrong.stderr) == (2, True)


@pytest.mark.parametrize(
    "options", [["--since", "2025-03-02"], ["--source", "ictrp"], ["--since", "2025-03-02", "--until", "2025-03-01"]]
)
def test_wrong_options(options: list[str], work_dir: Path) -> None:
    with ReplayServer(small_world(1, 1)) as server:
        done = run(server, "harvest", *options)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
