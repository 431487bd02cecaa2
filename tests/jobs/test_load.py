"""Loading accounts for every piece, can be repeated, and goes on after what it cannot read."""

from __future__ import annotations

import gzip
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mscminer.core.records import RecordKey
from mscminer.evaluate.seed import seed_record_files
from mscminer.jobs.load import load_files
from mscminer.store import Store, open_store
from tests.conftest import NOW


def study(number: int, title: str = "Cord cells", *, updated: str = "2021-01-01") -> dict[str, Any]:
    """A small API v2 study."""
    return {
        "protocolSection": {
            "identificationModule": {"nctId": f"NCT{number:08}", "briefTitle": title},
            "statusModule": {"lastUpdatePostDateStruct": {"date": updated}},
            "designModule": {"studyType": "INTERVENTIONAL"},
        }
    }


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(f"sqlite:///{tmp_path}/test.sqlite") as opened:
        yield opened


def write_lines(path: Path, *items: Any) -> Path:
    path.write_text("".join(json.dumps(item) + "\n" for item in items), encoding="utf-8")
    return path


def test_everything_read_is_accounted_for(store: Store, tmp_path: Path) -> None:
    file = tmp_path / "studies.jsonl"
    lines = [json.dumps(study(1)), '{"protocolSection": {"identif', json.dumps(study(2)), json.dumps(study(2))]
    nameless = study(3)
    del nameless["protocolSection"]["identificationModule"]["nctId"]
    file.write_text("\n".join([*lines, json.dumps(nameless)]) + "\n", encoding="utf-8")
    report = load_files(store, [file], now=NOW)
    total = report.total
    assert (total.new, total.duplicate, total.quarantined) == (2, 1, 2)
    assert total.read == 5
    with store.read() as tx:
        assert tx.records.totals() == {"ctgov": {"active": 2}}
        kept = tx.quarantine.list()
    assert len(kept) == 2
    assert all(item.reason and item.remedy and str(file) in item.origin for item in kept)


def test_loading_again_changes_nothing(store: Store, tmp_path: Path) -> None:
    file = write_lines(tmp_path / "a.jsonl", study(1), {"no": "study"}, study(2))
    load_files(store, [file], now=NOW)
    before = dump(store)
    report = load_files(store, [file], now=NOW)
    assert report.total.unchanged == 2
    assert report.total.read == 3
    assert dump(store) == before


def test_two_versions_in_one_file_are_both_kept_and_the_newer_is_current(store: Store, tmp_path: Path) -> None:
    newer, older = study(1, "new title", updated="2022-01-01"), study(1, "old title", updated="2021-01-01")
    report = load_files(store, [write_lines(tmp_path / "a.jsonl", newer, older)], now=NOW)
    assert (report.total.new, report.total.changed) == (1, 1)
    with store.read() as tx:
        key = RecordKey.parse("NCT00000001")
        assert len(tx.records.versions(key)) == 2
        current = tx.documents.current(key)
    assert current is not None
    assert current.document.title == "new title"


def test_the_same_study_in_another_spelling_is_unchanged(store: Store, tmp_path: Path) -> None:
    load_files(store, [write_lines(tmp_path / "a.jsonl", study(1))], now=NOW)
    page = tmp_path / "page.json"
    page.write_text(json.dumps({"studies": [study(1)]}, indent=4), encoding="utf-8")
    assert load_files(store, [page], now=NOW).total.unchanged == 1


def test_a_truncated_gzip_loses_only_what_is_gone(store: Store, tmp_path: Path) -> None:
    whole = gzip.compress("".join(json.dumps(study(n, os.urandom(40).hex())) + "\n" for n in range(1, 200)).encode())
    file = tmp_path / "half.jsonl.gz"
    file.write_bytes(whole[: len(whole) // 2])
    total = load_files(store, [file], now=NOW).total
    assert total.new > 50
    assert total.quarantined >= 1
    assert total.read == total.new + total.quarantined


def test_a_restated_text_never_replaces_the_sources_own(store: Store, tmp_path: Path) -> None:
    own = study(1, "in our words", updated="2025-01-01") | {"mscminer": {"note": "restated"}}
    real = study(1, "the real title", updated="2021-01-01")
    key = RecordKey.parse("NCT00000001")
    for first, second in ((own, real), (real, own)):
        with open_store(f"sqlite:///{tmp_path}/{first is own}.sqlite") as other:
            load_files(other, [write_lines(tmp_path / "a.jsonl", first)], now=NOW)
            load_files(other, [write_lines(tmp_path / "b.jsonl", second)], now=NOW)
            with other.read() as tx:
                stored = tx.documents.current(key)
            assert stored is not None
            assert stored.document.title == "the real title"


def test_the_seed_is_loaded_whole_and_marked(store: Store) -> None:
    total = load_files(store, seed_record_files(), now=NOW).total
    assert total.new == total.read == 63
    with store.read() as tx:
        notes = [stored.document.note for stored in tx.documents.iterate_current()]
    assert notes == ["restated"] * 63


@pytest.mark.shared
def test_the_development_data_are_accounted_for(store: Store, shared_dir: Path) -> None:
    files = [shared_dir / "data/ctgov/studies.jsonl.gz", shared_dir / "data/pubmed/articles.xml.gz"]
    report = load_files(store, files, now=NOW)
    assert [tally.to_json() for tally in report.files.values()] == [
        {"read": number, "new": number, "changed": 0, "unchanged": 0, "duplicate": 0, "deleted": 0, "quarantined": 0}
        for number in (1425, 5621)
    ]
    assert load_files(store, files, now=NOW).total.unchanged == 1425 + 5621


LOAD_AND_DIE = """
import os, signal, sys
from pathlib import Path
from datetime import datetime
from mscminer.jobs.load import load_files
from mscminer.store import open_store
from sqlalchemy import event

url, file, now, die_at = sys.argv[1:]
store = open_store(url)
left = int(die_at)

@event.listens_for(store.engine, "before_cursor_execute")
def count(connection, cursor, statement, *rest):
    global left
    if statement.startswith(("INSERT", "UPDATE")):
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

load_files(store, [Path(file)], now=datetime.fromisoformat(now))
"""


@pytest.mark.parametrize("die_at", [1, 2, 3, 4, 5, 399, 400, 401, 777])
def test_killed_and_run_again_is_as_never_killed(tmp_path: Path, die_at: int) -> None:
    file = write_lines(tmp_path / "a.jsonl", *(study(number) for number in range(1, 260)))
    with open_store(f"sqlite:///{tmp_path}/undisturbed.sqlite") as undisturbed:
        load_files(undisturbed, [file], now=NOW)
        expected = dump(undisturbed)
    url = f"sqlite:///{tmp_path}/killed.sqlite"
    open_store(url).close()
    done = subprocess.run(
        [sys.executable, "-c", LOAD_AND_DIE, url, str(file), NOW.isoformat(), str(die_at)], check=False
    )
    assert done.returncode == -signal.SIGKILL
    with open_store(url) as again:
        load_files(again, [file], now=NOW)
        assert dump(again) == expected


def dump(store: Store) -> list[Any]:
    """Every row of every table."""
    with store.engine.connect() as connection:
        tables = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'").scalars().all()
        return [
            (table, sorted(map(repr, connection.exec_driver_sql(f'SELECT * FROM "{table}"').all())))
            for table in sorted(tables)
        ]
