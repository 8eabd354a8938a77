"""Entries into the cohorts of one’s organisation, and through them what was asked there."""

from datetime import date

from sqlalchemy import select
from sqlmodel import Session, col

from parcours.domain.access import Actor
from parcours.models import Cohort, Enrolment
from parcours.models.visibility.people import one, scope, sees_learner


def own_enrolment(
    session: Session, actor: Actor, enrolment_id: int, *, today: date, lock: bool = False
) -> Enrolment:
    """A place in a cohort of one’s own organisation, of a learner it sees, else NotFound.

    What is asked at entry is read through it: a partner the file is shared with has no such place.
    """
    statement = (
        select(Enrolment)
        .join(Cohort, col(Cohort.id) == col(Enrolment.cohort_id))
        .where(
            col(Enrolment.id) == enrolment_id,
            col(Cohort.organisation_id) == actor.organisation_id,
            sees_learner(Enrolment.learner_id),
        )
    )
    if lock:
        statement = statement.with_for_update(key_share=True, of=Enrolment)
        statement = statement.execution_options(populate_existing=True)
    found: Enrolment = one(session, statement, scope(actor, today))
    return found
