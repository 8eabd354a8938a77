"""What every test may ask for: a migrated database, a session, a client, a fixed day."""

import gc
import os
import shutil
import sys
from collections.abc import Iterator
from datetime import date
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from hypothesis import settings as hypothesis_settings
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlmodel import Session
from starlette.testclient import TestClient

from parcours.db import Database
from parcours.settings import Settings
from tests import databases

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"
IN_CI = bool(os.environ.get("CI"))
TODAY = date(2026, 11, 23)
# The browser the machine has; the tests never download one.
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)

# A machine under load is slow, not wrong; CI draws the same examples each time.
hypothesis_settings.register_profile("parcours", deadline=None, derandomize=IN_CI)
hypothesis_settings.register_profile("thorough", deadline=None, derandomize=False)
hypothesis_settings.load_profile("parcours")


class NetworkBlocked(RuntimeError):
    """A test reached for the network: Parcours works without it."""


def pytest_configure(config: pytest.Config) -> None:
    """Start the PostgreSQL that comes from PyPI when asked (value « embedded »)."""
    for name in [name for name in os.environ if name.startswith("PARCOURS_")]:
        if name != databases.POSTGRESQL_VARIABLE:
            del os.environ[name]
    if databases.postgresql_url() == "embedded":
        config.add_cleanup(databases.start_embedded())
    sys.addaudithook(_refuse_network)


def pytest_collection_finish() -> None:
    """Leave what was imported to itself: a fifth of the time went in looking through it for waste.

    A worker lives a few minutes: what is made meanwhile is looked through, thirty times less often.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 10, 10)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that use a database; skip, saying why, those the machine cannot run."""
    for item in items:
        if "template" in getattr(item, "fixturenames", ()):
            item.add_marker("database")
        if item.get_closest_marker("browser") and CHROMIUM is None and not IN_CI:
            item.add_marker(pytest.mark.skip(reason="Chromium n’est pas installé"))
        if item.get_closest_marker("postgresql") and not databases.postgresql_url():
            item.add_marker(pytest.mark.skip(reason="PARCOURS_TEST_POSTGRESQL n’est pas donnée"))
        if item.get_closest_marker("shared") and not SHARED.is_dir():
            item.add_marker(pytest.mark.skip(reason="../shared n’est pas là"))


@pytest.fixture(scope="session", autouse=True)
def cheap_passwords() -> Iterator[None]:
    """Passwords hashed at next to no cost: theirs has a test of its own (test_foundations.py)."""
    from parcours.actions import accounts

    with pytest.MonkeyPatch.context() as patch:
        cheap = Argon2Hasher(time_cost=1, memory_cost=64, parallelism=1)
        patch.setattr(accounts, "_hasher", PasswordHash((cheap,)))
        yield


@pytest.fixture
def today() -> date:
    """The day of every test."""
    return TODAY


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Iterator[bytes | str]:
    """A migrated database: its bytes (SQLite) or its name (PostgreSQL)."""
    server = databases.postgresql_url()
    if server is None:
        yield databases.migrated_sqlite(tmp_path_factory.mktemp("template"))
        return
    with databases.migrated_postgresql(server) as name:
        yield name


@pytest.fixture
def database_url(template: bytes | str, tmp_path: Path) -> Iterator[str]:
    """The address of a real, migrated database that several processes may open."""
    if isinstance(template, bytes):
        path = tmp_path / "parcours.sqlite3"
        path.write_bytes(template)
        yield f"sqlite:///{path}"
        return
    with databases.postgresql_copy(databases.postgresql_url() or "", template) as url:
        yield url


@pytest.fixture
def file_database(database_url: str) -> Iterator[Database]:
    """A database with real locks (SQLite file in WAL, or PostgreSQL): for concurrency tests."""
    with databases.opened(database_url) as opened:
        yield opened


@pytest.fixture
def database(template: bytes | str, request: pytest.FixtureRequest) -> Iterator[Database]:
    """The test’s own database, migrated and empty."""
    if isinstance(template, bytes):
        with databases.sqlite_in_memory(template) as opened:
            yield opened
        return
    yield request.getfixturevalue("file_database")


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """A session that may write; commit before asking a page for what it wrote."""
    engine = database.engine.execution_options(parcours_write=True)
    with Session(engine) as opened:
        yield opened


@pytest.fixture
def settings(tmp_path: Path, today: date) -> Settings:
    """Settings of an ordinary installation, on the day of the tests."""
    return Settings(
        secret_key="a-secret-for-tests-and-nothing-else",
        data_dir=tmp_path,
        today=today,
        trusted_hosts=["testserver"],
    )


@pytest.fixture
def app(settings: Settings, database: Database) -> FastAPI:
    """The application on the test’s database."""
    from parcours.app import create_app  # The rules’ tests never wait for the screens to load.

    return create_app(settings, database)


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    """A browser without JavaScript, over https as Secure cookies want, that follows redirects."""
    with TestClient(app, base_url="https://testserver") as opened:
        yield opened


def _refuse_network(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "socket.connect" and isinstance(arguments[1], tuple):
        host = str(arguments[1][0])
    elif event == "socket.getaddrinfo":
        host = str(arguments[0] or "localhost")
    else:
        return
    if host not in ("localhost", "testserver") and not _is_loopback(host):
        raise NetworkBlocked(host)


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
