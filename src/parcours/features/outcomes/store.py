"""What the list of exits reads."""

from datetime import date

from sqlalchemy import select
from sqlmodel import Session, col

from parcours.actions.waiting import lacks_something
from parcours.domain.access import Actor
from parcours.models import Exit, Learner
from parcours.models.visibility import scope, sees_learner

PAGE_SIZE = 50
ExitRow = tuple[Exit, str, str | None, str]


def exits(
    session: Session, actor: Actor, *, today: date, is_incomplete: bool, after: int = 0
) -> list[ExitRow]:
    """Exits one’s organisation recorded, the latest entered first, one more than a page."""
    statement = (
        select(Exit, col(Learner.birth_name), col(Learner.usage_name), col(Learner.first_names))
        .join(Learner, col(Learner.id) == col(Exit.learner_id))
        .where(col(Exit.organisation_id) == actor.organisation_id, sees_learner(Exit.learner_id))
        .order_by(col(Exit.id).desc())
        .limit(PAGE_SIZE + 1)
    )
    if is_incomplete:
        statement = statement.where(lacks_something())
    if after:
        statement = statement.where(col(Exit.id) < after)
    rows = session.execute(statement, scope(actor, today))
    return [(row[0], row[1], row[2], row[3]) for row in rows]
