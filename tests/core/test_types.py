"""The types check themselves when they are made, and survive their plain forms."""

from __future__ import annotations

import json
import pickle
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mscminer.core.documents import Document, Section, StudyFields, document_from_json, document_to_json
from mscminer.core.errors import MscminerError, RecordError, RetryableSourceError
from mscminer.core.facts import Fact, canonical, from_canonical
from mscminer.core.labels import Label, label_from_extraction
from mscminer.core.records import Media, Record, RecordKey, Source, content_hash
from mscminer.core.spans import Evidence, Span
from mscminer.core.vocabulary import VOCABULARIES, Absence, Field, is_value
from tests.conftest import NOW
from tests.samples import KEY, MAKER, make_document, make_extraction


@pytest.mark.parametrize(("start", "end"), [(3, 3), (4, 3), (-1, 2)])
def test_no_empty_or_negative_span(start: int, end: int) -> None:
    with pytest.raises(ValueError, match="not a span"):
        Span(section="title", start=start, end=end)


def test_span_must_lie_in_its_section() -> None:
    document = make_document("short")
    with pytest.raises(ValueError, match="5 characters"):
        document.evidence("title", 0, 6)
    with pytest.raises(ValueError, match="no section"):
        document.evidence("abstract.0", 0, 1)


def test_quote_must_have_the_length_of_its_span() -> None:
    with pytest.raises(ValueError, match="quote"):
        Evidence(document="x", span=Span(section="title", start=0, end=4), quote="abc")


@given(st.text(min_size=1), st.data())
def test_quotes_are_the_words_at_their_offsets(text: str, data: st.DataObject) -> None:
    document = make_document(text)
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    assert document.evidence("title", start, end).quote == text[start:end]


@given(st.text(min_size=1))
def test_document_survives_its_plain_form(title: str) -> None:
    document = make_document(title)
    plain = json.loads(json.dumps(document_to_json(document)))
    assert document_from_json(plain) == document


def test_document_notices_a_changed_text() -> None:
    plain = document_to_json(make_document())
    plain["sections"][0]["text"] += "!"
    with pytest.raises(ValueError, match="does not match its version"):
        document_from_json(plain)


def test_sections_are_unique_and_not_empty() -> None:
    study = StudyFields()
    with pytest.raises(ValueError, match="two sections"):
        Document(key=KEY, sections=(Section(name="a", text="x"), Section(name="a", text="y")), study=study)
    with pytest.raises(ValueError, match="empty section"):
        Document(key=KEY, sections=(Section(name="a", text=""),), study=study)
    with pytest.raises(ValueError, match="either study or article"):
        Document(key=KEY, sections=())


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("NCT00114452", RecordKey(source=Source.CTGOV, id="NCT00114452")),
        (" nct00114452 ", RecordKey(source=Source.CTGOV, id="NCT00114452")),
        ("25926562", RecordKey(source=Source.PUBMED, id="25926562")),
        ("ictrp:ChiCTR2000012345", RecordKey(source=Source.ICTRP, id="ChiCTR2000012345")),
    ],
)
def test_keys_are_read(text: str, key: RecordKey) -> None:
    assert RecordKey.parse(text) == key
    assert RecordKey.parse(str(key)) == key


@pytest.mark.parametrize("text", ["", "NCT123", "0123", "hello", "pubmed:NCT00114452", "ctgov:1"])
def test_what_is_no_key(text: str) -> None:
    with pytest.raises(ValueError, match="not an id"):
        RecordKey.parse(text)


def test_record_checks_itself() -> None:
    with pytest.raises(ValueError, match="time zone"):
        Record(key=KEY, media=Media.CTGOV_JSON, raw=b"x", fetched_at=datetime(2026, 1, 1))
    with pytest.raises(ValueError, match="hash"):
        Record(key=KEY, media=Media.CTGOV_JSON, raw=b"x", fetched_at=NOW, sha256=content_hash(b"y"))
    with pytest.raises(ValueError, match="without bytes"):
        Record(key=KEY, media=Media.CTGOV_JSON, raw=b"", fetched_at=NOW)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        (Field.TISSUE, "marrow"),
        (Field.MSC, "other:x"),
        (Field.TISSUE, "other:"),
        (Field.N, -1),
        (Field.N, True),
        (Field.RANDOMISED, "yes"),
        (Field.CONDITION, {"name": " "}),
        (Field.DOSE, {"cells": 0, "per_kg": False, "times": None}),
        (Field.DOSE, {"cells": 1e6, "per_kg": None, "times": None}),
        (Field.PRODUCT, {"tissue": ["moon"], "donor": []}),
        (Field.REGISTRY_ID, ""),
    ],
)
def test_values_outside_the_vocabulary_are_refused(field: Field, value: Any) -> None:
    with pytest.raises(ValueError, match=r".+"):
        Fact(field=field, value=value, confidence=1.0, maker=MAKER)


def test_every_value_of_every_vocabulary_is_accepted() -> None:
    for field, vocabulary in VOCABULARIES.items():
        for value in vocabulary:
            assert is_value(field, value)
            Fact(field=field, value=value, confidence=0.5, maker=MAKER)
    assert is_value(Field.ROUTE, "other:percutaneous")


@given(
    st.one_of(
        st.sampled_from(list(Absence)),
        st.text(),
        st.integers(),
        st.booleans(),
        st.dictionaries(st.text(), st.one_of(st.none(), st.integers(), st.text(), st.lists(st.text()))),
    )
)
def test_canonical_values_come_back(value: Any) -> None:
    assert from_canonical(canonical(value)) == value


def test_equal_values_have_one_spelling() -> None:
    assert canonical({"cells": 1e6, "per_kg": True}) == canonical({"per_kg": True, "cells": 1000000})


def test_a_facts_key_does_not_contain_its_evidence() -> None:
    document = make_document()
    with_quote = make_extraction(document).of(Field.TISSUE)[0]
    without = Fact(field=Field.TISSUE, value="umbilical_cord", confidence=0.1, maker=MAKER)
    assert with_quote.key == without.key


def test_label_of_an_extraction() -> None:
    label = label_from_extraction(make_extraction(make_document())).to_json()
    assert label["msc"] == "cells"
    assert label["tissue"] == ["umbilical_cord"]
    assert label["donor"] == []
    assert label["dose"] == [{"cells": 1e6, "per_kg": True, "times": None}]
    assert label["quotes"]["tissue"] == ["Cord"]
    assert Label.from_json(label).to_json() == label


def test_other_values_of_two_words_are_spelled_in_one_way() -> None:
    product = {"tissue": ["other:olfactory mucosa"], "donor": [], "arm": "two words"}
    label = Label.from_json({"id": "NCT00000001", "tissue": ["other:olfactory mucosa"], "products": [product]})
    assert label.tissue == ("other:olfactory_mucosa",)
    assert label.products == ({**product, "tissue": ["other:olfactory_mucosa"]},)
    assert Label.from_json({"id": "NCT00000001", "route": ["other: scalp"]}).route == ("other:scalp",)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"id": None}, "no id"),
        ({"msc": "maybe"}, "msc has no value 'maybe'"),
        ({"tissue": ["moon"]}, "tissue has no value 'moon'"),
        ({"tissue": "adipose"}, "not a list"),
        ({"n": -3}, "no whole number"),
        ({"colour": "red"}, "unknown key 'colour'"),
    ],
)
def test_wrong_labels_are_refused_with_the_reason(change: dict[str, Any], message: str) -> None:
    data = label_from_extraction(make_extraction(make_document())).to_json() | change
    with pytest.raises(RecordError, match=message):
        Label.from_json(data, where="labels.jsonl:3")


@pytest.mark.shared
@pytest.mark.parametrize("name", ["registry", "pubmed"])
def test_gold_labels_are_in_the_form(shared_dir: Path, name: str) -> None:
    lines = (shared_dir / "gold" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(lines, 1):
        data = json.loads(line)
        assert Label.from_json(data, where=f"{name}:{number}").to_json() == data


def test_errors_name_place_and_remedy_and_can_cross_processes() -> None:
    error = RetryableSourceError("no answer.", where="eutils", remedy="Wait.", retry_after_s=3.0)
    assert str(error) == "eutils: no answer. Wait."
    again = pickle.loads(pickle.dumps(error))
    assert str(again) == str(error)
    assert isinstance(again, MscminerError)


def test_a_field_at_its_default_does_not_change_the_version() -> None:
    """A later version may add fields; documents made before keep their version."""
    golden = "0e1abfae716c478780dc1d6cfc64a7c4ff30ff94c5a5fd077df5ecb27904cc65"
    assert make_document("a title").version == golden
