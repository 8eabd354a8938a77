"""The levels people are seen at: what is said stays said, and a mistake is taken back in sight."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import exists, insert, select
from sqlmodel import Session, col

from parcours import audit
from parcours.actions.frameworks import create_framework, use_framework
from parcours.domain.access import Actor, Capability, require
from parcours.domain.errors import NotFound, RuleBroken
from parcours.domain.skills import (
    FOUR,
    EvidenceSource,
    Moment,
    check_evidence,
    four_levels,
    stated,
)
from parcours.models import (
    Curriculum,
    Enrolment,
    Framework,
    Learner,
    Module,
    ModuleSkill,
    ResultEvidence,
    Skill,
    SkillEvidence,
    SkillWithdrawal,
    visibility,
)
from parcours.models.base import utc_now

__all__ = ["Said", "create_framework", "record_group", "record_level", "use_framework", "withdraw"]


@dataclass(frozen=True, slots=True)
class Said:
    """What is said of levels seen on a day: by whom it is known, when in the training."""

    assessed_on: date
    source: EvidenceSource = EvidenceSource.OBSERVED
    moment: Moment | None = None
    valid_until: date | None = None
    note: str | None = None
    link: str | None = None


def record_level(
    session: Session,
    actor: Actor,
    learner_id: int,
    skill_id: int,
    level: int,
    said: Said,
    *,
    today: date,
    scale: int = FOUR,
) -> SkillEvidence:
    """One level of one person, beside all those said before; `scale` 8 as Pix and DigComp count.

    Raises NotFound (a person or a skill the actor does not see), RuleBroken.
    """
    require(actor, Capability.ASSESS_SKILLS)
    learner = visibility.learner(session, actor, learner_id, today=today)
    visible_skill(session, actor, skill_id)
    kept = four_levels(level, scale)
    check_evidence(kept, said.assessed_on, said.valid_until, learner.born_on, today=today)
    words = stated(level, scale)
    row = SkillEvidence(**evidence(actor, learner_id, skill_id, kept, said, words))
    session.add(row)
    session.flush()
    audit.record(session, actor, "assess", "learner", learner_id, skill=skill_id)
    return row


def record_group(
    session: Session,
    actor: Actor,
    cohort_id: int,
    skill_id: int,
    levels: Mapping[int, int],
    said: Said,
    *,
    today: date,
    scale: int = FOUR,
) -> int:
    """A skill evaluated for people of a cohort at once, by learner; how many levels were said.

    Raises NotFound (somebody who is not in the cohort), RuleBroken (nobody, levels, dates).
    """
    require(actor, Capability.ASSESS_SKILLS)
    visibility.cohort(session, actor, cohort_id)
    visible_skill(session, actor, skill_id)
    if not levels:
        raise RuleBroken("Choisissez un niveau pour une personne au moins.", field="level")
    born = session.execute(
        select(col(Learner.id), col(Learner.born_on))
        .join(Enrolment, col(Enrolment.learner_id) == col(Learner.id))
        .where(col(Enrolment.cohort_id) == cohort_id, col(Learner.id).in_(list(levels)))
        # Somebody who left and came back is one person.
        .distinct()
    ).all()
    if len(born) != len(levels):
        raise NotFound
    kept = {key: four_levels(level, scale) for key, level in sorted(levels.items())}
    for learner_id, born_on in born:
        level = kept[learner_id or 0]
        check_evidence(level, said.assessed_on, said.valid_until, born_on, today=today)
    rows = [
        evidence(actor, key, skill_id, level, said, stated(levels[key], scale))
        for key, level in kept.items()
    ]
    session.execute(insert(SkillEvidence), rows)
    audit.record(session, actor, "assess", "cohort", cohort_id, skill=skill_id, people=len(levels))
    return len(rows)


def withdraw(
    session: Session,
    actor: Actor,
    learner_id: int,
    evidence_id: int,
    *,
    reason: str,
    today: date,
) -> None:
    """Take back a level one’s organisation said by mistake; it stays written, and counts no more.

    Raises NotFound (another’s), RuleBroken (taken back already, no reason, from a certificate).
    """
    require(actor, Capability.ASSESS_SKILLS)
    visibility.learner(session, actor, learner_id, today=today, lock=True)
    gone = exists(
        select(col(SkillWithdrawal.evidence_id)).where(
            col(SkillWithdrawal.evidence_id) == evidence_id
        )
    )
    row = session.execute(
        select(col(SkillEvidence.id), gone).where(
            col(SkillEvidence.id) == evidence_id,
            col(SkillEvidence.learner_id) == learner_id,
            col(SkillEvidence.organisation_id) == actor.organisation_id,
        )
    ).one_or_none()
    if row is None:
        raise NotFound
    if row[1]:
        raise RuleBroken("Ce niveau est déjà retiré.", field="reason")
    by_jury = select(col(ResultEvidence.result_id)).where(
        col(ResultEvidence.evidence_id) == evidence_id
    )
    if session.execute(by_jury).first() is not None:
        raise RuleBroken("Ce niveau vient d’un jury : corrigez son résultat.", field="reason")
    if not reason:
        raise RuleBroken("Dites pourquoi ce niveau est retiré.", field="reason")
    take_back(session, actor, [evidence_id], reason=reason)
    audit.record(session, actor, "withdraw", "learner", learner_id, evidence=evidence_id)


def take_back(session: Session, actor: Actor, ids: list[int], *, reason: str) -> None:
    """Levels that count no more, all for one reason; the caller checked that they may go."""
    session.add_all(
        SkillWithdrawal(evidence_id=number, reason=reason, created_by_id=actor.account_id)
        for number in ids
    )
    session.flush()


def visible_skill(session: Session, actor: Actor, skill_id: int) -> Skill:
    """A skill of a shared framework, of one’s own, or of one’s curricula; else NotFound."""
    skill, framework_id = _known_skill(session, actor, skill_id)
    if framework_id is None and not _is_taught(session, actor, skill_id):
        raise NotFound
    return skill


def common_skill(session: Session, actor: Actor, skill_id: int) -> Skill:
    """A skill a need may ask for; those that curricula teach are the words of the territory.

    A need asks for what somebody else teaches: that is what it is for. Raises NotFound (archived,
    or of another organisation’s own framework).
    """
    return _known_skill(session, actor, skill_id)[0]


def _known_skill(session: Session, actor: Actor, skill_id: int) -> tuple[Skill, int | None]:
    found = session.execute(
        select(Skill, col(Framework.id), col(Framework.organisation_id))
        .outerjoin(Framework, col(Framework.code) == col(Skill.framework))
        .where(col(Skill.id) == skill_id, col(Skill.archived_on).is_(None))
    ).one_or_none()
    if found is None or found[2] not in (None, actor.organisation_id):
        raise NotFound
    return found[0], found[1]


def scale_of(session: Session, skill: Skill) -> int:
    """How many levels the framework of a skill has: four, or eight as Pix and DigComp."""
    found = session.execute(
        select(col(Framework.scale)).where(col(Framework.code) == skill.framework)
    ).scalar_one_or_none()
    return found or FOUR


def _is_taught(session: Session, actor: Actor, skill_id: int) -> bool:
    statement = (
        select(col(ModuleSkill.skill_id))
        .join(Module, col(Module.id) == col(ModuleSkill.module_id))
        .join(Curriculum, col(Curriculum.id) == col(Module.curriculum_id))
        .where(
            col(ModuleSkill.skill_id) == skill_id,
            col(Curriculum.organisation_id) == actor.organisation_id,
        )
    )
    return session.execute(statement).first() is not None


def evidence(
    actor: Actor, learner_id: int, skill_id: int, level: int, said: Said, words: str | None = None
) -> dict[str, Any]:
    """The values of a row of evidence; `words` are the level’s on its own scale."""
    return {
        "learner_id": learner_id,
        "skill_id": skill_id,
        "level": level,
        "stated": words,
        "source": said.source,
        "moment": said.moment,
        "assessed_on": said.assessed_on,
        "valid_until": said.valid_until,
        "note": said.note,
        "link": said.link,
        "organisation_id": actor.organisation_id,
        "created_by_id": actor.account_id,
        "created_at": utc_now(),
    }
