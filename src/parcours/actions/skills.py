"""Frameworks put to use, and the levels people are seen at: what is said stays said."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import insert, select
from sqlmodel import Session, col

from parcours import audit, reference
from parcours.domain.access import Actor, Capability, require
from parcours.domain.errors import NotFound, RuleBroken
from parcours.domain.skills import EvidenceSource, Moment, check_evidence
from parcours.models import Enrolment, Framework, Learner, Skill, SkillEvidence, visibility
from parcours.models.base import utc_now

MOST_SKILLS = 200


@dataclass(frozen=True, slots=True)
class Said:
    """What is said of levels seen on a day: by whom it is known, when in the training."""

    assessed_on: date
    source: EvidenceSource = EvidenceSource.OBSERVED
    moment: Moment | None = None
    valid_until: date | None = None
    note: str | None = None


def use_framework(session: Session, code: str) -> Framework:
    """A framework the product ships, its skills with it; nothing changes when it is in use."""
    shipped = reference.frameworks().get(code)
    if shipped is None:
        raise NotFound
    known = _framework(session, code)
    if known is not None:
        return known
    skills = [item for item in reference.skills().values() if item.extra["framework"] == code]
    row = Framework(
        code=code,
        label=shipped.label,
        edition=shipped.extra["version"],
        scale=int(skills[0].extra["scale"]),
    )
    session.add(row)
    for position, item in enumerate(skills):
        session.add(
            Skill(
                code=item.code,
                label=item.label,
                framework=code,
                domain=item.extra["domain"],
                position=position,
            )
        )
    session.flush()
    audit.record(session, None, "use", "framework", row.id)
    return row


def create_framework(
    session: Session, actor: Actor, *, code: str, label: str, skills: Sequence[tuple[str, str]]
) -> Framework:
    """A framework of one’s own: (domain, label) of each skill, on four levels.

    Raises RuleBroken (code taken, no skill, too many).
    """
    require(actor, Capability.MANAGE_COHORTS)
    errors: dict[str, str] = {}
    if _framework(session, code) is not None or code in reference.frameworks():
        errors["code"] = "Un référentiel porte déjà ce code."
    if not 0 < len(skills) <= MOST_SKILLS:
        errors["skills"] = f"Écrivez de 1 à {MOST_SKILLS} compétences, une par ligne."
    if errors:
        raise RuleBroken(errors=errors)
    row = Framework(
        code=code, label=label, edition="1", organisation_id=actor.organisation_id, scale=4
    )
    session.add(row)
    for position, (domain, text) in enumerate(skills):
        session.add(
            Skill(
                code=f"{code}:{position + 1}",
                label=text,
                framework=code,
                domain=domain or None,
                position=position,
            )
        )
    session.flush()
    audit.record(session, actor, "create", "framework", row.id)
    return row


def record_level(
    session: Session,
    actor: Actor,
    learner_id: int,
    skill_id: int,
    level: int,
    said: Said,
    *,
    today: date,
) -> SkillEvidence:
    """One level of one person, beside all those said before.

    Raises NotFound (a person or a skill the actor does not see), RuleBroken.
    """
    require(actor, Capability.ASSESS_SKILLS)
    learner = visibility.learner(session, actor, learner_id, today=today)
    visible_skill(session, actor, skill_id)
    check_evidence(level, said.assessed_on, said.valid_until, learner.born_on, today=today)
    row = SkillEvidence(**_values(actor, learner_id, skill_id, level, said))
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
    ).all()
    if len(born) != len(levels):
        raise NotFound
    for learner_id, born_on in born:
        level = levels[learner_id or 0]
        check_evidence(level, said.assessed_on, said.valid_until, born_on, today=today)
    rows = [_values(actor, key, skill_id, level, said) for key, level in sorted(levels.items())]
    session.execute(insert(SkillEvidence), rows)
    audit.record(session, actor, "assess", "cohort", cohort_id, skill=skill_id, people=len(levels))
    return len(rows)


def visible_skill(session: Session, actor: Actor, skill_id: int) -> Skill:
    """A skill in use: shared by all, or of one’s organisation’s own framework; else NotFound."""
    found = session.execute(
        select(Skill, col(Framework.organisation_id))
        .outerjoin(Framework, col(Framework.code) == col(Skill.framework))
        .where(col(Skill.id) == skill_id, col(Skill.archived_on).is_(None))
    ).one_or_none()
    if found is None or found[1] not in (None, actor.organisation_id):
        raise NotFound
    skill: Skill = found[0]
    return skill


def _framework(session: Session, code: str) -> Framework | None:
    found: Framework | None = session.execute(
        select(Framework).where(col(Framework.code) == code)
    ).scalar_one_or_none()
    return found


def _values(actor: Actor, learner_id: int, skill_id: int, level: int, said: Said) -> dict[str, Any]:
    return {
        "learner_id": learner_id,
        "skill_id": skill_id,
        "level": level,
        "source": said.source,
        "moment": said.moment,
        "assessed_on": said.assessed_on,
        "valid_until": said.valid_until,
        "note": said.note,
        "organisation_id": actor.organisation_id,
        "created_by_id": actor.account_id,
        "created_at": utc_now(),
    }
