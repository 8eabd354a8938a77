"""Server CPU and queries of each page, on 100 and on 100,000 learners, beside a bare limit.

    python benchmarks/pages.py [--folder FOLDER] [--learners 100000]

Builds the two synthetic territories once (kept in FOLDER), then calls the application in process:
real middleware, real templates, a signed-in session. Prints medians of rounds, in ms of CPU of the
whole process, beside the page's own rows fetched and joined as strings. Exit code 1 when a budget
or the number of queries is broken.
"""

import argparse
import asyncio
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import event, text

from parcours import db
from parcours.actions import sign_in
from parcours.actions.synthesis import build_synthetic
from parcours.app import create_app
from parcours.db import Database
from parcours.settings import Settings
from parcours.web.security import SESSION_COOKIE

TODAY = date(2026, 11, 23)
PASSWORD = "quatre-mots-pour-essayer"
ROUNDS, REQUESTS = 7, 10
MOST_QUERIES = 8
COUNSELLOR, COORDINATOR = "s00@exemple.fr", "s01@exemple.fr"


@dataclass(frozen=True)
class Page:
    """A page to measure: who reads it, its address, its budget in ms of CPU."""

    name: str
    email: str
    path: str
    budget: float


PAGES = (
    Page("Ma journée, conseillère", COUNSELLOR, "/", 8),
    Page("Ma journée, coordinatrice", COORDINATOR, "/", 8),
    Page("Apprenants", COUNSELLOR, "/apprenants", 5),
    Page("Apprenants, page suivante", COORDINATOR, "/apprenants?apres=m~0", 5),
    Page("Apprenants, en rupture", COORDINATOR, "/apprenants?situation=rupture", 5),
    Page("Apprenants, en étape", COUNSELLOR, "/apprenants?situation=etape", 5),
    Page("Apprenants, QPV", COORDINATOR, "/apprenants?quartier=inside", 5),
    Page("Apprenants, programme", COORDINATOR, "/apprenants?programme=1", 5),
    Page("Apprenants, nom cherché", COUNSELLOR, "/apprenants?q=le", 10),
    Page("Ruptures, ma structure", COORDINATOR, "/ruptures", 8),
    Page("Ruptures, toutes", COUNSELLOR, "/ruptures?portee=toutes", 8),
    Page("Une personne", COORDINATOR, "/apprenants/{learner}", 8),
    Page("Ses présences", COORDINATOR, "/apprenants/{enrolled}/presences", 8),
    Page("Promotions", COORDINATOR, "/promotions", 8),
    Page("Une promotion", COORDINATOR, "/promotions/{cohort}", 8),
    Page("Émargement, 25 personnes", COORDINATOR, "/promotions/{cohort}/emargement/{slot}", 5),
    Page("Conventions", COORDINATOR, "/conventions", 8),
    Page("Imports", COORDINATOR, "/imports", 8),
    Page("Sorties", COORDINATOR, "/sorties", 8),
)


class Served:
    """An application on one territory, with sessions opened."""

    def __init__(self, folder: Path, learners: int) -> None:
        self.settings = Settings(demo=True, data_dir=folder, today=TODAY, trusted_hosts=["bench"])
        if not (folder / "built").exists():
            self._build(folder, learners)
        self.database = Database.open(self.settings.url)
        self.app = create_app(self.settings, self.database)
        self.cookies = {email: self._sign_in(email) for email in (COUNSELLOR, COORDINATOR)}
        self.queries = 0
        event.listen(self.database.engine, "before_cursor_execute", self._count)
        self.names = self._names()

    def _build(self, folder: Path, learners: int) -> None:
        db.upgrade(self.settings.url)
        database = Database.open(self.settings.url)
        with database.writing() as session:
            build_synthetic(session, learners=learners, seed=1, today=TODAY, password=PASSWORD)
        with database.engine.connect() as connection:
            connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("ANALYZE"))
        database.dispose()
        (folder / "built").touch()

    def _sign_in(self, email: str) -> str:
        with self.database.writing() as session:
            now = datetime.now(UTC)
            opened = sign_in.sign_in(
                session, email, PASSWORD, address="bench", today=TODAY, now=now
            )
        if opened is None:
            raise SystemExit(f"cannot sign in as {email}")
        return opened[0]

    def _count(self, _connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        self.queries += not statement.startswith("BEGIN")

    def _names(self) -> dict[str, str]:
        """A learner, an enrolled one, a cohort and its half-day to take, of the coordinator's."""
        with self.database.engine.connect() as connection:
            org = "(SELECT id FROM organisation WHERE code = 'S01')"
            learner = connection.scalar(
                text(f"SELECT max(id) FROM learner WHERE organisation_id = {org}")
            )
            cohort, enrolled = connection.execute(
                text(
                    "SELECT c.id, min(e.learner_id) FROM cohort c JOIN enrolment e ON"
                    f" e.cohort_id = c.id WHERE c.organisation_id = {org} GROUP BY c.id"
                    " ORDER BY count(*) DESC, c.id LIMIT 1"
                )
            ).one()
        slot = f"{TODAY.isoformat()}-am"
        return {"learner": learner, "enrolled": enrolled, "cohort": cohort, "slot": slot}

    def get(self, page: Page) -> Callable[[], Any]:
        """A coroutine function that asks for the page once and checks that it is one."""
        path, _, query = page.path.format(**self.names).partition("?")
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
            "headers": [
                (b"host", b"bench"),
                (b"cookie", f"{SESSION_COOKIE}={self.cookies[page.email]}".encode()),
            ],
        }

        async def ask() -> None:
            async def receive() -> dict[str, Any]:
                return {"type": "http.request", "body": b"", "more_body": False}

            async def send(message: dict[str, Any]) -> None:
                if message["type"] == "http.response.start" and message["status"] != 200:
                    raise SystemExit(f"{path}: {message['status']}")

            await self.app(dict(scope), receive, send)

        return ask


def measure(served: Served, page: Page) -> tuple[float, int]:
    """(median ms of CPU per request, queries per request)."""
    ask = served.get(page)

    async def rounds() -> list[float]:
        for _ in range(3):
            await ask()
        figures = []
        for _ in range(ROUNDS):
            start = time.process_time()
            for _ in range(REQUESTS):
                await ask()
            figures.append((time.process_time() - start) * 1000 / REQUESTS)
        return figures

    figures = asyncio.run(rounds())
    served.queries = 0
    asyncio.run(ask())
    return statistics.median(figures), served.queries


def bare(served: Served) -> float:
    """The limit: fifty rows of the list by the raw driver, joined as strings."""
    statement = (
        "SELECT l.id, l.birth_name, l.first_names, l.city FROM learner_access a JOIN learner l"
        " ON l.id = a.learner_id WHERE a.organisation_id = 1 ORDER BY a.sort_key, a.learner_id"
        " LIMIT 50"
    )
    connection = served.database.engine.raw_connection()
    figures = []
    for _ in range(ROUNDS):
        start = time.process_time()
        for _ in range(REQUESTS):
            rows = connection.cursor().execute(statement).fetchall()
            "".join(
                f"<tr><td>{a}</td><td>{b}</td><td>{c}</td><td>{d}</td></tr>" for a, b, c, d in rows
            )
        figures.append((time.process_time() - start) * 1000 / REQUESTS)
    connection.close()
    return statistics.median(figures)


def main() -> int:
    """Print the table; 1 when something is over its budget."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--folder", type=Path, default=Path("parcours-bench"))
    parser.add_argument("--learners", type=int, default=100_000)
    options = parser.parse_args()
    large = Served(options.folder / str(options.learners), options.learners)
    small = Served(options.folder / "100", 100)
    limit = bare(large)
    print(f"bare query + string join, 50 rows: {limit:.2f} ms")
    print(f"{'page':28} {'budget':>6} {options.learners:>9} {'100':>7} {'×bare':>6}  queries")
    broken = 0
    for page in PAGES:
        cost, queries = measure(large, page)
        small_cost, small_queries = measure(small, page)
        is_kept = cost <= page.budget and queries <= MOST_QUERIES and queries == small_queries
        broken += not is_kept
        counts = f"{queries} / {small_queries}"
        mark = "" if is_kept else "  OVER"
        print(
            f"{page.name:28} {page.budget:6.0f} {cost:9.2f} {small_cost:7.2f}"
            f" {cost / limit:6.0f}  {counts}{mark}",
            flush=True,
        )
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
