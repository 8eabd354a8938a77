"""Who accepted the charter: oneself, and those who act for one’s organisation."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, func, or_, select
from sqlmodel import Session, col

from parcours.domain.access import Actor
from parcours.models import Account, CharterAcceptance, Membership

MOST = 500


@dataclass(frozen=True, slots=True)
class AcceptanceRow:
    """Somebody of the organisation, and since when they accept the charter."""

    name: str
    accepted_at: datetime | None


def accepted_at(session: Session, actor: Actor, version: int) -> datetime | None:
    """When the actor accepted this version."""
    return session.execute(
        select(col(CharterAcceptance.accepted_at)).where(
            col(CharterAcceptance.account_id) == actor.account_id,
            col(CharterAcceptance.version) == version,
        )
    ).scalar_one_or_none()


def acceptances(
    session: Session, actor: Actor, version: int, *, today: date
) -> list[AcceptanceRow]:
    """Each account that acts for the organisation today, those who did not accept first."""
    rows = session.execute(
        select(col(Account.name), func.max(col(CharterAcceptance.accepted_at)))
        .join(Membership, col(Membership.account_id) == col(Account.id))
        .outerjoin(
            CharterAcceptance,
            and_(
                col(CharterAcceptance.account_id) == col(Account.id),
                col(CharterAcceptance.version) == version,
            ),
        )
        .where(
            col(Membership.organisation_id) == actor.organisation_id,
            col(Membership.starts_on) <= today,
            or_(col(Membership.ends_on).is_(None), col(Membership.ends_on) >= today),
            col(Account.disabled_at).is_(None),
        )
        .group_by(col(Account.id), col(Account.name))
        .order_by(func.max(col(CharterAcceptance.accepted_at)).is_not(None), col(Account.name))
        .limit(MOST)
    )
    return [AcceptanceRow(*row) for row in rows]
