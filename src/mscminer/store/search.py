"""Full-text search over current texts: FTS5 on SQLite, tsvector on PostgreSQL."""

from __future__ import annotations

import re

from sqlalchemy import text
from sqlalchemy.orm import Session

from mscminer.core.documents import Document
from mscminer.core.records import RecordKey, Source

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
_FIND = {
    "sqlite": (
        "SELECT c.source, c.source_id FROM search_text JOIN record_card c ON c.document_id = search_text.rowid"
        " WHERE search_text MATCH :query ORDER BY bm25(search_text, 8.0, 1.0), c.record_id LIMIT :limit OFFSET :offset"
    ),
    "postgresql": (
        "SELECT c.source, c.source_id FROM search_text s JOIN record_card c ON c.document_id = s.document_id,"
        " plainto_tsquery('english', :query) q WHERE s.words @@ q ORDER BY ts_rank(s.words, q) DESC, c.record_id"
        " LIMIT :limit OFFSET :offset"
    ),
}


class Search:
    """Access to the text index within one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._dialect = session.get_bind().dialect.name

    def add(self, document_id: int, document: Document) -> None:
        """Index a document; one that is there already stays."""
        if self._session.execute(text(_KNOWN[self._dialect]), {"id": document_id}).first():
            return
        words = "\n".join(section.text for section in document.sections)
        values = {"id": document_id, "title": _plain(document.title[:2000]), "words": _plain(words)}
        self._session.execute(text(_ADD[self._dialect]), values)

    def find(self, query: str, *, limit: int = 50, offset: int = 0) -> list[RecordKey]:
        """Records whose current text holds all words of the query (the last one may be a beginning)."""
        words = re.findall(r"\w+", _plain(query))[:32]
        if not words:
            return []
        asked = " ".join(f'"{word}"' for word in words) + "*" if self._dialect == "sqlite" else " ".join(words)
        values = {"query": asked, "limit": limit, "offset": offset}
        rows = self._session.execute(text(_FIND[self._dialect]), values)
        return [RecordKey(source=Source(source), id=ident) for source, ident in rows]


def _plain(words: str) -> str:
    # Neither database takes lone surrogates, PostgreSQL no NUL.
    return words[:INDEXED_CHARACTERS].replace("\0", " ").encode("utf-8", "replace").decode()
