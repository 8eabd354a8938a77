"""Employers’ needs as next steps: those who take somebody in for an immersion before hiring."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import bindparam, select
from sqlmodel import Session, col

from parcours.domain.access import Actor
from parcours.domain.finder import Candidate
from parcours.domain.needs import NeedState
from parcours.domain.words import StepKind
from parcours.models import Employer, EmployerSite, Need, NeedVersion, Organisation
from parcours.models.visibility import reads_need

MOST = 40
NOTICE, USUAL_DAYS = timedelta(days=14), timedelta(days=13)
DOUBT = "Dates à convenir : appelez l’employeur avant de proposer"


@dataclass(frozen=True, slots=True)
class Hosting:
    """An employer who takes people in for an immersion, and when it could be."""

    need_id: int
    employer_id: int
    employer: str
    title: str
    city: str | None
    starts_on: date
    ends_on: date


ROWS = (
    select(
        col(Need.id),
        col(Employer.partner_id),
        col(Organisation.name),
        col(NeedVersion.title),
        col(EmployerSite.city),
    )
    .join(
        NeedVersion,
        (col(NeedVersion.need_id) == col(Need.id)) & (col(NeedVersion.number) == col(Need.version)),
    )
    .join(Employer, col(Employer.id) == col(Need.employer_id))
    .join(Organisation, col(Organisation.id) == col(Employer.partner_id))
    .outerjoin(EmployerSite, col(EmployerSite.id) == col(NeedVersion.site_id))
    .where(
        reads_need(),
        col(Need.state) == NeedState.PUBLISHED,
        col(Need.suspends_on) > bindparam("today"),
        col(NeedVersion.hosts_immersion),
        col(Employer.partner_id) != bindparam("org"),
        col(Organisation.closed_on).is_(None),
    )
    .order_by(col(Need.confirmed_on).desc(), col(Need.id))
    .limit(MOST)
)
ONE = ROWS.where(col(Need.id) == bindparam("need"))


def immersions_at_employers(session: Session, actor: Actor, *, today: date) -> list[Candidate]:
    """The needs one may read that hold and host an immersion, as candidates; one query."""
    return [_candidate(item) for item in _hosting(session, actor, today)]


def hosting(session: Session, actor: Actor, need_id: int, *, today: date) -> Hosting | None:
    """One such need, None when it no longer holds or is not the actor’s to see."""
    return next(iter(_hosting(session, actor, today, need_id)), None)


def _hosting(
    session: Session, actor: Actor, today: date, need_id: int | None = None
) -> list[Hosting]:
    parameters = {"org": actor.organisation_id, "today": today, "need": need_id}
    rows: Any = session.connection().execute(ROWS if need_id is None else ONE, parameters)
    starts_on = today + NOTICE
    ends_on = starts_on + USUAL_DAYS
    return [
        Hosting(number, partner, employer, title, city, starts_on, ends_on)
        for number, partner, employer, title, city in rows
    ]


def _candidate(item: Hosting) -> Candidate:
    return Candidate(
        source="need",
        id=item.need_id,
        kind=StepKind.IMMERSION,
        organisation_id=item.employer_id,
        organisation=item.employer,
        title=item.title,
        starts_on=item.starts_on,
        ends_on=item.ends_on,
        city=item.city or "",
        doubts=(DOUBT,),
    )
