"""The commands on counts, within one process, on a small database."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from mscminer.cli.main import app
from mscminer.store import open_store
from tests.jobs.test_exports import keep
from tests.trials.builders import nct, registration

DAY = ("--as-of", "2021-03-31")


@pytest.fixture
def url(work_dir: Path) -> str:
    """Three registrations; the third follows the second up by its title, the first is withdrawn."""
    found = f"sqlite:///{work_dir}/a.sqlite"
    with open_store(found) as store:
        keep(store, registration(1, "Fat cells", first_posted="2011-01-01", status="WITHDRAWN"), msc="cells")
        keep(
            store,
            registration(2, "Fat cells in burns", first_posted="2012-01-01", status="COMPLETED", sponsor="Acme",
                         org_study_id="ACM-101", completion="2015-01"),
            msc="cells", tissue=["adipose", "amnion"], donor="autologous",
        )  # fmt: skip
        keep(
            store,
            registration(3, "Follow-up of ACM-101", first_posted="2014-01-01", status="COMPLETED", sponsor="Acme"),
            msc="cells",
        )
    return found


def run(*arguments: str, url: str = "") -> Result:
    where = ("--database", url) if url else ()
    return CliRunner().invoke(app, [*arguments, *where], catch_exceptions=False)


def test_counting_lists_members_and_says_what_does_not_sum(url: str) -> None:
    done = run("counts", *DAY, "--by", "tissue", "--members", url=url)
    assert done.exit_code == 0
    assert "2 by msc-cells 1 as of 2021-03-31" in done.stdout
    assert f"adipose / all (1): {nct(2)}" in done.stdout
    assert "By tissue: does not sum" in done.stdout
    assert "An exact word search over the same records would have counted 0." in done.stdout
    assert "first posted on 2014-01-01; later ones are not in it" in done.stderr
    data = json.loads(run("counts", *DAY, "--by", "tissue", "--json", url=url).stdout)
    assert data["tables"][0]["total"] == 2


def test_definitions_are_listed_and_explained() -> None:
    done = run("counts", "--definition")
    assert done.exit_code == 0
    for words in ("msc-cells 1:", "word-search 1:", "not the registry's own search", "without_statuses withdrawn"):
        assert words in done.stdout
    assert "msc-families" in run("counts", "--definition", "list").stdout


def test_export_replay_ledger_and_difference(url: str, work_dir: Path) -> None:
    done = run("counts", *DAY, "--export", "a.csv", url=url)
    ident = done.stdout.split("ledger id ")[1].split(";")[0]
    assert run("counts", "--replay", ident, "--export", "b.csv", url=url).exit_code == 0
    assert (work_dir / "a.csv").read_bytes() == (work_dir / "b.csv").read_bytes()
    assert ident in run("counts", "ledger", url=url).stdout
    run("counts", "--definition", "msc-cells-with-withdrawn", *DAY, "--export", "c.json", url=url)
    other = run("counts", "ledger", url=url).stdout.splitlines()[-1].split()[0]
    shown = run("counts", "diff", ident, other, "--list", url=url).stdout
    assert "2 before, 3 after: +1" in shown
    assert f"+1 {nct(1)}  another definition: status: withdrawn" in shown


def test_adjusted_needs_labels_enough(url: str, work_dir: Path) -> None:
    (work_dir / "labels.jsonl").write_text(json.dumps({"id": nct(2), "msc": "cells"}), "utf-8")
    done = run("counts", "adjusted", *DAY, "--labels", "labels.jsonl", url=url)
    assert "only 1 labelled records" in done.stdout


def test_reconcile(url: str, work_dir: Path) -> None:
    (work_dir / "list.txt").write_text(f"{nct(1)}\n{nct(2)}\n{nct(9)}\n", "utf-8")
    shown = run("reconcile", "list.txt", *DAY, "--list", url=url).stdout
    assert "1 matched" in shown
    assert "1 status: withdrawn" in shown
    assert f"missing {nct(9)}: not in our database" in shown
    assert f"extra {nct(3)}" in shown


def test_families_are_shown_and_split_for_ever(url: str) -> None:
    shown = run("families", "show", nct(3).lower(), url=url).stdout
    assert f"family {nct(2)}: 2 registrations" in shown
    assert "ACM-101" in shown
    run("families", "split", nct(2), nct(3), "--why", "other people", "--who", "ada", url=url)
    again = run("families", "show", nct(3), url=url).stdout
    assert f"family {nct(3)}: 1 registrations" in again
    assert "ada: split" in again


def test_a_trial(url: str) -> None:
    shown = run("trial", nct(2), url=url).stdout
    assert "adipose" in shown
    assert "(registration first)" in shown
    assert json.loads(run("trial", nct(2), "--json", url=url).stdout)["trial"] == nct(2)


@pytest.mark.parametrize("what", ["table1", "evidence", "flow", "unpublished", "census", "links", "products"])
def test_exports(url: str, work_dir: Path, what: str) -> None:
    done = run("export", what, "-o", f"out/{what}.md", *DAY, url=url)
    assert done.exit_code == 0
    assert (work_dir / "out" / f"{what}.md").read_text("utf-8").startswith("# ")


def test_the_report_with_its_figures(url: str, work_dir: Path) -> None:
    done = run("export", "report", "-o", "report.html", "--figures", "figures", *DAY, url=url)
    assert done.exit_code == 0
    assert (work_dir / "report.html").read_bytes().startswith(b"<!doctype html>")
    assert len(list((work_dir / "figures").iterdir())) == 16
