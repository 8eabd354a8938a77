"""What an actor may see and write of partners’ actions and of the threads about them."""

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlmodel import Session, col

from parcours.domain.access import Actor
from parcours.models import Discussion, DiscussionParty, Offer, Organisation
from parcours.models.visibility.people import one


def writable_partner(
    session: Session, actor: Actor, organisation_id: int, *, lock: bool = False
) -> Organisation:
    """One’s own entry of the directory, or one’s addition not confirmed yet, else NotFound."""
    statement = select(Organisation).where(
        col(Organisation.id) == organisation_id, writes_partner(actor)
    )
    found: Organisation = one(session, statement, {}, lock=lock)
    return found


def writes_partner(actor: Actor) -> ColumnElement[bool]:
    """Condition: one’s own organisation, or one added for it that has not confirmed yet."""
    return or_(
        col(Organisation.id) == actor.organisation_id,
        and_(
            col(Organisation.added_by_organisation_id) == actor.organisation_id,
            col(Organisation.confirmed_on).is_(None),
        ),
    )


def offer(session: Session, offer_id: int) -> Offer:
    """A partner’s action, else NotFound: everybody signed in may read what partners offer."""
    found: Offer = one(session, select(Offer).where(col(Offer.id) == offer_id), {})
    return found


def own_offer(session: Session, actor: Actor, offer_id: int, *, lock: bool = False) -> Offer:
    """An action of the actor’s own organisation, else NotFound."""
    statement = select(Offer).where(
        col(Offer.id) == offer_id, col(Offer.organisation_id) == actor.organisation_id
    )
    found: Offer = one(session, statement, {}, lock=lock)
    return found


def writable_offer(session: Session, actor: Actor, offer_id: int, *, lock: bool = False) -> Offer:
    """An action the actor’s organisation may write, else NotFound."""
    statement = select(Offer).where(col(Offer.id) == offer_id, writes_offer(actor))
    found: Offer = one(session, statement, {}, lock=lock)
    return found


def writes_offer(actor: Actor) -> ColumnElement[bool]:
    """Condition: one’s own action, or one entered for a partner who has not confirmed it yet."""
    return or_(
        col(Offer.organisation_id) == actor.organisation_id,
        and_(
            col(Offer.entered_by_organisation_id) == actor.organisation_id,
            col(Offer.confirmed_on).is_(None),
        ),
    )


def discussion(
    session: Session, actor: Actor, discussion_id: int, *, lock: bool = False
) -> Discussion:
    """A thread the actor’s organisation takes part in, else NotFound."""
    statement = select(Discussion).where(
        col(Discussion.id) == discussion_id, reads_discussion(actor)
    )
    found: Discussion = one(session, statement, {}, lock=lock)
    return found


def reads_discussion(actor: Actor) -> ColumnElement[bool]:
    """Condition: the actor’s organisation opened the thread or is concerned by it."""
    return exists(
        select(1).where(
            col(DiscussionParty.discussion_id) == col(Discussion.id),
            col(DiscussionParty.organisation_id) == actor.organisation_id,
        )
    )
