"""Engines, transactions and the only commit(); all that differs between SQLite and PostgreSQL."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, Text, bindparam, create_engine, event, literal, make_url
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import GenericFunction
from sqlmodel import Session, SQLModel

from parcours.models.base import metadata
from parcours.resources import resource_dir

SQLITE_PRAGMAS = (
    "journal_mode=wal",
    "synchronous=full",
    "busy_timeout=20000",
    "foreign_keys=on",
    "secure_delete=on",
    # Reading the file where the system holds it: a page of a large territory costs half as much,
    # and no connection keeps, or throws away at each write, a copy of its own.
    "mmap_size=1073741824",
)
# On a reading connection these statements alone may reach the database.
READING_STATEMENTS = ("SELECT", "WITH", "PRAGMA", "EXPLAIN")
# What a page showed of a score is kept with the record of its reading.
TRACES = (
    "INSERT INTO AUDIT_ENTRY",
    "INSERT INTO MATCH_RUN",
    "INSERT INTO MATCH_RESULT",
    "INSERT INTO COVERAGE_RUN",
)
RECORDED_READING_STATEMENTS = (*READING_STATEMENTS, *TRACES)


class WriteRefused(RuntimeError):
    """A page that only reads tried to write: a defect of the program, never of the person."""


@dataclass(frozen=True, slots=True)
class Database:
    """The engine that writes and the one that reads (a replica where one is set)."""

    engine: Engine
    read_engine: Engine

    @classmethod
    def open(cls, url: str, read_url: str | None = None) -> "Database":
        """Open the database at `url`; lists read from `read_url` where it is given."""
        engine = make_engine(url)
        return cls(engine, make_engine(read_url) if read_url else engine)

    @classmethod
    def for_engine(cls, engine: Engine) -> "Database":
        """Use one engine for both."""
        return cls(engine, engine)

    def dispose(self) -> None:
        """Close every pooled connection."""
        self.engine.dispose()
        self.read_engine.dispose()

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session whose transaction holds the write lock from the start; commits at the end."""
        with Session(self.engine.execution_options(parcours_write=True)) as session:
            yield session
            session.commit()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that refuses any statement but a reading."""
        with Session(self.read_engine.execution_options(parcours_only=READING_STATEMENTS)) as s:
            yield s

    @contextmanager
    def snapshot(self) -> Iterator[Session]:
        """A long reading of one state of the database, whatever is written meanwhile.

        Of the database that is written to: what was just entered is there.
        """
        options: dict[str, Any] = {"parcours_only": READING_STATEMENTS}
        if not is_sqlite(self.engine):
            options["isolation_level"] = "REPEATABLE READ"
        with Session(self.engine.execution_options(**options)) as session:
            yield session

    @contextmanager
    def recorded_reading(self) -> Iterator[Session]:
        """A reading whose only write is its own trace, in the same transaction."""
        options = {"parcours_write": True, "parcours_only": RECORDED_READING_STATEMENTS}
        with Session(self.engine.execution_options(**options)) as session:
            yield session
            session.commit()


def make_engine(url: str) -> Engine:
    """An engine that loses no update: real transactions, and durable ones, on both databases."""
    if make_url(url).get_backend_name() == "sqlite":
        # The connection used last holds the pages of the file: any other must map it again, since
        # somebody wrote meanwhile, be it only the record of a reading.
        pool = {"pool_size": 8, "max_overflow": 8, "pool_use_lifo": True}
        return prepare_sqlite(create_engine(url, **pool))
    return prepare(create_engine(url, pool_pre_ping=True, pool_size=8, max_overflow=8))


def prepare_sqlite(engine: Engine) -> Engine:
    """Set every connection of a SQLite engine to explicit, durable transactions."""
    event.listen(engine, "connect", _set_pragmas)
    event.listen(engine, "begin", _begin_explicitly)
    return prepare(engine)


def prepare(engine: Engine) -> Engine:
    """Refuse writes on connections opened for reading."""
    event.listen(engine, "before_cursor_execute", _refuse_writes)
    return engine


def is_sqlite(bind: Engine | Connection) -> bool:
    """Whether this is the embedded database."""
    return bind.dialect.name == "sqlite"


def is_duplicate(error: IntegrityError) -> bool:
    """Whether a uniqueness constraint refused the row (other constraints are defects)."""
    state = getattr(error.orig, "sqlstate", None)
    return state == "23505" or "UNIQUE constraint failed" in str(error.orig)


def insert_once(
    session: Session, table: type[SQLModel], values: dict[str, Any], *, unique: str
) -> bool:
    """Insert a row unless one has the same `unique` value already; whether it was inserted.

    The caller’s transaction goes on either way, where a refused row would have ended it.
    """
    session.flush()
    connection = session.connection()
    statement: Any
    if connection.dialect.name == "sqlite":
        statement = sqlite.insert(table).on_conflict_do_nothing(index_elements=[unique])
    else:
        statement = postgresql.insert(table).on_conflict_do_nothing(index_elements=[unique])
    # Counted rows are not to be had everywhere from a statement that also asks for keys.
    inserted = connection.execute(statement.returning(literal(1)), values)
    return inserted.first() is not None


def insert_new(session: Session, table: type[SQLModel], found: Any, values: dict[str, Any]) -> None:
    """Insert the rows a SELECT finds (its columns named like the table’s) but those there already.

    `values` are its parameters.
    """
    session.flush()
    connection = session.connection()
    names = [column.name for column in found.selected_columns]
    dialect: Any = sqlite if connection.dialect.name == "sqlite" else postgresql
    statement = dialect.insert(table).from_select(names, found).on_conflict_do_nothing()
    connection.execute(statement, values)


def insert_missing(
    session: Session, table: type[SQLModel], rows: Sequence[dict[str, Any]], *, unique: str
) -> None:
    """Insert the rows whose `unique` value is not there yet, in one statement."""
    session.flush()
    connection = session.connection()
    insert: Any = sqlite.insert if is_sqlite(connection) else postgresql.insert
    statement = insert(table).on_conflict_do_nothing(index_elements=[unique])
    connection.execute(statement, list(rows))


def each_of(name: str) -> Any:
    """The texts of a JSON list bound as `name`, as a table of one column, `value`."""
    return _Each(bindparam(name, type_=Text)).table_valued("value", name=f"each_of_{name}")


class _Each(GenericFunction[Any]):
    """Both databases read a JSON list as rows, each under its own name."""

    name = "each_of_json"
    inherit_cache = True


@compiles(_Each, "sqlite")
def _each_on_sqlite(element: _Each, compiler: Any, **how: Any) -> str:
    return f"json_each({compiler.process(element.clauses, **how)})"


@compiles(_Each, "postgresql")
def _each_on_postgresql(element: _Each, compiler: Any, **how: Any) -> str:
    return f"json_array_elements_text(CAST({compiler.process(element.clauses, **how)} AS json))"


def is_too_large(error: Exception) -> bool:
    """Whether a number was larger than any column holds: SQLite’s driver and PostgreSQL say so."""
    state = getattr(getattr(error, "orig", None), "sqlstate", None)
    return isinstance(error, OverflowError) or state == "22003"


def upgrade(url: str, revision: str = "head") -> None:
    """Bring the schema to `revision`, one transaction per migration."""
    _prepare_folder(url)
    command.upgrade(_alembic_config(url), revision)


def downgrade(url: str, revision: str) -> None:
    """Take the schema back to `revision` (development and tests)."""
    command.downgrade(_alembic_config(url), revision)


def check(url: str) -> list[Any]:
    """Differences between the tables of the program and those of the database."""
    engine = make_engine(url)
    try:
        with engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True})
            return list(compare_metadata(context, metadata))
    finally:
        engine.dispose()


def revisions(connection: Connection) -> tuple[str | None, str | None]:
    """(revision of the database, newest revision of the program)."""
    current = MigrationContext.configure(connection).get_current_revision()
    return current, ScriptDirectory(str(resource_dir("alembic"))).get_current_head()


def _set_pragmas(dbapi_connection: Any, _record: object) -> None:
    # sqlite3 must not open transactions by itself: it would begin too late and lose updates.
    dbapi_connection.isolation_level = None
    for pragma in SQLITE_PRAGMAS:
        dbapi_connection.execute(f"PRAGMA {pragma}")


def _begin_explicitly(connection: Connection) -> None:
    is_write = connection.get_execution_options().get("parcours_write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if is_write else "BEGIN")


def _refuse_writes(connection: Connection, _cursor: Any, statement: str, *_others: Any) -> None:
    allowed = connection.get_execution_options().get("parcours_only")
    if allowed is None or statement.startswith(("BEGIN", "ROLLBACK", "COMMIT", "SAVEPOINT")):
        return
    if not " ".join(statement[:80].split()).upper().replace('"', "").startswith(allowed):
        raise WriteRefused(statement[:80])


def _prepare_folder(url: str) -> None:
    database = make_url(url).database
    if url.startswith("sqlite") and database and database != ":memory:":
        Path(database).parent.mkdir(parents=True, exist_ok=True)


def _alembic_config(url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(resource_dir("alembic")).replace("%", "%%"))
    config.attributes["url"] = url
    return config
