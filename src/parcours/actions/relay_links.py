"""Links that answer a relay without an account (actions/personal_links.py tells how)."""

from datetime import date

from sqlmodel import Session

from parcours.actions import personal_links
from parcours.actions.messages import Recipient, enqueue, give_up
from parcours.actions.personal_links import Links, NewLink
from parcours.actions.relay_facts import Speaker, check_open, end_links, is_open, tell
from parcours.actions.relays import check_sender
from parcours.domain.access import Actor, Capability, require
from parcours.domain.messages import MessageKind
from parcours.domain.relays import RelayAct
from parcours.models import Message, Relay, RelayLink, visibility

# The answers lock what they write, in the order every verb of relays does.
LINKS: Links[RelayLink, Relay] = Links(
    RelayLink,
    lambda session, link, _: session.get_one(Relay, link.relay_id),
    lambda _, relay, today: is_open(relay, today),
    personal_links.opens,
)


def make(session: Session, actor: Actor, relay_id: int, *, today: date) -> NewLink:
    """A new link for a relay one’s organisation sent; it ends the one made before."""
    require(actor, Capability.WRITE_STEPS)
    relay = visibility.relay(session, actor, relay_id, today=today, lock=True)
    check_sender(actor, relay)
    check_open(relay, today)
    if end_links(session, relay):
        tell(session, relay, RelayAct.LINK_ENDED, Speaker.of(actor), today=today)
    secret = personal_links.draw()
    link = RelayLink(
        relay_id=relay_id,
        expires_on=relay.expires_on,
        created_by_id=actor.account_id,
        **secret.hashes,
    )
    session.add(link)
    tell(session, relay, RelayAct.LINK, Speaker.of(actor), today=today)
    session.flush()
    return NewLink(link.id or 0, secret.token, secret.code)


def write_to_receiver(
    session: Session, actor: Actor, relay: Relay, link: NewLink, path: str, *, today: date
) -> Message:
    """Write to the receiver of a relay where it can answer; its code is never in the message.

    By e-mail at the address the organisation gives, else by a letter to print. A message that
    gives an earlier link of the same relay, and did not leave yet, is given up.
    """
    key = f"relay:{relay.id}:link:"
    give_up(session, actor, key, reason="Un nouveau lien le remplace.", today=today)
    return enqueue(
        session,
        MessageKind.RELAY_PROPOSED,
        Recipient(partner_id=relay.receiver_id),
        organisation_id=actor.organisation_id,
        due_on=today,
        key=f"{key}{link.number}",
        path=path,
        actor=actor,
    )
