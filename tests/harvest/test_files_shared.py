"""The real development data, read whole and accounted for."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from mscminer.core.records import Record, Source
from mscminer.harvest.files import Tally, read_files
from mscminer.harvest.parsing import parse_record
from tests.conftest import NOW

pytestmark = pytest.mark.shared


def test_every_study_is_read_and_parsed(shared_dir: Path) -> None:
    path = shared_dir / "data/ctgov/studies.jsonl.gz"
    with gzip.open(path) as file:
        lines = sum(1 for _ in file)
    tally = Tally()
    records = [item for item in tally.counting(read_files([path], fetched_at=NOW)) if isinstance(item, Record)]
    assert tally.read == tally.records == lines == 1425
    documents = [parse_record(record) for record in records]
    assert {document.key.source for document in documents} == {Source.CTGOV}
    assert all(document.study and document.study.study_type and document.title for document in documents)


def test_every_article_is_read_and_parsed(shared_dir: Path) -> None:
    path = shared_dir / "data/pubmed/articles.xml.gz"
    tally = Tally()
    records = [item for item in tally.counting(read_files([path], fetched_at=NOW)) if isinstance(item, Record)]
    with gzip.open(path) as file:
        assert tally.read == tally.records == file.read().count(b"<PubmedArticle>") == 5621
    documents = [parse_record(record) for record in records]
    assert all(document.article and document.text("abstract.0") for document in documents)
    assert [document.key.id for document in documents if not document.text("title")] == ["15899043"]
