"""Lending, giving, taking back: an item is with one person at a time, and its history stays."""

from dataclasses import asdict, dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col

from parcours import audit, reference
from parcours.db import is_duplicate
from parcours.domain.access import Actor, Capability, require
from parcours.domain.equipment import (
    Condition,
    Handover,
    HandoverAct,
    Nature,
    check_back,
    check_due,
    check_handover,
)
from parcours.domain.errors import EditConflict, RuleBroken
from parcours.models import Equipment, EquipmentHandover, HandoverEvent, visibility

TAKEN_NUMBER = "Un autre matériel de votre structure porte ce numéro."
WITH_SOMEBODY = "Ce matériel est déjà entre les mains de quelqu’un : notez d’abord son retour."


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """What is said of an item."""

    kind: str
    label: str
    inventory_number: str
    note: str | None = None


def add_item(session: Session, actor: Actor, facts: ItemFacts) -> Equipment:
    """Enter an item of one’s organisation (RuleBroken: what is missing, a number already used)."""
    require(actor, Capability.WRITE_STEPS)
    _check_item(session, actor, facts, None)
    row = Equipment(
        **asdict(facts), organisation_id=actor.organisation_id, created_by_id=actor.account_id
    )
    session.add(row)
    session.flush()
    audit.record(session, actor, "add", "equipment", row.id)
    return row


def edit_item(
    session: Session, actor: Actor, item_id: int, facts: ItemFacts, *, version: int
) -> Equipment:
    """Change what is said of an item (EditConflict when somebody did since)."""
    require(actor, Capability.WRITE_STEPS)
    row = visibility.equipment(session, actor, item_id, lock=True)
    before = {name: getattr(row, name) for name in asdict(facts)}
    if row.version != version:
        raise EditConflict(theirs=before, mine=asdict(facts), who="")
    _check_item(session, actor, facts, item_id)
    changed = {name: value for name, value in asdict(facts).items() if before[name] != value}
    for name, value in changed.items():
        setattr(row, name, value)
    row.version += 1
    session.flush()
    was = {name: before[name] for name in changed}
    audit.record(session, actor, "edit", "equipment", item_id, before=was, after=changed)
    return row


def retire_item(session: Session, actor: Actor, item_id: int, *, today: date) -> Equipment:
    """Take an item out of what may be lent, or bring it back when it was."""
    require(actor, Capability.WRITE_STEPS)
    row = visibility.equipment(session, actor, item_id, lock=True)
    if row.retired_on is None:
        if _out(session, item_id) is not None:
            raise RuleBroken(WITH_SOMEBODY)
        row.retired_on, row.retired_by_id = today, actor.account_id
    else:
        row.retired_on = row.retired_by_id = None
    row.version += 1
    session.flush()
    act = "retire" if row.retired_on else "restore"
    audit.record(session, actor, act, "equipment", item_id)
    return row


def hand_over(
    session: Session,
    actor: Actor,
    item_id: int,
    learner_id: int,
    *,
    nature: Nature,
    handed_on: date,
    due_on: date | None = None,
    today: date,
) -> EquipmentHandover:
    """Lend or give an item to somebody the actor sees.

    Raises NotFound, RuleBroken (dates, an item retired or already with somebody).
    """
    require(actor, Capability.WRITE_STEPS)
    item = visibility.equipment(session, actor, item_id, lock=True)
    visibility.learner(session, actor, learner_id, today=today)
    check_handover(Handover(nature, handed_on, due_on), today=today)
    if item.retired_on is not None:
        raise RuleBroken("Ce matériel est retiré du parc.")
    if _out(session, item_id) is not None:
        raise RuleBroken(WITH_SOMEBODY)
    row = EquipmentHandover(
        equipment_id=item_id,
        learner_id=learner_id,
        organisation_id=actor.organisation_id,
        nature=nature,
        handed_on=handed_on,
        due_on=due_on,
        created_by_id=actor.account_id,
    )
    _save_alone(session, row)
    _tell(session, actor, row, HandoverAct.HANDED, handed_on, detail=nature.value)
    return row


def extend_loan(
    session: Session, actor: Actor, handover_id: int, *, due_on: date, today: date
) -> EquipmentHandover:
    """Let a loan come back another day; the day it was due stays in the history.

    Saying the same day twice changes nothing.
    """
    row = _own(session, actor, handover_id)
    if row.due_on == due_on:
        return row
    check_due(facts_of(row), due_on, today=today)
    row.due_on = due_on
    _tell(session, actor, row, HandoverAct.EXTENDED, today)
    return row


def take_back(
    session: Session,
    actor: Actor,
    handover_id: int,
    *,
    returned_on: date,
    condition: Condition,
    today: date,
) -> EquipmentHandover:
    """It came back, lent, given or believed lost; saying so twice changes nothing."""
    row = _own(session, actor, handover_id)
    if row.returned_on is not None:
        return row
    check_back(facts_of(row), returned_on, today=today, field="returned_on")
    row.returned_on, row.condition, row.lost_on = returned_on, condition, None
    _tell(session, actor, row, HandoverAct.RETURNED, returned_on, detail=condition.value)
    return row


def declare_lost(
    session: Session, actor: Actor, handover_id: int, *, lost_on: date, today: date
) -> EquipmentHandover:
    """It is lost: no longer late, and not to lend again until it is found."""
    row = _own(session, actor, handover_id)
    if row.returned_on is not None:
        raise RuleBroken("Ce matériel est déjà rendu.")
    if row.lost_on is not None:
        return row
    check_back(facts_of(row), lost_on, today=today, field="lost_on")
    row.lost_on = lost_on
    _tell(session, actor, row, HandoverAct.LOST, lost_on)
    return row


def find_again(
    session: Session, actor: Actor, handover_id: int, *, today: date
) -> EquipmentHandover:
    """Undo a loss: the loan goes on as it was, late if it is."""
    row = _own(session, actor, handover_id)
    if row.lost_on is not None:
        row.lost_on = None
        _tell(session, actor, row, HandoverAct.FOUND, today)
    return row


def facts_of(row: EquipmentHandover) -> Handover:
    """What the rules read of what was handed over."""
    return Handover(row.nature, row.handed_on, row.due_on, row.returned_on, row.lost_on)


def _own(session: Session, actor: Actor, handover_id: int) -> EquipmentHandover:
    require(actor, Capability.WRITE_STEPS)
    return visibility.handover(session, actor, handover_id, lock=True)


def _check_item(session: Session, actor: Actor, facts: ItemFacts, item_id: int | None) -> None:
    errors: dict[str, str] = {}
    if facts.kind not in reference.equipment_kinds():
        errors["kind"] = "Choisissez une nature de la liste."
    if not facts.label:
        errors["label"] = "Décrivez le matériel : marque, modèle."
    if not facts.inventory_number:
        errors["inventory_number"] = "Indiquez le numéro d’inventaire."
    other = session.execute(
        select(col(Equipment.id)).where(
            col(Equipment.organisation_id) == actor.organisation_id,
            col(Equipment.inventory_number) == facts.inventory_number,
        )
    ).scalar_one_or_none()
    if other not in (None, item_id):
        errors["inventory_number"] = TAKEN_NUMBER
    if errors:
        raise RuleBroken(errors=errors)


def _out(session: Session, item_id: int) -> int | None:
    found: int | None = session.execute(
        select(col(EquipmentHandover.id)).where(
            col(EquipmentHandover.equipment_id) == item_id,
            col(EquipmentHandover.returned_on).is_(None),
        )
    ).scalar_one_or_none()
    return found


def _save_alone(session: Session, row: EquipmentHandover) -> None:
    """The database has the last word: one person at a time."""
    session.add(row)
    try:
        session.flush()
    except IntegrityError as error:
        if not is_duplicate(error):
            raise
        raise RuleBroken(WITH_SOMEBODY) from error


def _tell(
    session: Session,
    actor: Actor,
    row: EquipmentHandover,
    act: HandoverAct,
    on: date,
    *,
    detail: str | None = None,
) -> None:
    row.version += 1
    event = HandoverEvent(
        handover_id=row.id or 0,
        learner_id=row.learner_id,
        act=act,
        on=on,
        due_on=row.due_on,
        detail=detail,
        by_id=actor.account_id,
    )
    session.add(event)
    session.flush()
    audit.record(
        session, actor, act.value, "equipment", row.equipment_id, learner_id=row.learner_id
    )
