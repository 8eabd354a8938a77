"""What curricula teach and who left them, to compare with needs: three statements for them all."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import and_, bindparam, func, or_, select
from sqlmodel import Session, col

from parcours.domain.coverage import Module as Taught
from parcours.domain.coverage_report import Programme, Scope
from parcours.domain.errors import RuleBroken
from parcours.models import (
    Cohort,
    Curriculum,
    CurriculumOccupation,
    Enrolment,
    Module,
    ModuleSkill,
    Organisation,
    Skill,
    SkillEvidence,
)
from parcours.models.cohorts import is_last_period
from parcours.models.visibility import is_placed, stands


@dataclass(slots=True)
class ModuleFacts:
    """A module as screens name it."""

    id: int
    name: str
    hours: Decimal
    is_foundation: bool
    skills: dict[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class CurriculumFacts:
    """A curriculum as screens name it: its modules, its occupations by code, its cohorts."""

    id: int
    code: str
    name: str
    version: int
    modules: dict[int, ModuleFacts] = field(default_factory=dict)
    occupations: dict[str, str] = field(default_factory=dict)
    cohorts: list["CohortFacts"] = field(default_factory=list)

    @property
    def usual_scope(self) -> Scope:
        """The occupations aimed at, as soon as somebody said which."""
        return Scope.AIMED if self.occupations else Scope.TERRITORY

    @property
    def programme(self) -> Programme:
        """As rules compare it; hours of zero are hours nobody told."""
        return Programme(
            self.code,
            tuple(
                Taught(str(one.id), one.skills, int(one.hours) or None, one.is_foundation)
                for one in self.modules.values()
            ),
            frozenset(self.occupations),
            tuple(cohort.ends_on for cohort in self.cohorts),
        )


@dataclass(frozen=True, slots=True)
class CohortFacts:
    """A cohort: when it ends, who is in it, and of those who left how many stayed to the end.

    `active` still look for work; `placed` were hired already, on a post that is no longer open.
    """

    id: int
    code: str
    name: str
    ends_on: date
    active: int
    placed: int
    leavers: int
    finished: int


def curricula_of(
    session: Session, organisation_id: int, *, today: date
) -> tuple[dict[int, CurriculumFacts], dict[str, str]]:
    """The curricula of an organisation by name, and the names of the skills they teach."""
    asked = {"org": organisation_id, "today": today}
    found: dict[int, CurriculumFacts] = {}
    labels: dict[str, str] = {}
    for row in session.execute(MODULES, asked):
        curriculum = found.setdefault(row[0], CurriculumFacts(*row[:4]))
        if row[4] is None:
            continue
        module = curriculum.modules.setdefault(row[4], ModuleFacts(*row[4:8]))
        if row[8] is not None:
            module.skills[row[8]], labels[row[8]] = row[10], row[9]
    for number, parent, label in session.execute(OCCUPATIONS, asked):
        found[number].occupations[parent] = label
    for number, *facts in session.execute(COHORTS, asked):
        found[number].cohorts.append(CohortFacts(*facts))
    return found, labels


def leavers_of(session: Session, curriculum_id: int, *, today: date) -> tuple[dict[str, int], ...]:
    """The highest level of each taught skill that each person who left was seen at here."""
    found: dict[int, dict[str, int]] = {}
    asked = {"curriculum": curriculum_id, "today": today}
    for learner_id, skill, level in session.execute(LEAVERS, asked):
        held = found.setdefault(learner_id, {})
        if skill is not None:
            held[skill] = level
    return tuple(found.values())


def curriculum_of_code(session: Session, code: str, organisation: str = "") -> tuple[int, int]:
    """A curriculum and its organisation, by codes; RuleBroken when none or several have it."""
    statement = (
        select(col(Curriculum.id), col(Curriculum.organisation_id), col(Organisation.code))
        .join(Organisation, col(Organisation.id) == col(Curriculum.organisation_id))
        .where(col(Curriculum.code) == code)
    )
    if organisation:
        statement = statement.where(col(Organisation.code) == organisation)
    found = session.execute(statement.order_by(col(Organisation.code))).all()
    if not found:
        raise RuleBroken(f"Aucun cursus ne porte le code « {code} ».")
    if len(found) > 1:
        codes = ", ".join(row[2] for row in found)
        raise RuleBroken(
            f"Plusieurs structures ont un cursus « {code} » : choisissez --org {codes}."
        )
    return found[0][0] or 0, found[0][1]


MODULES: Any = (
    select(
        col(Curriculum.id),
        col(Curriculum.code),
        col(Curriculum.name),
        col(Curriculum.version),
        col(Module.id),
        col(Module.name),
        col(Module.hours),
        col(Module.is_foundation),
        col(Skill.code),
        col(Skill.label),
        col(ModuleSkill.level),
    )
    .outerjoin(Module, col(Module.curriculum_id) == col(Curriculum.id))
    .outerjoin(ModuleSkill, col(ModuleSkill.module_id) == col(Module.id))
    .outerjoin(Skill, col(Skill.id) == col(ModuleSkill.skill_id))
    .where(col(Curriculum.organisation_id) == bindparam("org"))
    .order_by(col(Curriculum.name), col(Curriculum.id), col(Module.position), col(Skill.label))
)
OCCUPATIONS: Any = (
    select(
        col(CurriculumOccupation.curriculum_id),
        col(CurriculumOccupation.rome_parent),
        col(CurriculumOccupation.label),
    )
    .join(Curriculum, col(Curriculum.id) == col(CurriculumOccupation.curriculum_id))
    .where(col(Curriculum.organisation_id) == bindparam("org"))
    .order_by(col(CurriculumOccupation.label))
)
HAS_LEFT = or_(col(Enrolment.left_on).is_not(None), col(Cohort.ends_on) < bindparam("today"))
HAS_FINISHED = and_(
    col(Cohort.ends_on) < bindparam("today"),
    or_(col(Enrolment.left_on).is_(None), col(Enrolment.left_on) >= col(Cohort.ends_on)),
)
# A need counts the posts still open: who took one is not waiting for another.
IS_PLACED = is_placed(Enrolment.learner_id)
COHORTS: Any = (
    select(
        col(Cohort.curriculum_id),
        col(Cohort.id),
        col(Cohort.code),
        col(Cohort.name),
        col(Cohort.ends_on),
        func.count(col(Enrolment.id)).filter(~HAS_LEFT, ~IS_PLACED),
        func.count(col(Enrolment.id)).filter(~HAS_LEFT, IS_PLACED),
        func.count(col(Enrolment.id)).filter(HAS_LEFT),
        func.count(col(Enrolment.id)).filter(HAS_FINISHED),
    )
    .join(Curriculum, col(Curriculum.id) == col(Cohort.curriculum_id))
    .outerjoin(Enrolment, and_(col(Enrolment.cohort_id) == col(Cohort.id), is_last_period()))
    .where(col(Curriculum.organisation_id) == bindparam("org"),
           col(Cohort.organisation_id) == bindparam("org"))
    .group_by(col(Cohort.curriculum_id), col(Cohort.id), col(Cohort.code), col(Cohort.name),
              col(Cohort.ends_on))
    .order_by(col(Cohort.ends_on), col(Cohort.id))
)  # fmt: skip


def _left() -> Any:
    """Whoever left the curriculum: in a cohort that ended, or before its end."""
    return (
        select(col(Enrolment.learner_id), col(Cohort.organisation_id))
        .join(Cohort, col(Cohort.id) == col(Enrolment.cohort_id))
        .where(col(Cohort.curriculum_id) == bindparam("curriculum"), HAS_LEFT, is_last_period())
        .distinct()
        .subquery("left")
    )


def _leavers() -> Any:
    """Whoever left, with a line for each taught skill they were seen at; one without any too.

    Levels that the organisation itself noted: what a partner knows of somebody is the partner’s.
    """
    left = _left()
    taught = (
        select(col(ModuleSkill.skill_id))
        .join(Module, col(Module.id) == col(ModuleSkill.module_id))
        .where(col(Module.curriculum_id) == bindparam("curriculum"))
    )
    seen = (
        select(
            col(SkillEvidence.learner_id),
            col(SkillEvidence.organisation_id),
            col(Skill.code),
            func.max(col(SkillEvidence.level)).label("level"),
        )
        .join(Skill, col(Skill.id) == col(SkillEvidence.skill_id))
        .join(left, left.c.learner_id == col(SkillEvidence.learner_id))
        .where(
            col(SkillEvidence.organisation_id) == left.c.organisation_id,
            col(SkillEvidence.skill_id).in_(taught),
            stands(),
        )
        .group_by(
            col(SkillEvidence.learner_id), col(SkillEvidence.organisation_id), col(Skill.code)
        )
        .subquery("seen")
    )
    return select(left.c.learner_id, seen.c.code, seen.c.level).outerjoin(
        seen, seen.c.learner_id == left.c.learner_id
    )


LEAVERS = _leavers()
