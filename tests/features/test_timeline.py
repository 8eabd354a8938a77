"""Échanges on screen: notes apart, every partner’s facts, what stays with one’s own."""

from collections.abc import Callable
from datetime import time, timedelta

import pytest
from sqlalchemy import event, select, update
from sqlmodel import Session, col

from parcours.actions import accounts, appointments
from parcours.db import Database
from parcours.domain.access import Role
from parcours.domain.agenda import AppointmentKind, Outcome
from parcours.domain.notes import NoteKind, NoteReach
from parcours.models import Account, AuditEntry, Note
from tests.conftest import TODAY
from tests.features.conftest import Be, Page, Person

AMINA = {"first_names": "Amina", "birth_name": "Traoré", "born_on": "12/3/1990"}
LINE = "/apprenants/1/fil"
WRITE = "/apprenants/1/notes"


@pytest.fixture
def nadia(be: Be) -> Person:
    """A counsellor who follows Amina on an open pathway."""
    person = be("CLIC")
    person.submit(person.visit("/apprenants/nouveau"), "/apprenants", **AMINA)
    person.submit(person.visit("/apprenants/1"), "/apprenants/1/parcours", opened_on="1/9/2026")
    return person


@pytest.fixture
def partner(be: Be, nadia: Person, session: Session) -> Person:
    """A trainer of a partner that sees Amina’s file."""
    person = be("ECOLE", Role.COORDINATOR, "Sophie Garnier")
    organisation = accounts.organisation_of_code(session, "ECOLE")
    number = str(organisation.id if organisation else 0)
    session.rollback()
    agreed = {"organisation": number, "medium": "paper", "purpose": "La suite"}
    nadia.submit(nadia.visit("/apprenants/1/partages"), "/apprenants/1/partages", **agreed)
    return person


def write(person: Person, words: str, status: int = 200, **typed: str) -> Page:
    """Write a note: a call of today, for one’s own, unless said otherwise."""
    note = {"words": words, "kind": "phone", "happened_on": "23/11/2026", "reach": "private"}
    return person.submit(person.visit(LINE), WRITE, status, **(note | typed))


def notes(session: Session) -> list[Note]:
    """Every version stored."""
    session.rollback()
    found = list(session.execute(select(Note).order_by(col(Note.id))).scalars())
    for note in found:
        session.expunge(note)
    session.rollback()
    return found


def test_private_notes_stay_in_one_s_organisation_and_look_apart(
    nadia: Person, partner: Person
) -> None:
    page = write(nadia, "Hésite encore pour le mardi.")
    assert "Hésite encore" in page.text
    assert 'class="note-private"' in page.html
    assert "Note privée : ma structure seulement" in page.text
    write(nadia, "Libre à partir de janvier.", reach="shared")
    theirs = partner.visit(LINE)
    assert "Libre à partir de janvier." in theirs.text
    assert "Hésite encore" not in theirs.html
    assert 'class="note-private"' not in theirs.html
    # The header of every page says only the contacts one may read about.
    write(partner, "Venu à la réunion.", happened_on="20/11/2026")
    assert "Venu à la réunion" not in nadia.visit(LINE).text
    assert "Dernier contact : 23 novembre 2026" in partner.visit("/apprenants/1").text


def test_a_partner_sees_the_others_facts_only_while_the_file_is_shared(
    nadia: Person, partner: Person
) -> None:
    step = {"kind": "training", "title": "Promo web", "planned_start_on": "1/10/2026",
            "planned_end_on": "30/12/2026", "started_on": "1/10/2026"}  # fmt: skip
    new = "/apprenants/1/etapes/nouvelle"
    nadia.submit(nadia.visit(new), "/apprenants/1/etapes", **step)
    page = partner.visit(LINE)
    assert "Début : Formation « Promo web »" in page.text
    assert "Parcours ouvert" in page.text
    assert "Nadia Belkacem, Structure CLIC" in page.text
    form = nadia.visit("/apprenants/1/partages")
    nadia.submit(form, "/partages/1/retrait")
    partner.visit(LINE, status=404)
    assert partner.client.get("/notes/1/modifier").status_code == 404


def test_a_note_is_taken_once_and_a_refused_one_keeps_its_words(
    nadia: Person, session: Session
) -> None:
    form = nadia.visit(LINE)
    typed = {"words": "Vient lundi.", "kind": "visit", "happened_on": "20/11/2026"}
    for _ in range(2):
        nadia.submit(form, WRITE, **typed)
    assert len(notes(session)) == 1
    page = write(nadia, "À garder quand même.", status=422, happened_on="24/12/2026")
    assert "Ce jour n’est pas encore venu." in page.text
    assert "À garder quand même." in page.html
    assert "Écrivez ce qui a été dit" in write(nadia, "  ", status=422).text
    assert len(notes(session)) == 1


def test_a_correction_is_another_version_and_withdrawing_leaves_a_trace(
    nadia: Person, partner: Person, session: Session
) -> None:
    write(nadia, "Préfère le matin.", reach="shared")
    edit = "/notes/1/modifier"
    form = nadia.visit(edit)
    page = nadia.submit(form, edit, words="Préfère le soir.")
    assert "Préfère le matin" not in page.html
    assert "(corrigée)" in page.text
    # Who still had the first version open is told, and overwrites nothing.
    late = nadia.submit(form, edit, 409, words="Préfère midi.")
    assert "corrigée ou retirée entre-temps" in late.text
    assert [(note.words, note.replaces_id) for note in notes(session)] == [
        ("Préfère le matin.", None),
        ("Préfère le soir.", 1),
    ]
    page = nadia.submit(nadia.visit("/notes/2/modifier"), "/notes/2/retrait")
    assert "retirée depuis" in page.text
    assert "Préfère le soir" not in page.html
    assert "retirée depuis" not in partner.visit(LINE).text
    acts = session.execute(select(col(AuditEntry.act)).where(col(AuditEntry.subject) == "note"))
    assert {"write", "correct", "withdraw"} <= set(acts.scalars())
    session.rollback()


def test_the_line_is_paged_filtered_and_costs_the_same(
    nadia: Person, partner: Person, session: Session, database: Database
) -> None:
    session.add_all(
        Note(
            learner_id=1,
            organisation_id=1,
            author_id=1,
            kind=NoteKind.NOTE,
            reach=NoteReach.SHARED,
            happened_on=TODAY - timedelta(days=number // 3),
            words=f"numéro {number}.",
        )
        for number in range(70)
    )
    session.commit()
    asked: list[str] = []
    listen: Callable[..., None] = lambda *a: asked.append(a[2])  # noqa: E731
    event.listen(database.engine, "before_cursor_execute", listen)
    page = nadia.visit(LINE)
    event.remove(database.engine, "before_cursor_execute", listen)
    questions = [text for text in asked if text.lstrip().startswith(("SELECT", "WITH"))]
    assert len(questions) <= 8, "\n".join(questions)
    seen: list[str] = []
    while True:
        seen += [word for word in page.text.split() if word[:-1].isdecimal() and word[-1] == "."]
        following = page.html.partition('">Plus ancien')[0].rpartition('href="')[2]
        if "Plus ancien" not in page.html:
            break
        page = nadia.visit(following.replace("&amp;", "&"))
    assert len(seen) == len(set(seen)) == 70
    assert "Parcours ouvert" in page.text
    assert "Parcours ouvert" not in nadia.visit(f"{LINE}?quoi=notes").text
    write(partner, "De l’école.", reach="shared")
    only = nadia.visit(f"{LINE}?structure=2").text
    assert "De l’école." in only
    assert "numéro 1." not in only
    for odd in ("?apres=x", "?apres=2026-99-99~1~1", "?structure=999999999999", "?quoi=%27"):
        nadia.visit(LINE + odd)


def test_who_left_is_never_shown_as_adviser(nadia: Person, be: Be, session: Session) -> None:
    other = be("CLIC", Role.TRAINER, "Thomas Perrin")
    write(nadia, "Ancien échange.", happened_on="10/11/2026")
    write(other, "Échange récent.")
    assert "dernier accompagnement par Thomas Perrin" in nadia.visit("/apprenants/1").text
    session.execute(
        update(Account)
        .where(col(Account.name) == "Thomas Perrin")
        .values(disabled_at=session.execute(select(col(Account.created_at))).scalars().first())
    )
    session.commit()
    page = nadia.visit("/apprenants/1")
    assert "dernier accompagnement par Nadia Belkacem" in page.text


def test_accompanying_is_one_click_and_its_undoing_gives_back(
    nadia: Person, be: Be, session: Session
) -> None:
    other = be("CLIC", Role.TRAINER, "Thomas Perrin")
    take, undo = "/apprenants/1/referent", "/apprenants/1/referent/fin"
    page = other.submit(other.visit("/apprenants/1"), take)
    assert "Référent·e : Thomas Perrin" in page.text
    assert "Référent·e : Nadia Belkacem" in other.submit(page, undo).text
    page = nadia.submit(nadia.visit("/apprenants/1"), undo)
    assert "Personne n’est encore référent·e" in page.text


def test_appointments_held_or_missed_are_told_to_one_s_own_organisation(
    nadia: Person, partner: Person, session: Session
) -> None:
    actor = accounts.actor_for(session, "nadia.counsellor@clic.exemple.fr", today=TODAY)
    for hour, outcome in ((9, Outcome.KEPT), (11, Outcome.MISSED), (14, Outcome.CANCELLED)):
        facts = appointments.AppointmentFacts(
            AppointmentKind.FOLLOW_UP, TODAY, time(hour), time(hour, 30), learner_id=1
        )
        made = appointments.make(session, actor, facts, today=TODAY)
        appointments.conclude(session, actor, made.id or 0, outcome, reason="Grève", today=TODAY)
    session.commit()
    page = nadia.visit(f"{LINE}?quoi=rendez-vous")
    label = AppointmentKind.FOLLOW_UP.label.lower()
    assert f"Rendez-vous tenu : {label}" in page.text
    assert f"Rendez-vous manqué : {label}" in page.text
    assert "annulé" not in page.text
    assert "/agenda/rendez-vous/1" in page.html
    assert "Rendez-vous tenu" in nadia.visit(LINE).text
    assert "Rendez-vous tenu" not in partner.visit(LINE).text
