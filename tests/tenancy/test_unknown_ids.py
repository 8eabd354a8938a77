"""Bar A4: what is somebody else’s, what is gone and what never was answer alike."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import delete, select
from sqlmodel import Session, col

from parcours.actions import learners
from parcours.db import Database
from parcours.models import Learner, LearnerAccess, LearnerCriterion
from tests.tenancy.browsing import Browser, Request
from tests.tenancy.replays import NOT_REPLAYED, World
from tests.tenancy.tenant import Tenant

NEVER = "999983"
# Larger than any column holds: as unknown as the rest, and not a failure.
TOO_LARGE = "9" * 25
# What is known by the digest of its content has no number.
DIGEST = re.compile(r"[0-9a-f]{32}")


@pytest.fixture
def copy(world: World) -> Iterator[Database]:
    """The two tenants, for this test alone."""
    with world.rewound() as (database, _undo):
        yield database


def test_another_s_a_gone_and_an_unknown_identifier_answer_alike(
    world: World, copy: Database
) -> None:
    victim, intruder = world.tenants
    browser = world.browser(intruder, "coordinator")
    tried = 0
    for route, request in _one_of_each(world.offered(victim, "coordinator")).items():
        own = _number(request)
        answers = {
            wanted: _told(browser, _with_number(request, wanted))
            for wanted in (own, NEVER, TOO_LARGE, "0")
        }
        assert set(answers.values()) == {answers[NEVER]}, (route, answers)
        assert answers[NEVER][0] == 404, (route, answers)
        tried += 1
    assert tried > 20


def test_who_is_gone_answers_like_who_never_was(world: World, copy: Database, today: date) -> None:
    victim, intruder = world.tenants
    browser = world.browser(intruder, "coordinator")
    gone = _once_here(copy, victim, today)
    for page in (
        "",
        "/modifier",
        "/presences",
        "/emploi",
        "/partages",
        "/journal",
        "/messages",
        "/fil",
    ):
        answers = {
            _told(browser, Request("GET", f"/apprenants/{wanted}{page}", ""))
            for wanted in (gone, NEVER)
        }
        assert len(answers) == 1, page


def test_entering_somebody_another_tenant_knows_gives_no_hint(world: World, copy: Database) -> None:
    """The duplicate guard looks only at the people one sees."""
    victim, intruder = world.tenants
    browser = world.browser(intruder, "coordinator")
    form = _one_of_each(world.offered(intruder, "coordinator"), named=False)["POST /apprenants"]
    with copy.reading() as session:
        known = _somebody(session, victim)
        same = {
            "birth_name": known.birth_name,
            "first_names": known.first_names,
            "born_on": known.born_on.strftime("%d/%m/%Y"),
            "phone": known.phone or "",
        }
    pairs = tuple((name, same.get(name, value)) for name, value in form.pairs)
    assert browser.send(replace(form, pairs=pairs)).status_code == 303


@pytest.mark.parametrize("code", ["CONV-quokka", "P-quokka", "CURSUS quokka"])
@pytest.mark.parametrize("route", ["POST /conventions", "POST /promotions", "POST /cursus"])
def test_a_code_another_tenant_uses_gives_no_hint(
    world: World, copy: Database, route: str, code: str
) -> None:
    intruder = world.tenants[1]
    browser = world.browser(intruder, "coordinator")
    form = _one_of_each(world.offered(intruder, "coordinator"), named=False)[route]
    pairs = tuple((name, code if name == "code" else value) for name, value in form.pairs)
    answer = browser.send(replace(form, pairs=pairs))
    assert answer.status_code == 303, answer.text


def _one_of_each(requests: list[Request], *, named: bool = True) -> dict[str, Request]:
    found: dict[str, Request] = {}
    for request in requests:
        if request.route not in NOT_REPLAYED and request.names_something is named:
            found.setdefault(request.route, request)
    return found


def _somebody(session: Session, tenant: Tenant) -> Learner:
    organisation = tenant.actors["coordinator"].organisation_id
    statement = select(Learner).where(col(Learner.organisation_id) == organisation).limit(1)
    found: Learner = session.execute(statement).scalar_one()
    return found


def _once_here(database: Database, tenant: Tenant, today: date) -> int:
    """A learner entered, then erased."""
    with database.writing() as session:
        facts = learners.facts_of(session, _somebody(session, tenant))
        row = learners.create_learner(
            session, tenant.actors["coordinator"], facts, today=today, is_another=True
        )
        number = row.id or 0
    with database.writing() as session:
        for table in (LearnerCriterion, LearnerAccess):
            session.execute(delete(table).where(col(table.learner_id) == number))
        session.execute(delete(Learner).where(col(Learner.id) == number))
    return number


def _number(request: Request) -> str:
    parts = request.url.partition("?")[0].split("/")
    return next(part for part in parts if part.isdecimal() or DIGEST.fullmatch(part))


def _with_number(request: Request, number: str) -> Request:
    url = request.url.replace(f"/{_number(request)}", f"/{number}", 1)
    return replace(request, url=url)


def _told(browser: Browser, request: Request) -> tuple[int, int, str]:
    answer = browser.send(request)
    return answer.status_code, len(answer.content), answer.headers.get("location", "")
