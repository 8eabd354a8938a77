"""What the first page reads for those who follow nobody themselves."""

from datetime import date

from sqlalchemy import func, select
from sqlmodel import Session, col

from parcours.domain.access import Actor, Role
from parcours.models import Account, Agreement, Export, Membership, Organisation, visibility


def agreements(session: Session, actor: Actor) -> list[tuple[int, str, str, str, date, date, int]]:
    """A funder’s agreements: (id, code, title, organisation, from, to, workbooks)."""
    workbooks = (
        select(func.count())
        .select_from(Export)
        .where(col(Export.agreement_id) == col(Agreement.id))
        .correlate(Agreement)
        .scalar_subquery()
    )
    rows = session.execute(
        select(
            col(Agreement.id),
            col(Agreement.code),
            col(Agreement.title),
            col(Organisation.name),
            col(Agreement.starts_on),
            col(Agreement.ends_on),
            workbooks,
        )
        .join(Organisation, col(Organisation.id) == col(Agreement.organisation_id))
        .where(visibility.sees_agreement(actor))
        .order_by(col(Agreement.starts_on).desc(), col(Agreement.id))
    )
    return [tuple(row) for row in rows]


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
