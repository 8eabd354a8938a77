"""Finding a person the actor sees, by a few letters of the name; where lists by name go on."""

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import Select, Text, bindparam, select
from sqlmodel import Session, col

from parcours.domain.access import Actor
from parcours.domain.identity import fold, shown_name
from parcours.models import Learner, LearnerAccess
from parcours.models.visibility import ACCESS, access_is_open, scope

MOST = 8
MOST_WORDS = 5
MOST_DIGITS = 10
PLACE = select(ACCESS.sort_key).where(ACCESS.learner_id == bindparam("learner"), access_is_open())


@dataclass(frozen=True, slots=True)
class Found:
    """Somebody whose name holds the words typed."""

    id: int
    name: str
    born_on: date


def find_people(session: Session, actor: Actor, words: str, *, today: date) -> list[Found]:
    """At most eight people whose names begin with each of the words, in list order."""
    parts = fold(words).split()[:MOST_WORDS]
    if not parts:
        return []
    parameters = {**scope(actor, today)} | {
        f"word{number}": part for number, part in enumerate(parts)
    }
    rows = session.execute(_named(len(parts)), parameters)
    return [Found(row[0], shown_name(row[1], row[3], row[2]), row[4]) for row in rows]


def place_after(
    session: Session, actor: Actor, text: str, *, today: date
) -> tuple[str, int] | None:
    """Where a list by name goes on: after the person whose number an address holds.

    Addresses stay in journals and histories: they carry the number, never the name. None for
    somebody the actor sees no more, and for what is no number: the list begins.
    """
    if not (text.isdecimal() and len(text) < MOST_DIGITS):
        return None
    key = session.connection().execute(PLACE, {**scope(actor, today), "learner": int(text)})
    found = key.scalar_one_or_none()
    return None if found is None else (str(found), int(text))


def name_of(learner: Learner) -> str:
    """How pages write a learner’s name."""
    return shown_name(learner.birth_name, learner.first_names, learner.usage_name)


@cache
def _named(words: int) -> Select[Any]:
    # Words match beginnings of names: a leading space marks each beginning.
    holds = [
        (" " + ACCESS.sort_key).like("% " + bindparam(f"word{number}", type_=Text) + "%")
        for number in range(words)
    ]
    columns: tuple[Any, ...] = (
        col(Learner.id),
        col(Learner.birth_name),
        col(Learner.usage_name),
        col(Learner.first_names),
        col(Learner.born_on),
    )
    return (
        select(*columns)
        .join(LearnerAccess, ACCESS.learner_id == col(Learner.id))
        .where(access_is_open(), *holds)
        .order_by(ACCESS.sort_key, ACCESS.learner_id)
        .limit(MOST)
    )
