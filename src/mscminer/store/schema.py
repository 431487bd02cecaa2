"""Migrations and the version gate."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, inspect, text

from mscminer.core.errors import SchemaBehind, SchemaUnknown, StoreError

MIGRATIONS = Path(__file__).parent / "migrations"


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def newest_revision() -> str:
    """The revision that this package brings."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    assert head is not None
    return head


def revision_of(engine: Engine) -> str | None:
    """The revision that a database has, or None for an empty one.

    Raises:
        StoreError: if it has tables that are not ours.
    """
    with _reading(engine) as connection:
        revision = MigrationContext.configure(connection).get_current_revision()
        if revision is None and inspect(connection).get_table_names():
            raise StoreError(
                "this database holds tables that mscminer did not make.",
                where=engine.url.render_as_string(hide_password=True),
                remedy="Give an empty database or the right file.",
            )
    return revision


@contextmanager
def _reading(engine: Engine) -> Iterator[Connection]:
    with engine.connect() as connection:
        yield connection.execution_options(read_only=True)


def upgrade(engine: Engine) -> tuple[str | None, str]:
    """Bring a database (or an empty one) to the newest revision; returns (before, after).

    All migrations run in one transaction: killed in between, nothing has happened.
    """
    before = revision_of(engine)
    _refuse_unknown(engine, before)
    with _foreign_keys_off(engine) as connection, connection.begin():
        upgrade_to(connection, "head")
        _check_foreign_keys(connection)
    return before, newest_revision()


def upgrade_to(connection: Connection, revision: str) -> None:
    """Run the migrations up to `revision` on a connection; the caller holds the transaction."""
    command.upgrade(_config(connection), revision)


@contextmanager
def _foreign_keys_off(engine: Engine) -> Iterator[Connection]:
    # SQLite rebuilds a table to change it; dropping the old one would fire ON DELETE CASCADE.
    # The setting can only change outside a transaction, hence on the driver's own connection.
    with engine.connect() as connection:
        driver = connection.connection.driver_connection
        is_sqlite = engine.dialect.name == "sqlite" and driver is not None
        if is_sqlite and driver is not None:
            driver.execute("PRAGMA foreign_keys = OFF")
        try:
            yield connection
        finally:
            if is_sqlite and driver is not None:
                driver.execute("PRAGMA foreign_keys = ON")


def _check_foreign_keys(connection: Connection) -> None:
    if connection.dialect.name != "sqlite":
        return
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
    if broken is not None:
        raise StoreError(f"the migration would leave a dangling reference: {tuple(broken)}.", remedy="Report a bug.")


def _known() -> set[str]:
    return {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}


def _refuse_unknown(engine: Engine, revision: str | None) -> None:
    if revision is not None and revision not in _known():
        raise SchemaUnknown(
            f"the database has schema {revision}, which this version does not know.",
            where=engine.url.render_as_string(hide_password=True),
            remedy="Upgrade the mscminer package.",
        )


def check(engine: Engine) -> None:
    """Let a database pass that has the newest schema; make it in an empty one.

    Raises:
        SchemaBehind: it is older than the package.
        SchemaUnknown: it is newer than the package.
    """
    revision = revision_of(engine)
    if revision is None:
        upgrade(engine)
        return
    _refuse_unknown(engine, revision)
    if revision != newest_revision():
        raise SchemaBehind(
            f"the database has schema {revision}, this version needs {newest_revision()}.",
            where=engine.url.render_as_string(hide_password=True),
            remedy="Make a copy of it and run `mscminer db upgrade`.",
        )


def is_in_tables(name: str | None, kind: str, _parents: object) -> bool:
    """Whether tables.py speaks of a table: not of the text index, whose form is each database's own."""
    return kind != "table" or not (name or "").startswith("search_text")


def dump_schema(engine: Engine) -> str:
    """The SQL of an SQLite database's schema, one statement a paragraph, in a stable order."""
    query = "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY type DESC, name"
    with _reading(engine) as connection:
        rows = connection.execute(text(query)).all()
    statements = [_ordered(row.sql) + ";" for row in rows if not row.name.startswith(("sqlite_", "alembic_"))]
    return "\n\n".join([f"-- mscminer schema {newest_revision()} (SQLite)", *statements]) + "\n"


def _ordered(statement: str) -> str:
    """A CREATE TABLE with its constraints by name: rebuilding a table leaves them in an order that changes."""
    lines = statement.strip().splitlines()
    constraints = sorted(line.rstrip(" ,") for line in lines if line.startswith("\tCONSTRAINT"))
    if not constraints:
        return statement.strip()
    rest = [line for line in lines if not line.startswith("\tCONSTRAINT")]
    return "\n".join([*rest[:-1], ", \n".join(constraints), rest[-1]])
