"""Appointments that come back, and those noted for a colleague."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlmodel import Session, col

from parcours.domain.access import Role
from parcours.domain.agenda import Outcome
from parcours.models import Appointment, AuditEntry, Membership
from tests.features.conftest import Be, Page, Person
from tests.features.test_agenda import NEW, feed, link, meet, number
from tests.features.test_tasks import enter

FRIDAYS = {"held_on": "27/11", "rhythm": "weekly", "until": "15/1/2027"}
HERE = "/agenda/rendez-vous"


def rows(session: Session) -> list[Appointment]:
    """Every appointment, by day."""
    session.rollback()
    found = session.execute(select(Appointment).order_by(col(Appointment.held_on))).scalars().all()
    session.expunge_all()
    session.rollback()
    return list(found)


def days(session: Session, **kept: Any) -> list[str]:
    """The days of the appointments whose values are those."""
    return [
        f"{row.held_on:%d/%m}"
        for row in rows(session)
        if all(getattr(row, name) == value for name, value in kept.items())
    ]


def press(who: Person, page: Page, path: str, status: int = 200, **typed: str) -> Page:
    """The second button of a form: this appointment and those that follow."""
    return who.submit(page, path, status=status, reach="suivants", **typed)


def test_a_series_is_made_at_once_without_days_off(be: Be, session: Session) -> None:
    nadia = be("MDE")
    enter(nadia)
    page = meet(nadia, person="trao", place="Bureau 3", **FRIDAYS)
    assert "6 rendez-vous notés, le dernier le 15 janvier 2027." in page.text
    assert "2 jours sans rendez-vous : jour férié ou fermeture." in page.text
    assert "encore 5 rendez-vous ensuite" in page.text
    assert days(session, learner_id=1, series_id=1, place="Bureau 3") == [
        "27/11", "04/12", "11/12", "18/12", "08/01", "15/01"
    ]  # fmt: skip
    acts = select(col(AuditEntry.act)).where(
        col(AuditEntry.subject) == "appointment", col(AuditEntry.act) == "make"
    )
    assert len(session.execute(acts).all()) == 6
    session.rollback()
    assert "Bureau 3" in nadia.visit("/agenda?semaine=2026-W51").text
    assert "Bureau 3" not in nadia.visit("/agenda?semaine=2026-W52").text


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"until": ""}, "Indiquez le dernier jour possible."),
        ({"rhythm": ""}, "Dites à quel rythme"),
        ({"until": "28/11/2026"}, "avant le deuxième rendez-vous"),
        ({"until": "15/1/2029"}, "Un an au plus"),
        ({"until": "bientôt"}, "n’est pas une date"),
        ({"rhythm": "daily"}, "Choisissez une valeur de la liste."),
    ],
)
def test_a_series_that_cannot_be_is_refused_and_kept_as_typed(
    be: Be, session: Session, typed: dict[str, str], words: str
) -> None:
    nadia = be("MDE")
    asked = {**FRIDAYS, **typed}
    page = meet(nadia, status=422, **asked)
    assert words in page.text
    assert page.form(HERE).fields["until"] == asked["until"]
    assert number(session, Appointment) == 0


def test_sent_twice_a_series_is_made_once(be: Be, session: Session) -> None:
    nadia = be("MDE")
    form = nadia.visit(NEW)
    asked = {"kind": "phone", "starts_at": "9h", "ends_at": "10h", **FRIDAYS}
    for _ in range(2):
        nadia.submit(form, HERE, **asked)
    assert number(session, Appointment) == 6


def test_one_of_a_series_moves_and_is_cancelled_alone(be: Be, session: Session) -> None:
    nadia = be("MDE")
    meet(nadia, **FRIDAYS)
    second = nadia.visit(f"{HERE}/2")
    nadia.submit(second, f"{HERE}/2/modifier", held_on="3/12", place="Salle 2")
    assert days(session) == ["27/11", "03/12", "11/12", "18/12", "08/01", "15/01"]
    assert days(session, place="Salle 2") == ["03/12"]
    nadia.submit(nadia.visit(f"{HERE}/3"), f"{HERE}/3/annulation", reason="Congé")
    assert days(session, outcome=Outcome.CANCELLED) == ["11/12"]
    assert "encore 4 rendez-vous ensuite" in nadia.visit(f"{HERE}/1").text


def test_this_one_and_the_following_move_together(be: Be, session: Session) -> None:
    nadia = be("MDE")
    meet(nadia, **FRIDAYS)
    nadia.submit(nadia.visit(f"{HERE}/5"), f"{HERE}/5/modifier", place="Salle 9")
    nadia.submit(nadia.visit(f"{HERE}/4"), f"{HERE}/4/annulation", reason="Congé")
    page = nadia.visit(f"{HERE}/3")
    page = press(nadia, page, f"{HERE}/3/modifier", held_on="10/12", starts_at="11h", ends_at="12h")
    assert "3 rendez-vous changés." in page.text
    found = {f"{row.held_on:%d/%m}": row for row in rows(session)}
    assert list(found) == ["27/11", "04/12", "10/12", "18/12", "07/01", "14/01"]
    hours = {day: f"{row.starts_at:%H}" for day, row in found.items()}
    assert hours == {"27/11": "09", "04/12": "09", "10/12": "11", "18/12": "09", "07/01": "11",
                     "14/01": "11"}  # fmt: skip
    # What was said of one alone stays.
    assert found["07/01"].place == "Salle 9"


def test_this_one_and_the_following_are_cancelled_for_one_reason(be: Be, session: Session) -> None:
    nadia = be("MDE")
    meet(nadia, **FRIDAYS)
    page = nadia.visit(f"{HERE}/3")
    refused = press(nadia, page, f"{HERE}/3/annulation", 422, reason=" ")
    assert "Dites pourquoi" in refused.text
    assert days(session, outcome=Outcome.CANCELLED) == []
    done = press(nadia, page, f"{HERE}/3/annulation", reason="Entrée en formation")
    assert "avec ceux qui suivaient" in done.text
    assert days(session, outcome=Outcome.CANCELLED, reason="Entrée en formation") == [
        "11/12", "18/12", "08/01", "15/01"
    ]  # fmt: skip
    assert "encore un rendez-vous ensuite" in nadia.visit(f"{HERE}/1").text


def test_a_move_that_cannot_be_changes_none(be: Be, session: Session) -> None:
    nadia = be("MDE")
    meet(nadia, **FRIDAYS)
    page, late = nadia.visit(f"{HERE}/2"), nadia.visit(f"{HERE}/2")
    press(nadia, page, f"{HERE}/2/modifier", 422, starts_at="12h", ends_at="11h")
    press(nadia, page, f"{HERE}/2/modifier", place="Salle 1")
    told = press(nadia, late, f"{HERE}/2/modifier", 409, place="Salle 2")
    assert told.form(f"{HERE}/2/modifier").fields["place"] == "Salle 2"
    assert len(days(session, place="Salle 1")) == 5
    assert days(session, place="Salle 2") == []
    # One alone has no others: asked all the same, it changes itself.
    meet(nadia, held_on="26/11")
    press(nadia, nadia.visit(f"{HERE}/7"), f"{HERE}/7/modifier", place="Seul")
    assert days(session, place="Seul") == ["26/11"]


def test_an_appointment_noted_for_a_colleague_is_in_their_agenda(
    be: Be, session: Session, app: Any
) -> None:
    paul = be("MDE", Role.TRAINER, "Paul Martin")
    nadia = be("MDE")
    page = meet(nadia, held_on="23/11", title="Point", account="1")
    assert "Paul Martin, noté par Nadia Belkacem" in page.text
    assert "Point" not in nadia.visit("/agenda").text
    assert "noté par vous" in nadia.visit("/agenda?qui=tous").text
    for where in ("/", "/agenda"):
        text = paul.visit(where).text
        assert "Point" in text
        assert "noté par Nadia Belkacem" in text
    told = feed(app, link(paul))
    assert "SUMMARY:Rendez-vous\\, noté par un·e collègue\r\n" in told
    assert "nadia" not in told.lower()
    assert "BEGIN:VEVENT" not in feed(app, link(nadia))
    (row,) = rows(session)
    assert (row.account_id, row.created_by_id, row.held_on) == (1, 2, date(2026, 11, 23))


def test_it_is_given_to_another_and_only_to_a_colleague(be: Be, session: Session) -> None:
    paul = be("MDE", Role.TRAINER, "Paul Martin")
    be("AUTRE", name="Zoé Petit")
    be("MDE", Role.ORGANISATION_ADMIN, "Ada Lefort")
    nadia = be("MDE")
    for other in ("2", "3", "999"):
        refused = meet(nadia, status=422, account=other)
        assert "Choisissez une personne de votre structure." in refused.text
    page = meet(nadia)
    move = f"{HERE}/1/modifier"
    nadia.submit(page, move, status=422, account="2")
    page = nadia.submit(page, move, account="1")
    assert "Paul Martin, noté par Nadia Belkacem" in page.text
    # Gone since, he still shows as who holds it.
    session.execute(
        update(Membership).where(col(Membership.account_id) == 1).values(ends_on=date(2026, 1, 1),
                                                                         starts_on=date(2025, 1, 1))
    )  # fmt: skip
    session.commit()
    page = nadia.visit(f"{HERE}/1")
    assert page.form(move).fields["account"] == "1"
    nadia.submit(page, move, place="Salle 3")
    nadia.submit(nadia.visit(f"{HERE}/1"), move, account=str(rows(session)[0].created_by_id))
    assert paul is not None
    assert rows(session)[0].account_id == rows(session)[0].created_by_id


def test_another_organisation_reaches_no_series(be: Be, session: Session) -> None:
    nadia = be("MDE")
    meet(nadia, **FRIDAYS)
    outsider = be("AUTRE", name="Paul Martin")
    token = {"_csrf": outsider.visit(NEW).form(HERE).fields["_csrf"], "reach": "suivants"}
    for act in ("modifier", "annulation"):
        answer = outsider.client.post(f"{HERE}/1/{act}", data={**token, "reason": "x"})
        assert answer.status_code == 404
    assert days(session, outcome=Outcome.CANCELLED) == []
