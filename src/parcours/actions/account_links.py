"""Joining an organisation, or opening one’s account again, by a personal link.

Who administers accounts gives an address, a name and a role; the person alone chooses the password.
Whether an address already has an account elsewhere is never told to who invites.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from parcours import audit
from parcours.actions import personal_links
from parcours.actions.accounts import create_account, is_current
from parcours.actions.passwords import end_sessions, keep
from parcours.actions.personal_links import Links, NewLink
from parcours.domain.access import Actor, Capability, Role, require
from parcours.domain.errors import NotFound, RuleBroken
from parcours.models import Account, AccountLink, Membership, Organisation

LASTS = timedelta(days=7)
# Who looks after the machine is named on the machine.
GIVEN_ROLES = tuple(role for role in Role if role is not Role.TECHNICAL_ADMIN)


@dataclass(frozen=True, slots=True)
class Invited:
    """Whom to invite, and what they will do."""

    email: str
    name: str
    role: Role


def invite(session: Session, actor: Actor, invited: Invited, *, today: date) -> NewLink:
    """A link by which somebody joins one’s organisation; it ends the one made before for them.

    Raises RuleBroken when the address already acts for the organisation.
    """
    require(actor, Capability.MANAGE_ACCOUNTS)
    if invited.role not in GIVEN_ROLES:
        raise RuleBroken("Choisissez un rôle de la liste.", field="role")
    if _acts_here(session, actor, invited.email, today):
        raise RuleBroken("Cette adresse a déjà un compte dans votre structure.", field="email")
    _end_invitations(session, actor, invited.email)
    return _make(session, actor, invited.email, invited.name, today, role=invited.role)


def open_again(session: Session, actor: Actor, account_id: int, *, today: date) -> NewLink:
    """A link by which a colleague chooses a new password; theirs goes on until they do.

    Raises NotFound (no colleague), RuleBroken (oneself, somebody who acts elsewhere too).
    """
    require(actor, Capability.MANAGE_ACCOUNTS)
    account = session.get(Account, account_id)
    if account is None or not _acts_here(session, actor, account.email, today):
        raise NotFound
    if account_id == actor.account_id:
        raise RuleBroken("Votre propre mot de passe se change dans « Mon compte ».")
    if _acts_elsewhere(session, actor, account_id, today):
        raise RuleBroken(
            "Ce compte agit aussi pour une autre structure : son mot de passe se change dans "
            "« Mon compte », ou par qui tient la machine."
        )
    personal_links.end_all(session, AccountLink, col(AccountLink.account_id) == account_id)
    return _make(session, actor, account.email, account.name, today, account_id=account_id)


def withdraw(session: Session, actor: Actor, link_id: int) -> None:
    """Let an invitation, or a new password, be chosen no more (NotFound: another’s)."""
    require(actor, Capability.MANAGE_ACCOUNTS)
    row = session.get(AccountLink, link_id)
    if row is None or row.organisation_id != actor.organisation_id:
        raise NotFound
    if personal_links.end_all(session, AccountLink, col(AccountLink.id) == link_id):
        audit.record(session, actor, "withdraw", "account_link", link_id)


def has_account(session: Session, link: AccountLink) -> bool:
    """Whether whom a link invites already signs in with a password of their own."""
    known = _account(session, link.email)
    return link.account_id is None and known is not None and known.disabled_at is None


def answer(
    session: Session, link: AccountLink, chosen: str, *, today: date, now: datetime
) -> Account:
    """Take one’s place: the account is opened, opened again, or joined to the organisation.

    `chosen` is the password; not read when one already signs in elsewhere. Raises RuleBroken.
    """
    account = _account(session, link.email, lock=True)
    if account is None:
        account = create_account(session, email=link.email, name=link.name, password=chosen)
    elif link.account_id is not None or account.disabled_at is not None:
        keep(session, account, chosen)
        end_sessions(session, account, now=now)
        account.disabled_at = None
    if link.role is not None:
        _join(session, link, account, link.role, today)
    session.flush()
    audit.record(session, None, "take_place", "account", account.id, by=link.organisation_id)
    return account


def _make(
    session: Session,
    actor: Actor,
    email: str,
    name: str,
    today: date,
    *,
    role: Role | None = None,
    account_id: int | None = None,
) -> NewLink:
    secret = personal_links.draw()
    link = AccountLink(
        organisation_id=actor.organisation_id,
        account_id=account_id,
        email=email,
        name=name,
        role=role,
        expires_on=today + LASTS,
        created_by_id=actor.account_id,
        **secret.hashes,
    )
    session.add(link)
    session.flush()
    audit.record(session, actor, "invite", "account_link", link.id, account=account_id)
    return NewLink(link.id or 0, secret.token, secret.code)


def _join(session: Session, link: AccountLink, account: Account, role: Role, today: date) -> None:
    """The membership; one that ended today goes on."""
    known = session.execute(
        select(Membership).where(
            col(Membership.account_id) == account.id,
            col(Membership.organisation_id) == link.organisation_id,
            col(Membership.role) == role,
            col(Membership.starts_on) == today,
        )
    ).scalar_one_or_none()
    row = known or Membership(
        account_id=account.id or 0,
        organisation_id=link.organisation_id,
        role=role,
        starts_on=today,
    )
    row.ends_on = None
    session.add(row)


def _account(session: Session, email: str, *, lock: bool = False) -> Account | None:
    statement = select(Account).where(col(Account.email) == email)
    if lock:
        statement = statement.with_for_update(key_share=True)
    found: Account | None = session.execute(statement).scalar_one_or_none()
    return found


def _acts_here(session: Session, actor: Actor, email: str, today: date) -> bool:
    return _acts(
        session, today, col(Account.email) == email,
        col(Membership.organisation_id) == actor.organisation_id,
    )  # fmt: skip


def _acts_elsewhere(session: Session, actor: Actor, account_id: int, today: date) -> bool:
    return _acts(
        session, today, col(Account.id) == account_id,
        col(Membership.organisation_id) != actor.organisation_id,
    )  # fmt: skip


def _acts(session: Session, today: date, *whose: Any) -> bool:
    statement = (
        select(col(Membership.id))
        .join(Account, col(Account.id) == col(Membership.account_id))
        .where(*whose, col(Account.disabled_at).is_(None), is_current(Membership))
    )
    return session.execute(statement.limit(1), {"today": today}).first() is not None


def _end_invitations(session: Session, actor: Actor, email: str) -> None:
    personal_links.end_all(
        session,
        AccountLink,
        col(AccountLink.organisation_id) == actor.organisation_id,
        col(AccountLink.email) == email,
        col(AccountLink.role).is_not(None),
    )


def _is_open(session: Session, link: AccountLink, _today: date) -> bool:
    """An organisation that closed takes nobody; an account that was closed since stays closed."""
    organisation = session.get_one(Organisation, link.organisation_id)
    if organisation.closed_on is not None:
        return False
    account = session.get(Account, link.account_id) if link.account_id is not None else None
    return account is None or account.disabled_at is None


LINKS: Links[AccountLink, AccountLink] = Links(
    AccountLink, lambda _, link, __: link, _is_open, personal_links.opens
)
