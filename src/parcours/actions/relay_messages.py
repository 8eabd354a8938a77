"""Who is told of what happens to a relay: the receiver, then both managers, then the sender."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlmodel import Session, col

from parcours.actions import tasks
from parcours.actions.accounts import is_current
from parcours.actions.messages import Recipient, enqueue
from parcours.actions.replacements import standing_for
from parcours.domain.access import MATRIX, Capability, Role
from parcours.domain.messages import MessageKind
from parcours.domain.relays import RelayAct
from parcours.models import Account, Membership, Organisation, Relay

ANSWERING = frozenset(role for role in Role if Capability.WRITE_STEPS in MATRIX[role])


@dataclass(frozen=True, slots=True)
class _Told:
    """A message, and to whom: the receiver, the managers of the sender, who proposed."""

    kind: MessageKind
    receiver: bool = False
    sender: bool = False
    author: bool = False


TOLD = {
    RelayAct.PROPOSED: _Told(MessageKind.RELAY_RECEIVED, receiver=True),
    RelayAct.REMINDED: _Told(MessageKind.RELAY_REMINDER, receiver=True),
    RelayAct.ESCALATED: _Told(MessageKind.RELAY_ESCALATED, receiver=True, sender=True),
    RelayAct.EXPIRED: _Told(MessageKind.RELAY_EXPIRED, author=True),
    RelayAct.ACCEPTED: _Told(MessageKind.RELAY_ANSWERED, author=True),
    RelayAct.DECLINED: _Told(MessageKind.RELAY_ANSWERED, author=True),
}


def announce(session: Session, relay: Relay, act: RelayAct, *, today: date) -> None:
    """Prepare the messages an act of a relay calls for; the same act tells each of them once.

    They are written in the name of the sender, whose relay it is, and name nobody.
    """
    told = TOLD.get(act)
    if told is None:
        return
    accounts: set[int] = set()
    if told.author:
        accounts = and_substitutes(session, relay.sender_id, _author(session, relay, today), today)
    for organisation_id, is_told in (
        (relay.receiver_id, told.receiver),
        (relay.sender_id, told.sender),
    ):
        if is_told:
            leads = managers(session, organisation_id, today)
            accounts |= and_substitutes(session, organisation_id, leads, today)
    recipients = [Recipient(account_id=number) for number in sorted(accounts)]
    if told.receiver and not recipients and _has_address(session, relay.receiver_id):
        recipients = [Recipient(partner_id=relay.receiver_id)]
    for to in recipients:
        enqueue(
            session,
            told.kind,
            to,
            organisation_id=relay.sender_id,
            due_on=today,
            key=f"relay:{relay.id}:{act.value}:{to.account_id or 'partner'}",
            path=f"/relais/{relay.id}" if to.account_id else None,
        )


def managers(session: Session, organisation_id: int, today: date) -> set[int]:
    """The coordinators of an organisation; everybody who may answer where there is none."""
    rows = session.execute(
        select(col(Membership.account_id), col(Membership.role))
        .join(Account, col(Account.id) == col(Membership.account_id))
        .where(
            col(Membership.organisation_id) == organisation_id,
            col(Membership.role).in_(ANSWERING),
            col(Account.disabled_at).is_(None),
            is_current(Membership),
        ),
        {"today": today},
    ).all()
    leads = {account_id for account_id, role in rows if role is Role.COORDINATOR}
    return leads or {account_id for account_id, _ in rows}


def and_substitutes(
    session: Session, organisation_id: int, account_ids: set[int], today: date
) -> set[int]:
    """These accounts, and those that stand for them today."""
    return account_ids | standing_for(session, organisation_id, account_ids, today=today)


def _author(session: Session, relay: Relay, today: date) -> set[int]:
    """Who proposed a relay; the managers once they left: its answer is read by somebody."""
    if tasks.still_acts(session, relay.sender_id, relay.sent_by_id, on=today):
        return {relay.sent_by_id}
    return managers(session, relay.sender_id, today)


def _has_address(session: Session, organisation_id: int) -> bool:
    return bool(session.get_one(Organisation, organisation_id).contact_email)
