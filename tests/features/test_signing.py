"""Learners sign with a code shown in the room or on a tablet; the trainer sees who did."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from fastapi import FastAPI
from sqlalchemy import select, update
from sqlmodel import Session, col
from starlette.testclient import TestClient

from parcours.actions import accounts, calendars, cohorts, learners, signing
from parcours.domain.access import Role
from parcours.domain.attendance import Status
from parcours.domain.words import DataSource
from parcours.models import AttendanceMark, AuditEntry, CohortHalfDay, SigningCode
from tests.conftest import TODAY
from tests.features.conftest import Be, Page, Person

SHEET = f"/promotions/1/emargement/{TODAY.isoformat()}-am"
BORN = {"Boucher": date(1990, 1, 1), "Cissé": date(1990, 1, 1), "Garcia": date(1985, 2, 3)}


@pytest.fixture
def sophie(be: Be, session: Session) -> Person:
    """A coordinator whose cohort of three has a morning today."""
    person = be("ECOLE", Role.COORDINATOR, "Sophie Garnier")
    actor = accounts.actor_for(session, "sophie.coordinator@ecole.exemple.fr", today=TODAY)
    facts = cohorts.CohortFacts("GEN", "Promo GEN", date(2026, 11, 9), date(2026, 11, 27), 12)
    cohort = cohorts.create_cohort(session, actor, facts)
    calendars.plan_half_days(session, actor, cohort.id or 0)
    for name, born_on in BORN.items():
        who = learners.LearnerFacts(
            birth_name=name, first_names="Alix", born_on=born_on, city="Viriat"
        )
        learner = learners.create_learner(session, actor, who, today=TODAY, is_another=True)
        cohorts.enrol(session, actor, cohort.id or 0, learner.id or 0, today=TODAY)
    session.commit()
    return person


@pytest.fixture
def phone(app: FastAPI) -> Person:
    """A telephone where nobody is signed in."""
    return Person(TestClient(app, base_url="https://testserver"))


def code_of(person: Person, way: str) -> str:
    """Ask for a code, read it on the page."""
    page = person.visit(SHEET)
    form = next(f for f in page.forms if f.action.endswith("/codes"))
    response = person.client.post(form.action, data={**form.fields, "way": way})
    assert response.status_code == 200
    found = re.search(r'aria-label="Code : (\d+)"', response.text)
    assert found
    return found[1]


def enter(phone: Person, code: str, status: int = 200) -> Page:
    """Type a code at the door."""
    return phone.submit(phone.visit("/presence"), "/presence", status=status, code=code)


def mark(session: Session, enrolment_id: int) -> AttendanceMark | None:
    """What is recorded this morning."""
    session.rollback()
    found: AttendanceMark | None = session.execute(
        select(AttendanceMark)
        .join(CohortHalfDay, col(CohortHalfDay.id) == col(AttendanceMark.half_day_id))
        .where(
            col(AttendanceMark.enrolment_id) == enrolment_id,
            col(CohortHalfDay.held_on) == TODAY,
            col(CohortHalfDay.half) == "am",
        )
    ).scalar_one_or_none()
    if found is not None:
        session.expunge(found)
    session.rollback()
    return found


def test_somebody_signs_with_the_code_of_the_room(
    sophie: Person, phone: Person, session: Session
) -> None:
    code = code_of(sophie, "room")
    assert len(code) == 6
    page = enter(phone, code)
    assert "Garcia" not in page.html
    assert "Alix" not in page.html
    page = phone.submit(page, "/presence/signature", born_on="3/2/1985")
    assert "Votre présence est signée" in page.text
    assert "Garcia" not in page.html
    found = mark(session, 3)
    assert found is not None
    assert (found.status, found.source) == (Status.PRESENT, DataSource.LEARNER)
    assert found.signed_at is not None
    assert mark(session, 1) is None
    sheet = sophie.visit(SHEET)
    assert "1 sur 3 ont signé" in sheet.text
    assert sheet.text.count("a signé à") == 1
    assert "a signé à" in sophie.visit("/promotions/1/feuilles?vue=jour").text
    # Recorded, not taken: the trainer still says who was there, and what was signed stays.
    assert "Pas encore enregistrée." in sheet.text
    sophie.submit(sheet, SHEET)
    assert mark(session, 3).signed_at is not None  # type: ignore[union-attr]


def test_two_born_the_same_day_say_their_name(
    sophie: Person, phone: Person, session: Session
) -> None:
    code = code_of(sophie, "room")
    page = enter(phone, code)
    page = phone.submit(page, "/presence/signature", status=422, born_on="1/1/1990")
    assert "écrivez aussi votre prénom" in page.text
    assert page.form("/presence/signature").fields["born_on"] == "1/1/1990"
    phone.submit(page, "/presence/signature", name="alix cisse")
    assert mark(session, 2) is not None
    assert mark(session, 1) is None
    again = phone.submit(page, "/presence/signature", status=422, name="Alix Cissé")
    assert "déjà signé" in again.text


def test_a_tablet_goes_round(sophie: Person, phone: Person, session: Session) -> None:
    code = code_of(sophie, "tablet")
    assert len(code) == 8
    page = enter(phone, f"{code[:4]} {code[4:]}")
    assert "Alix Cissé" in page.text
    page = phone.submit(page, "/presence/signature", enrolment="2")
    assert "C’est signé" in page.text
    assert "Alix Cissé a signé" in page.text
    assert mark(session, 2) is not None
    refused = phone.submit(page, "/presence/signature", status=422, enrolment="99")
    assert "n’est pas dans ce groupe" in refused.text


def test_an_absence_is_not_signed_away(sophie: Person, phone: Person, session: Session) -> None:
    sophie.submit(sophie.visit(SHEET), SHEET, **{"mark-3": "unjustified"})
    page = enter(phone, code_of(sophie, "room"))
    page = phone.submit(page, "/presence/signature", status=422, born_on="3/2/1985")
    assert "parlez-en à la personne qui anime" in page.text
    assert mark(session, 3).status is Status.UNJUSTIFIED  # type: ignore[union-attr]


def test_a_signature_changes_nothing_of_what_the_trainer_stood_for(
    sophie: Person, phone: Person, session: Session
) -> None:
    code = code_of(sophie, "room")
    sheet = sophie.visit(SHEET)
    sophie.submit(sheet, SHEET)
    sophie.submit(sophie.visit(SHEET), f"{SHEET}/signature")
    phone.submit(enter(phone, code), "/presence/signature", born_on="3/2/1985")
    # Everybody was recorded already: nothing of what the trainer stood for changed.
    assert "Feuille signée" in sophie.visit(SHEET).text


def test_codes_that_are_none_or_no_longer(sophie: Person, phone: Person, session: Session) -> None:
    assert "n’existe pas" in enter(phone, "000000 0", status=422).text
    first = code_of(sophie, "room")
    second = code_of(sophie, "room")
    assert "ne sert plus" in enter(phone, first, status=422).text
    page = enter(phone, second)
    session.execute(update(SigningCode).values(expires_at=datetime.now(UTC) - timedelta(1)))
    session.commit()
    page = phone.submit(page, "/presence/signature", status=422, born_on="3/2/1985")
    assert "ne sert plus" in page.text
    assert mark(session, 3) is None


def test_dates_that_are_nobodys_are_counted(
    sophie: Person, phone: Person, session: Session
) -> None:
    page = enter(phone, code_of(sophie, "room"))
    for typed in ("4/5/1999", "", "pas une date"):
        phone.submit(page, "/presence/signature", status=422, born_on=typed)
    session.rollback()
    assert session.execute(select(col(SigningCode.failures))).scalars().all() == [3]
    session.execute(update(SigningCode).values(failures=40))
    session.commit()
    refused = phone.submit(page, "/presence/signature", status=422, born_on="3/2/1985")
    assert "ne sert plus" in refused.text


def test_a_machine_that_tries_every_code_is_slowed(
    sophie: Person, phone: Person, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signing, "MOST_UNKNOWN", 2)
    code = code_of(sophie, "room")
    door = phone.visit("/presence")
    for _ in range(2):
        phone.submit(door, "/presence", status=422, code="1")
    assert "Attendez cinq minutes" in phone.submit(door, "/presence", status=422, code=code).text


def test_codes_are_for_today_and_for_ones_own_groups(
    sophie: Person, be: Be, session: Session
) -> None:
    other_day = "/promotions/1/emargement/2026-11-20-am"
    token = sophie.visit(SHEET).form(SHEET).fields["_csrf"]
    refused = sophie.client.post(f"{other_day}/codes", data={"_csrf": token, "way": "room"})
    assert refused.status_code == 422
    assert "On signe le jour même" in refused.text
    wrong = sophie.client.post(f"{SHEET}/codes", data={"_csrf": token, "way": "drone"})
    assert wrong.status_code == 404
    outsider = be("AUTRE", Role.COORDINATOR, "Paul Dehors")
    token = outsider.visit("/promotions").html.split('name="_csrf" value="')[1].split('"')[0]
    answer = outsider.client.post(f"{SHEET}/codes", data={"_csrf": token, "way": "room"})
    assert answer.status_code == 404
    counsellor = be("ECOLE", Role.COUNSELLOR, "Nadia Conseil")
    token = counsellor.visit("/promotions").html.split('name="_csrf" value="')[1].split('"')[0]
    answer = counsellor.client.post(f"{SHEET}/codes", data={"_csrf": token, "way": "room"})
    assert answer.status_code == 403
    session.rollback()
    assert session.execute(select(SigningCode)).first() is None


def test_a_signature_leaves_its_trace(sophie: Person, phone: Person, session: Session) -> None:
    page = enter(phone, code_of(sophie, "room"))
    phone.submit(page, "/presence/signature", born_on="3/2/1985")
    session.rollback()
    acts = session.execute(
        select(col(AuditEntry.act), col(AuditEntry.details)).where(
            col(AuditEntry.act).in_(["open_signing", "sign"])
        )
    ).all()
    assert [row[0] for row in acts] == ["open_signing", "sign"]
    assert acts[1][1] == {"enrolment": 3, "way": "room"}
