"""Candidates who did not enter and whom nobody holds."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import exists, select
from sqlmodel import Session, col

from parcours.actions.continuity import HORIZON
from parcours.actions.left_out import left_out
from parcours.domain.access import Actor
from parcours.domain.selection import Decision
from parcours.models import Candidate, Cohort, Gap, Learner
from parcours.models.visibility import scope

LONGEST_LIST = 200


@dataclass(frozen=True, slots=True)
class AloneRow:
    """A candidate who did not enter and whom nobody holds."""

    candidate_id: int
    learner_id: int
    birth_name: str
    usage_name: str | None
    first_names: str
    cohort_id: int
    cohort: str
    decision: Decision | None
    decided_on: date | None
    rank: int | None
    since: date
    breaks_on: date | None


def alone(
    session: Session, actor: Actor, *, today: date, cohort_id: int | None = None
) -> list[AloneRow]:
    """Candidates of one’s cohorts who did not enter, whom nobody holds or soon will not.

    Their last run of uncovered days has begun, or begins within the horizon of the breaks, and no
    relay about them waits for an answer.
    """
    statement = ALONE
    if cohort_id is not None:
        statement = statement.where(col(Candidate.cohort_id) == cohort_id)
    parameters = {**scope(actor, today), "until": today + HORIZON}
    return [AloneRow(*row) for row in session.execute(statement, parameters)]


COLUMNS: tuple[Any, ...] = (
    col(Candidate.id),
    col(Learner.id),
    col(Learner.birth_name),
    col(Learner.usage_name),
    col(Learner.first_names),
    col(Cohort.id),
    col(Cohort.name),
    col(Candidate.decision),
    col(Candidate.decided_on),
    col(Candidate.rank),
    col(Gap.starts_on),
    col(Gap.breaks_on),
)
ALONE = left_out(*COLUMNS).order_by(col(Gap.starts_on), col(Candidate.id)).limit(LONGEST_LIST)


def cohorts_with_candidates(session: Session, actor: Actor) -> list[tuple[int, str]]:
    """One’s cohorts that have candidates, the latest first."""
    rows = session.execute(
        select(col(Cohort.id), col(Cohort.name))
        .where(
            col(Cohort.organisation_id) == actor.organisation_id,
            exists().where(col(Candidate.cohort_id) == col(Cohort.id)),
        )
        .order_by(col(Cohort.starts_on).desc(), col(Cohort.id).desc())
    )
    return [(row[0] or 0, row[1]) for row in rows]
