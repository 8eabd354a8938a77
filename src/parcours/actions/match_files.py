"""What a comparison reads of the people it shows, a page at a time: all of it in two statements."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import and_, bindparam, func, literal, null, select, union_all
from sqlmodel import Session, col

from parcours.actions.job_searches import search_of_row
from parcours.actions.match_facts import Said, may_be_proposed
from parcours.domain.access import Actor
from parcours.domain.identity import shown_name
from parcours.domain.job_search import JobSearch
from parcours.domain.match_acts import Choice
from parcours.domain.matching import Planned
from parcours.domain.matching_ranking import Wish
from parcours.domain.matching_rules import Evidence, Source
from parcours.models import (
    Cohort,
    Enrolment,
    JobSearchRow,
    Learner,
    MatchDecision,
    Module,
    ModuleSkill,
    NeedWish,
    Skill,
    SkillEvidence,
)
from parcours.models.visibility import scope, sees_learner, stands


class Decided(NamedTuple):
    """What one’s organisation last decided of somebody for a need."""

    choice: Choice
    on: date


@dataclass(frozen=True, slots=True)
class File:
    """Somebody beside a need: what they seek, say of it, and what was decided; the name to show."""

    name: str
    search: JobSearch
    said: Said
    decision: Decided | None


@dataclass(frozen=True, slots=True)
class Shown:
    """What somebody can do: the last word on each skill, and what their cohorts will bring."""

    evidence: tuple[Evidence, ...] = ()
    planned: tuple[Planned, ...] = ()


def files(
    session: Session, actor: Actor, need_id: int, learners: Collection[int], today: date
) -> dict[int, File]:
    """The files of some people, of those the actor sees."""
    values = scope(actor, today) | {
        "need": need_id, "learners": list(learners), "decider": actor.organisation_id
    }  # fmt: skip
    return {row.learner_id: _file(row) for row in session.execute(FILES, values)}


def shown(
    session: Session,
    actor: Actor,
    skills: Mapping[int, str],
    learners: Collection[int],
    today: date,
) -> dict[int, Shown]:
    """What some people can do, of some skills, and will be taught."""
    values = scope(actor, today) | {"skills": list(skills), "learners": list(learners)}
    levels: dict[int, list[Any]] = {}
    planned: dict[int, set[Planned]] = {}
    for row in session.execute(SHOWN, values):
        if row.is_planned:
            coming = Planned(row.code, row.level, row.on)
            planned.setdefault(row.learner_id, set()).add(coming)
        else:
            levels.setdefault(row.learner_id, []).append(row)
    return {
        one: Shown(_last_words(levels.get(one, ())), tuple(sorted(planned.get(one, ()))))
        for one in learners
    }


def _last_words(rows: Collection[Any]) -> tuple[Evidence, ...]:
    """The level that stands of each skill, in the order of skills."""
    last: dict[int, Evidence] = {}
    for row in sorted(rows, key=lambda row: (row.skill_id, row.on, row.number)):
        source = Source(row.source.value)
        last[row.skill_id] = Evidence(row.code, row.level, source, row.on, row.until)
    return tuple(item for item in last.values() if item.level)


def _file(row: Any) -> File:
    decision = Decided(row.choice, row.decided_on) if row.choice else None
    said = Said(row.wish or Wish.UNSAID, row.distance_km)
    name = shown_name(row.birth_name, row.first_names, row.usage_name)
    return File(name, search_of_row(row), said, decision)


def _last_decision() -> Any:
    """The number of what `:decider` last decided of a learner for `:need`."""
    return (
        select(func.max(col(MatchDecision.id)))
        .where(
            col(MatchDecision.need_id) == bindparam("need"),
            col(MatchDecision.learner_id) == col(Learner.id),
            col(MatchDecision.organisation_id) == bindparam("decider"),
        )
        .correlate(Learner)
        .scalar_subquery()
    )


def _files() -> Any:
    wish = and_(
        col(NeedWish.learner_id) == col(Learner.id), col(NeedWish.need_id) == bindparam("need")
    )
    said = [one for one in JobSearchRow.__table__.columns if one.name != "learner_id"]  # type: ignore[attr-defined]
    return (
        select(
            col(Learner.id).label("learner_id"),
            col(Learner.birth_name),
            col(Learner.first_names),
            col(Learner.usage_name),
            *said,
            col(NeedWish.wish),
            col(NeedWish.distance_km),
            col(MatchDecision.choice),
            col(MatchDecision.on).label("decided_on"),
        )
        .outerjoin(JobSearchRow, col(JobSearchRow.learner_id) == col(Learner.id))
        .outerjoin(NeedWish, wish)
        .outerjoin(MatchDecision, col(MatchDecision.id) == _last_decision())
        .where(col(Learner.id).in_(bindparam("learners", expanding=True)), sees_learner(Learner.id))
    )


def _held() -> Any:
    """The levels of some people that stand, in the skills asked for."""
    return (
        select(
            literal(0).label("is_planned"),
            col(SkillEvidence.learner_id).label("learner_id"),
            col(SkillEvidence.skill_id).label("skill_id"),
            col(Skill.code).label("code"),
            col(SkillEvidence.level).label("level"),
            col(SkillEvidence.source).label("source"),
            col(SkillEvidence.assessed_on).label("on"),
            col(SkillEvidence.valid_until).label("until"),
            col(SkillEvidence.id).label("number"),
        )
        .join(Skill, col(Skill.id) == col(SkillEvidence.skill_id))
        .where(
            col(SkillEvidence.learner_id).in_(bindparam("learners", expanding=True)),
            col(SkillEvidence.skill_id).in_(bindparam("skills", expanding=True)),
            stands(),
            may_be_proposed(SkillEvidence.learner_id),
        )
    )


def _coming() -> Any:
    """What their cohorts will have brought: a module counts from the cohort’s last day."""
    return (
        select(
            literal(1), col(Enrolment.learner_id), col(Skill.id), col(Skill.code),
            col(ModuleSkill.level), null(), col(Cohort.ends_on), null(), null(),
        )
        .join(Cohort, col(Cohort.id) == col(Enrolment.cohort_id))
        .join(Module, col(Module.curriculum_id) == col(Cohort.curriculum_id))
        .join(ModuleSkill, col(ModuleSkill.module_id) == col(Module.id))
        .join(Skill, col(Skill.id) == col(ModuleSkill.skill_id))
        .where(
            col(Enrolment.learner_id).in_(bindparam("learners", expanding=True)),
            col(Enrolment.left_on).is_(None),
            col(Cohort.ends_on) >= bindparam("today"),
        )
    )  # fmt: skip


FILES = _files()
SHOWN = union_all(_held(), _coming())
