"""The pipeline as a whole: the same for every batch, exact in its offsets, found by name."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mscminer.core.documents import Document, Section
from mscminer.core.errors import ModelError
from mscminer.core.records import Record
from mscminer.core.splits import Split, split_of
from mscminer.extract.components import FOUND, JOINED
from mscminer.extract.model_files import content_hash, find_model, model_folders
from mscminer.extract.pipeline import Extractor, load_extractor
from mscminer.extract.text import SEPARATOR, join_sections
from mscminer.harvest.files import read_files
from mscminer.harvest.parsing import parse_record

_WORDS = st.sampled_from(
    [
        "MSC",
        "mesenchymal stem cells",
        "from bone marrow",
        "adipose tissue.",
        "(hUC-MSCs)",
        "2 x 10^6 cells/kg;",
        "intravenously\n",
        "once",
        "é",
        "β",
        "’",
        "\u2029",
        "、",
        "１０",
    ]
)
_TEXT = st.lists(_WORDS, min_size=1, max_size=30).map(" ".join).filter(str.strip)


@pytest.fixture(scope="module")
def extractor() -> Extractor:
    return load_extractor()


@given(texts=st.lists(_TEXT, min_size=1, max_size=5))
@settings(max_examples=60, deadline=None)
def test_joined_text_maps_back_exactly(texts: list[str]) -> None:
    joined = join_sections([Section(name=f"part.{number}", text=text) for number, text in enumerate(texts)])
    for name, start, end in joined.parts:
        assert joined.text[start:end] == texts[int(name.split(".")[1])]
        span = joined.locate(start, end)
        assert span is not None
        assert (span.section, span.start, span.end) == (name, 0, end - start)
    assert joined.locate(0, len(joined.text)) is None or len(texts) == 1
    for start, end in joined.sentences:
        assert joined.locate(start, end) is not None
        assert SEPARATOR not in joined.text[start:end]


@given(texts=st.lists(_TEXT, min_size=1, max_size=4))
@settings(max_examples=30, deadline=None)
def test_mentions_lie_in_one_section_and_tokens_cover_them(extractor: Extractor, texts: list[str]) -> None:
    joined = join_sections([Section(name=f"part.{number}", text=text) for number, text in enumerate(texts)])
    doc = extractor.nlp.make_doc(joined.text)
    doc._.set(JOINED, joined)
    for _, component in extractor.nlp.pipeline:
        doc = component(doc)
    assert doc.text == joined.text
    for item, span in zip(doc._.get(FOUND), doc.spans["mscminer"], strict=True):
        assert span.start_char <= item.start < item.end <= span.end_char
    assert doc[0].is_sent_start


@pytest.mark.shared
def test_any_batch_and_order_give_the_same(extractor: Extractor, shared_dir: Path) -> None:
    documents = _documents(shared_dir, 40)
    alone = {str(document.key): next(extractor.extract([document])) for document in documents}
    shuffled = random.Random(1).sample(documents, len(documents))
    for extraction in extractor.extract(shuffled):
        assert extraction == alone[str(extraction.key)]
    assert next(load_extractor().extract(documents[:1])) == alone[str(documents[0].key)]


def _documents(shared_dir: Path, count: int) -> list[Document]:
    items = read_files(
        [shared_dir / "data" / "ctgov" / "studies.jsonl.gz"], fetched_at=datetime(2026, 1, 1, tzinfo=UTC)
    )
    records = (item for item in items if isinstance(item, Record))
    return [parse_record(record) for record, _ in zip(records, range(count), strict=False)]


def test_models_are_found_by_name_and_version() -> None:
    folder = find_model()
    assert folder in model_folders()
    assert find_model(folder.name) == find_model("mscminer_rules") == find_model(str(folder)) == folder
    with pytest.raises(ModelError, match="no pipeline 'nobody'"):
        find_model("nobody")


def test_maker_changes_with_the_rules(extractor: Extractor, tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text("x = 1")
    before = content_hash(tmp_path)
    (tmp_path / "a.toml").write_text("x = 2")
    assert content_hash(tmp_path) != before
    assert extractor.maker.version.startswith("1.")


def test_split_is_fixed_by_the_id() -> None:
    assert {split_of(f"NCT{number:08}") for number in range(20)} == set(Split)
    assert split_of("NCT00260338") is split_of("NCT00260338")
