"""Every request of one tenant sent as the other, ids swapped; what was seen and what changed."""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import date

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
    Pair,
    Request,
    Routes,
    crawl,
    sign_in,
    squeezed,
    text_of,
    with_pairs,
)
from tests.tenancy.territory import Tenant

NEUTRAL = "neutre"
# Ending the session, or opening another, says nothing about somebody else’s rows.
NOT_REPLAYED = {"GET /connexion", "POST /connexion", "POST /deconnexion"}
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
}


@dataclass(slots=True)
class World:
    """The application on the two tenants, and the requests their pages offer, by person."""

    app: FastAPI
    routes: Routes
    source: bytes | str
    today: date
    tenants: tuple[Tenant, Tenant]
    browsers: dict[tuple[str, str], Browser] = field(default_factory=dict)
    offered: dict[tuple[str, str], dict[Request, None]] = field(default_factory=dict)

    def requests(self, tenant: Tenant) -> dict[Request, None]:
        """Every request the pages of a tenant’s people offer."""
        found: dict[Request, None] = {}
        for who in tenant.actors:
            found |= self.offered[tenant.mark, who]
        return found

    @contextmanager
    def copy(self) -> Iterator[Database]:
        """The application on a fresh copy of the two tenants."""
        with copied(self.source) as database:
            self.app.state.database = database
            yield database


@contextmanager
def built(template: bytes | str, today: date, *, each: int) -> Iterator[World]:
    """Build the two tenants, sign everybody in, note what their pages offer."""
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
        made = World(app, Routes(app), source, today, tenants)
        for tenant in tenants:
            fillings = FILLINGS | {"q": tenant.mark}
            for who in tenant.actors:
                browser = sign_in(client, tenant.email(who), territory.PASSWORD)
                made.browsers[tenant.mark, who] = browser
                made.offered[tenant.mark, who] = crawl(browser, made.routes, fillings, each=each)
        if isinstance(template, bytes):
            made.source = _content(database)
        database.dispose()
        yield made


@contextmanager
def copied(source: bytes | str) -> Iterator[Database]:
    """A database of its own with the same content."""
    if isinstance(source, bytes):
        with databases.sqlite_in_memory(source) as database:
            yield database
        return
    with databases.postgresql_copy(databases.postgresql_url() or "", source) as url:
        database = Database.open(url)
        yield database
        database.dispose()


@contextmanager
def _kept(template: bytes | str) -> Iterator[tuple[bytes | str, Database]]:
    if isinstance(template, bytes):
        with databases.sqlite_in_memory(template) as database:
            yield template, database
        return
    with databases.postgresql_copy(databases.postgresql_url() or "", template) as url:
        database = Database.open(url)
        yield str(make_url(url).database), database
        database.dispose()


def _content(database: Database) -> bytes:
    connection = database.engine.raw_connection()
    content: bytes = connection.driver_connection.serialize()
    connection.close()
    return content
