"""What a curriculum is for: the occupations it aims at, and the modules everybody needs."""

from collections.abc import Collection, Iterable

from sqlalchemy import delete, select
from sqlmodel import Session, col

from parcours import audit
from parcours.actions.occupations import Named, occupation
from parcours.domain.access import Actor, Capability, require
from parcours.domain.errors import EditConflict, RuleBroken
from parcours.domain.needs import ROME
from parcours.models import Curriculum, CurriculumOccupation, Module, visibility

MOST_OCCUPATIONS = 20


def set_aims(
    session: Session,
    actor: Actor,
    curriculum_id: int,
    *,
    rome_codes: Iterable[str],
    foundations: Collection[int],
    version: int,
) -> Curriculum:
    """Say which occupations a curriculum prepares for, and which of its modules are a foundation.

    A finer code of a recent ROME aims at the whole family it comes from. Raises NotFound,
    RuleBroken on a code nobody knows, EditConflict when somebody changed it since.
    """
    require(actor, Capability.MANAGE_COHORTS)
    curriculum = visibility.curriculum(session, actor, curriculum_id, lock=True)
    if curriculum.version != version:
        raise EditConflict(theirs={}, mine={}, who="")
    aims = _occupations(session, rome_codes)
    modules = session.execute(
        select(Module).where(col(Module.curriculum_id) == curriculum_id)
    ).scalars()
    for module in modules:
        module.is_foundation = module.id in foundations
    session.execute(
        delete(CurriculumOccupation).where(col(CurriculumOccupation.curriculum_id) == curriculum_id)
    )
    for parent, label in aims.items():
        session.add(
            CurriculumOccupation(curriculum_id=curriculum_id, rome_parent=parent, label=label)
        )
    curriculum.version += 1
    session.flush()
    audit.record(session, actor, "edit", "curriculum", curriculum_id)
    return curriculum


def _occupations(session: Session, codes: Iterable[str]) -> dict[str, str]:
    """The families of the codes typed, each with its name."""
    found: dict[str, str] = {}
    for code in dict.fromkeys(codes):
        named = occupation(session, code) if ROME.match(code) else None
        if named is None:
            raise RuleBroken(
                f"« {code[:20]} » n’est pas un code ROME connu. Un code est une lettre et quatre "
                "chiffres, comme M1805.",
                field="occupations",
            )
        found[named.parent] = _family(session, named)
    if len(found) > MOST_OCCUPATIONS:
        raise RuleBroken(
            f"Gardez les {MOST_OCCUPATIONS} métiers que le cursus prépare.", field="occupations"
        )
    return found


def _family(session: Session, named: Named) -> str:
    family = occupation(session, named.parent)
    return family.label if family else named.label
