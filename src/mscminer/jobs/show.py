"""A record with its facts and the words that support them."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from mscminer.core.documents import Document
from mscminer.core.errors import NotFound
from mscminer.core.facts import Extraction, Fact
from mscminer.core.records import RecordKey
from mscminer.core.spans import Evidence
from mscminer.core.vocabulary import Absence
from mscminer.store import Store, Transaction
from mscminer.store.records import State

CONTEXT = 60
"""Characters shown on each side of a quote."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Quote:
    """Quoted words with what stands before and after them in their section."""

    section: str
    start: int
    end: int
    before: str
    words: str
    after: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """A record as `show` presents it; `extraction` is None where nobody has looked yet."""

    document: Document
    state: State
    versions: int
    extraction: Extraction | None

    def quotes(self, fact: Fact) -> list[Quote]:
        """The fact's evidence in its context."""
        return [quote_in_context(self.document, evidence) for evidence in fact.evidence]

    def to_json(self) -> dict[str, Any]:
        """For programs."""
        document = self.document
        return {
            "record": str(document.key),
            "title": document.title,
            "state": self.state.value,
            "versions": self.versions,
            "document": document.version,
            "note": document.note,
            "maker": str(self.extraction.maker) if self.extraction else None,
            "facts": [self._fact(fact) for fact in self.extraction.facts] if self.extraction else None,
        }

    def _fact(self, fact: Fact) -> dict[str, Any]:
        absent = isinstance(fact.value, Absence)
        return {
            "field": fact.field.value,
            "value": None if absent else fact.value,
            "absence": fact.value if absent else None,
            "confidence": round(fact.confidence, 3),
            "basis": fact.basis,
            "maker": str(fact.maker),
            "evidence": [asdict(quote) for quote in self.quotes(fact)],
        }


def quote_in_context(document: Document, evidence: Evidence, *, context: int = CONTEXT) -> Quote:
    """Cut a quote with its surroundings out of a document."""
    text, span = document.text(evidence.span.section), evidence.span
    return Quote(
        section=span.section,
        start=span.start,
        end=span.end,
        before=text[max(0, span.start - context) : span.start],
        words=document.quote(span),
        after=text[span.end : span.end + context],
    )


def find_key(tx: Transaction, ident: str) -> RecordKey:
    """The record that a user means by ``NCT...``, a PMID, ``source:id`` or any registry's id.

    Raises:
        NotFound: there is none.
    """
    try:
        key = RecordKey.parse(ident)
    except ValueError:
        key = None
    if key is not None and tx.records.state(key) is not None:
        return key
    found = tx.records.find(ident.strip())
    if not found:
        raise NotFound(
            f"no record {ident!r} in the database.", remedy="Load or harvest it first; ids look like NCT00114452."
        )
    return found[0]


def show(store: Store, ident: str) -> Shown:
    """Gather a record, its facts and their quotes.

    Raises:
        NotFound: there is no such record.
    """
    with store.read() as tx:
        key = find_key(tx, ident)
        stored = tx.documents.current(key)
        if stored is None:
            raise NotFound(f"{key} has no readable text.", remedy="See `mscminer quarantine`.")
        return Shown(
            document=stored.document,
            state=tx.records.state(key) or State.ACTIVE,
            versions=len(tx.records.versions(key)),
            extraction=tx.extractions.latest(stored.id),
        )
