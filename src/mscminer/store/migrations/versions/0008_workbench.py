"""The workbench at 100,000 trials: filters and totals of the queue without scanning, samples that are closed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

ORDER = ["effect", "doubt", "record_id", "field"]
FROM_CARDS = """
UPDATE curation_task SET
  category = (SELECT c.category FROM record_card c WHERE c.record_id = curation_task.record_id),
  source = (SELECT c.source FROM record_card c WHERE c.record_id = curation_task.record_id),
  year = (SELECT c.year FROM record_card c WHERE c.record_id = curation_task.record_id)
WHERE EXISTS (SELECT 1 FROM record_card c WHERE c.record_id = curation_task.record_id)
"""
TOTALS = """
INSERT INTO curation_total (state, field, effective, number)
SELECT state, field, effect > 0, count(*) FROM curation_task GROUP BY state, field, effect > 0
"""


CUT = "UPDATE curation_task SET value = '\"\"' WHERE length(value) > 2200"


def upgrade() -> None:
    # An index row of PostgreSQL holds some 2,700 bytes; refreshing writes such values anew, shorter.
    op.execute(CUT)
    for name in ("category", "source"):
        op.add_column("curation_task", sa.Column(name, sa.Text(), nullable=False, server_default=""))
    op.add_column("curation_task", sa.Column("year", sa.Integer(), nullable=True))
    op.add_column("curation_task", sa.Column("changed", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("record_card", sa.Column("linked", sa.Text(), nullable=False, server_default=""))
    op.add_column("sample", sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("sample", sa.Column("closed_by", sa.Text(), nullable=True))
    # Whether the census is fresh is asked before and after each decision, and rests on this.
    op.create_index("ix_record_state", "record", ["state", "current_version_id"], unique=False)
    op.execute(FROM_CARDS)
    _create_indexes()
    op.create_table(
        "curation_total",
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("effective", sa.Boolean(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("state", "field", "effective", name=op.f("pk_curation_total")),
    )
    op.execute(TOTALS)


def _create_indexes() -> None:
    op.drop_index("ix_curation_task_order", "curation_task")
    op.create_index("ix_curation_task_order", "curation_task", ["state", *ORDER, "value"], unique=False)
    for name in ("field", "category", "year", "source"):
        columns = [name, "state", *(column for column in ORDER if column != name)]
        columns += ["value"] if name == "field" else []
        op.create_index(f"ix_curation_task_{name}", "curation_task", columns, unique=False)
    op.create_index(
        "ix_curation_task_category_year", "curation_task", ["category", "year", "state", *ORDER], unique=False
    )
    for name in ("conflict", "stale", "changed"):
        only = sa.text(name)
        op.create_index(
            f"ix_curation_task_{name}",
            "curation_task",
            [name, "state", *ORDER],
            unique=False,
            sqlite_where=only,
            postgresql_where=only,
        )


def downgrade() -> None:
    op.drop_table("curation_total")
    op.drop_index("ix_record_state", "record")
    for name in ("order", "field", "category", "year", "category_year", "source", "conflict", "stale", "changed"):
        op.drop_index(f"ix_curation_task_{name}", "curation_task")
    op.create_index("ix_curation_task_order", "curation_task", ["state", *ORDER], unique=False)
    for table, names in {
        "curation_task": ("category", "source", "year", "changed"),
        "record_card": ("linked",),
        "sample": ("closed_at", "closed_by"),
    }.items():
        for name in names:
            op.drop_column(table, name)
