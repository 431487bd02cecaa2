"""`mscminer history` and `mscminer status`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from mscminer.core.errors import NotFound
from mscminer.jobs.history import FieldChange, find_changes, flatten, history
from mscminer.jobs.status import status
from mscminer.store import Store
from mscminer.testing import Fault, FaultKind, ReplayServer
from tests.harvest.worlds import make_article, make_study, small_world
from tests.jobs.nights import NIGHT, fresh_store, harvest_at, set_time

DAY = timedelta(days=1)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with fresh_store(tmp_path) as store:
        yield store


@pytest.fixture
def server() -> Iterator[ReplayServer]:
    world = small_world()
    set_time(world, NIGHT)
    with ReplayServer(world) as server:
        yield server


def test_history_shows_what_changed_field_by_field(store: Store, server: ReplayServer) -> None:
    harvest_at(store, server)
    tomorrow = NIGHT + DAY
    server.world.put_study(make_study(203, updated=tomorrow.date(), status="COMPLETED", phase="PHASE2"))
    server.world.put_article(make_article(104, "Cord cells, corrected", entered=NIGHT.date(), modified=tomorrow.date()))
    set_time(server.world, tomorrow)
    harvest_at(store, server, tomorrow)
    found = history(store, "nct00000203")
    assert [version.current for version in found.versions] == [False, True]
    assert found.versions[0].changes == ()
    changes = {change.path: (change.before, change.after) for change in found.versions[1].changes}
    assert changes["protocolSection.statusModule.overallStatus"] == ("RECRUITING", "COMPLETED")
    assert changes["protocolSection.designModule.phases[0]"] == ("PHASE1", "PHASE2")
    assert len(changes) == 4
    article = history(store, "pubmed:104")
    paths = {change.path for change in article.versions[1].changes}
    assert "sections.title" in paths
    assert found.to_json()["versions"][1]["changes"]


def test_a_record_that_is_not_there(store: Store) -> None:
    with pytest.raises(NotFound, match="no record"):
        history(store, "NCT00000001")


def test_added_and_removed_fields_are_changes_too() -> None:
    before, after = dict(flatten({"a": [1, 2], "b": {"c": None}})), dict(flatten({"a": [1], "d": "x"}))
    assert list(find_changes(before, after)) == [
        FieldChange(path="d", before=None, after="x"),
        FieldChange(path="a[1]", before=2, after=None),
    ]


def test_an_empty_database_is_not_fresh(store: Store) -> None:
    found = status(store, now=NIGHT)
    assert not found.fresh
    assert all("no complete run yet" in source.gaps[0] for source in found.sources)
    assert next(iter(found.lines())) == "not fresh"


def test_after_a_harvest_it_is_fresh_for_a_day_and_a_half(store: Store, server: ReplayServer) -> None:
    harvest_at(store, server)
    found = status(store, now=NIGHT + DAY)
    assert found.fresh
    assert found.sources[0].records == {"active": 7}
    assert (found.waiting, found.untold, found.runs[0].state) == (14, 14, "complete")
    late = status(store, now=NIGHT + 5 * DAY)
    assert not late.fresh
    assert late.sources[0].gaps == (
        "what changed since 2025-03-20",
        "what changed at the source since its data of 2025-03-20T02:00:00",
    )
    assert late.to_json()["fresh"] is False


def test_a_failed_source_shows_as_a_gap(store: Store, server: ReplayServer) -> None:
    harvest_at(store, server)
    server.add_fault(Fault(kind=FaultKind.SERVER_ERROR, path="eutils", times=99))
    for number in (1, 2):
        set_time(server.world, NIGHT + number * DAY)
        harvest_at(store, server, NIGHT + number * DAY)
    found = status(store, now=NIGHT + 2 * DAY)
    assert [source.fresh for source in found.sources] == [True, False]
    assert any("status 500" in line for line in found.lines())
