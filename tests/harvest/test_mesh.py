"""MeSH through the replay server, and the MeSH part of a registration."""

from __future__ import annotations

import json

import pytest

from mscminer.core.errors import FinalSourceError, RecordError, RetryableSourceError
from mscminer.harvest.mesh import fetch_descriptors, parse_summaries, read_registry_terms
from mscminer.harvest.safe_xml import parse_xml
from mscminer.testing import Descriptor, Fault, FaultKind, ReplayServer, World
from tests.harvest.worlds import entrez_client

KNEE = Descriptor(ui="D020370", names=("Osteoarthritis, Knee", "Knee Osteoarthritis"), tree_numbers=("C05.1.2",))
JOINT = Descriptor(ui="D010003", names=("Osteoarthritis", "Arthrosis"), tree_numbers=("C05.1", "C05.9"))
HIP = Descriptor(ui="D015207", names=("Osteoarthritis, Hip",), tree_numbers=("C05.1.1",))
WORLD = World(descriptors=[KNEE, JOINT, HIP])


def test_descriptors_come_with_names_and_places() -> None:
    with ReplayServer(WORLD) as server:
        [found] = fetch_descriptors(entrez_client(server), ["D010003"])
    assert found.names == ("Osteoarthritis", "Arthrosis")
    assert found.tree_numbers == ("C05.1", "C05.9")
    assert found.parents == ()
    assert set(found.children) == {KNEE.number, HIP.number}


def test_unknown_ids_are_left_out_and_batches_add_up() -> None:
    uis = ["D020370", "D999999", "D010003", "D015207"]
    with ReplayServer(WORLD) as server:
        client = entrez_client(server, batch=2)
        assert {one.ui for one in fetch_descriptors(client, uis)} == {"D020370", "D010003", "D015207"}
        assert client.requests == 1 + 2


@pytest.mark.parametrize("kind", [FaultKind.HTML, FaultKind.TRUNCATED, FaultKind.SERVER_ERROR, FaultKind.ERROR_ELEMENT])
def test_a_failed_summary_is_asked_for_again(kind: FaultKind) -> None:
    with ReplayServer(WORLD) as server:
        server.add_fault(Fault(kind=kind, path="esummary"))
        [found] = fetch_descriptors(entrez_client(server), ["D020370"])
    assert found.ui == "D020370"


def test_an_outage_is_an_error_and_no_empty_answer() -> None:
    with ReplayServer(WORLD) as server:
        server.add_fault(Fault(kind=FaultKind.SERVER_ERROR, path="esummary", times=9))
        with pytest.raises(RetryableSourceError, match="esummary"):
            list(fetch_descriptors(entrez_client(server), ["D020370"]))


def test_too_many_hits_are_refused() -> None:
    with ReplayServer(WORLD, search_limit=1) as server, pytest.raises(FinalSourceError, match="mesh"):
        list(fetch_descriptors(entrez_client(server), ["D020370", "D010003"]))


def test_qualifiers_and_nameless_summaries_are_left_out() -> None:
    root = parse_xml(
        b'<eSummaryResult><DocSum><Id>1</Id><Item Name="DS_MeSHUI" Type="String">Q000009</Item>'
        b'<Item Name="DS_MeshTerms" Type="List"><Item Name="string" Type="String">adverse effects</Item></Item>'
        b"</DocSum><DocSum><Id>2</Id></DocSum></eSummaryResult>"
    )
    assert list(parse_summaries(root)) == []


def test_what_a_registration_says_of_mesh() -> None:
    browse = {
        "meshes": [{"id": "D000020370", "term": "Osteoarthritis, Knee"}],
        "ancestors": [{"id": "D000010003", "term": "Osteoarthritis"}],
        "browseLeaves": [
            {"id": "M1", "name": "Osteoarthritis, Knee", "asFound": "worn knee"},
            {"id": "M2", "name": "Pain"},
        ],
    }
    given = {"meshes": [{"id": "D000006820", "term": "Hyaluronic Acid"}]}
    derived = {"conditionBrowseModule": browse, "interventionBrowseModule": given}
    terms = read_registry_terms(json.dumps({"derivedSection": derived}).encode())
    assert [concept.ui for concept in terms.conditions] == ["D020370"]
    assert [concept.name for concept in terms.broader + terms.interventions] == ["Osteoarthritis", "Hyaluronic Acid"]
    assert terms.found == (("worn knee", "Osteoarthritis, Knee"),)
    assert read_registry_terms(b"{}").conditions == ()
    with pytest.raises(RecordError, match="no study"):
        read_registry_terms(b"[]")
