"""Kill -9 at every write and every request, run again: the database is that of an undisturbed run.

At least 84 + 14 + 70 + 16 points in the first test, 10 and 15 in the others: 209.
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
from mscminer.store.engine import make_engine
from mscminer.testing import Fault, FaultKind, ReplayServer, World
from tests.harvest.worlds import make_article, make_study, retraction, small_world
from tests.jobs.killed import Nursery, Scene, harvest_file
from tests.jobs.nights import NIGHT, contents, set_time

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


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    gc.collect()
    gc.freeze()  # hundreds of small harvests would otherwise search all loaded modules for garbage
    with Nursery() as nursery:
        yield nursery
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


def content_of(file: Path) -> object:
    with Store(make_engine(f"sqlite:///{file}")) as store:
        return contents(store)


def survive(folder: Path, server: ReplayServer, nursery: Nursery, start: Start, point: str) -> int:
    """Kill at the first, the second ... point until a run gets through; returns how often a run was killed."""
    before = start(folder, server)
    scene = Scene.of(server, TOMORROW if start is second_night else NIGHT)
    undisturbed = folder / "undisturbed.sqlite"
    shutil.copy(before, undisturbed)
    harvest_file(undisturbed, scene)
    expected = content_of(undisturbed)
    for kills in itertools.count():
        file = folder / f"{kills}.sqlite"
        shutil.copy(before, file)
        if not nursery.harvest_and_die(file, scene, server, **{point: 1 + kills}):
            assert content_of(file) == expected
            return kills
        harvest_file(file, scene)
        assert content_of(file) == expected, f"killed {point} {1 + kills}"
        file.unlink()
    raise AssertionError("unreachable")


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
    start: Start, point: str, kills: int, tmp_path: Path, server: ReplayServer, nursery: Nursery
) -> None:
    assert survive(tmp_path, server, nursery, start, point) >= kills


@pytest.mark.slow
def test_killed_twice_in_a_row(tmp_path: Path, server: ReplayServer, nursery: Nursery) -> None:
    before = second_night(tmp_path, server)
    scene = Scene.of(server, TOMORROW)
    undisturbed = tmp_path / "undisturbed.sqlite"
    shutil.copy(before, undisturbed)
    harvest_file(undisturbed, scene)
    expected = content_of(undisturbed)
    for first, second in [(3, 40), (25, 25), (40, 3), (50, 10), (60, 60)]:
        file = tmp_path / f"{first}-{second}.sqlite"
        shutil.copy(before, file)
        nursery.harvest_and_die(file, scene, server, at_write=first)
        nursery.harvest_and_die(file, scene, server, at_write=second)
        harvest_file(file, scene)
        assert content_of(file) == expected


@pytest.mark.slow
def test_killed_while_the_far_end_misbehaves(tmp_path: Path, server: ReplayServer, nursery: Nursery) -> None:
    before = second_night(tmp_path, server)
    scene = Scene.of(server, TOMORROW)
    undisturbed = tmp_path / "undisturbed.sqlite"
    shutil.copy(before, undisturbed)
    harvest_file(undisturbed, scene)
    expected = content_of(undisturbed)
    kinds = [FaultKind.RESET, FaultKind.TRUNCATED, FaultKind.HTML, FaultKind.SERVER_ERROR, FaultKind.HISTORY_EXPIRED]
    for number, kind in enumerate(kinds * 3):
        file = tmp_path / f"{number}.sqlite"
        shutil.copy(before, file)
        server.add_fault(Fault(kind=kind, skip=number))
        nursery.harvest_and_die(file, scene, server, at_request=2 + number)
        server.clear_faults()
        harvest_file(file, scene)
        assert content_of(file) == expected, (kind, number)
