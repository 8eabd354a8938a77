"""What the page of programmes and curricula reads."""

from decimal import Decimal

from sqlalchemy import func, select
from sqlmodel import Session, col

from parcours.domain.access import Actor
from parcours.domain.errors import NotFound
from parcours.models import Curriculum, CurriculumOccupation, Module, Programme


def programmes(session: Session) -> list[Programme]:
    """The programmes of the territory, by name."""
    return list(session.execute(select(Programme).order_by(col(Programme.name))).scalars())


def programme(session: Session, programme_id: int) -> Programme:
    """A programme of the territory, else NotFound."""
    found = session.get(Programme, programme_id)
    if found is None:
        raise NotFound
    return found


Listed = tuple[int, str, str, int, Decimal, str | None]


def curricula(session: Session, actor: Actor) -> list[Listed]:
    """The curricula of one’s organisation: (id, code, name, modules, hours, RNCP sheet)."""
    rows = session.execute(
        select(
            col(Curriculum.id),
            col(Curriculum.code),
            col(Curriculum.name),
            func.count(col(Module.id)),
            func.coalesce(func.sum(col(Module.hours)), 0),
            col(Curriculum.rncp_code),
        )
        .outerjoin(Module, col(Module.curriculum_id) == col(Curriculum.id))
        .where(col(Curriculum.organisation_id) == actor.organisation_id)
        .group_by(
            col(Curriculum.id),
            col(Curriculum.code),
            col(Curriculum.name),
            col(Curriculum.rncp_code),
        )
        .order_by(col(Curriculum.name))
    )
    return [(row[0] or 0, row[1], row[2], row[3], Decimal(row[4]), row[5]) for row in rows]


def modules(session: Session, curriculum_id: int) -> list[tuple[int, str, bool]]:
    """The modules of a curriculum the caller has found visible: (id, name, is a foundation)."""
    rows = session.execute(
        select(col(Module.id), col(Module.name), col(Module.is_foundation))
        .where(col(Module.curriculum_id) == curriculum_id)
        .order_by(col(Module.position))
    )
    return [(row[0] or 0, row[1], row[2]) for row in rows]


def occupations(session: Session, curriculum_id: int) -> list[tuple[str, str]]:
    """The occupations such a curriculum aims at: (ROME family, name)."""
    rows = session.execute(
        select(col(CurriculumOccupation.rome_parent), col(CurriculumOccupation.label))
        .where(col(CurriculumOccupation.curriculum_id) == curriculum_id)
        .order_by(col(CurriculumOccupation.label))
    )
    return [(row[0], row[1]) for row in rows]
