"""Harvests against the replay server, and what a database holds."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import text

from mscminer.jobs.harvest import Clients, HarvestReport, harvest
from mscminer.jobs.harvest_plan import Span
from mscminer.store import Store, open_store
from mscminer.testing import ReplayServer, World
from tests.harvest.worlds import ctgov_client, entrez_client

NIGHT = datetime(2025, 3, 20, 2, 0, tzinfo=UTC)
CONTENT = ("record", "record_version", "document", "quarantine", "cursor", "change")
_LEFT_OUT = {"run_id", "told_in_run_id"}


@contextmanager
def clients_of(server: ReplayServer, **changes: Any) -> Iterator[Clients]:
    """Clients without pauses and with small batches, so that small data take several requests."""
    with ctgov_client(server, page_size=changes.pop("page_size", 3)) as ctgov:
        yield Clients(entrez=entrez_client(server, **({"batch": 3} | changes)), ctgov=ctgov)


def harvest_at(
    store: Store, server: ReplayServer, moment: datetime = NIGHT, span: Span | None = None, **changes: Any
) -> HarvestReport:
    """A harvest at a moment that is the server's too."""
    with clients_of(server, **changes) as clients:
        return harvest(store, clients, span=span, now=lambda: moment)


def set_time(world: World, moment: datetime) -> None:
    """Let both services live at a moment; the registry has its data of that morning."""
    world.now = moment
    world.publish(moment)


def contents(store: Store, tables: tuple[str, ...] = CONTENT) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of some tables, without the numbers of runs."""
    found: dict[str, list[tuple[Any, ...]]] = {}
    with store.engine.connect() as connection:
        for table in tables:
            rows = connection.execute(text(f'SELECT * FROM "{table}" ORDER BY 1, 2')).mappings().all()
            found[table] = [tuple(value for name, value in row.items() if name not in _LEFT_OUT) for row in rows]
    return found


def current_texts(store: Store) -> dict[str, tuple[str, str]]:
    """State and hash of the current version of every record that is not gone."""
    query = (
        "SELECT source, source_id, state, sha256 FROM record JOIN record_version v ON v.id = current_version_id "
        "WHERE state IN ('active', 'retracted')"
    )
    with store.engine.connect() as connection:
        return {
            f"{source}:{ident}": (state, digest) for source, ident, state, digest in connection.execute(text(query))
        }


@contextmanager
def fresh_store(folder: Path, name: str = "a.sqlite") -> Iterator[Store]:
    with open_store(f"sqlite:///{folder / name}") as store:
        yield store
