"""An article or book chapter of PubMed (efetch and baseline XML) as a Record, and as a Document.

Element names are those of NLM's DTD, https://dtd.nlm.nih.gov/ncbi/pubmed/doc/out/250101/index.html.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final

from lxml import etree

from mscminer.core.documents import ArticleFields, Concept, Correction, DatedEvent, Document, Section
from mscminer.core.errors import RecordError
from mscminer.core.ids import find_registry_ids
from mscminer.core.records import Media, Record, RecordKey, Source
from mscminer.harvest.dates import first_date, iso_date
from mscminer.harvest.safe_xml import find_text, parse_xml, text_of

ARTICLE_TAGS: Final = ("PubmedArticle", "PubmedBookArticle")

_MIXED: Final = frozenset(
    {
        "Affiliation",
        "AbstractText",
        "ArticleTitle",
        "BookTitle",
        "Citation",
        "CoiStatement",
        "CollectionTitle",
        "CollectiveName",
        "CopyrightInformation",
        "GeneralNote",
        "Keyword",
        "SectionTitle",
        "Suffix",
        "VernacularTitle",
        "VolumeTitle",
    }
)
"""Elements with text and markup mixed: white space in them is text.  Everywhere else it is layout."""

_NOTE_OWNER: Final = "mscminer"
"""``<GeneralNote Owner="mscminer">restated</GeneralNote>`` marks an article that we wrote ourselves (Record.note)."""


def citation_of(article: etree._Element) -> etree._Element | None:
    """The element that holds the PMID: MedlineCitation, or BookDocument for a book."""
    citation = article.find("MedlineCitation")
    return citation if citation is not None else article.find("BookDocument")


def article_pmid(article: etree._Element) -> str:
    """The article's PMID.

    Raises:
        RecordError: if there is none of the right form.
    """
    citation = citation_of(article)
    pmid = find_text(citation, "PMID") if citation is not None else ""
    if not pmid.isascii() or not pmid.isdigit() or not 1 <= len(pmid.lstrip("0")) <= 9:
        raise RecordError(
            f"the article has no PMID ({pmid!r})" if pmid else "the article has no PMID",
            remedy="Fetch it from PubMed by its PMID.",
        )
    return pmid.lstrip("0")


def canonical_xml(article: etree._Element) -> bytes:
    """The one article as canonical XML (C14N: UTF-8, sorted attributes) without layout white space and comments.

    The element is changed: its layout white space goes, and so does its tail.
    """
    article.tail = None
    _drop_layout(article)
    return etree.tostring(article, method="c14n", with_comments=False)


def _drop_layout(element: etree._Element) -> None:
    if element.tag in _MIXED or not len(element):
        return
    if element.text is not None and not element.text.strip():
        element.text = None
    for child in element:
        if child.tail is not None and not child.tail.strip():
            child.tail = None
        _drop_layout(child)


def build_article_record(
    article: etree._Element, *, fetched_at: datetime, origin: str = "", note: str | None = None
) -> Record:
    """The Record of a ``PubmedArticle`` or ``PubmedBookArticle`` element; the element is changed (`canonical_xml`).

    Raises:
        RecordError: if it has no PMID.
    """
    key = RecordKey(source=Source.PUBMED, id=article_pmid(article))
    citation = citation_of(article)
    assert citation is not None
    return Record(
        key=key,
        media=Media.PUBMED_XML,
        raw=canonical_xml(article),
        fetched_at=fetched_at,
        revised_at=_date(citation.find("DateRevised")) or None,
        origin=origin,
        note=note or _own_note(citation),
    )


def _own_note(citation: etree._Element) -> str | None:
    for note in citation.iterfind("GeneralNote"):
        if note.get("Owner") == _NOTE_OWNER:
            return text_of(note) or None
    return None


def parse_article(record: Record) -> Document:
    """The Document of an article or book chapter.

    Raises:
        RecordError: if the bytes are not such an article.
    """
    where = str(record.key)
    try:
        article = parse_xml(record.raw)
    except RecordError as error:
        raise RecordError(error.message, where=where, remedy=error.remedy) from error
    citation = citation_of(article)
    if article.tag not in ARTICLE_TAGS or citation is None:
        raise RecordError(f"<{article.tag}> is not an article", where=where, remedy="Fetch it again from PubMed.")
    is_book = citation.tag == "BookDocument"
    sections = tuple(section for section in _sections(citation, is_book=is_book) if section.text)
    fields = _book_fields(article, citation) if is_book else _article_fields(article, citation)
    return Document(key=record.key, sections=sections, article=fields, note=record.note)


def _sections(citation: etree._Element, *, is_book: bool) -> Iterator[Section]:
    article = citation if is_book else citation.find("Article")
    if article is None:
        return
    title = find_text(article, "ArticleTitle") or find_text(citation, "Book/BookTitle")
    yield Section(name="title", text=title)
    yield Section(
        name="vernacular_title", text=find_text(article, "VernacularTitle"), language=_foreign_language(article)
    )
    yield from _abstract("abstract", article.iterfind("Abstract"))
    yield from _abstract("other_abstract", citation.iterfind("OtherAbstract"))
    for n, keyword in enumerate(citation.iterfind("KeywordList/Keyword")):
        yield Section(name=f"keyword.{n}", text=text_of(keyword))
    for n, (bank, number) in enumerate(_databank_numbers(article)):
        yield Section(name=f"databank.{n}", text=number, label=bank)


def _foreign_language(article: etree._Element) -> str:
    codes = [text_of(language) for language in article.iterfind("Language")]
    return next((code for code in codes if code != "eng"), "")


def _abstract(name: str, abstracts: Iterable[etree._Element]) -> Iterator[Section]:
    n = 0
    for abstract in abstracts:
        language = abstract.get("Language", "")
        for part in abstract.iterfind("AbstractText"):
            label = part.get("Label") or ""
            yield Section(
                name=f"{name}.{n}", text=text_of(part), label=label, language="" if language == "eng" else language
            )
            n += 1


def _databank_numbers(article: etree._Element) -> Iterator[tuple[str, str]]:
    for bank in article.iterfind("DataBankList/DataBank"):
        for number in bank.iterfind("AccessionNumberList/AccessionNumber"):
            yield find_text(bank, "DataBankName"), text_of(number)


def _article_fields(pubmed_article: etree._Element, citation: etree._Element) -> ArticleFields:
    article = citation.find("Article")
    if article is None:
        article = etree.Element("Article")
    issue = article.find("Journal/JournalIssue")
    given = _date_as_given(issue.find("PubDate") if issue is not None else None)
    dates = tuple(_dates(pubmed_article, citation, article))
    return ArticleFields(
        journal=find_text(article, "Journal/Title") or find_text(citation, "MedlineJournalInfo/MedlineTA"),
        published=_date(issue.find("PubDate") if issue is not None else None),
        published_as_given=given,
        entered=_entered(dates),
        revised=_date(citation.find("DateRevised")),
        languages=_texts(article, "Language"),
        publication_types=_publication_types(article.iterfind("PublicationTypeList/PublicationType")),
        mesh=tuple(_mesh(citation)),
        keywords=_texts(citation, "KeywordList/Keyword"),
        databank_ids=_databank_ids(article),
        corrections=_corrections(citation),
        authors=_authors(article.iterfind("AuthorList/Author")),
        doi=_doi(pubmed_article, article),
        pmcid=_article_id(pubmed_article, "pmc"),
        volume=find_text(article, "Journal/JournalIssue/Volume"),
        issue=find_text(article, "Journal/JournalIssue/Issue"),
        pages=find_text(article, "Pagination/MedlinePgn") or _page_range(article),
        status=citation.get("Status", ""),
        dates=dates,
    )


def _book_fields(pubmed_article: etree._Element, book: etree._Element) -> ArticleFields:
    published = book.find("Book/PubDate")
    dates = tuple(_dates(pubmed_article, book, book))
    return ArticleFields(
        journal=find_text(book, "Book/BookTitle"),
        published=_date(published),
        published_as_given=_date_as_given(published),
        entered=_entered(dates),
        revised=_date(book.find("DateRevised")),
        languages=_texts(book, "Language"),
        publication_types=_publication_types(book.iterfind("PublicationType")),
        keywords=_texts(book, "KeywordList/Keyword"),
        authors=_authors([*book.iterfind("AuthorList/Author"), *book.iterfind("Book/AuthorList/Author")]),
        doi=_doi(pubmed_article, book),
        pmcid=_article_id(pubmed_article, "pmc"),
        volume=find_text(book, "Book/Volume"),
        pages=find_text(book, "Pagination/MedlinePgn") or _page_range(book),
        is_book=True,
        dates=dates,
    )


def _texts(element: etree._Element, path: str) -> tuple[str, ...]:
    texts = (text_of(found) for found in element.iterfind(path))
    return tuple(dict.fromkeys(text for text in texts if text))


def _publication_types(elements: Iterable[etree._Element]) -> tuple[Concept, ...]:
    return tuple(Concept(name=text_of(element), ui=element.get("UI", "")) for element in elements)


def _mesh(citation: etree._Element) -> Iterator[Concept]:
    """Descriptors, each followed by its qualified forms (``Mesenchymal Stem Cells/cytology``, D044982Q000166)."""
    for heading in citation.iterfind("MeshHeadingList/MeshHeading"):
        descriptor = heading.find("DescriptorName")
        if descriptor is None:
            continue
        name, ui = text_of(descriptor), descriptor.get("UI", "")
        qualifiers = heading.findall("QualifierName")
        major = any(part.get("MajorTopicYN") == "Y" for part in (descriptor, *qualifiers))
        yield Concept(name=name, ui=ui, major=major)
        for qualifier in qualifiers:
            yield Concept(
                name=f"{name}/{text_of(qualifier)}",
                ui=f"{ui}{qualifier.get('UI', '')}",
                major=qualifier.get("MajorTopicYN") == "Y",
            )
    for supplement in citation.iterfind("SupplMeshList/SupplMeshName"):
        yield Concept(name=text_of(supplement), ui=supplement.get("UI", ""))


def _databank_ids(article: etree._Element) -> tuple[str, ...]:
    found = (ident.id for _, number in _databank_numbers(article) for ident in find_registry_ids(number))
    return tuple(dict.fromkeys(found))


def _corrections(citation: etree._Element) -> tuple[Correction, ...]:
    return tuple(
        Correction(type=link.get("RefType", ""), pmid=find_text(link, "PMID"), source=find_text(link, "RefSource"))
        for link in citation.iterfind("CommentsCorrectionsList/CommentsCorrections")
    )


def _authors(elements: Iterable[etree._Element]) -> tuple[str, ...]:
    names = (_author(element) for element in elements if element.get("ValidYN", "Y") == "Y")
    return tuple(dict.fromkeys(name for name in names if name))


def _author(element: etree._Element) -> str:
    parts = [find_text(element, "ForeName") or find_text(element, "Initials"), find_text(element, "LastName")]
    return " ".join(part for part in parts if part) or find_text(element, "CollectiveName")


def _doi(pubmed_article: etree._Element, article: etree._Element) -> str:
    for location in article.iterfind("ELocationID"):
        if location.get("EIdType") == "doi" and location.get("ValidYN", "Y") == "Y":
            return text_of(location)
    return _article_id(pubmed_article, "doi")


def _article_id(pubmed_article: etree._Element, kind: str) -> str:
    # Not a search at any depth: the ids of the reference list would be taken for the article's.
    for path in ("PubmedData/ArticleIdList", "PubmedBookData/ArticleIdList", "BookDocument/ArticleIdList"):
        for ident in pubmed_article.iterfind(f"{path}/ArticleId"):
            if ident.get("IdType") == kind:
                return text_of(ident)
    return ""


def _page_range(article: etree._Element) -> str:
    pages = (find_text(article, "Pagination/StartPage"), find_text(article, "Pagination/EndPage"))
    return "-".join(page for page in pages if page)


_DATE_KINDS: Final = {
    "DateCreated": "created",
    "DateCompleted": "completed",
    "DateRevised": "revised",
    "ContributionDate": "contribution",
    "Book/BeginningDate": "beginning",
    "Book/EndingDate": "ending",
}


def _dates(pubmed_article: etree._Element, citation: etree._Element, article: etree._Element) -> Iterator[DatedEvent]:
    for date in article.iterfind("ArticleDate"):
        yield from _event((date.get("DateType") or "Electronic").lower(), date)
    for path, kind in _DATE_KINDS.items():
        yield from _event(kind, citation.find(path))
    for path in ("PubmedData/History", "PubmedBookData/History"):
        for date in pubmed_article.iterfind(f"{path}/PubMedPubDate"):
            yield from _event(date.get("PubStatus", ""), date)


def _event(kind: str, element: etree._Element | None) -> Iterator[DatedEvent]:
    date = _date(element)
    if date:
        yield DatedEvent(kind=kind, date=date)


def _entered(dates: Iterable[DatedEvent]) -> str:
    """The day it entered PubMed (status ``entrez``), else the day its record was created."""
    by_kind = {event.kind: event.date for event in dates}
    return by_kind.get("entrez") or by_kind.get("pubmed") or by_kind.get("created") or ""


def _date(element: etree._Element | None) -> str:
    if element is None:
        return ""
    free = find_text(element, "MedlineDate")
    if free:
        return first_date(free)
    month = find_text(element, "Month") or find_text(element, "Season")
    return iso_date(find_text(element, "Year"), month, find_text(element, "Day"))


def _date_as_given(element: etree._Element | None) -> str:
    if element is None:
        return ""
    parts = (find_text(element, name) for name in ("MedlineDate", "Year", "Season", "Month", "Day"))
    return " ".join(part for part in parts if part)
