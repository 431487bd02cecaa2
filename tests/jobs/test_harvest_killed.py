"""Kill -9 at every write and every request, run again: the database is that of an undisturbed run.

At least 84 + 14 + 70 + 16 points in the first test, 10 and 15 in the next two: 209; and whole nights beside.
"""

from __future__ import annotations

import gc
import itertools
import shutil
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from mscminer.store import Store, open_store
from mscminer.testing import Fault, FaultKind, ReplayServer, World
from tests.harvest.worlds import make_article, make_study, retraction, small_world
from tests.jobs.killed import Nursery, Scene, engine_of, harvest_file
from tests.jobs.nights import CONTENT, NIGHT, contents, set_time

TOMORROW = NIGHT + timedelta(days=1)
_DAY = TOMORROW.date()


def edits(world: World) -> None:
    """A night with everything: new, changed, retracted, deleted, removed, merged."""
    world.put_study(make_study(201, updated=_DAY, status="COMPLETED", has_results=True))
    world.put_study(make_study(204, updated=_DAY, aliases=(203,)))
    world.put_study(make_study(210, "Marrow Cells for Tired Hearts", updated=_DAY))
    world.put_study(make_study(205, updated=_DAY, phase="PHASE2"))
    world.put_study(make_study(206, updated=_DAY, status="TERMINATED"))
    world.delete_study("NCT00000202")
    world.put_article(make_article(101, entered=date(2025, 3, 1), modified=_DAY, extra=retraction(990)))
    world.put_article(make_article(990, "Retraction: cord cells for worn knees", entered=_DAY))
    world.put_article(make_article(102, "Cord cells, corrected", entered=date(2025, 3, 2), modified=_DAY))
    world.put_article(make_article(105, "Cord cells for worn hips", entered=date(2025, 3, 5), modified=_DAY))
    world.put_article(make_article(991, entered=_DAY))
    world.delete_article("103")


@pytest.fixture
def server() -> Iterator[ReplayServer]:
    world = small_world(7, 7)
    set_time(world, NIGHT)
    with ReplayServer(world) as server:
        yield server


@pytest.fixture(autouse=True)
def no_collections() -> Iterator[None]:
    """Hundreds of small harvests would otherwise search all loaded modules for garbage."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


def empty_database(folder: Path) -> Path:
    file = folder / "empty.sqlite"
    open_store(f"sqlite:///{file}").close()
    return file


def first_night(folder: Path, server: ReplayServer) -> Path:
    """A database before its first harvest."""
    return empty_database(folder)


def second_night(folder: Path, server: ReplayServer) -> Path:
    """A database after its first harvest, the sources having changed since."""
    file = empty_database(folder)
    harvest_file(file, Scene.of(server, NIGHT))
    edits(server.world)
    set_time(server.world, TOMORROW)
    return file


Start = Callable[[Path, ReplayServer], Path]


class Trial:
    """Harvests of one night from one database, each killed somewhere and run again."""

    def __init__(self, folder: Path, server: ReplayServer, start: Start, *, whole_night: bool = False) -> None:
        self._server = server
        self._before = start(folder, server)
        moment = TOMORROW if start is second_night else NIGHT
        self._scene = Scene.of(server, moment, whole_night=whole_night)
        self._file = folder / "database.sqlite"
        shutil.copy(self._before, self._file)
        self._nursery = Nursery(self._file, self._scene)

    def __enter__(self) -> Trial:
        self._nursery.__enter__()
        self._expected = self._content()
        return self

    def __exit__(self, *given: object) -> None:
        self._nursery.__exit__(None, None, None)

    def _content(self) -> object:
        tables = (*CONTENT, "extraction", "fact", "census_detail") if self._scene.whole_night else CONTENT
        with Store(engine_of(self._file)) as store:
            return contents(store, tables)

    def survives(self, *kills: dict[str, int], faults: tuple[Fault, ...] = ()) -> bool:
        """Kill a run (or one after the other), run again and compare; False if the last one was through before."""
        shutil.copy(self._before, self._file)
        for fault in faults:
            self._server.add_fault(fault)
        died = [self._nursery.harvest_and_die(self._server, **kill) for kill in kills][-1]
        self._server.clear_faults()
        if died:
            harvest_file(self._file, self._scene)
        assert self._content() == self._expected, f"killed at {kills}"
        return died


@pytest.mark.slow
@pytest.mark.parametrize(
    ("start", "point", "kills"),
    [
        (first_night, "at_write", 84),
        (first_night, "at_request", 14),
        (second_night, "at_write", 70),
        (second_night, "at_request", 16),
    ],
)
def test_killed_anywhere_the_next_run_puts_it_right(
    start: Start, point: str, kills: int, tmp_path: Path, server: ReplayServer
) -> None:
    with Trial(tmp_path, server, start) as trial:
        survived = next(number for number in itertools.count() if not trial.survives({point: 1 + number}))
    assert survived >= kills


@pytest.mark.slow
def test_killed_twice_in_a_row(tmp_path: Path, server: ReplayServer) -> None:
    with Trial(tmp_path, server, second_night) as trial:
        for first, second in [(3, 40), (25, 25), (40, 3), (50, 10), (60, 60)]:
            trial.survives({"at_write": first}, {"at_write": second})


@pytest.mark.slow
def test_killed_while_the_far_end_misbehaves(tmp_path: Path, server: ReplayServer) -> None:
    kinds = [FaultKind.RESET, FaultKind.TRUNCATED, FaultKind.HTML, FaultKind.SERVER_ERROR, FaultKind.HISTORY_EXPIRED]
    with Trial(tmp_path, server, second_night) as trial:
        for number, kind in enumerate(kinds * 3):
            trial.survives({"at_request": 2 + number}, faults=(Fault(kind=kind, skip=number),))


@pytest.mark.slow
def test_killed_nights_tell_every_change_once_and_publish_whole(tmp_path: Path, server: ReplayServer) -> None:
    with Trial(tmp_path, server, second_night, whole_night=True) as trial:
        for number in itertools.count():
            shutil.rmtree(tmp_path / "exports")
            died = trial.survives({"at_write": 1 + 11 * number})
            with Store(engine_of(tmp_path / "database.sqlite")) as store, store.read() as tx:
                assert tx.changes.untold() == []
            current = tmp_path / "exports" / "current"
            assert {file.read_text() for file in current.iterdir()} == {TOMORROW.date().isoformat()}
            assert len(list(current.iterdir())) == 2
            if not died:
                break
    assert number >= 10
