"""A server with a team for each test module, or with a single local user for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from mscminer.store import Store, open_store
from tests.web.workbench import Workbench, add_team, fill, serving


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A small filled database without users."""
    with open_store(f"sqlite:///{tmp_path}/web.sqlite") as opened:
        fill(opened)
        yield opened


@pytest.fixture
def local(store: Store) -> Iterator[Workbench]:
    """A server for one person on this machine."""
    with serving(store, local_user="ada") as running:
        yield running


@pytest.fixture
def team(store: Store) -> Iterator[Workbench]:
    """A server where everybody logs in."""
    add_team(store)
    with serving(store, local_user="ada") as running:
        yield running
