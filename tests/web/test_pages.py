"""The pages without scripts: every action by plain forms, nothing changed by reading."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import text

from mscminer.core.decisions import apply_decisions
from mscminer.core.facts import from_canonical
from mscminer.core.vocabulary import Field
from mscminer.jobs.curate import curated_labels, view_record
from mscminer.store import Store
from mscminer.store.queue import QueueFilter
from mscminer.web.blocks import code_of, registry_words, words
from mscminer.web.forms import chosen_arms
from tests.web.workbench import (
    KNEES,
    LUNGS,
    PAPER,
    Workbench,
    decisions_of,
    fact,
    knees_extraction,
    registration,
    save,
)

PAGES = (
    "/", "/queue", "/queue?state=done", "/queue?field=tissue&value=cord&category=lung&year=2020&conflict=true",
    "/next", f"/next?after={KNEES}", "/records", "/records?q=cord", "/records?tissue=bone_marrow&year=2020",
    f"/records/{KNEES.id}", f"/records/{PAPER}", f"/records/{KNEES}?line=second:1", f"/records/{KNEES}?full=title",
    "/history", f"/history/{KNEES}", "/samples", "/files", "/files/csv", "/files/jsonl", "/files/label-studio",
    "/counts", "/counts?rows=category&columns=phase&row=lung&column=1", "/help",
    "/api/v1/me", "/api/v1/queue", "/api/v1/progress", f"/api/v1/record?id={KNEES}", "/api/v1/history",
    "/api/v1/search?q=cord", "/api/v1/counts", "/api/v1/samples", "/api/v1/openapi.json",
)  # fmt: skip


def test_every_page_answers_and_reading_writes_nothing(local: Workbench) -> None:
    client = local.client()
    with local.store.engine.connect() as watcher:
        before = watcher.exec_driver_sql("PRAGMA data_version").scalar()
        watcher.rollback()
        for path in PAGES:
            answer = client.get(path, follow_redirects=True)
            assert answer.status_code == 200, path
            assert "default-src 'none'" in answer.headers["content-security-policy"]
            assert "unsafe" not in answer.headers["content-security-policy"]
            assert answer.headers["x-content-type-options"] == "nosniff"
        assert watcher.exec_driver_sql("PRAGMA data_version").scalar() == before


def test_nothing_comes_from_another_host_and_nothing_is_inline(local: Workbench) -> None:
    text_ = local.client().page(f"/records/{KNEES}")
    for source in ("src=", "<link"):
        for part in text_.split(source)[1:]:
            assert "http" not in part.split(">")[0]
    assert "<script>" not in text_
    assert "style=" not in text_
    assert "onclick" not in text_


@pytest.mark.parametrize("path", ["/records/NCT09999999", "/nothing", "/samples/7", "/history/x", "/files/xml"])
def test_what_does_not_exist_is_said_so(local: Workbench, path: str) -> None:
    answer = local.client().get(path)
    assert answer.status_code in {404, 422}
    assert "This did not work" in answer.text


def test_the_queue_begins_with_what_changes_a_number(local: Workbench) -> None:
    text_ = local.client().page("/queue")
    assert text_.index("MSC product given</td>") < text_.index("Dose</td>")
    assert "<strong>0</strong> of" in text_
    with local.store.read() as tx:
        efforts = [row.task.effect for row in tx.queue.page(QueueFilter())]
    assert efforts == sorted(efforts, reverse=True)
    assert efforts[0] == 5


def test_each_verdict_by_plain_forms(local: Workbench) -> None:
    client, store = local.client(), local.store
    assert client.decide(KNEES, "tissue", "accept", '"umbilical_cord"').status_code == 303
    assert client.decide(KNEES, "tissue", "reject", '"bone_marrow"', why="a comparator").status_code == 303
    assert client.decide(KNEES, "tissue", "add", new_value="placenta", quote="Donor cells").status_code == 303
    assert client.decide(KNEES, "msc", "correct", '"cells"', new_value="derivative").status_code == 303
    assert client.decide(KNEES, "category", "not_stated").status_code == 303
    assert client.decide(KNEES, "donor", "skip").status_code == 303
    assert client.decide(KNEES, "dose", "note", why="ask the sponsor").status_code == 303
    assert client.decide(KNEES, "category", "undo").status_code == 303
    found = decisions_of(store, KNEES)
    assert [item[1] for item in found] == [
        "accept",
        "reject",
        "accept",
        "correct",
        "not_stated",
        "skip",
        "note",
        "undo",
    ]
    view = view_record(store, KNEES.id)
    assert view.resolved is not None
    assert set(view.resolved.values(Field.TISSUE)) == {"umbilical_cord", "placenta"}
    assert view.resolved.value(Field.MSC) == "derivative"
    assert view.resolved.value(Field.CATEGORY) == "musculoskeletal"
    placenta = next(item for item in view.resolved.of(Field.TISSUE) if item.value == "placenta")
    assert [item.quote for item in placenta.evidence] == ["Donor cells"]
    page = client.page(f"/history/{KNEES}")
    assert page.count("<tr id=") == 8
    assert "a comparator" in page


def test_doses_products_and_numbers_by_forms(local: Workbench) -> None:
    client = local.client()
    dose = {"new_cells": "1e8", "new_per_kg": "", "new_times": "2"}
    assert client.decide(KNEES, "dose", "add", **dose).status_code == 303
    product: dict[str, Any] = {"new_tissue": ["adipose", "placenta"], "new_donor": "allogeneic", "new_arm": "Cells"}
    assert client.decide(KNEES, "product", "add", **product).status_code == 303
    assert client.decide(KNEES, "n", "correct", new_value="24").status_code == 303
    assert client.decide(KNEES, "randomised", "correct", new_value="no").status_code == 303
    assert client.decide(KNEES, "condition", "add", new_value="gonarthrosis").status_code == 303
    assert client.decide(KNEES, "tissue", "add", new_other="thymus").status_code == 303
    resolved = view_record(local.store, KNEES.id).resolved
    assert resolved is not None
    assert {"cells": 100000000, "per_kg": False, "times": 2} in resolved.values(Field.DOSE)
    assert resolved.value(Field.PRODUCT) == {"tissue": ["adipose", "placenta"], "donor": ["allogeneic"], "arm": "Cells"}
    assert resolved.value(Field.N) == 24
    assert resolved.value(Field.RANDOMISED) is False
    assert "other:thymus" in resolved.values(Field.TISSUE)


def block_of(page: str, field: str) -> str:
    """What a page shows of a field."""
    return page.split(f'id="field-{field}"')[1].split("</section>")[0]


def test_a_correction_begins_with_what_stands(local: Workbench) -> None:
    client = local.client()
    arms: dict[str, Any] = {"new_tissue": ["wharton_jelly"], "new_other": "thymus", "new_arm": ["Cells"]}
    assert client.decide(KNEES, "product", "add", **arms).status_code == 303
    (found,) = view_record(local.store, KNEES.id).decisions
    assert from_canonical(found.value) == {
        "tissue": ["wharton_jelly", "other:thymus"], "donor": [], "arm": "Cells",
    }  # fmt: skip
    page = client.page(f"/records/{KNEES}")
    correcting = block_of(page, "product").split('data-act="c"')[1]
    chosen = re.findall(r'<option(?: value="(\w+)")? selected>([^<]*)', correcting)
    assert chosen == [("wharton_jelly", "Wharton&#39;s jelly"), ("", "Cells")]
    assert chosen_arms(["A", "B", "C"], "A; C") == {"A": True, "B": False, "C": True}
    assert chosen_arms(["A"], "B; A") == {"A": False, "B; A": True}, "what stands is never lost"
    assert 'value="thymus"' in correcting
    dose = block_of(page, "dose").split('data-act="c"')[1]
    assert 'name="new_cells" placeholder="1e6" size="8" value="2e+06"' in dose
    assert 'name="new_per_kg" value="1" checked' in dose
    assert 'value="worn cartilage"' in block_of(page, "condition")
    added = block_of(page, "dose").split('data-act="p"')[1].split("</details>")[0]
    assert "checked" not in added


def test_codes_have_names_that_filters_understand(local: Workbench) -> None:
    client = local.client()
    client.decide(LUNGS, "tissue", "correct", '"bone_marrow"', new_value="wharton_jelly")
    assert "Wharton&#39;s jelly" in client.page(f"/records/{LUNGS}")
    assert "Wharton&#39;s jelly" in client.page("/records?tissue=wharton_jelly")
    assert KNEES.id in client.page("/queue?field=tissue&value=umbilical+cord")
    assert code_of("Wharton's jelly ") == "wharton_jelly"
    assert words("na") == "not applicable"
    assert words("umbilical_cord, ipsc") == "umbilical cord, iPSC"
    codes = ("NON_RANDOMIZED", "PHASE2", "NA", "Cairo University")
    assert [registry_words(code) for code in codes] == ["Non randomized", "Phase 2", "Not applicable", codes[-1]]


def test_the_history_says_what_was_undone_and_nothing_that_was_not(local: Workbench) -> None:
    client = local.client()
    said = []
    for verdict, value, more in (
        ("accept", '"umbilical_cord"', {}), ("undo", "", {}), ("skip", "", {}), ("note", "", {"why": "ask them"}),
        ("correct", '"bone_marrow"', {"new_value": "adipose"}),
    ):  # fmt: skip
        client.headers["hx-request"] = "true"
        answer = client.decide(KNEES, "tissue", verdict, value, **more)
        said.append(answer.text.split('hx-swap-oob="true">')[1].split("</div>")[0])
    assert said == [
        "Tissue source: umbilical cord accepted",
        "Tissue source: undone",
        "Tissue source: skipped",
        "Tissue source: note written",
        "Tissue source: bone marrow corrected to adipose",
    ]
    page = client.page(f"/history/{KNEES}")
    assert 'takes back <a href="#decision-1">no. 1</a>' in page
    assert "not stated" not in page.split("<tbody>")[1]


def test_the_inferred_donor_is_shown_anew_with_the_donor(local: Workbench) -> None:
    client = local.client()
    client.headers["hx-request"] = "true"
    plain = client.decide(KNEES, "tissue", "accept", '"umbilical_cord"').text
    assert "data-follows" not in plain
    answer = client.decide(KNEES, "donor", "correct", "<not stated>", new_value="allogeneic").text
    following = block_of(answer, "donor_inferred")
    assert answer.count('data-follows hx-swap-oob="true"') == 1
    assert "allogeneic" in following
    assert "follows from the donor in words" in following
    assert "follows from" not in block_of(answer, "donor")
    resolved = view_record(local.store, KNEES.id).resolved
    assert resolved is not None
    assert resolved.values(Field.DONOR_INFERRED) == ("allogeneic",)


def test_an_empty_queue_says_why(local: Workbench) -> None:
    client = local.client()
    assert "No task fits these filters" in client.page("/queue?conflict=true")
    assert "is told once two decisions" in client.page("/queue")


@pytest.mark.parametrize(
    "form",
    [
        {"field": "tissue", "verdict": "add", "new_value": "gold"},
        {"field": "tissue", "verdict": "correct"},
        {"field": "tissue", "verdict": "accept", "value": "{"},
        {"field": "tissue", "verdict": "accept", "value": "<nothing>"},
        {"field": "tissue", "verdict": "bless"},
        {"field": "colour", "verdict": "accept"},
        {"field": "dose", "verdict": "add", "new_cells": "nan"},
        {"field": "dose", "verdict": "add", "new_cells": "many"},
        {"field": "n", "verdict": "correct", "new_value": "-3"},
        {"field": "tissue", "verdict": "accept", "value": '"adipose"', "quote": "words that nobody wrote"},
        {"field": "tissue", "verdict": "accept", "value": '"adipose"', "span": "title:0:9999"},
        {"field": "tissue", "verdict": "accept", "value": '"adipose"', "span": "nowhere:0:1"},
        {"field": "tissue", "verdict": "undo"},
        {"field": "", "verdict": "accept"},
        {"field": "tissue", "verdict": "note", "why": "x" * 5000},
    ],
)
def test_nonsense_is_refused_with_a_sentence(local: Workbench, form: dict[str, str]) -> None:
    client = local.client()
    client.page(f"/records/{KNEES}")
    answer = client.submit(f"/decide/{KNEES}", expected="0", **form)
    assert answer.status_code == 422
    assert decisions_of(local.store, KNEES) == []


def test_a_decision_shows_in_the_counts_at_once(local: Workbench) -> None:
    client = local.client()
    before = client.page("/counts?rows=tissue&columns=all&as_of=2026-01-01")
    assert "adipose</bdi>" not in before
    assert "Assemble now" not in before
    client.decide(LUNGS, "tissue", "correct", '"bone_marrow"', new_value="adipose")
    after = client.page("/counts?rows=tissue&columns=all&as_of=2026-01-01")
    assert "adipose</bdi>" in after
    assert "Assemble now" not in after
    (label,) = curated_labels(local.store)
    assert label.tissue == ("adipose",)


def test_an_old_page_gets_a_conflict_and_nothing_is_overwritten(local: Workbench) -> None:
    client = local.client()
    client.page(f"/records/{KNEES}")
    form = {"field": "tissue", "verdict": "accept", "value": '"umbilical_cord"', "expected": "0"}
    assert client.submit(f"/decide/{KNEES}", **form).status_code == 303
    answer = client.submit(f"/decide/{KNEES}", **{**form, "verdict": "reject"})
    assert answer.status_code == 409
    assert "in between" in answer.text
    assert len(decisions_of(local.store, KNEES)) == 1
    stale = client.submit(f"/decide/{KNEES}", **{**form, "field": "donor", "seen": "0" * 64})
    assert stale.status_code == 409
    assert "new version" in stale.text


def test_evidence_follows_the_text_or_is_queued_again(local: Workbench) -> None:
    client, store = local.client(), local.store
    client.decide(KNEES, "tissue", "accept", '"umbilical_cord"')
    client.decide(KNEES, "tissue", "accept", '"bone_marrow"')
    newer = registration(KNEES, "Cells for knees", "In short: Donor cells from  marrow are used.")
    save(store, newer, knees_extraction(newer), raw="two")
    from mscminer.jobs.curate import refresh_queue

    assert refresh_queue(store) == 1
    page = client.page(f"/records/{KNEES}")
    assert "no longer in the text" in page
    assert client.page("/queue?stale=true").count('<span class="tag warn">evidence lost') == 1
    assert KNEES.id in client.page("/queue?changed=true")
    assert LUNGS.id not in client.page("/queue?changed=true")
    client.decide(KNEES, "msc", "skip")
    assert KNEES.id not in client.page("/queue?changed=true"), "somebody has looked at the new text now"
    view = view_record(store, KNEES.id)
    assert view.extraction is not None
    kept = apply_decisions(view.extraction, view.decisions, newer).of(Field.TISSUE)
    quotes = {item.value: [evidence.quote for evidence in item.evidence] for item in kept}
    assert quotes == {"umbilical_cord": [], "bone_marrow": ["marrow"]}


def test_linked_papers_stand_beside_the_registration(local: Workbench) -> None:
    client = local.client()
    assert "Marrow cells helped the knees" in client.page(f"/records/{KNEES}")
    assert "Cord cells for knees" in client.page(f"/records/{PAPER}")
    assert "https://clinicaltrials.gov/study/NCT00000001" in client.page(f"/records/{KNEES}")
    assert "https://pubmed.ncbi.nlm.nih.gov/31000001/" in client.page(f"/records/{PAPER}")


def test_search_finds_words_and_ids(local: Workbench) -> None:
    client = local.client()
    assert KNEES.id in client.page("/records?q=cartilage")
    assert LUNGS.id in client.page(f"/records?q={LUNGS.id.lower()}")
    assert "No record fits" in client.page("/records?q=%22%00%ff")


def test_the_database_is_append_only_even_for_the_server(store: Store) -> None:
    with store.read() as tx:
        names = tx.session.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars().all()
    assert set(names) == {"decision_no_update", "decision_no_delete"}


def test_confidence_of_a_fact_is_shown(local: Workbench) -> None:
    assert fact(registration(KNEES, "a", "b"), Field.MSC, "cells", 0.7).confidence == 0.7
    assert "70 %" in local.client().page(f"/records/{KNEES}")
