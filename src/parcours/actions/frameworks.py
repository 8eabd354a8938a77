"""Frameworks of skills: those the product ships, put to use, and those an organisation writes."""

from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy import or_, select
from sqlmodel import Session, col

from parcours import audit, reference
from parcours.domain.access import Actor, Capability, require
from parcours.domain.errors import EditConflict, NotFound, RuleBroken
from parcours.domain.identity import fold
from parcours.domain.skills import EvidenceSource
from parcours.models import Enrolment, Framework, FrameworkEdition, Skill, SkillEvidence
from parcours.models.base import utc_now

MOST_SKILLS = 200
FIRST_EDITION = "1"


def use_framework(session: Session, code: str, actor: Actor | None = None) -> Framework:
    """A framework the product ships, its skills with it; nothing changes when it is in use.

    `actor` is None while a territory is being set up. NotFound when the product ships no such one.
    """
    shipped = reference.frameworks().get(code)
    if shipped is None:
        raise NotFound
    known = _framework(session, code)
    if known is not None:
        return known
    items = [item for item in reference.skills().values() if item.extra["framework"] == code]
    row = Framework(
        code=code,
        label=shipped.label,
        edition=shipped.extra["version"],
        scale=int(items[0].extra["scale"]),
    )
    session.add(row)
    for position, item in enumerate(items):
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
    _open_edition(session, actor, row, len(items), utc_now().date())
    audit.record(session, actor, "use", "framework", row.id)
    return row


def create_framework(
    session: Session,
    actor: Actor,
    *,
    code: str,
    label: str,
    skills: Sequence[tuple[str, str]],
    edition: str = FIRST_EDITION,
) -> Framework:
    """A framework of one’s own: (domain, label) of each skill, on four levels.

    Its code is one’s organisation’s: two may choose the same. Raises RuleBroken (code taken, no
    skill, too many, one written twice).
    """
    require(actor, Capability.MANAGE_COHORTS)
    errors = _wrong_skills(skills)
    own = f"{code}@{actor.organisation_id}"
    if _framework(session, own) is not None or code in reference.frameworks():
        errors["code"] = "Un référentiel porte déjà ce code."
    if errors:
        raise RuleBroken(errors=errors)
    row = Framework(
        code=own, label=label, edition=edition, organisation_id=actor.organisation_id, scale=4
    )
    session.add(row)
    _add_skills(session, row, skills, first=1)
    session.flush()
    _open_edition(session, actor, row, len(skills), utc_now().date())
    audit.record(session, actor, "create", "framework", row.id)
    return row


def revise_framework(
    session: Session,
    actor: Actor,
    framework_id: int,
    *,
    edition: str,
    skills: Sequence[tuple[str, str]],
    version: int,
    today: date,
) -> Framework:
    """A new version of a framework of one’s own.

    A skill written alike stays the same one, so that progress goes on; one that is gone is
    archived with every level said of it, and comes back when it is written again. Raises NotFound,
    RuleBroken (a version already taken, skills), EditConflict (changed meanwhile).
    """
    require(actor, Capability.MANAGE_COHORTS)
    row = own_framework(session, actor, framework_id, lock=True)
    if row.version != version:
        raise EditConflict(theirs={"edition": row.edition}, mine={"edition": edition}, who="")
    errors = _wrong_skills(skills)
    if edition in {item.edition for item in editions(session, framework_id)}:
        errors["edition"] = "Cette version existe déjà : donnez-en une autre, par exemple 2027."
    if errors:
        raise RuleBroken(errors=errors)
    known = {fold(item.label): item for item in _skills(session, row.code)}
    wanted = {fold(label): (place, domain) for place, (domain, label) in enumerate(skills)}
    for key, skill in known.items():
        place, domain = wanted.get(key, (skill.position, skill.domain or ""))
        skill.position, skill.domain = place, domain or None
        skill.archived_on = None if key in wanted else (skill.archived_on or today)
    new = [(domain, label) for domain, label in skills if fold(label) not in known]
    _add_skills(session, row, new, first=len(known) + 1, places=wanted)
    row.edition, row.version = edition, version + 1
    session.flush()
    _open_edition(session, actor, row, len(skills), today)
    audit.record(session, actor, "revise", "framework", row.id, edition=edition)
    return row


def editions(session: Session, framework_id: int) -> list[FrameworkEdition]:
    """The versions of a framework, the latest first."""
    statement = (
        select(FrameworkEdition)
        .where(col(FrameworkEdition.framework_id) == framework_id)
        .order_by(col(FrameworkEdition.id).desc())
    )
    return list(session.execute(statement).scalars())


def own_framework(
    session: Session, actor: Actor, framework_id: int, *, lock: bool = False
) -> Framework:
    """A framework the actor’s organisation wrote, else NotFound."""
    statement = select(Framework).where(
        col(Framework.id) == framework_id,
        col(Framework.organisation_id) == actor.organisation_id,
    )
    if lock:
        statement = statement.with_for_update()
    found: Framework | None = session.execute(statement).scalar_one_or_none()
    if found is None:
        raise NotFound
    return found


def usable(session: Session, actor: Actor) -> list[Framework]:
    """The frameworks in use that one may evaluate with: shared by all, then one’s own."""
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


def last_used(session: Session, cohort_id: int) -> str | None:
    """The code of the framework a cohort was last evaluated with; None before the first level.

    What a jury decides is noted as levels too, and is no evaluation of the group.
    """
    return session.execute(
        select(col(Skill.framework))
        .join(SkillEvidence, col(SkillEvidence.skill_id) == col(Skill.id))
        .join(Enrolment, col(Enrolment.learner_id) == col(SkillEvidence.learner_id))
        .join(Framework, col(Framework.code) == col(Skill.framework))
        .where(
            col(Enrolment.cohort_id) == cohort_id,
            col(SkillEvidence.source) != EvidenceSource.CERTIFIED,
        )
        .order_by(col(SkillEvidence.id).desc())
        .limit(1)
    ).scalar_one_or_none()


def _framework(session: Session, code: str) -> Framework | None:
    found: Framework | None = session.execute(
        select(Framework).where(col(Framework.code) == code)
    ).scalar_one_or_none()
    return found


def _skills(session: Session, framework: str) -> list[Skill]:
    statement = select(Skill).where(col(Skill.framework) == framework).order_by(col(Skill.id))
    return list(session.execute(statement).scalars())


def _wrong_skills(skills: Sequence[tuple[str, str]]) -> dict[str, str]:
    if not 0 < len(skills) <= MOST_SKILLS:
        return {"skills": f"Écrivez de 1 à {MOST_SKILLS} compétences, une par ligne."}
    told: set[str] = set()
    for _, label in skills:
        if fold(label) in told:
            return {"skills": f"« {label} » est écrite deux fois."}
        told.add(fold(label))
    return {}


def _add_skills(
    session: Session,
    row: Framework,
    skills: Iterable[tuple[str, str]],
    *,
    first: int,
    places: dict[str, tuple[int, str]] | None = None,
) -> None:
    for number, (domain, label) in enumerate(skills, start=first):
        place = places[fold(label)][0] if places else number - first
        session.add(
            Skill(
                code=f"{row.code}:{number}",
                label=label,
                framework=row.code,
                domain=domain or None,
                position=place,
            )
        )


def _open_edition(
    session: Session, actor: Actor | None, row: Framework, skills: int, day: date
) -> None:
    session.add(
        FrameworkEdition(
            framework_id=row.id or 0,
            edition=row.edition,
            starts_on=day,
            skills=skills,
            created_by_id=actor.account_id if actor else None,
        )
    )
    session.flush()
