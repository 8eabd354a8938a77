"""What the immersions of one cohort read: its days in a company, and who has a place then."""

from sqlalchemy import and_, func, select
from sqlmodel import Session, col

from parcours.actions.immersion_lists import is_immersion
from parcours.domain.calendar import HalfDay, Setting
from parcours.domain.company_days import Period
from parcours.models import CohortHalfDay, Enrolment, Learner, Step
from parcours.models.cohorts import takes_place


def settings(session: Session, cohort_id: int) -> list[tuple[HalfDay, Setting]]:
    """Where each half-day of a cohort the caller has opened takes place."""
    rows = session.execute(
        select(
            col(CohortHalfDay.held_on), col(CohortHalfDay.half), col(CohortHalfDay.setting)
        ).where(col(CohortHalfDay.cohort_id) == cohort_id, takes_place())
    )
    return [(HalfDay(row[0], row[1]), row[2]) for row in rows]


def places(
    session: Session, cohort_id: int
) -> dict[tuple[int, str, str | None, str], list[Period]]:
    """Everybody still in the cohort, by name, with the days of their immersions that hold."""
    is_theirs = and_(
        col(Step.learner_id) == col(Enrolment.learner_id),
        is_immersion(),
        col(Step.accepted_at).is_not(None),
        col(Step.cancelled_at).is_(None),
    )
    rows = session.execute(
        select(
            col(Learner.id), col(Learner.birth_name), col(Learner.usage_name),
            col(Learner.first_names), col(Step.id),
            func.coalesce(col(Step.started_on), col(Step.planned_start_on)),
            func.coalesce(col(Step.ended_on), col(Step.planned_end_on)),
        )
        .select_from(Enrolment)
        .join(Learner, col(Learner.id) == col(Enrolment.learner_id))
        .outerjoin(Step, is_theirs)
        .where(col(Enrolment.cohort_id) == cohort_id, col(Enrolment.left_on).is_(None))
        .order_by(col(Learner.sort_key), col(Learner.id))
    )  # fmt: skip
    found: dict[tuple[int, str, str | None, str], list[Period]] = {}
    for number, birth_name, usage_name, first_names, step_id, first, last in rows:
        periods = found.setdefault((number or 0, birth_name, usage_name, first_names), [])
        if step_id is not None:
            periods.append(Period(first, last))
    return found
