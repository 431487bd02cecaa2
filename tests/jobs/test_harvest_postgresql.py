"""The same nights on PostgreSQL lead to the same records as on SQLite."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from mscminer.store import open_store
from mscminer.testing import ReplayServer
from tests.harvest.worlds import small_world
from tests.jobs.nights import NIGHT, current_texts, fresh_store, harvest_at, set_time
from tests.jobs.test_harvest_killed import edits
from tests.store.conftest import postgresql_server, postgresql_url

__all__ = ["postgresql_server", "postgresql_url"]


@pytest.mark.postgresql
def test_two_nights_on_both_databases(postgresql_url: str, tmp_path: Path) -> None:
    world = small_world()
    with ReplayServer(world) as server, open_store(postgresql_url) as there, fresh_store(tmp_path) as here:
        set_time(world, NIGHT)
        first = [harvest_at(store, server) for store in (there, here)]
        edits(world)
        set_time(world, NIGHT + timedelta(days=1))
        second = [harvest_at(store, server, NIGHT + timedelta(days=1)) for store in (there, here)]
        assert [report.state for report in first + second] == ["complete"] * 4
        assert current_texts(there) == current_texts(here)
        with there.read() as one, here.read() as other:
            told = [[(change.kind, change.key, change.detail) for change in tx.changes.untold()] for tx in (one, other)]
        assert told[0] == told[1]
