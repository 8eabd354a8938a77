"""Messages: preparing one, doing by hand what no machine does, giving up or trying again.

Nothing is sent here: what is prepared leaves with `sending.send_due`, after the transaction that
prepared it. A refusal or a crash of the caller leaves no message behind, and no mail gone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col

from parcours import audit
from parcours.db import is_duplicate
from parcours.domain.access import Actor, Capability, require
from parcours.domain.errors import NotFound, RuleBroken
from parcours.domain.identity import looks_like_nir
from parcours.domain.messages import (
    BY_HAND,
    SMS_LIMIT,
    TEXTS,
    Channel,
    Contact,
    MessageAct,
    MessageKind,
    channel_for,
    check_channel,
    check_facts,
    compose,
    next_call_on,
)
from parcours.models import Learner, Message, MessageEvent, Organisation, visibility
from parcours.models.base import utc_now
from parcours.models.messages import is_waiting
from parcours.resources import resource_dir

ERASED = "Texte effacé après l’envoi : il contenait un lien personnel."


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who a message is for: exactly one of an account, a learner, a partner and a tutor."""

    account_id: int | None = None
    learner_id: int | None = None
    partner_id: int | None = None
    immersion_id: int | None = None


def enqueue(
    session: Session,
    kind: MessageKind,
    to: Recipient,
    *,
    organisation_id: int,
    due_on: date,
    key: str | None = None,
    facts: Mapping[str, str] | None = None,
    path: str | None = None,
    actor: Actor | None = None,
) -> Message:
    """Prepare a message of an organisation, in the caller’s transaction; nothing leaves yet.

    `key` names the event (« relay:12:reminder:account:7 »): the second time, the first message is
    returned and nothing is written. `facts` fill the text besides `organisation`, which is known;
    `path` is the page it leads to, without the server’s name. A learner is reached their own way, a
    professional by the digest of the day (urgent kinds apart), a partner by e-mail at its contact
    address, or by a letter of the writing organisation when it has none.
    """
    if key is not None and (known := _of_key(session, key)) is not None:
        return known
    channel, names = _reach(session, to)
    text = _text(session, kind, channel, organisation_id, names | dict(facts or {}))
    message = _message(kind, to, channel, text, organisation_id, due_on, actor)
    message.once_key, message.path = key, path
    return _store(session, message, actor)


def write_to_learner(
    session: Session,
    actor: Actor,
    learner_id: int,
    kind: MessageKind,
    facts: Mapping[str, str],
    *,
    channel: Channel,
    channel_reason: str = "",
    today: date,
) -> Message:
    """Write to somebody one’s organisation follows (RuleBroken, one French message per field)."""
    require(actor, Capability.WRITE_LEARNERS)
    learner = visibility.own_learner(session, actor, learner_id, today=today)
    check_facts(kind, facts)
    if any(looks_like_nir(text) for text in (*facts.values(), channel_reason)):
        raise RuleBroken("Un numéro de sécurité sociale ne s’écrit nulle part.", field="words")
    check_channel(contact_of(learner), channel, channel_reason)
    known = {"first_names": learner.first_names, "author": actor.name, **facts}
    text = _text(session, kind, channel, actor.organisation_id, known)
    if channel is Channel.SMS and len(text) > SMS_LIMIT:
        raise RuleBroken("C’est trop long pour un SMS : raccourcissez.", field="words")
    to = Recipient(learner_id=learner_id)
    message = _message(kind, to, channel, text, actor.organisation_id, today, actor)
    message.channel_reason = channel_reason.strip() or None
    return _store(session, message, actor)


def contact_of(learner: Learner) -> Contact:
    """How a learner may be reached."""
    return Contact(
        learner.contact_preference, learner.email, learner.phone, learner.address, learner.city
    )


def record_by_hand(
    session: Session, actor: Actor, message_id: int, act: MessageAct, *, today: date
) -> Message:
    """Note what somebody did of a message; no answer leaves it to be done, some days later."""
    require(actor, Capability.WRITE_LEARNERS)
    message = visibility.message(session, actor, message_id, today=today, lock=True)
    if act not in BY_HAND[message.channel]:
        raise RuleBroken("Ce geste ne correspond pas à ce message.", field="act")
    _check_waiting(message)
    if act is MessageAct.NO_ANSWER:
        message.due_on = next_call_on(today)
    else:
        message.done_at, message.done_by_id = utc_now(), actor.account_id
        forget_link(message)
    note_act(session, message, act, actor)
    return message


def cancel(session: Session, actor: Actor, message_id: int, *, reason: str, today: date) -> Message:
    """Give a message up, saying why, as long as nothing became of it."""
    require(actor, Capability.WRITE_LEARNERS)
    message = visibility.message(session, actor, message_id, today=today, lock=True)
    if not reason.strip():
        raise RuleBroken("Dites pourquoi ce message n’a plus lieu d’être.", field="reason")
    _check_waiting(message)
    message.cancelled_at, message.cancelled_by_id = utc_now(), actor.account_id
    message.cancel_reason = reason.strip()
    forget_link(message)
    note_act(session, message, MessageAct.CANCELLED, actor)
    return message


def give_up(session: Session, actor: Actor, key: str, *, reason: str, today: date) -> None:
    """Cancel what waits under a key that begins so: another message takes its place."""
    earlier = session.execute(
        select(Message)
        .where(col(Message.once_key).startswith(key), col(Message.claimed_at).is_(None))
        .where(is_waiting())
        .with_for_update(key_share=True)
    ).scalars()
    for message in earlier.all():
        cancel(session, actor, message.id or 0, reason=reason, today=today)


def retry(session: Session, actor: Actor, message_id: int) -> Message:
    """Give a message of one’s organisation that did not leave to the next sending (NotFound)."""
    require(actor, Capability.WATCH_SENDING)
    message: Message | None = session.execute(
        select(Message)
        .where(
            col(Message.id) == message_id,
            col(Message.organisation_id) == actor.organisation_id,
            col(Message.last_error).is_not(None),
        )
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).scalar_one_or_none()
    if message is None:
        raise NotFound
    _check_waiting(message)
    if message.failed_at is not None or message.next_try_at is not None:
        message.failed_at = message.next_try_at = None
        message.attempts = 0
        note_act(session, message, MessageAct.RETRIED, actor)
    return message


def set_contact_email(session: Session, actor: Actor, email: str) -> None:
    """Say at which address one’s organisation receives what is for nobody in particular."""
    require(actor, Capability.WATCH_SENDING)
    address = email.strip()
    if address and ("@" not in address.strip("@") or len(address.split()) > 1):
        raise RuleBroken(
            "Ce courriel n’est pas complet. Exemple : contact@structure.fr", field="contact_email"
        )
    session.execute(
        update(Organisation)
        .where(col(Organisation.id) == actor.organisation_id)
        .values(contact_email=address or None)
    )
    audit.record(session, actor, "set_contact_email", "organisation", actor.organisation_id)


def forget_link(message: Message) -> None:
    """Erase what opened something by itself: once gone or given up, it is not kept in clear."""
    if message.kind.holds_link:
        message.body, message.path = ERASED, None


def note_act(
    session: Session,
    message: Message,
    act: MessageAct,
    actor: Actor | None = None,
    words: str | None = None,
) -> None:
    """Append to the history of a message, and to the journal, what somebody or a machine did."""
    account_id = actor.account_id if actor else None
    session.add(
        MessageEvent(message_id=message.id or 0, act=act, account_id=account_id, words=words)
    )
    audit.record(session, actor, act.value, "message", message.id, learner_id=message.learner_id)


def _of_key(session: Session, key: str) -> Message | None:
    found: Message | None = session.execute(
        select(Message).where(col(Message.once_key) == key)
    ).scalar_one_or_none()
    return found


def _reach(session: Session, to: Recipient) -> tuple[Channel, dict[str, str]]:
    if to.learner_id is not None:
        learner = session.get_one(Learner, to.learner_id)
        return channel_for(contact_of(learner)), {"first_names": learner.first_names}
    if to.partner_id is not None:
        partner = session.get_one(Organisation, to.partner_id)
        return Channel.EMAIL if partner.contact_email else Channel.LETTER, {}
    return Channel.EMAIL, {}


def _text(
    session: Session,
    kind: MessageKind,
    channel: Channel,
    organisation_id: int,
    facts: Mapping[str, str],
) -> str:
    organisation = session.get_one(Organisation, organisation_id).name
    blank = {"words": "", "author": ""}
    source = (resource_dir("templates") / TEXTS[kind]).read_text(encoding="utf-8")
    return compose(source, channel, blank | {"organisation": organisation} | dict(facts))


def _message(
    kind: MessageKind,
    to: Recipient,
    channel: Channel,
    text: str,
    organisation_id: int,
    due_on: date,
    actor: Actor | None,
) -> Message:
    return Message(
        organisation_id=organisation_id,
        account_id=to.account_id,
        learner_id=to.learner_id,
        partner_id=to.partner_id,
        immersion_id=to.immersion_id,
        channel=channel,
        kind=kind,
        subject=kind.label,
        body=text,
        due_on=due_on,
        # A professional’s messages wait for the digest of the day, which is what leaves.
        released_on=None if to.account_id is not None else due_on,
        created_by_id=actor.account_id if actor else None,
    )


def _store(session: Session, message: Message, actor: Actor | None) -> Message:
    try:
        with session.begin_nested():
            session.add(message)
    except IntegrityError as error:
        # The same event, told at the same moment by somebody else: theirs is the message.
        known = _of_key(session, message.once_key) if message.once_key else None
        if not is_duplicate(error) or known is None:
            raise
        return known
    note_act(session, message, MessageAct.CREATED, actor)
    return message


def _check_waiting(message: Message) -> None:
    is_over = message.sent_at or message.done_at or message.cancelled_at or message.digest_id
    # One being sent at this moment is no longer anybody’s to stop.
    if is_over or message.claimed_at:
        raise RuleBroken("Ce message est déjà parti, fait ou annulé.")
