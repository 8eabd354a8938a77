"""What an actor may see and write of introductions."""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, exists, or_, select
from sqlmodel import Session, col

from parcours.domain.access import Actor
from parcours.domain.introductions import State
from parcours.models import Introduction, Need
from parcours.models.visibility.needs import reads_need
from parcours.models.visibility.people import one, scope, sees_learner


def sees_introduction() -> ColumnElement[bool]:
    """Condition on Introduction: `:org` made it, follows its need, or sees both person and need.

    Who only follows the need reads that there is one and where it stands: neither the name nor
    the words.
    """
    follows = select(col(Need.id)).where(col(Need.organisation_id) == bindparam("org"))
    readable = select(col(Need.id)).where(reads_need())
    return or_(
        col(Introduction.organisation_id) == bindparam("org"),
        col(Introduction.need_id).in_(follows),
        and_(sees_learner(Introduction.learner_id), col(Introduction.need_id).in_(readable)),
    )


def is_placed(learner_id: Any) -> ColumnElement[bool]:
    """Condition: this person was hired through an introduction, whoever made it."""
    return exists(
        select(1)
        .select_from(Introduction)
        .where(col(Introduction.learner_id) == learner_id, col(Introduction.state) == State.HIRED)
    )


def introduction(
    session: Session, actor: Actor, introduction_id: int, *, today: date
) -> Introduction:
    """An introduction the actor may read, else NotFound."""
    statement = select(Introduction).where(
        col(Introduction.id) == introduction_id, sees_introduction()
    )
    found: Introduction = one(session, statement, scope(actor, today))
    return found


def own_introduction(
    session: Session, actor: Actor, introduction_id: int, *, today: date, lock: bool = False
) -> Introduction:
    """An introduction the actor’s organisation made, of somebody it still sees, else NotFound."""
    statement = select(Introduction).where(
        col(Introduction.id) == introduction_id,
        col(Introduction.organisation_id) == actor.organisation_id,
        sees_learner(Introduction.learner_id),
    )
    found: Introduction = one(session, statement, scope(actor, today), lock=lock)
    return found
