"""The disease knowledge base made anew: versions, what changed, outdated extractions."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mscminer.core.errors import ConfigError, SourceError
from mscminer.core.records import RecordKey
from mscminer.extract.diseases import link_disease
from mscminer.extract.makers import current_maker
from mscminer.extract.model_files import local_versions, shipped_diseases, use_local_models
from mscminer.extract.vocabulary import Term, TermKind, compare_terms, merge_terms, read_terms, terms_to_text
from mscminer.jobs.extract import extract
from mscminer.jobs.fetch import fetch
from mscminer.jobs.vocabulary import VocabularyReport, update_vocabulary
from mscminer.store import Store
from mscminer.testing import Descriptor, Fault, FaultKind, ReplayServer, World
from tests.harvest.worlds import entrez_client, make_study
from tests.jobs.nights import NIGHT, clients_of, fresh_store

DESCRIPTORS = (
    Descriptor(
        ui="D990001", names=("Wobble Disease", "Wobbling Sickness", "Lowland Wobble"), tree_numbers=("C10.1.1",)
    ),
    Descriptor(ui="D990002", names=("Gait Diseases",), tree_numbers=("C10.1",)),
    Descriptor(ui="D990003", names=("Wabble Disease",), tree_numbers=("C10.1.2",)),
    Descriptor(ui="D990004", names=("Wobble Oil",), tree_numbers=("D01.2",)),
)


@pytest.fixture(autouse=True)
def _shipped_parts_afterwards() -> Iterator[None]:
    yield
    use_local_models(None)


def wobble_study(number: int) -> dict[str, Any]:
    """A registration whose condition MeSH knows and our shipped names do not."""
    study = make_study(number)
    study["protocolSection"]["conditionsModule"]["conditions"] = ["Staggering Malady"]
    study["derivedSection"]["conditionBrowseModule"] = {
        "meshes": [{"id": "D990001", "term": "Wobble Disease"}],
        "ancestors": [{"id": "D990002", "term": "Gait Diseases"}],
        "browseLeaves": [{"id": "M1", "name": "Wobble Disease", "asFound": "Staggering Malady", "relevance": "HIGH"}],
    }
    study["derivedSection"]["interventionBrowseModule"] = {"meshes": [{"id": "D990004", "term": "Wobble Oil"}]}
    return study


def updated(store: Store, server: ReplayServer, folder: Path, *, offline: bool = False) -> VocabularyReport:
    return update_vocabulary(store, None if offline else entrez_client(server), folder, at=NIGHT)


def test_an_update_links_what_was_unknown_and_outdates_extractions(tmp_path: Path) -> None:
    world = World(studies=[wobble_study(1)], descriptors=DESCRIPTORS)
    with fresh_store(tmp_path) as store, ReplayServer(world) as server, clients_of(server) as clients:
        fetch(store, clients, [RecordKey.parse("NCT00000001")], at=NIGHT)
        assert extract(store).extracted == 1
        before = current_maker()
        assert link_disease("Lowland Wobble") is None
        report = updated(store, server, tmp_path / "models")
        assert report.made
        assert report.from_mesh == 4  # the two of the record, its drug, and the sibling that is easily confused
        assert {term.name for term in report.differences.added} == {one.names[0] for one in DESCRIPTORS}
        for name in ("Lowland Wobble", "staggering malady", "Wobbling sicknesses"):
            concept = link_disease(name)
            assert concept is not None
            assert concept.ui == "D990001"
        assert link_disease("wobble oil") is None  # no disease
        assert current_maker() != before
        assert extract(store).extracted == 1
        assert extract(store).extracted == 0


def test_the_same_again_writes_nothing(tmp_path: Path) -> None:
    world = World(studies=[wobble_study(1)], descriptors=DESCRIPTORS)
    folder = tmp_path / "models"
    with fresh_store(tmp_path) as store, ReplayServer(world) as server, clients_of(server) as clients:
        fetch(store, clients, [RecordKey.parse("NCT00000001")], at=NIGHT)
        first = updated(store, server, folder)
        again = updated(store, server, folder)
        assert (again.made, again.version, again.folder) == (False, first.version, first.folder)
        assert "unchanged" in "\n".join(again.lines())
        world.put_descriptor(
            Descriptor(ui="D990001", names=("Wobble Disease", "Fen Wobble"), tree_numbers=("C10.1.1",))
        )
        third = updated(store, server, folder)
        assert [path.name for path in local_versions(folder, "diseases")] == ["diseases-0001", "diseases-0002"]
        assert "+ Fen Wobble" in "\n".join(third.lines())
        assert "- Lowland Wobble" in "\n".join(third.lines())


def test_offline_takes_the_registrys_own_pairs(tmp_path: Path) -> None:
    world = World(studies=[wobble_study(1)])
    with fresh_store(tmp_path) as store, ReplayServer(world) as server, clients_of(server) as clients:
        fetch(store, clients, [RecordKey.parse("NCT00000001")], at=NIGHT)
        asked = len(server.log)
        report = updated(store, server, tmp_path / "models", offline=True)
        assert len(server.log) == asked
    assert report.from_mesh is None
    concept = link_disease("Staggering malady")
    assert concept is not None
    assert concept.name == "Wobble Disease"


def test_an_outage_leaves_everything_as_it_was(tmp_path: Path) -> None:
    world = World(studies=[wobble_study(1)], descriptors=DESCRIPTORS)
    with fresh_store(tmp_path) as store, ReplayServer(world) as server, clients_of(server) as clients:
        fetch(store, clients, [RecordKey.parse("NCT00000001")], at=NIGHT)
        server.add_fault(Fault(kind=FaultKind.SERVER_ERROR, path="esummary", times=99))
        with pytest.raises(SourceError):
            updated(store, server, tmp_path / "models")
    assert not (tmp_path / "models").exists()


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "models").write_text("a file", encoding="utf-8")
    with fresh_store(tmp_path) as store, ReplayServer(World(studies=[wobble_study(1)])) as server:
        with clients_of(server) as clients:
            fetch(store, clients, [RecordKey.parse("NCT00000001")], at=NIGHT)
        with pytest.raises(ConfigError, match="models"):
            updated(store, server, tmp_path / "models", offline=True)


def test_a_name_belongs_to_the_descriptor_whose_heading_it_is() -> None:
    merged = merge_terms(
        [Term(ui="D1", name="Wobble", synonyms=("Gait Ataxia", "Wobbling"))], [Term(ui="D2", name="Gait Ataxia")]
    )
    assert merged == (Term(ui="D1", name="Wobble", synonyms=("Wobbling",)), Term(ui="D2", name="Gait Ataxia"))


def test_terms_survive_being_written(tmp_path: Path) -> None:
    terms = (
        Term(ui="D1", name='A "quoted" thing', kind=TermKind.OTHER, synonyms=("b", "c d")),
        Term(ui="D2", name="E"),
    )
    (tmp_path / "diseases.tsv").write_text(terms_to_text(terms), encoding="utf-8")
    assert read_terms(tmp_path) == terms
    assert compare_terms(terms, terms).none


def test_the_shipped_names_are_in_their_own_form() -> None:
    terms = read_terms(shipped_diseases())
    assert (shipped_diseases() / "diseases.tsv").read_text(encoding="utf-8") == terms_to_text(terms)
    assert merge_terms(terms) == terms
