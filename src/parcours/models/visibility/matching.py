"""Results of matching, and what was said of them: those of one’s organisation, of people seen."""

from datetime import date

from sqlalchemy import select
from sqlmodel import Session, col

from parcours.domain.access import Actor
from parcours.models import MatchContest, MatchResult, MatchRun
from parcours.models.visibility.people import one, scope, sees_learner


def match_run(session: Session, actor: Actor, run_id: str) -> MatchRun:
    """A comparison made by the actor’s organisation, else NotFound."""
    found: MatchRun = one(
        session,
        select(MatchRun).where(
            col(MatchRun.id) == run_id, col(MatchRun.organisation_id) == actor.organisation_id
        ),
        {},
    )
    return found


def match_result(
    session: Session, actor: Actor, result_id: str, *, today: date
) -> tuple[MatchResult, MatchRun]:
    """A result shown to the actor’s organisation, of somebody it still sees, else NotFound."""
    statement = (
        select(MatchResult)
        .join(MatchRun, col(MatchRun.id) == col(MatchResult.run_id))
        .where(
            col(MatchResult.id) == result_id,
            col(MatchRun.organisation_id) == actor.organisation_id,
            sees_learner(MatchResult.learner_id),
        )
    )
    found: MatchResult = one(session, statement, scope(actor, today))
    return found, session.get_one(MatchRun, found.run_id)


def match_contest(
    session: Session, actor: Actor, contest_id: int, *, today: date, lock: bool = False
) -> MatchContest:
    """A line contested in the actor’s organisation, of somebody it still sees, else NotFound."""
    statement = select(MatchContest).where(
        col(MatchContest.id) == contest_id,
        col(MatchContest.organisation_id) == actor.organisation_id,
        sees_learner(MatchContest.learner_id),
    )
    found: MatchContest = one(session, statement, scope(actor, today), lock=lock)
    return found
