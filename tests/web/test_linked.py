"""A registration beside its papers: words marked in both, contradictions as tasks, what one says taken over."""

from __future__ import annotations

import re

import pytest

from mscminer.core.counts import Dimension
from mscminer.core.tasks import Task
from mscminer.core.vocabulary import Field
from mscminer.jobs.count import count_in_store
from mscminer.jobs.curate import refresh_queue, view_record
from mscminer.jobs.find import shipped_definition
from mscminer.store import Store
from mscminer.store.queue import QueueFilter
from tests.conftest import NOW
from tests.web.workbench import (
    HEARTS,
    HEARTS_PAPER,
    KNEES,
    MAKER,
    PAPER,
    Workbench,
    add_conflict,
    decisions_of,
    fact,
    save,
)


@pytest.fixture
def hearts(local: Workbench) -> Workbench:
    """With a registration and a paper that exclude each other."""
    add_conflict(local.store)
    return local


def conflicts(store: Store) -> list[Task]:
    with store.read() as tx:
        return [row.task for row in tx.queue.page(QueueFilter(conflict=True))]


def donors(store: Store) -> dict[str, int]:
    """Trials by donor as they are counted."""
    definition = shipped_definition("msc-cells")
    table = count_in_store(store, definition, NOW.date(), Dimension.DONOR, Dimension.ALL)
    return {row: number for row, number in table.row_totals.items() if number}


def test_words_are_marked_in_whichever_text_they_lie(hearts: Workbench) -> None:
    page = hearts.client().page(f"/records/{HEARTS}")
    for quote in ("healthy donors", "their own"):
        mark = re.search(rf'<a class="mark[^"]*" href="#([\w-]+)"[^>]*id="([\w.-]+)">{quote}</a>', page)
        assert mark, quote
        fact, anchor = mark.groups()
        assert f'id="{fact}"' in page
        assert f'href="#{anchor}"' in page, "and back"
    identifiers = re.findall(r' id="([^"]+)"', page)
    assert len(identifiers) == len(set(identifiers))
    assert "agrees" in page, "on the tissue"


def test_a_paper_shows_its_registration_in_the_same_way(hearts: Workbench) -> None:
    page = hearts.client().page(f"/records/{HEARTS_PAPER}")
    assert re.search(r'<a class="mark[^"]*"[^>]*>healthy donors</a>', page)
    assert re.search(r'<a class="mark[^"]*"[^>]*>their own</a>', page)


def test_a_contradiction_is_a_task_with_both_sides(hearts: Workbench) -> None:
    (task,) = conflicts(hearts.store)
    assert (task.field, task.state, task.effect, task.doubt) == (Field.DONOR, "open", 1, 1.0)
    assert task.value == "allogeneic (NCT00000003) / autologous (31000003)"
    page = hearts.client().page("/queue?conflict=true")
    assert page.count('<span class="tag warn">conflict') == 1
    page = hearts.client().page(f"/records/{HEARTS}")
    block = page.split('id="field-donor"')[1].split("</section>")[0]
    assert "sources exclude each other" in block
    assert "healthy donors" in block
    assert "their own" in block
    assert page.index('id="field-donor"') < page.index('id="field-msc"'), "it comes first"
    assert donors(hearts.store)["conflict"] == 1
    (told,) = hearts.client().get(f"/api/v1/record?id={HEARTS}").json()["conflicts"]
    sides = {side["record"]: side["values"][0] for side in told["sides"]}
    assert {key: side["value"] for key, side in sides.items()} == {
        str(HEARTS): "allogeneic",
        str(HEARTS_PAPER): "autologous",
    }
    assert sides[str(HEARTS_PAPER)]["evidence"][0]["quote"] == "their own"


def test_taking_what_the_paper_says_settles_it(hearts: Workbench) -> None:
    client, store = hearts.client(), hearts.store
    answer = client.decide(HEARTS, "donor", "take", '"autologous"', source=str(HEARTS_PAPER))
    assert answer.status_code == 303
    assert [item[1:] for item in decisions_of(store, HEARTS)] == [
        ("reject", '"allogeneic"'),
        ("accept", '"autologous"'),
    ]
    assert conflicts(store) == []
    assert donors(store).get("conflict", 0) == 0
    assert donors(store)["autologous"] == 1
    shown = view_record(store, str(HEARTS)).decisions[-1].shown
    assert (shown["source"], shown["quotes"]) == (str(HEARTS_PAPER), ["their own"])
    assert "as pubmed:31000003 says" in client.page(f"/history/{HEARTS}")
    for _ in range(2):
        client.decide(HEARTS, "donor", "undo")
    assert len(conflicts(store)) == 1


def test_accepting_what_the_registration_says_settles_it_too(hearts: Workbench) -> None:
    hearts.client().decide(HEARTS, "donor", "accept", '"allogeneic"')
    assert conflicts(hearts.store) == []
    assert donors(hearts.store)["allogeneic"] == 1


def test_so_does_a_decision_on_the_paper_at_once(hearts: Workbench) -> None:
    hearts.client().decide(HEARTS_PAPER, "donor", "correct", '"autologous"', new_value="allogeneic")
    assert conflicts(hearts.store) == []
    assert donors(hearts.store).get("conflict", 0) == 0
    assert refresh_queue(hearts.store) == 0, "nothing was left behind"


def test_only_what_a_linked_record_says_can_be_taken_from_it(hearts: Workbench) -> None:
    client = hearts.client()
    for value, source in (('"allogeneic"', HEARTS_PAPER), ('"autologous"', PAPER), ('"autologous"', HEARTS)):
        assert client.decide(HEARTS, "donor", "take", value, source=str(source)).status_code == 422
    assert client.decide(HEARTS, "donor", "take", '"autologous"', source="pubmed:9").status_code == 404
    assert decisions_of(hearts.store, HEARTS) == []
    csrf = client.get("/api/v1/me").json()["csrf"]
    sent = {"record": str(HEARTS), "field": "donor", "source": HEARTS_PAPER.id, "value": '"autologous"', "expected": 0}
    made = client.post("/api/v1/decisions/take", json=sent, headers={"X-CSRF-Token": csrf})
    assert [item["verdict"] for item in made.json()] == ["reject", "accept"]
    assert client.post("/api/v1/decisions/take", json=sent, headers={"X-CSRF-Token": csrf}).status_code == 409


def test_a_new_version_of_the_paper_brings_the_registration_back(hearts: Workbench) -> None:
    store = hearts.store
    document = view_record(store, str(HEARTS_PAPER)).document
    from dataclasses import replace

    from mscminer.core.facts import Extraction

    newer = replace(
        document,
        sections=(*document.sections[:1], replace(document.sections[1], text="Donors gave cells.")),
        version="",
    )
    facts = (fact(newer, Field.MSC, "cells", 0.9), fact(newer, Field.DONOR, "allogeneic", 0.9, "Donors"))
    save(store, newer, Extraction(key=newer.key, document=newer.version, maker=MAKER, facts=facts), raw="two")
    assert refresh_queue(store) == 2, "the paper and its registration"
    assert conflicts(store) == []
    assert view_record(store, str(KNEES)).trial is None
