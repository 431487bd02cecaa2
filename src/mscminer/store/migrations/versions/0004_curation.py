"""Curators' decisions (append-only), the queue, record cards, users and sessions, samples, full-text search."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0002"
branch_labels = None
depends_on = None

TABLES = (
    "sample_item",
    "sample",
    "web_session",
    "login_attempt",
    "user_account",
    "curation_task",
    "record_card",
    "decision",
)
APPEND_ONLY_SQLITE = """
CREATE TRIGGER decision_no_{name} BEFORE {event} ON decision
BEGIN SELECT RAISE(ABORT, 'decisions are append-only'); END
"""
APPEND_ONLY_POSTGRESQL = (
    """
    CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'decisions are append-only' USING ERRCODE = 'integrity_constraint_violation'; END $$
    """,
    "CREATE TRIGGER decision_no_change BEFORE UPDATE OR DELETE ON decision"
    " FOR EACH ROW EXECUTE FUNCTION refuse_change()",
    "CREATE TRIGGER decision_no_truncate BEFORE TRUNCATE ON decision EXECUTE FUNCTION refuse_change()",
)


def upgrade() -> None:
    _create_tables()
    if op.get_bind().dialect.name == "sqlite":
        for event in ("UPDATE", "DELETE"):
            op.execute(APPEND_ONLY_SQLITE.format(name=event.lower(), event=event))
        # Contentless: only the index is kept; rowid is the document's number.
        op.execute("CREATE VIRTUAL TABLE search_text USING fts5(title, words, content='', tokenize='porter unicode61')")
    else:
        for statement in APPEND_ONLY_POSTGRESQL:
            op.execute(statement)
        op.execute("CREATE TABLE search_text (document_id integer PRIMARY KEY, words tsvector NOT NULL)")
        op.execute("CREATE INDEX search_text_words ON search_text USING gin (words)")


def _create_tables() -> None:
    op.create_table(
        "decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("line", sa.Text(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("new_value", sa.Text(), nullable=True),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("shown", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("previous_id", sa.Integer(), nullable=False),
        sa.Column("undoes", sa.Text(), nullable=True),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "verdict in ('accept','correct','reject','not_stated','skip','note','undo')",
            name=op.f("ck_decision_verdict"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
        sa.UniqueConstraint("source", "source_id", "line", "field", "previous_id", name="uq_decision_chain"),
        sa.UniqueConstraint("uid", name=op.f("uq_decision_uid")),
    )
    op.create_index("ix_decision_who_at", "decision", ["who", "at"], unique=False)
    op.create_table(
        "login_attempt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_attempt")),
    )
    op.create_index("ix_login_attempt_address_at", "login_attempt", ["address", "at"], unique=False)
    op.create_index("ix_login_attempt_name_at", "login_attempt", ["name", "at"], unique=False)
    op.create_table(
        "sample",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sample")),
    )
    op.create_table(
        "user_account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("role in ('reader','curator','adjudicator','admin')", name=op.f("ck_user_account_role")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_account")),
        sa.UniqueConstraint("name", name=op.f("uq_user_account_name")),
    )
    op.create_table(
        "curation_task",
        sa.Column("record_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("effect", sa.Integer(), nullable=False),
        sa.Column("doubt", sa.Double(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("conflict", sa.Boolean(), nullable=False),
        sa.Column("stale", sa.Boolean(), nullable=False),
        sa.CheckConstraint("state in ('open','skipped','done')", name=op.f("ck_curation_task_state")),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_curation_task_record_id_record")),
        sa.PrimaryKeyConstraint("record_id", "field", name=op.f("pk_curation_task")),
    )
    op.create_index(
        "ix_curation_task_order", "curation_task", ["state", "effect", "doubt", "record_id", "field"], unique=False
    )
    op.create_table(
        "sample_item",
        sa.Column("sample_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["sample_id"], ["sample.id"], name=op.f("fk_sample_item_sample_id_sample")),
        sa.PrimaryKeyConstraint("sample_id", "source", "source_id", name=op.f("pk_sample_item")),
    )
    op.create_table(
        "web_session",
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind in ('browser','token')", name=op.f("ck_web_session_kind")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_web_session_user_id_user_account")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_web_session")),
    )
    op.create_index(op.f("ix_web_session_user_id"), "web_session", ["user_id"], unique=False)
    op.create_table(
        "record_card",
        sa.Column("record_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("extraction_id", sa.Integer(), nullable=True),
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("interventional", sa.Boolean(), nullable=False),
        sa.Column("msc", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("phase", sa.Text(), nullable=False),
        sa.Column("tissue", sa.Text(), nullable=False),
        sa.Column("donor", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_record_card_document_id_document")),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_record_card_record_id_record")),
        sa.PrimaryKeyConstraint("record_id", name=op.f("pk_record_card")),
    )
    op.create_index("ix_record_card_browse", "record_card", ["kind", "msc", "year"], unique=False)
    op.create_index(op.f("ix_record_card_document_id"), "record_card", ["document_id"], unique=False)
    op.create_index("ix_record_card_source_id", "record_card", ["source_id"], unique=False)


def downgrade() -> None:
    op.execute("DROP TABLE search_text")
    for table in TABLES:
        op.drop_table(table)
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION refuse_change()")
