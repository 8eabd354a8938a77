"""Runs migrations so that an interrupted one leaves the old schema or the new one, never half."""

import os
from typing import Any

from alembic import context
from sqlalchemy import Connection, Engine, create_engine, event, pool

# Importing the tables is what fills the metadata.
from parcours.models import base

# Two upgrades at once wait for each other. Then each statement waits a little for its locks and
# gives up rather than stopping the people at work; nothing of it remains, and it can be run again.
POSTGRESQL_SETTINGS = (
    "SET lock_timeout = '5min'",
    "SELECT pg_advisory_lock(7270727)",
    "SET lock_timeout = '4s'",
    "SET statement_timeout = '60s'",
)
SQLITE_PRAGMAS = ("busy_timeout=20000", "journal_mode=wal", "synchronous=full")


def run() -> None:
    """Migrate over the given connection, or over one of our own."""
    given = context.config.attributes.get("connection")
    if given is not None:
        _migrate(given)
        return
    engine = _engine(context.config.attributes.get("url") or os.environ["PARCOURS_DATABASE_URL"])
    with engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            for statement in POSTGRESQL_SETTINGS:
                connection.exec_driver_sql(statement)
            connection.commit()
        _migrate(connection)
    engine.dispose()


def _migrate(connection: Connection) -> None:
    is_sqlite = connection.dialect.name == "sqlite"
    context.configure(
        connection=connection,
        target_metadata=base.metadata,
        compare_type=True,
        render_item=_render_plainly,
        render_as_batch=is_sqlite,
        transaction_per_migration=True,
        transactional_ddl=True,
        on_version_apply=(_check_references,) if is_sqlite else (),
    )
    with context.begin_transaction():
        context.run_migrations()


def _check_references(*, ctx: Any, **_others: Any) -> None:
    """Refuse, in the migration’s own transaction, a step that leaves rows pointing at nothing.

    Foreign keys are off while SQLite rebuilds a table, or dropping the old one would empty others.
    """
    orphans = ctx.connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    if orphans:
        raise RuntimeError(f"rows left without the row they refer to: {orphans[:5]}")


def _render_plainly(kind: str, item: object, _context: object) -> str | bool:
    """Write SQLModel’s own types as the plain ones they are: migrations outlive libraries."""
    if kind == "type" and type(item).__name__ == "UTCDateTime":
        return "sa.DateTime(timezone=True)"
    if kind == "type" and type(item).__name__ == "AutoString":
        return f"sa.String(length={item.length})"  # type: ignore[attr-defined]
    return False


def _engine(url: str) -> Engine:
    engine = create_engine(url, poolclass=pool.NullPool)
    if engine.dialect.name == "sqlite":
        # sqlite3 would commit before each DDL statement; an explicit BEGIN makes it all or nothing.
        event.listen(engine, "connect", _prepare_connection)
        event.listen(engine, "begin", _begin)
    return engine


def _prepare_connection(dbapi_connection: Any, _record: object) -> None:
    dbapi_connection.isolation_level = None
    for pragma in SQLITE_PRAGMAS:
        dbapi_connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


run()
