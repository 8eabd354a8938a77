"""What the first page reads for those who follow nobody themselves."""

from datetime import date

from sqlalchemy import select
from sqlmodel import Session, col

from parcours.domain.access import Actor, Role
from parcours.models import Account, Membership


def members(session: Session, actor: Actor) -> list[tuple[str, str, Role, date, date | None]]:
    """Who acts for the actor’s organisation: (name, e-mail, role, from, to)."""
    if actor.role is not Role.ORGANISATION_ADMIN:
        return []
    rows = session.execute(
        select(
            col(Account.name),
            col(Account.email),
            col(Membership.role),
            col(Membership.starts_on),
            col(Membership.ends_on),
        )
        .join(Account, col(Account.id) == col(Membership.account_id))
        .where(col(Membership.organisation_id) == actor.organisation_id)
        .order_by(col(Account.name), col(Membership.id))
    )
    return [tuple(row) for row in rows]
