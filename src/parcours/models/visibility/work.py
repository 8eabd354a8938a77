"""The work around people: tasks, appointments, messages, alerts; and whose work it is."""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, or_, select
from sqlmodel import Session, col

from parcours.domain.access import Actor, Role
from parcours.domain.alerts import Rule
from parcours.models import (
    Activity,
    AlertEpisode,
    Appointment,
    CalendarToken,
    Equipment,
    EquipmentHandover,
    Message,
    Replacement,
    Task,
    WeeklyEngagement,
)
from parcours.models.visibility.people import one, scope, sees_learner


def replacement_runs() -> tuple[Any, ...]:
    """Conditions: the replacement runs on `:today`."""
    return (
        col(Replacement.starts_on) <= bindparam("today"),
        col(Replacement.ends_on) >= bindparam("today"),
        col(Replacement.cancelled_at).is_(None),
    )


def is_mine(column: Any) -> Any:
    """Condition: the account is `:account`, or one it stands for on `:today` in `:org`."""
    stood_for = select(col(Replacement.replaced_id)).where(
        col(Replacement.substitute_id) == bindparam("account"),
        col(Replacement.organisation_id) == bindparam("org"),
        *replacement_runs(),
    )
    return or_(column == bindparam("account"), column.in_(stood_for))


def task_scope(actor: Actor, today: date) -> dict[str, Any]:
    """The parameters `sees_task` asks for, those of `scope` among them."""
    return {**scope(actor, today), "account": actor.account_id, "role": actor.role}


def sees_task() -> ColumnElement[bool]:
    """Condition: given by `:org` to `:account` or whom it stands for, else to `:role`, to all."""
    is_for_all = or_(col(Task.for_role).is_(None), col(Task.for_role) == bindparam("role"))
    return and_(
        col(Task.organisation_id) == bindparam("org"),
        or_(
            is_mine(col(Task.account_id)),
            and_(col(Task.account_id).is_(None), is_for_all),
        ),
    )


def task(session: Session, actor: Actor, task_id: int, *, today: date, lock: bool = False) -> Task:
    """A task the actor may do, done or not, else NotFound."""
    statement = select(Task).where(col(Task.id) == task_id, sees_task())
    found: Task = one(session, statement, task_scope(actor, today), lock=lock)
    return found


def sees_appointment() -> ColumnElement[bool]:
    """Condition: an appointment of `:org`, with nobody it follows or with somebody it sees."""
    return and_(
        col(Appointment.organisation_id) == bindparam("org"),
        or_(col(Appointment.learner_id).is_(None), sees_learner(Appointment.learner_id)),
    )


def appointment(
    session: Session, actor: Actor, appointment_id: int, *, today: date, lock: bool = False
) -> Appointment:
    """An appointment of the actor’s organisation (below), else NotFound."""
    statement = select(Appointment).where(col(Appointment.id) == appointment_id, sees_appointment())
    found: Appointment = one(session, statement, scope(actor, today), lock=lock)
    return found


def calendar_link(session: Session, actor: Actor, link_id: int) -> CalendarToken:
    """One of the actor’s own links to their agenda, revoked or not, else NotFound."""
    statement = select(CalendarToken).where(
        col(CalendarToken.id) == link_id, col(CalendarToken.account_id) == actor.account_id
    )
    found: CalendarToken = one(session, statement, {}, lock=True)
    return found


def sees_message(actor: Actor) -> ColumnElement[bool]:
    """Condition: a message of one’s organisation, to a partner, a tutor or a learner it sees.

    What goes to a professional is theirs. Parameters as for a learner.
    """
    org = -1 if actor.role is Role.FUNDER else actor.organisation_id
    return and_(
        col(Message.organisation_id) == org,
        or_(
            col(Message.partner_id).is_not(None),
            col(Message.immersion_id).is_not(None),
            sees_learner(Message.learner_id),
        ),
    )


def message(
    session: Session, actor: Actor, message_id: int, *, today: date, lock: bool = False
) -> Message:
    """A message of the actor’s organisation (above), else NotFound."""
    statement = select(Message).where(col(Message.id) == message_id, sees_message(actor))
    found: Message = one(session, statement, scope(actor, today), lock=lock)
    return found


def sees_alert() -> ColumnElement[bool]:
    """Condition: the organisation acts on the alert or follows the person, and may know of them.

    A relay without an answer is known to its receiver before the person’s file is.
    """
    return and_(
        or_(
            col(AlertEpisode.organisation_id) == bindparam("org"),
            col(AlertEpisode.second_id) == bindparam("org"),
        ),
        or_(
            col(AlertEpisode.learner_id).is_(None),
            col(AlertEpisode.rule) == Rule.UNANSWERED_RELAY,
            sees_learner(AlertEpisode.learner_id),
        ),
    )


def alert(
    session: Session, actor: Actor, alert_id: int, *, today: date, lock: bool = False
) -> AlertEpisode:
    """An alert the actor’s organisation is concerned by (above), else NotFound."""
    statement = select(AlertEpisode).where(col(AlertEpisode.id) == alert_id, sees_alert())
    found: AlertEpisode = one(session, statement, scope(actor, today), lock=lock)
    return found


def activity(session: Session, actor: Actor, activity_id: int, *, lock: bool = False) -> Activity:
    """A mediation activity of the actor’s own organisation, cancelled or not, else NotFound."""
    statement = select(Activity).where(
        col(Activity.id) == activity_id, col(Activity.organisation_id) == actor.organisation_id
    )
    found: Activity = one(session, statement, {}, lock=lock)
    return found


def equipment(session: Session, actor: Actor, item_id: int, *, lock: bool = False) -> Equipment:
    """An item of the actor’s own organisation, else NotFound."""
    statement = select(Equipment).where(
        col(Equipment.id) == item_id, col(Equipment.organisation_id) == actor.organisation_id
    )
    found: Equipment = one(session, statement, {}, lock=lock)
    return found


def handover(
    session: Session, actor: Actor, handover_id: int, *, lock: bool = False
) -> EquipmentHandover:
    """What the actor’s organisation lent or gave, else NotFound.

    Even to somebody it no longer follows: what is lent is still to come back.
    """
    statement = select(EquipmentHandover).where(
        col(EquipmentHandover.id) == handover_id,
        col(EquipmentHandover.organisation_id) == actor.organisation_id,
    )
    found: EquipmentHandover = one(session, statement, {}, lock=lock)
    return found


def engagement(
    session: Session, actor: Actor, engagement_id: int, *, today: date
) -> WeeklyEngagement:
    """An engagement the actor’s organisation noted, of a learner it sees, else NotFound."""
    statement = select(WeeklyEngagement).where(
        col(WeeklyEngagement.id) == engagement_id,
        col(WeeklyEngagement.organisation_id) == actor.organisation_id,
        sees_learner(WeeklyEngagement.learner_id),
    )
    found: WeeklyEngagement = one(session, statement, scope(actor, today), lock=True)
    return found
