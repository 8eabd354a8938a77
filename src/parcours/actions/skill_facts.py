"""What levels say of a group as a whole: who was seen at none for some time."""

from datetime import date
from typing import Any

from sqlalchemy import bindparam, exists, select
from sqlmodel import Session, col

from parcours.domain.access import Actor
from parcours.models import Cohort, Enrolment, SkillEvidence
from parcours.models.visibility import stands


def without_level(
    session: Session, actor: Actor, *, since: date, today: date
) -> list[tuple[int, int]]:
    """(cohort, learner) of everybody in a running cohort of one’s organisation with no level since.

    Whoever entered after `since` is not late yet. One statement, whatever the number of cohorts.
    """
    asked = {"org": actor.organisation_id, "since": since, "today": today}
    return [(row[0], row[1]) for row in session.execute(WITHOUT_LEVEL, asked)]


def _without_level() -> Any:
    told = select(1).where(
        col(SkillEvidence.learner_id) == col(Enrolment.learner_id),
        col(SkillEvidence.assessed_on) >= bindparam("since"),
        stands(),
    )
    return (
        select(col(Enrolment.cohort_id), col(Enrolment.learner_id))
        .join(Cohort, col(Cohort.id) == col(Enrolment.cohort_id))
        .where(
            col(Cohort.organisation_id) == bindparam("org"),
            col(Cohort.starts_on) <= bindparam("today"),
            col(Cohort.ends_on) >= bindparam("today"),
            col(Enrolment.left_on).is_(None),
            col(Enrolment.enrolled_on) <= bindparam("since"),
            ~exists(told.correlate(Enrolment)),
        )
        .order_by(col(Cohort.ends_on), col(Enrolment.cohort_id), col(Enrolment.learner_id))
    )


WITHOUT_LEVEL = _without_level()
