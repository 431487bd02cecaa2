"""Migrations, the version gate and the golden schema."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from mscminer.core.errors import ConfigError, SchemaBehind, SchemaUnknown, StoreError
from mscminer.store import open_store, schema, upgrade_store
from mscminer.store.engine import make_engine
from mscminer.store.tables import Base
from tests.conftest import ROOT
from tests.samples import KEY, make_document, make_extraction


def test_migrations_make_what_the_tables_say(url: str) -> None:
    with open_store(url) as store, store.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "include_name": schema.is_in_tables}
        )
        assert compare_metadata(context, Base.metadata) == []


def test_golden_schema(tmp_path: Path) -> None:
    with open_store(f"sqlite:///{tmp_path}/a.sqlite") as store:
        made = schema.dump_schema(store.engine)
    golden = ROOT / "db" / "schema.sql"
    assert made == golden.read_text(encoding="utf-8"), "run scripts/schema to write db/schema.sql anew"


def test_a_database_of_the_past_is_refused_and_upgraded(url: str) -> None:
    engine = make_engine(url)
    with engine.begin() as connection:
        schema.upgrade_to(connection, "0001")
    engine.dispose()
    if schema.newest_revision() != "0001":
        with pytest.raises(SchemaBehind, match="mscminer db upgrade"):
            open_store(url)
    assert upgrade_store(url) == ("0001", schema.newest_revision())
    open_store(url).close()


def test_a_database_of_the_future_is_refused(url: str) -> None:
    with open_store(url) as store, store.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(SchemaUnknown, match="Upgrade the mscminer package"):
        open_store(url)
    with pytest.raises(SchemaUnknown):
        upgrade_store(url)


def test_a_foreign_database_is_refused(url: str) -> None:
    engine = make_engine(url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE visitors (id INTEGER)"))
    engine.dispose()
    with pytest.raises(StoreError, match="did not make"):
        open_store(url)


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    file = tmp_path / "letter.sqlite"
    file.write_text("Dear colleague, " * 100)
    with pytest.raises(StoreError, match="cannot be opened"):
        open_store(f"sqlite:///{file}")


@pytest.mark.parametrize("wrong", ["not a url", "oracle9://x", "mysterydb:///x"])
def test_wrong_urls(wrong: str) -> None:
    with pytest.raises(ConfigError, match="database_url"):
        open_store(wrong)


def test_sqlite_enforces_foreign_keys_and_uses_wal(tmp_path: Path) -> None:
    with open_store(f"sqlite:///{tmp_path}/a.sqlite") as store, store.engine.connect() as connection:
        assert connection.execute(text("PRAGMA foreign_keys")).scalar() == 1
        assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"


@pytest.mark.parametrize("frozen", sorted((Path(__file__).parent / "frozen").glob("*.sql")), ids=lambda path: path.stem)
def test_a_frozen_database_is_upgraded_with_all_its_rows(tmp_path: Path, frozen: Path) -> None:
    file = tmp_path / "old.sqlite"
    with closing(sqlite3.connect(file)) as connection:
        connection.executescript(frozen.read_text(encoding="utf-8"))
    url = f"sqlite:///{file}"
    upgrade_store(url)
    with open_store(url) as store, store.read() as tx:
        assert [stored.record.raw for stored in tx.records.versions(KEY)] == [b"old", b"new"]
        document = tx.documents.by_version(make_document().version)
        assert document == make_document()
        loaded = tx.extractions.latest(1)
    assert loaded == make_extraction(make_document())
