"""Documents: the text of each record version, kept because offsets refer to it for ever."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, exists, func, select
from sqlalchemy.orm import Session, defer

from mscminer.core.documents import Document, Kind, document_from_json, document_to_text
from mscminer.core.errors import StoreError
from mscminer.core.facts import Maker
from mscminer.core.records import RESTATED, RecordKey
from mscminer.store.records import State
from mscminer.store.tables import DocumentRow, ExtractionRow, RecordRow, RecordVersionRow, is_one_of


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredDocument:
    """A document with its number in the database."""

    id: int
    document: Document


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredVersion:
    """A version of a record that was read, without its text.

    Args:
        state: of the record now; `since` says since when.
        document_id: number of its newest text.
        restated: whether it is a text in our own words, standing in for the source's.
    """

    key: RecordKey
    kind: Kind
    state: State
    since: datetime | None
    version_id: int
    document_id: int
    revised_at: str
    fetched_at: datetime
    restated: bool
    current: bool


class Documents:
    """Access to documents within one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def save(self, version_id: int, parser_version: str, document: Document) -> int:
        """Keep the text that a parser made of a record version; the same again changes nothing."""
        known = self._session.scalar(
            select(DocumentRow.id).where(
                DocumentRow.record_version_id == version_id, DocumentRow.parser_version == parser_version
            )
        )
        if known is not None:
            return known
        row = DocumentRow(
            record_version_id=version_id,
            parser_version=parser_version,
            version=document.version,
            kind=document.kind.value,
            title=document.title[:1000],
            body=document_to_text(document).encode("ascii"),
        )
        self._session.add(row)
        self._session.flush()
        return row.id

    def current(self, key: RecordKey) -> StoredDocument | None:
        """The newest text of a record's current version."""
        return self.current_of([key]).get(key)

    def current_of(self, keys: Sequence[RecordKey]) -> dict[RecordKey, StoredDocument]:
        """The newest text of each record's current version; records without a text are left out."""
        query = (
            select(DocumentRow)
            .join(RecordRow, RecordRow.current_version_id == DocumentRow.record_version_id)
            .where(is_one_of(RecordRow, keys))
        )
        rows = sorted(self._session.scalars(query), key=lambda row: row.id)
        newest = {row.record_version_id: row for row in rows}
        found = (_stored(row) for row in newest.values())
        return {stored.document.key: stored for stored in found}

    def by_version(self, version: str) -> Document | None:
        """The document of that version hash, current or not."""
        row = self._session.scalar(select(DocumentRow).where(DocumentRow.version == version).limit(1))
        return _stored(row).document if row else None

    def iterate_current(self, *, kind: Kind | None = None, batch: int = 200) -> Iterator[StoredDocument]:
        """The texts of all current versions, ordered by number, read in batches."""
        yield from self._in_batches(self._current_ids(kind), batch)

    def iterate_to_extract(self, maker: Maker, *, batch: int = 200) -> Iterator[StoredDocument]:
        """Current texts for which this maker has no extraction of this version yet."""
        yield from self._in_batches(self._waiting(maker), batch)

    def ids_to_extract(self, maker: Maker, *, all_versions: bool = False) -> list[int]:
        """Numbers of the texts that `iterate_to_extract` would give, or those of all versions."""
        if not all_versions:
            return list(self._session.scalars(self._waiting(maker)))
        newest = select(func.max(DocumentRow.id).label("id")).group_by(DocumentRow.record_version_id).subquery()
        query = select(newest.c.id).join(DocumentRow, DocumentRow.id == newest.c.id).where(~_done(maker))
        return list(self._session.scalars(query.order_by(newest.c.id)))

    def versions(self) -> Iterator[StoredVersion]:
        """Every version of every record that could be read."""
        newest = select(func.max(DocumentRow.id).label("id")).group_by(DocumentRow.record_version_id).subquery()
        query = (
            select(RecordRow, RecordVersionRow, DocumentRow.id, DocumentRow.kind)
            .options(defer(RecordVersionRow.raw))
            .join(RecordVersionRow, RecordVersionRow.record_id == RecordRow.id)
            .join(DocumentRow, DocumentRow.record_version_id == RecordVersionRow.id)
            .join(newest, newest.c.id == DocumentRow.id)
            .order_by(RecordVersionRow.id)
        )
        for record, version, document, kind in self._session.execute(query.execution_options(yield_per=1000)):
            yield StoredVersion(
                key=RecordKey.parse(f"{record.source}:{record.source_id}"),
                kind=Kind(kind),
                state=State(record.state),
                since=record.state_since,
                version_id=version.id,
                document_id=document,
                revised_at=version.revised_at or "",
                fetched_at=version.fetched_at,
                restated=version.note == RESTATED,
                current=version.id == record.current_version_id,
            )

    def count_to_extract(self, maker: Maker) -> int:
        """How many `iterate_to_extract` would give."""
        return self._session.scalar(select(func.count()).select_from(self._waiting(maker).subquery())) or 0

    def with_several_versions(self) -> int:
        """How many records have more than one version."""
        several = select(RecordVersionRow.record_id).group_by(RecordVersionRow.record_id).having(func.count() > 1)
        return self._session.scalar(select(func.count()).select_from(several.subquery())) or 0

    def outdated_parses(self, parser_version: str, *, all_versions: bool = False) -> list[int]:
        """Numbers of current record versions (or of all) that this parser has not read."""
        if all_versions:
            read_by = exists().where(
                DocumentRow.record_version_id == RecordVersionRow.id, DocumentRow.parser_version == parser_version
            )
            return list(
                self._session.scalars(select(RecordVersionRow.id).where(~read_by).order_by(RecordVersionRow.id))
            )
        read = exists().where(
            DocumentRow.record_version_id == RecordRow.current_version_id,
            DocumentRow.parser_version == parser_version,
        )
        query = select(RecordRow.current_version_id).where(RecordRow.current_version_id.is_not(None), ~read)
        return [number for number in self._session.scalars(query.order_by(RecordRow.id)) if number is not None]

    def _current_ids(self, kind: Kind | None) -> Select[int]:
        newest = _newest_of_current().subquery()
        query = select(newest.c.id).join(DocumentRow, DocumentRow.id == newest.c.id)
        if kind is not None:
            query = query.where(DocumentRow.kind == kind.value)
        return query.order_by(newest.c.id)

    def _waiting(self, maker: Maker) -> Select[int]:
        return self._current_ids(None).where(~_done(maker))

    def _in_batches(self, ids: Select[int], batch: int) -> Iterator[StoredDocument]:
        numbers = list(self._session.scalars(ids))
        for start in range(0, len(numbers), batch):
            yield from self.by_ids(numbers[start : start + batch])

    def by_ids(self, ids: Sequence[int]) -> list[StoredDocument]:
        """Documents by number, in order of number."""
        query = select(DocumentRow).where(DocumentRow.id.in_(ids)).order_by(DocumentRow.id)
        rows = self._session.scalars(query).all()
        stored = [_stored(row) for row in rows]
        for row in rows:
            self._session.expunge(row)
        return stored


def _done(maker: Maker) -> ColumnElement[bool]:
    return exists().where(
        ExtractionRow.document_id == DocumentRow.id,
        ExtractionRow.maker_name == maker.name,
        ExtractionRow.maker_version == maker.version,
    )


def _newest_of_current() -> Select[int]:
    return (
        select(func.max(DocumentRow.id).label("id"))
        .join(RecordRow, RecordRow.current_version_id == DocumentRow.record_version_id)
        .group_by(DocumentRow.record_version_id)
    )


def _stored(row: DocumentRow) -> StoredDocument:
    try:
        return StoredDocument(id=row.id, document=document_from_json(json.loads(row.body)))
    except ValueError as error:
        raise StoreError(
            f"document {row.id} is damaged: {error}.", remedy="Restore the database from a copy, or load it anew."
        ) from error
