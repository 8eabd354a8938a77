"""What the organisation that follows a need reads of it: words to map, versions, history."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, exists, select
from sqlmodel import Session, col

from parcours.domain.access import Actor
from parcours.domain.needs import NeedAct
from parcours.models import NeedEvent, NeedLink, NeedWord, Skill, SkillWord


@dataclass(frozen=True, slots=True)
class EventLine:
    """A line of the history."""

    act: NeedAct
    on: date
    version: int
    by_name: str | None
    words: str | None


def words(session: Session, actor: Actor, need_id: int) -> list[tuple[NeedWord, int | None]]:
    """The employer’s words nobody mapped yet, in order, with the skill last meant by each."""
    rows = session.execute(
        select(NeedWord, col(Skill.id))
        .outerjoin(
            SkillWord,
            and_(
                col(SkillWord.key) == col(NeedWord.key),
                col(SkillWord.organisation_id) == actor.organisation_id,
            ),
        )
        .outerjoin(
            Skill,
            and_(col(Skill.id) == col(SkillWord.skill_id), col(Skill.archived_on).is_(None)),
        )
        .where(col(NeedWord.need_id) == need_id, col(NeedWord.settled_at).is_(None))
        .order_by(col(NeedWord.id))
    )
    return [(row[0], row[1]) for row in rows]


def events(session: Session, need_id: int, today: date) -> tuple[list[EventLine], bool]:
    """The history of a need, the last first, and whether a link can still answer about it."""
    rows = session.execute(
        select(
            col(NeedEvent.act),
            col(NeedEvent.on),
            col(NeedEvent.version),
            col(NeedEvent.by_name),
            col(NeedEvent.words),
            can_answer(need_id, today),
        )
        .where(col(NeedEvent.need_id) == need_id)
        .order_by(col(NeedEvent.id).desc())
    )
    found = rows.all()
    return [EventLine(*row[:-1]) for row in found], any(row[-1] for row in found)


def can_answer(need_id: int, today: date) -> ColumnElement[bool]:
    """Condition: a link can still answer about a need."""
    return exists(
        select(1).where(
            col(NeedLink.need_id) == need_id,
            col(NeedLink.used_at).is_(None),
            col(NeedLink.ended_at).is_(None),
            col(NeedLink.expires_on) >= today,
        )
    )
