"""Every request of one tenant sent as the other, ids swapped; what was seen and what changed."""

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from httpx2 import Response
from sqlalchemy import make_url
from starlette.testclient import TestClient

from parcours.app import create_app
from parcours.db import Database
from parcours.settings import Settings
from tests import databases
from tests.tenancy import rows, territory
from tests.tenancy.browsing import (
    TICK,
    Browser,
    Request,
    Routes,
    crawl,
    sign_in,
    squeezed,
    text_of,
)
from tests.tenancy.tenant import Tenant

NEUTRAL = "neutre"
# Ending the session, or opening another, says nothing about somebody else’s rows.
NOT_REPLAYED = {"GET /connexion", "POST /connexion", "POST /deconnexion"}
NAMED = ("learner", "cohort", "pathway", "step", "enrolment", "curriculum", "agreement", "import",
         "export", "exit", "follow_up", "exit_situation", "sharing", "message", "relay",
         "task", "appointment",
         "calendar_token", "organisation", "membership", "account", "account_link", "note",
         "immersion", "replacement", "offer", "offer_date", "discussion", "activity", "equipment",
         "equipment_handover", "weekly_engagement", "candidate", "need", "employer",
         "employer_site", "introduction", "framework", "certification", "jury_result",
         "nominative_export", "export_job")  # fmt: skip
COLUMNS = ("organisation_id", "learner_id", "account_id", "cohort_id", "pathway_id")
# How a form is filled where the page proposes nothing.
FILLINGS = {
    "birth_name": "Neutre",
    "first_names": "Alix",
    "born_on": "12/03/1990",
    "title": "Essai",
    "code": "ESSAI-1",
    "name": "Essai",
    "starts_on": "01/12/2026",
    "ends_on": "31/12/2026",
    "planned_start_on": "01/12/2026",
    "capacity": "8",
    "purpose": "Essai",
    "medium": "paper",
    "cohorts": TICK,
    "reason": "Essai",
    "situation": "CHOMAGE",
    "modules": "Essai ; 7",
    "skills": "Essai ; Essai",
    "moment": "Essai",
    "place": "Essai",
    "label": "Essai",
    "question": "Essai",
    "reply": "Essai",
    "withdrawal": "Essai",
    "words": "Essai",
    "learner": TICK,
    "held_on": "05/12/2026",
    "due_on": "01/12/2026",
    "starts_at": "9 h",
    "ends_at": "10 h",
    "until": "31/12/2026",
    "rhythm": "weekly",
    "motive": "Essai",
    "closing_motive": "Essai",
    "answer": "Essai",
    "text": "Essai",
    "how": "Essai",
    "posts": "2",
    "fresh_days": "60",
    "contact_name": "Essai",
    "licence_task": "Essai",
    "firm_name": "Essai",
    "missed_on": "20/11/2026",
    "missed_hours": "1",
    "answered_on": "20/11/2026",
    "hired": "oui",
    "waiver": "Essai",
    "theme": "COURRIEL",
    "minutes": "60",
    "who": TICK,
    "inventory_number": "ESSAI-1",
    "condition": "good",
    "new_due_on": "31/12/2026",
    "hours": "8",
    "on": "01/12/2026",
    "choice": "waiting:cohort_full",
    "why": "Essai",
    "rank": "1",
    "mark": "10",
    "mark_label": "Essai",
    "opens_on": "01/11/2026",
    "edition": "2027",
    "blocks": "BC01 ; Essai",
    "jury_on": "01/11/2026",
    "said": "Essai",
    "presentation": "Essai",
    "person_reason": "pay",
    "reminder": "4",
    "closing": "9",
    "occupations": "M1805",
    "new": "4",
    "because": "Essai de remise",
    "disability": "no",
}


@dataclass(slots=True)
class World:
    """The application on the two tenants, everybody signed in."""

    app: FastAPI
    routes: Routes
    source: bytes | str
    tenants: tuple[Tenant, Tenant]
    browsers: dict[tuple[str, str], Browser]
    # Addresses of each route that a crawl reads: the coordinator’s pages show the most.
    each: int
    _offered: dict[tuple[str, str], list[Request]] = field(default_factory=dict)

    def browser(self, tenant: Tenant, who: str) -> Browser:
        """The signed-in browser of somebody."""
        return self.browsers[tenant.mark, who]

    def offered(self, tenant: Tenant, who: str) -> list[Request]:
        """Every request the pages of somebody offer."""
        key = tenant.mark, who
        if key not in self._offered:
            each = self.each if who == "coordinator" else 2
            fillings = FILLINGS | {"q": tenant.mark, "person": f"{tenant.mark} ddd"}
            with self.rewound():
                found = crawl(self.browsers[key], self.routes, fillings, each=each)
            self._offered[key] = list(found)
        return self._offered[key]

    def requests(self, tenant: Tenant) -> list[Request]:
        """Every request the pages of a tenant’s people offer, each once."""
        people = (self.offered(tenant, who) for who in tenant.actors)
        return list(dict.fromkeys(request for offered in people for request in offered))

    @contextmanager
    def copy(self, folder: Path) -> Iterator[Database]:
        """The application on a copy of the two tenants that several may write to at once."""
        with copied(self.source, folder) as database, self._on(database):
            yield database

    @contextmanager
    def rewound(self) -> Iterator[tuple[Database, Callable[[], None]]]:
        """The application on a copy of the two tenants, and what takes it back to them."""
        with databases.rewound(self.source) as (database, undo), self._on(database):
            yield database, undo

    @contextmanager
    def _on(self, database: Database) -> Iterator[None]:
        before = self.app.state.database
        self.app.state.database = database
        yield
        self.app.state.database = before


class Replay:
    """One person of the second tenant tries what belongs to the first; notes what should not be."""

    def __init__(self, world: World, who: str) -> None:
        self.world = world
        self.victim, self.intruder = world.tenants
        self.browser = world.browser(self.intruder, who)
        self.count = 0
        self.problems: list[str] = []
        self._stack = ExitStack()
        self._database, self._undo = self._stack.enter_context(world.rewound())
        self._before = self._holding()

    def __enter__(self) -> "Replay":
        return self

    def __exit__(self, *_error: object) -> None:
        self._check_rows("in the end")
        self._stack.close()

    def send(self, request: Request, *, htmx: bool = False, must_refuse: bool = True) -> None:
        """Send a request; `must_refuse`: it names a row of the other tenant in its path."""
        request = self.neutral(request)
        answer = self.browser.send(request, htmx=htmx)
        self.count += 1
        told = f"{answer.status_code} {request.method} {request.url} {dict(request.pairs)}"
        if must_refuse and answer.status_code not in (403, 404):
            self.problems.append(f"not refused: {told}")
        if answer.status_code >= 500:
            self.problems.append(f"failed: {told}")
        self._check_text(answer, told)
        if request.method == "POST" and answer.status_code < 400:
            self._check_after(answer, told)

    def neutral(self, request: Request) -> Request:
        """The same request without the other’s words, so that no answer can merely repeat them."""
        pairs = tuple((name, self._neutral(value)) for name, value in request.pairs)
        return replace(request, url=self._neutral(request.url), pairs=pairs)

    def ids(self, table: str) -> list[int]:
        """Identifiers of the victim’s rows of a table."""
        return self._before.ids(table)

    def sample_ids(self) -> set[str]:
        """One identifier of the victim’s for each table people name in forms."""
        return {str(self.ids(table)[0]) for table in NAMED if self.ids(table)}

    def _neutral(self, text: str) -> str:
        text = re.sub(self.victim.mark, NEUTRAL, text, flags=re.IGNORECASE)
        return re.sub(rf"{self.victim.digits}\d{{5}}", "000000000", text)

    def _check_text(self, answer: Response, told: str) -> None:
        text = text_of(answer)
        phone = re.search(rf"{self.victim.digits}\d{{5}}", squeezed(text))
        if self.victim.mark in text.casefold() or phone:
            self.problems.append(f"leaks words: {told}")
        self.problems += [f"leaks {word}: {told}" for word in self.victim.secrets if word in text]

    def _check_after(self, answer: Response, told: str) -> None:
        target = answer.headers.get("location", "/")
        self._check_text(self.browser.send(Request("GET", target, "")), f"after {told}")
        self._check_rows(told)
        self._undo()

    def _check_rows(self, told: str) -> None:
        found = rows.changes(self._before, self._holding())
        self.problems += [f"{line}: {told}" for line in found]

    def _holding(self) -> rows.Holding:
        return rows.holding(self._database, self.victim.organisations)


@contextmanager
def built(template: bytes | str, today: date, *, each: int) -> Iterator[World]:
    """Build the two tenants and sign everybody in."""
    settings = Settings(
        secret_key="a-secret-for-tests-and-nothing-else", today=today, trusted_hosts=["testserver"]
    )
    with ExitStack() as stack:
        source, database = stack.enter_context(_kept(template))
        with database.writing() as session:
            tenants = territory.two_tenants(session, today)
        app = create_app(settings, database)
        client = stack.enter_context(
            TestClient(app, base_url="https://testserver", raise_server_exceptions=False)
        )
        browsers = {
            (tenant.mark, who): sign_in(client, tenant.email(who), territory.PASSWORD)
            for tenant in tenants
            for who in tenant.actors
        }
        if isinstance(source, bytes):
            source = _content(database)
        # Who makes workbooks looks now and then: nobody may be at the source while it is copied.
        app.state.exporter.stop()
        database.dispose()
        yield World(app, Routes(app), source, tenants, browsers, each)


def replay_everything(world: World, who: str, *, fragments: bool = True) -> Replay:
    """Every request of the first tenant, as somebody of the second: pages, fragments and forms."""
    requests = world.requests(world.tenants[0])
    with Replay(world, who) as replay:
        for request in requests:
            if request.route not in NOT_REPLAYED:
                replay.send(request, must_refuse=request.names_something)
                if request.method == "GET" and fragments:
                    replay.send(request, htmx=True, must_refuse=request.names_something)
    return replay


def replay_swapped(world: World, who: str, *, most: int, part: int = 0, parts: int = 1) -> Replay:
    """The second tenant’s own forms, with identifiers of the first in each field in turn.

    At most `most` forms of each route, as each side’s pages offer them; one route of `parts`, so
    that several processes share them.
    """
    theirs = world.requests(world.tenants[0])
    with Replay(world, who) as replay:
        offered = _by_route(world.offered(replay.intruder, who))
        for route, forms in list(offered.items())[part::parts]:
            same = [other for other in theirs if other.route == route]
            for form in forms[:most]:
                for swapped in _swapped(form, same, replay):
                    replay.send(swapped, must_refuse=False)
                for other in same[:most]:
                    # Their address, our fields; then our address, their fields.
                    mixed = replace(other, pairs=form.pairs)
                    replay.send(mixed, must_refuse=form.names_something)
                    replay.send(replace(form, pairs=other.pairs), must_refuse=False)
    return replay


def _by_route(requests: list[Request]) -> dict[str, list[Request]]:
    forms: dict[str, list[Request]] = {}
    for request in requests:
        if request.method == "POST" and request.route not in NOT_REPLAYED:
            forms.setdefault(request.route, []).append(request)
    return forms


def _swapped(request: Request, same: list[Request], replay: Replay) -> Iterator[Request]:
    """One field after the other holds an identifier of the victim’s."""
    samples = replay.sample_ids()
    for place, (name, value) in enumerate(request.pairs):
        if not (value.isdecimal() or _suffix(name)):
            continue
        # A number both sides’ forms hold in their names is a place in a list, and nobody’s row.
        for number in sorted((_theirs(name, same) or samples) - _own_numbers(name, request)):
            pairs = list(request.pairs)
            pairs[place] = (name, number) if not _suffix(name) else (_renamed(name, number), value)
            yield replace(request, pairs=tuple(pairs))
    # Fields the form does not have: the columns of the tables.
    own = {name: str(min(replay.ids(name.removesuffix("_id")))) for name in COLUMNS}
    yield replace(request, pairs=(*request.pairs, *own.items()))


def _theirs(name: str, same: list[Request]) -> set[str]:
    """The identifiers the victim’s own forms hold in this field (`mark-41`: in its name)."""
    pairs = [pair for request in same for pair in request.pairs]
    if _suffix(name):
        start = _renamed(name, "")
        return {_suffix(key) for key, _ in pairs if key.startswith(start)} - {""}
    return {value for key, value in pairs if key == name and value.isdecimal()}


def _own_numbers(name: str, request: Request) -> set[str]:
    return _theirs(name, [request]) if _suffix(name) else set()


def _suffix(name: str) -> str:
    return name.rpartition("-")[2] if name.rpartition("-")[2].isdecimal() else ""


def _renamed(name: str, number: str) -> str:
    return f"{name.rpartition('-')[0]}-{number}"


@contextmanager
def copied(source: bytes | str, folder: Path) -> Iterator[Database]:
    """A database of its own with the same content, that several may write to at once."""
    with _address(source, folder) as url, databases.opened(url) as database:
        yield database


@contextmanager
def _address(source: bytes | str, folder: Path) -> Iterator[str]:
    if isinstance(source, bytes):
        folder.mkdir()
        (folder / "parcours.sqlite3").write_bytes(source)
        yield f"sqlite:///{folder / 'parcours.sqlite3'}"
    else:
        with databases.postgresql_copy(databases.postgresql_url() or "", source) as url:
            yield url


@contextmanager
def _kept(template: bytes | str) -> Iterator[tuple[bytes | str, Database]]:
    if isinstance(template, bytes):
        with databases.sqlite_in_memory(template) as database:
            yield template, database
        return
    server = databases.postgresql_url() or ""
    with databases.postgresql_copy(server, template) as url, databases.opened(url) as database:
        yield str(make_url(url).database), database


def _content(database: Database) -> bytes:
    with closing(database.engine.raw_connection()) as connection:
        driver: Any = connection.driver_connection
        content: bytes = driver.serialize()
    return content
