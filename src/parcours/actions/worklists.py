"""Lists of what waits for somebody: starts to confirm, attendance to take."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import (
    bindparam,
    select,
)
from sqlmodel import Session, col

from parcours.domain.access import Actor
from parcours.domain.calendar import Half
from parcours.domain.pathway import UNCONFIRMED_AFTER_DAYS
from parcours.domain.words import StepKind
from parcours.models import (
    Cohort,
    CohortHalfDay,
    Learner,
    Pathway,
    Step,
)
from parcours.models.visibility import scope, sees_learner

LIMIT = 100


@dataclass(frozen=True, slots=True)
class UnconfirmedStart:
    """A step one’s organisation holds, planned to start more than 7 days ago, not confirmed."""

    step_id: int
    learner_id: int
    birth_name: str
    usage_name: str | None
    first_names: str
    kind: StepKind
    title: str
    planned_start_on: date


@dataclass(frozen=True, slots=True)
class UntakenHalfDay:
    """A half-day of one’s cohorts that passed without attendance."""

    cohort_id: int
    cohort: str
    held_on: date
    half: Half


def _unconfirmed() -> Any:
    return (
        select(
            col(Step.id),
            col(Learner.id),
            col(Learner.birth_name),
            col(Learner.usage_name),
            col(Learner.first_names),
            col(Step.kind),
            col(Step.title),
            col(Step.planned_start_on),
        )
        .join(Learner, col(Learner.id) == col(Step.learner_id))
        .join(Pathway, col(Pathway.id) == col(Step.pathway_id))
        .where(
            col(Step.organisation_id) == bindparam("org"),
            col(Step.started_on).is_(None),
            col(Step.accepted_at).is_not(None),
            col(Step.cancelled_at).is_(None),
            col(Step.planned_start_on) < bindparam("before"),
            col(Pathway.closed_on).is_(None),
            sees_learner(Step.learner_id),
        )
        .order_by(col(Step.planned_start_on), col(Step.id))
        .limit(LIMIT)
    )


def _untaken() -> Any:
    return (
        select(
            col(Cohort.id), col(Cohort.name), col(CohortHalfDay.held_on), col(CohortHalfDay.half)
        )
        .join(Cohort, col(Cohort.id) == col(CohortHalfDay.cohort_id))
        .where(
            col(Cohort.organisation_id) == bindparam("org"),
            col(CohortHalfDay.taken_at).is_(None),
            col(CohortHalfDay.held_on) <= bindparam("today"),
        )
        .order_by(col(CohortHalfDay.held_on).desc(), col(CohortHalfDay.half).desc())
        .limit(LIMIT)
    )


UNCONFIRMED, UNTAKEN = _unconfirmed(), _untaken()


def unconfirmed_starts(session: Session, actor: Actor, *, today: date) -> list[UnconfirmedStart]:
    """Starts to confirm, the oldest first, at most 100."""
    before = today - timedelta(days=UNCONFIRMED_AFTER_DAYS)
    parameters = {**scope(actor, today), "before": before}
    rows = session.connection().execute(UNCONFIRMED, parameters).all()
    return [UnconfirmedStart(*row) for row in rows]


def untaken_half_days(session: Session, actor: Actor, *, today: date) -> list[UntakenHalfDay]:
    """Half-days whose attendance is to take, the latest first, at most 100."""
    parameters = {"org": actor.organisation_id, "today": today}
    rows = session.connection().execute(UNTAKEN, parameters).all()
    return [UntakenHalfDay(*row) for row in rows]
