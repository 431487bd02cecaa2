"""Alembic's entry: runs on the connection that `schema.upgrade` hands over."""

from __future__ import annotations

from alembic import context

from mscminer.store.tables import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    compare_type=True,
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
