"""What an actor may see and write of introductions."""

from datetime import date

from sqlalchemy import ColumnElement, and_, bindparam, or_, select
from sqlmodel import Session, col

from parcours.domain.access import Actor
from parcours.domain.needs import NeedState
from parcours.models import Introduction, Need
from parcours.models.visibility.people import one, scope, sees_learner


def reads_need() -> ColumnElement[bool]:
    """Condition on Need: it is `:org`’s, or published and shared with the territory."""
    return or_(
        col(Need.organisation_id) == bindparam("org"),
        and_(col(Need.is_shared), col(Need.state) != NeedState.DRAFT),
    )


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
