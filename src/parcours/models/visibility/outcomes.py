"""Follow-ups and later situations of one’s organisation; copies that name people, their taker’s."""

from datetime import date

from sqlalchemy import select
from sqlmodel import Session, col

from parcours.domain.access import Actor
from parcours.models.agreements import Agreement, NominativeExport
from parcours.models.outcomes import ExitSituation, FollowUp, Moment
from parcours.models.visibility.people import one, scope, sees_agreement, sees_learner


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


def nominative_export(session: Session, actor: Actor, export_id: int) -> NominativeExport:
    """A copy that names people: that of the actor alone, who acts for whom they took it for."""
    statement = (
        select(NominativeExport)
        .join(Agreement, col(Agreement.id) == col(NominativeExport.agreement_id))
        .where(
            col(NominativeExport.id) == export_id,
            col(NominativeExport.created_by_id) == actor.account_id,
            col(NominativeExport.organisation_id) == actor.organisation_id,
            sees_agreement(actor),
        )
    )
    found: NominativeExport = one(session, statement, {})
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
