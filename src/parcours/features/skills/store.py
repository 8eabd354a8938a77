"""What the pages of skills read."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import bindparam, or_, select, union_all
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from parcours.domain.access import Actor
from parcours.domain.skills import Evidence, EvidenceSource, Moment
from parcours.models import Enrolment, Framework, Learner, Organisation, Skill, SkillEvidence

LAST = 300


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
        """Its number inside the framework: « 1.1 »."""
        return self.code.rpartition(":")[2]


@dataclass(frozen=True, slots=True)
class Told:
    """A level as told: its skill, the day, who told it."""

    evidence: Evidence
    skill: SkillRow
    framework: str
    note: str | None
    organisation: str


def frameworks(session: Session, actor: Actor) -> list[Framework]:
    """The frameworks in use: shared by all, then one’s organisation’s own."""
    rows = session.execute(
        select(Framework)
        .where(
            or_(
                col(Framework.organisation_id).is_(None),
                col(Framework.organisation_id) == actor.organisation_id,
            ),
            col(Framework.archived_on).is_(None),
        )
        .order_by(col(Framework.organisation_id).is_not(None), col(Framework.label))
    )
    return list(rows.scalars())


def skills(session: Session, framework: str) -> list[SkillRow]:
    """The skills of a framework, in its order."""
    rows = session.execute(
        select(col(Skill.id), col(Skill.code), col(Skill.label), col(Skill.domain))
        .where(col(Skill.framework) == framework, col(Skill.archived_on).is_(None))
        .order_by(col(Skill.position), col(Skill.id))
    )
    return [SkillRow(row[0] or 0, row[1], row[2], row[3]) for row in rows]


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


def latest_levels(
    session: Session, cohort_id: int, framework: str
) -> dict[tuple[int, int], tuple[int, EvidenceSource, date]]:
    """The last word on each skill for each person, by (learner, skill): level, source, day.

    One seek along the index a cell: what was said before, months of it, is not read.
    """
    rows = session.execute(LATEST, {"cohort": cohort_id, "framework": framework})
    return {(row[0], row[1]): (row[2], row[3], row[4]) for row in rows}


def _latest() -> Any:
    other = aliased(SkillEvidence)
    last = (
        select(col(other.id))
        .where(
            col(other.learner_id) == col(Enrolment.learner_id),
            col(other.skill_id) == col(Skill.id),
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


def of_learner(session: Session, learner_id: int) -> list[Told]:
    """Every level of a learner whose file the caller opened, the latest first, at most 300."""
    rows = session.execute(
        select(
            *EVIDENCE,
            col(Skill.code),
            col(Skill.label),
            col(Skill.domain),
            col(Skill.framework),
            col(SkillEvidence.note),
            col(Organisation.name),
        )
        .join(Skill, col(Skill.id) == col(SkillEvidence.skill_id))
        .join(Organisation, col(Organisation.id) == col(SkillEvidence.organisation_id))
        .where(col(SkillEvidence.learner_id) == learner_id)
        .order_by(col(SkillEvidence.assessed_on).desc(), col(SkillEvidence.id).desc())
        .limit(LAST)
    )
    return [
        Told(
            Evidence(*row[:7]), SkillRow(row[0], row[7], row[8], row[9]), row[10], row[11], row[12]
        )
        for row in rows
    ]


def choices(session: Session, actor: Actor) -> list[tuple[int, str]]:
    """Every skill one may evaluate, with its framework’s name, as a form’s choices."""
    shared = col(Framework.organisation_id).is_(None)
    own = col(Framework.organisation_id) == actor.organisation_id
    in_use = (
        select(col(Skill.id), col(Framework.label), col(Skill.label), col(Skill.position))
        .join(Framework, col(Framework.code) == col(Skill.framework))
        .where(or_(shared, own), col(Skill.archived_on).is_(None))
    )
    taught: Any = select(
        col(Skill.id), bindparam("taught", "Cursus", unique=True), col(Skill.label),
        col(Skill.position),
    ).where(col(Skill.framework) == "parcours", col(Skill.archived_on).is_(None))  # fmt: skip
    rows = session.execute(union_all(in_use, taught))
    ordered = sorted(rows, key=lambda row: (row[1], row[3], row[2]))
    return [(row[0] or 0, f"{row[1]} : {row[2]}") for row in ordered]


def known_moments(evidence: list[Evidence]) -> list[Moment]:
    """The moments at which somebody was positioned, in order."""
    told = {item.moment for item in evidence}
    return [moment for moment in Moment if moment in told]
