"""What the agenda reads beside appointments and tasks: half-days, steps, relays to answer."""

from dataclasses import dataclass
from datetime import date, time
from typing import Any

from sqlalchemy import Date, Select, bindparam, func, literal, or_, select, union_all
from sqlmodel import Session, col

from parcours.actions.waiting import relay_waits
from parcours.domain.access import Actor
from parcours.domain.calendar import Half
from parcours.domain.words import StepKind
from parcours.models import Cohort, CohortHalfDay, Learner, Organisation, Pathway, Relay, Step
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
        col(CohortHalfDay.id),
        col(Cohort.id),
        col(Cohort.name),
        col(CohortHalfDay.held_on),
        col(CohortHalfDay.half),
        col(CohortHalfDay.starts_at),
        col(CohortHalfDay.minutes),
        col(CohortHalfDay.taken_at).is_not(None),
    )
    .join(Cohort, col(Cohort.id) == col(CohortHalfDay.cohort_id))
    .where(
        col(Cohort.organisation_id) == bindparam("org"),
        col(Cohort.ends_on) >= FIRST,
        col(CohortHalfDay.held_on).between(FIRST, LAST),
        takes_place(),
    )
    .order_by(col(CohortHalfDay.held_on), col(CohortHalfDay.half), col(Cohort.name))
    .limit(bindparam("most"))
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


def half_days(session: Session, actor: Actor, period: Period) -> list[HalfDayRow]:
    """The half-days of the cohorts of one’s organisation."""
    rows = session.connection().execute(HALF_DAYS, _parameters(actor, period))
    return [HalfDayRow(*row) for row in rows]


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
