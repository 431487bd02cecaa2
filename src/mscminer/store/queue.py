"""The curators' queue and the record cards: derived rows that lists, filters and progress read."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from dataclasses import field as dataclass_field
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    Subquery,
    Text,
    and_,
    cast,
    delete,
    func,
    insert,
    select,
    text,
    true,
    type_coerce,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from mscminer.core.decisions import MAIN
from mscminer.core.documents import Kind
from mscminer.core.records import RecordKey, Source
from mscminer.core.tasks import Card, Task
from mscminer.core.trials import RESULT_LINKS
from mscminer.core.vocabulary import Field
from mscminer.store.tables import (
    CurationTaskRow,
    CurationTotalRow,
    DecisionRow,
    DocumentRow,
    ExtractionRow,
    FactRow,
    RecordCardRow,
    RecordLinkRow,
    RecordRow,
    is_one_of,
)

MOST_STATING = 500
"""Records that state one value of a field: more are no links but a coincidence."""


@dataclass(frozen=True, kw_only=True, slots=True)
class QueueFilter:
    """Which tasks to show; "" and None: all.

    Args:
        state: ``open``, ``skipped`` or ``done``.
        value: part of the value as people read it.
        conflict: only where values or sources contradict each other.
        stale: only what was decided before and whose words are gone from the text.
        changed: only records whose text is newer than what the last curator saw.
    """

    state: str = "open"
    field: str = ""
    value: str = ""
    category: str = ""
    year: int | None = None
    source: str = ""
    conflict: bool = False
    stale: bool = False
    changed: bool = False


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
    """How many tasks there are in each state.

    Args:
        effective: open ones that could change a published number.
        fields: open ones by field.
    """

    open: int = 0
    skipped: int = 0
    done: int = 0
    effective: int = 0
    fields: Mapping[str, int] = dataclass_field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Outdated:
    """A record whose card and tasks are older than its text, extraction or decisions, or those of its papers.

    Args:
        linked: which extractions and decisions the papers with its results have now.
    """

    record_id: int
    key: RecordKey
    document_id: int
    extraction_id: int | None
    decision_id: int
    linked: str = ""


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

    def outdated(self, *, limit: int | None = None) -> list[Outdated]:
        """Records to refresh, in order of number."""
        document, extraction = _newest_documents(), _newest_extractions()
        decision, linked = _newest_decisions(), _linked().subquery()
        found = (document.c.document_id, extraction.c.extraction_id, func.coalesce(decision.c.decision_id, 0))
        stamp = func.coalesce(linked.c.stamp, "")
        query = (
            select(RecordRow.id, RecordRow.source, RecordRow.source_id, *found, stamp)
            .join(document, document.c.version_id == RecordRow.current_version_id)
            .outerjoin(extraction, extraction.c.document_id == document.c.document_id)
            .outerjoin(
                decision, and_(decision.c.source == RecordRow.source, decision.c.source_id == RecordRow.source_id)
            )
            .outerjoin(linked, linked.c.name == _name_of(RecordRow))
            .outerjoin(RecordCardRow, RecordCardRow.record_id == RecordRow.id)
            .where(
                RecordCardRow.record_id.is_(None)
                | (RecordCardRow.document_id != document.c.document_id)
                | (func.coalesce(RecordCardRow.extraction_id, 0) != func.coalesce(extraction.c.extraction_id, 0))
                | (RecordCardRow.decision_id != func.coalesce(decision.c.decision_id, 0))
                | (RecordCardRow.linked != stamp)
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
                linked=linked,
            )
            for record_id, source, ident, document_id, extraction_id, decision_id, linked in rows
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
            linked=self._linked_stamp(key),
        )

    def _linked_stamp(self, key: RecordKey) -> str:
        """What `_linked` says of one record, without walking through all cards."""
        kinds = [kind.value for kind in RESULT_LINKS]
        query = select(RecordLinkRow.a).where(RecordLinkRow.b == str(key), RecordLinkRow.type.in_(kinds))
        papers = [RecordKey.parse(name) for name in self._session.scalars(query)]
        rest = select(RecordCardRow.record_id, RecordCardRow.extraction_id, RecordCardRow.decision_id)
        found = {}
        for paper in dict.fromkeys(papers):
            card = rest.where(RecordCardRow.source_id == paper.id, RecordCardRow.source == paper.source.value)
            if row := self._session.execute(card).first():
                found[paper] = row
        rows = [found[paper] for paper in papers if paper in found]
        if not rows:
            return ""
        return f"{len(rows)}/{sum(row.extraction_id or 0 for row in rows)}/{sum(row.decision_id for row in rows)}"

    def put(self, item: Outdated, card: Card, tasks: Sequence[Task]) -> None:
        """Replace a record's card and tasks."""
        self.put_all([(item, card, tasks)])

    def put_all(self, records: Iterable[tuple[Outdated, Card, Sequence[Task]]]) -> None:
        """Replace cards and tasks of several records, and bring the totals into step, once, in a fixed order.

        Two transactions that each touched the totals twice could wait for each other for ever.
        """
        records = sorted(records, key=lambda record: record[0].record_id)
        numbers = [item.record_id for item, *_ in records]
        change = Counter({key: -number for key, number in self._tally(numbers)})
        self._put_cards([_card_row(item, card) for item, card, _ in records])
        self._session.execute(delete(CurationTaskRow).where(CurationTaskRow.record_id.in_(numbers)))
        if rows := [_task_values(item, card, task) for item, card, tasks in records for task in tasks]:
            self._session.execute(insert(CurationTaskRow), rows)
        change.update((task.state, task.field.value, task.effect > 0) for *_, tasks in records for task in tasks)
        self._add_to_totals(change)

    def _put_cards(self, rows: Sequence[Mapping[str, object]]) -> None:
        if not rows:
            return
        statement = self._insert(RecordCardRow)
        others = {name: statement.excluded[name] for name in rows[0] if name != "record_id"}
        connection = self._session.connection()
        connection.execute(statement.on_conflict_do_update(index_elements=["record_id"], set_=others), rows)

    def _insert(self, table: Any) -> Any:
        dialect = postgresql if self._session.get_bind().dialect.name == "postgresql" else sqlite
        return dialect.insert(table)

    def _tally(self, record_ids: Sequence[int]) -> list[tuple[tuple[str, str, bool], int]]:
        key = (CurationTaskRow.state, CurationTaskRow.field, CurationTaskRow.effect > 0)
        query = select(*key, func.count()).where(CurationTaskRow.record_id.in_(record_ids)).group_by(*key)
        return [((state, name, bool(some)), number) for state, name, some, number in self._session.execute(query)]

    def _add_to_totals(self, change: Mapping[tuple[str, str, bool], int]) -> None:
        for (state, name, some), number in sorted(change.items()):
            if number:
                row = {"state": state, "field": name, "effective": some, "number": number}
                statement = self._insert(CurationTotalRow).values(**row)
                total = CurationTotalRow.number + statement.excluded.number
                self._session.execute(
                    statement.on_conflict_do_update(
                        index_elements=["state", "field", "effective"], set_={"number": total}
                    )
                )

    def record_id(self, key: RecordKey) -> int | None:
        """The number of a record."""
        return self._session.scalar(
            select(RecordRow.id).where(RecordRow.source == key.source.value, RecordRow.source_id == key.id)
        )

    def page(
        self, wanted: QueueFilter, *, limit: int = 50, offset: int = 0, without: Collection[RecordKey] = ()
    ) -> list[QueuedTask]:
        """Tasks by effect, then doubt, the greatest first.

        Args:
            without: records to leave out.
        """
        query = _filtered(select(CurationTaskRow, RecordCardRow), wanted).order_by(
            CurationTaskRow.effect.desc(),
            CurationTaskRow.doubt.desc(),
            CurationTaskRow.record_id.desc(),
            CurationTaskRow.field.desc(),
        )
        if without:
            query = query.where(CurationTaskRow.record_id.not_in(_record_ids(self._session, without)))
        rows = self._session.execute(query.limit(limit).offset(offset)).all()
        return [_queued(task, card) for task, card in rows]

    def next_after(
        self, wanted: QueueFilter, key: RecordKey, *, without: Collection[RecordKey] = ()
    ) -> QueuedTask | None:
        """The first task of another record."""
        rows = self.page(wanted, limit=40, without=without)
        return next((row for row in rows if row.key != key), None)

    def totals(self) -> Totals:
        """Number of tasks by state."""
        found: Counter[tuple[str, bool]] = Counter()
        fields: Counter[str] = Counter()
        for row in self._session.scalars(select(CurationTotalRow)):
            found[row.state, row.effective] += row.number
            if row.state == "open":
                fields[row.field] += row.number

        def of(state: str) -> int:
            return found[state, True] + found[state, False]

        return Totals(
            open=of("open"), skipped=of("skipped"), done=of("done"), effective=found["open", True], fields=dict(fields)
        )

    def browse(
        self, wanted: BrowseFilter, *, limit: int = 50, offset: int = 0, without: Collection[RecordKey] = ()
    ) -> list[ListedRecord]:
        """Records, the newest first, some of them left out."""
        query = holding(self._session, select(RecordCardRow), wanted, without).order_by(RecordCardRow.record_id.desc())
        return [_listed(row) for row in self._session.scalars(query.limit(limit).offset(offset))]

    def card(self, key: RecordKey) -> Card | None:
        """The card of a record."""
        return self.cards([key]).get(key)

    def cards(self, keys: Sequence[RecordKey]) -> dict[RecordKey, Card]:
        """The cards of several records."""
        query = select(RecordCardRow).where(RecordCardRow.record_id.in_(_record_ids(self._session, keys)))
        return {listed.key: listed.card for listed in map(_listed, self._session.scalars(query))}

    def stating(self, field: Field, value: str, kind: Kind) -> list[RecordKey]:
        """Records of a kind whose current text states that value of a field, by any maker."""
        # In two steps, or SQLite walks through all cards of the kind.
        facts = select(FactRow.extraction_id).where(FactRow.field == field.value, FactRow.value == value)
        numbers = self._session.scalars(facts.limit(MOST_STATING)).all()
        if not numbers:
            return []
        query = (
            select(RecordCardRow.source, RecordCardRow.source_id)
            .join(ExtractionRow, ExtractionRow.document_id == RecordCardRow.document_id)
            .where(ExtractionRow.id.in_(numbers))
            .where(ExtractionRow.id == RecordCardRow.extraction_id, RecordCardRow.kind == kind.value)
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


def holding(
    session: Session,
    query: Select[Any],
    wanted: BrowseFilter,
    without: Collection[RecordKey] = (),
    *,
    unindexed: bool = False,
) -> Select[Any]:
    """A query of cards, narrowed to those that hold what is wanted; some records left out.

    Args:
        unindexed: that no index on what is wanted is to be used, as the query has a better way.
    """
    if without:
        query = query.where(RecordCardRow.record_id.not_in(_record_ids(session, without)))
    for name, value in asdict(wanted).items():
        if value in ("", None):
            continue
        held = getattr(RecordCardRow, name)
        if unindexed:
            held = held + (0 if name == "year" else "")
        query = query.where(held.contains(value, autoescape=True) if name in {"tissue", "donor"} else held == value)
    return query


def _record_ids(session: Session, keys: Collection[RecordKey]) -> list[int]:
    return list(session.scalars(select(RecordRow.id).where(is_one_of(RecordRow, keys))))


def _name_of(table: Any) -> ColumnElement[str]:
    """``source:id``, as links name records."""
    name: ColumnElement[str] = table.source.concat(":").concat(table.source_id)
    return name


def _linked() -> Select[str, str]:
    """By registration, what its papers with results rest on: their number, and sums that only ever grow."""
    sums = (func.coalesce(func.sum(RecordCardRow.extraction_id), 0), func.sum(RecordCardRow.decision_id))
    stamp: ColumnElement[str] = cast(func.count(), String)
    for part in sums:
        stamp = stamp.concat("/").concat(cast(part, String))
    query = (
        select(RecordLinkRow.b.label("name"), stamp.label("stamp"))
        .join(RecordCardRow, _name_of(RecordCardRow) == RecordLinkRow.a)
        .where(RecordLinkRow.type.in_([kind.value for kind in RESULT_LINKS]))
    )
    return query.group_by(RecordLinkRow.b)


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
    for name in ("conflict", "stale", "changed"):
        if getattr(wanted, name):
            # Once as the partial index has it, once as its first column has it: so it is preferred to the plain order.
            query = query.where(text(f"curation_task.{name}"), getattr(CurationTaskRow, name) == true())
    for name in ("category", "year", "source"):
        if getattr(wanted, name) not in ("", None):
            query = query.where(getattr(CurationTaskRow, name) == getattr(wanted, name))
    return query


def _card_row(item: Outdated, card: Card) -> dict[str, object]:
    return {
        "record_id": item.record_id,
        "source": item.key.source.value,
        "source_id": item.key.id,
        "document_id": item.document_id,
        "extraction_id": item.extraction_id,
        "decision_id": item.decision_id,
        "linked": item.linked,
        **_card_values(card),
    }


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


def _task_values(item: Outdated, card: Card, task: Task) -> dict[str, object]:
    return {
        "record_id": item.record_id,
        "field": task.field.value,
        "state": task.state,
        "effect": task.effect,
        "doubt": task.doubt,
        "value": task.value,
        "conflict": task.conflict,
        "stale": task.stale,
        "changed": task.changed,
        "category": card.category,
        "year": card.year,
        "source": item.key.source.value,
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
        changed=row.changed,
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
