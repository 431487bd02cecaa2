"""PubMed XML, whole and broken, and what hostile XML may not do."""

from __future__ import annotations

import gzip
import time
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mscminer.core.records import Deletion, Record, Rejected, Source
from mscminer.harvest import byte_streams
from mscminer.harvest.files import read_files
from mscminer.harvest.parsing import parse_record
from tests.conftest import NOW
from tests.harvest.examples import article, article_set, read_bytes, reasons, summary

THREE = [article(1), article(2), article(3)]
BOOK = (
    '<PubmedBookArticle><BookDocument><PMID Version="1">4</PMID><Book><BookTitle>Stem cells, a guide</BookTitle>'
    "<PubDate><Year>2009</Year></PubDate></Book></BookDocument></PubmedBookArticle>"
)
DELETED = '<DeleteCitation><PMID Version="1">7</PMID><PMID Version="1">8</PMID></DeleteCitation>'


@pytest.mark.parametrize("chunk_bytes", [5, 100, 1 << 20])
@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gz"])
def test_a_set_with_everything_in_it(
    tmp_path: Path, packed: bool, chunk_bytes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(byte_streams, "CHUNK_BYTES", chunk_bytes)
    content = article_set(*THREE, BOOK, DELETED).encode()
    items = read_bytes(tmp_path, gzip.compress(content) if packed else content, name="baseline.json")
    assert summary(items) == ["1", "2", "3", "4", "-7", "-8"]
    assert all(item.key.source is Source.PUBMED for item in items if isinstance(item, Record | Deletion))


def test_an_article_alone_and_several_documents_in_one_file(tmp_path: Path) -> None:
    assert summary(read_bytes(tmp_path, THREE[0].encode())) == ["1"]
    assert summary(read_bytes(tmp_path, BOOK.encode())) == ["4"]
    joined = article_set(THREE[0]) + article_set(THREE[1])
    assert summary(read_bytes(tmp_path, joined.encode())) == ["1", "2"]


def test_layout_comments_and_attribute_order_make_no_version(tmp_path: Path) -> None:
    loose = (
        THREE[0]
        .replace("><", ">\n   <")
        .replace('Status="MEDLINE" Owner="NLM"', "Owner='NLM'  Status='MEDLINE'")
        .replace("<Article>", "<!-- set by hand --><Article>")
    )
    assert summary(read_bytes(tmp_path, article_set(THREE[0], loose).encode())) == ["1", "=1"]


def test_space_between_marked_up_words_is_text(tmp_path: Path) -> None:
    (item,) = read_bytes(tmp_path, article(1, title="<i>Ex</i> <b>vivo</b>\n <sup>2</sup>").encode())
    assert isinstance(item, Record)
    assert parse_record(item).text("title") == "Ex vivo\n 2"


def test_two_versions_of_one_article_both_come_in_order(tmp_path: Path) -> None:
    changed = article(1, title="Retitled")
    assert summary(read_bytes(tmp_path, article_set(THREE[0], changed, THREE[0]).encode())) == ["1", "1", "=1"]


def test_unknown_elements_do_not_matter(tmp_path: Path) -> None:
    odd = article(2, extra="<Novelty kind='x'><Deep>text</Deep></Novelty>")
    items = read_bytes(tmp_path, article_set(THREE[0], "<Advert>buy</Advert>", odd).encode())
    assert summary(items) == ["1", "2"]
    assert isinstance(items[1], Record)
    assert parse_record(items[1]).text("title").startswith("Stromal cells")
    assert b"Novelty" in items[1].raw


@pytest.mark.parametrize(
    "broken",
    [
        article(2).replace("</ArticleTitle>", ""),
        article(2).replace("–", "&"),
        article(2).replace("–", "\x0b"),
        article(2).replace("–", "&undefined;"),
        article(2).replace('<PMID Version="1">2</PMID>', ""),
        article(2).replace(">2<", ">two<"),
        article(2).replace("</PubmedArticle>", ""),
        "<PubmedArticle/>",
        "<PubmedArticle></PubmedArticle>",
        "<PubmedArticle>wrong format",
    ],
)
@pytest.mark.parametrize("chunk_bytes", [64, 1 << 20])
def test_a_broken_article_costs_only_itself(
    tmp_path: Path, broken: str, chunk_bytes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(byte_streams, "CHUNK_BYTES", chunk_bytes)
    items = read_bytes(tmp_path, article_set(THREE[0], broken, THREE[2]).encode())
    assert summary(items) == ["1", "!", "3"]
    rejected = items[1]
    assert isinstance(rejected, Rejected)
    assert rejected.locator == "element 2 <PubmedArticle>"
    assert rejected.raw.startswith(b"<PubmedArticle")
    assert rejected.remedy


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cut=st.integers(1, len(article_set(*THREE).encode()) - 2))
def test_cut_anywhere_the_whole_articles_before_the_cut_come_out(cut: int, tmp_path: Path) -> None:
    content = article_set(*THREE).encode()[:cut]
    items = read_bytes(tmp_path, content)
    whole = content.count(b"</PubmedArticle>")
    assert summary(items) == [*"123"[:whole], "!"]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(junk=st.binary(max_size=60), at=st.integers(0, 2))
def test_any_bytes_between_articles_lose_none(junk: bytes, at: int, tmp_path: Path) -> None:
    parts = [part.encode() for part in THREE]
    if b"<!ENTITY" in junk or b"<" in junk:
        return
    parts.insert(at, junk)
    items = read_bytes(tmp_path, b"<PubmedArticleSet>" + b"\n".join(parts) + b"</PubmedArticleSet>")
    assert summary(items) == ["1", "2", "3"]


def test_a_truncated_gzip_gives_every_article_before_the_break(tmp_path: Path) -> None:
    many = [article(number, title=f"{number * 7919:x}") for number in range(1, 500)]
    items = read_bytes(tmp_path, gzip.compress(article_set(*many).encode())[:-500])
    found = summary(items)[:-1]
    assert len(found) > 300
    assert found == [str(number) for number in range(1, len(found) + 1)]
    assert "cut off" in reasons(items)[0]
    assert len(reasons(items)) == 1


BOMB = (
    '<?xml version="1.0"?><!DOCTYPE PubmedArticleSet [<!ENTITY a "ha">'
    + "".join(
        f'<!ENTITY {name} "{("&" + before + ";") * 10}">' for before, name in zip("abcdefgh", "bcdefghi", strict=True)
    )
    + "]><PubmedArticleSet>"
    + article(1, title="&i;")
    + "</PubmedArticleSet>"
)


def test_an_entity_bomb_is_refused_at_once(tmp_path: Path) -> None:
    start = time.perf_counter()
    items = read_bytes(tmp_path, BOMB.encode())
    assert summary(items) == ["!"]
    assert "entities" in reasons(items)[0]
    assert time.perf_counter() - start < 1


def test_an_entity_declared_late_is_refused_too(tmp_path: Path) -> None:
    padding = "<!--" + "x" * (1 << 17) + "-->"
    items = read_bytes(tmp_path, BOMB.replace("[<!ENTITY a", f"[{padding}<!ENTITY a").encode())
    assert "!" in summary(items)
    assert not any(isinstance(item, Record) for item in items)


@pytest.mark.parametrize("kind", ["SYSTEM", "PUBLIC 'x'"])
def test_external_entities_fetch_nothing(tmp_path: Path, kind: str) -> None:
    secret = tmp_path / "secret"
    secret.write_text("the secret")
    declared = f'<!DOCTYPE PubmedArticleSet [<!ENTITY x {kind} "file://{secret}">]>'
    for doctype in (declared, ""):
        content = f"{doctype}<PubmedArticleSet>{article(1, title='&x;')}{article(2)}</PubmedArticleSet>"
        items = read_bytes(tmp_path, content.encode())
        assert "1" not in summary(items)
        assert all(b"the secret" not in item.raw for item in items if isinstance(item, Record | Rejected))


@pytest.mark.parametrize(
    ("encoding", "declared"), [("iso-8859-1", True), ("utf-16", True), ("utf-8-sig", True), ("windows-1252", True)]
)
def test_declared_encodings_are_read(tmp_path: Path, encoding: str, declared: bool) -> None:
    name = encoding.removesuffix("-sig")
    text = article_set(article(1, title="Zürich"), declaration=f'<?xml version="1.0" encoding="{name}"?>')
    (item,) = read_bytes(tmp_path, text.encode(encoding))
    assert isinstance(item, Record)
    assert parse_record(item).text("title") == "Zürich"


def test_a_wrong_encoding_costs_only_the_articles_it_touches(tmp_path: Path) -> None:
    content = article_set(article(1, title="plain"), article(2, title="Zürich"), article(3, title="plain"))
    items = read_bytes(tmp_path, content.encode("latin-1"))
    assert summary(items) == ["1", "!", "3"]
    assert read_bytes(tmp_path, b'<?xml version="1.0" encoding="klingon"?><PubmedArticleSet/>')[0]
    assert "klingon" in reasons(read_bytes(tmp_path, b'<?xml version="1.0" encoding="klingon"?><x/>'))[0]


def test_an_error_in_place_of_records_is_said(tmp_path: Path) -> None:
    items = read_bytes(tmp_path, b"<eFetchResult><ERROR>Empty result - nothing to do</ERROR></eFetchResult>")
    assert "an error of NCBI" in reasons(items)[0]


def test_an_empty_set_holds_nothing_and_that_is_no_error(tmp_path: Path) -> None:
    assert read_bytes(tmp_path, article_set().encode()) == []
    for empty in (b"<PubmedArticleSet></PubmedArticleSet>", b"<PubmedArticleSet/>", b'<PubmedArticleSet a="b" />'):
        assert read_bytes(tmp_path, empty) == []


@pytest.mark.parametrize("chunk_bytes", [3, 1 << 20])
def test_a_container_with_long_attributes(tmp_path: Path, chunk_bytes: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(byte_streams, "CHUNK_BYTES", chunk_bytes)
    opened = f'<PubmedArticleSet source="{"x" * 500}">'
    assert summary(read_bytes(tmp_path, f"{opened}{THREE[0]}</PubmedArticleSet >".encode())) == ["1"]
    assert summary(read_bytes(tmp_path, f"{opened}{THREE[0]}".encode())) == ["1", "!"]


def test_a_baseline_file_is_read_in_bounded_memory_and_fast(tmp_path: Path) -> None:
    filler = "<OtherAbstract><AbstractText>" + "knee " * 300 + "</AbstractText></OtherAbstract>"
    path = tmp_path / "baseline.gz"
    content = article_set(*(article(number, extra=filler) for number in range(1, 8001))).encode()
    assert len(content) > 12_000_000
    path.write_bytes(gzip.compress(content, compresslevel=1))
    del content
    tracemalloc.start()
    count = sum(isinstance(item, Record) for item in read_files([path], fetched_at=NOW))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 8000
    assert peak < 12_000_000
