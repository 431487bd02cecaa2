"""Full-text search over current texts: FTS5 on SQLite, tsvector on PostgreSQL."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from sqlalchemy import Integer, bindparam, column, select, table, text
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
RANKED = 500
"""Hits that are ranked, the newest: ranking all hits of a frequent word would take longer than reading them."""

_FIND = {
    "sqlite": (
        # A cross join keeps that order: looking for the words at each card would take a hundred times as long.
        "SELECT c.source, c.source_id FROM search_text CROSS JOIN record_card c ON c.document_id = search_text.rowid"
        " WHERE search_text MATCH :query AND search_text.rowid >= :oldest{also}"
        " ORDER BY bm25(search_text, 8.0, 1.0), c.record_id LIMIT :limit OFFSET :offset"
    ),
    "postgresql": (
        "SELECT c.source, c.source_id FROM (SELECT s.document_id, s.words, q FROM search_text s,"
        " plainto_tsquery('english', :query) q WHERE s.words @@ q AND s.document_id >= :oldest) f"
        " JOIN record_card c ON c.document_id = f.document_id WHERE true{also}"
        " ORDER BY ts_rank(f.words, f.q) DESC, c.record_id LIMIT :limit OFFSET :offset"
    ),
}
_TEXTS = table("search_text", column("rowid", Integer), column("document_id", Integer))
_HIT = {
    "sqlite": (_TEXTS.c.rowid, "search_text MATCH :query"),
    "postgresql": (_TEXTS.c.document_id, "search_text.words @@ plainto_tsquery('english', :query)"),
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
            statement, values = text(_FIND[self._dialect].format(also="")), {"oldest": self._oldest(asked)}
        else:
            numbers = self._newest(asked, wanted or BrowseFilter(), without)
            if not numbers:
                return []
            statement = text(_FIND[self._dialect].format(also=" AND +c.document_id IN :numbers"))
            statement = statement.bindparams(bindparam("numbers", numbers, expanding=True))
            values = {"oldest": min(numbers)}
        rows = self._session.execute(statement, {"query": asked, "limit": limit, "offset": offset, **values})
        return [RecordKey(source=Source(source), id=ident) for source, ident in rows]

    def _oldest(self, asked: str) -> int:
        values = {"query": asked, "ranked": RANKED - 1}
        return self._session.scalar(text(_OLDEST[self._dialect]), values) or 0

    def _newest(self, asked: str, wanted: BrowseFilter, without: Collection[RecordKey]) -> list[int]:
        number, hit = _HIT[self._dialect]
        found = select(number).join(RecordCardRow, RecordCardRow.document_id == number)
        found = found.where(text(hit).bindparams(query=asked)).order_by(number.desc()).limit(RANKED)
        # From the newest hit to its card, and so on: with an index on cards SQLite looks for the words at each card.
        unindexed = self._dialect == "sqlite"
        return list(self._session.scalars(holding(self._session, found, wanted, without, unindexed=unindexed)))


def _words(document: Document) -> str:
    return "\n".join(section.text for section in document.sections)


def _plain(words: str) -> str:
    # Neither database takes lone surrogates, PostgreSQL no NUL.
    return words[:INDEXED_CHARACTERS].replace("\0", " ").encode("utf-8", "replace").decode()
