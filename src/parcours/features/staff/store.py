"""What the pages about accounts read."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlmodel import Session, col

from parcours.actions.referents import is_followed_now
from parcours.domain.access import Actor, Role
from parcours.domain.errors import NotFound
from parcours.models import Account, AccountLink, Learner, Membership

LIMIT = 100


@dataclass(frozen=True, slots=True)
class MemberRow:
    """A membership of one’s organisation, with how many people its account accompanies there."""

    account_id: int
    name: str
    email: str
    role: Role
    starts_on: date
    ends_on: date | None
    disabled_at: datetime | None
    people: int

    def is_open(self, today: date) -> bool:
        """Whether it opens something on `today`, or later."""
        return self.disabled_at is None and (self.ends_on is None or self.ends_on >= today)


def members(session: Session, actor: Actor, *, account_id: int | None = None) -> list[MemberRow]:
    """Who acts or acted for the actor’s organisation, by name."""
    people = (
        select(func.count())
        .select_from(Learner)
        .where(
            col(Learner.organisation_id) == actor.organisation_id,
            col(Learner.referent_id) == col(Account.id),
            is_followed_now(),
        )
        .correlate(Account)
        .scalar_subquery()
    )
    statement = (
        select(
            col(Account.id),
            col(Account.name),
            col(Account.email),
            col(Membership.role),
            col(Membership.starts_on),
            col(Membership.ends_on),
            col(Account.disabled_at),
            people,
        )
        .join(Account, col(Account.id) == col(Membership.account_id))
        .where(col(Membership.organisation_id) == actor.organisation_id)
        .order_by(col(Membership.ends_on).is_not(None), col(Account.name), col(Membership.id))
        .limit(LIMIT)
    )
    if account_id is not None:
        statement = statement.where(col(Account.id) == account_id)
    return [MemberRow(*row) for row in session.execute(statement)]


def member(session: Session, actor: Actor, account_id: int, *, today: date) -> MemberRow:
    """Somebody who still acts for the actor’s organisation, else NotFound."""
    rows = members(session, actor, account_id=account_id)
    still = [row for row in rows if row.is_open(today)]
    if not still:
        raise NotFound
    return still[0]


@dataclass(frozen=True, slots=True)
class WaitingLink:
    """A link that still waits for somebody to choose their password."""

    id: int
    name: str
    email: str
    role: Role | None
    expires_on: date


def waiting_links(session: Session, actor: Actor, *, today: date) -> list[WaitingLink]:
    """The links of one’s organisation that still open something, the first to end first."""
    statement = (
        select(
            col(AccountLink.id),
            col(AccountLink.name),
            col(AccountLink.email),
            col(AccountLink.role),
            col(AccountLink.expires_on),
        )
        .where(
            col(AccountLink.organisation_id) == actor.organisation_id,
            col(AccountLink.used_at).is_(None),
            col(AccountLink.ended_at).is_(None),
            col(AccountLink.expires_on) >= today,
        )
        .order_by(col(AccountLink.expires_on), col(AccountLink.id))
        .limit(LIMIT)
    )
    return [WaitingLink(*row) for row in session.execute(statement)]
