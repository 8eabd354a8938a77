"""What the pages of skills read."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import bindparam, exists, func, or_, select, union_all
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from parcours import reference
from parcours.domain.access import Actor
from parcours.domain.skills import Evidence, EvidenceSource
from parcours.models import (
    Curriculum,
    Enrolment,
    Framework,
    Learner,
    Module,
    ModuleSkill,
    Organisation,
    ResultEvidence,
    Skill,
    SkillEvidence,
    SkillWithdrawal,
)
from parcours.models.visibility import stands

# How many of the past levels of one skill a page tells; the last one is always among them.
LAST = 12
# The level of the four, its source, its day, and its words when it was said on another scale.
Cell = tuple[int, EvidenceSource, date, str | None]
BLOCK = re.compile(r"BC\d+$")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of a cohort, by name."""

    learner_id: int
    birth_name: str
    usage_name: str | None
    first_names: str

    @property
    def name(self) -> str:
        """As grids write it, the family name first."""
        return f"{(self.usage_name or self.birth_name).upper()} {self.first_names}"


@dataclass(frozen=True, slots=True)
class SkillRow:
    """A skill of a framework."""

    id: int
    code: str
    label: str
    domain: str | None

    @property
    def number(self) -> str:
        """Its number inside the framework: « 1.1 », or « BC02.1 » inside its block."""
        sheet, _, number = self.code.rpartition(":")
        block = BLOCK.search(sheet)
        return f"{block[0]}.{number}" if block else number


@dataclass(frozen=True, slots=True)
class Told:
    """A level as told: its skill, the day, who told it."""

    evidence: Evidence
    skill: SkillRow
    framework: str
    framework_label: str | None
    stated: str | None
    note: str | None
    link: str | None
    organisation_id: int
    organisation: str
    said: int
    withdrawn: str | None
    by_jury: bool


def skills(session: Session, framework: str) -> list[SkillRow]:
    """The skills of a framework, in its order."""
    rows = session.execute(
        select(col(Skill.id), col(Skill.code), col(Skill.label), col(Skill.domain))
        .where(col(Skill.framework) == framework, col(Skill.archived_on).is_(None))
        .order_by(col(Skill.position), col(Skill.id))
    )
    return [SkillRow(row[0] or 0, row[1], row[2], row[3]) for row in rows]


def archived(session: Session, framework: str) -> list[tuple[str, date]]:
    """The skills an earlier version of a framework had, and when they left it."""
    rows = session.execute(
        select(col(Skill.label), col(Skill.archived_on))
        .where(col(Skill.framework) == framework, col(Skill.archived_on).is_not(None))
        .order_by(col(Skill.archived_on).desc(), col(Skill.position), col(Skill.id))
    )
    return [(row[0], row[1]) for row in rows]


def expiries(frameworks: list[Framework]) -> dict[str, date]:
    """Until when the sheets some frameworks come from are registered, by framework."""
    shipped = reference.frameworks()
    return {
        row.code: date.fromisoformat(shipped[row.code].extra["valid_until"])
        for row in frameworks
        if row.code in shipped and shipped[row.code].extra["valid_until"]
    }


def people(session: Session, cohort_id: int) -> list[Person]:
    """Everybody still in a cohort the caller has opened, by name."""
    rows = session.execute(
        select(
            col(Learner.id), col(Learner.birth_name), col(Learner.usage_name),
            col(Learner.first_names),
        )
        .join(Enrolment, col(Enrolment.learner_id) == col(Learner.id))
        .where(col(Enrolment.cohort_id) == cohort_id, col(Enrolment.left_on).is_(None))
        .order_by(col(Learner.sort_key), col(Learner.id))
    )  # fmt: skip
    return [Person(row[0] or 0, row[1], row[2], row[3]) for row in rows]


def latest_levels(session: Session, cohort_id: int, framework: str) -> dict[tuple[int, int], Cell]:
    """The last word on each skill for each person, by (learner, skill): see `Cell`.

    One seek along the index a cell: what was said before, months of it, is not read.
    """
    rows = session.execute(LATEST, {"cohort": cohort_id, "framework": framework})
    return {(row[0], row[1]): row[2:] for row in rows}


def _latest() -> Any:
    other = aliased(SkillEvidence)
    last = (
        select(col(other.id))
        .where(
            col(other.learner_id) == col(Enrolment.learner_id),
            col(other.skill_id) == col(Skill.id),
            stands(other.id),
        )
        .order_by(col(other.assessed_on).desc(), col(other.id).desc())
        .limit(1)
        .correlate(Enrolment, Skill)
        .scalar_subquery()
    )
    cells = (
        select(last.label("evidence_id"))
        .select_from(Enrolment)
        .join(Skill, col(Skill.framework) == bindparam("framework"))
        .where(col(Enrolment.cohort_id) == bindparam("cohort"), col(Enrolment.left_on).is_(None))
        .subquery("cells")
    )
    return select(
        col(SkillEvidence.learner_id),
        col(SkillEvidence.skill_id),
        col(SkillEvidence.level),
        col(SkillEvidence.source),
        col(SkillEvidence.assessed_on),
        col(SkillEvidence.stated),
    ).join(cells, cells.c.evidence_id == col(SkillEvidence.id))


LATEST = _latest()


def positionings(session: Session, cohort_id: int, framework: str) -> dict[int, list[Evidence]]:
    """What was told at entry, in the middle and at exit, by learner of a cohort."""
    rows = session.execute(
        select(col(SkillEvidence.learner_id), *EVIDENCE)
        .join(Enrolment, col(Enrolment.learner_id) == col(SkillEvidence.learner_id))
        .join(Skill, col(Skill.id) == col(SkillEvidence.skill_id))
        .where(
            col(Enrolment.cohort_id) == cohort_id,
            col(Enrolment.left_on).is_(None),
            col(Skill.framework) == framework,
            col(SkillEvidence.moment).is_not(None),
            stands(),
        )
    )
    found: dict[int, list[Evidence]] = {}
    for row in rows:
        found.setdefault(row[0], []).append(Evidence(*row[1:]))
    return found


EVIDENCE: tuple[Any, ...] = (
    col(SkillEvidence.skill_id),
    col(SkillEvidence.level),
    col(SkillEvidence.assessed_on),
    col(SkillEvidence.id),
    col(SkillEvidence.source),
    col(SkillEvidence.moment),
    col(SkillEvidence.valid_until),
)


TOLD: tuple[Any, ...] = (
    *EVIDENCE,
    col(Skill.code),
    col(Skill.label),
    col(Skill.domain),
    col(Skill.framework),
    col(Framework.label),
    col(SkillEvidence.stated),
    col(SkillEvidence.note),
    col(SkillEvidence.link),
    col(SkillEvidence.organisation_id),
    col(Organisation.name),
)
BY_JURY: Any = (
    select(1)
    .where(col(ResultEvidence.evidence_id) == col(SkillEvidence.id))
    .correlate(SkillEvidence)
)


def of_learner(session: Session, learner_id: int) -> list[Told]:
    """The levels of a learner whose file the caller opened, the latest first.

    The last ones of each skill, those of a positioning however old, and what was taken back.
    """
    rows: Any = session.execute(OF_LEARNER, {"learner": learner_id})
    return [
        Told(
            Evidence(*row[:7]),
            SkillRow(row[0], *row[7:10]),
            *row[10:20],
        )
        for row in rows
    ]


def _of_learner() -> Any:
    skill = col(SkillEvidence.skill_id)
    latest = (col(SkillEvidence.assessed_on).desc(), col(SkillEvidence.id).desc())
    shown = (~stands(), *latest)
    ranked = (
        select(
            col(SkillEvidence.id),
            func.row_number().over(partition_by=skill, order_by=shown).label("place"),
            func.count().over(partition_by=skill).label("said"),
        )
        .where(col(SkillEvidence.learner_id) == bindparam("learner"))
        .subquery("ranked")
    )
    return (
        select(*TOLD, ranked.c.said, col(SkillWithdrawal.reason), exists(BY_JURY))
        .join(ranked, ranked.c.id == col(SkillEvidence.id))
        .join(Skill, col(Skill.id) == col(SkillEvidence.skill_id))
        .join(Organisation, col(Organisation.id) == col(SkillEvidence.organisation_id))
        .outerjoin(Framework, col(Framework.code) == col(Skill.framework))
        .outerjoin(SkillWithdrawal, col(SkillWithdrawal.evidence_id) == col(SkillEvidence.id))
        .where(or_(ranked.c.place <= LAST, col(SkillEvidence.moment).is_not(None)))
        .order_by(
            col(Framework.label).is_(None), col(Framework.label), col(Skill.position),
            col(Skill.code), *latest,
        )
    )  # fmt: skip


OF_LEARNER = _of_learner()


def choices(session: Session, actor: Actor) -> list[tuple[int, str]]:
    """Every skill one may evaluate, with its framework’s name, as a form’s choices.

    Those of no framework are the ones one’s own curricula teach: another’s are nobody’s to see.
    """
    shared = col(Framework.organisation_id).is_(None)
    own = col(Framework.organisation_id) == actor.organisation_id
    in_use = (
        select(col(Skill.id), col(Framework.label), col(Skill.label), col(Skill.position))
        .join(Framework, col(Framework.code) == col(Skill.framework))
        .where(or_(shared, own), col(Skill.archived_on).is_(None))
    )
    own_curricula = (
        select(col(ModuleSkill.skill_id))
        .join(Module, col(Module.id) == col(ModuleSkill.module_id))
        .join(Curriculum, col(Curriculum.id) == col(Module.curriculum_id))
        .where(col(Curriculum.organisation_id) == actor.organisation_id)
    )
    taught: Any = select(
        col(Skill.id), bindparam("taught", "Cursus", unique=True), col(Skill.label),
        col(Skill.position),
    ).where(
        col(Skill.framework) == "parcours", col(Skill.archived_on).is_(None),
        col(Skill.id).in_(own_curricula),
    )  # fmt: skip
    rows = session.execute(union_all(in_use, taught))
    ordered = sorted(rows, key=lambda row: (row[1], row[3], row[2]))
    return [(row[0] or 0, f"{row[1]} : {row[2]}") for row in ordered]
