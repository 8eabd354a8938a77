"""Synthetic territories to measure on, the application called in process, and the bare limit."""

import gc
import hashlib
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

import psycopg
from benchmarks import excerpt
from benchmarks.excerpt import copy_people, first_people
from benchmarks.rounds import Ask
from sqlalchemy import event, make_url, text

from parcours import db
from parcours.actions import sign_in, synthesis
from parcours.app import create_app
from parcours.db import Database
from parcours.domain.access import Actor
from parcours.resources import resource_dir
from parcours.settings import Settings
from parcours.web.security import SESSION_COOKIE

TODAY = date(2026, 11, 23)
HUB, PARTNER = "s00@exemple.fr", "s01@exemple.fr"
PASSWORD = "quatre-mots-pour-essayer"


@dataclass(frozen=True)
class Page:
    """A page to measure: who reads it, its address, its budget in ms of CPU."""

    name: str
    email: str
    path: str
    budget: float


@dataclass(frozen=True)
class Size:
    """How many people; `reader`: out of a larger territory, those its lists show them first."""

    learners: int
    reader: str = ""

    def __str__(self) -> str:
        name = self.reader.partition("@")[0]
        return f"{self.learners}_{name}" if name else str(self.learners)


class Served:
    """An application on a database, with a signed-in session an account."""

    def __init__(self, url: str, folder: Path) -> None:
        settings = Settings(
            demo=True, data_dir=folder, database_url=url, today=TODAY, trusted_hosts=["bench"]
        )
        self.database = Database.open(url)
        self._app = create_app(settings, self.database)
        self._cookies: dict[str, str] = {}
        self._asked: list[tuple[str, Any]] = []
        self._answered = b""
        event.listen(self.database.engine, "before_cursor_execute", self._note)
        self._names: dict[str, Any] = {}
        # As a server has it: what one connection writes, the others read again.
        with self.database.engine.connect(), self.database.engine.connect():
            pass

    def get(self, page: Page) -> Ask:
        """What asks for the page once, and checks that it is one."""
        path, _, query = page.path.format(**self._names).partition("?")
        cookie = f"{SESSION_COOKIE}={self._cookie(page.email)}"
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": "GET",
            "scheme": "https",
            "path": path,
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "root_path": "",
            "server": ("bench", 443),
            "client": ("127.0.0.1", 1),
            "headers": [(b"host", b"bench"), (b"cookie", cookie.encode())],
        }

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: dict[str, Any]) -> None:
            if message["type"] == "http.response.start" and message["status"] != 200:
                raise SystemExit(f"{page.path}: {message['status']}")
            self._answered = message.get("body", b"")

        async def ask() -> None:
            await self._app(dict(scope), receive, send)

        return ask

    async def queries(self, ask: Ask) -> list[tuple[str, Any]]:
        """The statements, with their parameters, that a page sends to the database.

        Asked once before: the first page of a minute also notes that the session is in use.
        """
        await ask()
        self._asked.clear()
        await ask()
        return [(sql, values) for sql, values in self._asked if not sql.startswith("BEGIN")]

    async def rows(self, ask: Ask) -> int:
        """How many rows and lines of lists a page shows."""
        await ask()
        return self._answered.count(b"<tr") + self._answered.count(b"<li")

    def actor(self, email: str) -> Actor:
        """Who somebody is once signed in."""
        with self.database.reading() as session:
            found = sign_in.signed_in(
                session, self._cookie(email), today=TODAY, now=datetime.now(UTC)
            )
        if found is None:
            raise SystemExit(f"{email} is signed in no more")
        return found.actor

    def bare(self, queries: Iterable[tuple[str, Any]]) -> Ask:
        """The limit: the page’s own queries by the raw driver, their rows joined as strings."""
        readings = [query for query in queries if query[0].startswith(("SELECT", "WITH"))]
        connection = self.database.engine.raw_connection()

        async def ask() -> None:
            for sql, values in readings:
                cursor = connection.cursor()
                cursor.execute(sql, values)
                _joined(cursor.fetchall())
            connection.rollback()

        return ask

    def _note(self, _connection: Any, _cursor: Any, sql: str, values: Any, *_rest: Any) -> None:
        self._asked.append((sql, values))

    def _cookie(self, email: str) -> str:
        if email not in self._cookies:
            with self.database.writing() as session:
                opened = sign_in.sign_in(
                    session, email, PASSWORD, address="bench", today=TODAY, now=datetime.now(UTC)
                )
            if opened is None:
                raise SystemExit(f"cannot sign in as {email}")
            self._cookies[email] = opened[0]
        return self._cookies[email]


class Territory(Served):
    """An application on a synthetic territory."""

    def __init__(
        self, url: str, folder: Path, size: Size, *, source: "Territory | None" = None
    ) -> None:
        _build(url, size, source)
        super().__init__(url, folder)
        self._names = self._find_names()

    def _find_names(self) -> dict[str, Any]:
        """Of S01: somebody, somebody enrolled, a full cohort, its half-day; a relay sent.

        And whom the list of S00 shows halfway.
        """
        org = "(SELECT id FROM organisation WHERE code = 'S01')"
        is_open = "closed_on IS NULL"
        learner = f"SELECT max(learner_id) FROM pathway WHERE organisation_id = {org} AND {is_open}"
        agreement = f"SELECT max(id) FROM agreement WHERE organisation_id = {org}"
        cohort = (
            "SELECT c.id, min(e.learner_id) FROM cohort c JOIN enrolment e ON e.cohort_id = c.id"
            f" WHERE c.organisation_id = {org} GROUP BY c.id ORDER BY count(*) DESC, c.id LIMIT 1"
        )
        relay = f"SELECT max(id) FROM relay WHERE sender_id = {org}"
        halfway = (
            "SELECT learner_id FROM learner_access WHERE organisation_id = {0} ORDER BY sort_key"
            " LIMIT 1 OFFSET (SELECT count(*) / 2 FROM learner_access WHERE organisation_id = {0})"
        ).format("(SELECT id FROM organisation WHERE code = 'S00')")
        with self.database.engine.connect() as connection:
            # An excerpt may hold nobody enrolled: the pages it is made for ask for none.
            cohort_id, enrolled = connection.execute(text(cohort)).first() or (None, None)
            return {
                "learner": connection.scalar(text(learner)),
                "agreement": connection.scalar(text(agreement)),
                "relay": connection.scalar(text(relay)),
                "halfway": connection.scalar(text(halfway)),
                "enrolled": enrolled,
                "cohort": cohort_id,
                "slot": f"{TODAY.isoformat()}-am",
            }


def on_sqlite(folder: Path, size: Size, *, source: Territory | None = None) -> Territory:
    """A territory in a SQLite file, kept in `folder` for the next run; `source`: see `Size`."""
    place = folder / f"{size}-{_version()}"
    place.mkdir(parents=True, exist_ok=True)
    url = f"sqlite:///{(place / 'parcours.sqlite3').resolve()}"
    return Territory(url, place, size, source=source)


def on_postgresql(
    server: str, folder: Path, size: Size, *, source: Territory | None = None
) -> Territory:
    """A territory in a database of its own on `server`, kept there for the next run."""
    name = f"parcours_bench_{size}_{_version()}"
    address = make_url(server).set(drivername="postgresql")
    with psycopg.connect(
        address.render_as_string(hide_password=False), autocommit=True
    ) as connection:
        known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,))
        if known.fetchone() is None:
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
    url = make_url(server).set(database=name).render_as_string(hide_password=False)
    return Territory(url, folder, size, source=source)


def _build(url: str, size: Size, source: Territory | None) -> None:
    """Fill the database, unless a former run did: the territory is one transaction."""
    db.upgrade(url)
    database = Database.open(url)
    with database.engine.connect() as connection:
        is_built = connection.execute(text("SELECT 1 FROM organisation LIMIT 1")).first()
    if not is_built:
        start = time.perf_counter()
        if source is not None:
            reader = source.actor(size.reader)
            with source.database.reading() as session:
                people = first_people(session, reader, size.learners, today=TODAY)
            copy_people(source.database, database, people)
        else:
            with database.writing() as session:
                synthesis.build_synthetic(
                    session, learners=size.learners, seed=1, today=TODAY, password=PASSWORD
                )
        print(f"{size} learners built in {time.perf_counter() - start:.0f} s", flush=True)
        with database.engine.connect() as connection:
            connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("ANALYZE"))
    database.dispose()


def _version() -> str:
    """Changes with what a territory is made of: one built otherwise is never measured."""
    files = [
        *sorted(Path(synthesis.__file__).parent.glob("synth*.py")),
        *sorted((resource_dir("alembic") / "versions").glob("*.py")),
        Path(excerpt.__file__),
    ]
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()[:8]


def _joined(rows: Iterable[Any]) -> str:
    return "".join("<tr>" + "".join(f"<td>{value}</td>" for value in row) + "</tr>" for row in rows)


def weight(root: Any) -> float:
    """Megabytes of an object and all it holds; code is not counted."""
    seen, left, total = {id(root)}, [root], 0
    while left:
        one = left.pop()
        total += sys.getsizeof(one)
        for held in gc.get_referents(one):
            if id(held) not in seen and not isinstance(held, (type, ModuleType, FunctionType)):
                seen.add(id(held))
                left.append(held)
    return total / 1e6
