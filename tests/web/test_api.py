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
from sqlalchemy import text

from mscminer.core.decisions import MAIN
from mscminer.jobs.accounts import make_token
from mscminer.jobs.curate import refresh_queue
from mscminer.settings import load_settings
from mscminer.store import Store, open_store
from mscminer.web.app import create_app
from tests.store.conftest import postgresql_server, postgresql_url
from tests.web.workbench import KNEES, LUNGS, Workbench, add_team, decisions_of, fill, serving

__all__ = ["postgresql_server", "postgresql_url"]


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


def api(workbench: Workbench, name: str) -> httpx.Client:
    """A program with a token of that user."""
    return workbench.client(headers={"authorization": f"Bearer {make_token(workbench.store, name)}"})


def post(client: httpx.Client, path: str, **sent: Any) -> Any:
    answer = client.post(f"/api/v1/{path}", json=sent)
    assert answer.status_code in {200, 201}, answer.text
    return answer.json()


def test_a_second_pass_for_programs(team: Workbench) -> None:
    first, second, judge = api(team, "curator"), api(team, "second"), api(team, "adjudicator")
    tissue = {"record": str(KNEES), "field": "tissue"}
    post(first, "decisions", **tissue, verdict="accept", value='"umbilical_cord"', expected=0)
    drawn = post(judge, "samples", name="spring", size=1)
    seen = second.get("/api/v1/record", params={"id": KNEES.id}).json()
    assert (seen["line"], seen["decisions"], seen["expected"]) == (drawn["line"], [], {})
    refused = second.post("/api/v1/decisions", json={**tissue, "verdict": "skip", "expected": 1})
    assert (refused.status_code, refused.json()["remedy"]) == (403, "Decide on the line second:1.")
    post(second, "decisions", **tissue, verdict="reject", value='"umbilical_cord"', expected=0, line=drawn["line"])
    assert judge.get("/api/v1/samples/1").json()["done"] == [str(KNEES)]
    (found,) = judge.get("/api/v1/samples/1/disagreements").json()
    assert found["first"]["who"] == ["curator"]
    assert found["first"]["values"][0]["evidence"][0]["quote"] == "cord"
    assert second.get("/api/v1/samples/1/disagreements").status_code == 403
    settled = {**tissue, "expected": found["expected"], "seen": found["document"], "why": "neither is named"}
    made = post(judge, "samples/1/adjudications", **settled, choice="other", new_value="placenta")
    assert [item["verdict"] for item in made] == ["reject", "reject", "accept"]
    assert judge.get("/api/v1/samples/1/disagreements").json() == []
    assert judge.post("/api/v1/samples/1/adjudications", json={**settled, "choice": "first"}).status_code == 422
    assert post(judge, "samples/1/close")["closed_by"] == "adjudicator"
    after = first.get("/api/v1/record", params={"id": KNEES.id}).json()
    assert {item["value"] for item in after["facts"] if item["field"] == "tissue"} == {"placenta"}


def test_files_and_lists_for_programs(team: Workbench) -> None:
    curator, admin, reader = api(team, "curator"), api(team, "admin"), api(team, "reader")
    post(curator, "decisions", record=KNEES.id, field="tissue", verdict="accept", value='"bone_marrow"', expected=0)
    for form in ("csv", "jsonl", "label-studio", "docbin"):
        answer = curator.get("/api/v1/export", params={"format": form})
        assert "attachment" in answer.headers["content-disposition"]
        sent = admin.post("/api/v1/import", params={"format": form, "name": "a.file"}, content=answer.content)
        assert sent.json()["problems"] == []
        assert sent.json()["added"] == (0 if form in {"csv", "jsonl"} else sent.json()["added"])
    assert curator.post("/api/v1/import", params={"format": "csv"}, content=b"x").status_code == 403
    assert admin.post("/api/v1/import", params={"format": "docbin"}, content=b"x").status_code == 422
    assert reader.get("/api/v1/export").status_code == 403
    listed = reader.get("/api/v1/records", params={"tissue": "bone_marrow", "kind": "registration"}).json()
    assert {item["record"] for item in listed} == {str(KNEES), str(LUNGS)}
    assert post(curator, "census")["fresh"]
    assert reader.post("/api/v1/census").status_code == 403


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
@pytest.mark.postgresql
def test_twenty_curators_at_once_lose_nothing_on_postgresql(postgresql_url: str) -> None:
    with open_store(postgresql_url) as store:
        fill(store)
        add_team(store)
        with serving(store) as running:
            twenty_curators(running)
            assert running.logged_in("reader").page("/records?q=cartilage").count(KNEES.id) > 0


@pytest.mark.slow
def test_twenty_curators_at_once_lose_nothing(team: Workbench) -> None:
    twenty_curators(team)


def totals_by_scan(store: Store) -> dict[str, int]:
    with store.read() as tx:
        return dict(tx.session.execute(text("SELECT state, count(*) FROM curation_task GROUP BY state")).all())


def twenty_curators(team: Workbench) -> None:
    """They decide on the same few facts; what they were told was written is there, once, and nothing else is."""
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
                    "record": str(key), "field": field, "verdict": ("note", "skip", "not_stated")[number % 3],
                    "why": f"{number}/{turn}",
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
    scanned = totals_by_scan(store)
    with store.read() as tx:
        totals = tx.queue.totals()
    assert {name: getattr(totals, name) for name in scanned} == scanned
    assert refresh_queue(store) == 0
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
