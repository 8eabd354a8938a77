"""The agenda on screen: appointments made, moved, concluded; weeks and days; the feed."""

import re
from datetime import date, time, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlmodel import Session, col
from starlette.testclient import TestClient

from parcours.actions import accounts
from parcours.domain.access import Role
from parcours.domain.partners import OfferEntry
from parcours.domain.words import StepKind
from parcours.models import (
    Account,
    Appointment,
    AuditEntry,
    CalendarToken,
    LearnerAccess,
    Membership,
    Offer,
    OfferDate,
)
from parcours.models.base import utc_now
from tests.features.conftest import Be, Page, Person
from tests.features.test_tasks import enter, write

MEETING = {"kind": "follow_up", "held_on": "25/11", "starts_at": "9 h 30", "ends_at": "10h"}
NEW = "/agenda/rendez-vous/nouveau"


def meet(who: Person, status: int = 200, **typed: str) -> Page:
    """Note an appointment."""
    return who.submit(who.visit(NEW), "/agenda/rendez-vous", status=status, **{**MEETING, **typed})


def number(session: Session, table: Any) -> int:
    """How many rows of a table there are."""
    session.rollback()
    found = session.execute(select(func.count()).select_from(table)).scalar_one()
    session.rollback()
    return found


def link(who: Person, **typed: str) -> str:
    """Make a link; the path its address leads to."""
    page = who.submit(who.visit("/agenda/liens"), "/agenda/liens", label="téléphone", **typed)
    found = re.search(r"https://testserver(/agenda/flux/[\w-]+\.ics)", page.html)
    assert found
    return found[1]


def feed(app: Any, path: str, status: int = 200, **headers: str) -> str:
    """What a calendar with no session reads, its folded lines joined."""
    response = TestClient(app, base_url="https://testserver").get(path, headers=headers)
    assert response.status_code == status
    return response.text.replace("\r\n ", "")


def test_an_appointment_is_made_moved_kept_and_reopened(be: Be, session: Session) -> None:
    nadia = be("MDE")
    enter(nadia)
    page = meet(nadia, person="trao", place="Bureau 3")
    assert page.response.url.path == "/agenda/rendez-vous/1"
    assert "Amina TRAORÉ" in page.text
    assert "9\u00a0h 30" in page.html
    week = nadia.visit("/agenda?semaine=2026-W48")
    assert "Entretien de suivi" in week.text
    assert "Bureau 3" in week.text
    moved = nadia.submit(page, "/agenda/rendez-vous/1/modifier", held_on="23/11", title="Point")
    assert "Rendez-vous changé." in moved.text
    kept = nadia.submit(moved, "/agenda/rendez-vous/1/tenu")
    assert "Tenu" in kept.text
    assert "Point" in nadia.visit("/agenda?jour=2026-11-23").text
    assert "Point" not in nadia.visit("/agenda?jour=2026-11-25").text
    assert "Rouvrir" not in nadia.submit(kept, "/agenda/rendez-vous/1/reouverture").text
    session.rollback()
    acts = session.execute(
        select(col(AuditEntry.act)).where(
            col(AuditEntry.subject) == "appointment", col(AuditEntry.act) != "read"
        )
    )
    assert list(acts.scalars()) == ["make", "move", "kept", "reopen"]
    session.rollback()
    assert "a changé un rendez-vous" in nadia.visit("/apprenants/1/journal").text


def test_a_cancellation_says_why(be: Be) -> None:
    nadia = be("MDE")
    page = meet(nadia)
    refused = nadia.submit(page, "/agenda/rendez-vous/1/annulation", status=422, reason=" ")
    assert "Dites pourquoi" in refused.text
    cancelled = nadia.submit(page, "/agenda/rendez-vous/1/annulation", reason="souffrante")
    assert "souffrante" in cancelled.text
    # Said again by a page left open, it changes nothing; something else must be undone first.
    nadia.submit(page, "/agenda/rendez-vous/1/annulation", reason="autre")
    assert "souffrante" in nadia.visit("/agenda/rendez-vous/1").text
    token = {"_csrf": page.form("/agenda/rendez-vous/1/annulation").fields["_csrf"]}
    assert nadia.client.post("/agenda/rendez-vous/1/manque", data=token).status_code == 422


def test_what_has_not_happened_is_neither_kept_nor_missed(be: Be) -> None:
    nadia = be("MDE")
    page = meet(nadia)
    token = {"_csrf": page.form("/agenda/rendez-vous/1/annulation").fields["_csrf"]}
    for act in ("tenu", "manque"):
        answer = nadia.client.post(f"/agenda/rendez-vous/1/{act}", data=token)
        assert answer.status_code == 422


@pytest.mark.parametrize(
    "typed",
    [
        {"starts_at": "midi"},
        {"starts_at": ""},
        {"ends_at": "9h"},
        {"held_on": ""},
        {"held_on": "demain"},
        {"kind": ""},
        {"title": "x" * 201},
        {"place": "x" * 201},
        {"person": "inconnu"},
    ],
)
def test_a_refused_form_keeps_what_was_typed(
    be: Be, session: Session, typed: dict[str, str]
) -> None:
    nadia = be("MDE")
    page = meet(nadia, status=422, **typed)
    fields = page.form("/agenda/rendez-vous").fields
    for name, value in {**MEETING, **typed}.items():
        assert fields[name] == value
    assert number(session, Appointment) == 0


def test_a_form_sent_twice_makes_one_appointment(be: Be, session: Session) -> None:
    nadia = be("MDE")
    form = nadia.visit(NEW)
    for _ in range(2):
        nadia.submit(form, "/agenda/rendez-vous", **MEETING)
    assert number(session, Appointment) == 1


def test_the_second_to_change_it_is_told_and_keeps_what_they_typed(be: Be) -> None:
    nadia = be("MDE")
    meet(nadia)
    one, two = nadia.visit("/agenda/rendez-vous/1"), nadia.visit("/agenda/rendez-vous/1")
    move = "/agenda/rendez-vous/1/modifier"
    nadia.submit(one, move, place="Salle 1")
    told = nadia.submit(two, move, status=409, place="Salle 2")
    assert told.form(move).fields["place"] == "Salle 2"
    assert "Salle 1" in told.text
    assert "Salle 2" in nadia.submit(told, move).text


def test_a_week_holds_what_falls_in_it(be: Be) -> None:
    nadia = be("MDE")
    write(nadia, title="Rappeler Paul", due_on="27/11")
    meet(nadia, title="Point du mercredi")
    this = nadia.visit("/agenda").text
    assert "Rappeler Paul" in this
    assert "Point du mercredi" in this
    assert "Point du mercredi" not in nadia.visit("/agenda?voir=taches").text
    assert "Rappeler Paul" not in nadia.visit("/agenda?voir=rendez-vous").text
    after = nadia.visit("/agenda?semaine=2026-W49").text
    assert "Rappeler Paul" not in after
    for odd in ("semaine=x", "jour=x", "jour=9999-12-31", "semaine=2199-W52", "voir=x&qui=x"):
        nadia.visit(f"/agenda?{odd}")


def test_a_colleague_sees_it_when_the_whole_organisation_is_asked_for(be: Be) -> None:
    nadia, paul = be("MDE"), be("MDE", Role.TRAINER, "Paul Martin")
    meet(nadia, title="Point")
    assert "Point" not in paul.visit("/agenda").text
    page = paul.visit("/agenda?qui=tous")
    assert "Point" in page.text
    assert "tenu par Nadia Belkacem" in page.text


def test_who_no_longer_sees_the_file_sees_no_appointment(
    be: Be, session: Session, today: date
) -> None:
    nadia = be("MDE")
    enter(nadia)
    meet(nadia, person="trao", title="Point")
    session.execute(update(LearnerAccess).values(ends_on=today - timedelta(days=1)))
    session.commit()
    nadia.visit("/agenda/rendez-vous/1", status=404)
    assert "Point" not in nadia.visit("/agenda").text


def test_an_outsider_finds_nothing(be: Be) -> None:
    nadia = be("MDE")
    enter(nadia)
    meet(nadia, title="Point")
    link(nadia)
    outsider = be("AUTRE", name="Paul Martin")
    assert "Point" not in outsider.visit("/agenda?qui=tous").text
    outsider.visit("/agenda/rendez-vous/1", status=404)
    outsider.visit(f"{NEW}?personne=1", status=404)
    meet(outsider, status=404, learner="1")
    token = {"_csrf": outsider.visit(NEW).form("/agenda/rendez-vous").fields["_csrf"]}
    posts = ["rendez-vous/1/" + act for act in ("modifier", "tenu", "manque", "annulation")]
    for path in (*posts, "rendez-vous/1/reouverture", "liens/1/revocation"):
        assert outsider.client.post(f"/agenda/{path}", data=token).status_code == 404, path
    assert outsider.client.post("/agenda/liens/1/renouvellement", data=token).status_code == 404


@pytest.mark.parametrize("role", [Role.FUNDER, Role.ORGANISATION_ADMIN, Role.TECHNICAL_ADMIN])
def test_who_follows_nobody_has_no_agenda(be: Be, role: Role) -> None:
    other = be("MDE", role, "Yves Martel")
    for path in ("", "/rendez-vous/nouveau", "/rendez-vous/1", "/liens"):
        other.visit(f"/agenda{path}", status=403)


def test_the_feed_names_nobody(be: Be, app: Any) -> None:
    nadia = be("MDE")
    enter(nadia)
    meet(nadia, person="trao", title="Point avec Amina", place="12 rue du Stand")
    write(nadia, title="Rappeler Amina Traoré", person="trao")
    text = feed(app, link(nadia))
    assert "SUMMARY:Rendez-vous\r\n" in text
    assert "DTSTART:20261125T083000Z" in text
    assert "DTEND:20261125T090000Z" in text
    assert text.count("BEGIN:VEVENT") == 2
    for word in ("amina", "traor", "point", "stand", "nadia"):
        assert word not in text.lower()
    assert "SUMMARY:Rendez-vous A. T.\r\n" in feed(app, link(nadia, has_initials="oui"))


def test_a_calendar_reads_again_only_what_changed(be: Be, app: Any) -> None:
    nadia = be("MDE")
    meet(nadia)
    path = link(nadia)
    mark = TestClient(app, base_url="https://testserver").get(path).headers["etag"]
    assert feed(app, path, 304, **{"If-None-Match": mark}) == ""
    page = nadia.visit("/agenda/rendez-vous/1")
    nadia.submit(page, "/agenda/rendez-vous/1/annulation", reason="souffrante")
    text = feed(app, path, **{"If-None-Match": mark})
    assert "STATUS:CANCELLED" in text
    assert "SEQUENCE:1" in text
    assert "souffrante" not in text


def test_a_link_is_said_once_and_kept_as_a_hash(be: Be, session: Session) -> None:
    nadia = be("MDE")
    path = link(nadia)
    token = path.rpartition("/")[2].removesuffix(".ics")
    assert token not in nadia.visit("/agenda/liens").html
    session.rollback()
    kept = session.execute(select(col(CalendarToken.token_hash))).scalar_one()
    session.rollback()
    assert token not in kept
    form = nadia.visit("/agenda/liens")
    for _ in range(2):
        last = nadia.submit(form, "/agenda/liens", label="ordinateur")
    assert ".ics" not in last.html
    assert number(session, CalendarToken) == 2
    nadia.submit(form, "/agenda/liens", status=422, label=" ", _once="autre")


def test_a_renewed_link_ends_the_one_before_and_a_revoked_one_opens_nothing(
    be: Be, app: Any
) -> None:
    nadia = be("MDE")
    path = link(nadia)
    feed(app, path)
    form = nadia.visit("/agenda/liens")
    renewed = nadia.submit(form, "/agenda/liens/1/renouvellement")
    again = re.search(r"/agenda/flux/[\w-]+\.ics", renewed.html)
    assert again
    feed(app, path, 404)
    feed(app, again[0])
    nadia.submit(form, "/agenda/liens/1/renouvellement", status=422, _once="autre")
    nadia.submit(nadia.visit("/agenda/liens"), "/agenda/liens/2/revocation")
    feed(app, again[0], 404)
    feed(app, "/agenda/flux/n-importe.ics", 404)


@pytest.mark.parametrize("what", ["account", "membership", "role"])
def test_the_feed_stops_with_the_account_and_the_membership(
    be: Be, app: Any, session: Session, today: date, what: str
) -> None:
    nadia = be("MDE")
    path = link(nadia)
    feed(app, path)
    yesterday = today - timedelta(days=1)
    ended = {
        "account": update(Account).values(disabled_at=func.now()),
        "membership": update(Membership).values(ends_on=yesterday),
        "role": update(Membership).values(role=Role.ORGANISATION_ADMIN),
    }
    session.execute(ended[what])
    session.commit()
    feed(app, path, 404)


def test_a_link_read_too_often_waits(be: Be, app: Any) -> None:
    path = link(be("MDE"))
    for _ in range(30):
        feed(app, path)
    feed(app, path, 429)


def test_links_are_counted(be: Be) -> None:
    nadia = be("MDE")
    for _ in range(10):
        link(nadia)
    page = nadia.submit(nadia.visit("/agenda/liens"), "/agenda/liens", status=422, label="onzième")
    assert "10 liens" in page.text


def test_dates_of_one_s_actions_stand_in_the_agenda_and_its_feed(
    be: Be, session: Session, app: Any
) -> None:
    sophie = be("ECOLE", Role.TRAINER, "Sophie Garnier")
    nadia, paul = be("MDE"), be("REVERMONT", name="Paul Martin")
    holder = accounts.organisation_of_code(session, "MDE")
    school = accounts.organisation_of_code(session, "ECOLE")
    assert holder is not None
    assert school is not None
    account = session.execute(select(Account).where(col(Account.name) == "Nadia Belkacem"))
    maker, day = account.scalar_one().id or 0, date(2026, 11, 25)
    for organisation, title in ((holder, "Le bus numérique"), (school, "Portes ouvertes")):
        offer = Offer(
            organisation_id=organisation.id or 0, entered_by_organisation_id=organisation.id or 0,
            kind=StepKind.WORKSHOP, title=title, entry=OfferEntry.DATED, created_by_id=maker,
            sort_key=title, likeness_key=title, search_text=title,
        )  # fmt: skip
        session.add(offer)
        session.flush()
        about = {"offer_id": offer.id, "starts_on": day, "created_by_id": maker}
        hours = {"from_time": time(9), "to_time": time(12), "place": "Place du marché"}
        gone = {"cancelled_at": utc_now(), "cancelled_by_id": maker}
        session.add_all([OfferDate(**about, **hours), OfferDate(**about, **gone)])
    session.commit()
    for address in ("/agenda?jour=2026-11-25", "/agenda?jour=2026-11-25&voir=ateliers"):
        page = nadia.visit(address)
        assert page.html.count("/partenaires/actions/1") == 1
        assert "9 h – 12 h" in page.text
        assert "Place du marché" in page.text
        assert "Portes ouvertes" not in page.text
        assert "Le bus numérique" not in paul.visit(address).text
    assert "Portes ouvertes" in sophie.visit("/agenda?jour=2026-11-25").text
    for sort in ("demi-journees", "taches"):
        other = sophie.visit(f"/agenda?jour=2026-11-25&voir={sort}")
        assert "Portes ouvertes" not in other.text
    events = feed(app, link(nadia))
    assert "SUMMARY:Le bus numérique" in events
    assert "DTSTART:20261125T080000Z" in events
    assert "Place du marché" not in events
