"""Programmes of the territory, and the curricula training bodies teach."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from parcours import audit, reference
from parcours.domain.access import Actor, Capability, require
from parcours.domain.errors import EditConflict, NotFound, RuleBroken
from parcours.domain.pathway import DEFAULT_TOLERANCE_DAYS
from parcours.models import Curriculum, Module, ModuleSkill, Programme, Skill

LONGEST_TOLERANCE = 365


@dataclass(frozen=True, slots=True)
class ModuleFacts:
    """A module: its name, hours, and (code, label, level 1–4) of the skills it teaches."""

    name: str
    hours: Decimal
    skills: Sequence[tuple[str, str, int]] = ()


def create_programme(
    session: Session,
    actor: Actor | None,
    *,
    code: str,
    name: str,
    starts_on: date,
    ends_on: date | None = None,
    tolerance_days: int = DEFAULT_TOLERANCE_DAYS,
    entry_criteria: Sequence[dict[str, Any]] = (),
    follow_ups: Sequence[str] | None = None,
) -> Programme:
    """Enter a scheme with its dates, tolerance and entry criteria (shared by the territory).

    `follow_ups`: when people who left are asked what became of them; the usual delays unless told.

    `actor` is None while a territory is being set up, before anybody acts for an organisation.
    """
    if actor is not None:
        require(actor, Capability.MANAGE_COHORTS)
    _check_programme(session, code, starts_on, ends_on, tolerance_days)
    programme = Programme(
        code=code,
        name=name,
        starts_on=starts_on,
        ends_on=ends_on,
        tolerance_days=tolerance_days,
        entry_criteria=list(entry_criteria),
        follow_ups=_delays(follow_ups),
    )
    session.add(programme)
    session.flush()
    audit.record(session, actor, "create", "programme", programme.id)
    return programme


def edit_programme(
    session: Session,
    actor: Actor,
    programme_id: int,
    *,
    code: str,
    name: str,
    starts_on: date,
    ends_on: date | None,
    tolerance_days: int,
    entry_criteria: Sequence[dict[str, Any]],
    follow_ups: Sequence[str] | None,
    version: int,
) -> Programme:
    """Change a scheme of the territory, or close it by giving its end.

    What runs under it goes on: a pathway keeps the tolerance it was opened with. Raises NotFound,
    RuleBroken, EditConflict when somebody changed it since.
    """
    require(actor, Capability.MANAGE_COHORTS)
    programme: Programme | None = session.execute(
        select(Programme)
        .where(col(Programme.id) == programme_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).scalar_one_or_none()
    if programme is None:
        raise NotFound
    if programme.version != version:
        raise EditConflict(theirs={"name": programme.name}, mine={"name": name}, who="")
    _check_programme(session, code, starts_on, ends_on, tolerance_days, own=programme_id)
    programme.code, programme.name = code, name
    programme.starts_on, programme.ends_on = starts_on, ends_on
    programme.tolerance_days = tolerance_days
    programme.entry_criteria = list(entry_criteria)
    programme.follow_ups = _delays(follow_ups)
    programme.version += 1
    session.flush()
    audit.record(session, actor, "edit", "programme", programme_id)
    return programme


def create_curriculum(
    session: Session,
    actor: Actor,
    *,
    code: str,
    name: str,
    modules: Iterable[ModuleFacts],
    rncp_code: str | None = None,
) -> Curriculum:
    """Enter what one’s organisation teaches, module by module."""
    require(actor, Capability.MANAGE_COHORTS)
    _check_curriculum(session, actor, code)
    curriculum = Curriculum(
        organisation_id=actor.organisation_id, code=code, name=name, rncp_code=rncp_code
    )
    session.add(curriculum)
    session.flush()
    for position, facts in enumerate(modules, start=1):
        module = Module(
            curriculum_id=curriculum.id or 0, position=position, name=facts.name, hours=facts.hours
        )
        session.add(module)
        session.flush()
        for skill_code, label, level in facts.skills:
            skill = _skill(session, skill_code, label)
            session.add(ModuleSkill(module_id=module.id or 0, skill_id=skill, level=level))
    audit.record(session, actor, "create", "curriculum", curriculum.id)
    return curriculum


def _delays(codes: Sequence[str] | None) -> list[str] | None:
    if not set(codes or ()) <= set(reference.follow_up_delays()):
        raise RuleBroken("Choisissez des délais de la liste.", field="follow_ups")
    return list(codes) if codes is not None else None


def _check_programme(
    session: Session,
    code: str,
    starts_on: date,
    ends_on: date | None,
    tolerance_days: int,
    own: int | None = None,
) -> None:
    errors: dict[str, str] = {}
    same = session.execute(
        select(col(Programme.id)).where(col(Programme.code) == code)
    ).scalar_one_or_none()
    if same not in (None, own):
        errors["code"] = "Un autre programme porte déjà ce code."
    if ends_on is not None and ends_on < starts_on:
        errors["ends_on"] = "Le programme finit avant d’avoir commencé."
    if not 0 <= tolerance_days <= LONGEST_TOLERANCE:
        errors["tolerance_days"] = f"Indiquez de 0 à {LONGEST_TOLERANCE} jours."
    if errors:
        raise RuleBroken(errors=errors)


def _check_curriculum(session: Session, actor: Actor, code: str) -> None:
    same = select(col(Curriculum.id)).where(
        col(Curriculum.organisation_id) == actor.organisation_id, col(Curriculum.code) == code
    )
    if session.execute(same).first():
        raise RuleBroken("Un autre cursus de votre structure porte déjà ce code.", field="code")


def _skill(session: Session, code: str, label: str) -> int:
    skill = session.execute(select(Skill).where(col(Skill.code) == code)).scalar_one_or_none()
    if skill is None:
        skill = Skill(code=code, label=label, framework="parcours")
        session.add(skill)
        session.flush()
    return skill.id or 0
