"""What changed at the sources, kept until a digest has told it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("told_in_run_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "kind in ('new','changed','retracted','reinstated','removed','deleted','merged','restored')",
            name=op.f("ck_change_kind"),
        ),
        sa.ForeignKeyConstraint(["told_in_run_id"], ["run.id"], name=op.f("fk_change_told_in_run_id_run")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change")),
    )
    op.create_index(op.f("ix_change_told_in_run_id"), "change", ["told_in_run_id"], unique=False)


def downgrade() -> None:
    op.drop_table("change")
