"""Follow-ups and later situations: those one’s organisation recorded, of people it sees."""

from datetime import date

from sqlalchemy import select
from sqlmodel import Session, col

from parcours.domain.access import Actor
from parcours.models.outcomes import ExitSituation, FollowUp, Moment
from parcours.models.visibility.people import one, scope, sees_learner


def follow_up(
    session: Session, actor: Actor, follow_up_id: int, *, today: date, lock: bool = False
) -> FollowUp:
    """A follow-up the actor’s organisation makes, of a learner it sees, else NotFound."""
    statement = select(FollowUp).where(
        col(FollowUp.id) == follow_up_id,
        col(FollowUp.organisation_id) == actor.organisation_id,
        sees_learner(FollowUp.learner_id),
    )
    found: FollowUp = one(session, statement, scope(actor, today), lock=lock)
    return found


def later_situation(
    session: Session, actor: Actor, situation_id: int, *, today: date
) -> ExitSituation:
    """A situation told after the exit by the actor’s organisation, else NotFound."""
    statement = select(ExitSituation).where(
        col(ExitSituation.id) == situation_id,
        col(ExitSituation.moment) == Moment.LATER,
        col(ExitSituation.organisation_id) == actor.organisation_id,
        sees_learner(ExitSituation.learner_id),
    )
    found: ExitSituation = one(session, statement, scope(actor, today))
    return found
