"""Full texts of PubMed Central (JATS XML) as Records, and as Documents.

A full text is a record of its own beside the article's PubMed record, which it never replaces.  Title, abstract and
keywords become sections.  The body is only searched for registration numbers: it speaks of many other studies, and
what is extracted from it would not be comparable with what abstracts say.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final

from lxml import etree

from mscminer.core.documents import ArticleFields, Concept, DatedEvent, Document, Section
from mscminer.core.errors import RecordError
from mscminer.core.ids import find_registry_ids
from mscminer.core.records import Media, Record, RecordKey, Source
from mscminer.harvest.dates import iso_date
from mscminer.harvest.safe_xml import find_text, parse_xml, text_of

_META: Final = "front/article-meta"
_NOT_ABSTRACTS: Final = frozenset({"graphical", "teaser", "toc", "precis", "executive-summary", "web-summary"})
_LANGUAGE: Final = "{http://www.w3.org/XML/1998/namespace}lang"


def build_full_text_record(article: etree._Element, *, fetched_at: datetime, origin: str = "") -> Record:
    """The Record of a JATS ``article`` element.

    Raises:
        RecordError: if it lacks a PMCID, or a PMID to say which article it is.
    """
    pmcid, pmid = _article_id(article, "pmc"), _article_id(article, "pmid")
    if not pmid or not pmcid:
        raise RecordError(
            f"a full text without {'a PMID' if pmcid else 'a PMCID'}",
            remedy="Load the article's PubMed record instead.",
        )
    try:
        key = RecordKey(source=Source.PMC, id=f"PMC{pmcid}")
    except ValueError as error:
        raise RecordError(str(error), remedy="Fetch the full text again from PubMed Central.") from error
    article.tail = None
    raw = etree.tostring(article, method="c14n", with_comments=False)
    return Record(key=key, media=Media.JATS_XML, raw=raw, fetched_at=fetched_at, origin=origin)


def parse_full_text(record: Record) -> Document:
    """The Document of a full text: its title, abstract and keywords, and the registry ids of all of it.

    Raises:
        RecordError: if the bytes are not a JATS article.
    """
    try:
        article = parse_xml(record.raw)
    except RecordError as error:
        raise RecordError(error.message, where=str(record.key), remedy=error.remedy) from error
    meta = article.find(_META)
    if meta is None:
        raise RecordError("no JATS article", where=str(record.key), remedy="Fetch it again from PubMed Central.")
    sections = tuple(section for section in _sections(meta) if section.text)
    return Document(key=record.key, sections=sections, article=_fields(article, meta), note=record.note)


def _article_id(article: etree._Element, kind: str) -> str:
    for ident in article.iterfind(f"{_META}/article-id"):
        if ident.get("pub-id-type") == kind:
            return text_of(ident).removeprefix("PMC")
        if kind == "pmc" and ident.get("pub-id-type") in ("pmcid", "pmc-aid"):
            return text_of(ident).removeprefix("PMC")
    return ""


def _sections(meta: etree._Element) -> Iterator[Section]:
    yield Section(name="title", text=find_text(meta, "title-group/article-title"))
    translated = meta.find("title-group/trans-title-group")
    if translated is not None:
        language = translated.get(_LANGUAGE, "")
        yield Section(name="vernacular_title", text=find_text(translated, "trans-title"), language=language)
    yield from _abstract("abstract", meta.iterfind("abstract"))
    yield from _abstract("other_abstract", meta.iterfind("trans-abstract"))
    for n, keyword in enumerate(_keywords(meta)):
        yield Section(name=f"keyword.{n}", text=keyword)


def _abstract(name: str, abstracts: Iterable[etree._Element]) -> Iterator[Section]:
    n = 0
    for abstract in abstracts:
        if abstract.get("abstract-type") in _NOT_ABSTRACTS:
            continue
        for part in abstract.findall("sec") or [abstract]:
            text = "\n".join(text_of(child) for child in part if child.tag != "title")
            language = abstract.get(_LANGUAGE, "")
            yield Section(
                name=f"{name}.{n}",
                text=text.strip(),
                label=find_text(part, "title") if part.tag == "sec" else "",
                language="" if language == "en" else language,
            )
            n += 1


def _keywords(meta: etree._Element) -> tuple[str, ...]:
    texts = (text_of(keyword) for keyword in meta.iterfind("kwd-group/kwd"))
    return tuple(dict.fromkeys(text for text in texts if text))


def _fields(article: etree._Element, meta: etree._Element) -> ArticleFields:
    dates = tuple(_dates(meta))
    by_kind = {event.kind: event.date for event in reversed(dates)}
    published = next((by_kind[kind] for kind in ("epub", "pub", "ppub", "collection") if kind in by_kind), "")
    kind = article.get("article-type", "")
    return ArticleFields(
        journal=find_text(article, "front/journal-meta//journal-title"),
        published=published,
        published_as_given=published,
        languages=tuple(code for code in (article.get(_LANGUAGE),) if code),
        publication_types=(Concept(name=kind),) if kind else (),
        keywords=_keywords(meta),
        authors=tuple(_authors(meta)),
        doi=_article_id(article, "doi"),
        pmcid=f"PMC{_article_id(article, 'pmc')}",
        pmid=_article_id(article, "pmid"),
        volume=find_text(meta, "volume"),
        issue=find_text(meta, "issue"),
        pages=find_text(meta, "elocation-id")
        or "-".join(page for page in (find_text(meta, "fpage"), find_text(meta, "lpage")) if page),
        full_text_ids=_ids(article),
        dates=dates,
    )


def _authors(meta: etree._Element) -> Iterator[str]:
    for contributor in meta.iterfind("contrib-group/contrib"):
        if contributor.get("contrib-type", "author") == "author":
            names = (find_text(contributor, "name/given-names"), find_text(contributor, "name/surname"))
            name = " ".join(part for part in names if part) or find_text(contributor, "collab")
            if name:
                yield name


def _dates(meta: etree._Element) -> Iterator[DatedEvent]:
    for date in [*meta.iterfind("pub-date"), *meta.iterfind("history/date")]:
        parts = (find_text(date, name) for name in ("year", "month", "day"))
        kind = date.get("pub-type") or date.get("date-type") or ""
        iso = iso_date(*parts)
        if iso:
            yield DatedEvent(kind=kind, date=iso)


def _ids(article: etree._Element) -> tuple[str, ...]:
    """Registry ids in the full text without its references, which are other people's studies."""
    for references in article.findall(".//ref-list"):
        parent = references.getparent()
        if parent is not None:
            parent.remove(references)
    text = " ".join(str(piece) for piece in article.itertext())
    return tuple(dict.fromkeys(ident.id for ident in find_registry_ids(text)))
