"""Curators' decisions: appended, never changed; each one names the decision before it."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from mscminer.core.decisions import MAIN, Decision, NewDecision, Verdict, evidence_from_list, evidence_to_list
from mscminer.core.errors import Conflict
from mscminer.core.facts import canonical, from_canonical
from mscminer.core.records import RecordKey, Source
from mscminer.core.vocabulary import Field
from mscminer.store.tables import DecisionRow, is_one_of

CURATION_LOCK = 7_276_001
"""Number of PostgreSQL's advisory lock; any that nobody else of this database uses."""


class Decisions:
    """Access to decisions within one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def queue_up(self) -> None:
        """Wait until no other transaction decides or refreshes; to be called first.

        What follows from decisions (cards, tasks, totals, census rows) rests on several records, so two who decide at
        once on two fields of a trial would each derive it without the other's word.  SQLite has one writer anyway.
        """
        if self._session.get_bind().dialect.name == "postgresql":
            self._session.execute(select(func.pg_advisory_xact_lock(CURATION_LOCK)))

    def append(self, new: NewDecision, *, expected: int | None, uid: str | None = None) -> Decision:
        """Append a decision.

        Args:
            expected: number of the latest decision on the same record, field and line that its maker saw, 0 for
                none; None to append after whatever is there (imports).
            uid: its name if it has one already (imports).

        Raises:
            Conflict: somebody else has decided in between; nothing was written.
        """
        last = self._last(new)
        previous = last.id if last else 0
        if expected is not None and expected != previous:
            raise _conflict(new, last)
        row = _row(new, previous, uid or uuid.uuid4().hex)
        self._session.add(row)
        try:
            self._session.flush()
        except IntegrityError as error:
            raise _conflict(new, None) from error
        return _decision(row)

    def _last(self, new: NewDecision) -> DecisionRow | None:
        query = select(DecisionRow).where(
            DecisionRow.source == new.key.source.value,
            DecisionRow.source_id == new.key.id,
            DecisionRow.line == new.line,
            DecisionRow.field == (new.field.value if new.field else ""),
        )
        return self._session.scalar(query.order_by(DecisionRow.id.desc()).limit(1))

    def of_record(self, key: RecordKey) -> list[Decision]:
        """All decisions on a record, on every line, oldest first."""
        return self.of_records([key]).get(key, [])

    def of_records(self, keys: Sequence[RecordKey]) -> dict[RecordKey, list[Decision]]:
        """Decisions by record, oldest first; records without any are left out."""
        grouped: dict[RecordKey, list[Decision]] = {}
        by_source: dict[Source, list[str]] = {}
        for key in keys:
            by_source.setdefault(key.source, []).append(key.id)
        for source, ids in by_source.items():
            for start in range(0, len(ids), 500):
                part = DecisionRow.source_id.in_(ids[start : start + 500])
                for row in self._session.scalars(_ordered().where(DecisionRow.source == source.value, part)):
                    decision = _decision(row)
                    grouped.setdefault(decision.key, []).append(decision)
        return grouped

    def decided_by(self, who: str, among: Sequence[RecordKey]) -> set[RecordKey]:
        """Those of some records on which somebody has decided on the main line."""
        query = select(DecisionRow.source, DecisionRow.source_id).where(
            DecisionRow.who == who, DecisionRow.line == MAIN, DecisionRow.verdict.not_in(("skip", "note", "undo"))
        )
        found: set[RecordKey] = set()
        for start in range(0, len(among), 500):
            rows = self._session.execute(query.where(is_one_of(DecisionRow, among[start : start + 500])))
            found.update(RecordKey(source=Source(source), id=ident) for source, ident in rows)
        return found

    def by_uid(self, uid: str) -> Decision | None:
        """The decision of that name."""
        row = self._session.scalar(select(DecisionRow).where(DecisionRow.uid == uid))
        return _decision(row) if row else None

    def iterate(self, *, after: int = 0, batch: int = 1000) -> Iterator[Decision]:
        """All decisions with a number above `after`, oldest first."""
        while True:
            query = _ordered().where(DecisionRow.id > after).limit(batch)
            rows = self._session.scalars(query).all()
            yield from (_decision(row) for row in rows)
            if len(rows) < batch:
                return
            after = rows[-1].id

    def recent(self, *, limit: int = 50, before: int | None = None, who: str | None = None) -> list[Decision]:
        """The newest decisions first."""
        query = select(DecisionRow).order_by(DecisionRow.id.desc()).limit(limit)
        if before is not None:
            query = query.where(DecisionRow.id < before)
        if who is not None:
            query = query.where(DecisionRow.who == who)
        return [_decision(row) for row in self._session.scalars(query)]

    def keys(self, *, line: str = MAIN) -> list[RecordKey]:
        """Records that have decisions on a line, in order."""
        query = select(DecisionRow.source, DecisionRow.source_id).where(DecisionRow.line == line).distinct()
        rows = self._session.execute(query.order_by(DecisionRow.source, DecisionRow.source_id))
        return [RecordKey(source=Source(source), id=ident) for source, ident in rows]

    def total(self) -> int:
        """How many there are."""
        return self._session.scalar(select(func.count()).select_from(DecisionRow)) or 0

    def times(self, *, who: str | None = None, limit: int = 500) -> list[tuple[str, datetime]]:
        """Who decided when, the newest first."""
        query = select(DecisionRow.who, DecisionRow.at).where(DecisionRow.origin == "")
        if who is not None:
            query = query.where(DecisionRow.who == who)
        rows = self._session.execute(query.order_by(DecisionRow.id.desc()).limit(limit))
        return [(name, at) for name, at in rows]

    def last_by_record(self, keys: Sequence[RecordKey]) -> dict[RecordKey, int]:
        """Number of the latest decision of each record on the main line."""
        if not keys:
            return {}
        wanted = or_(*(and_(DecisionRow.source == key.source.value, DecisionRow.source_id == key.id) for key in keys))
        query = select(DecisionRow.source, DecisionRow.source_id, func.max(DecisionRow.id)).where(
            wanted, DecisionRow.line == MAIN
        )
        rows = self._session.execute(query.group_by(DecisionRow.source, DecisionRow.source_id))
        return {RecordKey(source=Source(source), id=ident): number for source, ident, number in rows}


def _ordered() -> Select[DecisionRow]:
    return select(DecisionRow).order_by(DecisionRow.id)


def _conflict(new: NewDecision, last: DecisionRow | None) -> Conflict:
    who = f"{last.who} decided “{last.verdict}” at {last.at:%Y-%m-%d %H:%M} UTC" if last else "somebody decided"
    return Conflict(
        f"{who} in between; your decision was not written.",
        where=f"{new.key} {new.field or ''}".strip(),
        remedy="Look at the new state and decide again.",
    )


def _row(new: NewDecision, previous: int, uid: str) -> DecisionRow:
    return DecisionRow(
        uid=uid,
        source=new.key.source.value,
        source_id=new.key.id,
        line=new.line,
        field=new.field.value if new.field else "",
        value=_ascii(new.value),
        verdict=new.verdict.value,
        new_value=None if new.new_value is None else _ascii(new.new_value),
        evidence=[evidence_to_list(item) for item in new.evidence],
        shown=dict(new.shown),
        why=new.why,
        who=new.who,
        at=new.at,
        previous_id=previous,
        undoes=new.undoes,
        origin=new.origin,
    )


def _ascii(value: str) -> str:
    # Canonical values may hold any character of the source; every database's text column holds ASCII.
    if not value or value.startswith("<"):
        return value
    return json.dumps(json.loads(value), ensure_ascii=True, sort_keys=True, separators=(",", ":"))


def _canonical(text: str) -> str:
    return canonical(from_canonical(text)) if text else text


def _decision(row: DecisionRow) -> Decision:
    return Decision(
        number=row.id,
        uid=row.uid,
        key=RecordKey(source=Source(row.source), id=row.source_id),
        line=row.line,
        field=Field(row.field) if row.field else None,
        value=_canonical(row.value),
        verdict=Verdict(row.verdict),
        new_value=None if row.new_value is None else _canonical(row.new_value),
        evidence=tuple(evidence_from_list(item) for item in row.evidence),
        shown=row.shown,
        why=row.why,
        who=row.who,
        at=row.at,
        previous=row.previous_id,
        undoes=row.undoes,
        origin=row.origin,
    )
