"""Links by which a calendar elsewhere reads one’s agenda: made, used, revoked; hashes only."""

import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlmodel import Session, col

from parcours import audit
from parcours.actions.accounts import is_current
from parcours.actions.sign_in import hash_token
from parcours.domain.access import Actor, Capability, require
from parcours.domain.errors import NotFound, ParcoursError, RuleBroken
from parcours.models import Account, CalendarToken, Membership, Organisation, visibility
from parcours.models.base import utc_now

MOST_LINKS = 10
# Calendars read a feed a few times an hour; one that insists waits for the window to end.
WINDOW = timedelta(minutes=10)
MOST_READINGS = 30


class TooManyReadings(ParcoursError):
    """This link was read too often; it answers again after `wait`."""

    def __init__(self, wait: timedelta) -> None:
        self.wait = wait
        super().__init__("Ce lien est lu trop souvent.")


@dataclass(frozen=True, slots=True)
class Use:
    """What a link opens: whose agenda, with or without initials, and since when it exists."""

    actor: Actor
    has_initials: bool
    created_at: datetime


def make(session: Session, actor: Actor, *, label: str, has_initials: bool) -> str:
    """A new link to the actor’s agenda; the token returned is shown once and never kept."""
    require(actor, Capability.WRITE_STEPS)
    if not label.strip():
        raise RuleBroken("Nommez l’appareil ou l’agenda qui lira ce lien.", field="label")
    # Two asked for at once queue on the account: neither may pass the limit unseen.
    session.execute(
        select(col(Account.id))
        .where(col(Account.id) == actor.account_id)
        .with_for_update(key_share=True)
    )
    if _live(session, actor) >= MOST_LINKS:
        raise RuleBroken(f"Vous avez déjà {MOST_LINKS} liens : révoquez-en un d’abord.")
    token = secrets.token_urlsafe(32)
    row = CalendarToken(
        token_hash=hash_token(token),
        account_id=actor.account_id,
        organisation_id=actor.organisation_id,
        membership_id=actor.membership_id,
        label=label.strip(),
        has_initials=has_initials,
    )
    session.add(row)
    session.flush()
    audit.record(session, actor, "make", "calendar_link", row.id, initials=has_initials)
    return token


def revoke(session: Session, actor: Actor, link_id: int) -> CalendarToken:
    """The link opens nothing from the next request on."""
    row = visibility.calendar_link(session, actor, link_id)
    if row.revoked_at is None:
        row.revoked_at = utc_now()
        audit.record(session, actor, "revoke", "calendar_link", row.id)
    return row


def renew(session: Session, actor: Actor, link_id: int) -> str:
    """Another address for the same calendar; the one before opens nothing any more.

    RuleBroken when it was revoked or renewed already.
    """
    row = visibility.calendar_link(session, actor, link_id)
    if row.revoked_at is not None:
        raise RuleBroken("Ce lien ne sert plus : créez-en un autre.")
    revoke(session, actor, link_id)
    session.flush()
    return make(session, actor, label=row.label, has_initials=row.has_initials)


def links(session: Session, actor: Actor) -> list[tuple[CalendarToken, str]]:
    """One’s links that still open something, the latest first, with the organisation’s name."""
    rows = session.execute(
        select(CalendarToken, col(Organisation.name))
        .join(Organisation, col(Organisation.id) == col(CalendarToken.organisation_id))
        .where(
            col(CalendarToken.account_id) == actor.account_id,
            col(CalendarToken.revoked_at).is_(None),
        )
        .order_by(col(CalendarToken.id).desc())
    )
    return [(row[0], row[1]) for row in rows]


def use(session: Session, token: str, *, today: date, now: datetime) -> Use:
    """Note that a link is read, and say what it opens.

    NotFound when it was never made, is revoked, or its account or membership has ended;
    TooManyReadings past thirty in ten minutes.
    """
    row = session.execute(
        select(CalendarToken, Account, Membership, Organisation)
        .join(Account, col(Account.id) == col(CalendarToken.account_id))
        .join(Membership, col(Membership.id) == col(CalendarToken.membership_id))
        .join(Organisation, col(Organisation.id) == col(CalendarToken.organisation_id))
        .where(
            col(CalendarToken.token_hash) == hash_token(token),
            col(CalendarToken.revoked_at).is_(None),
            col(Account.disabled_at).is_(None),
            is_current(Membership),
        )
        .with_for_update(of=CalendarToken, key_share=True),
        {"today": today},
    ).one_or_none()
    if row is None:
        raise NotFound
    link, account, membership, organisation = row
    _count(link, now)
    actor = _actor(account, membership, organisation)
    if not actor.can(Capability.WRITE_STEPS):
        raise NotFound
    return Use(actor, link.has_initials, link.created_at)


def _count(link: CalendarToken, now: datetime) -> None:
    if link.window_at is None or now - link.window_at >= WINDOW:
        link.window_at, link.window_count = now, 0
    if link.window_count >= MOST_READINGS:
        raise TooManyReadings(link.window_at + WINDOW - now)
    link.window_count += 1
    link.last_used_at = now


def _live(session: Session, actor: Actor) -> int:
    statement = select(func.count()).where(
        col(CalendarToken.account_id) == actor.account_id, col(CalendarToken.revoked_at).is_(None)
    )
    return int(session.execute(statement).scalar_one())


def _actor(account: Account, membership: Membership, organisation: Organisation) -> Actor:
    return Actor(
        account_id=account.id or 0,
        membership_id=membership.id or 0,
        organisation_id=organisation.id or 0,
        organisation_code=organisation.code,
        organisation_name=organisation.name,
        role=membership.role,
        name=account.name,
        email=account.email,
    )
