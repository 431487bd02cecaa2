"""Every file of the development data's NCBI folder is read, or refused with a reason and a remedy."""

from __future__ import annotations

import pytest

from mscminer.core.documents import Document
from mscminer.core.records import Media, Record, Rejected
from mscminer.harvest.files import Item, Tally, read_files
from mscminer.harvest.parsing import parse_record
from tests.conftest import NOW

pytestmark = pytest.mark.shared


@pytest.fixture(scope="module")
def by_file(request: pytest.FixtureRequest) -> dict[str, list[Item]]:
    folder = request.getfixturevalue("shared_dir") / "data/ncbi_xml"
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): list(read_files([path], fetched_at=NOW)) for path in files}


def _documents(items: list[Item]) -> list[Document]:
    return [parse_record(item) for item in items if isinstance(item, Record)]


def _reason(items: list[Item]) -> str:
    (item,) = items
    assert isinstance(item, Rejected)
    assert item.remedy
    assert item.locator == "file"
    return item.reason


def test_every_file_gives_something_and_every_record_a_text(by_file: dict[str, list[Item]]) -> None:
    assert len(by_file) > 180
    for name, items in by_file.items():
        assert items, name
        assert all(item.reason and item.remedy for item in items if isinstance(item, Rejected)), name
        assert all(document.sections or document.article for document in _documents(items)), name


def test_articles_are_read_whole(by_file: dict[str, list[Item]]) -> None:
    for name, items in by_file.items():
        is_article = "pmid_xml/" in name or "Entrez/pubmed" in name or "tests/pubmed_" in name
        if is_article and name.endswith(".xml"):
            assert all(isinstance(item, Record) for item in items), name
            assert all(document.text("title") for document in _documents(items)), name


def test_medline_text_is_read_whole(by_file: dict[str, list[Item]]) -> None:
    citations = _documents(by_file["medline_text/p1m-ortho_citations.nbib"])
    assert len(citations) == 200
    assert all(citation.text("title") and citation.article and citation.article.published for citation in citations)


@pytest.mark.parametrize(
    ("part", "word"),
    [
        ("cassettes/", "recording"),
        ("Entrez/esearch", "ids without records"),
        ("Entrez/esummary", "summaries"),
        ("Entrez/elink", "links"),
        ("Entrez/epost", "upload"),
        ("Entrez/einfo", "description"),
        ("Entrez/espell", "spelling"),
        ("Entrez/pubmed3.html", "web page"),
        (".bib", "BibTeX"),
        ("LICENSE", "another kind"),
    ],
)
def test_files_of_another_kind_are_named(by_file: dict[str, list[Item]], part: str, word: str) -> None:
    chosen = {name: items for name, items in by_file.items() if part in name}
    assert chosen
    assert all(word in _reason(items) for items in chosen.values())


def test_full_texts_stand_beside_their_pubmed_records(by_file: dict[str, list[Item]]) -> None:
    texts = [item for name, items in by_file.items() if name.startswith("pmc_jats_msc/") for item in items]
    records = [item for item in texts if isinstance(item, Record)]
    assert len(records) == len(texts) == 5
    assert {record.media for record in records} == {Media.JATS_XML}
    articles = {str(document.key): document.article for document in _documents(texts)}
    found = {key: (article.pmid, article.full_text_ids) for key, article in articles.items() if article}
    assert found == {
        "pmc:PMC5009698": ("27585696", ()),
        "pmc:PMC5320771": ("28222801", ("IRCT2016022826316N2",)),
        "pmc:PMC5541727": ("28768528", ("NCT01088191",)),
        "pmc:PMC5753687": ("28873511", ("NCT02445547",)),
        "pmc:PMC5861900": ("28977399", ("NCT02065245",)),
    }


def test_malformed_ones_are_accounted_for_record_by_record(by_file: dict[str, list[Item]]) -> None:
    folder = "jabref/jablib/src/test/resources/org/jabref/logic/importer/fileformat/"
    tallies = {}
    for name in ("MedlineImporterTestMalformedEntry.xml", "MedlinePlainImporterTestMultipleEntries.txt"):
        tally = Tally()
        for item in by_file[folder + name]:
            tally.add(item)
        tallies[name] = (tally.read, tally.records, tally.rejected)
    assert tallies == {
        "MedlineImporterTestMalformedEntry.xml": (1, 0, 1),
        "MedlinePlainImporterTestMultipleEntries.txt": (8, 5, 3),
    }
