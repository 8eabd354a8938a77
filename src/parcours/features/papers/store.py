"""What the papers of a person’s file read: what one’s own organisation did with them."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlmodel import Session, col

from parcours.domain.access import Actor
from parcours.domain.words import StepKind
from parcours.models import Cohort, Enrolment, Exit, Step


@dataclass(frozen=True, slots=True)
class OwnStep:
    """A step one’s organisation holds or held, its planned and real dates."""

    pathway_id: int
    kind: StepKind
    title: str
    planned_start_on: date
    planned_end_on: date | None
    started_on: date | None
    ended_on: date | None

    def has_begun(self, today: date) -> bool:
        """A real start, or a planned one that is behind us."""
        return (self.started_on or self.planned_start_on) <= today


def own_steps(session: Session, actor: Actor, learner_id: int) -> list[OwnStep]:
    """Steps held by the actor’s organisation, not cancelled, of a person the caller has opened."""
    rows = session.execute(
        select(
            col(Step.pathway_id),
            col(Step.kind),
            col(Step.title),
            col(Step.planned_start_on),
            col(Step.planned_end_on),
            col(Step.started_on),
            col(Step.ended_on),
        )
        .where(
            col(Step.learner_id) == learner_id,
            col(Step.organisation_id) == actor.organisation_id,
            col(Step.accepted_at).is_not(None),
            col(Step.cancelled_at).is_(None),
        )
        .order_by(col(Step.planned_start_on), col(Step.id))
    )
    return [OwnStep(*row) for row in rows]


def own_trainings(
    session: Session, actor: Actor, learner_id: int
) -> list[tuple[int, int, str, date, date]]:
    """Cohorts of one’s own the person was in: (cohort, enrolment, name, entered, left or end)."""
    rows = session.execute(
        select(
            col(Cohort.id),
            col(Enrolment.id),
            col(Cohort.name),
            col(Cohort.kind),
            col(Enrolment.enrolled_on),
            col(Enrolment.left_on),
            col(Cohort.ends_on),
        )
        .join(Enrolment, col(Enrolment.cohort_id) == col(Cohort.id))
        .where(
            col(Enrolment.learner_id) == learner_id,
            col(Cohort.organisation_id) == actor.organisation_id,
        )
        .order_by(col(Cohort.starts_on))
    )
    return [
        (row[0], row[1], row[2], row[4], row[5] or row[6]) for row in rows if row[3].is_training
    ]


def own_exit(session: Session, actor: Actor, pathway_id: int) -> date | None:
    """The day one’s organisation noted the end of a pathway, as it stands after corrections."""
    found: date | None = session.execute(
        select(col(Exit.exited_on))
        .where(
            col(Exit.pathway_id) == pathway_id,
            col(Exit.organisation_id) == actor.organisation_id,
        )
        .order_by(col(Exit.exited_on).desc(), col(Exit.id).desc())
        .limit(1)
    ).scalar_one_or_none()
    return found
