"""What the score reads in the database, and nothing else: skills asked, levels that stand, terms.

Only people the actor sees and whose pathway is open are read; of their levels, the last word on
each skill, and never one taken back.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, bindparam, exists, func, null, or_, select, union_all
from sqlmodel import Session, col

from parcours.actions.job_searches import search_of_row
from parcours.actions.need_history import terms_of
from parcours.domain import needs
from parcours.domain.access import Actor
from parcours.domain.job_search import JobSearch
from parcours.domain.matching_ranking import Wish
from parcours.domain.matching_rules import Evidence, Requirement, SkillEntry, Source
from parcours.domain.taxonomy import Taxonomy
from parcours.models import (
    EmployerSite,
    JobSearchRow,
    LearnerAccess,
    Need,
    NeedRequirement,
    NeedVersion,
    NeedWish,
    Pathway,
    Skill,
    SkillEvidence,
)
from parcours.models.visibility import access_is_open, scope, sees_learner, sees_need, stands


@dataclass(frozen=True, slots=True)
class Asked:
    """One version of a need as it is compared."""

    need_id: int
    version: int
    title: str
    posts: int
    terms: needs.Terms
    requirements: tuple[Requirement, ...]
    site: tuple[float, float] | None
    skill_ids: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody says of a need."""

    wish: Wish
    distance_km: int | None


UNSAID = Said(Wish.UNSAID, None)


class Told(NamedTuple):
    """What somebody looks for, and what they say of a need."""

    search: JobSearch
    said: Said


def open_needs(session: Session, actor: Actor, today: date) -> list[Asked]:
    """The published needs the actor may read that are up to date; two statements."""
    rows = session.execute(
        select(NeedVersion, col(EmployerSite.latitude), col(EmployerSite.longitude))
        .join(Need, col(Need.id) == col(NeedVersion.need_id))
        .outerjoin(EmployerSite, col(EmployerSite.id) == col(NeedVersion.site_id))
        .where(
            col(NeedVersion.number) == col(Need.version),
            col(Need.state) == needs.NeedState.PUBLISHED,
            col(Need.suspends_on) > today,
            sees_need(actor),
        )
        .order_by(col(Need.id))
    )
    return _asked(session, {row[0].id: tuple(row) for row in rows})


def versions(session: Session, ids: Sequence[int]) -> list[tuple[int, Asked]]:
    """Some versions of needs, whatever becomes of them: they are never rewritten."""
    rows = session.execute(
        select(NeedVersion, null(), null()).where(col(NeedVersion.id).in_(list(ids)))
    )
    found = {row[0].id: tuple(row) for row in rows}
    return list(zip(found, _asked(session, found), strict=True))


def skills(session: Session) -> list[tuple[Any, ...]]:
    """Every skill: number, code, number of its parent, whether it fades, words."""
    return [tuple(row) for row in session.execute(SKILLS)]


def taxonomy_of(rows: Iterable[tuple[Any, ...]]) -> Taxonomy:
    """The reference list these skills make."""
    found = list(rows)
    by_id = {row[0]: row[1] for row in found}
    return Taxonomy(
        SkillEntry(code, by_id.get(parent), perishable, label)
        for _id, code, parent, perishable, label in found
    )


def taxonomy_around(session: Session, codes: Collection[str] | None = None) -> Taxonomy:
    """The skills related to some, with all their neighbours; every skill when none is named."""
    statement = SKILLS
    if codes is not None:
        ids = select(col(Skill.id)).where(col(Skill.code).in_(codes))
        parents = select(col(Skill.parent_id)).where(
            col(Skill.code).in_(codes), col(Skill.parent_id).is_not(None)
        )
        near = (col(Skill.id).in_(ids), col(Skill.id).in_(parents),
                col(Skill.parent_id).in_(ids), col(Skill.parent_id).in_(parents))  # fmt: skip
        statement = statement.where(or_(*near))
    return taxonomy_of(tuple(row) for row in session.execute(statement))


def may_be_proposed(learner_id: Any) -> ColumnElement[bool]:
    """Condition: seen by `:org` on `:today`, with a pathway that is open."""
    return sees_learner(learner_id) & _is_on_the_way(learner_id)


def _is_on_the_way(learner_id: Any) -> ColumnElement[bool]:
    return exists(
        select(1)
        .select_from(Pathway)
        .where(col(Pathway.learner_id) == learner_id, col(Pathway.closed_on).is_(None))
    )


def count_people(session: Session, actor: Actor, today: date) -> int:
    """How many people a need is compared with."""
    found: int = session.execute(PEOPLE, scope(actor, today)).scalar_one()
    return found


def levels(
    session: Session, actor: Actor, skills: Mapping[int, str], today: date
) -> dict[int, tuple[Evidence, ...]]:
    """By learner, the last word on each of some skills; whoever has none is left out."""
    rows = session.execute(HELD, scope(actor, today) | {"skills": list(skills)})
    return _last_words(rows, skills)


def _last_words(rows: Any, skills: Mapping[int, str]) -> dict[int, tuple[Evidence, ...]]:
    found: dict[int, dict[int, Evidence]] = {}
    same: dict[tuple[Any, ...], Evidence] = {}
    for learner_id, skill, level, source, on, until in rows:
        key = (skill, level, source, on, until)
        item = same.get(key)
        if item is None:
            item = same[key] = Evidence(skills[skill], level, Source(source.value), on, until)
        found.setdefault(learner_id, {})[skill] = item
    return {
        learner_id: tuple(item for item in by_skill.values() if item.level)
        for learner_id, by_skill in found.items()
    }


def said_of_need(session: Session, actor: Actor, need_id: int, today: date) -> dict[int, Told]:
    """What the people the actor may propose look for and say of a need, of those asked anything."""
    rows = session.execute(SAID, scope(actor, today) | {"need": need_id})
    return {row.learner_id: _told(row) for row in rows}


def _told(row: Any) -> Told:
    return Told(search_of_row(row), Said(row.wish or Wish.UNSAID, row.distance_km))


def wishes_of_learner(session: Session, learner_id: int) -> dict[int, Said]:
    """What a visible learner says of needs."""
    rows = session.execute(
        select(col(NeedWish.need_id), col(NeedWish.wish), col(NeedWish.distance_km)).where(
            col(NeedWish.learner_id) == learner_id
        )
    )
    return {row[0]: Said(row[1], row[2]) for row in rows}


def _asked(session: Session, versions: Mapping[Any, Any]) -> list[Asked]:
    rows = session.execute(REQUIRED, {"versions": list(versions)})
    by_version: dict[int, list[Any]] = {}
    for row in rows:
        by_version.setdefault(row[0], []).append(row[1:])
    return [
        Asked(
            need_id=version.need_id,
            version=version.number,
            title=version.title,
            posts=version.posts,
            terms=terms_of(version),
            requirements=tuple(
                Requirement(code, *rest) for code, _id, *rest in by_version.get(key, ())
            ),
            site=None if latitude is None else (latitude, longitude),
            skill_ids={row[0]: row[1] for row in by_version.get(key, ())},
        )
        for key, (version, latitude, longitude) in versions.items()
    ]


def _held() -> Any:
    return (
        select(
            col(SkillEvidence.learner_id),
            col(SkillEvidence.skill_id),
            col(SkillEvidence.level),
            col(SkillEvidence.source),
            col(SkillEvidence.assessed_on),
            col(SkillEvidence.valid_until),
        )
        .where(
            col(SkillEvidence.skill_id).in_(bindparam("skills", expanding=True)),
            stands(),
            may_be_proposed(SkillEvidence.learner_id),
        )
        .order_by(
            col(SkillEvidence.skill_id),
            col(SkillEvidence.learner_id),
            col(SkillEvidence.assessed_on),
            col(SkillEvidence.id),
        )
    )


def _said() -> Any:
    """Those who say something of `:need`, with what they look for, then all others who look."""
    table = JobSearchRow.__table__  # type: ignore[attr-defined]
    search = [one for one in table.columns if one.name != "learner_id"]
    learner = col(NeedWish.learner_id)
    wishes = (
        select(learner.label("learner_id"), *search, col(NeedWish.wish), col(NeedWish.distance_km))
        .outerjoin(JobSearchRow, col(JobSearchRow.learner_id) == learner)
        .where(col(NeedWish.need_id) == bindparam("need"), may_be_proposed(learner))
    )
    wished = exists(
        select(1).where(col(NeedWish.need_id) == bindparam("need"), learner == table.c.learner_id)
    )
    others = select(table.c.learner_id, *search, null(), null()).where(
        ~wished, may_be_proposed(table.c.learner_id)
    )
    return union_all(wishes, others)


SKILLS = select(
    col(Skill.id), col(Skill.code), col(Skill.parent_id), col(Skill.is_perishable), col(Skill.label)
)
REQUIRED = (
    select(
        col(NeedRequirement.version_id),
        col(Skill.code),
        col(Skill.id),
        col(NeedRequirement.level),
        col(NeedRequirement.weight),
        col(NeedRequirement.is_essential),
    )
    .join(Skill, col(Skill.id) == col(NeedRequirement.skill_id))
    .where(col(NeedRequirement.version_id).in_(bindparam("versions", expanding=True)))
    .order_by(col(NeedRequirement.position), col(NeedRequirement.id))
)
HELD = _held()
PEOPLE = (
    select(func.count())
    .select_from(LearnerAccess)
    .where(access_is_open(), _is_on_the_way(LearnerAccess.learner_id))
)
SAID = _said()
