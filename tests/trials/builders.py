"""Short ways to registrations, papers, extractions and census rows for tests."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from mscminer.core.documents import ArticleFields, Document, Section, StudyFields
from mscminer.core.facts import Extraction, Fact, Maker, Value
from mscminer.core.records import RecordKey, Source
from mscminer.core.trials import CensusRow, Link, LinkType, Sourced
from mscminer.core.vocabulary import Absence, Field

MAKER = Maker(name="test-extract", version="1")


def nct(number: int) -> str:
    return f"NCT{number:08d}"


def registration(number: int, title: str = "Cells for knees", **study: Any) -> Document:
    """A registration with a title and the given study fields."""
    texts = study.pop("texts", {})
    return Document(
        key=RecordKey(source=Source.CTGOV, id=nct(number)),
        sections=tuple(Section(name=name, text=text) for name, text in {"title": title, **texts}.items()),
        study=StudyFields(study_type="INTERVENTIONAL", **study),
    )


def paper(pmid: int, title: str = "Cells for knees: results", abstract: str = "", **article: Any) -> Document:
    """A publication with title, abstract and the given article fields."""
    texts = {"title": title, "abstract.0": abstract}
    return Document(
        key=RecordKey(source=Source.PUBMED, id=str(pmid)),
        sections=tuple(Section(name=name, text=text) for name, text in texts.items() if text),
        article=ArticleFields(**article),
    )


def extraction(document: Document, values: dict[Field, Value | Absence | Iterable[Value]]) -> Extraction:
    """An extraction with the given values; a list or tuple gives a fact each; other fields are not stated."""
    facts = []
    for name in Field:
        given = values.get(name, Absence.NOT_STATED)
        many = list(given) if isinstance(given, list | tuple) else [given]
        facts += [Fact(field=name, value=value, confidence=0.9, maker=MAKER) for value in many]  # type: ignore[arg-type]
    return Extraction(key=document.key, document=document.version, maker=MAKER, facts=tuple(facts))


def sourced(document: Document, **values: Any) -> Sourced:
    """A document with an extraction of the values given by field name."""
    return Sourced(
        document=document, extraction=extraction(document, {Field(name): value for name, value in values.items()})
    )


def result_link(paper_document: Document, trial: Document, type: LinkType = LinkType.RESULT) -> Link:
    return Link(a=paper_document.key, b=trial.key, type=type, basis="reference", reason="the registration says so")


def row(number: int, **values: Any) -> CensusRow:
    """An interventional study with MSC cells, first posted in 2015."""
    given: dict[str, Any] = {
        "msc": "cells",
        "study_type": "interventional",
        "status": "completed",
        "first_posted": "2015-06-01",
    }
    return CensusRow(id=nct(number), **{**given, **values})
