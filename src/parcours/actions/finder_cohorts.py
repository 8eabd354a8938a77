"""The cohorts one may still enter, as the finder of next steps reads them."""

from typing import Any

from sqlalchemy import Subquery, and_, bindparam, case, exists, func, select
from sqlmodel import col

from parcours.models import Candidate, Cohort, Enrolment, Organisation, Programme, Relay

# Places are counted in the nearest starts; of these, those with a place are shown first.
NEAREST, MOST = 120, 40
COLUMNS: tuple[Any, ...] = (
    col(Cohort.kind),
    col(Cohort.organisation_id),
    col(Organisation.name).label("organisation"),
    col(Organisation.city),
    col(Cohort.name).label("title"),
    col(Cohort.starts_on),
    col(Cohort.ends_on),
    col(Cohort.capacity),
    col(Programme.entry_criteria),
    col(Candidate.id).label("candidacy_id"),
    col(Candidate.decision),
)


def _taken() -> tuple[Any, Any]:
    """Places of a cohort: those somebody has, those a relay asks for."""
    enrolled = (
        select(func.count())
        .select_from(Enrolment)
        .where(col(Enrolment.cohort_id) == col(Cohort.id), col(Enrolment.left_on).is_(None))
        .correlate(Cohort)
        .scalar_subquery()
    )
    asked = (
        select(func.count())
        .select_from(Relay)
        .where(
            col(Relay.cohort_id) == col(Cohort.id),
            col(Relay.answer).is_(None),
            col(Relay.expires_on) >= bindparam("today"),
        )
        .correlate(Cohort)
        .scalar_subquery()
    )
    return enrolled, asked


def _found() -> Subquery:
    """The cohorts one may still enter, and how many places are taken in each."""
    nearest = (
        select(col(Cohort.id))
        .where(
            col(Cohort.starts_on) >= bindparam("since"), col(Cohort.ends_on) >= bindparam("today")
        )
        .order_by(col(Cohort.starts_on), col(Cohort.id))
        .limit(NEAREST)
    )
    enrolled, asked = _taken()
    # The nearest first: sorting would count the places of all the others.
    counted = select(col(Cohort.id), enrolled.label("enrolled"), asked.label("asked"))
    return counted.where(col(Cohort.id).in_(nearest)).subquery("found")


def _open_cohorts() -> Any:
    found = _found()
    is_full = case((found.c.enrolled + found.c.asked >= col(Cohort.capacity), 1), else_=0)
    # Who asked to enter is for the organisation of the cohort to read.
    is_candidacy = and_(
        col(Candidate.cohort_id) == found.c.id,
        col(Candidate.learner_id) == bindparam("learner"),
        col(Cohort.organisation_id) == bindparam("org"),
    )
    return (
        select(found.c.id, *COLUMNS, found.c.enrolled, found.c.asked)
        .select_from(found)
        .join(Cohort, col(Cohort.id) == found.c.id)
        .join(Organisation, col(Organisation.id) == col(Cohort.organisation_id))
        .outerjoin(Programme, col(Programme.id) == col(Cohort.programme_id))
        .outerjoin(Candidate, is_candidacy)
        .where(col(Organisation.closed_on).is_(None), ~_is_inside(found))
        # When there are too many, those with a place, then the nearest, are the ones to keep.
        .order_by(is_full, col(Cohort.starts_on), found.c.id)
        .limit(MOST)
    )


def _is_inside(found: Subquery) -> Any:
    """Whether the person has a place there; somebody who left may come back."""
    return exists().where(
        col(Enrolment.cohort_id) == found.c.id,
        col(Enrolment.learner_id) == bindparam("learner"),
        col(Enrolment.left_on).is_(None),
    )


COHORTS = _open_cohorts()
