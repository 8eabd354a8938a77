"""Appointments that come back: made together, then moved or cancelled from one of them on.

Each is an appointment like any other: it is kept, missed, moved or cancelled alone. From one on
means that one and those that follow it by their day, as long as nothing was said of them.
"""

from dataclasses import fields, replace
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlmodel import Session, col

from parcours.actions import appointments
from parcours.actions.appointments import AppointmentFacts, bump, trace
from parcours.actions.working_days import days_off
from parcours.domain.access import Actor
from parcours.domain.agenda import Outcome, Rhythm, check_appointment, occurrences
from parcours.models import Appointment, Organisation, visibility


def make_series(
    session: Session,
    actor: Actor,
    facts: AppointmentFacts,
    rhythm: Rhythm,
    until: date,
    *,
    today: date,
) -> tuple[list[Appointment], int]:
    """Make an appointment and those that follow until a day included.

    Returns them, and how many were left out: a public holiday or a closure of the organisation.
    """
    appointments.check_new(session, actor, facts, today=today)
    every = occurrences(facts.held_on, rhythm, until, frozenset())
    organisation = session.get_one(Organisation, actor.organisation_id)
    off = days_off(session, organisation, starts_on=facts.held_on, ends_on=until)
    days = occurrences(facts.held_on, rhythm, until, off)
    for day in days:
        check_appointment(day, facts.starts_at, facts.ends_at, today=today)
    rows = [appointments.new_row(actor, replace(facts, held_on=day)) for day in days]
    session.add_all(rows)
    session.flush()
    for row in rows:
        row.series_id = rows[0].id
        trace(session, actor, "make", row)
    return rows, len(every) - len(days)


def count_following(session: Session, row_id: int, series_id: int | None, held_on: date) -> int:
    """How many of a series follow one of them, and wait for their day."""
    if series_id is None:
        return 0
    found = session.execute(
        select(func.count()).where(
            col(Appointment.series_id) == series_id,
            col(Appointment.outcome).is_(None),
            col(Appointment.held_on) >= held_on,
            col(Appointment.id) != row_id,
        )
    )
    return int(found.scalar_one())


def move_following(
    session: Session,
    actor: Actor,
    appointment_id: int,
    facts: AppointmentFacts,
    *,
    version: int,
    today: date,
) -> int:
    """Change one read at `version`, and alike those that follow: as many days later or earlier.

    What was changed apart on one of the others stays, unless it is what changes here. Returns how
    many changed; EditConflict as for one alone.
    """
    row = visibility.appointment(session, actor, appointment_id, today=today, lock=True)
    before = {item.name: getattr(row, item.name) for item in fields(AppointmentFacts)}
    rest = _following(session, row)
    appointments.move(session, actor, appointment_id, facts, version=version, today=today)
    changed = {
        name: getattr(row, name) for name, value in before.items() if getattr(row, name) != value
    }
    if not changed:
        return 0
    later: timedelta = row.held_on - before["held_on"]
    for other in rest:
        for name, value in changed.items():
            setattr(other, name, value if name != "held_on" else other.held_on + later)
        check_appointment(other.held_on, other.starts_at, other.ends_at, today=today)
        bump(other)
        trace(session, actor, "move", other)
    return len(rest) + 1


def cancel_following(
    session: Session, actor: Actor, appointment_id: int, *, reason: str, today: date
) -> int:
    """Cancel one and those that follow, for one reason; how many."""
    row = visibility.appointment(session, actor, appointment_id, today=today, lock=True)
    rest = _following(session, row)
    for one in (row, *rest):
        appointments.conclude(
            session, actor, one.id or 0, Outcome.CANCELLED, reason=reason, today=today
        )
    return len(rest) + 1


def _following(session: Session, row: Appointment) -> list[Appointment]:
    """Those of its series that follow it by their day and wait for it, locked in one order."""
    if row.series_id is None:
        return []
    found = select(Appointment).where(
        col(Appointment.series_id) == row.series_id,
        col(Appointment.organisation_id) == row.organisation_id,
        col(Appointment.outcome).is_(None),
        col(Appointment.held_on) >= row.held_on,
        col(Appointment.id) != row.id,
    )
    return list(session.execute(found.order_by(col(Appointment.id)).with_for_update()).scalars())
