"""What the agenda reads beside appointments and tasks: half-days, steps, relays to answer."""

from dataclasses import dataclass
from datetime import date, time
from typing import Any

from sqlalchemy import (
    Date,
    Select,
    String,
    Time,
    bindparam,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlmodel import Session, col

from parcours.actions.waiting import relay_waits
from parcours.domain.access import Actor
from parcours.domain.calendar import Half
from parcours.domain.words import StepKind
from parcours.models import (
    Cohort,
    CohortHalfDay,
    Learner,
    Offer,
    OfferDate,
    Organisation,
    Pathway,
    Relay,
    Step,
)
from parcours.models.cohorts import takes_place
from parcours.models.visibility import is_mine, scope, sees_learner


@dataclass(frozen=True, slots=True)
class Period:
    """The days one looks at, both included, on which day, how many rows of each sort at most."""

    first: date
    last: date
    today: date
    most: int


@dataclass(frozen=True, slots=True)
class HalfDayRow:
    """A half-day of a cohort of one’s organisation."""

    id: int
    cohort_id: int
    cohort: str
    held_on: date
    half: Half
    starts_at: time | None
    minutes: int
    is_taken: bool


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A date announced of an action of one’s organisation: a workshop, a stop of a mobile venue."""

    id: int
    offer_id: int
    title: str
    on: date
    from_time: time | None
    to_time: time | None
    place: str


Groups = tuple[list[HalfDayRow], list[SessionRow]]


@dataclass(frozen=True, slots=True)
class StepDay:
    """The first or the last day of a step one’s organisation holds, real or planned."""

    step_id: int
    on: date
    is_end: bool
    is_planned: bool
    kind: StepKind
    title: str
    learner_id: int
    birth_name: str
    usage_name: str | None
    first_names: str


@dataclass(frozen=True, slots=True)
class RelayDue:
    """A relay received, to answer by that day: all one may read of the person before accepting."""

    id: int
    due_on: date
    sender: str
    birth_name: str
    first_names: str


FIRST, LAST = bindparam("first", type_=Date), bindparam("last", type_=Date)
HALF_DAYS: Any = (
    select(
        literal(False).label("is_session"),
        col(CohortHalfDay.id).label("id"),
        col(Cohort.id),
        col(Cohort.name),
        col(CohortHalfDay.held_on).label("on_day"),
        col(CohortHalfDay.half),
        col(CohortHalfDay.starts_at),
        cast(null(), Time),
        col(CohortHalfDay.minutes),
        col(CohortHalfDay.taken_at).is_not(None),
        cast(null(), String),
    )
    .join(Cohort, col(Cohort.id) == col(CohortHalfDay.cohort_id))
    .where(
        col(Cohort.organisation_id) == bindparam("org"),
        col(Cohort.ends_on) >= FIRST,
        col(CohortHalfDay.held_on).between(FIRST, LAST),
        takes_place(),
    )
)
SESSIONS: Any = (
    select(
        literal(True).label("is_session"),
        col(OfferDate.id).label("id"),
        col(Offer.id),
        col(Offer.title),
        col(OfferDate.starts_on).label("on_day"),
        cast(null(), String(32)),
        col(OfferDate.from_time),
        col(OfferDate.to_time),
        literal(0),
        literal(False),
        func.coalesce(col(OfferDate.place), col(OfferDate.city), col(Offer.venue), col(Offer.city)),
    )
    .join(Offer, col(Offer.id) == col(OfferDate.offer_id))
    .where(
        col(Offer.organisation_id) == bindparam("org"),
        col(Offer.withdrawn_at).is_(None),
        col(OfferDate.cancelled_at).is_(None),
        col(OfferDate.starts_on).between(FIRST, LAST),
    )
)
RELAYS: Any = (
    select(
        col(Relay.id),
        col(Relay.due_on),
        col(Organisation.name),
        col(Learner.birth_name),
        col(Learner.first_names),
    )
    .join(Organisation, col(Organisation.id) == col(Relay.sender_id))
    .join(Learner, col(Learner.id) == col(Relay.learner_id))
    .where(
        col(Relay.receiver_id) == bindparam("org"),
        relay_waits(),
        col(Relay.due_on).between(FIRST, LAST),
    )
    .order_by(col(Relay.due_on), col(Relay.id))
    .limit(bindparam("most"))
)


def _bound(column: Any, is_end: bool, *conditions: Any) -> Select[Any]:
    return select(
        col(Step.id).label("step_id"),
        column.label("on_day"),
        literal(is_end).label("is_end"),
        literal(bool(conditions)).label("is_planned"),
    ).where(
        col(Step.organisation_id) == bindparam("org"),
        col(Step.accepted_at).is_not(None),
        col(Step.cancelled_at).is_(None),
        column.between(FIRST, LAST),
        *conditions,
    )


# Four walks along three indexes, rather than one through every step of the organisation.
DAYS = union_all(
    _bound(col(Step.started_on), False),
    _bound(col(Step.planned_start_on), False, col(Step.started_on).is_(None)),
    _bound(col(Step.ended_on), True),
    _bound(col(Step.planned_end_on), True, col(Step.ended_on).is_(None)),
).subquery("days")


def _step_days() -> Select[Any]:
    days, closed_on = DAYS, col(Pathway.closed_on)
    return (
        select(
            days.c.step_id,
            days.c.on_day,
            days.c.is_end,
            days.c.is_planned,
            col(Step.kind),
            col(Step.title),
            col(Learner.id),
            col(Learner.birth_name),
            col(Learner.usage_name),
            col(Learner.first_names),
        )
        .select_from(days)
        .join(Step, col(Step.id) == days.c.step_id)
        .join(Pathway, col(Pathway.id) == col(Step.pathway_id))
        .join(Learner, col(Learner.id) == col(Step.learner_id))
        .where(
            or_(closed_on.is_(None), days.c.is_planned.is_(False), closed_on > days.c.on_day),
            sees_learner(Learner.id),
        )
        .order_by(days.c.on_day, func.lower(col(Learner.birth_name)), days.c.step_id)
        .limit(bindparam("most"))
    )


STEPS = _step_days()
STEPS_OF_MINE = STEPS.where(is_mine(col(Learner.referent_id)))


def _in_order(asked: Any) -> Any:
    return asked.order_by("on_day", "id").limit(bindparam("most"))


# What a group comes to, by whether half-days are asked for, then sessions; both in one statement.
GROUPS = {
    (True, False): _in_order(HALF_DAYS),
    (False, True): _in_order(SESSIONS),
    (True, True): _in_order(union_all(HALF_DAYS, SESSIONS)),
}


def groups(
    session: Session, actor: Actor, period: Period, *, half_days: bool, sessions: bool
) -> Groups:
    """The half-days of the cohorts of one’s organisation, and the dates of its actions."""
    taught: list[HalfDayRow] = []
    announced: list[SessionRow] = []
    rows = session.connection().execute(GROUPS[half_days, sessions], _parameters(actor, period))
    for is_session, key, of, name, on, half, start, end, minutes, is_taken, place in rows:
        if is_session:
            announced.append(SessionRow(key, of, name, on, start, end, place or ""))
        else:
            taught.append(HalfDayRow(key, of, name, on, Half(half), start, minutes, is_taken))
    return taught, announced


def step_days(session: Session, actor: Actor, period: Period, *, mine: bool) -> list[StepDay]:
    """Steps that begin or end; `mine`: of the people the actor follows."""
    parameters = _parameters(actor, period)
    if mine:
        parameters["account"] = actor.account_id
    rows = session.connection().execute(STEPS_OF_MINE if mine else STEPS, parameters)
    return [StepDay(*row) for row in rows]


def relays_due(session: Session, actor: Actor, period: Period) -> list[RelayDue]:
    """The relays one’s organisation has to answer by a day of the period."""
    rows = session.connection().execute(RELAYS, _parameters(actor, period))
    return [RelayDue(*row) for row in rows]


def _parameters(actor: Actor, period: Period) -> dict[str, Any]:
    days = {"first": period.first, "last": period.last, "most": period.most}
    return {**scope(actor, period.today), **days}
