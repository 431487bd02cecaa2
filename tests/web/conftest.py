"""A server with a team, or with a single local user, over a copy of one small filled database for each test."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from mscminer.store import Store, open_store
from tests.web.workbench import Workbench, add_team, fill, serving


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small filled database without users, to be copied."""
    file = tmp_path_factory.mktemp("web") / "filled.sqlite"
    with open_store(f"sqlite:///{file}") as opened:
        fill(opened)
    return file


@pytest.fixture(scope="session")
def filled_for_team(filled: Path) -> Path:
    """The same with a team: hashing passwords is slow on purpose."""
    file = filled.with_name("team.sqlite")
    shutil.copy(filled, file)
    with open_store(f"sqlite:///{file}") as opened:
        add_team(opened)
    return file


@contextmanager
def copied(file: Path, folder: Path) -> Iterator[Store]:
    """An open store over a copy."""
    copy = folder / file.name
    shutil.copy(file, copy)
    with open_store(f"sqlite:///{copy}") as opened:
        yield opened


@pytest.fixture
def store(filled: Path, tmp_path: Path) -> Iterator[Store]:
    """A small filled database without users."""
    with copied(filled, tmp_path) as opened:
        yield opened


@pytest.fixture
def local(store: Store) -> Iterator[Workbench]:
    """A server for one person on this machine."""
    with serving(store, local_user="ada") as running:
        yield running


@pytest.fixture
def team(filled_for_team: Path, tmp_path: Path) -> Iterator[Workbench]:
    """A server where everybody logs in."""
    with copied(filled_for_team, tmp_path) as opened, serving(opened, local_user="ada") as running:
        yield running
