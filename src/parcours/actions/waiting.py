"""How much waits for somebody: each count is the length of the list it leads to, up to 100.

Every count asked for on a page comes in one statement, along an index, and stops at 100: the first
page of the day costs the same whatever the size. A count added here is the length of a list that
exists: both read the same condition.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, and_, bindparam, func, select
from sqlmodel import Session, col

from parcours.actions.alerts import is_to_act_on
from parcours.actions.continuity import COUNT_LIMIT, HORIZON, is_to_avoid
from parcours.actions.task_list import is_due
from parcours.domain.access import Actor
from parcours.models import (
    AlertEpisode,
    Appointment,
    Cohort,
    CohortHalfDay,
    Exit,
    Gap,
    Membership,
    Message,
    Relay,
    Task,
)
from parcours.models.messages import is_waiting
from parcours.models.visibility import sees_appointment, sees_learner, sees_task, task_scope


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for somebody who follows people, each up to 100."""

    breaks: int
    relays_received: int
    relays_sent: int
    tasks: int
    appointments: int
    half_days: int
    exits: int
    alerts: int


def relay_waits() -> Any:
    """Condition on Relay: nobody answered, and it may still be answered on `:today`."""
    return and_(col(Relay.answer).is_(None), col(Relay.expires_on) >= bindparam("today"))


def lacks_something() -> Any:
    """Condition on Exit: its situation or its proof is missing."""
    return col(Exit.situation).is_(None) | col(Exit.proof_seen_on).is_(None)


def is_unsent() -> Any:
    """Condition on Message: the server refused it, and nobody reached the person otherwise."""
    return and_(col(Message.last_error).is_not(None), is_waiting())


def _up_to_100(table: Any, *conditions: Any, join: Any = None) -> Any:
    some = select(col(table)).where(*conditions).limit(COUNT_LIMIT)
    if join is not None:
        some = some.join(*join)
    return select(func.count()).select_from(some.subquery()).scalar_subquery()


ORG: Any = bindparam("org")
TODAY: Any = bindparam("today")
TO_AVOID = _up_to_100(
    Gap.pathway_id, col(Gap.owner_id) == ORG, is_to_avoid(), sees_learner(Gap.learner_id)
)
RECEIVED = _up_to_100(Relay.id, col(Relay.receiver_id) == ORG, relay_waits())
# In the order of Waiting.
COUNTS: Select[Any] = select(
    TO_AVOID,
    RECEIVED,
    _up_to_100(Relay.id, col(Relay.sender_id) == ORG, relay_waits()),
    _up_to_100(Task.id, sees_task(), is_due()),
    _up_to_100(
        Appointment.id,
        sees_appointment(),
        col(Appointment.account_id) == bindparam("account"),
        col(Appointment.held_on) == TODAY,
    ),
    _up_to_100(
        CohortHalfDay.id,
        col(Cohort.organisation_id) == ORG,
        col(Cohort.ends_on) >= TODAY,
        col(CohortHalfDay.held_on) == TODAY,
        join=(Cohort, col(Cohort.id) == col(CohortHalfDay.cohort_id)),
    ),
    _up_to_100(
        Exit.id, col(Exit.organisation_id) == ORG, lacks_something(), sees_learner(Exit.learner_id)
    ),
    _up_to_100(AlertEpisode.id, is_to_act_on()),
)
MENU: Select[Any] = select(TO_AVOID, RECEIVED)
ADMIN: Select[Any] = select(
    _up_to_100(Membership.id, col(Membership.organisation_id) == ORG),
    _up_to_100(Message.id, col(Message.organisation_id) == ORG, is_unsent()),
)


def waiting(session: Session, actor: Actor, *, today: date) -> Waiting:
    """What waits for somebody who follows people, in one statement."""
    parameters = {**task_scope(actor, today), "until": today + HORIZON}
    return Waiting(*session.connection().execute(COUNTS, parameters).one())


def menu_counts(session: Session, actor: Actor, *, today: date) -> dict[str, int]:
    """The counts of the menu, by address, in one statement."""
    parameters = {**task_scope(actor, today), "until": today + HORIZON}
    return menu(*session.connection().execute(MENU, parameters).one())


def menu(breaks: int, relays_received: int) -> dict[str, int]:
    """Counts known already, as the menu names them."""
    return {"/ruptures": breaks, "/relais": relays_received}


def for_administration(session: Session, actor: Actor) -> tuple[int, int]:
    """Who acts for one’s organisation, and its messages that did not leave."""
    found = session.connection().execute(ADMIN, {"org": actor.organisation_id}).one()
    return found[0], found[1]
