"""Tables of the database.  Rows never leave this package."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    DateTime,
    ForeignKey,
    Index,
    LargeBinary,
    MetaData,
    Text,
    TypeDecorator,
    UniqueConstraint,
    and_,
    false,
    or_,
    text,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from mscminer.core.records import RecordKey

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """Aware UTC in Python; SQLite has no zones, so naive UTC is what lies there."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Compressed(TypeDecorator[bytes]):
    """Bytes kept zlib-compressed."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        return None if value is None else zlib.compress(value, 6)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        return None if value is None else zlib.decompress(value)


class Json(TypeDecorator[Any]):
    """JSON as text with sorted keys, the same bytes on every database."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        if value is None:
            return None
        # PostgreSQL's text has no NUL; JSON spells it out, so nothing is lost.
        return json.dumps(value, ensure_ascii=True, sort_keys=True, separators=(",", ":"))

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        return None if value is None else json.loads(value)


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)


class RecordRow(Base):
    """A record of a source; `state` is active, removed, retracted, deleted or merged."""

    __tablename__ = "record"
    __table_args__ = (
        UniqueConstraint("source", "source_id"),
        CheckConstraint("state in ('active','removed','retracted','deleted','merged')", name="state"),
        Index("ix_record_state", "state", "current_version_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(Text)
    source_id: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text, default="active")
    state_reason: Mapped[str | None] = mapped_column(Text)
    state_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    current_version_id: Mapped[int | None] = mapped_column(
        ForeignKey("record_version.id", use_alter=True, name="fk_record_current_version_id_record_version"), index=True
    )


class RecordVersionRow(Base):
    """A version of a record that was seen: its raw bytes, never changed."""

    __tablename__ = "record_version"
    __table_args__ = (UniqueConstraint("record_id", "sha256"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    record_id: Mapped[int] = mapped_column(ForeignKey("record.id"), index=True)
    sha256: Mapped[str] = mapped_column(Text)
    media: Mapped[str] = mapped_column(Text)
    raw: Mapped[bytes] = mapped_column(Compressed)
    fetched_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revised_at: Mapped[str | None] = mapped_column(Text)
    origin: Mapped[str] = mapped_column(Text)
    note: Mapped[str | None] = mapped_column(Text)


class DocumentRow(Base):
    """The text of a record version; offsets refer to it for ever."""

    __tablename__ = "document"
    __table_args__ = (UniqueConstraint("record_version_id", "parser_version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    record_version_id: Mapped[int] = mapped_column(ForeignKey("record_version.id"), index=True)
    parser_version: Mapped[str] = mapped_column(Text)
    version: Mapped[str] = mapped_column(Text, index=True)
    kind: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Json)
    body: Mapped[bytes] = mapped_column(Compressed)


class ExtractionRow(Base):
    """What one maker found in one document; `absences` holds the fields without a value."""

    __tablename__ = "extraction"
    __table_args__ = (UniqueConstraint("document_id", "maker_name", "maker_version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"))
    maker_name: Mapped[str] = mapped_column(Text)
    maker_version: Mapped[str] = mapped_column(Text, index=True)
    screened_out: Mapped[bool]
    absences: Mapped[Any] = mapped_column(Json)
    detail: Mapped[bytes | None] = mapped_column(Compressed)


class FactRow(Base):
    """A stated value; `value` is its canonical JSON."""

    __tablename__ = "fact"
    __table_args__ = (
        Index("ix_fact_field_value", "field", "value"),
        CheckConstraint("confidence between 0 and 1", name="confidence"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    extraction_id: Mapped[int] = mapped_column(ForeignKey("extraction.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    field: Mapped[str] = mapped_column(Text)
    value: Mapped[Any] = mapped_column(Json)
    confidence: Mapped[float]
    basis: Mapped[str] = mapped_column(Text)
    maker: Mapped[Any] = mapped_column(Json)
    evidence: Mapped[Any] = mapped_column(Json)


class QuarantineRow(Base):
    """What could not be read, as it came, with the reason."""

    __tablename__ = "quarantine"
    __table_args__ = (UniqueConstraint("origin", "locator", "sha256"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    origin: Mapped[str] = mapped_column(Text)
    locator: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(Text)
    source_key: Mapped[str | None] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Json)
    remedy: Mapped[str] = mapped_column(Json)
    raw: Mapped[bytes] = mapped_column(Compressed)
    first_seen_at: Mapped[datetime] = mapped_column(UtcDateTime)


class RunRow(Base):
    """A job's run: what it was asked, what it did, how it ended."""

    __tablename__ = "run"
    __table_args__ = (CheckConstraint("state in ('running','complete','partial','failed')", name="state"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    job: Mapped[str] = mapped_column(Text)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    state: Mapped[str] = mapped_column(Text, default="running")
    request: Mapped[Any] = mapped_column(Json)
    result: Mapped[Any | None] = mapped_column(Json)
    error: Mapped[str | None] = mapped_column(Json)


class CursorRow(Base):
    """Up to when a query of a source was harvested completely."""

    __tablename__ = "cursor"

    source: Mapped[str] = mapped_column(Text, primary_key=True)
    query: Mapped[str] = mapped_column(Text, primary_key=True)
    position: Mapped[Any] = mapped_column(Json)
    run_id: Mapped[int | None] = mapped_column(ForeignKey("run.id"))
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ChangeRow(Base):
    """Something that happened to a record at its source; told in the digest of a run, or not yet."""

    __tablename__ = "change"
    __table_args__ = (
        CheckConstraint(
            "kind in ('new','changed','retracted','reinstated','removed','deleted','merged','restored')", name="kind"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    source: Mapped[str] = mapped_column(Text)
    source_id: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    detail: Mapped[Any] = mapped_column(Json)
    told_in_run_id: Mapped[int | None] = mapped_column(ForeignKey("run.id"), index=True)


def is_one_of(table: Any, keys: Iterable[RecordKey]) -> ColumnElement[bool]:
    """That a row's `source` and `source_id` name one of these records, so that SQLite uses its index.

    It would walk through the whole table for ``(source, source_id) IN (VALUES ...)``.
    """
    by_source: dict[str, list[str]] = {}
    for key in keys:
        by_source.setdefault(key.source.value, []).append(key.id)
    parts = [and_(table.source == source, table.source_id.in_(ids)) for source, ids in by_source.items()]
    return or_(*parts) if parts else false()


# Curation: decisions (append-only, guarded by triggers), what is open, who may decide, blind second passes.


class DecisionRow(Base):
    """A curator's decision.  Triggers refuse UPDATE and DELETE (migration 0004).

    `previous_id` is the decision before it on the same record, field and line (0: none); being unique there, two
    curators who saw the same state cannot both append.
    """

    __tablename__ = "decision"
    __table_args__ = (
        UniqueConstraint("source", "source_id", "line", "field", "previous_id", name="uq_decision_chain"),
        CheckConstraint("verdict in ('accept','correct','reject','not_stated','skip','note','undo')", name="verdict"),
        Index("ix_decision_who_at", "who", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(Text, unique=True)
    source: Mapped[str] = mapped_column(Text)
    source_id: Mapped[str] = mapped_column(Text)
    line: Mapped[str] = mapped_column(Text)
    field: Mapped[str] = mapped_column(Text)
    value: Mapped[str] = mapped_column(Text)
    verdict: Mapped[str] = mapped_column(Text)
    new_value: Mapped[str | None] = mapped_column(Text)
    evidence: Mapped[Any] = mapped_column(Json)
    shown: Mapped[Any] = mapped_column(Json)
    why: Mapped[str] = mapped_column(Json)
    who: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    previous_id: Mapped[int]
    undoes: Mapped[str | None] = mapped_column(Text)
    origin: Mapped[str] = mapped_column(Json)


class RecordCardRow(Base):
    """What lists and filters show of a record's current version; derived, rebuilt by refreshing."""

    __tablename__ = "record_card"
    __table_args__ = (
        Index("ix_record_card_browse", "kind", "msc", "year"),
        Index("ix_record_card_source_id", "source_id"),
    )

    record_id: Mapped[int] = mapped_column(ForeignKey("record.id"), primary_key=True, autoincrement=False)
    source: Mapped[str] = mapped_column(Text)
    source_id: Mapped[str] = mapped_column(Text)
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"), index=True)
    extraction_id: Mapped[int | None]
    decision_id: Mapped[int]
    kind: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Json)
    year: Mapped[int | None]
    interventional: Mapped[bool]
    msc: Mapped[str] = mapped_column(Text)
    category: Mapped[str] = mapped_column(Text)
    phase: Mapped[str] = mapped_column(Text)
    tissue: Mapped[str] = mapped_column(Text)
    donor: Mapped[str] = mapped_column(Text)
    linked: Mapped[str] = mapped_column(Text, server_default="")
    """Which extractions and decisions of the papers with its results the tasks were made of; "" for none."""


_ORDER = ("effect", "doubt", "record_id", "field")
"""How the queue is sorted; each filter has an index that ends in it, so that a page never sorts."""


class CurationTaskRow(Base):
    """A field of a record that a curator may look at; derived, rebuilt by refreshing and by each decision.

    `effect` is how many dimensions of the exported tables its value can change, 0 if none; `doubt` is 1 - confidence;
    `stale` marks what was decided before and is open again because the text changed, `changed` a record whose text
    is newer than what the last curator saw.  `category`, `year` and `source` are the card's, for filtering.
    """

    __tablename__ = "curation_task"
    __table_args__ = (
        CheckConstraint("state in ('open','skipped','done')", name="state"),
        Index("ix_curation_task_order", "state", *_ORDER, "value"),
        Index("ix_curation_task_field", "field", "state", "effect", "doubt", "record_id", "value"),
        *(Index(f"ix_curation_task_{name}", name, "state", *_ORDER) for name in ("category", "year", "source")),
        Index("ix_curation_task_category_year", "category", "year", "state", *_ORDER),
        *(
            Index(
                f"ix_curation_task_{name}", name, "state", *_ORDER, sqlite_where=text(name), postgresql_where=text(name)
            )
            for name in ("conflict", "stale", "changed")
        ),
    )

    record_id: Mapped[int] = mapped_column(ForeignKey("record.id"), primary_key=True, autoincrement=False)
    field: Mapped[str] = mapped_column(Text, primary_key=True)
    state: Mapped[str] = mapped_column(Text)
    effect: Mapped[int]
    doubt: Mapped[float]
    value: Mapped[str] = mapped_column(Json)
    conflict: Mapped[bool]
    stale: Mapped[bool]
    changed: Mapped[bool] = mapped_column(server_default=false())
    category: Mapped[str] = mapped_column(Text, server_default="")
    year: Mapped[int | None]
    source: Mapped[str] = mapped_column(Text, server_default="")


class CurationTotalRow(Base):
    """How many tasks there are, kept in step with every change of `curation_task`."""

    __tablename__ = "curation_total"

    state: Mapped[str] = mapped_column(Text, primary_key=True)
    field: Mapped[str] = mapped_column(Text, primary_key=True)
    effective: Mapped[bool] = mapped_column(primary_key=True)
    number: Mapped[int]


class UserRow(Base):
    """Somebody who may use the workbench; never deleted, because decisions name them."""

    __tablename__ = "user_account"
    __table_args__ = (CheckConstraint("role in ('reader','curator','adjudicator','admin')", name="role"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text, unique=True)
    password_hash: Mapped[str] = mapped_column(Text)
    role: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    disabled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class WebSessionRow(Base):
    """A login or an API token; only the SHA-256 of its secret is kept."""

    __tablename__ = "web_session"
    __table_args__ = (CheckConstraint("kind in ('browser','token')", name="kind"),)

    token_hash: Mapped[str] = mapped_column(Text, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    kind: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)


class LoginAttemptRow(Base):
    """A failed login, for throttling."""

    __tablename__ = "login_attempt"
    __table_args__ = (
        Index("ix_login_attempt_name_at", "name", "at"),
        Index("ix_login_attempt_address_at", "address", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Json)
    address: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class SampleRow(Base):
    """A random sample of records for a blind second pass; open, and blind, until it is closed."""

    __tablename__ = "sample"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Json)
    seed: Mapped[int]
    created_by: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_by: Mapped[str | None] = mapped_column(Text)


class SampleItemRow(Base):
    """A record of a sample, in the order drawn."""

    __tablename__ = "sample_item"

    sample_id: Mapped[int] = mapped_column(ForeignKey("sample.id"), primary_key=True)
    source: Mapped[str] = mapped_column(Text, primary_key=True)
    source_id: Mapped[str] = mapped_column(Text, primary_key=True)
    position: Mapped[int]


# Trials: the census and what hangs on it is derived and rebuilt; families' decisions and the ledger are kept.


class CensusTermRow(Base):
    """A value of a dimension, or the set of values that a record has, joined by "|" in sorted order."""

    __tablename__ = "census_term"
    __table_args__ = (UniqueConstraint("dimension", "value"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    dimension: Mapped[str] = mapped_column(Text)
    value: Mapped[str] = mapped_column(Text)


class CensusRowRow(Base):
    """A registration (kind 0) or publication (1) as numbers only, so that a million are scanned in a blink.

    Dimensions hold numbers of `census_term`; days are the last day that the date can mean, as yyyymmdd.
    """

    __tablename__ = "census"
    __table_args__ = (UniqueConstraint("kind", "ident"), CheckConstraint("kind in (0, 1)", name="kind"))

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[int]
    msc: Mapped[int]
    study_type: Mapped[int]
    status: Mapped[int]
    phase: Mapped[int]
    category: Mapped[int]
    tissue: Mapped[int]
    donor: Mapped[int]
    donor_inferred: Mapped[int]
    route: Mapped[int]
    condition: Mapped[int]
    country: Mapped[int]
    sponsor_class: Mapped[int]
    size: Mapped[int]
    published: Mapped[int]
    first_posted: Mapped[int | None]
    start: Mapped[int | None]
    primary_completion: Mapped[int | None]
    completion: Mapped[int | None]
    results_posted: Mapped[int | None]
    word_hit: Mapped[int]
    confidence: Mapped[float]
    ident: Mapped[str] = mapped_column(Text)
    family: Mapped[str] = mapped_column(Text)


class CensusDetailRow(Base):
    """The census row as it was built, with everything that counting does not scan for."""

    __tablename__ = "census_detail"

    census_id: Mapped[int] = mapped_column(ForeignKey("census.id"), primary_key=True, autoincrement=False)
    body: Mapped[bytes] = mapped_column(Compressed)


class CensusStateRow(Base):
    """What the census was built from; another fingerprint means that it is to be built anew."""

    __tablename__ = "census_state"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    fingerprint: Mapped[str] = mapped_column(Text)
    built_at: Mapped[datetime] = mapped_column(UtcDateTime)


class CensusPartRow(Base):
    """What assembling keeps of one record (`source:id`): the stamp of what it read, links, and the essence."""

    __tablename__ = "census_part"
    __table_args__ = (CheckConstraint("kind in (0, 1)", name="kind"),)

    key: Mapped[str] = mapped_column(Text, primary_key=True)
    kind: Mapped[int]
    stamp: Mapped[str] = mapped_column(Text)
    claims: Mapped[Any] = mapped_column(Json)
    inferred: Mapped[Any] = mapped_column(Json)
    essence: Mapped[bytes | None] = mapped_column(Compressed)


class RecordLinkRow(Base):
    """That record `a` belongs to record `b` (both ``source:id``), with the reason."""

    __tablename__ = "record_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    a: Mapped[str] = mapped_column(Text, index=True)
    b: Mapped[str] = mapped_column(Text, index=True)
    type: Mapped[str] = mapped_column(Text)
    basis: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Json)
    score: Mapped[float]


class FamilyDecisionRow(Base):
    """A curator's word that two registrations are one study, or are not; appended only."""

    __tablename__ = "family_decision"
    __table_args__ = (CheckConstraint("ruling in ('merge','split')", name="ruling"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    a: Mapped[str] = mapped_column(Text)
    b: Mapped[str] = mapped_column(Text)
    ruling: Mapped[str] = mapped_column(Text)
    who: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    why: Mapped[str] = mapped_column(Json)


class CensusSnapshotRow(Base):
    """The whole census as it was when something was exported, once for each state; `body` is empty where it lies in
    parts."""

    __tablename__ = "census_snapshot"

    digest: Mapped[str] = mapped_column(Text, primary_key=True)
    body: Mapped[bytes] = mapped_column(Compressed)


class CensusSnapshotPartRow(Base):
    """A stretch of a kept census: rows as JSON, one a line, so that a large one is written and read in pieces."""

    __tablename__ = "census_snapshot_part"

    digest: Mapped[str] = mapped_column(ForeignKey("census_snapshot.digest"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    body: Mapped[bytes] = mapped_column(Compressed)


class CountLedgerRow(Base):
    """An export: the entry as JSON, and the bytes that were given out."""

    __tablename__ = "count_ledger"

    id: Mapped[str] = mapped_column(Text, primary_key=True)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    entry: Mapped[Any] = mapped_column(Json)
    snapshot_digest: Mapped[str] = mapped_column(ForeignKey("census_snapshot.digest"))
    output: Mapped[bytes] = mapped_column(Compressed)
