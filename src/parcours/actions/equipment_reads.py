"""Reading equipment: what is with a person, and the condition of a late loan."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import and_, bindparam, select
from sqlmodel import Session, col

from parcours.domain.equipment import Handover, Nature, Where
from parcours.models import Equipment, EquipmentHandover, Organisation


@dataclass(frozen=True, slots=True)
class Held:
    """Something handed over to a person, as their pages show it."""

    equipment_id: int
    organisation_id: int
    organisation: str
    kind: str
    label: str
    inventory_number: str
    handover: Handover

    def where(self, today: date) -> Where:
        """Where it is today."""
        return self.handover.where(today)


def is_late() -> Any:
    """Condition on EquipmentHandover: a loan of `:org` still out after its day, on `:today`."""
    return and_(
        col(EquipmentHandover.organisation_id) == bindparam("org"),
        col(EquipmentHandover.returned_on).is_(None),
        col(EquipmentHandover.lost_on).is_(None),
        col(EquipmentHandover.due_on) < bindparam("today"),
        col(EquipmentHandover.nature) == Nature.LOAN,
    )


HANDOVER = (
    col(EquipmentHandover.nature),
    col(EquipmentHandover.handed_on),
    col(EquipmentHandover.due_on),
    col(EquipmentHandover.returned_on),
    col(EquipmentHandover.lost_on),
)
OF_LEARNER: Any = (
    select(
        col(Equipment.id),
        col(Equipment.organisation_id),
        col(Organisation.name),
        col(Equipment.kind),
        col(Equipment.label),
        col(Equipment.inventory_number),
        *HANDOVER,
    )
    .join(Equipment, col(Equipment.id) == col(EquipmentHandover.equipment_id))
    .join(Organisation, col(Organisation.id) == col(Equipment.organisation_id))
    .where(col(EquipmentHandover.learner_id) == bindparam("learner"))
    .order_by(col(EquipmentHandover.handed_on).desc(), col(EquipmentHandover.id).desc())
)


def held_by_learner(session: Session, learner_id: int) -> list[Held]:
    """All that was lent or given to a person whose file the caller has opened, the latest first."""
    rows: Any = session.execute(OF_LEARNER, {"learner": learner_id})
    told = ((*row[:6], Handover(*row[6:])) for row in rows)
    return [Held(*values) for values in told]
