"""Sending what is due: digests made, each message claimed, sent, marked.

Three moments, each in a transaction of its own, and no transaction held while a server answers:

1. claim: `claimed_at` is written and committed, so that two sendings at once never take the same;
2. send;
3. mark: sent, or the error and when to try again.

A crash before 2 loses nothing: the claim lapses after `LEASE` and the message is taken again. A
crash between 2 and 3 sends it a second time, once, with the same Message-ID; never is one lost.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, func, or_, select
from sqlmodel import Session, col

from parcours.actions.accounts import is_current
from parcours.actions.digests import make_digests
from parcours.actions.messages import Recipient, contact_of, enqueue, forget_link, note_act
from parcours.db import Database
from parcours.domain.errors import RuleBroken
from parcours.domain.messages import (
    DELAYS,
    Channel,
    MessageAct,
    MessageKind,
    check_channel,
    delay_before_retry,
    link,
)
from parcours.mail import NotSent, Outgoing, Sender, Way
from parcours.models import Account, Immersion, Learner, Membership, Message, Organisation
from parcours.models.base import utc_now
from parcours.models.messages import is_waiting

LEASE = timedelta(minutes=15)
Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Sending:
    """What a sending did: messages gone, messages that did not leave, those that still wait."""

    sent: int = 0
    not_sent: int = 0
    waiting: int = 0
    errors: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class Claim:
    """A message taken to be sent: what leaves, or why nothing can."""

    number: int
    channel: Channel
    leaving: Outgoing | NotSent


def send_due(
    database: Database,
    sender: Sender,
    *,
    today: date,
    base_url: str = "",
    clock: Clock = utc_now,
) -> Sending:
    """Send everything due on `today` by the ways `sender` has; safe to run at any moment, twice.

    Without a way to send e-mails nothing is grouped: what waits makes one digest once there is one.
    """
    open_ways, done = dict(sender), Sending()
    if Channel.EMAIL in open_ways:
        with database.writing() as session:
            make_digests(session, today=today, base_url=base_url)
    while claim := _claim(database, list(open_ways), today, base_url, clock()):
        error = _send(open_ways[claim.channel], claim)
        _mark(database, claim, error, today, clock())
        if error is None:
            done = replace(done, sent=done.sent + 1)
            continue
        done.errors[str(error)] += 1
        done = replace(done, not_sent=done.not_sent + 1)
        if error.is_down:
            del open_ways[claim.channel]
    return replace(done, waiting=count_waiting(database, today=today))


def count_waiting(database: Database, *, today: date) -> int:
    """How many e-mails and SMS are due and did not leave yet."""
    with database.reading() as session:
        statement = select(func.count()).where(
            col(Message.channel).in_([Channel.EMAIL, Channel.SMS]),
            col(Message.due_on) <= today,
            col(Message.failed_at).is_(None),
            is_waiting(),
        )
        return int(session.execute(statement).scalar_one())


def _claim(
    database: Database, channels: Sequence[Channel], today: date, base_url: str, now: datetime
) -> Claim | None:
    """Take the next message for as long as the lease; None when nothing is due."""
    with database.writing() as session:
        message: Message | None = session.execute(
            select(Message)
            .where(
                col(Message.channel).in_(channels),
                col(Message.released_on) <= today,
                col(Message.failed_at).is_(None),
                _is_past(Message.next_try_at, now),
                _is_past(Message.claimed_at, now - LEASE),
                is_waiting(),
            )
            # What was never tried goes first: one that fails each time holds nobody up.
            .order_by(col(Message.attempts), col(Message.due_on), col(Message.id))
            .limit(1)
            .with_for_update(skip_locked=True)
        ).scalar_one_or_none()
        if message is None:
            return None
        message.claimed_at, message.attempts = now, message.attempts + 1
        try:
            leaving: Outgoing | NotSent = _outgoing(session, message, today, base_url)
        except NotSent as refusal:
            leaving = refusal
        return Claim(message.id or 0, message.channel, leaving)


def _send(way: Way, claim: Claim) -> NotSent | None:
    if isinstance(claim.leaving, NotSent):
        return claim.leaving
    try:
        way.send(claim.leaving)
    except NotSent as refusal:
        return refusal
    return None


def _mark(
    database: Database, claim: Claim, error: NotSent | None, today: date, now: datetime
) -> None:
    with database.writing() as session:
        message = session.get_one(Message, claim.number)
        if error is None:
            _mark_sent(session, message, today, now)
        else:
            _mark_not_sent(session, message, error, today, now)


def _outgoing(session: Session, message: Message, today: date, base_url: str) -> Outgoing:
    """The message as it leaves (NotSent when nobody can receive it any more)."""
    if message.attempts > len(DELAYS) + 1:
        raise NotSent("L’envoi s’est interrompu trop souvent.", is_final=True)
    address = _address(session, message, today)
    if not address:
        raise NotSent("Aucune adresse connue pour ce message.", is_final=True)
    where = link(base_url, message.path)
    if message.kind.holds_link and not where:
        raise NotSent("L’adresse publique de Parcours n’est pas réglée : le lien manque.")
    body = message.body + (f"\n\nOuvrir dans Parcours : {where}" if where else "")
    return Outgoing(message.id or 0, address, message.subject, body + "\n")


def _address(session: Session, message: Message, today: date) -> str | None:
    if message.account_id is not None:
        # Whoever left acts for nobody any more, and is told nothing.
        email: str | None = session.execute(
            select(col(Account.email))
            .join(Membership, col(Membership.account_id) == col(Account.id))
            .where(
                col(Account.id) == message.account_id,
                col(Account.disabled_at).is_(None),
                is_current(Membership),
            )
            .limit(1),
            {"today": today},
        ).scalar_one_or_none()
        return email
    if message.partner_id is not None:
        return session.get_one(Organisation, message.partner_id).contact_email
    if message.immersion_id is not None:
        return session.get_one(Immersion, message.immersion_id).tutor_email
    learner = session.get_one(Learner, message.learner_id)
    try:
        # What the person prefers may have changed since the message was written.
        check_channel(contact_of(learner), message.channel, message.channel_reason or "")
    except RuleBroken:
        text = "La personne n’est plus à joindre ainsi : choisissez un autre moyen."
        raise NotSent(text, is_final=True) from None
    return learner.email if message.channel is Channel.EMAIL else learner.phone


def _mark_sent(session: Session, message: Message, today: date, now: datetime) -> None:
    message.sent_at, message.claimed_at = now, None
    message.last_error = message.next_try_at = None
    # The day it left: one digest that waited for a server counts for that day, not another’s.
    message.released_on = today
    forget_link(message)
    note_act(session, message, MessageAct.SENT)


def _mark_not_sent(
    session: Session, message: Message, error: NotSent, today: date, now: datetime
) -> None:
    delay = None if error.is_final else delay_before_retry(message.attempts)
    message.claimed_at, message.last_error = None, str(error)
    if delay is not None:
        message.next_try_at = now + delay
        return
    message.failed_at, message.next_try_at = now, None
    note_act(session, message, MessageAct.NOT_SENT, words=str(error))
    if message.account_id is None and message.created_by_id is not None:
        enqueue(
            session,
            MessageKind.NOT_LEFT,
            Recipient(account_id=message.created_by_id),
            organisation_id=message.organisation_id,
            due_on=today,
            key=f"message:{message.id}:not-left",
            path=f"/messages/{message.id}",
        )


def _is_past(instant: datetime | None, now: datetime) -> ColumnElement[bool]:
    return or_(col(instant).is_(None), col(instant) <= now)
