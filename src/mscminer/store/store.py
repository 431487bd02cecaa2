"""The one way in: open a database, work in transactions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from functools import cached_property
from pathlib import Path
from threading import RLock

from sqlalchemy import Engine
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.orm import Session

from mscminer.core.errors import StoreError
from mscminer.core.records import content_hash
from mscminer.store import schema
from mscminer.store.census import CensusStore
from mscminer.store.changes import Changes
from mscminer.store.decisions import Decisions
from mscminer.store.documents import Documents
from mscminer.store.engine import make_engine
from mscminer.store.extractions import Extractions
from mscminer.store.parts import CensusParts
from mscminer.store.queue import Queue
from mscminer.store.records import Records
from mscminer.store.runs import Cursors, Quarantine, Runs
from mscminer.store.samples import Samples
from mscminer.store.search import Search
from mscminer.store.trials import FamilyDecisions, Ledger, Links
from mscminer.store.users import Users


class Transaction:
    """Everything that can be done within one transaction, by subject."""

    def __init__(self, session: Session) -> None:
        self.session = session

    @cached_property
    def records(self) -> Records:
        return Records(self.session)

    @cached_property
    def documents(self) -> Documents:
        return Documents(self.session)

    @cached_property
    def extractions(self) -> Extractions:
        return Extractions(self.session)

    @cached_property
    def census(self) -> CensusStore:
        return CensusStore(self.session)

    @cached_property
    def parts(self) -> CensusParts:
        return CensusParts(self.session)

    @cached_property
    def links(self) -> Links:
        return Links(self.session)

    @cached_property
    def family_decisions(self) -> FamilyDecisions:
        return FamilyDecisions(self.session)

    @cached_property
    def ledger(self) -> Ledger:
        return Ledger(self.session)

    @cached_property
    def quarantine(self) -> Quarantine:
        return Quarantine(self.session)

    @cached_property
    def changes(self) -> Changes:
        return Changes(self.session)

    @cached_property
    def runs(self) -> Runs:
        return Runs(self.session)

    @cached_property
    def cursors(self) -> Cursors:
        return Cursors(self.session)

    @cached_property
    def decisions(self) -> Decisions:
        return Decisions(self.session)

    @cached_property
    def queue(self) -> Queue:
        return Queue(self.session)

    @cached_property
    def samples(self) -> Samples:
        return Samples(self.session)

    @cached_property
    def search(self) -> Search:
        return Search(self.session)

    @cached_property
    def users(self) -> Users:
        return Users(self.session)


class Store:
    """A database whose schema fits this package."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        # SQLite's own waiting is a lottery that somebody can lose for longer than its timeout; threads queue here.
        self._turn = RLock() if engine.dialect.name == "sqlite" else nullcontext()

    @property
    def engine(self) -> Engine:
        return self._engine

    @property
    def url(self) -> str:
        """The database's URL without its password."""
        return self._engine.url.render_as_string(hide_password=True)

    @property
    def lock_path(self) -> Path:
        """Where the lock file of this database lies: beside an SQLite file, else in ``db/`` by its address."""
        url = self._engine.url
        if url.get_backend_name() == "sqlite" and url.database and url.database != ":memory:":
            return Path(url.database + ".lock")
        return Path("db") / f"{content_hash(self.url.encode())[:12]}.lock"

    @contextmanager
    def write(self) -> Iterator[Transaction]:
        """A transaction that is committed at the end, or rolled back on any error."""
        with self._turn, self._session() as session, session.begin():
            yield Transaction(session)

    @contextmanager
    def read(self) -> Iterator[Transaction]:
        """A consistent view for reading; it takes no lock that a writer would wait for."""
        with self._engine.connect() as plain:
            connection = plain.execution_options(read_only=True)
            with self._session(connection) as session:
                yield Transaction(session)

    @contextmanager
    def _session(self, connection: object = None) -> Iterator[Session]:
        try:
            with Session(connection or self._engine, expire_on_commit=False) as session:  # type: ignore[arg-type]
                yield session
        except OperationalError as error:
            raise StoreError(
                f"the database refuses: {error.orig}.",
                where=self.url,
                remedy="See that no other program holds it, that the disk is not full and the file may be written.",
            ) from error

    def close(self) -> None:
        """Give back all connections."""
        self._engine.dispose()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def open_store(url: str) -> Store:
    """Open a database, making its schema if it is empty.

    Raises:
        ConfigError: the URL is wrong.
        SchemaBehind, SchemaUnknown: its schema does not fit this package.
        StoreError: it cannot be opened.
    """
    engine = make_engine(url)
    try:
        schema.check(engine)
    except DatabaseError as error:
        engine.dispose()
        raise StoreError(
            f"the database cannot be opened: {error.orig}.",
            where=engine.url.render_as_string(hide_password=True),
            remedy="See that it is a database, that it is reachable and that you may write to it.",
        ) from error
    except StoreError:
        engine.dispose()
        raise
    return Store(engine)


def upgrade_store(url: str) -> tuple[str | None, str]:
    """Bring a database to the newest schema; returns (before, after)."""
    engine = make_engine(url)
    try:
        return schema.upgrade(engine)
    finally:
        engine.dispose()
