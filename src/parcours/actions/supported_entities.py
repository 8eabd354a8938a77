"""EECO18 and EECO19: what an agreement declares of the entities it supported, and its proof."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from sqlalchemy import bindparam, select
from sqlmodel import Session, col

from parcours import audit
from parcours.actions.agreement_edits import editor_of
from parcours.domain.access import Actor, Capability, require
from parcours.domain.errors import EditConflict, RuleBroken
from parcours.domain.indicators import UNTOLD
from parcours.domain.supported_entities import (
    Declaration,
    Declared,
    Entity,
    check_declaration,
)
from parcours.models import Agreement, SupportedEntities, visibility
from parcours.models.base import utc_now
from parcours.sheets.writing import Column

TITLE = "Entités"
ENTITIES = {
    "person": Column("Indicateur", width=12),
    "label": Column("Entités comptées", width=46),
    "state": Column("État", width=18),
    "number": Column("Nombre", "integer", 10),
    "proof": Column("Justificatif", width=60),
    "declared_on": Column("Déclaré le", "date", 12),
}
DECLARED: Any = select(SupportedEntities).where(
    col(SupportedEntities.agreement_id) == bindparam("agreement"),
    col(SupportedEntities.declared_on) <= bindparam("as_of"),
)


def declare(
    session: Session,
    actor: Actor,
    agreement_id: int,
    declared: Mapping[Entity, Declaration],
    *,
    instruction: str | None,
    version: int,
    today: date,
) -> Agreement:
    """Write what an agreement declares; what is left out is declared no more.

    `instruction`: the written one by which minorities may be asked about. Raises RuleBroken,
    EditConflict. The journal keeps what was there before.
    """
    require(actor, Capability.MANAGE_AGREEMENTS)
    agreement = visibility.agreement(session, actor, agreement_id, lock=True)
    if agreement.version != version:
        raise EditConflict(theirs={}, mine={}, who=editor_of(session, agreement))
    errors: dict[str, str] = {}
    for entity, item in declared.items():
        errors |= check_declaration(item, name=entity.value, today=today)
    if errors:
        raise RuleBroken(errors=errors)
    before = _rows(session, agreement_id, date.max)
    for entity in Entity:
        _write(session, actor, agreement_id, entity, before.get(entity), declared)
    agreement.minority_instruction = instruction
    agreement.version += 1
    agreement.edited_at, agreement.edited_by_id = utc_now(), actor.account_id
    numbers = {entity.value: _told(row) for entity, row in before.items()}
    audit.record(session, actor, "declare", "supported_entities", agreement_id, before=numbers)
    session.flush()
    return agreement


def declared_by(
    session: Session, agreement: Agreement, as_of: date = date.max
) -> dict[Entity, SupportedEntities]:
    """What an agreement the caller opened had declared on a day."""
    return _rows(session, agreement.id or 0, as_of)


def entity_rows(session: Session, agreement: Agreement, as_of: date) -> Iterator[tuple[Any, ...]]:
    """A line an indicator, those nobody declared too."""
    rows = declared_by(session, agreement, as_of)
    for entity in Entity:
        row = rows.get(entity)
        if row is None:
            yield (entity.value, entity.label, UNTOLD, None, None, None)
        else:
            state = row.state.label
            yield (entity.value, entity.label, state, row.number, row.proof, row.declared_on)


def declaration_of(row: SupportedEntities) -> Declaration:
    """What a row says."""
    return Declaration(row.state, row.declared_on, row.number, row.proof)


def _rows(session: Session, agreement_id: int, as_of: date) -> dict[Entity, SupportedEntities]:
    rows = session.execute(DECLARED, {"agreement": agreement_id, "as_of": as_of}).scalars()
    return {row.entity: row for row in rows}


def _write(
    session: Session,
    actor: Actor,
    agreement_id: int,
    entity: Entity,
    row: SupportedEntities | None,
    declared: Mapping[Entity, Declaration],
) -> None:
    asked = declared.get(entity)
    if asked is None:
        if row is not None:
            session.delete(row)
        return
    if row is not None and declaration_of(row) == asked:
        return
    session.merge(
        SupportedEntities(
            agreement_id=agreement_id,
            entity=entity,
            state=asked.state,
            number=asked.number,
            proof=asked.proof or None,
            declared_on=asked.declared_on,
            declared_by_id=actor.account_id,
        )
    )


def _told(row: SupportedEntities) -> str:
    return row.state.label if row.state is Declared.NOT_CONCERNED else str(row.number)
