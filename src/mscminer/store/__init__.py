"""The only place that knows SQLAlchemy and Alembic."""

from mscminer.store.store import Store, Transaction, open_store, upgrade_store

__all__ = ["Store", "Transaction", "open_store", "upgrade_store"]
