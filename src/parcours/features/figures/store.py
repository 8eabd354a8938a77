"""The names of the people behind a figure, for those who may open their files."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import bindparam, select
from sqlmodel import Session, col

from parcours.domain.access import Actor
from parcours.domain.identity import shown_name
from parcours.models import Learner
from parcours.models.visibility import scope, sees_learner

NAMES = select(
    col(Learner.id), col(Learner.birth_name), col(Learner.first_names), col(Learner.usage_name)
).where(col(Learner.id).in_(bindparam("ids", expanding=True)), sees_learner(Learner.id))


def names(session: Session, actor: Actor, ids: Iterable[int], *, today: date) -> dict[int, str]:
    """By learner the actor sees, the name shown."""
    rows = session.execute(NAMES, {**scope(actor, today), "ids": sorted(set(ids))})
    return {key: shown_name(birth, first, usage) for key, birth, first, usage in rows}
