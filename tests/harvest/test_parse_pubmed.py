"""What is kept of an article or book of PubMed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from mscminer.core.documents import (
    Concept,
    Correction,
    DatedEvent,
    Document,
    Kind,
    document_from_json,
    document_to_json,
)
from mscminer.core.errors import RecordError
from mscminer.core.records import Media, Record, RecordKey, Source
from mscminer.harvest.dates import first_date, iso_date
from mscminer.harvest.parsing import parse_record
from mscminer.harvest.pubmed_xml import build_article_record
from mscminer.harvest.safe_xml import parse_xml
from tests.conftest import NOW

ARTICLE = """
<PubmedArticle>
 <MedlineCitation Status="MEDLINE" Owner="NLM">
  <PMID Version="2">12345</PMID>
  <DateCompleted><Year>2020</Year><Month>02</Month><Day>01</Day></DateCompleted>
  <DateRevised><Year>2021</Year><Month>12</Month><Day>31</Day></DateRevised>
  <Article PubModel="Print-Electronic">
   <Journal>
    <JournalIssue CitedMedium="Print"><Volume>7</Volume><Issue>3</Issue>
     <PubDate><MedlineDate>2019 Nov-Dec</MedlineDate></PubDate></JournalIssue>
    <Title>Journal of Made-up Cells</Title>
   </Journal>
   <ArticleTitle>[Stromal cells for <i>Rattus</i> and <b>people</b>: CO<sub>2</sub> matters].</ArticleTitle>
   <Pagination><StartPage>10</StartPage><EndPage>19</EndPage><MedlinePgn>10-9</MedlinePgn></Pagination>
   <ELocationID EIdType="pii" ValidYN="Y">S0</ELocationID>
   <ELocationID EIdType="doi" ValidYN="N">10.1/wrong</ELocationID>
   <ELocationID EIdType="doi" ValidYN="Y">10.1/right</ELocationID>
   <Abstract>
    <AbstractText Label="AIM" NlmCategory="OBJECTIVE">We gave cells.</AbstractText>
    <AbstractText Label="RESULTS">p&lt;0.05 &amp; <math xmlns="http://www.w3.org/1998/Math/MathML"><mi>x</mi></math>
     rose.</AbstractText>
    <AbstractText Label="EMPTY"/>
    <CopyrightInformation>Ours</CopyrightInformation>
   </Abstract>
   <AuthorList>
    <Author ValidYN="Y"><LastName>Doe</LastName><ForeName>Jane B</ForeName><Initials>JB</Initials></Author>
    <Author ValidYN="N"><LastName>Deo</LastName></Author>
    <Author ValidYN="Y"><CollectiveName>Cells for All group</CollectiveName></Author>
   </AuthorList>
   <Language>ger</Language><Language>eng</Language>
   <DataBankList>
    <DataBank><DataBankName>ClinicalTrials.gov</DataBankName>
     <AccessionNumberList><AccessionNumber>NCT00000001</AccessionNumber><AccessionNumber>nct 00000002</AccessionNumber>
     </AccessionNumberList></DataBank>
    <DataBank><DataBankName>GENBANK</DataBankName>
     <AccessionNumberList><AccessionNumber>AF078607</AccessionNumber></AccessionNumberList></DataBank>
   </DataBankList>
   <PublicationTypeList>
    <PublicationType UI="D016449">Randomized Controlled Trial</PublicationType>
    <PublicationType UI="D016441">Retracted Publication</PublicationType>
   </PublicationTypeList>
   <VernacularTitle>Stromazellen für Menschen</VernacularTitle>
   <ArticleDate DateType="Electronic"><Year>2019</Year><Month>10</Month><Day>5</Day></ArticleDate>
  </Article>
  <CommentsCorrectionsList>
   <CommentsCorrections RefType="RetractionIn"><RefSource>J Made-up. 2021</RefSource><PMID Version="1">777</PMID>
   </CommentsCorrections>
   <CommentsCorrections RefType="ErratumIn"><RefSource>J Made-up. 2020</RefSource></CommentsCorrections>
  </CommentsCorrectionsList>
  <MeshHeadingList>
   <MeshHeading><DescriptorName UI="D044982" MajorTopicYN="N">Mesenchymal Stem Cells</DescriptorName>
    <QualifierName UI="Q000166" MajorTopicYN="Y">cytology</QualifierName></MeshHeading>
   <MeshHeading><DescriptorName UI="D006801" MajorTopicYN="N">Humans</DescriptorName></MeshHeading>
  </MeshHeadingList>
  <SupplMeshList><SupplMeshName Type="Disease" UI="C000657245">Made-up disease</SupplMeshName></SupplMeshList>
  <OtherAbstract Type="Publisher" Language="ger"><AbstractText Label="ZIEL">Zellen.</AbstractText>
   <AbstractText>Mehr.</AbstractText></OtherAbstract>
  <KeywordList Owner="NOTNLM"><Keyword MajorTopicYN="N">stromal <i>cells</i></Keyword><Keyword> </Keyword></KeywordList>
 </MedlineCitation>
 <PubmedData>
  <History>
   <PubMedPubDate PubStatus="received"><Year>2019</Year><Month>1</Month><Day>2</Day></PubMedPubDate>
   <PubMedPubDate PubStatus="entrez"><Year>2019</Year><Month>10</Month><Day>6</Day><Hour>6</Hour></PubMedPubDate>
  </History>
  <ArticleIdList><ArticleId IdType="pubmed">12345</ArticleId><ArticleId IdType="pmc">PMC99</ArticleId></ArticleIdList>
  <ReferenceList><Reference><ArticleIdList><ArticleId IdType="doi">10.1/cited</ArticleId></ArticleIdList></Reference>
  </ReferenceList>
 </PubmedData>
</PubmedArticle>
"""


def _document(xml: str) -> Document:
    return parse_record(build_article_record(parse_xml(xml.strip().encode()), fetched_at=NOW))


@pytest.fixture(scope="module")
def document() -> Document:
    return _document(ARTICLE)


def test_texts(document: Document) -> None:
    found = [(section.name, section.label, section.language, section.text) for section in document.sections]
    assert found == [
        ("title", "", "", "[Stromal cells for Rattus and people: CO2 matters]."),
        ("vernacular_title", "", "ger", "Stromazellen für Menschen"),
        ("abstract.0", "AIM", "", "We gave cells."),
        ("abstract.1", "RESULTS", "", "p<0.05 & x\n     rose."),
        ("other_abstract.0", "ZIEL", "ger", "Zellen."),
        ("other_abstract.1", "", "ger", "Mehr."),
        ("keyword.0", "", "", "stromal cells"),
        ("databank.0", "ClinicalTrials.gov", "", "NCT00000001"),
        ("databank.1", "ClinicalTrials.gov", "", "nct 00000002"),
        ("databank.2", "GENBANK", "", "AF078607"),
    ]
    assert document.kind is Kind.PUBLICATION


def test_fields(document: Document) -> None:
    article = document.article
    assert article is not None
    assert article.journal == "Journal of Made-up Cells"
    assert (article.volume, article.issue, article.pages) == ("7", "3", "10-9")
    assert (article.published, article.published_as_given) == ("2019-11", "2019 Nov-Dec")
    assert (article.entered, article.revised) == ("2019-10-06", "2021-12-31")
    assert article.languages == ("ger", "eng")
    assert article.authors == ("Jane B Doe", "Cells for All group")
    assert (article.doi, article.pmcid, article.status) == ("10.1/right", "PMC99", "MEDLINE")
    assert article.publication_types[1] == Concept(name="Retracted Publication", ui="D016441")
    assert article.databank_ids == ("NCT00000001", "NCT00000002")
    assert article.keywords == ("stromal cells",)
    assert not article.is_book


def test_mesh_keeps_qualifiers_and_major_topics(document: Document) -> None:
    assert document.article is not None
    assert document.article.mesh == (
        Concept(name="Mesenchymal Stem Cells", ui="D044982", major=True),
        Concept(name="Mesenchymal Stem Cells/cytology", ui="D044982Q000166", major=True),
        Concept(name="Humans", ui="D006801"),
        Concept(name="Made-up disease", ui="C000657245"),
    )


def test_corrections_and_dates_of_every_kind(document: Document) -> None:
    assert document.article is not None
    assert document.article.corrections == (
        Correction(type="RetractionIn", pmid="777", source="J Made-up. 2021"),
        Correction(type="ErratumIn", source="J Made-up. 2020"),
    )
    assert document.article.dates == (
        DatedEvent(kind="electronic", date="2019-10-05"),
        DatedEvent(kind="completed", date="2020-02-01"),
        DatedEvent(kind="revised", date="2021-12-31"),
        DatedEvent(kind="received", date="2019-01-02"),
        DatedEvent(kind="entrez", date="2019-10-06"),
    )


def test_a_document_survives_its_plain_form(document: Document) -> None:
    assert document_from_json(document_to_json(document)) == document


def test_the_record(document: Document) -> None:
    record = build_article_record(parse_xml(ARTICLE.strip().encode()), fetched_at=NOW, origin="here")
    assert record.key == RecordKey(source=Source.PUBMED, id="12345")
    assert (record.media, record.revised_at, record.note) == (Media.PUBMED_XML, "2021-12-31", None)
    again = build_article_record(parse_xml(record.raw), fetched_at=NOW)
    assert again.sha256 == record.sha256


def test_a_text_of_our_own_is_marked(document: Document) -> None:
    ours = ARTICLE.replace("<KeywordList", '<GeneralNote Owner="mscminer">restated</GeneralNote><KeywordList')
    record = build_article_record(parse_xml(ours.strip().encode()), fetched_at=NOW)
    assert record.note == "restated"
    assert parse_record(record).note == "restated"


BOOK = """
<PubmedBookArticle><BookDocument>
 <PMID Version="1">54321</PMID>
 <ArticleIdList><ArticleId IdType="bookaccession">NBK1</ArticleId>
  <ArticleId IdType="doi">10.2/b</ArticleId></ArticleIdList>
 <Book><Publisher><PublisherName>P</PublisherName></Publisher><BookTitle book="b">A Guide to Cells</BookTitle>
  <PubDate><Year>2009</Year><Season>Spring</Season></PubDate>
  <AuthorList Type="editors"><Author><LastName>Roe</LastName><ForeName>R</ForeName></Author></AuthorList></Book>
 <ArticleTitle book="b" part="c">Chapter on stroma</ArticleTitle><Language>eng</Language>
 <AuthorList Type="authors"><Author><CollectiveName>Guild</CollectiveName></Author></AuthorList>
 <PublicationType UI="D016454">Review</PublicationType>
 <Abstract><AbstractText>All of it.</AbstractText></Abstract>
 <ContributionDate><Year>2010</Year><Month>5</Month><Day>6</Day></ContributionDate>
 <DateRevised><Year>2012</Year><Month>1</Month></DateRevised>
</BookDocument><PubmedBookData><History><PubMedPubDate PubStatus="entrez"><Year>2011</Year><Month>3</Month><Day>18</Day>
</PubMedPubDate></History></PubmedBookData></PubmedBookArticle>
"""


def test_a_book_chapter() -> None:
    document = _document(BOOK)
    assert [section.text for section in document.sections] == ["Chapter on stroma", "All of it."]
    article = document.article
    assert article is not None
    assert article.is_book
    assert (article.journal, article.published, article.published_as_given) == (
        "A Guide to Cells",
        "2009-03",
        "2009 Spring",
    )
    assert article.authors == ("Guild", "R Roe")
    assert (article.doi, article.revised, article.entered) == ("10.2/b", "2012-01", "2011-03-18")
    assert DatedEvent(kind="contribution", date="2010-05-06") in article.dates


@pytest.mark.parametrize("xml", ["<PubmedArticle/>", "<Other><MedlineCitation/></Other>", "<PubmedArticle>"])
def test_bytes_that_are_no_article_are_an_error_of_that_record(xml: str) -> None:
    record = Record(
        key=RecordKey(source=Source.PUBMED, id="1"), media=Media.PUBMED_XML, raw=xml.encode(), fetched_at=NOW
    )
    with pytest.raises(RecordError, match="pubmed:1"):
        parse_record(record)


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2019 Nov-Dec", "2019-11"),
        ("1998 Dec-1999 Jan", "1998-12"),
        ("Summer 2001", "2001-06"),
        ("2018 Nov 25", "2018-11-25"),
        ("2018 Nov 31", "2018-11"),
        ("2000-2001", "2000"),
        ("2013 06 10", "2013"),
        ("Winter 2001-2002", "2001-12"),
        ("no date", ""),
    ],
)
def test_free_dates(text: str, iso: str) -> None:
    assert first_date(text) == iso


@pytest.mark.parametrize(
    ("parts", "iso"),
    [
        (("2020", "2", "29"), "2020-02-29"),
        (("2021", "02", "29"), "2021-02"),
        (("2021", "Mar", "7"), "2021-03-07"),
        (("2021", "13", "7"), "2021"),
        (("21", "1", "7"), ""),
        (("2021", "", "7"), "2021"),
    ],
)
def test_dates_in_parts(parts: tuple[str, str, str], iso: str) -> None:
    assert iso_date(*parts) == iso


_TEXT = st.text(st.characters(blacklist_categories=["Cs", "Cc"], blacklist_characters="\ufffe\uffff"), max_size=40)


@given(title=_TEXT, parts=st.lists(st.tuples(_TEXT, _TEXT), max_size=4), keywords=st.lists(_TEXT, max_size=3))
def test_every_text_comes_out_as_it_went_in(title: str, parts: list[tuple[str, str]], keywords: list[str]) -> None:
    article = etree.Element("PubmedArticle")
    citation = etree.SubElement(article, "MedlineCitation")
    etree.SubElement(citation, "PMID").text = "5"
    inner = etree.SubElement(citation, "Article")
    etree.SubElement(inner, "ArticleTitle").text = title
    abstract = etree.SubElement(inner, "Abstract")
    for label, text in parts:
        etree.SubElement(abstract, "AbstractText", Label=label).text = text
    words = etree.SubElement(citation, "KeywordList")
    for keyword in keywords:
        etree.SubElement(words, "Keyword").text = keyword
    document = parse_record(build_article_record(article, fetched_at=NOW))
    assert document.text("title") == title.strip()
    kept = [text.strip() for _, text in parts if text.strip()]
    assert [section.text for section in document.sections_like("abstract")] == kept
    assert [section.text for section in document.sections_like("keyword")] == [k.strip() for k in keywords if k.strip()]
    for section in document.sections:
        evidence = document.evidence(section.name, 0, len(section.text))
        assert evidence.quote == section.text
