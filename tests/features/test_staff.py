"""Comptes, sans référent, remplacements on screen, and the commands that close."""

from collections.abc import Callable, Iterator
from datetime import date

import pytest
from sqlalchemy import event, select
from sqlmodel import Session, col
from typer.testing import CliRunner

from parcours.actions import accounts
from parcours.cli import app as commands
from parcours.db import Database
from parcours.domain.access import Role
from parcours.domain.errors import RuleBroken
from parcours.models import Account, Organisation, Replacement
from parcours.settings import get_settings
from tests.features.conftest import Be, Page, Person

AMINA = {"first_names": "Amina", "birth_name": "Traoré", "born_on": "12/3/1990"}


@pytest.fixture
def nadia(be: Be) -> Person:
    """A counsellor who follows Amina on an open pathway."""
    person = be("CLIC")
    person.submit(person.visit("/apprenants/nouveau"), "/apprenants", **AMINA)
    person.submit(person.visit("/apprenants/1"), "/apprenants/1/parcours", opened_on="1/9/2026")
    return person


@pytest.fixture
def admin(be: Be, nadia: Person) -> Person:
    """Who administers her organisation."""
    return be("CLIC", Role.ORGANISATION_ADMIN, "Yves Martel")


def entrust(person: Person, status: int = 200, **typed: str) -> Page:
    """Send the form that entrusts people, or what it would hold where the page offers none."""
    page = person.visit("/sans-referent")
    token = next(form.fields["_csrf"] for form in page.forms if "_csrf" in form.fields)
    sent = {"_csrf": token, "qui": "", **typed}
    answer = person.client.post("/sans-referent", data=sent)
    assert answer.status_code == status, answer.text[:500]
    return Page(answer)


def account(session: Session, name: str) -> str:
    """The identifier of an account, as a form sends it."""
    session.rollback()
    found = session.execute(select(col(Account.id)).where(col(Account.name) == name)).scalar_one()
    session.rollback()
    return str(found)


def test_an_account_closes_once_its_people_are_entrusted(
    nadia: Person, admin: Person, be: Be, session: Session
) -> None:
    be("CLIC", Role.TRAINER, "Thomas Perrin")
    url = f"/comptes/{account(session, 'Nadia Belkacem')}/fermeture"
    assert url in admin.visit("/comptes").html
    page = admin.visit(url)
    # Administering is not reading: how many, never who.
    assert "accompagne 1 personne" in page.text
    assert "Traoré" not in page.html
    refused = admin.submit(page, url, 422)
    assert "choisissez à qui les confier" in refused.text
    page = admin.submit(page, url, to=account(session, "Thomas Perrin"))
    assert "1 personne confiée" in page.text
    assert nadia.client.get("/apprenants/1", follow_redirects=False).status_code == 303
    admin.visit(url, status=404)
    admin.visit("/comptes/9999/fermeture", status=404)


def test_only_the_administration_closes_and_only_its_own(
    nadia: Person, be: Be, session: Session
) -> None:
    url = f"/comptes/{account(session, 'Nadia Belkacem')}/fermeture"
    nadia.visit("/comptes", status=403)
    nadia.visit(url, status=403)
    other = be("AUTRE", Role.ORGANISATION_ADMIN, "Rose Blanc")
    other.visit(url, status=404)
    token = other.visit("/comptes").forms[0].fields["_csrf"]
    assert other.client.post(url, data={"_csrf": token, "to": ""}).status_code == 404


def test_a_coordinator_entrusts_those_nobody_accompanies(
    nadia: Person, be: Be, session: Session, database: Database
) -> None:
    lead = be("CLIC", Role.COORDINATOR, "Jeanne Roy")
    url = "/sans-referent"
    assert "Chaque personne de cette liste est accompagnée." in lead.visit(url).text
    nadia.submit(nadia.visit("/apprenants/1"), "/apprenants/1/referent/fin")
    asked: list[str] = []
    listen: Callable[..., None] = lambda *a: asked.append(a[2])  # noqa: E731
    event.listen(database.engine, "before_cursor_execute", listen)
    page = lead.visit(url)
    event.remove(database.engine, "before_cursor_execute", listen)
    assert len([text for text in asked if text.lstrip().startswith("SELECT")]) <= 8
    assert "Amina" in page.text
    to = account(session, "Jeanne Roy")
    assert "Cochez au moins une personne" in entrust(lead, 422, to=to).text
    assert "Choisissez à qui" in entrust(lead, 422, learner="1").text
    assert "1 personne confiée." in entrust(lead, learner="1", to=to).text
    assert "Référent·e : Jeanne Roy" in lead.visit("/apprenants/1").text
    assert "Amina" in lead.visit(f"{url}?qui={to}").text
    assert "Amina" in lead.visit(f"{url}?qui=structure").text
    nadia.visit(url, status=403)


def test_people_of_another_organisation_are_not_entrusted(
    nadia: Person, be: Be, session: Session
) -> None:
    other = be("AUTRE", Role.COORDINATOR, "Rose Blanc")
    mine = account(session, "Rose Blanc")
    entrust(other, 404, learner="1", to=mine)
    entrust(other, 422, learner="1", to=account(session, "Nadia Belkacem"))
    assert "Nadia Belkacem" in nadia.visit("/apprenants/1").text


def test_a_replacement_is_arranged_once_and_ended(nadia: Person, be: Be, session: Session) -> None:
    thomas = be("CLIC", Role.TRAINER, "Thomas Perrin")
    url = "/remplacements"
    days = {"starts_on": "23/11/2026", "ends_on": "27/11/2026"}
    page = nadia.visit(url)
    refused = nadia.submit(page, url, 422, **days, substitute=account(session, "Nadia Belkacem"))
    assert "Choisissez une autre personne" in refused.text
    by = account(session, "Thomas Perrin")
    for _ in range(2):
        told = nadia.submit(page, url, **days, substitute=by)
    assert "Thomas Perrin remplace Nadia Belkacem" in told.text
    assert len(session.execute(select(col(Replacement.id))).scalars().all()) == 1
    session.rollback()
    assert "TRAORÉ" in thomas.visit("/apprenants?qui=moi").text
    assert "Terminer" not in thomas.visit(url).text
    nadia.submit(told, f"{url}/1/fin")
    assert "TRAORÉ" not in thomas.visit("/apprenants?qui=moi").text


@pytest.fixture
def installed(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of the database the commands open, on the day of the tests."""
    monkeypatch.setenv("PARCOURS_DATABASE_URL", database_url)
    monkeypatch.setenv("PARCOURS_TODAY", "2026-11-23")
    monkeypatch.setenv("PARCOURS_SECRET_KEY", "a-secret-for-tests-and-nothing-else")
    get_settings.cache_clear()
    yield database_url
    get_settings.cache_clear()


def test_commands_close_under_the_same_rules(installed: str) -> None:
    run, opened = CliRunner(), Database.open(installed)
    with opened.writing() as session:
        for who, role in (("yves", Role.ORGANISATION_ADMIN), ("lise", Role.TRAINER)):
            accounts.open_account(
                session,
                email=f"{who}@exemple.fr",
                name="Personne",
                password="quatre mots pour les essais",
                role=role.value,
                code="CLIC",
                organisation_name="CLIC",
                organisation_kind="OF",
                starts_on=date(2025, 1, 1),
            )
    told = run.invoke(commands, ["user", "close", "lise@exemple.fr", "--as", "yves@exemple.fr"])
    assert "Compte fermé : lise@exemple.fr. Personnes confiées : 0." in told.output
    told = run.invoke(commands, ["user", "close", "yves@exemple.fr", "--as", "yves@exemple.fr"])
    assert isinstance(told.exception, RuleBroken)
    told = run.invoke(commands, ["organisation", "close", "--as", "yves@exemple.fr"])
    assert told.output == "Structure fermée : CLIC.\n"
    with opened.reading() as reading:
        organisation = reading.execute(select(Organisation)).scalar_one()
        assert organisation.closed_on is not None
        assert accounts.organisation_of_code(reading, "CLIC") is not None
        disabled = reading.execute(select(col(Account.disabled_at))).scalars().all()
        assert None not in disabled
    opened.dispose()
