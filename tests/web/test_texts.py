"""Hostile texts: shown harmlessly, at unchanged offsets; forms into values."""

from __future__ import annotations

import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import FormData

from mscminer.core.errors import ConfigError
from mscminer.core.facts import check_value
from mscminer.core.records import RecordKey, Source
from mscminer.core.vocabulary import Field
from mscminer.jobs.curate import refresh_queue
from mscminer.web.forms import input_of, spans_of, value_from_form
from mscminer.web.texts import Mark, segments, visible
from tests.web.workbench import Workbench, other_extraction, registration, save

HOSTILE = (
    "<script>document.title='owned'</script>",
    '"><img src=x onerror="document.title=\'owned\'">',
    "{{ 7*7 }} {% raw %} ${7*7}",
    "\u202eright to left\u202c \u05e9\u05dc\u05d5\u05dd \u0645\u0631\u062d\u0628\u0627",
    "NUL \x00 bell \x07 escape \x1b[31m delete \x7f C1 \x85 CR \r\n lone \ud800 end",
    "\U0001f9b5\u200d\U0001f9bf e\u0301 \ufffe \uffff",
    "javascript:alert(1) ]]> --> </textarea></title>",
)


@given(st.text(st.characters(), max_size=200))
def test_visible_keeps_every_offset_and_nothing_harmful(text: str) -> None:
    shown = visible(text)
    assert len(shown) == len(text)
    shown.encode()
    assert not set(shown) & {"\x00", "\r", "\u202e", "\u2066", "\x1b", "\x85"}
    assert visible(shown) == shown


@given(
    st.text(max_size=60), st.lists(st.tuples(st.integers(0, 60), st.integers(1, 20)), max_size=8), st.integers(0, 70)
)
def test_segments_joined_are_the_text(text: str, spans: list[tuple[int, int]], until: int) -> None:
    marks = [
        Mark(start=start, end=min(start + size, len(text)), fact=f"f{number}", field="msc", anchor=f"a{number}")
        for number, (start, size) in enumerate(spans)
        if start < len(text)
    ]
    pieces = segments(text, marks, until=until)
    assert "".join(piece.text for piece in pieces) == text[:until]
    anchors = [anchor for piece in pieces for anchor in piece.anchors]
    assert sorted(anchors) == sorted(mark.anchor for mark in marks if mark.start < min(until, len(text)))
    for mark in marks:
        covered = "".join(piece.text for piece in pieces if mark.fact in piece.facts)
        assert covered == text[mark.start : mark.end][: max(0, until - mark.start)]


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_texts_are_shown_harmlessly(local: Workbench, hostile: str) -> None:
    key = RecordKey(source=Source.CTGOV, id="NCT00000666")
    document = registration(key, hostile, f"{hostile} marrow")
    save(local.store, document, other_extraction(document))
    refresh_queue(local.store)
    client = local.client()
    for path in ("/queue", "/records", f"/records/{key}", f"/history/{key}", "/records?q=marrow"):
        page = client.page(path)
        assert "<script>document" not in page
        assert "<img src=x" not in page
        assert "\x00" not in page
        assert "\u202e" not in page
    client.submit(
        f"/decide/{key}", field="tissue", verdict="note", why=hostile.encode("utf-8", "replace"), expected="0"
    )
    assert "<script>document" not in client.page(f"/history/{key}")
    assert client.get(f"/api/v1/record?id={key}").json()["record"] == str(key)
    assert client.get("/api/v1/queue").status_code == 200


def test_a_title_of_a_megabyte(local: Workbench) -> None:
    key = RecordKey(source=Source.CTGOV, id="NCT00000667")
    document = registration(key, "cord " * 200_000, "short")
    save(local.store, document, other_extraction(document))
    refresh_queue(local.store)
    client = local.client()
    began = time.perf_counter()
    page = client.page(f"/records/{key}")
    assert len(page) < 200_000
    assert "980,000 more characters are not shown" in page
    assert len(client.page(f"/records/{key}?full=title")) > 1_000_000
    assert len(client.page("/queue")) < 100_000
    assert time.perf_counter() - began < 20


@pytest.mark.parametrize(
    ("field", "form", "value"),
    [
        (Field.TISSUE, {"new_value": "adipose"}, "adipose"),
        (Field.ROUTE, {"new_value": "", "new_other": "other:scalp"}, "other:scalp"),
        (Field.N, {"new_value": "30"}, 30),
        (Field.BLINDED, {"new_value": "yes"}, True),
        (Field.DOSE, {"new_cells": "2e6", "new_per_kg": "1"}, {"cells": 2e6, "per_kg": True, "times": None}),
        (Field.CONDITION, {"new_value": "asthma"}, {"name": "asthma", "mesh": None, "mesh_name": None}),
        (Field.PHASE, {"new_value": ""}, None),
        (Field.PRODUCT, {}, None),
    ],
)
def test_forms_become_values(field: Field, form: dict[str, str], value: Any) -> None:
    found = value_from_form(field, FormData(form))
    assert found == value
    if found is not None:
        check_value(field, found)


@pytest.mark.parametrize("span", ["title", "title:1", "title:a:b", "title:1:²", ":1:2", "title:-1:2"])
def test_spans_that_mark_nothing_are_refused(span: str) -> None:
    with pytest.raises(ConfigError):
        spans_of(FormData({"span": span}))


def test_every_field_has_inputs() -> None:
    assert {input_of(field).kind for field in Field} == {"choice", "number", "yes_no", "dose", "product", "text"}
