"""Appointments: making, moving, saying what became of them, and undoing that."""

from dataclasses import asdict, dataclass, fields
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import Date, Select, bindparam, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from parcours import audit
from parcours.actions import tasks
from parcours.domain.access import Actor, Capability, require
from parcours.domain.agenda import AppointmentKind, Outcome, check_appointment, check_outcome
from parcours.domain.errors import EditConflict, RuleBroken
from parcours.models import Account, Appointment, Learner, visibility
from parcours.models.base import utc_now
from parcours.models.visibility import scope, sees_appointment


@dataclass(frozen=True, slots=True)
class AppointmentFacts:
    """What a person says of an appointment; `account_id`: the colleague who holds it, if said."""

    kind: AppointmentKind
    held_on: date
    starts_at: time
    ends_at: time
    title: str = ""
    place: str | None = None
    learner_id: int | None = None
    account_id: int | None = None


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
    series_id: int | None
    maker_id: int
    maker: str
    learner_id: int | None
    birth_name: str | None
    usage_name: str | None
    first_names: str | None

    @property
    def made_by(self) -> str:
        """The colleague who noted it, "" when it is who holds it."""
        return "" if self.maker_id == self.account_id else self.maker


MAKER = aliased(Account)
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
    col(Appointment.series_id),
    col(Appointment.created_by_id),
    col(MAKER.name),
    col(Learner.id),
    col(Learner.birth_name),
    col(Learner.usage_name),
    col(Learner.first_names),
)
ROWS: Select[Any] = (
    select(*COLUMNS)
    .select_from(Appointment)
    .join(Account, col(Account.id) == col(Appointment.account_id))
    .join(MAKER, col(MAKER.id) == col(Appointment.created_by_id))
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
    """Make an appointment, with a person the actor sees or with nobody they follow.

    One’s own, or a colleague’s: it is then in their agenda, with who made it.
    """
    check_new(session, actor, facts, today=today)
    row = new_row(actor, facts)
    session.add(row)
    trace(session, actor, "make", row)
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
        if item.name != "learner_id" and (item.name != "account_id" or facts.account_id)
    }
    changed = {name: value for name, value in asked.items() if getattr(row, name) != value}
    if row.version != version and changed:
        theirs = {name: getattr(row, name) for name in changed}
        raise EditConflict(theirs=theirs, mine=changed, who="")
    if row.outcome is not None:
        raise RuleBroken("Ce rendez-vous est déjà noté tenu, manqué ou annulé : rouvrez-le.")
    check_appointment(facts.held_on, facts.starts_at, facts.ends_at, today=today)
    if "account_id" in changed:
        check_colleague(session, actor, facts.account_id, today=today)
    if changed:
        for name, value in changed.items():
            setattr(row, name, value)
        bump(row)
        trace(session, actor, "move", row)
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
    bump(row)
    trace(session, actor, outcome.value, row)
    return row


def reopen(session: Session, actor: Actor, appointment_id: int, *, today: date) -> Appointment:
    """What was said of it was a mistake."""
    require(actor, Capability.WRITE_STEPS)
    row = visibility.appointment(session, actor, appointment_id, today=today, lock=True)
    if row.outcome is not None:
        row.outcome = row.reason = row.outcome_at = row.outcome_by_id = None
        bump(row)
        trace(session, actor, "reopen", row)
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


def check_new(session: Session, actor: Actor, facts: AppointmentFacts, *, today: date) -> None:
    """Refuse an appointment out of reach, with somebody unknown or for no colleague."""
    require(actor, Capability.WRITE_STEPS)
    check_appointment(facts.held_on, facts.starts_at, facts.ends_at, today=today)
    check_colleague(session, actor, facts.account_id, today=today)
    if facts.learner_id is not None:
        visibility.learner(session, actor, facts.learner_id, today=today)


def check_colleague(session: Session, actor: Actor, account_id: int | None, *, today: date) -> None:
    """Only who works in one’s organisation today can be given an appointment."""
    if account_id in (None, actor.account_id):
        return
    if account_id not in dict(tasks.colleagues(session, actor, today=today)):
        raise RuleBroken("Choisissez une personne de votre structure.", field="account")


def new_row(actor: Actor, facts: AppointmentFacts) -> Appointment:
    """An appointment not yet written."""
    values = asdict(facts) | {"account_id": facts.account_id or actor.account_id}
    return Appointment(
        organisation_id=actor.organisation_id, created_by_id=actor.account_id, **values
    )


def bump(row: Appointment) -> None:
    """Another version of it: calendars elsewhere read it again."""
    row.version += 1
    row.updated_at = utc_now()


def trace(session: Session, actor: Actor, act: str, row: Appointment) -> None:
    """Write what was done in the journal."""
    session.flush()
    audit.record(session, actor, act, "appointment", row.id, learner_id=row.learner_id)
