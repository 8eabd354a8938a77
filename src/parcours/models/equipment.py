"""Equipment of an organisation, to whom it was handed over, and all that happened to it."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, literal_column
from sqlmodel import Field, SQLModel

from parcours.domain.equipment import Condition, HandoverAct, Nature
from parcours.models.base import text_column, utc_now, word_column

STILL_OUT = "returned_on IS NULL"


class Equipment(SQLModel, table=True):
    """An item an organisation lends or gives; retired, never deleted."""

    __tablename__ = "equipment"
    __table_args__ = (
        UniqueConstraint("organisation_id", "inventory_number"),
        CheckConstraint(
            "(retired_on IS NULL) = (retired_by_id IS NULL)", name="retired_by_someone"
        ),
        CheckConstraint("version > 0", name="version_positive"),
    )

    id: int | None = Field(default=None, primary_key=True)
    organisation_id: int = Field(foreign_key="organisation.id")
    kind: str = Field(max_length=40)
    label: str = Field(max_length=120)
    inventory_number: str = Field(max_length=40)
    note: str | None = text_column()
    retired_on: date | None = None
    retired_by_id: int | None = Field(default=None, foreign_key="account.id")
    version: int = 1
    created_at: datetime = Field(default_factory=utc_now)
    created_by_id: int = Field(foreign_key="account.id")


class EquipmentHandover(SQLModel, table=True):
    """An item lent or given to somebody; an item is with one person at a time."""

    __tablename__ = "equipment_handover"
    __table_args__ = (
        CheckConstraint("(nature = 'loan') = (due_on IS NOT NULL)", name="loan_has_an_end"),
        CheckConstraint("due_on IS NULL OR due_on >= handed_on", name="period"),
        CheckConstraint("returned_on IS NULL OR returned_on >= handed_on", name="return_after"),
        CheckConstraint("lost_on IS NULL OR lost_on >= handed_on", name="loss_after"),
        CheckConstraint("(returned_on IS NULL) = (condition IS NULL)", name="return_has_a_state"),
        CheckConstraint("returned_on IS NULL OR lost_on IS NULL", name="returned_is_not_lost"),
        CheckConstraint("version > 0", name="version_positive"),
        Index(
            "ix_equipment_handover_out",
            "equipment_id",
            unique=True,
            sqlite_where=literal_column(STILL_OUT),
            postgresql_where=literal_column(STILL_OUT),
        ),
        Index("ix_equipment_handover_equipment_id", "equipment_id", "handed_on"),
        Index("ix_equipment_handover_learner_id", "learner_id", "handed_on"),
        Index(
            "ix_equipment_handover_due_on", "organisation_id", "returned_on", "lost_on", "due_on"
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    equipment_id: int = Field(foreign_key="equipment.id")
    learner_id: int = Field(foreign_key="learner.id")
    organisation_id: int = Field(foreign_key="organisation.id")
    nature: Nature = word_column(Nature, "nature")
    handed_on: date
    due_on: date | None = None
    returned_on: date | None = None
    condition: Condition | None = word_column(Condition, "condition", nullable=True)
    lost_on: date | None = None
    version: int = 1
    created_at: datetime = Field(default_factory=utc_now)
    created_by_id: int = Field(foreign_key="account.id")


class HandoverEvent(SQLModel, table=True):
    """Something that happened to what was handed over, and who said so; never rewritten."""

    __tablename__ = "handover_event"
    __table_args__ = (Index("ix_handover_event_handover_id", "handover_id", "id"),)

    id: int | None = Field(default=None, primary_key=True)
    handover_id: int = Field(foreign_key="equipment_handover.id")
    learner_id: int = Field(foreign_key="learner.id")
    act: HandoverAct = word_column(HandoverAct, "act")
    on: date
    due_on: date | None = None
    detail: str | None = Field(default=None, max_length=200)
    at: datetime = Field(default_factory=utc_now)
    by_id: int = Field(foreign_key="account.id")
