"""Signing in: sessions kept on the server, guessing slowed down, the organisation acted for."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, exists, func, select, update
from sqlmodel import Session, col

from parcours import audit
from parcours.actions.accounts import is_current, memberships, verify_password
from parcours.domain.access import Actor
from parcours.domain.errors import RuleBroken
from parcours.domain.partners import CHARTER_VERSION
from parcours.models import (
    Account,
    CharterAcceptance,
    Membership,
    Organisation,
    SignInAttempt,
    SignInSession,
)

IDLE_LIMIT = timedelta(minutes=30)
ABSOLUTE_LIMIT = timedelta(hours=10)
TOUCH_AFTER = timedelta(minutes=1)
THROTTLE_WINDOW = timedelta(minutes=5)
THROTTLE_PER_KEY = 10
THROTTLE_OVERALL = 1000
WRONG_SIGN_IN = "Adresse ou mot de passe incorrect."
TOO_MANY = "Trop d’essais. Attendez cinq minutes puis recommencez."


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A live sign-in session: who acts, its forms’ token, when it was last seen, the charter."""

    session_id: int
    actor: Actor
    csrf_token: str
    seen_at: datetime
    has_accepted_charter: bool


def _memberships_now() -> Any:
    return (
        select(func.count())
        .select_from(Membership)
        .where(col(Membership.account_id) == col(Account.id), is_current(Membership))
        .correlate(Account)
        .scalar_subquery()
    )


def _accepted_charter() -> Any:
    return exists(
        select(1).where(
            col(CharterAcceptance.account_id) == col(Account.id),
            col(CharterAcceptance.version) == CHARTER_VERSION,
        )
    )


def _live_session() -> Any:
    return (
        select(
            col(SignInSession.id),
            col(SignInSession.csrf_token),
            col(SignInSession.seen_at),
            col(Account.id),
            col(Account.name),
            col(Account.email),
            col(Membership.id),
            col(Membership.role),
            col(Organisation.id),
            col(Organisation.code),
            col(Organisation.name),
            _memberships_now(),
            _accepted_charter(),
        )
        .join(Account, col(Account.id) == col(SignInSession.account_id))
        .join(Membership, col(Membership.id) == col(SignInSession.membership_id))
        .join(Organisation, col(Organisation.id) == col(Membership.organisation_id))
        .where(
            col(SignInSession.token_hash) == bindparam("token_hash"),
            col(SignInSession.ended_at).is_(None),
            col(SignInSession.seen_at) > bindparam("idle_since"),
            col(SignInSession.created_at) > bindparam("opened_since"),
            col(Account.disabled_at).is_(None),
            is_current(Membership),
        )
    )


LIVE_SESSION = _live_session()


def signed_in(session: Session, token: str, *, today: date, now: datetime) -> SignedIn | None:
    """The live session behind a cookie, or None: ended, idle 30 min, older than 10 h, revoked."""
    # Asked by every page: on the connection itself, where plain rows cost half as much.
    row = (
        session.connection()
        .execute(
            LIVE_SESSION,
            {
                "token_hash": hash_token(token),
                "idle_since": now - IDLE_LIMIT,
                "opened_since": now - ABSOLUTE_LIMIT,
                "today": today,
            },
        )
        .one_or_none()
    )
    if row is None:
        return None
    (sid, csrf, seen_at, account, name, email, member, role, org, code, org_name) = row[:11]
    count, has_accepted = row[11:]
    actor = Actor(
        account_id=account,
        membership_id=member,
        organisation_id=org,
        organisation_code=code,
        organisation_name=org_name,
        role=role,
        name=name,
        email=email,
        has_several=count > 1,
    )
    return SignedIn(sid, actor, csrf, seen_at, has_accepted)


def sign_in(
    session: Session, email: str, password: str, *, address: str, today: date, now: datetime
) -> tuple[str, SignedIn] | None:
    """Open a session: (token for the cookie, session). None when refused, the try being counted.

    Raises RuleBroken once too many tries failed (10 in 5 minutes per account or address).
    """
    keys = (_key("account", email.strip().casefold()), _key("address", address))
    if _is_throttled(session, keys, now):
        raise RuleBroken(TOO_MANY)
    account = session.execute(
        select(Account).where(col(Account.email) == email.strip().casefold())
    ).scalar_one_or_none()
    is_right = verify_password(account, password)
    membership = _first_membership(session, account, today) if account and is_right else None
    if account is None or membership is None or account.disabled_at is not None:
        session.add(SignInAttempt(account_key=keys[0], address_key=keys[1], at=now))
        return None
    return _open(session, account, membership, today=today, now=now)


def touch(session: Session, current: SignedIn, *, now: datetime) -> None:
    """Note that the session is in use (at most once a minute, so that reading stays reading)."""
    session.execute(
        update(SignInSession).where(col(SignInSession.id) == current.session_id).values(seen_at=now)
    )


def authenticated_at(session: Session, current: SignedIn) -> datetime:
    """When the password of this session was last given."""
    given_at: datetime = session.execute(
        select(col(SignInSession.authenticated_at)).where(
            col(SignInSession.id) == current.session_id
        )
    ).scalar_one()
    return given_at


def confirm_password(
    session: Session, current: SignedIn, password: str, *, address: str, now: datetime
) -> bool:
    """Give one’s password again; False when wrong, the try being counted like a sign-in’s.

    Raises RuleBroken once too many tries failed.
    """
    keys = (_key("account", current.actor.email), _key("address", address))
    if _is_throttled(session, keys, now):
        raise RuleBroken(TOO_MANY, field="password")
    account = session.get_one(Account, current.actor.account_id)
    if not verify_password(account, password):
        session.add(SignInAttempt(account_key=keys[0], address_key=keys[1], at=now))
        return False
    session.execute(
        update(SignInSession)
        .where(col(SignInSession.id) == current.session_id)
        .values(authenticated_at=now)
    )
    audit.record(session, current.actor, "confirm_password", "account", current.actor.account_id)
    return True


def sign_out(session: Session, current: SignedIn, *, now: datetime) -> None:
    """End the session on the server: a copy of the cookie opens nothing any more."""
    session.execute(
        update(SignInSession)
        .where(col(SignInSession.id) == current.session_id)
        .values(ended_at=now)
    )
    audit.record(session, current.actor, "sign_out", "account", current.actor.account_id)


def act_for(session: Session, current: SignedIn, membership_id: int, *, today: date) -> None:
    """Act under another of one’s memberships from now on (RuleBroken when it is not one)."""
    if membership_id not in {row[0] for row in memberships(session, current.actor, today=today)}:
        raise RuleBroken("Choisissez une de vos structures.", field="membership")
    session.execute(
        update(SignInSession)
        .where(col(SignInSession.id) == current.session_id)
        .values(membership_id=membership_id)
    )
    audit.record(session, current.actor, "act_for", "membership", membership_id)


def hash_token(token: str) -> str:
    """What is stored of a cookie’s token: its SHA-256, so a stolen database opens no session."""
    return hashlib.sha256(token.encode()).hexdigest()


def _open(
    session: Session, account: Account, membership: Membership, *, today: date, now: datetime
) -> tuple[str, SignedIn]:
    token = secrets.token_urlsafe(32)
    row = SignInSession(
        token_hash=hash_token(token),
        csrf_token=secrets.token_urlsafe(24),
        account_id=account.id or 0,
        membership_id=membership.id or 0,
        created_at=now,
        seen_at=now,
        authenticated_at=now,
    )
    session.add(row)
    session.flush()
    opened = signed_in(session, token, today=today, now=now)
    if opened is None:
        raise RuleBroken(WRONG_SIGN_IN)
    audit.record(session, opened.actor, "sign_in", "account", account.id)
    return token, opened


def _first_membership(session: Session, account: Account, today: date) -> Membership | None:
    return session.execute(
        select(Membership)
        .where(col(Membership.account_id) == account.id, is_current(Membership))
        .order_by(col(Membership.id))
        .limit(1),
        {"today": today},
    ).scalar_one_or_none()


def _is_throttled(session: Session, keys: tuple[str, str], now: datetime) -> bool:
    since = now - THROTTLE_WINDOW
    account, address, overall = session.execute(
        select(
            func.count().filter(col(SignInAttempt.account_key) == keys[0]),
            func.count().filter(col(SignInAttempt.address_key) == keys[1]),
            func.count(),
        ).where(col(SignInAttempt.at) > since)
    ).one()
    return max(account, address) >= THROTTLE_PER_KEY or bool(overall >= THROTTLE_OVERALL)


def _key(kind: str, value: str) -> str:
    return hmac.new(kind.encode(), value.encode(), hashlib.sha256).hexdigest()
