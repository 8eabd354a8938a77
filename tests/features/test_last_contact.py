"""« Dernier contact » derives from acts of every kind, and names somebody one can still reach."""

from datetime import UTC, date, datetime, time

import pytest
from sqlmodel import Session, select

from parcours.actions import (
    accounts,
    appointments,
    exits,
    follow_ups,
    learners,
    mediation,
    news,
    notes,
    pathways,
    sharing,
    situations,
)
from parcours.domain.access import Actor, Role
from parcours.domain.agenda import AppointmentKind, Outcome
from parcours.domain.follow_ups import Teller, TryOutcome
from parcours.domain.mediation import ActivityFacts, ActivityKind, Taking
from parcours.domain.notes import NoteKind, NoteReach
from parcours.domain.words import SharingMedium
from parcours.models import Account, FollowUp
from tests.conftest import TODAY
from tests.features.conftest import Be, Person

FILE = "/apprenants/1"


@pytest.fixture
def nadia(be: Be) -> Person:
    """A counsellor at her browser."""
    return be("CLIC", Role.COUNSELLOR, "Nadia Belkacem")


@pytest.fixture
def actor(nadia: Person, session: Session) -> Actor:
    """The same; Amina left a pathway in May, and is followed."""
    found = accounts.actor_for(session, "nadia.counsellor@clic.exemple.fr", today=TODAY)
    facts = learners.LearnerFacts("Traoré", "Amina", date(1990, 1, 1))
    learner = learners.create_learner(session, found, facts, today=TODAY)
    pathways.open_pathway(session, found, learner, opened_on=date(2026, 1, 5))
    session.commit()
    return found


def said(person: Person) -> str:
    """What the head of the file says of the last contact; nothing when there was none."""
    text = person.visit(FILE).text
    if "Dernier contact" not in text:
        return ""
    return text.split("Dernier contact : ")[1].replace(" ,", ",")


def act(session: Session, actor: Actor, on: date) -> int:
    """A mediation act."""
    facts = ActivityFacts(ActivityKind.INDIVIDUAL, "COURRIEL", on, 30)
    row = mediation.record_activity(session, actor, facts, {1: Taking()}, today=TODAY)
    number = row.id or 0
    session.commit()
    return number


def meet(session: Session, actor: Actor, on: date, outcome: Outcome) -> None:
    """An appointment, and what became of it."""
    facts = appointments.AppointmentFacts(
        AppointmentKind.FOLLOW_UP, on, time(9), time(10), learner_id=1
    )
    made = appointments.make(session, actor, facts, today=min(on, TODAY))
    appointments.conclude(session, actor, made.id or 0, outcome, reason="Grève", today=TODAY)
    session.commit()


def test_nothing_yet(nadia: Person, actor: Actor) -> None:
    assert said(nadia) == ""


def test_each_kind_of_act_moves_it(nadia: Person, actor: Actor, session: Session) -> None:
    facts = notes.NoteFacts(NoteKind.PHONE, NoteReach.PRIVATE, date(2026, 2, 2), "Appel.")
    notes.write_note(session, actor, 1, facts, today=TODAY)
    session.commit()
    assert said(nadia).startswith("2 février 2026, dernier accompagnement par Nadia Belkacem")
    number = act(session, actor, date(2026, 3, 3))
    assert said(nadia).startswith("3 mars 2026, dernier accompagnement par Nadia")
    meet(session, actor, date(2026, 4, 7), Outcome.KEPT)
    assert said(nadia).startswith("7 avril 2026")
    # Missed, or cancelled: nobody met. Before the last one: nothing moves.
    meet(session, actor, date(2026, 4, 9), Outcome.MISSED)
    meet(session, actor, date(2026, 4, 10), Outcome.CANCELLED)
    meet(session, actor, date(2026, 3, 30), Outcome.KEPT)
    assert said(nadia).startswith("7 avril 2026")
    late = act(session, actor, date(2026, 5, 5))
    assert said(nadia).startswith("5 mai 2026")
    for row in (number, late):
        mediation.cancel_activity(session, actor, row, reason="Erreur")
    session.commit()
    assert said(nadia).startswith("7 avril 2026")


def test_follow_ups_answered_are_contacts(nadia: Person, actor: Actor, session: Session) -> None:
    record = situations.SituationRecord(date(2026, 5, 17), "CHOMAGE")
    exits.record_exit(session, actor, 1, record, today=TODAY)
    session.commit()
    assert said(nadia) == ""
    rows = session.execute(select(FollowUp).order_by(FollowUp.due_on)).scalars().all()  # type: ignore[arg-type]
    keys = [row.id or 0 for row in rows]
    for day, outcome, moved in (
        (date(2026, 8, 17), TryOutcome.NO_ANSWER, ""),
        (date(2026, 8, 18), TryOutcome.SENT, ""),
        (date(2026, 8, 19), TryOutcome.CALL_BACK, "19 août 2026"),
    ):
        tried = follow_ups.TryRecord(day, outcome)
        follow_ups.record_try(session, actor, keys[1], tried, today=TODAY)
        session.commit()
        assert said(nadia).startswith(moved)
        assert bool(said(nadia)) is bool(moved)
    # What an employer tells is no contact with the person; what they say themselves is one.
    for key, teller, moved in (
        (keys[1], Teller.EMPLOYER, "19 août 2026"),
        (keys[2], Teller.PERSON, "18 novembre 2026"),
    ):
        told = situations.SituationRecord(
            date(2026, 8, 20) if key == keys[1] else date(2026, 11, 18), "CHOMAGE", told_by=teller
        )
        news.record_answer(session, actor, key, told, today=TODAY)
        session.commit()
        assert said(nadia).startswith(moved)


def test_a_partner_reads_what_is_shared_alone(
    nadia: Person, actor: Actor, session: Session, be: Be
) -> None:
    partner = be("ECOLE", Role.COORDINATOR, "Sophie Garnier")
    other = accounts.actor_for(session, "sophie.coordinator@ecole.exemple.fr", today=TODAY)
    sharing.share_learner(
        session, actor, 1, organisation_id=other.organisation_id, medium=SharingMedium.PAPER,
        purpose="Suite", starts_on=TODAY, ends_on=None, today=TODAY,
    )  # fmt: skip
    session.commit()
    act(session, actor, date(2026, 3, 3))
    meet(session, actor, date(2026, 4, 7), Outcome.KEPT)
    # Acts are told to partners on the timeline; appointments stay with one’s own.
    assert said(nadia).startswith("7 avril 2026")
    assert said(partner).startswith("3 mars 2026")


def test_who_left_is_not_named(nadia: Person, actor: Actor, session: Session, be: Be) -> None:
    thomas = be("CLIC", Role.TRAINER, "Thomas Perrin")
    trainer = accounts.actor_for(session, "thomas.trainer@clic.exemple.fr", today=TODAY)
    act(session, trainer, date(2026, 3, 3))
    act(session, actor, date(2026, 4, 4))
    assert said(thomas).startswith("4 avril 2026, dernier accompagnement par Nadia Belkacem")
    row = session.get_one(Account, actor.account_id)
    row.disabled_at = datetime.now(UTC)
    session.commit()
    # The day stays; the name is that of the last one who can be reached.
    assert said(thomas).startswith("4 avril 2026, dernier accompagnement par Thomas Perrin")
