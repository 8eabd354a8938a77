"""The employer’s own words, mapped to skills by a person; what was meant is proposed next time."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlmodel import Session, col

from parcours import audit
from parcours.actions.need_history import By, current
from parcours.actions.needs import change, check_live
from parcours.actions.skills import common_skill
from parcours.domain.access import Actor, Capability, require
from parcours.domain.errors import NotFound, RuleBroken
from parcours.domain.needs import Requirement, check_requirements, default_weight, merged
from parcours.models import Need, NeedWord, Skill, SkillWord, visibility
from parcours.models.base import utc_now

TAUGHT = "parcours"
USUAL_LEVEL = 2


@dataclass(frozen=True, slots=True)
class Choice:
    """What somebody makes of a word: a skill in use, a new one of that name, or nothing."""

    skill_id: int | None = None
    level: int = USUAL_LEVEL
    is_new: bool = False


def settle_words(
    session: Session, actor: Actor, need_id: int, choices: dict[int, Choice], *, today: date
) -> Need:
    """Map words of a need, by their id; those mapped make one new version of it.

    Raises NotFound (a need or a word that is not there), RuleBroken (nothing chosen, level).
    """
    require(actor, Capability.FOLLOW_NEEDS)
    need = visibility.own_need(session, actor, need_id, lock=True)
    check_live(need)
    if not choices:
        raise RuleBroken("Choisissez ce que veut dire un mot au moins.", field="mots")
    waiting = {row.id: row for row in words_of(session, need)}
    added: list[Requirement] = []
    for number, choice in choices.items():
        if number not in waiting:
            raise NotFound
        added += _settle(session, actor, waiting[number], choice)
    check_requirements(added)
    if added:
        terms, asked = current(session, need)
        everything = merged((*asked, *added))
        check_requirements(everything)
        change(session, need, terms, everything, By.account(actor), today=today)
    session.flush()
    return need


def words_of(session: Session, need: Need) -> list[NeedWord]:
    """The words of a need nobody mapped yet."""
    rows = session.execute(
        select(NeedWord).where(col(NeedWord.need_id) == need.id, col(NeedWord.settled_at).is_(None))
    )
    return list(rows.scalars())


def _settle(session: Session, actor: Actor, word: NeedWord, choice: Choice) -> list[Requirement]:
    word.settled_at, word.settled_by_id = utc_now(), actor.account_id
    skill_id = _new_skill(session, actor, word) if choice.is_new else choice.skill_id
    if skill_id is None:
        return []
    common_skill(session, actor, skill_id)
    word.skill_id = skill_id
    _remember(session, actor, word.key, skill_id)
    weight = default_weight(word.is_essential)
    return [Requirement(skill_id, choice.level, weight, word.is_essential)]


def _remember(session: Session, actor: Actor, key: str, skill_id: int) -> None:
    row = session.execute(
        select(SkillWord).where(
            col(SkillWord.organisation_id) == actor.organisation_id, col(SkillWord.key) == key
        )
    ).scalar_one_or_none()
    if row is None:
        row = SkillWord(
            organisation_id=actor.organisation_id,
            key=key,
            skill_id=skill_id,
            chosen_by_id=actor.account_id,
        )
        session.add(row)
    row.skill_id, row.chosen_by_id, row.chosen_at = skill_id, actor.account_id, utc_now()
    session.flush()


def _new_skill(session: Session, actor: Actor, word: NeedWord) -> int:
    """A skill nobody named before, asked for by a person; one of that name is the same skill."""
    code = f"mot:{word.key}"[:60]
    row = session.execute(select(Skill).where(col(Skill.code) == code)).scalar_one_or_none()
    if row is None:
        row = Skill(code=code, label=word.text, framework=TAUGHT)
        session.add(row)
        session.flush()
        audit.record(session, actor, "create", "skill", row.id)
    return row.id or 0
