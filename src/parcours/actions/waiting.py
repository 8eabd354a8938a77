"""How much waits for somebody: each count is the length of the list it leads to, up to 100.

Every count asked for on a page comes in one statement, along an index, and stops at 100: the first
page of the day costs the same whatever the size. A count added here is the length of a list that
exists: both read the same condition.
"""

from collections.abc import Iterable
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import Select, and_, bindparam, exists, func, select
from sqlmodel import Session, col

from parcours.actions.alerts import is_to_act_on
from parcours.actions.closing import is_level_missing
from parcours.actions.continuity import COUNT_LIMIT, HORIZON, is_to_avoid
from parcours.actions.equipment_reads import is_late
from parcours.actions.follow_ups import is_to_make
from parcours.actions.immersion_lists import lacks_assessment
from parcours.actions.introduction_lists import is_to_chase
from parcours.actions.left_out import left_out
from parcours.actions.task_list import is_due
from parcours.actions.worklists import is_unconfirmed, is_untaken, unconfirmed_before
from parcours.domain.access import Actor
from parcours.domain.closing import first_of_month
from parcours.domain.needs import NeedState
from parcours.models import (
    AlertEpisode,
    Appointment,
    Candidate,
    Cohort,
    CohortHalfDay,
    Enrolment,
    EquipmentHandover,
    ExitSituation,
    FollowUp,
    Gap,
    Introduction,
    Membership,
    Message,
    Need,
    NeedWord,
    Pathway,
    Relay,
    Step,
    Task,
)
from parcours.models.cohorts import takes_place
from parcours.models.messages import is_waiting
from parcours.models.outcomes import is_at_exit
from parcours.models.visibility import sees_appointment, sees_learner, sees_task, task_scope


def relay_waits() -> Any:
    """Condition on Relay: nobody answered, and it may still be answered on `:today`."""
    return and_(col(Relay.answer).is_(None), col(Relay.expires_on) >= bindparam("today"))


def lacks_something() -> Any:
    """Condition on ExitSituation: what was said of an exit lacks its situation or its proof."""
    is_bare = col(ExitSituation.situation).is_(None) | col(ExitSituation.proof_seen_on).is_(None)
    return and_(is_bare, is_at_exit())


def is_unsent() -> Any:
    """Condition on Message: the server refused it, and nobody reached the person otherwise."""
    return and_(col(Message.last_error).is_not(None), is_waiting())


def is_need_to_confirm() -> Any:
    """Condition on Need: one’s own, published, whose reminder is due on `:today`."""
    return and_(
        col(Need.organisation_id) == bindparam("org"),
        col(Need.state) == NeedState.PUBLISHED,
        col(Need.remind_on) <= bindparam("today"),
    )


def has_words_to_map() -> Any:
    """Condition on Need: one’s own, live, with a word of the employer nobody mapped yet."""
    return and_(
        col(Need.organisation_id) == bindparam("org"),
        col(Need.state).in_((NeedState.DRAFT, NeedState.PUBLISHED)),
        exists(
            select(1).where(
                col(NeedWord.need_id) == col(Need.id), col(NeedWord.settled_at).is_(None)
            )
        ),
    )


def _up_to_100(table: Any, *conditions: Any, join: Any = None, last: Any = None) -> Any:
    some = select(col(table)).where(*conditions).limit(COUNT_LIMIT)
    if last is not None:
        some = some.order_by(col(last).desc())
    if join is not None:
        some = some.join(*join)
    return select(func.count()).select_from(some.subquery()).scalar_subquery()


ORG: Any = bindparam("org")
TODAY: Any = bindparam("today")
COHORT: Any = (Cohort, col(Cohort.id) == col(CohortHalfDay.cohort_id))
ENROLLING: Any = (Cohort, col(Cohort.id) == col(Enrolment.cohort_id))
PATHWAY: Any = (Pathway, col(Pathway.id) == col(Step.pathway_id))
MENU = {"/ruptures": "breaks", "/relais": "relays_received"}
# What may be counted, by name.
COUNTS: dict[str, Any] = {
    # From the last day on: those of former years are over, and each would be passed by. So are
    # the starts nobody confirmed before their pathway was closed.
    "breaks": _up_to_100(
        Gap.pathway_id,
        col(Gap.owner_id) == ORG,
        is_to_avoid(),
        sees_learner(Gap.learner_id),
        last=Gap.breaks_on,
    ),
    "relays_received": _up_to_100(Relay.id, col(Relay.receiver_id) == ORG, relay_waits()),
    "relays_sent": _up_to_100(Relay.id, col(Relay.sender_id) == ORG, relay_waits()),
    "tasks": _up_to_100(Task.id, sees_task(), is_due()),
    "appointments": _up_to_100(
        Appointment.id,
        sees_appointment(),
        col(Appointment.account_id) == bindparam("account"),
        col(Appointment.held_on) == TODAY,
    ),
    "half_days": _up_to_100(
        CohortHalfDay.id,
        col(Cohort.organisation_id) == ORG,
        col(Cohort.ends_on) >= TODAY,
        col(CohortHalfDay.held_on) == TODAY,
        takes_place(),
        join=COHORT,
    ),
    "exits": _up_to_100(
        ExitSituation.id,
        col(ExitSituation.organisation_id) == ORG,
        lacks_something(),
        sees_learner(ExitSituation.learner_id),
    ),
    "follow_ups": _up_to_100(FollowUp.id, is_to_make()),
    "alerts": _up_to_100(AlertEpisode.id, is_to_act_on()),
    "needs": _up_to_100(Need.id, is_need_to_confirm()),
    "need_words": _up_to_100(Need.id, has_words_to_map()),
    "introductions": _up_to_100(Introduction.id, is_to_chase()),
    "starts": _up_to_100(Step.id, is_unconfirmed(), join=PATHWAY, last=Step.planned_start_on),
    "untaken": _up_to_100(CohortHalfDay.id, is_untaken(), join=COHORT),
    "levels": _up_to_100(Enrolment.id, is_level_missing(), join=ENROLLING),
    "assessments": _up_to_100(Step.id, lacks_assessment()),
    "left_out": select(func.count())
    .select_from(left_out(col(Candidate.id)).limit(COUNT_LIMIT).subquery())
    .scalar_subquery(),
    "loans_late": _up_to_100(EquipmentHandover.id, is_late()),
    "accounts": _up_to_100(Membership.id, col(Membership.organisation_id) == ORG),
    "unsent": _up_to_100(Message.id, col(Message.organisation_id) == ORG, is_unsent()),
}


def waiting(session: Session, actor: Actor, names: Iterable[str], *, today: date) -> dict[str, int]:
    """How much waits for the actor, each of these counts up to 100, in one statement."""
    if not (asked := tuple(dict.fromkeys(names))):
        return {}
    parameters = {
        **task_scope(actor, today),
        "until": today + HORIZON,
        "before": unconfirmed_before(today),
        "month": first_of_month(today),
    }
    found = session.connection().execute(_counted(asked), parameters).one()
    return dict(zip(asked, found, strict=True))


def menu_counts(session: Session, actor: Actor, *, today: date) -> dict[str, int]:
    """The counts of the menu, by address, in one statement."""
    return menu(waiting(session, actor, MENU.values(), today=today))


def menu(counts: dict[str, int]) -> dict[str, int]:
    """Counts known already, as the menu names them."""
    return {address: counts[name] for address, name in MENU.items()}


@cache
def _counted(names: tuple[str, ...]) -> Select[Any]:
    return select(*(COUNTS[name] for name in names))
