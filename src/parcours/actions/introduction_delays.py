"""How long an organisation waits for an employer’s answer, in working days."""

from sqlalchemy import update
from sqlmodel import Session, col

from parcours import audit
from parcours.actions.introduction_history import delays_of
from parcours.domain.access import Actor, Capability, require
from parcours.domain.introductions import Delays
from parcours.models import Organisation


def delays(session: Session, actor: Actor) -> Delays:
    """What the actor’s organisation settled."""
    return delays_of(session.get_one(Organisation, actor.organisation_id))


def set_delays(session: Session, actor: Actor, chosen: Delays) -> None:
    """Settle the delays of what is sent from now on; those that run keep theirs (RuleBroken)."""
    require(actor, Capability.SET_DELAYS)
    chosen.check()
    session.execute(
        update(Organisation)
        .where(col(Organisation.id) == actor.organisation_id)
        .values(
            introduction_reminder_days=chosen.reminder, introduction_closing_days=chosen.closing
        )
    )
    audit.record(session, actor, "set_introduction_delays", "organisation", actor.organisation_id)
