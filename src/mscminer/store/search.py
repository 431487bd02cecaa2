"""Full-text search over current texts: FTS5 on SQLite, tsvector on PostgreSQL."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sqlalchemy import bindparam, select, text
from sqlalchemy.orm import Session

from mscminer.core.documents import Document
from mscminer.core.records import RecordKey, Source
from mscminer.store.queue import BrowseFilter, holding
from mscminer.store.tables import RecordCardRow

INDEXED_CHARACTERS = 200_000
"""Of a document; PostgreSQL's tsvector holds no more than a megabyte."""

_ADD = {
    "sqlite": "INSERT INTO search_text (rowid, title, words) VALUES (:id, :title, :words)",
    "postgresql": (
        "INSERT INTO search_text (document_id, words) VALUES (:id, setweight(to_tsvector('english', :title), 'A')"
        " || to_tsvector('english', :words)) ON CONFLICT DO NOTHING"
    ),
}
_KNOWN = {
    "sqlite": "SELECT 1 FROM search_text WHERE rowid = :id",
    "postgresql": "SELECT 1 FROM search_text WHERE document_id = :id",
}
RANKED = 1000
"""Hits that are ranked, the newest: ranking all hits of a frequent word would take longer than reading them."""

_FIND = {
    "sqlite": (
        "SELECT c.source, c.source_id FROM search_text JOIN record_card c ON c.document_id = search_text.rowid"
        " WHERE search_text MATCH :query AND search_text.rowid{which}"
        " ORDER BY bm25(search_text, 8.0, 1.0), c.record_id LIMIT :limit OFFSET :offset"
    ),
    "postgresql": (
        "SELECT c.source, c.source_id FROM (SELECT s.document_id, s.words, q FROM search_text s,"
        " plainto_tsquery('english', :query) q WHERE s.words @@ q AND s.document_id{which}) f"
        " JOIN record_card c ON c.document_id = f.document_id"
        " ORDER BY ts_rank(f.words, f.q) DESC, c.record_id LIMIT :limit OFFSET :offset"
    ),
}
_HITS = {
    "sqlite": "SELECT rowid FROM search_text WHERE search_text MATCH :query",
    "postgresql": "SELECT document_id FROM search_text WHERE words @@ plainto_tsquery('english', :query)",
}
_OLDEST = {
    "sqlite": "SELECT rowid FROM search_text WHERE search_text MATCH :query ORDER BY rowid DESC LIMIT 1 OFFSET :ranked",
    "postgresql": (
        "SELECT document_id FROM search_text WHERE words @@ plainto_tsquery('english', :query)"
        " ORDER BY document_id DESC LIMIT 1 OFFSET :ranked"
    ),
}


class Search:
    """Access to the text index within one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._dialect = session.get_bind().dialect.name

    def add(self, document_id: int, document: Document) -> None:
        """Index a document; one that is there already stays."""
        self.add_all([(document_id, document)])

    def add_all(self, documents: Iterable[tuple[int, Document]]) -> None:
        """Index documents; those that are there already stay."""
        rows = [
            {"id": number, "title": _plain(document.title[:2000]), "words": _plain(_words(document))}
            for number, document in documents
            if not self._session.execute(text(_KNOWN[self._dialect]), {"id": number}).first()
        ]
        if rows:
            self._session.execute(text(_ADD[self._dialect]), rows)

    def find(
        self,
        query: str,
        *,
        wanted: BrowseFilter | None = None,
        without: Collection[RecordKey] = (),
        limit: int = 50,
        offset: int = 0,
    ) -> list[RecordKey]:
        """Records whose current text holds all words of the query (the last one may be a beginning).

        The best first, among the newest `RANKED` texts that hold them.

        Args:
            wanted: what else their cards must hold.
            without: records to leave out.
        """
        words = re.findall(r"\w+", _plain(query))[:32]
        if not words:
            return []
        asked = " ".join(f'"{word}"' for word in words) + "*" if self._dialect == "sqlite" else " ".join(words)
        if wanted in (None, BrowseFilter()) and not without:
            return self._ranked(asked, " >= :oldest", {"oldest": self._oldest(asked)}, limit=limit, offset=offset)
        # In two steps, or SQLite may walk through the cards and look for the words at each.
        numbers = self._newest(asked, wanted or BrowseFilter(), without)
        return self._ranked(asked, " IN :numbers", {"numbers": numbers}, limit=limit, offset=offset)

    def _oldest(self, asked: str) -> int:
        values = {"query": asked, "ranked": RANKED - 1}
        return self._session.scalar(text(_OLDEST[self._dialect]), values) or 0

    def _newest(self, asked: str, wanted: BrowseFilter, without: Collection[RecordKey]) -> list[int]:
        query = holding(self._session, select(RecordCardRow.document_id), wanted, without)
        hits = text(f"record_card.document_id IN ({_HITS[self._dialect]})").bindparams(query=asked)
        newest = query.where(hits).order_by(RecordCardRow.document_id.desc()).limit(RANKED)
        return list(self._session.scalars(newest))

    def _ranked(self, asked: str, which: str, values: Mapping[str, Any], *, limit: int, offset: int) -> list[RecordKey]:
        statement = text(_FIND[self._dialect].format(which=which))
        if "numbers" in values:
            statement = statement.bindparams(bindparam("numbers", expanding=True))
        rows = self._session.execute(statement, {"query": asked, "limit": limit, "offset": offset, **values})
        return [RecordKey(source=Source(source), id=ident) for source, ident in rows]


def _words(document: Document) -> str:
    return "\n".join(section.text for section in document.sections)


def _plain(words: str) -> str:
    # Neither database takes lone surrogates, PostgreSQL no NUL.
    return words[:INDEXED_CHARACTERS].replace("\0", " ").encode("utf-8", "replace").decode()
