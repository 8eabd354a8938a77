"""Candidacies as a person’s page reads them.

Whose they are to read: the organisation of the cohort, the one that follows the person, and the
one whose relay brought the candidacy. Why somebody was refused is for the first alone.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import bindparam, or_, select
from sqlmodel import Session, col

from parcours.domain.access import Actor
from parcours.domain.selection import Decision, DecisionReason, Meeting
from parcours.models import Candidate, Cohort, Learner, Organisation, Relay
from parcours.models.visibility import scope, sees_learner

MOST = 6


@dataclass(frozen=True, slots=True)
class Candidacy:
    """A candidacy as it is stored."""

    id: int
    learner_id: int
    cohort_id: int
    cohort: str
    cohort_organisation_id: int
    organisation: str
    starts_on: date
    applied_on: date
    meeting: Meeting | None
    meeting_on: date | None
    decision: Decision | None
    decided_on: date | None
    reason: DecisionReason | None
    rank: int | None


# In the order of Candidacy.
COLUMNS: tuple[Any, ...] = (
    col(Candidate.id),
    col(Candidate.learner_id),
    col(Cohort.id),
    col(Cohort.name),
    col(Cohort.organisation_id),
    col(Organisation.name),
    col(Cohort.starts_on),
    col(Candidate.applied_on),
    col(Candidate.meeting),
    col(Candidate.meeting_on),
    col(Candidate.decision),
    col(Candidate.decided_on),
    col(Candidate.reason),
    col(Candidate.rank),
)
IS_TO_READ = or_(
    col(Cohort.organisation_id) == bindparam("org"),
    col(Learner.organisation_id) == bindparam("org"),
    col(Relay.sender_id) == bindparam("org"),
)
# Once the cohort has begun, whoever was admitted is in it: the step says the rest.
IS_CURRENT = or_(
    col(Cohort.starts_on) >= bindparam("today"),
    col(Candidate.decision).is_(None),
    col(Candidate.decision) != Decision.ADMITTED,
)
OF_LEARNER: Any = (
    select(*COLUMNS)
    .join(Cohort, col(Cohort.id) == col(Candidate.cohort_id))
    .join(Organisation, col(Organisation.id) == col(Cohort.organisation_id))
    .join(Learner, col(Learner.id) == col(Candidate.learner_id))
    .outerjoin(Relay, col(Relay.id) == col(Candidate.relay_id))
    .where(
        col(Candidate.learner_id) == bindparam("learner"),
        col(Cohort.ends_on) >= bindparam("today"),
        sees_learner(Candidate.learner_id),
        IS_TO_READ,
        IS_CURRENT,
    )
    .order_by(col(Candidate.applied_on).desc(), col(Candidate.id).desc())
    .limit(MOST)
)


def candidacies_of(
    session: Session, actor: Actor, learner_id: int, *, today: date
) -> list[Candidacy]:
    """The candidacies of a person the actor may read, the latest first; one statement."""
    parameters = {**scope(actor, today), "learner": learner_id}
    return [Candidacy(*row) for row in session.execute(OF_LEARNER, parameters)]
