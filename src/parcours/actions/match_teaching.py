"""Who teaches a skill: what the cohort somebody is in will bring, and the next ones to enter."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session, col

from parcours.domain.matching import Planned
from parcours.models import Cohort, Enrolment, Module, ModuleSkill, Organisation, Skill

# A start further away helps nobody decide today.
HORIZON = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Teaching:
    """A module that teaches a skill, in the next group that follows it."""

    skill: str
    level: int
    module: str
    cohort: str
    organisation: str
    starts_on: date
    places: int


def planned_of(
    session: Session, learners: Collection[int], today: date
) -> Mapping[int, tuple[Planned, ...]]:
    """What the cohorts people are in will have brought, by learner.

    Modules have no date of their own: each counts from the last day of the cohort, never before.
    """
    rows = session.execute(
        select(
            col(Enrolment.learner_id),
            col(Skill.code),
            col(ModuleSkill.level),
            col(Cohort.ends_on),
        )
        .join(Cohort, col(Cohort.id) == col(Enrolment.cohort_id))
        .join(Module, col(Module.curriculum_id) == col(Cohort.curriculum_id))
        .join(ModuleSkill, col(ModuleSkill.module_id) == col(Module.id))
        .join(Skill, col(Skill.id) == col(ModuleSkill.skill_id))
        .where(
            col(Enrolment.learner_id).in_(learners),
            col(Enrolment.left_on).is_(None),
            col(Cohort.ends_on) >= today,
        )
    )
    found: dict[int, set[Planned]] = {}
    for learner_id, code, level, ends_on in rows:
        found.setdefault(learner_id, set()).add(Planned(code, level, ends_on))
    return {learner_id: tuple(sorted(planned)) for learner_id, planned in found.items()}


def next_teachings(session: Session, codes: Iterable[str], today: date) -> list[Teaching]:
    """The groups to come that follow a module teaching some skills, the soonest first."""
    rows = session.execute(
        select(
            col(Skill.code),
            col(ModuleSkill.level),
            col(Module.name),
            col(Cohort.name),
            col(Organisation.name),
            col(Cohort.starts_on),
            col(Cohort.capacity) - _enrolled(),
        )
        .join(ModuleSkill, col(ModuleSkill.skill_id) == col(Skill.id))
        .join(Module, col(Module.id) == col(ModuleSkill.module_id))
        .join(Cohort, col(Cohort.curriculum_id) == col(Module.curriculum_id))
        .join(Organisation, col(Organisation.id) == col(Cohort.organisation_id))
        .where(
            col(Skill.code).in_(list(codes)),
            col(Cohort.starts_on) > today,
            col(Cohort.starts_on) <= today + HORIZON,
        )
        .order_by(col(Cohort.starts_on), col(Cohort.id), col(Module.position))
    )
    return [
        Teaching(code, level, module, cohort, holder, starts_on, max(0, places))
        for code, level, module, cohort, holder, starts_on, places in rows
    ]


def _enrolled() -> Any:
    """How many are in the group now."""
    return (
        select(func.count())
        .select_from(Enrolment)
        .where(col(Enrolment.cohort_id) == col(Cohort.id), col(Enrolment.left_on).is_(None))
        .correlate(Cohort)
        .scalar_subquery()
    )


def best_teaching(teachings: Iterable[Teaching], skill: str, level: int) -> Teaching | None:
    """The soonest group that brings a skill to a level, one with a place before a full one."""
    able = [one for one in teachings if one.skill == skill and one.level >= level]
    return next((one for one in able if one.places), able[0] if able else None)
