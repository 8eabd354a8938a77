"""Runs migrations so that an interrupted one leaves the old schema or the new one, never half."""

from alembic import context
from sqlalchemy import Connection, Engine, create_engine, event, pool, text

from parcours.models import base

# An upgrade waits a little for a lock, then gives up rather than stopping the people at work.
POSTGRESQL_SETTINGS = (
    "SET lock_timeout = '4s'",
    "SET statement_timeout = '60s'",
    "SELECT pg_advisory_lock(7270727)",
)


def run() -> None:
    """Migrate over the given connection, or over one of our own."""
    given = context.config.attributes.get("connection")
    if given is not None:
        _migrate(given)
        return
    engine = _engine(context.config.attributes["url"])
    with engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            for statement in POSTGRESQL_SETTINGS:
                connection.execute(text(statement))
            connection.commit()
        _migrate(connection)
    engine.dispose()


def _migrate(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=base.metadata,
        compare_type=True,
        render_item=_render_plainly,
        render_as_batch=connection.dialect.name == "sqlite",
        transaction_per_migration=True,
        transactional_ddl=True,
    )
    with context.begin_transaction():
        context.run_migrations()


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
        event.listen(engine, "connect", _let_us_begin)
        event.listen(engine, "begin", _begin)
    return engine


def _let_us_begin(dbapi_connection, _record) -> None:  # type: ignore[no-untyped-def]
    dbapi_connection.isolation_level = None
    dbapi_connection.execute("PRAGMA busy_timeout=20000")
    dbapi_connection.execute("PRAGMA journal_mode=wal")
    dbapi_connection.execute("PRAGMA synchronous=full")


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


run()
