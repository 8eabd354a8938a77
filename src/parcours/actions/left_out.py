"""Candidates who did not enter and whom nobody holds: what their list and their count both read."""

from typing import Any

from sqlalchemy import Select, and_, bindparam, exists, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import col

from parcours.domain.selection import Decision
from parcours.models import Candidate, Cohort, Gap, Learner, Pathway, Relay
from parcours.models.visibility import sees_learner

# Refused, waiting, withdrawn; or the cohort began and nobody decided.
NOT_ENTERED = or_(
    col(Candidate.decision).in_((Decision.WAITING, Decision.REFUSED, Decision.WITHDREW)),
    and_(col(Candidate.decision).is_(None), col(Cohort.starts_on) <= bindparam("today")),
)
IS_OPEN = and_(
    col(Pathway.learner_id) == col(Candidate.learner_id), col(Pathway.closed_on).is_(None)
)


def left_out(*columns: Any) -> Select[Any]:
    """Columns of the candidates of one’s cohorts nobody holds, or soon will not, nor was asked to.

    Their last run of uncovered days begins before `:until`, and no relay about them waits.
    """
    asked: Any = aliased(Relay)
    is_asked = exists().where(
        asked.pathway_id == col(Pathway.id),
        asked.answer.is_(None),
        asked.expires_on >= bindparam("today"),
    )
    return (
        select(*columns)
        .select_from(Candidate)
        .join(Cohort, col(Cohort.id) == col(Candidate.cohort_id))
        .join(Learner, col(Learner.id) == col(Candidate.learner_id))
        .join(Pathway, IS_OPEN)
        .join(Gap, and_(col(Gap.pathway_id) == col(Pathway.id), col(Gap.ends_on).is_(None)))
        .where(
            col(Cohort.organisation_id) == bindparam("org"),
            NOT_ENTERED,
            col(Gap.starts_on) <= bindparam("until"),
            sees_learner(Candidate.learner_id),
            ~is_asked,
        )
    )
