"""What assembling keeps of each record, and kept censuses in pieces."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "census_part",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("kind", sa.Integer(), nullable=False),
        sa.Column("stamp", sa.Text(), nullable=False),
        sa.Column("claims", sa.Text(), nullable=False),
        sa.Column("inferred", sa.Text(), nullable=False),
        sa.Column("essence", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("kind in (0, 1)", name=op.f("ck_census_part_kind")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_census_part")),
    )
    op.create_table(
        "census_snapshot_part",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["digest"],
            ["census_snapshot.digest"],
            name=op.f("fk_census_snapshot_part_digest_census_snapshot"),
        ),
        sa.PrimaryKeyConstraint("digest", "position", name=op.f("pk_census_snapshot_part")),
    )


def downgrade() -> None:
    op.drop_table("census_snapshot_part")
    op.drop_table("census_part")
