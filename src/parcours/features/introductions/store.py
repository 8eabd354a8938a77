"""What the pages of introductions read."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlmodel import Session, col

from parcours.actions import introduction_lists
from parcours.actions.introduction_lists import Line, is_to_chase
from parcours.domain.access import Actor
from parcours.domain.introductions import LIVE, OVER, WAITING, State
from parcours.domain.words import Word
from parcours.models import (
    Employer,
    Introduction,
    IntroductionEvent,
    Need,
    NeedVersion,
    Organisation,
)

PAGE_SIZE = 30


class Kept(Word):
    """Which introductions a list keeps."""

    LIVE = "en-cours", "En cours"
    WAITING = "attendues", "Réponse de l’employeur attendue"
    TO_CHASE = "a-relancer", "Employeur à relancer"
    OVER = "closes", "Closes"


@dataclass(frozen=True, slots=True)
class Filters:
    """What the list keeps; `whose` is « own », « others » or ""."""

    kept: Kept | None = None
    state: State | None = None
    whose: str = ""
    before: int | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """The need of an introduction, as the employer reads it."""

    need_id: int
    title: str
    posts: int
    starts_on: date | None
    employer: str
    contact_name: str | None
    contact_phone: str | None
    maker: str
    maker_phone: str | None


def page_of(session: Session, actor: Actor, filters: Filters, *, today: date) -> list[Line]:
    """A page of introductions, and one row more when another follows."""
    conditions: list[Any] = [_kept(filters.kept)] if filters.kept else []
    if filters.state:
        conditions.append(col(Introduction.state) == filters.state)
    if filters.whose:
        is_own = col(Introduction.organisation_id) == bindparam("org")
        conditions.append(is_own if filters.whose == "own" else ~is_own)
    if filters.before is not None:
        conditions.append(col(Introduction.id) < filters.before)
    return introduction_lists.lines(session, actor, *conditions, today=today, most=PAGE_SIZE + 1)


def line(session: Session, actor: Actor, introduction_id: int, *, today: date) -> Line:
    """One introduction the caller has found visible."""
    condition = col(Introduction.id) == introduction_id
    return introduction_lists.lines(session, actor, condition, today=today)[0]


def asked(session: Session, introduction_id: int) -> Asked:
    """The need of an introduction, and whom to call there."""
    partner = Organisation.__table__.alias("partner")  # type: ignore[attr-defined]
    row = session.execute(
        select(
            col(Need.id),
            col(NeedVersion.title),
            col(NeedVersion.posts),
            col(NeedVersion.starts_on),
            partner.c.name,
            col(Employer.contact_name),
            func.coalesce(col(Employer.contact_phone), partner.c.phone),
            col(Organisation.name),
            col(Organisation.phone),
        )
        .select_from(Introduction)
        .join(Need, col(Need.id) == col(Introduction.need_id))
        .join(
            NeedVersion,
            (col(NeedVersion.need_id) == col(Need.id))
            & (col(NeedVersion.number) == col(Need.version)),
        )
        .join(Employer, col(Employer.id) == col(Need.employer_id))
        .join(partner, partner.c.id == col(Employer.partner_id))
        .join(Organisation, col(Organisation.id) == col(Introduction.organisation_id))
        .where(col(Introduction.id) == introduction_id)
    ).one()
    return Asked(*row)


def events(session: Session, introduction_id: int) -> list[IntroductionEvent]:
    """The history of an introduction, the latest first."""
    rows = session.execute(
        select(IntroductionEvent)
        .where(col(IntroductionEvent.introduction_id) == introduction_id)
        .order_by(col(IntroductionEvent.id).desc())
    )
    return list(rows.scalars())


def _kept(kept: Kept) -> Any:
    conditions = {
        Kept.LIVE: col(Introduction.state).in_(LIVE),
        Kept.WAITING: col(Introduction.state).in_(WAITING),
        Kept.TO_CHASE: is_to_chase(),
        Kept.OVER: col(Introduction.state).in_(OVER),
    }
    return conditions[kept]
