"""What a file of results is read against: the skills in use, the people in sight, attempts kept."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlmodel import Session, col

from parcours import reference
from parcours.actions.frameworks import usable
from parcours.actions.import_learners import CHUNK
from parcours.domain.access import Actor
from parcours.domain.identity import sort_key
from parcours.domain.intake_assessments import AttemptRow
from parcours.domain.intake_skills import Catalogue, KnownSkill
from parcours.models import (
    Assessment,
    Cohort,
    Enrolment,
    Framework,
    Learner,
    LearnerAccess,
    Skill,
    SkillEvidence,
)
from parcours.models.visibility import access_is_open, scope, stands

ATTEMPTS = (
    select(
        col(Assessment.id),
        col(Assessment.learner_id),
        col(Framework.code),
        col(Assessment.taken_on),
        col(Assessment.moment),
        col(Skill.code),
        col(SkillEvidence.level),
        col(SkillEvidence.stated),
    )
    .join(Framework, col(Framework.id) == col(Assessment.framework_id))
    .join(SkillEvidence, col(SkillEvidence.assessment_id) == col(Assessment.id))
    .join(Skill, col(Skill.id) == col(SkillEvidence.skill_id))
    .where(stands())
    .order_by(col(Assessment.id), col(SkillEvidence.id))
)


def catalogue_of(session: Session, actor: Actor) -> Catalogue:
    """The skills a file may speak of: frameworks in use, then those ready to serve."""
    in_use = usable(session, actor)
    names = {row.code: row.label for row in in_use}
    scales = {row.code: row.scale for row in in_use}
    rows = session.execute(
        select(col(Skill.code), col(Skill.label), col(Skill.framework))
        .where(col(Skill.framework).in_(list(names)), col(Skill.archived_on).is_(None))
        .order_by(col(Skill.framework), col(Skill.position))
    )
    skills = [KnownSkill(*row) for row in rows]
    for code, item in reference.skills().items():
        framework = item.extra["framework"]
        if framework in {row.code for row in in_use}:
            continue
        names[framework] = reference.frameworks()[framework].label
        scales[framework] = int(item.extra["scale"])
        skills.append(KnownSkill(code, item.label, framework))
    return Catalogue(skills, names, scales)


def named_people(
    session: Session,
    actor: Actor,
    cohort: Cohort | None,
    rows: Sequence[AttemptRow],
    today: date,
) -> list[tuple[int, str, str | None, str]]:
    """People by name for the rows without a birth date: of the cohort, else namesakes in sight."""
    nameless = [row.person for row in rows if row.person.born_on is None]
    if not nameless:
        return []
    statement = (
        select(
            col(Learner.id), col(Learner.birth_name), col(Learner.usage_name),
            col(Learner.first_names),
        )
        .join(LearnerAccess, col(LearnerAccess.learner_id) == col(Learner.id))
        .where(access_is_open())
        .order_by(col(Learner.id))
    )  # fmt: skip
    if cohort is not None:
        inside = select(col(Enrolment.learner_id)).where(col(Enrolment.cohort_id) == cohort.id)
        statement = statement.where(col(Learner.id).in_(inside))
    else:
        keys = {sort_key(row.birth_name, row.first_names, row.usage_name) for row in nameless}
        statement = statement.where(col(Learner.sort_key).in_(sorted(keys)[:CHUNK]))
    found = session.execute(statement, scope(actor, today))
    return [(row[0] or 0, row[1], row[2], row[3]) for row in found]
