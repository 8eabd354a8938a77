"""Threads about what is written of a partner: a duplicate, a disagreement, a question."""

from sqlmodel import Session

from parcours import audit
from parcours.domain.access import Actor, Capability, require
from parcours.domain.errors import NotFound, RuleBroken
from parcours.domain.partners import DiscussionKind
from parcours.models import (
    Discussion,
    DiscussionMessage,
    DiscussionParty,
    Offer,
    Organisation,
    visibility,
)
from parcours.models.base import utc_now

OWN = "Personne d’autre n’est concerné : corrigez directement ce qui ne va pas."
SETTLED = "Cette discussion est réglée : rouvrez-la pour répondre."
EMPTY = "Écrivez votre message."


def discuss_offer(
    session: Session,
    actor: Actor,
    offer_id: int,
    *,
    kind: DiscussionKind,
    text: str,
    other_offer_id: int | None = None,
) -> Discussion:
    """Open a thread about an action, with its partner, who entered it, and a look-alike’s."""
    offer = visibility.offer(session, offer_id)
    offers = [offer]
    if other_offer_id is not None:
        offers.append(_other(session, offer, other_offer_id))
    parties = {row.organisation_id for row in offers}
    parties |= {row.entered_by_organisation_id for row in offers}
    thread = Discussion(
        organisation_id=actor.organisation_id,
        about_id=offer.organisation_id,
        offer_id=offer_id,
        other_offer_id=other_offer_id,
        kind=kind,
        opened_by_id=actor.account_id,
    )
    return _open(session, actor, thread, parties, text)


def discuss_organisation(
    session: Session, actor: Actor, organisation_id: int, *, kind: DiscussionKind, text: str
) -> Discussion:
    """Open a thread with an organisation about itself."""
    if session.get(Organisation, organisation_id) is None:
        raise NotFound
    thread = Discussion(
        organisation_id=actor.organisation_id,
        about_id=organisation_id,
        kind=kind,
        opened_by_id=actor.account_id,
    )
    return _open(session, actor, thread, {organisation_id}, text)


def reply(session: Session, actor: Actor, discussion_id: int, text: str) -> None:
    """Answer in a thread that is not settled."""
    require(actor, Capability.PUBLISH_OFFERS)
    thread = visibility.discussion(session, actor, discussion_id, lock=True)
    if thread.settled_at is not None:
        raise RuleBroken(SETTLED, field="text")
    _write(session, actor, thread, text)
    audit.record(session, actor, "reply", "discussion", discussion_id)


def settle(session: Session, actor: Actor, discussion_id: int, how: str) -> Discussion:
    """Say how a thread was settled; any of those it concerns may, and any may reopen it."""
    require(actor, Capability.PUBLISH_OFFERS)
    thread = visibility.discussion(session, actor, discussion_id, lock=True)
    if not how.strip():
        raise RuleBroken("Dites comment c’est réglé.", field="how")
    if thread.settled_at is None:
        thread.settled_at, thread.settled_by_id = utc_now(), actor.account_id
        thread.settled_how = how
        session.flush()
        audit.record(session, actor, "settle", "discussion", discussion_id)
    return thread


def reopen(session: Session, actor: Actor, discussion_id: int) -> Discussion:
    """Open a settled thread again; how it had been settled stays among its messages."""
    require(actor, Capability.PUBLISH_OFFERS)
    thread = visibility.discussion(session, actor, discussion_id, lock=True)
    if thread.settled_at is not None:
        _write(
            session,
            actor,
            thread,
            f"Rouvre la discussion. Elle était réglée ainsi : {thread.settled_how}",
        )
        thread.settled_at = thread.settled_by_id = thread.settled_how = None
        session.flush()
        audit.record(session, actor, "reopen", "discussion", discussion_id)
    return thread


def _other(session: Session, offer: Offer, other_id: int) -> Offer:
    try:
        other = visibility.offer(session, other_id)
    except NotFound:
        other = offer
    if other.id == offer.id:
        raise RuleBroken("Choisissez une autre action de la liste.", field="other_offer_id")
    return other


def _open(
    session: Session, actor: Actor, thread: Discussion, parties: set[int], text: str
) -> Discussion:
    require(actor, Capability.PUBLISH_OFFERS)
    if parties == {actor.organisation_id}:
        raise RuleBroken(OWN, field="text")
    session.add(thread)
    session.flush()
    session.add_all(
        DiscussionParty(discussion_id=thread.id or 0, organisation_id=organisation_id)
        for organisation_id in sorted(parties | {actor.organisation_id})
    )
    _write(session, actor, thread, text)
    audit.record(session, actor, "open", "discussion", thread.id)
    return thread


def _write(session: Session, actor: Actor, thread: Discussion, text: str) -> None:
    if not text.strip():
        raise RuleBroken(EMPTY, field="text")
    session.add(
        DiscussionMessage(
            discussion_id=thread.id or 0,
            organisation_id=actor.organisation_id,
            account_id=actor.account_id,
            text=text,
        )
    )
    session.flush()
