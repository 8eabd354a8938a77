"""What an actor may see and write of employers and their needs."""

from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, or_, select
from sqlmodel import Session, col

from parcours.domain.access import Actor
from parcours.domain.needs import NeedState
from parcours.models import Employer, EmployerSite, Need
from parcours.models.visibility.people import one


def sees_need(actor: Actor) -> ColumnElement[bool]:
    """Condition: one’s organisation’s own need, or one published and shared with the territory."""
    return reads_need(actor.organisation_id)


def reads_need(organisation_id: Any = None) -> ColumnElement[bool]:
    """Condition on Need: it is the organisation’s (`:org` unless given), or shared by its owner."""
    organisation_id = bindparam("org") if organisation_id is None else organisation_id
    return or_(
        col(Need.organisation_id) == organisation_id,
        and_(col(Need.is_shared), col(Need.state) != NeedState.DRAFT),
    )


def need(session: Session, actor: Actor, need_id: int) -> Need:
    """A need the actor may read, else NotFound."""
    found: Need = one(session, select(Need).where(col(Need.id) == need_id, sees_need(actor)), {})
    return found


def own_need(session: Session, actor: Actor, need_id: int, *, lock: bool = False) -> Need:
    """A need of the actor’s own organisation, else NotFound."""
    statement = select(Need).where(
        col(Need.id) == need_id, col(Need.organisation_id) == actor.organisation_id
    )
    found: Need = one(session, statement, {}, lock=lock)
    return found


def employer(session: Session, actor: Actor, employer_id: int, *, lock: bool = False) -> Employer:
    """An employer the actor’s own organisation knows, else NotFound."""
    statement = select(Employer).where(
        col(Employer.id) == employer_id, col(Employer.organisation_id) == actor.organisation_id
    )
    found: Employer = one(session, statement, {}, lock=lock)
    return found


def employer_site(session: Session, actor: Actor, employer_id: int, site_id: int) -> EmployerSite:
    """A place of an employer the actor’s own organisation knows, else NotFound."""
    statement = (
        select(EmployerSite)
        .join(Employer, col(Employer.id) == col(EmployerSite.employer_id))
        .where(
            col(EmployerSite.id) == site_id,
            col(Employer.id) == employer_id,
            col(Employer.organisation_id) == actor.organisation_id,
        )
    )
    found: EmployerSite = one(session, statement, {})
    return found
