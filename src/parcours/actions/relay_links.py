"""Links that answer a relay without an account: single use, a code sent apart, hashes only.

Opening a link shows nobody and changes nothing: mail scanners and previews open links too.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlmodel import Session, col

from parcours.actions.messages import Recipient, cancel, enqueue
from parcours.actions.personal_links import CODE_DIGITS, MOST_FAILURES, LinkState
from parcours.actions.relay_facts import Speaker, check_open, end_links, is_open, tell
from parcours.actions.relays import check_sender
from parcours.domain.access import Actor, Capability, require
from parcours.domain.messages import MessageKind
from parcours.domain.relays import RelayAct
from parcours.models import Message, Relay, RelayLink, visibility
from parcours.models.base import utc_now
from parcours.models.messages import is_waiting


@dataclass(frozen=True, slots=True)
class NewLink:
    """What is said once, when the link is made: neither the token nor the code is kept."""

    number: int
    token: str
    code: str


def make(session: Session, actor: Actor, relay_id: int, *, today: date) -> NewLink:
    """A new link for a relay one’s organisation sent; it ends the one made before."""
    require(actor, Capability.WRITE_STEPS)
    relay = visibility.relay(session, actor, relay_id, today=today, lock=True)
    check_sender(actor, relay)
    check_open(relay, today)
    if end_links(session, relay):
        tell(session, relay, RelayAct.LINK_ENDED, Speaker.of(actor), today=today)
    token = secrets.token_urlsafe(24)
    code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"
    link = RelayLink(
        relay_id=relay_id,
        token_hash=_hash(token),
        code_hash=_hash(f"{token}:{code}"),
        expires_on=relay.expires_on,
        created_by_id=actor.account_id,
    )
    session.add(link)
    tell(session, relay, RelayAct.LINK, Speaker.of(actor), today=today)
    session.flush()
    return NewLink(link.id or 0, token, code)


def write_to_receiver(
    session: Session, actor: Actor, relay: Relay, link: NewLink, path: str, *, today: date
) -> Message:
    """Write to the receiver of a relay where it can answer; its code is never in the message.

    By e-mail at the address the organisation gives, else by a letter to print. A message that
    gives an earlier link of the same relay, and did not leave yet, is given up.
    """
    key = f"relay:{relay.id}:link:"
    earlier = session.execute(
        select(Message)
        .where(col(Message.once_key).startswith(key), col(Message.claimed_at).is_(None))
        .where(is_waiting())
        .with_for_update(key_share=True)
    ).scalars()
    for message in earlier.all():
        cancel(session, actor, message.id or 0, reason="Un nouveau lien le remplace.", today=today)
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


def look(session: Session, token: str, *, today: date) -> LinkState:
    """What a link can do on `today`; nothing about the person is read."""
    found = _find(session, token)
    return LinkState.UNKNOWN if found is None else _state(*found, today)


def enter(
    session: Session, token: str, code: str, *, today: date
) -> tuple[LinkState, Relay | None]:
    """The relay of a link whose code is right, else None; a wrong code is counted.

    The caller commits either way: a count that is taken back would let codes be guessed.
    """
    found = _find(session, token, lock=True)
    if found is None:
        return LinkState.UNKNOWN, None
    link, relay = found
    where = _state(link, relay, today)
    if where is not LinkState.READY:
        return where, None
    given = _hash(f"{token}:{''.join(code.split())}")
    if not secrets.compare_digest(given, link.code_hash):
        link.failures += 1
        session.flush()
        return _state(link, relay, today), None
    return where, relay


def use_up(session: Session, token: str) -> None:
    """Mark a link as used, in the transaction of the answer it gave."""
    found = _find(session, token)
    if found is not None:
        found[0].used_at = utc_now()
        session.flush()


def _find(session: Session, token: str, *, lock: bool = False) -> tuple[RelayLink, Relay] | None:
    statement = (
        select(RelayLink, Relay)
        .join(Relay, col(Relay.id) == col(RelayLink.relay_id))
        .where(col(RelayLink.token_hash) == _hash(token))
    )
    if lock:
        statement = statement.with_for_update(of=RelayLink).execution_options(
            populate_existing=True
        )
    row = session.execute(statement).one_or_none()
    return (row[0], row[1]) if row else None


def _state(link: RelayLink, relay: Relay, today: date) -> LinkState:
    if link.used_at is not None:
        return LinkState.USED
    if link.ended_at is not None:
        return LinkState.ENDED
    if link.failures >= MOST_FAILURES:
        return LinkState.LOCKED
    if today > link.expires_on or not is_open(relay, today):
        return LinkState.EXPIRED
    return LinkState.READY


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
