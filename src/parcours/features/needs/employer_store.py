"""What the pages of employers read."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session, col

from parcours.domain.access import Actor
from parcours.domain.identity import fold
from parcours.domain.needs import NeedState
from parcours.features.needs.store import CURRENT, LINES, NeedLine
from parcours.models import Employer, EmployerSite, Need, NeedVersion, Organisation


@dataclass(frozen=True, slots=True)
class EmployerLine:
    """An employer of the list."""

    id: int
    name: str
    city: str | None
    siret: str | None
    siret_to_check: str | None
    contact_name: str | None
    open_needs: int
    posts: int


def employers(session: Session, actor: Actor, q: str, *, today: date) -> list[EmployerLine]:
    """The employers one’s organisation knows, by name, with the needs that are open."""
    live = _live_needs(actor, today)
    statement = (
        select(
            col(Employer.id),
            col(Organisation.name),
            col(Organisation.city),
            col(Organisation.siret),
            col(Employer.siret_to_check),
            col(Employer.contact_name),
            func.coalesce(live.c.needs, 0),
            func.coalesce(live.c.posts, 0),
        )
        .join(Organisation, col(Organisation.id) == col(Employer.partner_id))
        .outerjoin(live, live.c.employer == col(Employer.id))
        .where(col(Employer.organisation_id) == actor.organisation_id)
        .order_by(col(Organisation.name_key), col(Employer.id))
        .limit(500)
    )
    for word in fold(q).split():
        statement = statement.where(col(Organisation.name_key).contains(word, autoescape=True))
    return [EmployerLine(*row) for row in session.execute(statement)]


def needs_of(session: Session, employer_id: int) -> list[NeedLine]:
    """Every need of an employer, the latest first."""
    rows = session.execute(
        LINES.where(col(Need.employer_id) == employer_id).order_by(col(Need.id).desc())
    )
    return [NeedLine(*row) for row in rows]


def sites(session: Session, employer_id: int) -> list[EmployerSite]:
    """The places of work of an employer."""
    rows = session.execute(
        select(EmployerSite)
        .where(col(EmployerSite.employer_id) == employer_id)
        .order_by(col(EmployerSite.id))
    )
    return list(rows.scalars())


def partner(session: Session, partner_id: int) -> Organisation:
    """The directory’s entry of an employer."""
    return session.get_one(Organisation, partner_id)


def fresh_days(session: Session, actor: Actor) -> int:
    """How long one’s organisation’s needs stay up to date."""
    return session.get_one(Organisation, actor.organisation_id).need_fresh_days


def _live_needs(actor: Actor, today: date) -> Any:
    """The needs that are open, and their posts, by employer."""
    return (
        select(
            col(Need.employer_id).label("employer"),
            func.count().label("needs"),
            func.sum(col(NeedVersion.posts)).label("posts"),
        )
        .join(NeedVersion, CURRENT)
        .where(
            col(Need.organisation_id) == actor.organisation_id,
            col(Need.state) == NeedState.PUBLISHED,
            col(Need.suspends_on) > today,
        )
        .group_by(col(Need.employer_id))
        .subquery("live")
    )
