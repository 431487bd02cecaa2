"""The JSON API: the same actions, and nothing that any request can break."""

from __future__ import annotations

import re
import threading
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance

from mscminer.core.decisions import MAIN
from mscminer.jobs.accounts import make_token
from mscminer.settings import load_settings
from mscminer.store import Store
from mscminer.web.app import create_app
from tests.web.workbench import KNEES, LUNGS, Workbench, decisions_of


def test_a_round_of_curating_for_programs(local: Workbench) -> None:
    client = local.client()
    me = client.get("/api/v1/me").json()
    headers = {"X-CSRF-Token": me["csrf"]}
    queue = client.get("/api/v1/queue", params={"field": "tissue", "limit": 5}).json()
    assert {item["record"] for item in queue} >= {str(KNEES), str(LUNGS)}
    record = client.get("/api/v1/record", params={"id": KNEES.id}).json()
    cord = next(item for item in record["extracted"] if item["value"] == "umbilical_cord")
    summary = next(item for item in record["sections"] if item["name"] == "brief_summary")["text"]
    start = summary.index("worn")
    decision = {
        "record": record["record"],
        "field": "tissue",
        "verdict": "correct",
        "expected": record["expected"].get("tissue", 0),
        "value": cord["canonical"],
        "new_value": "wharton_jelly",
        "spans": [{"section": "brief_summary", "start": start, "end": start + 4}],
        "seen": record["document"],
        "why": "the jelly is named",
    }
    made = client.post("/api/v1/decisions", json=decision, headers=headers)
    assert made.status_code == 201, made.text
    assert made.json()["evidence"][0][4] == "worn"
    conflict = client.post("/api/v1/decisions", json=decision, headers=headers)
    assert (conflict.status_code, conflict.json()["error"]) == (409, "Conflict")
    after = client.get("/api/v1/record", params={"id": str(KNEES)}).json()
    assert {item["value"] for item in after["facts"] if item["field"] == "tissue"} == {"wharton_jelly", "bone_marrow"}
    undo = {"record": KNEES.id, "field": "tissue", "verdict": "undo", "expected": after["expected"]["tissue"]}
    assert client.post("/api/v1/decisions", json=undo, headers=headers).status_code == 201
    assert [item["verdict"] for item in client.get("/api/v1/history").json()] == ["undo", "correct"]
    assert client.get("/api/v1/progress").json()["done"] == 0
    assert client.get("/api/v1/search", params={"q": "cartilage"}).json()[0]["record"] == str(KNEES)
    counts = client.get(
        "/api/v1/counts", params={"rows": "tissue", "columns": "all", "as_of": "2026-01-01", "members": True}
    ).json()
    assert counts["total"] == len(counts["members"]) == 2
    assert counts["fresh"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"value": "nonsense"},
        {"new_value": "gold", "verdict": "correct"},
        {"quotes": ["nobody wrote this"]},
        {"spans": [{"section": "title", "start": 5, "end": 5}]},
        {"undoes": "x", "verdict": "undo"},
        {"line": "second:9"},
        {"colour": "red"},
        {"expected": -1},
    ],
)
def test_nonsense_is_refused(local: Workbench, wrong: dict[str, Any]) -> None:
    client = local.client()
    headers = {"X-CSRF-Token": client.get("/api/v1/me").json()["csrf"]}
    fact = {"record": KNEES.id, "field": "tissue", "verdict": "accept", "value": '"adipose"', "expected": 0}
    answer = client.post("/api/v1/decisions", json={**fact, **wrong}, headers=headers)
    assert answer.status_code in {404, 422}
    assert set(answer.json()) == {"error", "detail", "where", "remedy"}
    assert decisions_of(local.store, KNEES) == []


@pytest.mark.slow
def test_schemathesis_finds_nothing(team: Workbench) -> None:
    token = make_token(team.store, "admin")
    app = create_app(team.store, load_settings())
    schema = schemathesis.openapi.from_dict(app.openapi())
    headers = {"authorization": f"Bearer {token}"}

    for result in schema.get_all_operations():
        operation = result.ok()
        strategy = operation.as_strategy()
        _run(strategy, team.url, headers)


def _run(strategy: Any, url: str, headers: dict[str, str]) -> None:
    @given(case=strategy)
    @settings(
        max_examples=9,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def check(case: Any) -> None:
        # Which values a field may have, what goes with which verdict, and what is in a file is beyond a schema.
        beyond = [positive_data_acceptance] if case.method == "POST" else []
        case.call_and_validate(base_url=url, headers=headers, excluded_checks=beyond)

    check()


@pytest.mark.slow
def test_twenty_curators_at_once_lose_nothing(team: Workbench) -> None:
    store, fields = team.store, ("tissue", "donor", "category", "phase")
    tokens = [make_token(store, name) for name in ("curator", "second")]
    accepted: list[str] = []
    refused = [0]
    lock = threading.Lock()

    def curate(number: int) -> None:
        headers = {"authorization": f"Bearer {tokens[number % 2]}"}
        with httpx.Client(base_url=team.url, headers=headers, timeout=120) as client:
            for turn in range(3):
                key = (KNEES, LUNGS)[(number + turn) % 2]
                field = fields[(number + turn) % len(fields)]
                record = client.get("/api/v1/record", params={"id": str(key)}).json()
                decision = {
                    "record": str(key), "field": field, "verdict": "note", "why": f"{number}/{turn}",
                    "expected": record["expected"].get(field, 0),
                }  # fmt: skip
                answer = client.post("/api/v1/decisions", json=decision)
                with lock:
                    if answer.status_code == 201:
                        accepted.append(f"{number}/{turn}")
                    else:
                        assert answer.status_code == 409, answer.text
                        refused[0] += 1

    threads = [threading.Thread(target=curate, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert len(accepted) + refused[0] == 60
    with store.read() as tx:
        kept = list(tx.decisions.iterate())
    assert sorted(item.why for item in kept) == sorted(accepted)
    chains: dict[tuple[str, str], list[tuple[int, int]]] = {}
    for item in kept:
        assert item.line == MAIN
        chains.setdefault((str(item.key), str(item.field)), []).append((item.previous, item.number))
    for chain in chains.values():
        assert [previous for previous, _ in chain] == [0, *(number for _, number in chain)][: len(chain)]


def test_the_document_describes_every_action(store: Store) -> None:
    document = create_app(store, load_settings()).openapi()
    assert document["openapi"].startswith("3.1")
    operations = [operation for path in document["paths"].values() for operation in path.values()]
    assert len(operations) >= 20
    for operation in operations:
        assert operation["summary"]
        assert {"401", "403", "422"} <= set(operation["responses"])
    assert re.search("/api/v1/decisions", str(list(document["paths"])))
