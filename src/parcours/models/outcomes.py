"""Exits as raw facts: which figure they make is a rule’s business, never stored here."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, Column, Index, Numeric
from sqlmodel import Field, SQLModel

from parcours.domain.words import DataSource
from parcours.models.base import utc_now, word_column


class Exit(SQLModel, table=True):
    """What happened when the person left a pathway, and the contract if there was one."""

    __tablename__ = "exit"
    __table_args__ = (
        CheckConstraint(
            "contract_ends_on IS NULL OR contract_starts_on IS NULL"
            " OR contract_ends_on >= contract_starts_on",
            name="contract_period",
        ),
        CheckConstraint("weekly_hours IS NULL OR weekly_hours > 0", name="hours_positive"),
        CheckConstraint(
            "(corrected_at IS NULL) = (corrected_by_id IS NULL)", name="corrected_by_someone"
        ),
        CheckConstraint("version > 0", name="version_positive"),
        Index("ix_exit_pathway_id", "pathway_id"),
        Index("ix_exit_learner_id", "learner_id"),
        # Counted on every first page: the index alone tells what is missing, and of whom.
        Index(
            "ix_exit_organisation_id",
            "organisation_id", "id", "learner_id", "situation", "proof_seen_on",
        ),
    )  # fmt: skip

    id: int | None = Field(default=None, primary_key=True)
    learner_id: int = Field(foreign_key="learner.id")
    pathway_id: int = Field(foreign_key="pathway.id")
    organisation_id: int = Field(foreign_key="organisation.id")
    exited_on: date
    situation: str | None = Field(default=None, max_length=40)
    contract_type: str | None = Field(default=None, max_length=40)
    contract_starts_on: date | None = None
    contract_ends_on: date | None = None
    employer: str | None = Field(default=None, max_length=200)
    weekly_hours: Decimal | None = Field(
        default=None, sa_column=Column(Numeric(5, 2), nullable=True)
    )
    related_to_training: bool | None = None
    proof: str | None = Field(default=None, max_length=200)
    proof_seen_on: date | None = None
    source: DataSource = word_column(DataSource, "source")
    version: int = 1
    created_at: datetime = Field(default_factory=utc_now)
    created_by_id: int = Field(foreign_key="account.id")
    corrected_at: datetime | None = None
    corrected_by_id: int | None = Field(default=None, foreign_key="account.id")
