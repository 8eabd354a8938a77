"""The duplicate guard: people in sight who may be the one being entered."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import or_, select
from sqlmodel import Session, col

from parcours.domain import identity
from parcours.domain.access import Actor
from parcours.domain.errors import RuleBroken
from parcours.models import Learner, LearnerAccess, visibility


@dataclass(frozen=True, slots=True)
class LookAlike:
    """A person already in sight who may be the one being entered, and why."""

    learner_id: int
    name: str
    born_on: date
    reason: str


class LookAlikes(RuleBroken):
    """The person may already be known: the caller must open one of them or say it is another."""

    def __init__(self, found: list[LookAlike]) -> None:
        self.found = found
        super().__init__("Cette personne est peut-être déjà connue : comparez avant de créer.")


def look_alikes(
    session: Session, actor: Actor, wanted: identity.Person, *, today: date
) -> list[LookAlike]:
    """People the actor sees who resemble `wanted`, the nearest first; nobody else gives a hint."""
    rows = session.execute(
        select(
            col(Learner.id),
            col(Learner.birth_name),
            col(Learner.first_names),
            col(Learner.born_on),
            col(Learner.usage_name),
            col(Learner.phone),
        )
        .join(LearnerAccess, col(LearnerAccess.learner_id) == col(Learner.id))
        .where(visibility.access_is_open(), _may_resemble(wanted)),
        visibility.scope(actor, today),
    )
    found = []
    for learner_id, *known in rows:
        likeness = identity.likeness(wanted, identity.Person(*known))
        if likeness is not None:
            name = identity.shown_name(known[0], known[1], known[3])
            found.append((likeness.rank, LookAlike(learner_id, name, known[2], likeness.reason)))
    return [row for _, row in sorted(found, key=lambda pair: (pair[0], pair[1].learner_id))][:10]


def _may_resemble(wanted: identity.Person) -> Any:
    names = {identity.fold(name) for name in (wanted.birth_name, wanted.usage_name) if name}
    conditions = [col(LearnerAccess.sort_key).startswith(name, autoescape=True) for name in names]
    if wanted.phone:
        conditions.append(col(Learner.phone) == wanted.phone)
    return or_(col(Learner.born_on) == wanted.born_on, *conditions)
