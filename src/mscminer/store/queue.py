"""The curators' queue and the record cards: derived rows that lists, filters and progress read."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, Subquery, Text, and_, delete, func, insert, select, type_coerce
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from mscminer.core.decisions import MAIN
from mscminer.core.documents import Kind
from mscminer.core.records import RecordKey, Source
from mscminer.core.tasks import Card, Task
from mscminer.core.vocabulary import Field
from mscminer.store.tables import (
    CurationTaskRow,
    DecisionRow,
    DocumentRow,
    ExtractionRow,
    FactRow,
    RecordCardRow,
    RecordRow,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class QueueFilter:
    """Which tasks to show; "" and None: all.

    Args:
        state: ``open``, ``skipped`` or ``done``.
        value: part of the value as people read it.
        conflict, stale: True to see only those.
    """

    state: str = "open"
    field: str = ""
    value: str = ""
    category: str = ""
    year: int | None = None
    source: str = ""
    conflict: bool = False
    stale: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class QueuedTask:
    """A task with the record that it belongs to."""

    key: RecordKey
    title: str
    task: Task
    year: int | None
    category: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Totals:
    """How many tasks there are in each state; `effective`: open ones that could change a published number."""

    open: int = 0
    skipped: int = 0
    done: int = 0
    effective: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Outdated:
    """A record whose card and tasks are older than its text, extraction or decisions."""

    record_id: int
    key: RecordKey
    document_id: int
    extraction_id: int | None
    decision_id: int


@dataclass(frozen=True, kw_only=True, slots=True)
class BrowseFilter:
    """Which records to list; "" and None: all."""

    kind: str = ""
    msc: str = ""
    category: str = ""
    phase: str = ""
    tissue: str = ""
    donor: str = ""
    year: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ListedRecord:
    key: RecordKey
    card: Card


class Queue:
    """Access to tasks and cards within one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def outdated(self, *, limit: int = 500) -> list[Outdated]:
        """Records to refresh, in order of number."""
        document, extraction = _newest_documents(), _newest_extractions()
        decision = _newest_decisions()
        query = (
            select(
                RecordRow.id,
                RecordRow.source,
                RecordRow.source_id,
                document.c.document_id,
                extraction.c.extraction_id,
                func.coalesce(decision.c.decision_id, 0),
            )
            .join(document, document.c.version_id == RecordRow.current_version_id)
            .outerjoin(extraction, extraction.c.document_id == document.c.document_id)
            .outerjoin(
                decision,
                and_(decision.c.source == RecordRow.source, decision.c.source_id == RecordRow.source_id),
            )
            .outerjoin(RecordCardRow, RecordCardRow.record_id == RecordRow.id)
            .where(
                RecordCardRow.record_id.is_(None)
                | (RecordCardRow.document_id != document.c.document_id)
                | (func.coalesce(RecordCardRow.extraction_id, 0) != func.coalesce(extraction.c.extraction_id, 0))
                | (RecordCardRow.decision_id != func.coalesce(decision.c.decision_id, 0))
            )
        )
        rows = self._session.execute(query.order_by(RecordRow.id).limit(limit))
        return [
            Outdated(
                record_id=record_id,
                key=RecordKey(source=Source(source), id=ident),
                document_id=document_id,
                extraction_id=extraction_id,
                decision_id=decision_id,
            )
            for record_id, source, ident, document_id, extraction_id, decision_id in rows
        ]

    def current(self, key: RecordKey) -> Outdated | None:
        """What a record's card should rest on now, or None for a record without a text."""
        record = self._session.execute(
            select(RecordRow.id, RecordRow.current_version_id).where(
                RecordRow.source == key.source.value, RecordRow.source_id == key.id
            )
        ).first()
        if record is None:
            return None
        document = self._session.scalar(
            select(func.max(DocumentRow.id)).where(DocumentRow.record_version_id == record.current_version_id)
        )
        if document is None:
            return None
        extraction = select(func.max(ExtractionRow.id)).where(ExtractionRow.document_id == document)
        decision = select(func.max(DecisionRow.id)).where(
            DecisionRow.source == key.source.value, DecisionRow.source_id == key.id, DecisionRow.line == MAIN
        )
        return Outdated(
            record_id=record.id,
            key=key,
            document_id=document,
            extraction_id=self._session.scalar(extraction),
            decision_id=self._session.scalar(decision) or 0,
        )

    def put(self, item: Outdated, card: Card, tasks: Sequence[Task]) -> None:
        """Replace a record's card and tasks."""
        values = {
            "record_id": item.record_id,
            "source": item.key.source.value,
            "source_id": item.key.id,
            "document_id": item.document_id,
            "extraction_id": item.extraction_id,
            "decision_id": item.decision_id,
            **_card_values(card),
        }
        self._upsert_card(values)
        self._session.execute(delete(CurationTaskRow).where(CurationTaskRow.record_id == item.record_id))
        if tasks:
            self._session.execute(insert(CurationTaskRow), [_task_values(item.record_id, task) for task in tasks])

    def _upsert_card(self, values: Mapping[str, object]) -> None:
        dialect = postgresql if self._session.get_bind().dialect.name == "postgresql" else sqlite
        statement = dialect.insert(RecordCardRow).values(**values)
        others = {name: value for name, value in values.items() if name != "record_id"}
        self._session.execute(statement.on_conflict_do_update(index_elements=["record_id"], set_=others))

    def record_id(self, key: RecordKey) -> int | None:
        """The number of a record."""
        return self._session.scalar(
            select(RecordRow.id).where(RecordRow.source == key.source.value, RecordRow.source_id == key.id)
        )

    def page(self, wanted: QueueFilter, *, limit: int = 50, offset: int = 0) -> list[QueuedTask]:
        """Tasks by effect, then doubt, the greatest first."""
        query = _filtered(select(CurationTaskRow, RecordCardRow), wanted).order_by(
            CurationTaskRow.effect.desc(),
            CurationTaskRow.doubt.desc(),
            CurationTaskRow.record_id.desc(),
            CurationTaskRow.field.desc(),
        )
        rows = self._session.execute(query.limit(limit).offset(offset)).all()
        return [_queued(task, card) for task, card in rows]

    def next_after(self, wanted: QueueFilter, key: RecordKey) -> QueuedTask | None:
        """The first task of another record."""
        rows = self.page(wanted, limit=40)
        return next((row for row in rows if row.key != key), None)

    def totals(self) -> Totals:
        """Number of tasks by state."""
        query = select(CurationTaskRow.state, CurationTaskRow.effect, func.count())
        found: dict[tuple[str, bool], int] = {}
        for state, effect, number in self._session.execute(
            query.group_by(CurationTaskRow.state, CurationTaskRow.effect)
        ):
            found[state, effect > 0] = found.get((state, effect > 0), 0) + number

        def of(state: str) -> int:
            return found.get((state, True), 0) + found.get((state, False), 0)

        return Totals(open=of("open"), skipped=of("skipped"), done=of("done"), effective=found.get(("open", True), 0))

    def browse(self, wanted: BrowseFilter, *, limit: int = 50, offset: int = 0) -> list[ListedRecord]:
        """Records, the newest first."""
        query = select(RecordCardRow).order_by(RecordCardRow.record_id.desc())
        for name in ("kind", "msc", "category", "phase", "year"):
            value = getattr(wanted, name)
            if value not in ("", None):
                query = query.where(getattr(RecordCardRow, name) == value)
        for name in ("tissue", "donor"):
            if getattr(wanted, name):
                query = query.where(getattr(RecordCardRow, name).contains(getattr(wanted, name), autoescape=True))
        return [_listed(row) for row in self._session.scalars(query.limit(limit).offset(offset))]

    def card(self, key: RecordKey) -> Card | None:
        """The card of a record."""
        query = select(RecordCardRow).where(RecordCardRow.source == key.source.value, RecordCardRow.source_id == key.id)
        row = self._session.scalar(query)
        return _card(row) if row else None

    def stating(self, field: Field, value: str, kind: Kind) -> list[RecordKey]:
        """Records of a kind whose current text states that value of a field, by any maker."""
        query = (
            select(RecordCardRow.source, RecordCardRow.source_id)
            .join(ExtractionRow, ExtractionRow.id == RecordCardRow.extraction_id)
            .join(FactRow, FactRow.extraction_id == ExtractionRow.id)
            .where(FactRow.field == field.value, FactRow.value == value, RecordCardRow.kind == kind.value)
            .distinct()
        )
        rows = self._session.execute(query.order_by(RecordCardRow.source, RecordCardRow.source_id))
        return [RecordKey(source=Source(source), id=ident) for source, ident in rows]

    def decided_keys(self) -> list[RecordKey]:
        """Records on the main line with at least one decision, in order."""
        query = (
            select(DecisionRow.source, DecisionRow.source_id)
            .where(DecisionRow.line == MAIN, DecisionRow.verdict.not_in(("skip", "note", "undo")))
            .distinct()
        )
        rows = self._session.execute(query.order_by(DecisionRow.source, DecisionRow.source_id))
        return [RecordKey(source=Source(source), id=ident) for source, ident in rows]


def _newest_documents() -> Subquery:
    query = select(DocumentRow.record_version_id.label("version_id"), func.max(DocumentRow.id).label("document_id"))
    return query.group_by(DocumentRow.record_version_id).subquery()


def _newest_extractions() -> Subquery:
    query = select(ExtractionRow.document_id, func.max(ExtractionRow.id).label("extraction_id"))
    return query.group_by(ExtractionRow.document_id).subquery()


def _newest_decisions() -> Subquery:
    query = select(DecisionRow.source, DecisionRow.source_id, func.max(DecisionRow.id).label("decision_id"))
    return query.where(DecisionRow.line == MAIN).group_by(DecisionRow.source, DecisionRow.source_id).subquery()


def _filtered(
    query: Select[CurationTaskRow, RecordCardRow], wanted: QueueFilter
) -> Select[CurationTaskRow, RecordCardRow]:
    query = query.join(RecordCardRow, RecordCardRow.record_id == CurationTaskRow.record_id)
    query = query.where(CurationTaskRow.state == (wanted.state or "open"))
    if wanted.field:
        query = query.where(CurationTaskRow.field == wanted.field)
    if wanted.value:
        query = query.where(
            type_coerce(CurationTaskRow.value, Text).contains(json.dumps(wanted.value)[1:-1], autoescape=True)
        )
    if wanted.conflict:
        query = query.where(CurationTaskRow.conflict)
    if wanted.stale:
        query = query.where(CurationTaskRow.stale)
    if wanted.category:
        query = query.where(RecordCardRow.category == wanted.category)
    if wanted.year is not None:
        query = query.where(RecordCardRow.year == wanted.year)
    if wanted.source:
        query = query.where(RecordCardRow.source == wanted.source)
    return query


def _card_values(card: Card) -> dict[str, object]:
    def ascii_text(text: str) -> str:
        return text.encode("ascii", "replace").decode().replace("\0", "?")

    return {
        "kind": card.kind.value,
        "title": card.title,
        "year": card.year,
        "interventional": card.interventional,
        "msc": card.msc,
        "category": card.category,
        "phase": card.phase,
        "tissue": ascii_text(card.tissue),
        "donor": card.donor,
    }


def _task_values(record_id: int, task: Task) -> dict[str, object]:
    return {
        "record_id": record_id,
        "field": task.field.value,
        "state": task.state,
        "effect": task.effect,
        "doubt": task.doubt,
        "value": task.value,
        "conflict": task.conflict,
        "stale": task.stale,
    }


def _queued(row: CurationTaskRow, card: RecordCardRow) -> QueuedTask:
    task = Task(
        field=Field(row.field),
        state=row.state,
        effect=row.effect,
        doubt=row.doubt,
        value=row.value,
        conflict=row.conflict,
        stale=row.stale,
    )
    key = RecordKey(source=Source(card.source), id=card.source_id)
    return QueuedTask(key=key, title=card.title, task=task, year=card.year, category=card.category)


def _card(row: RecordCardRow) -> Card:
    return Card(
        kind=Kind(row.kind),
        title=row.title,
        year=row.year,
        interventional=row.interventional,
        msc=row.msc,
        category=row.category,
        phase=row.phase,
        tissue=row.tissue,
        donor=row.donor,
    )


def _listed(row: RecordCardRow) -> ListedRecord:
    return ListedRecord(key=RecordKey(source=Source(row.source), id=row.source_id), card=_card(row))
