"""The only place that knows SQLAlchemy and Alembic."""
