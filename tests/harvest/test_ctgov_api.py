"""The registry through the replay server: paging, windows, errors, drift, and the API's own contract."""

from __future__ import annotations

import json
import socket
from datetime import date
from pathlib import Path

import httpx
import pytest
import yaml

from mscminer.core.errors import FinalSourceError, RetryableSourceError
from mscminer.harvest.ctgov_api import CtgovClient, Moved, StudySearch
from mscminer.harvest.ctgov_drift import Drift, build_known_schema, count_drift, load_known_schema
from mscminer.harvest.windows import DateWindow
from mscminer.testing import Fault, FaultKind, LoggedRequest, ReplayServer
from mscminer.testing.responses import Response
from tests.harvest.contract import check_contract, check_exchange
from tests.harvest.worlds import QUICK, ctgov_client, make_study, small_world

QUERY = {"query.term": '"mesenchymal stem" OR MSC'}


def ids_of(client: CtgovClient, account: StudySearch, window: DateWindow | None = None) -> list[str]:
    """NCT numbers of all studies of a search, as they came."""
    return [
        study["protocolSection"]["identificationModule"]["nctId"]
        for page in client.search(QUERY, account, window=window)
        for study in page.studies
    ]


def test_pages_give_every_study_once_and_the_count_comes_along() -> None:
    with ReplayServer(small_world()) as server, ctgov_client(server) as client:
        account = StudySearch()
        assert ids_of(client, account) == [f"NCT{201 + number:08d}" for number in range(7)]
        assert (account.total, account.pages, account.duplicates) == (7, 3, 0)


def test_windows_are_half_open() -> None:
    window = DateWindow(start=date(2025, 3, 2), end=date(2025, 3, 4))
    with ReplayServer(small_world()) as server, ctgov_client(server) as client:
        assert ids_of(client, StudySearch(), window) == ["NCT00000202", "NCT00000203"]
        assert "AREA[LastUpdatePostDate]RANGE[2025-03-02,2025-03-03]" in server.log[0].parameters["filter.advanced"]


def test_a_filter_of_the_query_is_kept_beside_the_window() -> None:
    window = DateWindow(start=date(2025, 3, 2), end=date(2025, 3, 4))
    with ReplayServer(small_world()) as server, ctgov_client(server) as client:
        query = QUERY | {"filter.advanced": "AREA[Phase]PHASE1 OR AREA[Phase]PHASE2"}
        assert sum(len(page.studies) for page in client.search(query, StudySearch(), window=window)) == 2


@pytest.mark.parametrize(
    "kind",
    [
        FaultKind.TOO_MANY,
        FaultKind.TOO_MANY_RETRY_AFTER,
        FaultKind.SERVER_ERROR,
        FaultKind.BAD_GATEWAY,
        FaultKind.RESET,
        FaultKind.TRUNCATED,
        FaultKind.CUT_CLEAN,
        FaultKind.HTML,
        FaultKind.EMPTY_PAGE,
        FaultKind.DUPLICATE_PAGE,
        FaultKind.TOKEN_ON_LAST_PAGE,
    ],
)
@pytest.mark.parametrize("skip", [0, 1, 2])
def test_a_passing_fault_changes_nothing(kind: FaultKind, skip: int) -> None:
    with ReplayServer(small_world()) as server, ctgov_client(server) as client:
        server.add_fault(Fault(kind=kind, path="studies", skip=skip, delay_s=0))
        account = StudySearch()
        assert sorted(ids_of(client, account)) == [f"NCT{201 + number:08d}" for number in range(7)]
        assert account.total == 7


def test_a_stalled_answer_runs_into_the_time_out() -> None:
    with ReplayServer(small_world()) as server, ctgov_client(server, timeout_s=0.5) as client:
        server.add_fault(Fault(kind=FaultKind.STALL, path="studies", delay_s=30))
        assert len(ids_of(client, StudySearch())) == 7


def test_a_dripping_answer_runs_into_the_deadline() -> None:
    with ReplayServer(small_world()) as server, ctgov_client(server, deadline_s=0.7) as client:
        server.add_fault(Fault(kind=FaultKind.DRIP, path="studies", delay_s=0.05))
        assert len(ids_of(client, StudySearch())) == 7
        assert client.requests >= 4


def test_tokens_in_a_circle_end() -> None:
    with ReplayServer(small_world()) as server, ctgov_client(server) as client:
        server.add_fault(Fault(kind=FaultKind.TOKEN_LOOP, path="studies", skip=1, times=999))
        with pytest.raises(FinalSourceError, match="circle"):
            ids_of(client, StudySearch())


def test_refusals_say_what_the_registry_said() -> None:
    with ReplayServer(small_world()) as server, ctgov_client(server) as client:
        with pytest.raises(FinalSourceError, match="mismatched input"):
            list(client.search({"filter.advanced": 'AREA[LeadSponsorName]COV[FullMatch]"x"'}, StudySearch()))
        with pytest.raises(FinalSourceError, match=r"`filter\.phase` is unknown parameter"):
            list(client.search({"filter.phase": "PHASE3"}, StudySearch()))
        assert client.requests == 2


def test_one_study_its_move_and_its_absence() -> None:
    world = small_world()
    world.put_study(make_study(201, aliases=(202,)))
    with ReplayServer(world) as server, ctgov_client(server) as client:
        study = client.fetch_study("NCT00000201")
        assert isinstance(study, dict)
        assert study["hasResults"] is False
        assert client.fetch_study("NCT00000202") == Moved(to="NCT00000201")
        assert client.fetch_study("NCT00099999") is None
        asked = ["NCT00000201", "NCT00000202", "NCT00099999"]
        assert client.find_ids(asked) == {"NCT00000201": "NCT00000201", "NCT00000202": "NCT00000201"}


def test_the_data_version_is_read() -> None:
    with ReplayServer(small_world()) as server, ctgov_client(server) as client:
        assert client.fetch_version().data == "2026-01-01T09:00:00"
        server.add_fault(Fault(kind=FaultKind.NEW_DATA, path="version"))
        assert client.fetch_version().data == "2026-01-02T09:00:00"


def test_a_version_without_timestamp_is_an_error() -> None:
    transport = httpx.MockTransport(lambda _: httpx.Response(200, json={"apiVersion": "2.0.5"}))
    client = CtgovClient(transport=transport, retry=QUICK)
    with client, pytest.raises(RetryableSourceError, match="timestamp"):
        client.fetch_version()


def test_where_nobody_answers_the_error_says_what_to_do() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    client = CtgovClient(base_url=f"http://127.0.0.1:{port}/api/v2", retry=QUICK)
    with client, pytest.raises(RetryableSourceError, match="ConnectError") as caught:
        client.fetch_version()
    assert "Check the network" in str(caught.value)


def test_unknown_fields_and_values_are_counted_not_refused() -> None:
    study = make_study(201, status="SOMETHING_NEW")
    study["protocolSection"]["designModule"]["moonPhase"] = "full"
    other = make_study(202, status="SOMETHING_NEW")
    drift = count_drift([study, other])
    assert drift == {
        Drift(path="protocolSection.statusModule.overallStatus", value="SOMETHING_NEW"): 2,
        Drift(path="protocolSection.designModule.moonPhase"): 1,
    }
    assert count_drift([make_study(203)]) == {}


@pytest.mark.shared
def test_exchanges_keep_the_contract(shared_dir: Path) -> None:
    document = shared_dir / "data/ctgov_api/openapi.yaml"
    world = small_world()
    world.put_study(make_study(201, aliases=(202,)))
    window = DateWindow(start=date(2025, 3, 1), end=date(2025, 3, 9))
    with ReplayServer(world) as server, ctgov_client(server) as client:
        client.fetch_version()
        ids_of(client, StudySearch())
        ids_of(client, StudySearch(), window)
        client.find_ids(["NCT00000201", "NCT00000202"])
        for nct in ("NCT00000201", "NCT00000202", "NCT00099999"):
            client.fetch_study(nct)
        with pytest.raises(FinalSourceError):
            list(client.search({"filter.phase": "PHASE3"}, StudySearch()))
        assert check_contract(document, server.log, refused=True) == len(server.log) == 10


@pytest.mark.shared
def test_the_known_schema_is_that_of_the_contract(shared_dir: Path) -> None:
    openapi = yaml.safe_load((shared_dir / "data/ctgov_api/openapi.yaml").read_text())
    built = build_known_schema(openapi)
    shipped = load_known_schema()
    assert shipped.paths == set(built["paths"])
    assert shipped.values == {path: set(values) for path, values in built["values"].items()}


RECORDED = {
    "version.json": "/api/v2/version",
    "studies_enums.json": "/api/v2/studies/enums",
    "study_NCT03516279.json": "/api/v2/studies/NCT03516279",
    "study_fields_NCT06604689.json": "/api/v2/studies/NCT06604689",
    "study_fields_NCT02576665.json": "/api/v2/studies/NCT02576665",
    "search_page_1.json": "/api/v2/studies",
    "search_page_2.json": "/api/v2/studies",
    "search_intervention.json": "/api/v2/studies",
    "search_status.json": "/api/v2/studies",
    "search_empty.json": "/api/v2/studies",
    "count_all.json": "/api/v2/studies",
    "count_filter.json": "/api/v2/studies",
}


@pytest.mark.shared
@pytest.mark.parametrize("name", RECORDED)
def test_recorded_responses_keep_the_contract(name: str, shared_dir: Path) -> None:
    body = (shared_dir / "data/ctgov_api" / name).read_bytes()
    response = Response(body=body, content_type="application/json")
    entry = LoggedRequest(method="GET", path=RECORDED[name], parameters={}, response=response, fault=None)
    check_exchange(shared_dir / "data/ctgov_api/openapi.yaml", entry)


@pytest.mark.shared
def test_recorded_responses_are_read(shared_dir: Path) -> None:
    folder = shared_dir / "data/ctgov_api"
    pages = {None: "search_page_1.json"}
    first = json.loads((folder / "search_page_1.json").read_text())
    pages[first["nextPageToken"]] = "search_page_2.json"

    def recorded(request: httpx.Request) -> httpx.Response:
        name = pages.get(request.url.params.get("pageToken"), "search_empty.json")
        headers = {"Content-Type": "application/json"}
        return httpx.Response(200, content=(folder / name).read_bytes(), headers=headers)

    account = StudySearch()
    with CtgovClient(transport=httpx.MockTransport(recorded), retry=QUICK) as client:
        assert len(ids_of(client, account)) == 10
    assert account.total == first["totalCount"]


@pytest.mark.shared
def test_recorded_errors_are_final(shared_dir: Path) -> None:
    errors = json.loads((shared_dir / "data/ctgov_api/errors.json").read_text())
    for error in errors:
        headers = {"Content-Type": "text/plain"}
        response = httpx.Response(error["status"], text=error["body"], headers=headers)
        with (
            CtgovClient(transport=httpx.MockTransport(lambda _, response=response: response), retry=QUICK) as client,
            pytest.raises(FinalSourceError) as caught,
        ):
            list(client.search(QUERY, StudySearch()))
        assert " ".join(error["body"].split())[:100] in str(caught.value)
