"""Every revision applies, comes back, and is never left half done."""

import random
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import make_url

from parcours import db
from parcours.resources import resource_dir
from tests import databases
from tests.migrations import interruption

SCRIPTS = ScriptDirectory(str(resource_dir("alembic")))
# Oldest first: (revision, the one before it).
STEPS = [(script.revision, script.down_revision) for script in SCRIPTS.walk_revisions()][::-1]
DEATHS = 5
POSTGRESQL_SCHEMA = """
    SELECT table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable
    FROM information_schema.columns WHERE table_schema = 'public'
    UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
    UNION ALL SELECT conrelid::regclass || ' ' || pg_get_constraintdef(oid)
    FROM pg_constraint WHERE connamespace = 'public'::regnamespace
    UNION ALL SELECT tgname FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace
    ORDER BY 1
"""

pytestmark = pytest.mark.database


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    """The address of an empty database."""
    yield from _empty(tmp_path / "empty.sqlite3")


@pytest.fixture
def twin(tmp_path: Path) -> Iterator[str]:
    """The address of another, where the same upgrade runs undisturbed."""
    yield from _empty(tmp_path / "twin.sqlite3")


def test_there_is_one_line_of_revisions() -> None:
    assert len(SCRIPTS.get_heads()) == 1
    assert len(SCRIPTS.get_bases()) == 1


def test_files_are_dated_and_say_why() -> None:
    for script in SCRIPTS.walk_revisions():
        day, time, slug = Path(script.path).stem.split("_", maxsplit=2)
        assert [len(part) for part in day.split("-")] == [4, 2, 2]
        assert len(time) == 4
        assert slug
        assert script.doc


def test_a_migration_never_imports_the_program() -> None:
    for script in SCRIPTS.walk_revisions():
        lines = Path(script.path).read_text(encoding="utf-8").splitlines()
        imports = [line for line in lines if line.strip().startswith(("import ", "from "))]
        assert not [line for line in imports if "parcours" in line]


def test_upgraded_from_empty_nothing_differs_from_the_tables(url: str) -> None:
    db.upgrade(url)
    assert db.check(url) == []


def test_upgrading_twice_changes_nothing(url: str) -> None:
    db.upgrade(url)
    once = _content(url)
    db.upgrade(url)
    assert _content(url) == once


@pytest.mark.parametrize(("revision", "before"), STEPS)
def test_a_revision_comes_back_and_goes_again(url: str, revision: str, before: str | None) -> None:
    _bring(url, before)
    db.upgrade(url, revision)
    new = _content(url)
    db.downgrade(url, before or "base")
    old = _content(url)
    assert old != new
    db.upgrade(url, revision)
    assert _content(url) == new


@pytest.mark.parametrize(("revision", "before"), STEPS)
def test_an_interrupted_upgrade_is_never_half_done(
    url: str, twin: str, revision: str, before: str | None
) -> None:
    _bring(url, before)
    _bring(twin, before)
    old = _content(url)
    last = interruption.moments(twin, revision)
    new = _content(twin)
    for moment in {*random.sample(range(1, last + 1), DEATHS), last}:
        interruption.kill_at(url, revision, moment)
        content = _content(url)
        assert content in (old, new), f"half done when killed at {moment} of {last}"
        assert not [line for line in content if "_alembic_tmp_" in line]
    db.upgrade(url)
    assert db.check(url) == []


def _bring(url: str, revision: str | None) -> None:
    if revision is not None:
        db.upgrade(url, revision)


def _empty(path: Path) -> Iterator[str]:
    server = databases.postgresql_url()
    if server is None:
        yield f"sqlite:///{path}"
        return
    with databases.empty_postgresql(server) as address:
        yield address


def _content(url: str) -> list[str]:
    """Everything in a SQLite file; columns, indexes, constraints, triggers on PostgreSQL."""
    if url.startswith("sqlite"):
        connection = sqlite3.connect(str(make_url(url).database))
        lines = list(connection.iterdump())
        connection.close()
        return lines
    engine = db.make_engine(url)
    with engine.connect() as open_connection:
        lines = list(open_connection.exec_driver_sql(POSTGRESQL_SCHEMA).scalars())
    engine.dispose()
    return lines
