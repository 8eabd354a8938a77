"""The need in question, as it is compared: its terms and skills, the rules in force, the day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import and_, bindparam, null, or_, select
from sqlmodel import Session, col

from parcours.actions.introduction_lists import Proposed, people_in_play
from parcours.actions.match_facts import PEOPLE, Asked
from parcours.actions.match_rules import params_in_force, rules_of
from parcours.actions.need_history import terms_of
from parcours.domain.access import Actor, Capability, require
from parcours.domain.canonical import digest
from parcours.domain.errors import NotFound
from parcours.domain.matching_replay import ENGINE
from parcours.domain.matching_rules import MatchRules, Requirement, SkillEntry
from parcours.domain.matching_target import Target
from parcours.domain.taxonomy import Taxonomy
from parcours.models import (
    Employer,
    EmployerSite,
    Need,
    NeedRequirement,
    NeedVersion,
    Organisation,
    Skill,
)
from parcours.models.visibility import reads_need, scope


@dataclass(frozen=True, slots=True)
class Asking:
    """A need somebody compares people with; `run` names the comparison and orders equals.

    `skills` are those that can score, by their number; `people` how many may be proposed, counted
    only when that was asked.
    """

    asked: Asked
    organisation_id: int
    employer: str
    city: str | None
    proposed: Proposed
    rules: MatchRules
    taxonomy: Taxonomy
    as_of: date
    run: str
    target: Target
    skills: Mapping[int, str]
    people: int | None


def ask(
    session: Session,
    actor: Actor,
    need_id: int,
    *,
    today: date,
    rules: MatchRules | None = None,
    counts_people: bool = False,
) -> Asking:
    """A need the actor reads, as it stands (NotFound otherwise), in two statements.

    `rules` are those in force unless given, to see what others would change.
    """
    require(actor, Capability.FOLLOW_NEEDS)
    # What may be read of a need is one’s organisation’s; the people counted are those one sees.
    values = scope(actor, today) | {"need": need_id, "reader": actor.organisation_id}
    found = session.execute(COUNTED if counts_people else ASKED, values).one_or_none()
    if found is None:
        raise NotFound
    version, owner, *site, city, employer, in_play, params, people = found
    skills = session.execute(AROUND, {"version": version.id}).all()
    asked = _asked(version, skills, site)
    rules = rules or rules_of(params)
    taxonomy = _taxonomy(skills)
    target = Target(
        asked.requirements, taxonomy, as_of=today, start=asked.terms.starts_on, rules=rules
    )
    return Asking(
        asked=asked,
        organisation_id=owner,
        employer=employer,
        city=city,
        proposed=Proposed(in_play, version.posts),
        rules=rules,
        taxonomy=taxonomy,
        as_of=today,
        run=run_id(actor, asked, rules, today),
        target=target,
        skills={row[0]: row[1] for row in skills if row[1] in target.worth},
        people=people,
    )


def run_id(actor: Actor, asked: Asked, rules: MatchRules, today: date) -> str:
    """The name of a comparison: the same question, the same day, the same name."""
    facts = [ENGINE, actor.organisation_id, asked.need_id, asked.version, rules.sha256, today]
    return digest(facts)[:32]


def _asked(version: NeedVersion, skills: Any, site: Any) -> Asked:
    lines = sorted((row[5:7], row) for row in skills if row[5] is not None)
    return Asked(
        need_id=version.need_id,
        version=version.number,
        title=version.title,
        posts=version.posts,
        terms=terms_of(version),
        requirements=tuple(Requirement(row[1], *row[7:10]) for _order, row in lines),
        site=None if site[0] is None else (site[0], site[1]),
        skill_ids={row[1]: row[0] for _order, row in lines},
    )


def _taxonomy(skills: Any) -> Taxonomy:
    by_id = {row[0]: row[1] for row in skills}
    return Taxonomy(SkillEntry(row[1], by_id.get(row[2]), row[3], row[4]) for row in skills)


def _need(people: Any) -> Any:
    """The version that stands of a need `:reader` may read, and what goes with it."""
    return (
        select(
            NeedVersion,
            col(Need.organisation_id),
            col(EmployerSite.latitude),
            col(EmployerSite.longitude),
            col(EmployerSite.city),
            col(Organisation.name),
            people_in_play(),
            params_in_force(bindparam("reader")),
            people,
        )
        .join(Need, and_(col(Need.id) == col(NeedVersion.need_id),
                         col(Need.version) == col(NeedVersion.number)))
        .join(Employer, col(Employer.id) == col(Need.employer_id))
        .join(Organisation, col(Organisation.id) == col(Employer.partner_id))
        .outerjoin(EmployerSite, col(EmployerSite.id) == col(NeedVersion.site_id))
        .where(col(Need.id) == bindparam("need"), reads_need(bindparam("reader")))
    )  # fmt: skip


def _around() -> Any:
    """The skills a version asks for, how, and all those near them."""
    ids = select(col(NeedRequirement.skill_id)).where(
        col(NeedRequirement.version_id) == bindparam("version")
    )
    parents = select(col(Skill.parent_id)).where(
        col(Skill.id).in_(ids), col(Skill.parent_id).is_not(None)
    )
    line = and_(
        col(NeedRequirement.skill_id) == col(Skill.id),
        col(NeedRequirement.version_id) == bindparam("version"),
    )
    return (
        select(
            col(Skill.id), col(Skill.code), col(Skill.parent_id), col(Skill.is_perishable),
            col(Skill.label), col(NeedRequirement.position), col(NeedRequirement.id),
            col(NeedRequirement.level), col(NeedRequirement.weight),
            col(NeedRequirement.is_essential),
        )
        .outerjoin(NeedRequirement, line)
        .where(or_(col(Skill.id).in_(ids), col(Skill.id).in_(parents),
                   col(Skill.parent_id).in_(ids), col(Skill.parent_id).in_(parents)))
    )  # fmt: skip


ASKED = _need(null())
COUNTED = _need(PEOPLE.scalar_subquery())
AROUND = _around()
