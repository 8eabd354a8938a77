"""The demonstration’s appointments and tasks: last week’s, today’s, next week’s."""

from dataclasses import dataclass
from datetime import date, time, timedelta
from itertools import cycle

from sqlmodel import Session

from parcours.actions import appointment_series, appointments, tasks
from parcours.actions.breaks import BreakFilters, breaks
from parcours.demo.cohorts import SOPHIE
from parcours.demo.stories import HUGO, LISE, NADIA
from parcours.domain.access import Actor
from parcours.domain.agenda import AppointmentKind, Outcome, Rhythm

THOMAS = "thomas.perrin@revermont.exemple.fr"
PLACES = ("Bureau 3, premier étage", "Au téléphone", "Médiathèque de la Reyssouze")


@dataclass(frozen=True, slots=True)
class Told:
    """An appointment: how many days from today, at which hour, what for, what came of it."""

    day: int
    hour: int
    kind: AppointmentKind
    title: str = ""
    outcome: Outcome | None = None
    reason: str = ""
    is_with_somebody: bool = True


TOLD = (
    Told(-6, 9, AppointmentKind.FIRST, outcome=Outcome.KEPT),
    Told(-5, 14, AppointmentKind.FOLLOW_UP, outcome=Outcome.MISSED),
    Told(-1, 10, AppointmentKind.FOLLOW_UP),
    Told(0, 9, AppointmentKind.FOLLOW_UP, "Préparer la suite"),
    Told(0, 11, AppointmentKind.PHONE),
    Told(0, 14, AppointmentKind.PARTNERS, "Point entre partenaires", is_with_somebody=False),
    Told(1, 10, AppointmentKind.EMPLOYER, "Rencontre avec un atelier de réparation"),
    Told(2, 9, AppointmentKind.FOLLOW_UP, "", Outcome.CANCELLED, "La personne est souffrante."),
    Told(4, 15, AppointmentKind.WORKSHOP, "Atelier CV", is_with_somebody=False),
    Told(8, 9, AppointmentKind.FOLLOW_UP),
)
# What is written down, for how many days from today, about somebody or nobody.
WRITTEN = (
    ("Rappeler pour confirmer les dates", 0, True),
    ("Demander l’attestation de fin d’atelier", 1, True),
    ("Réserver la salle informatique", 3, False),
    ("Préparer le bilan du trimestre", 10, False),
)


def fill_agendas(session: Session, actors: dict[str, Actor], today: date) -> None:
    """Those who follow people meet them, and write down what they have to do."""
    for who in (NADIA, LISE, HUGO, THOMAS):
        actor = actors[who]
        rows = breaks(session, actor, BreakFilters(everywhere=True), today=today)
        people = cycle([row.learner_id for row in rows] or [None])
        for number, told in enumerate(TOLD):
            with_whom = next(people) if told.is_with_somebody else None
            _meet(session, actor, told, with_whom, PLACES[number % len(PLACES)], today)
        for title, days, is_about_somebody in WRITTEN:
            tasks.add(
                session,
                actor,
                title=title,
                due_on=today + timedelta(days=days),
                learner_id=next(people) if is_about_somebody else None,
                today=today,
            )
    _repeat(session, actors, today)


def _repeat(session: Session, actors: dict[str, Actor], today: date) -> None:
    """A follow-up every two weeks; a weekly meeting the coordinator notes for a trainer."""
    (row, *_) = breaks(session, actors[NADIA], BreakFilters(everywhere=True), today=today)
    follow_up = appointments.AppointmentFacts(
        AppointmentKind.FOLLOW_UP, today + timedelta(days=3), time(10), time(10, 30),
        "Point d’étape", PLACES[0], row.learner_id,
    )  # fmt: skip
    until = today + timedelta(days=90)
    appointment_series.make_series(
        session, actors[NADIA], follow_up, Rhythm.FORTNIGHTLY, until, today=today
    )
    noted = appointments.AppointmentFacts(
        AppointmentKind.OTHER, today, time(16), time(16, 45), "Bilan de la promotion", "Salle 2",
        account_id=actors[THOMAS].account_id,
    )  # fmt: skip
    appointment_series.make_series(
        session, actors[SOPHIE], noted, Rhythm.WEEKLY, until, today=today
    )


def _meet(
    session: Session, actor: Actor, told: Told, learner_id: int | None, place: str, today: date
) -> None:
    facts = appointments.AppointmentFacts(
        told.kind,
        today + timedelta(days=told.day),
        time(told.hour),
        time(told.hour, 45),
        told.title,
        place,
        learner_id,
    )
    made = appointments.make(session, actor, facts, today=today)
    if told.outcome is not None:
        appointments.conclude(
            session, actor, made.id or 0, told.outcome, reason=told.reason, today=today
        )
