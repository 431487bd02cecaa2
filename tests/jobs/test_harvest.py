"""Harvests: windows, cursors, counts, states, and what a run leaves behind."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from mscminer.core.counts import Dimension
from mscminer.core.errors import ConfigError, LockHeld
from mscminer.core.records import RecordKey, Source
from mscminer.harvest.named_queries import parse_query
from mscminer.harvest.windows import DateWindow
from mscminer.jobs.harvest import Clients, HarvestReport, harvest, open_clients
from mscminer.jobs.harvest_plan import Mode, Span
from mscminer.jobs.ledger import export_count, replay
from mscminer.jobs.lock import hold_lock
from mscminer.settings import load_settings
from mscminer.store import Store
from mscminer.store.records import State
from mscminer.testing import Fault, FaultKind, ReplayServer, World
from tests.harvest.contract import check_contract
from tests.harvest.worlds import API_KEY, entrez_client, make_article, make_study, retraction, small_world
from tests.jobs.nights import NIGHT, clients_of, contents, current_texts, fresh_store, harvest_at, set_time

DAY = timedelta(days=1)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with fresh_store(tmp_path) as store:
        yield store


@pytest.fixture
def world() -> World:
    world = small_world()
    set_time(world, NIGHT)
    return world


@pytest.fixture
def server(world: World) -> Iterator[ReplayServer]:
    with ReplayServer(world) as server:
        yield server


def night(store: Store, server: ReplayServer, number: int) -> HarvestReport:
    """The harvest so many nights later."""
    moment = NIGHT + number * DAY
    set_time(server.world, moment)
    return harvest_at(store, server, moment)


def kinds(store: Store) -> dict[str, list[str]]:
    """Kinds of untold changes by record."""
    found: dict[str, list[str]] = {}
    with store.read() as tx:
        for change in tx.changes.untold():
            found.setdefault(str(change.key), []).append(change.kind.value)
    return found


def tell_all(store: Store) -> None:
    """Let all changes so far count as told."""
    with store.write() as tx:
        run = tx.runs.start("nightly", {}, at=NIGHT)
        tx.changes.mark_told(10**9, run_id=run)


def state_of(store: Store, key: str) -> State | None:
    with store.read() as tx:
        return tx.records.state(RecordKey.parse(key))


def cursor_of(store: Store, source: str) -> dict[str, object]:
    with store.read() as tx:
        cursor = tx.cursors.get(source, "msc-trials")
    assert cursor is not None
    return dict(cursor.position)


def test_the_first_harvest_is_full_and_counts_agree(store: Store, server: ReplayServer) -> None:
    report = harvest_at(store, server)
    assert (report.state, report.exit_code) == ("complete", 0)
    for part in report.sources:
        assert (part.mode, part.arrivals.new) == (Mode.FULL, 7)
        assert all(window.server_count == window.arrived for window in part.windows)
        assert (part.server_total, part.warnings) == (7, [])
        assert "mesenchymal" in part.asked
    assert cursor_of(store, "pubmed")["until"] == "2025-03-20"
    assert cursor_of(store, "ctgov")["data_timestamp"] == "2025-03-20T02:00:00"
    with store.read() as tx:
        run = tx.runs.last_complete("harvest")
        assert tx.records.totals() == {"ctgov": {"active": 7}, "pubmed": {"active": 7}}
    assert run is not None
    assert run.result is not None
    assert run.result["sources"][0]["windows"][0]["server_count"] == 7


def test_the_same_again_changes_nothing(store: Store, server: ReplayServer) -> None:
    harvest_at(store, server)
    before = contents(store)
    report = harvest_at(store, server)
    assert contents(store) == before
    assert [part.arrivals.new + part.arrivals.changed for part in report.sources] == [0, 0]


def test_edits_make_versions_and_tell_what_changed(store: Store, server: ReplayServer) -> None:
    harvest_at(store, server)
    tell_all(store)
    today = (NIGHT + DAY).date()
    server.world.put_study(make_study(203, updated=today, status="COMPLETED", phase="PHASE2", has_results=True))
    server.world.put_article(make_article(104, "Cord cells, corrected", entered=date(2025, 3, 4), modified=today))
    server.world.put_article(make_article(900, entered=today))
    report = night(store, server, 1)
    assert [(part.arrivals.new, part.arrivals.changed) for part in report.sources] == [(0, 1), (1, 1)]
    assert kinds(store) == {"ctgov:NCT00000203": ["changed"], "pubmed:104": ["changed"], "pubmed:900": ["new"]}
    with store.read() as tx:
        (study, *_) = tx.changes.untold()
        assert len(tx.records.versions(study.key)) == 2
    assert study.detail["fields"] == {
        "status": ["RECRUITING", "COMPLETED"],
        "phases": [["PHASE1"], ["PHASE2"]],
        "has_results": [False, True],
    }


def test_a_version_that_comes_back_is_current_again(store: Store, server: ReplayServer) -> None:
    harvest_at(store, server)
    fresh = current_texts(store)
    original = server.world.studies["NCT00000203"]
    server.world.put_study(make_study(203, updated=(NIGHT + DAY).date(), status="SUSPENDED"))
    night(store, server, 1)
    assert current_texts(store) != fresh
    server.world.put_study(original)
    set_time(server.world, NIGHT + 2 * DAY)
    harvest_at(store, server, NIGHT + 2 * DAY, Span(mode=Mode.FULL))
    assert current_texts(store) == fresh


def test_retraction_and_reinstatement(store: Store, server: ReplayServer) -> None:
    harvest_at(store, server)
    tell_all(store)
    day = date(2025, 3, 4)
    retracted = make_article(104, entered=day, modified=(NIGHT + DAY).date(), extra=retraction(901))
    server.world.put_article(retracted)
    night(store, server, 1)
    assert state_of(store, "pubmed:104") is State.RETRACTED
    assert kinds(store)["pubmed:104"] == ["changed", "retracted"]
    tell_all(store)
    server.world.put_article(make_article(104, entered=day, modified=(NIGHT + 2 * DAY).date()))
    night(store, server, 2)
    assert state_of(store, "pubmed:104") is State.ACTIVE
    assert kinds(store)["pubmed:104"] == ["changed", "reinstated"]


def test_what_is_gone_is_noted_and_what_comes_back_is_restored(store: Store, server: ReplayServer) -> None:
    harvest_at(store, server)
    tell_all(store)
    study = server.world.studies["NCT00000202"]
    article = server.world.articles["105"]
    server.world.delete_study("NCT00000202")
    server.world.delete_article("105")
    server.world.put_study(make_study(207, updated=(NIGHT + DAY).date(), aliases=(206,)))
    night(store, server, 1)
    assert state_of(store, "NCT00000202") is State.REMOVED
    assert state_of(store, "NCT00000206") is State.MERGED
    assert state_of(store, "pubmed:105") is State.DELETED
    assert kinds(store) == {
        "ctgov:NCT00000207": ["changed"],
        "ctgov:NCT00000206": ["merged"],
        "ctgov:NCT00000202": ["removed"],
        "pubmed:105": ["deleted"],
    }
    tell_all(store)
    server.world.put_study(study)
    server.world.put_article(article)
    night(store, server, 2)
    assert kinds(store) == {"ctgov:NCT00000202": ["restored"], "pubmed:105": ["restored"]}
    assert state_of(store, "NCT00000202") is State.ACTIVE


def test_mass_extinctions_are_not_believed(store: Store, tmp_path: Path) -> None:
    world = World(
        articles=[make_article(1000 + number) for number in range(30)],
        studies=[make_study(1000 + number) for number in range(30)],
    )
    set_time(world, NIGHT)
    with ReplayServer(world) as server:
        harvest_at(store, server, batch=200, page_size=100)
        world.studies.clear()
        world.articles.clear()
        report = night(store, server, 1)
    assert all("not believed" in part.warnings[0] for part in report.sources)
    assert [part.server_total for part in report.sources] == [0, 0]
    with store.read() as tx:
        assert tx.records.totals() == {"ctgov": {"active": 30}, "pubmed": {"active": 30}}


def test_a_failing_source_moves_no_cursor_and_hides_nothing(store: Store, server: ReplayServer) -> None:
    harvest_at(store, server)
    before = cursor_of(store, "ctgov")
    server.world.put_study(make_study(208, updated=(NIGHT + DAY).date()))
    server.world.put_article(make_article(901, entered=(NIGHT + DAY).date()))
    server.add_fault(Fault(kind=FaultKind.SERVER_ERROR, path="/api/v2/studies", times=99))
    report = night(store, server, 1)
    assert (report.state, report.exit_code) == ("partial", 6)
    assert "status 500" in report.sources[0].error
    assert cursor_of(store, "ctgov") == before
    assert state_of(store, "pubmed:901") is State.ACTIVE
    server.clear_faults()
    night(store, server, 2)
    assert state_of(store, "NCT00000208") is State.ACTIVE


def test_a_check_that_fails_keeps_no_cursor_back(store: Store, server: ReplayServer) -> None:
    harvest_at(store, server)
    server.world.put_article(make_article(901, entered=(NIGHT + DAY).date()))
    server.world.delete_article("103")
    server.add_fault(Fault(kind=FaultKind.SERVER_ERROR, path="esearch", skip=3, times=99))
    report = night(store, server, 1)
    assert (report.state, cursor_of(store, "pubmed")["until"]) == ("complete", "2025-03-21")
    assert "what is gone was not checked" in report.sources[1].warnings[0]
    assert state_of(store, "pubmed:103") is State.ACTIVE
    server.clear_faults()
    night(store, server, 2)
    assert state_of(store, "pubmed:103") is State.DELETED


def test_new_data_underway_start_the_registry_anew(store: Store, server: ReplayServer) -> None:
    server.add_fault(Fault(kind=FaultKind.NEW_DATA, path="studies", skip=1))
    report = harvest_at(store, server)
    assert (report.state, report.sources[0].attempts) == ("complete", 2)
    assert cursor_of(store, "ctgov")["data_timestamp"] == "2025-03-21T02:00:00"


def test_data_that_never_rest_fail_the_run(store: Store, server: ReplayServer) -> None:
    server.add_fault(Fault(kind=FaultKind.NEW_DATA, path="studies", times=99))
    report = harvest_at(store, server)
    assert "underway" in report.sources[0].error
    with store.read() as tx:
        assert tx.cursors.get("ctgov", "msc-trials") is None


@pytest.mark.parametrize("kind", [FaultKind.WRONG_COUNT, FaultKind.DUPLICATE_PAGE, FaultKind.EMPTY_PAGE])
def test_a_passing_oddity_of_the_registry_loses_nothing(kind: FaultKind, store: Store, server: ReplayServer) -> None:
    server.add_fault(Fault(kind=kind, path="/api/v2/studies", skip=0 if kind is FaultKind.WRONG_COUNT else 1))
    report = harvest_at(store, server)
    assert report.state == "complete"
    assert report.sources[0].windows[-1].arrived == 7


@pytest.mark.off_contract
def test_unknown_fields_are_kept_counted_and_reported(store: Store, server: ReplayServer) -> None:
    server.world.put_study(make_study(203, status="ON_THE_MOON"))
    report = harvest_at(store, server)
    assert report.sources[0].drift == {"unknown value 'ON_THE_MOON' of protocolSection.statusModule.overallStatus": 1}
    assert any("ON_THE_MOON" in line for line in report.lines())
    assert state_of(store, "NCT00000203") is State.ACTIVE


def test_an_article_that_cannot_be_had_is_owed_and_asked_for_again(store: Store, server: ReplayServer) -> None:
    article = server.world.articles["103"]
    with clients_of(server) as clients:
        assert clients.entrez is not None
        search = clients.entrez.search_slices

        def losing(*args: object, **kwargs: object) -> Iterator[object]:
            for hits in search(*args, **kwargs):  # type: ignore[arg-type]
                server.world.articles.pop("103", None)
                yield hits

        clients.entrez.search_slices = losing  # type: ignore[assignment]
        report = harvest(store, clients, now=lambda: NIGHT)
    assert report.sources[1].owed == ("103",)
    assert report.sources[1].windows[0].missing == ("103",)
    server.world.put_article(article)
    later = night(store, server, 1)
    assert (later.sources[1].owed, later.sources[1].arrivals.new) == ((), 1)


def test_an_export_keeps_what_the_sources_said_at_the_harvest(store: Store, server: ReplayServer) -> None:
    """Query, the server's own count and the time stamp of its data stay with the number, whatever comes later."""
    harvest_at(store, server)
    day = NIGHT.date()
    made = export_count(
        store, definition="word-search", as_of=day, rows=Dimension.ALL, columns=Dimension.ALL, format="json"
    )
    told = {item.source: item for item in made.entry.snapshots}
    assert told["ctgov"].server_count == told["pubmed"].server_count == 7
    assert told["ctgov"].data_timestamp == "2025-03-20T02:00:00"
    assert "mesenchymal" in told["ctgov"].query
    server.world.put_study(make_study(290))
    night(store, server, 1)
    with store.read() as tx:
        assert tx.ledger.get(made.entry.id).entry.snapshots == made.entry.snapshots
    assert replay(store, made.entry.id).output == made.output


def test_fewer_records_than_the_server_counts_are_a_warning(store: Store, server: ReplayServer) -> None:
    harvest_at(store, server)
    for study in range(301, 304):  # posted long ago, as if the registry had hidden them until today
        server.world.put_study(make_study(study, updated=date(2024, 1, 1)))
    report = night(store, server, 1)
    assert report.sources[0].warnings == ["the server counts 10 for the query, 7 are here"]


def test_days_of_ones_choice_move_no_cursor(store: Store, server: ReplayServer) -> None:
    window = DateWindow(start=date(2025, 3, 2), end=date(2025, 3, 4))
    report = harvest_at(store, server, span=Span(mode=Mode.WINDOW, window=window))
    assert [part.arrivals.new for part in report.sources] == [2, 2]
    with store.read() as tx:
        assert tx.cursors.get("pubmed", "msc-trials") is None
        assert tx.cursors.get("ctgov", "msc-trials") is None


def test_another_query_text_is_harvested_in_full(store: Store, server: ReplayServer) -> None:
    head = 'name = "msc-trials"\nversion = 2\nsince = 2026-01-01\nrationale = "x"\n'
    query = parse_query(head + '[pubmed]\nterm = "cells[tiab]"\n[ctgov]\n"query.term" = "cells"', where="x")
    harvest_at(store, server)
    set_time(server.world, NIGHT + DAY)
    with clients_of(server) as clients:
        report = harvest(store, clients, query=query, now=lambda: NIGHT + DAY)
    assert [part.mode for part in report.sources] == [Mode.FULL, Mode.FULL]


@pytest.mark.parametrize("offset_days", [-4000, -1, 1, 400])
def test_a_wrong_clock_of_ours_loses_nothing(offset_days: int, store: Store, server: ReplayServer) -> None:
    harvest_at(store, server)
    set_time(server.world, NIGHT + DAY)
    harvest_at(store, server, NIGHT + DAY + timedelta(days=offset_days))
    late = (NIGHT + 7 * DAY).date()
    server.world.put_article(make_article(902, entered=late))
    server.world.put_study(make_study(209, updated=late))
    night(store, server, 8)
    assert state_of(store, "pubmed:902") is State.ACTIVE
    assert state_of(store, "NCT00000209") is State.ACTIVE


def test_late_data_of_the_registry_lose_nothing(store: Store, server: ReplayServer) -> None:
    harvest_at(store, server)
    for number in (1, 2, 3, 4, 5):
        server.world.now = NIGHT + number * DAY
        harvest_at(store, server, NIGHT + number * DAY)
    server.world.put_study(make_study(209, updated=(NIGHT + DAY).date()))
    night(store, server, 6)
    assert state_of(store, "NCT00000209") is State.ACTIVE


@pytest.mark.off_contract
def test_unreadable_records_go_to_quarantine_and_the_rest_goes_on(store: Store, server: ReplayServer) -> None:
    broken = make_study(203)
    broken["protocolSection"]["designModule"]["phases"] = {"not": "a list"}
    server.world.put_study(broken)
    report = harvest_at(store, server)
    assert (report.state, report.exit_code, report.quarantined) == ("complete", 3, 1)
    with store.read() as tx:
        assert tx.quarantine.total() == 1
        assert tx.records.totals()["ctgov"] == {"active": 6}


def test_dead_runs_are_closed_by_the_next(store: Store, server: ReplayServer) -> None:
    with store.write() as tx:
        tx.runs.start("harvest", {}, at=NIGHT)
    harvest_at(store, server)
    with store.read() as tx:
        states = [(run.state, run.error) for run in tx.runs.recent("harvest")]
    assert states[0][0] == "complete"
    assert states[1][0] == "failed"
    assert "did not end" in str(states[1][1])


@pytest.mark.parametrize("times", [1, 20])
def test_a_night_without_changes_costs_a_handful_of_requests(times: int, store: Store) -> None:
    number = 30 * times
    world = World(
        articles=[make_article(1000 + index, entered=date(2020, 1, 1)) for index in range(number)],
        studies=[make_study(1000 + index, updated=date(2020, 1, 1)) for index in range(number)],
    )
    set_time(world, NIGHT)
    with ReplayServer(world) as server:
        harvest_at(store, server, batch=200, page_size=100)
        server.log.clear()
        unchanged = harvest_at(store, server, NIGHT + timedelta(hours=1), batch=200, page_size=100)
        assert [part.requests for part in unchanged.sources] == [1, 4]
        set_time(world, NIGHT + DAY)
        server.log.clear()
        rebuilt = harvest_at(store, server, NIGHT + DAY, batch=200, page_size=100)
        assert [part.arrivals.new + part.arrivals.changed for part in rebuilt.sources] == [0, 0]
        assert len(server.log) <= 10


def test_nothing_is_asked_of_a_source_without_client(store: Store, server: ReplayServer) -> None:
    report = harvest(store, Clients(entrez=entrez_client(server)), now=lambda: NIGHT)
    assert [part.source.value for part in report.sources] == ["pubmed"]


def test_clients_by_settings(monkeypatch: pytest.MonkeyPatch, work_dir: Path) -> None:
    with pytest.raises(ConfigError, match="MSCMINER_EMAIL"), open_clients(load_settings(), [Source.PUBMED]):
        pass
    with open_clients(load_settings(), [Source.CTGOV]) as clients:
        assert clients.entrez is None
    monkeypatch.setenv("MSCMINER_EMAIL", "curator@example.org")
    monkeypatch.setenv("MSCMINER_NCBI_API_KEY", API_KEY)
    with open_clients(load_settings(), list(Source)) as both:
        assert both.entrez is not None
        assert both.entrez.settings.api_key == API_KEY
        assert both.ctgov is not None


def test_the_lock_says_who_holds_it(tmp_path: Path) -> None:
    path = tmp_path / "a.lock"
    with hold_lock(path, "nightly", at=NIGHT):
        with pytest.raises(LockHeld, match=r"process \d+ on .*: mscminer nightly since 2025-03-20") as caught:
            hold_lock(path, "harvest", at=NIGHT).__enter__()
        assert caught.value.exit_code == 4
    with hold_lock(path, "harvest", at=NIGHT):
        pass
    path.write_text("scribble")
    with hold_lock(path, "harvest", at=NIGHT):
        pass


@pytest.mark.shared
def test_every_exchange_with_the_registry_keeps_the_contract(
    shared_dir: Path, store: Store, server: ReplayServer
) -> None:
    harvest_at(store, server)
    server.world.delete_study("NCT00000202")
    server.world.put_study(make_study(207, updated=(NIGHT + DAY).date(), aliases=(206,)))
    night(store, server, 1)
    document = shared_dir / "data/ctgov_api/openapi.yaml"
    exchanges = [entry for entry in server.log if entry.path.startswith("/api/v2/")]
    assert check_contract(document, server.log, refused=True) == len(exchanges) > 10
