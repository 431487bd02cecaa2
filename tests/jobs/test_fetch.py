"""Named records come from their sources; what a source does not have is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from mscminer.core.errors import ConfigError
from mscminer.core.records import RESTATED, RecordKey
from mscminer.evaluate.seed import load_cited_trials, seed_record_files
from mscminer.jobs.fetch import fetch, seed_keys
from mscminer.jobs.load import load_files
from mscminer.testing import ReplayServer, World
from tests.harvest.worlds import make_article, make_study
from tests.jobs.nights import NIGHT, clients_of, fresh_store


def test_named_records_arrive_and_unknown_ones_are_listed(tmp_path: Path) -> None:
    world = World(articles=[make_article(11)], studies=[make_study(1)])
    keys = [RecordKey.parse(ident) for ident in ("11", "12", "NCT00000001", "NCT00000099")]
    with fresh_store(tmp_path) as store, ReplayServer(world) as server, clients_of(server) as clients:
        report = fetch(store, clients, keys, at=NIGHT)
        assert (report.arrivals.new, sorted(report.missing)) == (2, ["12", "NCT00000099"])
        again = fetch(store, clients, keys, at=NIGHT)
        assert (again.arrivals.new, again.arrivals.unchanged) == (0, 2)


def test_a_real_text_takes_the_place_of_the_restated_one(tmp_path: Path) -> None:
    pmid = next(key.id for key in seed_keys() if key.source == "pubmed")
    world = World(articles=[make_article(int(pmid))])
    with fresh_store(tmp_path) as store, ReplayServer(world) as server, clients_of(server) as clients:
        load_files(store, seed_record_files(), now=NIGHT)
        fetch(store, clients, [RecordKey.parse(pmid)], at=NIGHT)
        with store.read() as tx:
            stored = tx.documents.current(RecordKey.parse(pmid))
    assert stored is not None
    assert stored.document.note != RESTATED


def test_the_seed_names_real_ids_only() -> None:
    keys = seed_keys()
    cited = {trial.record for trial in load_cited_trials() if trial.record}
    assert {key for key in keys if key.source == "pubmed"} < cited
    assert all(int(key.id) < 900_000_000 for key in keys if key.source == "pubmed")
    assert sum(key.source == "ctgov" for key in keys) == 20


def test_other_sources_cannot_be_asked(tmp_path: Path) -> None:
    with (
        fresh_store(tmp_path) as store,
        ReplayServer(World()) as server,
        clients_of(server) as clients,
        pytest.raises(ConfigError, match="ictrp:X-123"),
    ):
        fetch(store, clients, [RecordKey.parse("ictrp:X-123")], at=NIGHT)
