"""From an employer’s need to an immersion: proposed by relay, answered by a link, no account."""

import re
from datetime import date, timedelta

import pytest
from fastapi import FastAPI
from sqlalchemy import select
from sqlmodel import Session, col
from starlette.testclient import TestClient

from parcours.actions import accounts, needs, relay_daily
from parcours.domain.needs import Requirement, Terms
from parcours.domain.relays import Answer, DeclineReason
from parcours.domain.words import StepKind
from parcours.models import (
    Gap,
    LearnerAccess,
    Organisation,
    Relay,
    Skill,
    Step,
    Task,
)
from tests.conftest import TODAY
from tests.features.conftest import Be, Person
from tests.features.test_relays import follow, link, stored

SECRETS = ("Amina", "Traoré", "TRAORÉ", "0639010203", "Viriat", "MDE", "Intégratrice", "essayer")
AGREED = {"reason": "Elle veut essayer ce métier.", "agreement": "paper"}


@pytest.fixture
def nadia(be: Be, session: Session) -> Person:
    """A counsellor who follows Amina, and an employer whose need begins with an immersion."""
    person = be("MDE")
    follow(person)
    session.add(Skill(code="HTML", label="HTML", framework="parcours"))
    session.commit()
    typed = {"name": "Studio Revermont", "siret": "128 704 060 02412", "naf": "6201z",
             "contact_name": "Igor Bonnet", "contact_email": "rh@studio.exemple.fr"}  # fmt: skip
    person.submit(person.visit("/employeurs/nouveau"), "/employeurs", **typed)
    actor = accounts.actor_for(session, "nadia.counsellor@mde.exemple.fr", today=TODAY)
    asked = [Requirement(1, 3, 4, True)]
    need = needs.create_need(session, actor, 1, Terms("Intégratrice", 2), asked, today=TODAY)
    needs.publish(session, actor, need.id or 0, version=1, today=TODAY)
    session.commit()
    page = person.visit("/besoins/1/modifier")
    person.submit(page, "/besoins/1/modifier", hosts_immersion="oui")
    return person


@pytest.fixture
def employer(app: FastAPI) -> Person:
    """Somebody at the employer’s, without an account."""
    return Person(TestClient(app, base_url="https://testserver"))


def offer(nadia: Person) -> tuple[str, str]:
    """Propose the immersion from the finder on; the address and the code told apart."""
    found = nadia.visit("/apprenants/1/suite").html
    assert "/apprenants/1/relais/nouveau?besoin=1" in found
    form = nadia.visit("/apprenants/1/relais/nouveau?besoin=1")
    sent = nadia.submit(form, "/apprenants/1/relais", **AGREED)
    assert "reste sous votre responsabilité" in sent.text
    return link(nadia.submit(sent, "/relais/1/lien"))


def gaps(session: Session) -> list[tuple[date, date | None, int]]:
    """The days nobody holds, and whose they are."""
    session.rollback()
    rows = session.execute(
        select(col(Gap.starts_on), col(Gap.ends_on), col(Gap.owner_id)).order_by(col(Gap.starts_on))
    ).all()
    session.rollback()
    return [(row[0], row[1], row[2]) for row in rows]


def the_step(session: Session) -> Step:
    """The only step, as stored."""
    session.rollback()
    row = session.execute(select(Step)).scalar_one()
    session.expunge(row)
    session.rollback()
    return row


def number_of(session: Session, name: str) -> int:
    """The identifier of an organisation."""
    session.rollback()
    key = session.execute(select(col(Organisation.id)).where(col(Organisation.name) == name))
    found = key.scalar_one()
    session.rollback()
    return found or 0


def test_the_door_says_nothing_of_anybody_and_changes_nothing(
    nadia: Person, employer: Person, session: Session
) -> None:
    path, code = offer(nadia)
    before = gaps(session)
    for _ in range(2):
        door = employer.visit(path)
        for secret in SECRETS:
            assert secret not in door.html
    assert employer.client.head(path).status_code in {200, 405}
    assert (stored(session).answer, the_step(session).accepted_at) == (None, None)
    assert gaps(session) == before
    asked = employer.submit(door, path, code=code)
    assert "Amina T." in asked.text
    assert "Elle veut essayer ce métier." in asked.text
    for secret in ("TRAORÉ", "Traoré", "0639010203", "1990"):
        assert secret not in asked.html


def test_a_yes_holds_the_days_of_the_immersion_and_the_counsellor_the_days_after(
    nadia: Person, employer: Person, session: Session
) -> None:
    path, code = offer(nadia)
    own = number_of(session, "Structure MDE")
    assert gaps(session) == [(date(2026, 9, 1), None, own)]
    asked = employer.submit(employer.visit(path), path, code=code)
    answer = {"name": "Igor Bonnet, gérant", "starts_on": "7/12/2026", "ends_on": "18/12/2026"}
    done = employer.submit(asked, f"{path}/acceptation", **answer)
    assert "Merci : le relais est accepté." in done.text
    assert stored(session).answer is Answer.ACCEPTED
    step = the_step(session)
    assert (step.kind, step.planned_start_on) == (StepKind.IMMERSION, date(2026, 12, 7))
    assert step.accepted_at is not None
    # The company welcomes; who proposed it holds the step, and the days that follow.
    assert step.organisation_id == own
    assert gaps(session) == [
        (date(2026, 9, 1), date(2026, 12, 6), own),
        (date(2026, 12, 19), None, own),
    ]
    relay = nadia.visit("/relais/1")
    assert "Igor Bonnet, gérant" in relay.text
    assert "Studio Revermont" in nadia.visit(f"/immersions/{step.id}").text
    nadia.visit(f"/etapes/{step.id}/modifier")
    session.rollback()
    seen = session.execute(select(col(LearnerAccess.organisation_id))).scalars().all()
    assert list(seen) == [own]
    session.rollback()
    assert "déjà répondu" in employer.visit(path, status=410).text


def test_a_start_nobody_confirmed_and_the_break_after_are_in_the_counsellor_s_lists(
    nadia: Person, employer: Person, session: Session, app: FastAPI
) -> None:
    path, code = offer(nadia)
    asked = employer.submit(employer.visit(path), path, code=code)
    answer = {"name": "Igor Bonnet", "starts_on": "7/12/2026", "ends_on": "18/12/2026"}
    employer.submit(asked, f"{path}/acceptation", **answer)
    later = date(2026, 12, 16)
    app.state.settings = app.state.settings.model_copy(update={"today": later})
    assert "Intégratrice" in nadia.visit("/ruptures/debuts").text
    page = nadia.visit("/ruptures")
    assert "Amina TRAORÉ" in page.text
    nadia.submit(page, "/etapes/1/debut")
    assert the_step(session).started_on == date(2026, 12, 7)


def test_a_no_says_why_and_the_person_goes_on_waiting_in_sight(
    nadia: Person, employer: Person, session: Session
) -> None:
    path, code = offer(nadia)
    before = gaps(session)
    asked = employer.submit(employer.visit(path), path, code=code)
    refused = employer.submit(asked, f"{path}/refus", status=422, name="Igor Bonnet")
    assert "Choisissez" in refused.text or "raison" in refused.text
    assert stored(session).answer is None
    typed = {"name": "Igor Bonnet", "reason": DeclineReason.DATES.value,
             "words": "Fermé en décembre."}  # fmt: skip
    employer.submit(refused, f"{path}/refus", **typed)
    relay = stored(session)
    assert (relay.answer, relay.decline_reason) == (Answer.DECLINED, DeclineReason.DATES)
    assert gaps(session) == before
    page = nadia.visit("/relais/1")
    assert "Fermé en décembre." in page.text
    assert DeclineReason.DATES.label in page.text
    session.rollback()
    task = session.execute(select(Task).where(col(Task.relay_id) == 1)).scalars().all()
    assert [row.done_at for row in task if row.kind.value == "relay_declined"] == [None]
    session.rollback()
    assert "Proposer une immersion" in nadia.visit("/apprenants/1/suite").text
    assert "Trouver une suite" in nadia.visit("/ruptures").text


def test_silence_expires_and_says_so_at_the_door(
    nadia: Person, employer: Person, session: Session, app: FastAPI
) -> None:
    path, code = offer(nadia)
    before = gaps(session)
    expires = stored(session).expires_on
    for day in (expires, expires + timedelta(days=1)):
        app.state.settings = app.state.settings.model_copy(update={"today": day})
        status = 200 if day == expires else 410
        door = employer.visit(path, status=status)
        relay_daily.run(session, today=day)
        session.commit()
    assert "expiré" in door.text
    assert re.search("appelez", door.text)
    late = employer.client.post(path, data={"code": code})
    assert late.status_code in {403, 410}
    assert stored(session).answer is None
    session.rollback()
    assert session.execute(select(Relay)).scalar_one().expired_on is not None
    session.rollback()
    assert gaps(session) == before
    assert "Trouver une suite" in nadia.visit("/ruptures").text


def test_a_partner_that_holds_a_workshop_by_link_holds_it_as_before(
    nadia: Person, employer: Person, be: Be, session: Session
) -> None:
    be("FABLAB", name="Hugo Blanc")
    number = number_of(session, "Structure FABLAB")
    form = nadia.visit("/apprenants/1/relais/nouveau")
    typed = {"receiver": str(number), "kind": "workshop", "title": "Atelier",
             "planned_start_on": "7/12/2026", "planned_end_on": "18/12/2026", **AGREED}  # fmt: skip
    sent = nadia.submit(form, "/apprenants/1/relais", **typed)
    path, code = link(nadia.submit(sent, "/relais/1/lien"))
    asked = employer.submit(employer.visit(path), path, code=code)
    employer.submit(asked, f"{path}/acceptation", name="Hugo Blanc")
    assert the_step(session).organisation_id == number
    assert gaps(session)[-1] == (date(2026, 12, 19), None, number)
