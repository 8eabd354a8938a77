"""Accounts, memberships and signing in: who acts, for which organisation, until when."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy import and_, bindparam, func, or_, select, update
from sqlmodel import Session, col

from parcours import audit, reference
from parcours.domain.access import Actor, Capability, Role, require
from parcours.domain.errors import RuleBroken
from parcours.models import Account, Membership, Organisation, SignInAttempt, SignInSession

IDLE_LIMIT = timedelta(minutes=30)
ABSOLUTE_LIMIT = timedelta(hours=10)
TOUCH_AFTER = timedelta(minutes=1)
THROTTLE_WINDOW = timedelta(minutes=5)
THROTTLE_PER_KEY = 10
THROTTLE_OVERALL = 1000
PASSWORD_MINIMUM = 14
PASSWORD_MAXIMUM = 128
WRONG_SIGN_IN = "Adresse ou mot de passe incorrect."
TOO_MANY = "Trop d’essais. Attendez cinq minutes puis recommencez."

_hasher = PasswordHash((Argon2Hasher(),))
# Verified when the address is unknown, so that an unknown account takes as long as a known one.
_DECOY = _hasher.hash(secrets.token_urlsafe(16))


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A live sign-in session: who acts, the token its forms carry, when it was last seen."""

    session_id: int
    actor: Actor
    csrf_token: str
    seen_at: datetime


def _live_session() -> Any:
    others = (
        select(func.count())
        .select_from(Membership)
        .where(col(Membership.account_id) == col(Account.id), _is_current(Membership))
        .correlate(Account)
        .scalar_subquery()
    )
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
            others,
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
            _is_current(Membership),
        )
    )


def _is_current(membership: type[Membership]) -> Any:
    return and_(
        col(membership.starts_on) <= bindparam("today"),
        or_(col(membership.ends_on).is_(None), col(membership.ends_on) >= bindparam("today")),
    )


LIVE_SESSION = _live_session()


def signed_in(session: Session, token: str, *, today: date, now: datetime) -> SignedIn | None:
    """The live session behind a cookie, or None: ended, idle 30 min, older than 10 h, revoked."""
    row = session.execute(
        LIVE_SESSION,
        {
            "token_hash": hash_token(token),
            "idle_since": now - IDLE_LIMIT,
            "opened_since": now - ABSOLUTE_LIMIT,
            "today": today,
        },
    ).one_or_none()
    if row is None:
        return None
    (sid, csrf, seen_at, account, name, email, member, role, org, code, org_name, count) = row
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
    return SignedIn(sid, actor, csrf, seen_at)


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
    is_right = _hasher.verify(password, account.password_hash if account else _DECOY)
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


def sign_out(session: Session, current: SignedIn, *, now: datetime) -> None:
    """End the session on the server: a copy of the cookie opens nothing any more."""
    session.execute(
        update(SignInSession)
        .where(col(SignInSession.id) == current.session_id)
        .values(ended_at=now)
    )
    audit.record(session, current.actor, "sign_out", "account", current.actor.account_id)


def memberships(session: Session, actor: Actor, *, today: date) -> list[tuple[int, Role, str]]:
    """The memberships the person may act under now: (id, role, organisation’s name)."""
    rows = session.execute(
        select(col(Membership.id), col(Membership.role), col(Organisation.name))
        .join(Organisation, col(Organisation.id) == col(Membership.organisation_id))
        .where(col(Membership.account_id) == actor.account_id, _is_current(Membership))
        .order_by(col(Organisation.name), col(Membership.id)),
        {"today": today},
    )
    return [(row[0], row[1], row[2]) for row in rows]


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


def create_organisation(
    session: Session, *, code: str, name: str, kind: str, city: str | None = None
) -> Organisation:
    """Enter a partner; `kind` is a code of fixtures/reference/organisation_kinds.csv."""
    if kind not in reference.organisation_kinds():
        raise RuleBroken(f"Nature de structure inconnue : « {kind} ».", field="kind")
    organisation = Organisation(code=code, name=name, kind=kind, city=city)
    session.add(organisation)
    session.flush()
    audit.record(session, None, "create", "organisation", organisation.id)
    return organisation


def has_organisations(session: Session) -> bool:
    """Whether this database is already in use."""
    return session.execute(select(col(Organisation.id)).limit(1)).first() is not None


def create_account(session: Session, *, email: str, name: str, password: str) -> Account:
    """Open an account (RuleBroken: address taken, password too short or too easy to guess)."""
    address = email.strip().casefold()
    check_password(password, about=(address.split("@")[0], name, "parcours"))
    if session.execute(select(col(Account.id)).where(col(Account.email) == address)).first():
        raise RuleBroken("Un compte existe déjà avec cette adresse.", field="email")
    account = Account(email=address, name=name, password_hash=_hasher.hash(password))
    session.add(account)
    session.flush()
    audit.record(session, None, "create", "account", account.id)
    return account


def open_account(
    session: Session,
    *,
    email: str,
    name: str,
    password: str,
    role: str,
    code: str,
    organisation_name: str | None,
    organisation_kind: str | None,
    starts_on: date,
) -> Account:
    """Open an account in the organisation `code`, entered with it when it has a name and kind."""
    if role not in {item.value for item in Role}:
        known = ", ".join(item.value for item in Role)
        raise RuleBroken(f"Rôle inconnu « {role} ». Rôles possibles : {known}.", field="role")
    organisation = session.execute(
        select(Organisation).where(col(Organisation.code) == code)
    ).scalar_one_or_none()
    if organisation is None and organisation_name and organisation_kind:
        organisation = create_organisation(
            session, code=code, name=organisation_name, kind=organisation_kind
        )
    if organisation is None:
        raise RuleBroken(
            f"Structure « {code} » inconnue : ajoutez --org-name et --org-kind pour la créer.",
            field="org",
        )
    account = create_account(session, email=email, name=name, password=password)
    join(session, account, organisation, Role(role), starts_on=starts_on)
    return account


def join(
    session: Session, account: Account, organisation: Organisation, role: Role, *, starts_on: date
) -> Membership:
    """Give an account a role in an organisation from `starts_on`."""
    membership = Membership(
        account_id=_id(account.id),
        organisation_id=_id(organisation.id),
        role=role,
        starts_on=starts_on,
    )
    session.add(membership)
    session.flush()
    audit.record(session, None, "join", "membership", membership.id, role=role.value)
    return membership


def end_membership(session: Session, actor: Actor, membership_id: int, *, last_day: date) -> None:
    """Let a membership of the actor’s organisation end; it opens nothing after `last_day`."""
    require(actor, Capability.MANAGE_ACCOUNTS)
    session.execute(
        update(Membership)
        .where(
            col(Membership.id) == membership_id,
            col(Membership.organisation_id) == actor.organisation_id,
        )
        .values(ends_on=last_day)
    )
    audit.record(session, actor, "end_membership", "membership", membership_id)


def actor_for(session: Session, email: str, *, today: date, code: str | None = None) -> Actor:
    """The actor behind a command’s `--as EMAIL` (RuleBroken when nobody may act so today)."""
    rows = session.execute(
        select(Account, Membership, Organisation)
        .join(Membership, col(Membership.account_id) == col(Account.id))
        .join(Organisation, col(Organisation.id) == col(Membership.organisation_id))
        .where(
            col(Account.email) == email.strip().casefold(),
            col(Account.disabled_at).is_(None),
            _is_current(Membership),
        )
        .order_by(col(Membership.id)),
        {"today": today},
    ).all()
    for account, membership, organisation in rows:
        if code is None or organisation.code == code:
            return _actor(account, membership, organisation, has_several=len(rows) > 1)
    raise RuleBroken(f"Aucun compte actif « {email} » pour cette structure.")


def check_password(password: str, *, about: tuple[str, ...] = ()) -> None:
    """Refuse passwords shorter than 14 characters or built on the person’s own words."""
    lowered = password.casefold()
    if len(password) < PASSWORD_MINIMUM:
        message = f"Choisissez au moins {PASSWORD_MINIMUM} caractères, par exemple quatre mots."
    elif len(password) > PASSWORD_MAXIMUM:
        message = f"Le mot de passe dépasse {PASSWORD_MAXIMUM} caractères."
    elif len(set(lowered)) < 5 or any(lowered == word.casefold() for word in about):
        message = "Ce mot de passe est trop facile à deviner : choisissez-en un autre."
    else:
        return
    raise RuleBroken(message, field="password")


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
        account_id=_id(account.id),
        membership_id=_id(membership.id),
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
        .where(col(Membership.account_id) == account.id, _is_current(Membership))
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


def _actor(
    account: Account, membership: Membership, organisation: Organisation, *, has_several: bool
) -> Actor:
    return Actor(
        account_id=_id(account.id),
        membership_id=_id(membership.id),
        organisation_id=_id(organisation.id),
        organisation_code=organisation.code,
        organisation_name=organisation.name,
        role=membership.role,
        name=account.name,
        email=account.email,
        has_several=has_several,
    )


def _id(value: int | None) -> int:
    if value is None:
        raise LookupError("The row was not stored yet.")
    return value
