"""Documents to Extractions: one spaCy pipeline of small components, then the resolvers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from spacy.language import Language
from spacy.tokens import Doc
from spacy.util import load_model_from_path

import mscminer.extract.components  # noqa: F401  (registers the components)
from mscminer.core.documents import Document, Kind
from mscminer.core.errors import ModelError
from mscminer.core.facts import Extraction, Fact, Maker
from mscminer.core.vocabulary import PRODUCT_FIELDS, Absence, Field, MscClass
from mscminer.extract.components import JOINED
from mscminer.extract.lexicon import load_lexicon
from mscminer.extract.makers import current_maker
from mscminer.extract.model_files import find_model
from mscminer.extract.publications.screening import may_concern_msc
from mscminer.extract.registration import Resolved, Resolver
from mscminer.extract.relations import relate
from mscminer.extract.text import join_sections
from mscminer.extract.view import View, build_view, read_sections


@dataclass(frozen=True, kw_only=True)
class Extractor:
    """Extracts from documents; the same document gives the same extraction, alone or in any batch."""

    nlp: Language
    maker: Maker
    resolver: Resolver

    def extract(self, documents: Iterable[Document]) -> Iterator[Extraction]:
        """One extraction per document, in the same order."""
        for document in documents:
            yield self._one(document)

    def _one(self, document: Document) -> Extraction:
        if document.kind is Kind.PUBLICATION and not may_concern_msc(document):
            return self._screened_out(document)
        facts, resolved = self._facts(document)
        mentions, relations = relate(resolved, facts if document.kind is Kind.PUBLICATION else ())
        return Extraction(
            key=document.key,
            document=document.version,
            maker=self.maker,
            facts=facts,
            mentions=mentions,
            relations=relations,
        )

    def _screened_out(self, document: Document) -> Extraction:
        """The text names no cell product: the class is none, and nobody looks for the fields that would remain."""
        return Extraction(
            key=document.key, document=document.version, maker=self.maker, facts=self._unread, screened_out=True
        )

    @cached_property
    def _unread(self) -> tuple[Fact, ...]:
        """The facts of every text that is screened out."""
        none = self.resolver.fact(Field.MSC, MscClass.NONE.value, 0.99)
        unread = [
            self.resolver.fact(field, Absence.NOT_EXTRACTED, 1.0)
            for field in Field
            if field not in PRODUCT_FIELDS and field is not Field.MSC
        ]
        return self.resolver.completed([none, *unread], MscClass.NONE)

    def doc(self, document: Document) -> Doc:
        """The document as a spaCy Doc with its mentions; offsets are those of its joined text."""
        joined = join_sections(read_sections(document))
        doc = self.nlp.make_doc(joined.text)
        doc._.set(JOINED, joined)
        for _, component in self.nlp.pipeline:
            doc = component(doc)
        return doc

    def read(self, document: Document) -> View:
        """The document with its mentions in place: what the components find, without tokens that nobody needs.

        The routes of a publication are read by rules of their own.
        """
        joined = join_sections(read_sections(document))
        abbreviations, mentions = (self.nlp.get_pipe(name) for name in ("mscminer_abbreviations", "mscminer_mentions"))
        routes = document.kind is Kind.REGISTRATION
        found = mentions.find(joined.text, abbreviations.find(joined.text), routes=routes)
        return build_view(document, joined, found)

    def _facts(self, document: Document) -> tuple[tuple[Fact, ...], Resolved]:
        if document.kind is Kind.REGISTRATION:
            return self.resolver.registration(self.read(document))
        return self.resolver.publication(document, self.read)


def load_extractor(name: str | None = None) -> Extractor:
    """Load a pipeline by name (``mscminer_rules``), name and version, or path; the newest rules without a name.

    Raises:
        ModelError: if it is missing or does not fit this version of the package.
    """
    folder = find_model(name)
    try:
        nlp = load_model_from_path(folder, exclude=["tokenizer", "vocab"])
    except (ValueError, OSError, KeyError) as error:
        raise ModelError(
            f"the pipeline cannot be loaded: {error}", where=str(folder), remedy="Reinstall mscminer."
        ) from error
    maker = current_maker(name)
    return Extractor(
        nlp=nlp, maker=maker, resolver=Resolver(maker=maker, categories=load_lexicon(folder / "mscminer_categories"))
    )
