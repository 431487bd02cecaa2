"""Engines: SQLite with the settings it needs, or any SQLAlchemy URL (PostgreSQL by psycopg)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from mscminer.core.errors import ConfigError

BUSY_TIMEOUT_MS = 30_000


def parse_url(text: str) -> URL:
    """Read a database URL; a bare ``postgresql://`` gets the psycopg 3 driver.

    Raises:
        ConfigError: if it is no URL of a database that SQLAlchemy knows.
    """
    try:
        url = make_url(text)
        if url.drivername == "postgresql":
            url = url.set(drivername="postgresql+psycopg")
        url.get_dialect()
    except (ArgumentError, NoSuchModuleError) as error:
        raise ConfigError(
            "this is no database URL.",
            where="database_url",
            remedy="Write sqlite:///db/mscminer.sqlite or postgresql://user@host/name.",
        ) from error
    return url


def make_engine(text: str) -> Engine:
    """Create an engine; the folder of an SQLite file is made.

    Raises:
        ConfigError: for a wrong URL or a missing driver.
    """
    url = parse_url(text)
    if url.get_backend_name() == "sqlite":
        return _sqlite(url)
    try:
        return create_engine(url, pool_pre_ping=True)
    except ModuleNotFoundError as error:
        raise ConfigError(
            f"the driver {error.name} is not installed.",
            where=url.render_as_string(hide_password=True),
            remedy="Install mscminer[postgresql].",
        ) from error


def _sqlite(url: URL) -> Engine:
    if url.database and url.database != ":memory:":
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url)
    event.listen(engine, "connect", _on_connect)
    event.listen(engine, "begin", _on_begin)
    return engine


def _on_connect(connection: Any, _record: object) -> None:
    # The driver's own transaction handling would not cover DDL and SELECT: SQLAlchemy says BEGIN instead.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = NORMAL")
    # Room for sorting a million groups in memory; taken only as it is needed.
    cursor.execute("PRAGMA cache_size = -65536")
    cursor.close()


def _on_begin(connection: Any) -> None:
    # IMMEDIATE where we mean to write: a reader that turns writer cannot wait for the lock, it fails at once.
    options = connection.get_execution_options()
    connection.exec_driver_sql("BEGIN" if options.get("read_only") else "BEGIN IMMEDIATE")
