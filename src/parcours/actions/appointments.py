"""Appointments: making, moving, saying what became of them, and undoing that."""

from dataclasses import asdict, dataclass, fields
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import Date, Select, bindparam, select
from sqlmodel import Session, col

from parcours import audit
from parcours.domain.access import Actor, Capability, require
from parcours.domain.agenda import AppointmentKind, Outcome, check_appointment, check_outcome
from parcours.domain.errors import EditConflict, RuleBroken
from parcours.models import Account, Appointment, Learner, visibility
from parcours.models.base import utc_now
from parcours.models.visibility import scope, sees_appointment


@dataclass(frozen=True, slots=True)
class AppointmentFacts:
    """What a person says of an appointment."""

    kind: AppointmentKind
    held_on: date
    starts_at: time
    ends_at: time
    title: str = ""
    place: str | None = None
    learner_id: int | None = None


@dataclass(frozen=True, slots=True)
class AppointmentRow:
    """An appointment the actor sees, and the person it is with."""

    id: int
    held_on: date
    starts_at: time
    ends_at: time
    kind: AppointmentKind
    title: str
    place: str | None
    account_id: int
    account: str
    outcome: Outcome | None
    reason: str | None
    version: int
    updated_at: datetime
    learner_id: int | None
    birth_name: str | None
    usage_name: str | None
    first_names: str | None


# In the order of AppointmentRow.
COLUMNS: tuple[Any, ...] = (
    col(Appointment.id),
    col(Appointment.held_on),
    col(Appointment.starts_at),
    col(Appointment.ends_at),
    col(Appointment.kind),
    col(Appointment.title),
    col(Appointment.place),
    col(Appointment.account_id),
    col(Account.name),
    col(Appointment.outcome),
    col(Appointment.reason),
    col(Appointment.version),
    col(Appointment.updated_at),
    col(Learner.id),
    col(Learner.birth_name),
    col(Learner.usage_name),
    col(Learner.first_names),
)
ROWS: Select[Any] = (
    select(*COLUMNS)
    .select_from(Appointment)
    .join(Account, col(Account.id) == col(Appointment.account_id))
    .outerjoin(Learner, col(Learner.id) == col(Appointment.learner_id))
    .where(sees_appointment())
)
ONE = ROWS.where(col(Appointment.id) == bindparam("appointment"))
BETWEEN = (
    ROWS.where(
        col(Appointment.held_on).between(
            bindparam("first", type_=Date), bindparam("last", type_=Date)
        )
    )
    .order_by(col(Appointment.held_on), col(Appointment.starts_at), col(Appointment.id))
    .limit(bindparam("most"))
)
MINE_BETWEEN = BETWEEN.where(col(Appointment.account_id) == bindparam("account"))


def make(session: Session, actor: Actor, facts: AppointmentFacts, *, today: date) -> Appointment:
    """Make an appointment of one’s own, with a person the actor sees or with nobody they follow."""
    require(actor, Capability.WRITE_STEPS)
    check_appointment(facts.held_on, facts.starts_at, facts.ends_at, today=today)
    if facts.learner_id is not None:
        visibility.learner(session, actor, facts.learner_id, today=today)
    row = Appointment(
        organisation_id=actor.organisation_id,
        account_id=actor.account_id,
        created_by_id=actor.account_id,
        **asdict(facts),
    )
    session.add(row)
    _trace(session, actor, "make", row)
    return row


def move(
    session: Session,
    actor: Actor,
    appointment_id: int,
    facts: AppointmentFacts,
    *,
    version: int,
    today: date,
) -> Appointment:
    """Change an appointment read at `version`; the person it is with stays the same.

    Raises EditConflict when a colleague changed it since.
    """
    require(actor, Capability.WRITE_STEPS)
    row = visibility.appointment(session, actor, appointment_id, today=today, lock=True)
    asked = {
        item.name: getattr(facts, item.name)
        for item in fields(AppointmentFacts)
        if item.name != "learner_id"
    }
    changed = {name: value for name, value in asked.items() if getattr(row, name) != value}
    if row.version != version and changed:
        theirs = {name: getattr(row, name) for name in changed}
        raise EditConflict(theirs=theirs, mine=changed, who="")
    if row.outcome is not None:
        raise RuleBroken("Ce rendez-vous est déjà noté tenu, manqué ou annulé : rouvrez-le.")
    check_appointment(facts.held_on, facts.starts_at, facts.ends_at, today=today)
    if changed:
        for name, value in changed.items():
            setattr(row, name, value)
        _bump(row)
        _trace(session, actor, "move", row)
    return row


def conclude(
    session: Session,
    actor: Actor,
    appointment_id: int,
    outcome: Outcome,
    *,
    reason: str = "",
    today: date,
) -> Appointment:
    """Say that an appointment was kept, missed or cancelled; the same said twice changes nothing.

    RuleBroken when something else was said before: that is undone first.
    """
    require(actor, Capability.WRITE_STEPS)
    row = visibility.appointment(session, actor, appointment_id, today=today, lock=True)
    if row.outcome is outcome:
        return row
    if row.outcome is not None:
        raise RuleBroken(f"Ce rendez-vous est déjà noté « {row.outcome.label} » : rouvrez-le.")
    check_outcome(outcome, row.held_on, reason, today=today)
    row.outcome, row.reason = outcome, reason.strip() or None
    row.outcome_at, row.outcome_by_id = utc_now(), actor.account_id
    _bump(row)
    _trace(session, actor, outcome.value, row)
    return row


def reopen(session: Session, actor: Actor, appointment_id: int, *, today: date) -> Appointment:
    """What was said of it was a mistake."""
    require(actor, Capability.WRITE_STEPS)
    row = visibility.appointment(session, actor, appointment_id, today=today, lock=True)
    if row.outcome is not None:
        row.outcome = row.reason = row.outcome_at = row.outcome_by_id = None
        _bump(row)
        _trace(session, actor, "reopen", row)
    return row


def appointment_row(
    session: Session, actor: Actor, appointment_id: int, *, today: date
) -> AppointmentRow:
    """One appointment the caller has found visible."""
    parameters = {**scope(actor, today), "appointment": appointment_id}
    return AppointmentRow(*session.connection().execute(ONE, parameters).one())


def appointments_between(
    session: Session,
    actor: Actor,
    first: date,
    last: date,
    *,
    today: date,
    mine: bool,
    most: int,
) -> list[AppointmentRow]:
    """The appointments of a period, one’s own or the whole organisation’s, in order of time."""
    parameters = {**scope(actor, today), "first": first, "last": last, "most": most}
    if mine:
        parameters["account"] = actor.account_id
    statement = MINE_BETWEEN if mine else BETWEEN
    rows = session.connection().execute(statement, parameters)
    return [AppointmentRow(*row) for row in rows]


def _bump(row: Appointment) -> None:
    row.version += 1
    row.updated_at = utc_now()


def _trace(session: Session, actor: Actor, act: str, row: Appointment) -> None:
    session.flush()
    audit.record(session, actor, act, "appointment", row.id, learner_id=row.learner_id)
