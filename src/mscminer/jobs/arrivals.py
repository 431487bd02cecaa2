"""What a live source gives, taken in: version, text, state and the change to tell, all in one transaction."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mscminer.core.documents import Document
from mscminer.core.errors import RecordError
from mscminer.core.records import Record, RecordKey, Rejected, Source
from mscminer.harvest.parsing import PARSER_VERSION, parse_record
from mscminer.store import Transaction
from mscminer.store.changes import ChangeKind
from mscminer.store.records import Head, Saved, State

GONE = (State.REMOVED, State.DELETED, State.MERGED)
_KIND_OF_STATE = {
    State.REMOVED: ChangeKind.REMOVED,
    State.DELETED: ChangeKind.DELETED,
    State.MERGED: ChangeKind.MERGED,
    State.RETRACTED: ChangeKind.RETRACTED,
}
_TELLING_FIELDS = (
    "status",
    "phases",
    "has_results",
    "enrollment",
    "enrollment_type",
    "why_stopped",
    "completion",
    "conditions",
)


@dataclass(kw_only=True, slots=True)
class Arrivals:
    """What became of the records that came."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    quarantined: int = 0

    def to_json(self) -> dict[str, int]:
        """Numbers by outcome."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


def take_in(tx: Transaction, record: Record, arrivals: Arrivals, *, at: datetime) -> None:
    """Keep a record that a live source just gave: it is current now, whatever its dates say.

    A record that cannot be read goes to quarantine; the version before it stays current.
    """
    head = tx.records.head(record.key)
    if head is not None and head.sha256 == record.sha256:
        arrivals.unchanged += 1
        if head.state in GONE:
            _restore(tx, record.key, at)
        return
    try:
        document = parse_record(record)
    except RecordError as error:
        arrivals.quarantined += 1
        tx.quarantine.add(_rejected(record, error), at=at)
        return
    _keep(tx, record, document, head, at)
    if head is None:
        arrivals.new += 1
    else:
        arrivals.changed += 1


def _keep(tx: Transaction, record: Record, document: Document, head: Head | None, at: datetime) -> None:
    before = tx.documents.current(record.key) if head else None
    saved, version = tx.records.save(record)
    if saved is not Saved.NEW:
        tx.records.make_current(version)
    tx.documents.save(version, PARSER_VERSION, document)
    if head is None:
        tx.changes.add(record.key, ChangeKind.NEW, {"title": document.title}, at=at)
    else:
        changed = dict(find_field_changes(before.document, document)) if before else {}
        tx.changes.add(record.key, ChangeKind.CHANGED, {"title": document.title, "fields": changed}, at=at)
    _follow_state(tx, record.key, document, head, at)
    _merge_aliases(tx, document, at)


def _follow_state(tx: Transaction, key: RecordKey, document: Document, head: Head | None, at: datetime) -> None:
    notice = retraction_of(document)
    if notice is not None:
        set_state(tx, key, State.RETRACTED, notice, at=at)
    elif head is not None and head.state in GONE:
        _restore(tx, key, at)
    elif head is not None and head.state is State.RETRACTED:
        tx.records.set_state(key, State.ACTIVE, reason=None, since=at)
        tx.changes.add(key, ChangeKind.REINSTATED, {}, at=at)


def _restore(tx: Transaction, key: RecordKey, at: datetime) -> None:
    current = tx.documents.current(key)
    notice = retraction_of(current.document) if current else None
    state = State.RETRACTED if notice is not None else State.ACTIVE
    tx.records.set_state(key, state, reason=notice, since=at)
    tx.changes.add(key, ChangeKind.RESTORED, {}, at=at)


def _merge_aliases(tx: Transaction, document: Document, at: datetime) -> None:
    """Registrations that are now filed under this one."""
    if document.study is None or document.key.source is not Source.CTGOV:
        return
    for alias in document.study.aliases:
        try:
            key = RecordKey(source=Source.CTGOV, id=alias)
        except ValueError:
            continue
        if key != document.key and tx.records.head(key) is not None:
            set_state(tx, key, State.MERGED, f"now filed as {document.key.id}", at=at)


def set_state(tx: Transaction, key: RecordKey, state: State, reason: str, *, at: datetime) -> None:
    """Note a state that is not active, with the change to tell; nothing happens if it was noted before."""
    if tx.records.state(key) is state:
        return
    if tx.records.set_state(key, state, reason=reason, since=at):
        tx.changes.add(key, _KIND_OF_STATE[state], {"reason": reason}, at=at)


def retraction_of(document: Document) -> str | None:
    """Why an article counts as retracted (the notice's PMID if given), or None if it does not."""
    if document.article is None:
        return None
    for correction in document.article.corrections:
        if correction.type == "RetractionIn":
            return f"retracted by {correction.pmid or correction.source or 'a notice without number'}"
    if any(kind.name == "Retracted Publication" for kind in document.article.publication_types):
        return "marked as a retracted publication"
    return None


def find_field_changes(before: Document, after: Document) -> Iterator[tuple[str, list[Any]]]:
    """Old and new value of every field that a reader wants to hear of, and of the title."""
    if before.title != after.title:
        yield "title", [before.title, after.title]
    if before.study is not None and after.study is not None:
        for name in _TELLING_FIELDS:
            old, new = getattr(before.study, name), getattr(after.study, name)
            if old != new:
                yield name, [_plain(old), _plain(new)]
    if before.article is not None and after.article is not None:
        old_notes = {f"{item.type} {item.pmid}".strip() for item in before.article.corrections}
        new_notes = {f"{item.type} {item.pmid}".strip() for item in after.article.corrections}
        if old_notes != new_notes:
            yield "corrections", [sorted(old_notes), sorted(new_notes)]


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _rejected(record: Record, error: RecordError) -> Rejected:
    return Rejected(
        origin=record.origin or str(record.key),
        locator=str(record.key),
        reason=error.message,
        remedy=error.remedy or "Look at the record.",
        raw=record.raw,
        key=record.key,
    )


def field_changes(detail: Mapping[str, Any]) -> Mapping[str, list[Any]]:
    """The old and new values by field of a `CHANGED` change."""
    fields: Mapping[str, list[Any]] = detail.get("fields", {})
    return fields
