"""Organisations, accounts and memberships: who acts, for which organisation, until when."""

import secrets
from datetime import date
from typing import Any

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy import and_, bindparam, or_, select
from sqlmodel import Session, col

from parcours import audit, reference
from parcours.domain.access import Actor, Role
from parcours.domain.errors import RuleBroken
from parcours.domain.identity import fold
from parcours.domain.partners import place_key
from parcours.models import Account, Membership, Organisation

PASSWORD_MINIMUM = 14
PASSWORD_MAXIMUM = 128

_hasher = PasswordHash((Argon2Hasher(),))
# Verified when the address is unknown, so that an unknown account takes as long as a known one.
_DECOY = _hasher.hash(secrets.token_urlsafe(16))


def create_organisation(
    session: Session,
    *,
    code: str,
    name: str,
    kind: str,
    city: str | None = None,
    contact_email: str | None = None,
    siret: str | None = None,
    activity_number: str | None = None,
    phone: str | None = None,
    address: str | None = None,
    postcode: str | None = None,
    added_by: Actor | None = None,
) -> Organisation:
    """Enter a partner; `kind` is a code of fixtures/reference/organisation_kinds.csv.

    `added_by` wrote it in the directory; None at the command line.
    """
    if kind not in (kinds := reference.organisation_kinds()):
        known = ", ".join(sorted(kinds))
        message = f"Nature de structure inconnue : « {kind} ». Choisissez parmi : {known}."
        raise RuleBroken(message, field="kind")
    organisation = Organisation(
        code=code,
        name=name,
        kind=kind,
        city=city,
        contact_email=contact_email or None,
        siret=siret or None,
        activity_number=activity_number or None,
        phone=phone or None,
        address=address or None,
        postcode=postcode or None,
        name_key=fold(name)[:200],
        place_key=place_key(kind, postcode, address),
        added_by_organisation_id=added_by.organisation_id if added_by else None,
    )
    session.add(organisation)
    session.flush()
    audit.record(session, added_by, "create", "organisation", organisation.id)
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
    account = Account(email=address, name=name, password_hash=hash_password(password))
    session.add(account)
    session.flush()
    audit.record(session, None, "create", "account", account.id)
    return account


def copy_account(session: Session, known: Account, *, email: str, name: str) -> Account:
    """Open an account with the password of another, hashed once: synthetic territories only."""
    account = Account(email=email, name=name, password_hash=known.password_hash)
    session.add(account)
    session.flush()
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
    organisation = organisation_of_code(session, code)
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


def memberships(session: Session, actor: Actor, *, today: date) -> list[tuple[int, Role, str]]:
    """The memberships the person may act under now: (id, role, organisation’s name)."""
    rows = session.execute(
        select(col(Membership.id), col(Membership.role), col(Organisation.name))
        .join(Organisation, col(Organisation.id) == col(Membership.organisation_id))
        .where(col(Membership.account_id) == actor.account_id, is_current(Membership))
        .order_by(col(Organisation.name), col(Membership.id)),
        {"today": today},
    )
    return [(row[0], row[1], row[2]) for row in rows]


def hash_password(password: str) -> str:
    """What is stored of a password: Argon2id, about a fifth of a second each."""
    return _hasher.hash(password)


def organisation_of_code(session: Session, code: str) -> Organisation | None:
    """The partner of that code, None when there is none."""
    found: Organisation | None = session.execute(
        select(Organisation).where(col(Organisation.code) == code)
    ).scalar_one_or_none()
    return found


def verify_password(account: Account | None, password: str) -> bool:
    """Whether the password is the account’s; as slow for an unknown account as for a known one."""
    return _hasher.verify(password, account.password_hash if account else _DECOY)


def is_current(membership: type[Membership]) -> Any:
    """Condition: the membership runs on `:today`."""
    return and_(
        col(membership.starts_on) <= bindparam("today"),
        or_(col(membership.ends_on).is_(None), col(membership.ends_on) >= bindparam("today")),
    )


def actor_for(session: Session, email: str, *, today: date, code: str | None = None) -> Actor:
    """The actor behind a command’s `--as EMAIL` (RuleBroken when nobody may act so today)."""
    rows = session.execute(
        select(Account, Membership, Organisation)
        .join(Membership, col(Membership.account_id) == col(Account.id))
        .join(Organisation, col(Organisation.id) == col(Membership.organisation_id))
        .where(
            col(Account.email) == email.strip().casefold(),
            col(Account.disabled_at).is_(None),
            is_current(Membership),
        )
        .order_by(col(Membership.id)),
        {"today": today},
    ).all()
    for account, membership, organisation in rows:
        if code is None or organisation.code == code:
            return _actor(account, membership, organisation, has_several=len(rows) > 1)
    raise RuleBroken(f"Aucun compte actif « {email} » pour cette structure.")


def actor_of(session: Session, membership_id: int, *, today: date) -> Actor:
    """Whoever acts by a membership, for work they asked for earlier (RuleBroken when it ended)."""
    row = session.execute(
        select(Account, Membership, Organisation)
        .join(Membership, col(Membership.account_id) == col(Account.id))
        .join(Organisation, col(Organisation.id) == col(Membership.organisation_id))
        .where(
            col(Membership.id) == membership_id,
            col(Account.disabled_at).is_(None),
            is_current(Membership),
        ),
        {"today": today},
    ).one_or_none()
    if row is None:
        raise RuleBroken("Le compte qui a demandé ce travail n’y a plus droit.")
    return _actor(*row, has_several=False)


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
