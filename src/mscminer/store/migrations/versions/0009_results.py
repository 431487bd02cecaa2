"""The census without `has_results`, which nothing read.

Revision ID: 0009
Revises: 0008
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_column("census", "has_results")


def downgrade() -> None:
    # Whether a paper is linked or results are posted: the census is made anew by what assembles it.
    op.add_column("census", sa.Column("has_results", sa.Integer(), nullable=False, server_default="0"))
