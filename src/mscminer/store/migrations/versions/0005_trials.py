"""The census (one row a registration or publication, as counting sees it), links, families and the count ledger."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TERMS = (
    "msc",
    "study_type",
    "status",
    "phase",
    "category",
    "tissue",
    "donor",
    "donor_inferred",
    "route",
    "condition",
    "country",
    "sponsor_class",
    "size",
    "published",
)
DAYS = ("first_posted", "start", "primary_completion", "completion", "results_posted")


def upgrade() -> None:
    _census()
    _links()
    _ledger()


def _census() -> None:
    op.create_table(
        "census_term",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dimension", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_census_term")),
        sa.UniqueConstraint("dimension", "value", name=op.f("uq_census_term_dimension_value")),
    )
    op.create_table(
        "census",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in TERMS),
        *(sa.Column(name, sa.Integer(), nullable=True) for name in DAYS),
        sa.Column("word_hit", sa.Integer(), nullable=False),
        sa.Column("has_results", sa.Integer(), nullable=False),
        sa.Column("confidence", sa.Double(), nullable=False),
        sa.Column("ident", sa.Text(), nullable=False),
        sa.Column("family", sa.Text(), nullable=False),
        sa.CheckConstraint("kind in (0, 1)", name=op.f("ck_census_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_census")),
        sa.UniqueConstraint("kind", "ident", name=op.f("uq_census_kind_ident")),
    )
    op.create_table(
        "census_detail",
        sa.Column("census_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["census_id"], ["census.id"], name=op.f("fk_census_detail_census_id_census")),
        sa.PrimaryKeyConstraint("census_id", name=op.f("pk_census_detail")),
    )
    op.create_table(
        "census_state",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("built_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_census_state")),
    )


def _links() -> None:
    op.create_table(
        "record_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("a", sa.Text(), nullable=False),
        sa.Column("b", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record_link")),
    )
    op.create_index(op.f("ix_record_link_a"), "record_link", ["a"], unique=False)
    op.create_index(op.f("ix_record_link_b"), "record_link", ["b"], unique=False)
    op.create_table(
        "family_decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("a", sa.Text(), nullable=False),
        sa.Column("b", sa.Text(), nullable=False),
        sa.Column("ruling", sa.Text(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.CheckConstraint("ruling in ('merge','split')", name=op.f("ck_family_decision_ruling")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_family_decision")),
    )


def _ledger() -> None:
    op.create_table(
        "census_snapshot",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_census_snapshot")),
    )
    op.create_table(
        "count_ledger",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entry", sa.Text(), nullable=False),
        sa.Column("snapshot_digest", sa.Text(), nullable=False),
        sa.Column("output", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["snapshot_digest"],
            ["census_snapshot.digest"],
            name=op.f("fk_count_ledger_snapshot_digest_census_snapshot"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_count_ledger")),
    )
    op.create_index(op.f("ix_count_ledger_made_at"), "count_ledger", ["made_at"], unique=False)


def downgrade() -> None:
    for name in ("count_ledger", "census_snapshot", "family_decision", "record_link"):
        op.drop_table(name)
    for name in ("census_state", "census_detail", "census", "census_term"):
        op.drop_table(name)
