"""What is known of titles: those in sight, their blocks, what counts as what, what they certify."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import or_, select
from sqlmodel import Session, col

from parcours import reference
from parcours.domain.access import Actor
from parcours.domain.certification import Block, expires_before
from parcours.domain.errors import NotFound
from parcours.models import (
    BlockEquivalence,
    BlockSkill,
    Certification,
    CertificationBlock,
    Cohort,
    Curriculum,
    Framework,
    Skill,
)


@dataclass(frozen=True, slots=True)
class Aim:
    """The sheet a cohort’s curriculum aims at, and whether it expires before the cohort ends."""

    sheet: Certification
    expires: bool
    next_codes: Sequence[str]


@dataclass(frozen=True, slots=True)
class Titles:
    """The titles in sight by name, all their blocks by id, the old blocks that count as each."""

    sheets: list[Certification]
    blocks: dict[int, Block]
    follows: dict[int, list[int]]

    def blocks_of(self, certification_id: int | None) -> list[Block]:
        """The blocks of a sheet, in order."""
        return [item for item in self.blocks.values() if item.certification_id == certification_id]


def titles(session: Session, actor: Actor) -> Titles:
    """The titles shared by all and those of one’s organisation, with their blocks; one statement.

    What follows what is shared by all, or said by one’s own.
    """
    statement = (
        select(Certification, CertificationBlock, col(BlockEquivalence.old_block_id))
        .outerjoin(
            CertificationBlock, col(CertificationBlock.certification_id) == col(Certification.id)
        )
        .outerjoin(
            BlockEquivalence,
            (col(BlockEquivalence.new_block_id) == col(CertificationBlock.id))
            & or_(
                col(BlockEquivalence.organisation_id).is_(None),
                col(BlockEquivalence.organisation_id) == actor.organisation_id,
            ),
        )
        .where(_in_sight(actor))
        .order_by(
            col(Certification.label), col(Certification.code), col(Certification.id),
            col(CertificationBlock.position), col(BlockEquivalence.old_block_id),
        )
    )  # fmt: skip
    found = Titles([], {}, {})
    for row, block, old in session.execute(statement):
        if not found.sheets or found.sheets[-1].id != row.id:
            found.sheets.append(row)
        if block is not None:
            found.blocks[block.id] = as_block(block)
        if old is not None:
            found.follows.setdefault(block.id, []).append(old)
    return found


def as_block(row: CertificationBlock) -> Block:
    """A block as rules read it."""
    return Block(row.id or 0, row.code, row.label, row.certification_id, row.is_option)


def sheet(session: Session, actor: Actor, certification_id: int) -> Certification:
    """A title in use that the actor may see, else NotFound."""
    statement = select(Certification).where(
        col(Certification.id) == certification_id, _in_sight(actor)
    )
    found: Certification | None = session.execute(statement).scalar_one_or_none()
    if found is None:
        raise NotFound
    return found


def sheet_of_code(
    session: Session, code: str, organisation_id: int | None = None
) -> Certification | None:
    """The sheet of a number when it is in use, shared by all or of the organisation."""
    found: Certification | None = (
        session.execute(
            select(Certification)
            .where(
                col(Certification.code) == code,
                or_(
                    col(Certification.organisation_id).is_(None),
                    col(Certification.organisation_id) == organisation_id,
                ),
            )
            .order_by(col(Certification.organisation_id).is_not(None))
        )
        .scalars()
        .first()
    )
    return found


def name_of(session: Session, certification_id: int, block_id: int | None) -> str:
    """« Développeur web (RNCP37674), bloc : … », of a result the caller may see."""
    sheet = session.get_one(Certification, certification_id)
    name = f"{sheet.label} ({sheet.code})"
    if block_id is None:
        return f"{name}, le titre entier"
    return f"{name}, {session.get_one(CertificationBlock, block_id).label}"


def aim_of(session: Session, cohort: Cohort, known: Iterable[Certification]) -> Aim | None:
    """The sheet the curriculum of a cohort aims at, among those in sight (see `aim_at`)."""
    if cohort.curriculum_id is None:
        return None
    statement = select(col(Curriculum.rncp_code)).where(col(Curriculum.id) == cohort.curriculum_id)
    number = _number(session.execute(statement).scalar_one_or_none())
    found = next((row for row in known if row.code == number), None)
    return _aim(number, found, cohort)


def aim_at(session: Session, actor: Actor, rncp_code: str | None, cohort: Cohort) -> Aim | None:
    """A sheet by the number a curriculum says; None when it says none, or one not known.

    A shipped sheet that nobody put to use yet is known all the same.
    """
    number = _number(rncp_code)
    found = sheet_of_code(session, number, actor.organisation_id) if number else None
    return _aim(number, found, cohort)


def _number(rncp_code: str | None) -> str:
    return (rncp_code or "").strip().upper().replace(" ", "")


def _aim(number: str, found: Certification | None, cohort: Cohort) -> Aim | None:
    if found is None and number in reference.certifications():
        shipped = reference.certifications()[number]
        until = day_of(shipped.extra["valid_until"])
        found = Certification(code=number, label=shipped.label, kind="", valid_until=until)
    if found is None:
        return None
    return Aim(found, expires_before(found.valid_until, cohort.ends_on), _next_codes(number))


def skills_of(session: Session, row: Certification, block_id: int | None) -> list[int]:
    """The skills a block certifies; those of the whole sheet for its title."""
    statement = select(col(BlockSkill.skill_id)).order_by(col(BlockSkill.skill_id))
    if block_id is not None:
        statement = statement.where(col(BlockSkill.block_id) == block_id)
        return list(session.execute(statement).scalars())
    own = select(col(CertificationBlock.id)).where(
        col(CertificationBlock.certification_id) == row.id,
        col(CertificationBlock.is_option).is_(False),
    )
    found = list(session.execute(statement.where(col(BlockSkill.block_id).in_(own))).scalars())
    if found or row.framework_id is None:
        return found
    return _framework_skills(session, row.framework_id)


def _framework_skills(session: Session, framework_id: int) -> list[int]:
    statement = (
        select(col(Skill.id))
        .join(Framework, col(Framework.code) == col(Skill.framework))
        .where(col(Framework.id) == framework_id, col(Skill.archived_on).is_(None))
        .order_by(col(Skill.id))
    )
    return [number or 0 for number in session.execute(statement).scalars()]


def _in_sight(actor: Actor) -> Any:
    return or_(
        col(Certification.organisation_id).is_(None),
        col(Certification.organisation_id) == actor.organisation_id,
    )


def _next_codes(number: str) -> list[str]:
    """The newer sheets that take over the blocks of one, as shipped."""
    blocks = reference.certification_blocks()
    return sorted(
        {
            blocks[pair.extra["new"]].extra["certification"]
            for pair in reference.block_equivalences().values()
            if blocks[pair.extra["old"]].extra["certification"] == number
        }
    )


def day_of(text: str) -> date | None:
    """The day of a code list, None when it is not known."""
    return date.fromisoformat(text) if text else None
