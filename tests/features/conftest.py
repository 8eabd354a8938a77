"""People to be, pages to read as a browser without JavaScript does."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from html.parser import HTMLParser
from typing import Any

import pytest
from fastapi import FastAPI
from httpx2 import Response
from sqlalchemy import event
from sqlmodel import Session
from starlette.testclient import TestClient

from parcours.actions import accounts, agreements
from parcours.db import Database
from parcours.domain.access import Actor, Role
from parcours.models import Account, Agreement

PASSWORD = "quatre-mots-pour-essayer"


@dataclass
class Form:
    """A form of a page: where it goes and what it already holds."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)


class Page(HTMLParser):
    """What a test looks at in a page, and the rules every page keeps."""

    def __init__(self, response: Response) -> None:
        super().__init__()
        self.response, self.html = response, response.text
        self.forms: list[Form] = []
        self.ids: list[str] = []
        self.headings = 0
        self.lang = ""
        self.select = ""
        self.feed(self.html)
        assert self.lang == "fr"
        assert self.headings == 1
        assert len(self.ids) == len(set(self.ids)), self.ids
        assert "undefined" not in self.html.lower()

    @property
    def text(self) -> str:
        """The words of the page."""
        return " ".join(re.sub(r"<[^>]+>", " ", self.html).split())

    def form(self, action: str) -> Form:
        """The form that posts to `action`."""
        return next(form for form in self.forms if form.action == action)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        """Note headings, ids, forms and their fields."""
        values = {name: value or "" for name, value in attributes}
        self.lang = values.get("lang", self.lang) if tag == "html" else self.lang
        self.headings += tag == "h1"
        self.ids += [values["id"]] if "id" in values else []
        if tag == "form":
            assert values.get("method")
            assert values.get("action")
            self.forms.append(Form(values["action"], values["method"]))
        self._note_field(tag, values)

    def _note_field(self, tag: str, values: dict[str, str]) -> None:
        name = values.get("name", "")
        if tag == "select":
            self.select = name
            self.forms[-1].fields[name] = ""
        elif tag == "option" and "selected" in values:
            self.forms[-1].fields[self.select] = values["value"]
        elif tag == "input" and name:
            is_choice = values.get("type") in {"radio", "checkbox"}
            if not is_choice or "checked" in values:
                self.forms[-1].fields[name] = values.get("value", "")


@dataclass
class Person:
    """Somebody at a browser."""

    client: TestClient

    def visit(self, path: str, status: int = 200) -> Page:
        """Open a page."""
        response = self.client.get(path)
        assert response.status_code == status, path
        return Page(response)

    def submit(self, page: Page, action: str, status: int = 200, **typed: Any) -> Page:
        """Fill a form of a page and send it, following the redirection as a browser does."""
        response = self.client.post(action, data={**page.form(action).fields, **typed})
        assert response.status_code == status, response.text[:500]
        return Page(response)


Be = Callable[..., Person]
Count = Callable[[Person, str], int]


@pytest.fixture
def count(database: Database) -> Iterator[Count]:
    """How many statements a page reads with, on whichever of its connections.

    What it writes in the journal besides is the same whatever it shows.
    """
    asked: list[str] = []

    def note(_connection: object, _cursor: object, sql: str, *_rest: object) -> None:
        asked.append(sql)

    def statements(person: Person, path: str) -> int:
        asked.clear()
        person.visit(path)
        found = sum(sql.lstrip().startswith(("SELECT", "WITH")) for sql in asked)
        assert found, "nobody is listened to"
        return found

    event.listen(database.engine, "before_cursor_execute", note)
    yield statements
    event.remove(database.engine, "before_cursor_execute", note)


@pytest.fixture(scope="session")
def password_hash() -> str:
    """The common password, hashed once."""
    return accounts.hash_password(PASSWORD)


@pytest.fixture
def be(app: FastAPI, session: Session, password_hash: str) -> Be:
    """Be somebody of an organisation: signed in, in a browser of their own."""

    def become(code: str, role: Role = Role.COUNSELLOR, name: str = "Nadia Belkacem") -> Person:
        organisation = accounts.organisation_of_code(session, code)
        if organisation is None:
            kind = "OI_FSE" if role is Role.FUNDER else "OF"
            organisation = accounts.create_organisation(
                session, code=code, name=f"Structure {code}", kind=kind
            )
        email = f"{name.split()[0].lower()}.{role.value}@{code.lower()}.exemple.fr"
        account = Account(email=email, name=name, password_hash=password_hash)
        session.add(account)
        session.flush()
        accounts.join(session, account, organisation, role, starts_on=date(2025, 1, 1))
        session.commit()
        person = Person(TestClient(app, base_url="https://testserver"))
        person.submit(person.visit("/connexion"), "/connexion", email=email, password=PASSWORD)
        return person

    return become


@pytest.fixture
def sophie(be: Be) -> Person:
    """The coordinator of a training body that funders pay, at her browser."""
    return be("REV", Role.COORDINATOR, "Sophie Garnier")


@pytest.fixture
def claire(be: Be) -> Person:
    """The funder of its agreements, at hers."""
    return be("FSE", Role.FUNDER, "Claire Vidal")


def signed(
    session: Session,
    actor: Actor,
    *cohort_ids: int | None,
    starts_on: date,
    ends_on: date,
    code: str = "FSE-1",
    title: str = "Développeurs",
) -> Agreement:
    """An agreement of Claire’s organisation over some cohorts."""
    funder = accounts.organisation_of_code(session, "FSE")
    assert funder is not None
    return agreements.create_agreement(
        session, actor, code=code, title=title, funder_id=funder.id or 0,
        starts_on=starts_on, ends_on=ends_on, cohort_ids=[one or 0 for one in cohort_ids],
    )  # fmt: skip
