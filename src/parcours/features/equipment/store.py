"""What the pages of equipment read: the items with who holds them, one item’s history."""

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, Integer, Select, Text, and_, bindparam, or_, select, tuple_
from sqlmodel import Session, col

from parcours.actions.equipment_reads import HANDOVER, is_late
from parcours.domain.access import Actor
from parcours.domain.equipment import Handover, Nature, Where
from parcours.domain.identity import shown_name
from parcours.models import (
    Account,
    Equipment,
    EquipmentHandover,
    HandoverEvent,
    Learner,
)
from parcours.models.visibility import scope, sees_learner

PAGE_SIZE = 30
Place = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Filters:
    """Which items: where they are, of which kind, whose number or label holds these letters."""

    where: Where | None = None
    kind: str | None = None
    words: str = ""

    @property
    def shape(self) -> tuple[Where | None, bool, bool]:
        """What the statement depends on; values are parameters."""
        return self.where, self.kind is not None, bool(self.words)


@dataclass(frozen=True, slots=True)
class ItemRow:
    """An item and, when it is out, to whom; the name is empty when the actor sees them no more."""

    id: int
    kind: str
    label: str
    inventory_number: str
    retired_on: date | None
    handover_id: int | None
    handover: Handover | None
    learner_id: int | None
    name: str

    def where(self, today: date) -> Where:
        """Where it is today."""
        if self.handover is not None:
            return self.handover.where(today)
        return Where.RETIRED if self.retired_on else Where.AVAILABLE


def items(
    session: Session, actor: Actor, filters: Filters, *, today: date, after: Place | None = None
) -> list[ItemRow]:
    """A page of the organisation’s items by number, and one row more."""
    parameters: dict[str, Any] = scope(actor, today) | {
        "kind": filters.kind,
        "words": f"%{filters.words.lower()}%",
    }
    if after is not None:
        parameters |= {"after_number": after[0], "after_id": after[1]}
    rows: Any = session.execute(_listed(filters.shape, after is not None), parameters)
    return [_item(row) for row in rows]


def item(session: Session, actor: Actor, item_id: int, *, today: date) -> ItemRow:
    """An item the caller has opened, as the list shows it."""
    statement = _items().where(col(Equipment.id) == bindparam("item"))
    row: Any = session.execute(statement, scope(actor, today) | {"item": item_id}).one()
    return _item(row)


def history(session: Session, actor: Actor, item_id: int, *, today: date) -> list[tuple[Any, ...]]:
    """All that happened to an item, the latest first: (act, day, due, detail, who, when, names).

    A person the actor no longer sees is not named.
    """
    rows = session.execute(
        select(
            col(HandoverEvent.act),
            col(HandoverEvent.on),
            col(HandoverEvent.due_on),
            col(HandoverEvent.detail),
            col(Account.name),
            col(HandoverEvent.at),
            col(Learner.id),
            col(Learner.birth_name),
            col(Learner.usage_name),
            col(Learner.first_names),
        )
        .join(EquipmentHandover, col(EquipmentHandover.id) == col(HandoverEvent.handover_id))
        .join(Account, col(Account.id) == col(HandoverEvent.by_id))
        .outerjoin(
            Learner,
            and_(col(Learner.id) == col(HandoverEvent.learner_id), sees_learner(Learner.id)),
        )
        .where(col(EquipmentHandover.equipment_id) == item_id)
        .order_by(col(HandoverEvent.id).desc()),
        scope(actor, today),
    )
    return [tuple(row) for row in rows]


def _items() -> Any:
    columns: tuple[Any, ...] = (
        col(Equipment.id), col(Equipment.kind), col(Equipment.label),
        col(Equipment.inventory_number), col(Equipment.retired_on), col(EquipmentHandover.id),
        *HANDOVER, col(Learner.id), col(Learner.birth_name), col(Learner.usage_name),
        col(Learner.first_names),
    )  # fmt: skip
    return (
        select(*columns)
        .outerjoin(
            EquipmentHandover,
            and_(
                col(EquipmentHandover.equipment_id) == col(Equipment.id),
                col(EquipmentHandover.returned_on).is_(None),
            ),
        )
        .outerjoin(
            Learner,
            and_(col(Learner.id) == col(EquipmentHandover.learner_id), sees_learner(Learner.id)),
        )
        .where(col(Equipment.organisation_id) == bindparam("org"))
    )


@cache
def _listed(shape: tuple[Where | None, bool, bool], is_next: bool) -> Select[Any]:
    where, has_kind, has_words = shape
    statement: Any = (
        _items()
        .order_by(col(Equipment.inventory_number), col(Equipment.id))
        .limit(bindparam("most", PAGE_SIZE + 1, type_=Integer))
    )
    if where is not None:
        statement = statement.where(IS_THERE[where])
    if has_kind:
        statement = statement.where(col(Equipment.kind) == bindparam("kind"))
    if has_words:
        words = bindparam("words", type_=Text)
        found = (col(Equipment.label).ilike(words), col(Equipment.inventory_number).ilike(words))
        statement = statement.where(or_(*found))
    if is_next:
        place = (bindparam("after_number", type_=Text), bindparam("after_id", type_=BigInteger))
        here = tuple_(col(Equipment.inventory_number), col(Equipment.id))
        statement = statement.where(here > tuple_(*place))
    selected: Select[Any] = statement
    return selected


IS_OUT = col(EquipmentHandover.id).is_not(None)
NOT_LOST = col(EquipmentHandover.lost_on).is_(None)
IS_THERE: dict[Where, Any] = {
    Where.AVAILABLE: and_(col(EquipmentHandover.id).is_(None), col(Equipment.retired_on).is_(None)),
    Where.RETIRED: col(Equipment.retired_on).is_not(None),
    Where.LATE: is_late(),
    Where.LOST: and_(IS_OUT, ~NOT_LOST),
    Where.GIVEN: and_(IS_OUT, NOT_LOST, col(EquipmentHandover.nature) == Nature.GIFT),
    Where.LENT: and_(
        IS_OUT,
        NOT_LOST,
        col(EquipmentHandover.nature) == Nature.LOAN,
        col(EquipmentHandover.due_on) >= bindparam("today"),
    ),
}


def _item(row: Any) -> ItemRow:
    handover_id, dates, person = row[5], row[6:11], row[11:]
    told = (
        *row[:6],
        Handover(*dates) if handover_id is not None else None,
        person[0],
        shown_name(person[1], person[3], person[2]) if person[0] is not None else "",
    )
    return ItemRow(*told)
