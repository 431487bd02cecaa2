"""Publications made up for tests: no sentence of them was ever published."""

from __future__ import annotations

from collections.abc import Sequence

from mscminer.core.documents import ArticleFields, Concept, Document, Section
from mscminer.core.records import RecordKey, Source

Part = tuple[str, str]
"""Heading ("" for none) and text."""


def publication(
    title: str, *parts: Part | str, types: Sequence[str] = ("Journal Article",), pmid: str = "99000001"
) -> Document:
    """A PubMed document with a title and the parts of an abstract."""
    pairs = [("", part) if isinstance(part, str) else part for part in parts]
    sections = [Section(name="title", text=title)] if title else []
    sections += [
        Section(name=f"abstract.{number}", text=text, label=label) for number, (label, text) in enumerate(pairs)
    ]
    return Document(
        key=RecordKey(source=Source.PUBMED, id=pmid),
        sections=tuple(sections),
        article=ArticleFields(publication_types=tuple(Concept(name=name) for name in types)),
    )
