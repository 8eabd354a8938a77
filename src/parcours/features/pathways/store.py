"""What the page of a pathway reads."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import bindparam, literal, select, union_all
from sqlmodel import Session, col

from parcours.domain.access import Actor
from parcours.models import Gap, HolderSeen, Organisation, Programme, Relay, Step
from parcours.models.visibility import scope

Choices = list[tuple[int, str]]


PATHWAYS: Any = bindparam("pathways", expanding=True)
STEPS = (
    select(Step, col(Organisation.name), col(Relay.id))
    .join(Organisation, col(Organisation.id) == col(Step.organisation_id))
    .outerjoin(Relay, col(Relay.step_id) == col(Step.id))
    .where(col(Step.pathway_id).in_(PATHWAYS))
    .order_by(col(Step.planned_start_on), col(Step.id))
)
GAPS = (
    select(Gap, col(Organisation.name))
    .join(Organisation, col(Organisation.id) == col(Gap.owner_id))
    .where(col(Gap.pathway_id).in_(PATHWAYS))
    .order_by(col(Gap.starts_on))
)


def steps(session: Session, pathway_ids: Sequence[int]) -> list[tuple[Step, str, int | None]]:
    """The steps of pathways the caller has opened: each, its organisation’s name, its relay."""
    rows = session.execute(STEPS, {"pathways": pathway_ids})
    return [(row[0], row[1], row[2]) for row in rows]


def gaps(session: Session, pathway_ids: Sequence[int]) -> list[tuple[Gap, str]]:
    """The gaps of pathways with their owner’s name."""
    rows = session.execute(GAPS, {"pathways": pathway_ids})
    return [(row[0], row[1]) for row in rows]


def programmes(session: Session, today: date) -> list[tuple[int, str]]:
    """Programmes open on `today`."""
    rows = session.execute(
        select(col(Programme.id), col(Programme.name))
        .where(
            col(Programme.starts_on) <= today,
            (col(Programme.ends_on).is_(None)) | (col(Programme.ends_on) >= today),
        )
        .order_by(col(Programme.name))
    )
    return [(row[0], row[1]) for row in rows]


def break_filters(session: Session, actor: Actor, today: date) -> dict[str, Choices]:
    """What the worklist can be filtered by, in one statement.

    The programmes, and the organisations that held last somebody the actor’s organisation sees.
    """
    rows = session.connection().execute(CHOICES, scope(actor, today)).all()
    return {
        name: [(row[1], row[2]) for row in rows if row[0] == name]
        for name in ("programmes", "partners")
    }


def every_programme(session: Session) -> Choices:
    """The programmes, ended ones too: people are still in them."""
    rows = session.connection().execute(PROGRAMMES).all()
    return [(row[0], row[1]) for row in rows]


PROGRAMMES: Any = select(col(Programme.id), col(Programme.name)).order_by(
    col(Programme.name), col(Programme.id)
)
CHOICES: Any = union_all(
    select(
        literal("programmes").label("list"),
        col(Programme.id).label("id"),
        col(Programme.name).label("name"),
    ),
    select(literal("partners"), col(Organisation.id), col(Organisation.name))
    .join(HolderSeen, col(HolderSeen.holder_id) == col(Organisation.id))
    .where(col(HolderSeen.organisation_id) == bindparam("org")),
).order_by("list", "name", "id")
