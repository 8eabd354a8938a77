"""Which immersions are meant: conditions that lists and counts share, and those of a person."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import and_, bindparam, exists, func, or_, select
from sqlmodel import Session, col

from parcours.domain.access import Actor
from parcours.domain.immersions import State, WouldHire, state
from parcours.domain.pathway import StepDates
from parcours.domain.words import StepKind
from parcours.models import Immersion, ImmersionAssessment, Organisation, Step
from parcours.models.base import is_word
from parcours.models.visibility import sees_learner


@dataclass(frozen=True, slots=True)
class OfLearner:
    """An immersion as the person’s file shows it to whoever may read the file."""

    step_id: int
    organisation_id: int
    organisation: str
    title: str
    firm: str | None
    starts_on: date
    ends_on: date | None
    state: State
    hired: bool | None
    would_hire: WouldHire | None


def is_immersion(step: Any = Step) -> Any:
    """Condition on a step, as the index on immersions says it."""
    return is_word(col(step.kind), StepKind.IMMERSION)


def is_held() -> Any:
    """Condition on Step: an immersion `:org` holds, of somebody it sees on `:today`."""
    return and_(
        col(Step.organisation_id) == bindparam("org"),
        is_immersion(),
        col(Step.accepted_at).is_not(None),
        sees_learner(Step.learner_id),
    )


def has_ended() -> Any:
    """Condition on Step, as the rule `state` tells: somebody said so, or its last day passed."""
    # An end nobody planned is not « unknown » to the negation of this condition: it is no end.
    passed = and_(
        col(Step.ended_on).is_(None),
        col(Step.planned_end_on).is_not(None),
        col(Step.planned_end_on) < bindparam("today"),
    )
    return and_(col(Step.cancelled_at).is_(None), or_(col(Step.ended_on).is_not(None), passed))


def is_coming() -> Any:
    """Condition on Step: nobody said that it began, and its first day is to come."""
    return and_(
        col(Step.cancelled_at).is_(None),
        col(Step.started_on).is_(None),
        col(Step.planned_start_on) > bindparam("today"),
    )


def is_running() -> Any:
    """Condition on Step: begun, or to have begun, and not ended."""
    return and_(col(Step.cancelled_at).is_(None), ~has_ended(), ~is_coming())


def is_assessed() -> Any:
    """Condition on Step: its tutor said something, or somebody said why no tutor will."""
    return exists(
        select(1)
        .select_from(Immersion)
        .outerjoin(ImmersionAssessment, col(ImmersionAssessment.immersion_id) == col(Immersion.id))
        .where(
            col(Immersion.step_id) == col(Step.id),
            or_(col(ImmersionAssessment.id).is_not(None), col(Immersion.waived_at).is_not(None)),
        )
        .correlate(Step)
    )


def lacks_assessment() -> Any:
    """Condition on Step: an immersion `:org` holds that ended, and nobody said how it went."""
    return and_(is_held(), has_ended(), ~is_assessed())


def _last_word() -> Any:
    """Whether the tutor would hire the person, as last said."""
    return (
        select(col(ImmersionAssessment.would_hire))
        .where(col(ImmersionAssessment.immersion_id) == col(Immersion.id))
        .order_by(col(ImmersionAssessment.id).desc())
        .limit(1)
        .correlate(Immersion)
        .scalar_subquery()
    )


def _of_learner() -> Any:
    return (
        select(
            col(Step.id),
            col(Step.organisation_id),
            col(Organisation.name),
            col(Step.title),
            col(Immersion.firm_name),
            col(Step.planned_start_on),
            col(Step.planned_end_on),
            col(Step.started_on),
            col(Step.ended_on),
            col(Step.cancelled_at),
            col(Immersion.hired),
            _last_word(),
        )
        .join(Organisation, col(Organisation.id) == col(Step.organisation_id))
        .outerjoin(Immersion, col(Immersion.step_id) == col(Step.id))
        .where(
            col(Step.learner_id) == bindparam("learner"),
            is_immersion(),
            col(Step.accepted_at).is_not(None),
        )
        .order_by(
            func.coalesce(col(Step.started_on), col(Step.planned_start_on)).desc(),
            col(Step.id).desc(),
        )
    )


OF_LEARNER = _of_learner()


def of_learner(session: Session, actor: Actor, learner_id: int, *, today: date) -> list[OfLearner]:
    """The immersions of a person whose file the caller opened, the latest first.

    What the tutor said stays with the organisation that asked.
    """
    found = []
    for row in session.execute(OF_LEARNER, {"learner": learner_id}):
        dates = StepDates(row[5], row[6], row[7], row[8])
        where = state(dates, is_cancelled=row[9] is not None, today=today)
        said = row[11] if row[1] == actor.organisation_id else None
        shown = (dates.starts_on, dates.ends_on, where, row[10], said)
        found.append(OfLearner(row[0], row[1], row[2], row[3], row[4], *shown))
    return found
