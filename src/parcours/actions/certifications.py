"""Titles and blocks: sheets put to use, old blocks that count for new ones, what they certify."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlmodel import Session, col

from parcours import audit, reference
from parcours.actions.certification_facts import (
    day_of,
    sheet_of_code,
    titles,
)
from parcours.actions.frameworks import create_framework, use_framework
from parcours.domain.access import Actor, Capability, require
from parcours.domain.certification import Block, older
from parcours.domain.errors import NotFound, RuleBroken
from parcours.domain.identity import fold
from parcours.models import (
    BlockEquivalence,
    BlockSkill,
    Certification,
    CertificationBlock,
    Skill,
)

MOST_BLOCKS = 30


@dataclass(frozen=True, slots=True)
class SheetFacts:
    """What a person says of a title the product does not ship."""

    code: str
    label: str
    kind: str = "titre"
    grade: int | None = None
    certifier: str | None = None
    valid_until: date | None = None


def use_certification(session: Session, code: str, actor: Actor | None = None) -> Certification:
    """A sheet the product ships, its blocks and their skills with it, and the sheets it follows.

    Nothing changes when it is in use. NotFound when the product ships no such one.
    """
    shipped = reference.certifications().get(code)
    if shipped is None:
        raise NotFound
    known = sheet_of_code(session, code)
    if known is not None:
        return known
    framework = shipped.extra["framework"]
    row = Certification(
        code=code,
        label=shipped.label,
        kind=shipped.extra["kind"],
        grade=int(shipped.extra["grade"]) if shipped.extra["grade"] else None,
        certifier=shipped.extra["certifier"],
        valid_until=day_of(shipped.extra["valid_until"]),
        source=f"{shipped.extra['source']} ({shipped.extra['reliability']})",
        framework_id=use_framework(session, framework, actor).id if framework else None,
    )
    session.add(row)
    session.flush()
    blocks = [
        item
        for item in reference.certification_blocks().values()
        if item.extra["certification"] == code
    ]
    for position, item in enumerate(blocks):
        block = Block(0, item.code, item.label, row.id or 0, item.flag("is_option"))
        _add_block(session, row, block, position, _shipped_skills(item.code))
    _follow_shipped(session, code, actor)
    audit.record(session, actor, "use", "certification", row.id)
    return row


def create_certification(
    session: Session, actor: Actor, facts: SheetFacts, blocks: Sequence[tuple[str, str]]
) -> Certification:
    """A title of one’s organisation: (code, label) of each block, none for a certificate alone.

    Raises RuleBroken (a number taken, too many blocks, one written twice, an impossible level).
    """
    require(actor, Capability.MANAGE_COHORTS)
    _check_sheet(session, actor, facts, blocks)
    # What it certifies can be evaluated before: its blocks are the skills of a framework.
    told = [("", label) for _, label in blocks] or [("", facts.label)]
    framework = create_framework(
        session, actor, code=facts.code, label=f"{facts.label} ({facts.code})", skills=told
    )
    row = Certification(
        code=facts.code,
        label=facts.label,
        kind=facts.kind,
        grade=facts.grade,
        certifier=facts.certifier,
        valid_until=facts.valid_until,
        framework_id=framework.id,
        organisation_id=actor.organisation_id,
    )
    session.add(row)
    session.flush()
    for position, (code, label) in enumerate(blocks):
        skills = [f"{framework.code}:{position + 1}"]
        _add_block(session, row, Block(0, code, label, row.id or 0), position, skills)
    audit.record(session, actor, "create", "certification", row.id)
    return row


def say_equivalence(session: Session, actor: Actor, old_id: int, new_id: int) -> None:
    """A block of an old sheet counts as one of a newer sheet.

    Raises NotFound (a block out of sight), RuleBroken (the same sheet, the other way round).
    """
    require(actor, Capability.MANAGE_COHORTS)
    known = titles(session, actor)
    old, new = known.blocks.get(old_id), known.blocks.get(new_id)
    if old is None or new is None:
        raise NotFound
    if old.certification_id == new.certification_id:
        raise RuleBroken("Choisissez deux blocs de fiches différentes.", field="new")
    if new_id in older(old_id, known.follows):
        raise RuleBroken("Ces deux blocs se suivent déjà, dans l’autre sens.", field="new")
    if old_id in known.follows.get(new_id, ()):
        raise RuleBroken("Cette correspondance est déjà notée.", field="new")
    session.add(
        BlockEquivalence(
            old_block_id=old_id,
            new_block_id=new_id,
            organisation_id=actor.organisation_id,
            created_by_id=actor.account_id,
        )
    )
    session.flush()
    audit.record(session, actor, "map", "certification", new.certification_id, block=old_id)


def _add_block(
    session: Session, row: Certification, block: Block, position: int, skills: Sequence[str]
) -> None:
    """A block of a sheet, and the skills it certifies, by code."""
    made = CertificationBlock(
        certification_id=row.id or 0,
        code=block.code,
        label=block.label,
        position=position,
        is_option=block.is_option,
    )
    session.add(made)
    session.flush()
    found = session.execute(select(col(Skill.id)).where(col(Skill.code).in_(skills))).scalars()
    session.add_all(BlockSkill(block_id=made.id or 0, skill_id=number or 0) for number in found)
    session.flush()


def _follow_shipped(session: Session, code: str, actor: Actor | None) -> None:
    """The old sheets whose blocks count here are put to use with it, and so are the pairs."""
    blocks = reference.certification_blocks()
    for pair in reference.block_equivalences().values():
        old, new = pair.extra["old"], pair.extra["new"]
        if blocks[new].extra["certification"] != code:
            continue
        use_certification(session, blocks[old].extra["certification"], actor)
        rows = session.execute(
            select(col(CertificationBlock.code), col(CertificationBlock.id)).where(
                col(CertificationBlock.code).in_([old, new])
            )
        )
        ids = {row[0]: row[1] or 0 for row in rows}
        session.add(BlockEquivalence(old_block_id=ids[old], new_block_id=ids[new]))
    session.flush()


def _shipped_skills(block: str) -> list[str]:
    return [code for code, item in reference.skills().items() if item.extra["block"] == block]


def _check_sheet(
    session: Session, actor: Actor, facts: SheetFacts, blocks: Sequence[tuple[str, str]]
) -> None:
    errors = _wrong_blocks(blocks)
    known = sheet_of_code(session, facts.code, actor.organisation_id)
    if facts.code in reference.certifications() or known is not None:
        errors["code"] = "Une fiche porte déjà ce numéro : mettez-la en service."
    if facts.grade is not None and not 1 <= facts.grade <= 8:
        errors["grade"] = "Un niveau va de 1 à 8."
    if errors:
        raise RuleBroken(errors=errors)


def _wrong_blocks(blocks: Sequence[tuple[str, str]]) -> dict[str, str]:
    codes = [code for code, _ in blocks]
    if len(blocks) > MOST_BLOCKS:
        return {"blocks": f"Écrivez au plus {MOST_BLOCKS} blocs, un par ligne."}
    if len(set(codes)) < len(codes):
        return {"blocks": "Un bloc est écrit deux fois."}
    labels = [fold(label) for _, label in blocks]
    if len(set(labels)) < len(labels):
        return {"blocks": "Deux blocs portent le même nom."}
    return {}
