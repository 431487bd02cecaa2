"""Records and their versions: saving is idempotent, nothing that was seen is ever lost."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Select, func, select, update
from sqlalchemy.orm import Session

from mscminer.core.records import RESTATED, Media, Record, RecordKey, Source
from mscminer.store.tables import DocumentRow, RecordRow, RecordVersionRow, is_one_of


class Saved(StrEnum):
    """What saving a record did."""

    NEW = "new"
    CHANGED = "changed"
    """A new version of a record that was there."""
    UNCHANGED = "unchanged"


class State(StrEnum):
    """What a source says of a record now."""

    ACTIVE = "active"
    REMOVED = "removed"
    RETRACTED = "retracted"
    DELETED = "deleted"
    MERGED = "merged"


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredRecord:
    """A record version with its number in the database."""

    version_id: int
    record: Record
    state: State
    current: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Head:
    """What is known of a record without reading its bytes: the hash of its current version, and its state."""

    version_id: int
    sha256: str
    state: State


class Records:
    """Access to records within one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def save(self, record: Record) -> tuple[Saved, int]:
        """Keep a record's version and make it current, unless an identical one is current already.

        A version that was seen before and is not current stays what it is, unless it is revised later than the
        current one by the source's own date: loading an old dump again must not turn back the clock.  A restated
        text never replaces the source's own.

        Returns:
            What happened, and the version's number.
        """
        row = self._row(record.key)
        if row is None:
            row = RecordRow(source=record.key.source.value, source_id=record.key.id, state="active")
            self._session.add(row)
            self._session.flush()
            version = self._add_version(row, record)
            row.current_version_id = version.id
            return Saved.NEW, version.id
        known = self._session.scalar(
            select(RecordVersionRow).where(
                RecordVersionRow.record_id == row.id, RecordVersionRow.sha256 == record.sha256
            )
        )
        if known is not None:
            return Saved.UNCHANGED, known.id
        version = self._add_version(row, record)
        if not self._stays_behind(record, row):
            row.current_version_id = version.id
        self._session.flush()
        return Saved.CHANGED, version.id

    def has(self, record: Record) -> bool:
        """Whether this very version was seen before."""
        query = (
            select(RecordVersionRow.id)
            .join(RecordRow, RecordRow.id == RecordVersionRow.record_id)
            .where(
                RecordRow.source == record.key.source.value,
                RecordRow.source_id == record.key.id,
                RecordVersionRow.sha256 == record.sha256,
            )
        )
        return self._session.scalar(query) is not None

    def head(self, key: RecordKey) -> Head | None:
        """The current version's hash and the state of a record, or None if it was never seen."""
        query = (
            select(RecordVersionRow.id, RecordVersionRow.sha256, RecordRow.state)
            .join(RecordRow, RecordRow.current_version_id == RecordVersionRow.id)
            .where(RecordRow.source == key.source.value, RecordRow.source_id == key.id)
        )
        found = self._session.execute(query).first()
        return Head(version_id=found[0], sha256=found[1], state=State(found[2])) if found else None

    def _row(self, key: RecordKey) -> RecordRow | None:
        return self._session.scalar(
            select(RecordRow).where(RecordRow.source == key.source.value, RecordRow.source_id == key.id)
        )

    def _add_version(self, row: RecordRow, record: Record) -> RecordVersionRow:
        version = RecordVersionRow(
            record_id=row.id,
            sha256=record.sha256,
            media=record.media.value,
            raw=record.raw,
            fetched_at=record.fetched_at,
            revised_at=record.revised_at,
            origin=record.origin,
            note=record.note,
        )
        self._session.add(version)
        self._session.flush()
        return version

    def _stays_behind(self, record: Record, row: RecordRow) -> bool:
        current = self._session.get(RecordVersionRow, row.current_version_id) if row.current_version_id else None
        if current is None:
            return False
        if (record.note == RESTATED) != (current.note == RESTATED):
            # The source's own text beats one restated in our words, whatever their dates.
            return record.note == RESTATED
        if not record.revised_at or not current.revised_at:
            return False
        if record.revised_at == current.revised_at:
            # MEDLINE text of the same day says less than the XML (no identifiers of terms, no headings).
            return record.media is Media.MEDLINE and current.media == Media.PUBMED_XML.value
        return record.revised_at < current.revised_at

    def set_state(self, key: RecordKey, state: State, *, reason: str | None, since: datetime) -> bool:
        """Say what a source says of a record now; returns whether that changed anything."""
        row = self._row(key)
        if row is None or (row.state == state.value and row.state_reason == reason):
            return False
        row.state, row.state_reason, row.state_since = state.value, reason, since
        return True

    def state(self, key: RecordKey) -> State | None:
        """The state of a record, or None if it was never seen."""
        row = self._row(key)
        return State(row.state) if row else None

    def reasons(self, state: State) -> dict[str, str]:
        """Ids of the records in a state, with the words on why."""
        query = select(RecordRow.source_id, RecordRow.state_reason).where(RecordRow.state == state.value)
        return {ident: reason or state.value for ident, reason in self._session.execute(query)}

    def states(self, keys: Sequence[RecordKey]) -> dict[RecordKey, State]:
        """The states of several records."""
        query = select(RecordRow.source, RecordRow.source_id, RecordRow.state)
        rows = self._session.execute(query.where(is_one_of(RecordRow, keys)))
        return {RecordKey(source=Source(source), id=ident): State(state) for source, ident, state in rows}

    def versions(self, key: RecordKey) -> list[StoredRecord]:
        """All versions of a record, oldest first by (revised, number)."""
        query = self._versions().where(RecordRow.source == key.source.value, RecordRow.source_id == key.id)
        found = [self._stored(version, row) for version, row in self._session.execute(query).all()]
        return sorted(found, key=lambda stored: (stored.record.revised_at or "", stored.version_id))

    def current(self, key: RecordKey) -> StoredRecord | None:
        """The current version of a record."""
        return next((stored for stored in self.versions(key) if stored.current), None)

    def by_version_ids(self, ids: Sequence[int]) -> list[StoredRecord]:
        """Record versions by number, in order of number."""
        query = self._versions().where(RecordVersionRow.id.in_(ids)).order_by(RecordVersionRow.id)
        return [self._stored(version, row) for version, row in self._session.execute(query).all()]

    def current_versions(self, source: Source) -> list[int]:
        """Numbers of the current versions of a source's records, in order of record."""
        query = select(RecordRow.current_version_id).where(
            RecordRow.source == source.value, RecordRow.current_version_id.is_not(None)
        )
        return [number for number in self._session.scalars(query.order_by(RecordRow.id)) if number is not None]

    def _versions(self) -> Select[RecordVersionRow, RecordRow]:
        return select(RecordVersionRow, RecordRow).join(RecordRow, RecordRow.id == RecordVersionRow.record_id)

    def _stored(self, version: RecordVersionRow, row: RecordRow) -> StoredRecord:
        record = Record(
            key=RecordKey(source=Source(row.source), id=row.source_id),
            media=Media(version.media),
            raw=version.raw,
            fetched_at=version.fetched_at,
            revised_at=version.revised_at,
            origin=version.origin,
            note=version.note,
            sha256=version.sha256,
        )
        return StoredRecord(
            version_id=version.id,
            record=record,
            state=State(row.state),
            current=version.id == row.current_version_id,
        )

    def keys(self, source: Source | None = None, *, states: Iterable[State] | None = None) -> Iterator[RecordKey]:
        """Keys of all records, in order of source and id."""
        query = select(RecordRow.source, RecordRow.source_id).order_by(RecordRow.source, RecordRow.source_id)
        if source is not None:
            query = query.where(RecordRow.source == source.value)
        if states is not None:
            query = query.where(RecordRow.state.in_([state.value for state in states]))
        for name, ident in self._session.execute(query):
            yield RecordKey(source=Source(name), id=ident)

    def find(self, ident: str) -> list[RecordKey]:
        """Keys of all records that have this id, whatever their source."""
        query = select(RecordRow.source, RecordRow.source_id).where(RecordRow.source_id == ident)
        return [RecordKey(source=Source(name), id=found) for name, found in self._session.execute(query)]

    def with_text(self, keys: Sequence[RecordKey]) -> set[RecordKey]:
        """Those of some records whose current version has a readable text."""
        query = (
            select(RecordRow.source, RecordRow.source_id)
            .join(DocumentRow, DocumentRow.record_version_id == RecordRow.current_version_id)
            .where(is_one_of(RecordRow, keys))
        )
        return {RecordKey(source=Source(name), id=ident) for name, ident in self._session.execute(query)}

    def totals(self) -> dict[str, dict[str, int]]:
        """Number of records by source and state."""
        query = select(RecordRow.source, RecordRow.state, func.count()).group_by(RecordRow.source, RecordRow.state)
        totals: dict[str, dict[str, int]] = {}
        for source, state, number in self._session.execute(query.order_by(RecordRow.source, RecordRow.state)):
            totals.setdefault(source, {})[state] = number
        return totals

    def make_current(self, version_id: int) -> None:
        """Make a version that was seen before the current one (a source went back to it)."""
        version = self._session.get_one(RecordVersionRow, version_id)
        self._session.execute(
            update(RecordRow).where(RecordRow.id == version.record_id).values(current_version_id=version_id)
        )
