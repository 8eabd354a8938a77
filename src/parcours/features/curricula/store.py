"""What the page of programmes and curricula reads."""

from decimal import Decimal

from sqlalchemy import func, select
from sqlmodel import Session, col

from parcours.domain.access import Actor
from parcours.domain.errors import NotFound
from parcours.models import Curriculum, Module, Programme


def programmes(session: Session) -> list[Programme]:
    """The programmes of the territory, by name."""
    return list(session.execute(select(Programme).order_by(col(Programme.name))).scalars())


def programme(session: Session, programme_id: int) -> Programme:
    """A programme of the territory, else NotFound."""
    found = session.get(Programme, programme_id)
    if found is None:
        raise NotFound
    return found


def curricula(session: Session, actor: Actor) -> list[tuple[str, str, int, Decimal]]:
    """The curricula of one’s organisation: (code, name, modules, hours)."""
    rows = session.execute(
        select(
            col(Curriculum.code),
            col(Curriculum.name),
            func.count(col(Module.id)),
            func.coalesce(func.sum(col(Module.hours)), 0),
        )
        .outerjoin(Module, col(Module.curriculum_id) == col(Curriculum.id))
        .where(col(Curriculum.organisation_id) == actor.organisation_id)
        .group_by(col(Curriculum.id), col(Curriculum.code), col(Curriculum.name))
        .order_by(col(Curriculum.name))
    )
    return [(row[0], row[1], row[2], Decimal(row[3])) for row in rows]
