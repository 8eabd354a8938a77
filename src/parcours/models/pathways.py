"""Pathways, the steps organisations hold, and the days that nobody holds (derived)."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, Column, Index, Numeric, literal_column
from sqlmodel import Field, SQLModel

from parcours.domain.words import DataSource, StepKind
from parcours.models.base import text_column, utc_now, word_column

HELD_NOT_BEGUN = "started_on IS NULL AND accepted_at IS NOT NULL AND cancelled_at IS NULL"

BEGUN = "started_on IS NOT NULL"
IS_IMMERSION = "kind = 'immersion'"


class Pathway(SQLModel, table=True):
    """One participation of a person; coming back opens another and never overwrites this one."""

    __tablename__ = "pathway"
    __table_args__ = (
        CheckConstraint("closed_on IS NULL OR closed_on >= opened_on", name="period"),
        CheckConstraint("tolerance_days >= 0", name="tolerance_not_negative"),
        CheckConstraint("version > 0", name="version_positive"),
        Index("ix_pathway_learner_id_opened_on", "learner_id", "opened_on", "closed_on"),
    )

    id: int | None = Field(default=None, primary_key=True)
    learner_id: int = Field(foreign_key="learner.id")
    organisation_id: int = Field(foreign_key="organisation.id")
    programme_id: int | None = Field(default=None, foreign_key="programme.id")
    tolerance_days: int = 15
    opened_on: date
    closed_on: date | None = None
    version: int = 1
    created_at: datetime = Field(default_factory=utc_now)
    created_by_id: int = Field(foreign_key="account.id")


class Step(SQLModel, table=True):
    """An activity held by an organisation, with planned and real dates (both ends included)."""

    __tablename__ = "step"
    __table_args__ = (
        CheckConstraint(
            "planned_end_on IS NULL OR planned_end_on >= planned_start_on", name="planned_period"
        ),
        CheckConstraint(
            "ended_on IS NULL OR ended_on >= coalesce(started_on, planned_start_on)",
            name="real_period",
        ),
        CheckConstraint(
            "(cancelled_at IS NULL) = (cancelled_by_id IS NULL)", name="cancelled_by_someone"
        ),
        CheckConstraint("hours IS NULL OR hours >= 0", name="hours_not_negative"),
        CheckConstraint("version > 0", name="version_positive"),
        Index("ix_step_pathway_id", "pathway_id", "planned_start_on"),
        Index("ix_step_learner_id", "learner_id"),
        # Starts to confirm are counted on every first page: the index alone tells which they are.
        Index(
            "ix_step_to_confirm",
            "organisation_id", "planned_start_on", "id", "pathway_id", "learner_id",
            "started_on", "accepted_at", "cancelled_at",
            sqlite_where=literal_column(HELD_NOT_BEGUN),
            postgresql_where=literal_column(HELD_NOT_BEGUN),
        ),
        # Few steps are immersions, and they have lists of their own.
        Index(
            "ix_step_immersion",
            "organisation_id", "planned_start_on", "id",
            sqlite_where=literal_column(IS_IMMERSION),
            postgresql_where=literal_column(IS_IMMERSION),
        ),
        # Of steps begun alone: whole, it would be taken for the steps that wait to begin, and read
        # through every one of them.
        Index(
            "ix_step_starting",
            "organisation_id", "started_on",
            sqlite_where=literal_column(BEGUN),
            postgresql_where=literal_column(BEGUN),
        ),
        Index("ix_step_ending", "organisation_id", "ended_on", "planned_end_on"),
        Index("ix_step_enrolment_id", "enrolment_id"),
    )  # fmt: skip

    id: int | None = Field(default=None, primary_key=True)
    pathway_id: int = Field(foreign_key="pathway.id")
    learner_id: int = Field(foreign_key="learner.id")
    organisation_id: int = Field(foreign_key="organisation.id")
    kind: StepKind = word_column(StepKind, "kind")
    title: str = Field(max_length=200)
    planned_start_on: date
    planned_end_on: date | None = None
    started_on: date | None = None
    ended_on: date | None = None
    hours: Decimal | None = Field(default=None, sa_column=Column(Numeric(7, 2), nullable=True))
    note: str | None = text_column()
    accepted_at: datetime | None = None
    cancelled_at: datetime | None = None
    cancelled_by_id: int | None = Field(default=None, foreign_key="account.id")
    cancel_reason: str | None = Field(default=None, max_length=300)
    enrolment_id: int | None = Field(default=None, foreign_key="enrolment.id")
    source: DataSource = word_column(DataSource, "source")
    version: int = 1
    created_at: datetime = Field(default_factory=utc_now)
    created_by_id: int = Field(foreign_key="account.id")


class Gap(SQLModel, table=True):
    """Derived: a maximal run of days no held step covers; rewritten with the facts that move it.

    `ends_on` is the last uncovered day (empty when open); `breaks_on` is set when it breaks.
    """

    __tablename__ = "gap"
    __table_args__ = (
        # Worklists walk past the gaps that ended long ago: the index alone must tell which did.
        Index(
            "ix_gap_owner_id_breaks_on",
            "owner_id", "breaks_on", "pathway_id", "ends_on", "learner_id", "starts_on",
        ),
        Index("ix_gap_learner_id", "learner_id", "breaks_on", "ends_on", "starts_on"),
        {"sqlite_with_rowid": False},
    )  # fmt: skip

    pathway_id: int = Field(foreign_key="pathway.id", primary_key=True)
    starts_on: date = Field(primary_key=True)
    learner_id: int = Field(foreign_key="learner.id")
    ends_on: date | None = None
    days: int | None = None
    breaks_on: date | None = None
    owner_id: int = Field(foreign_key="organisation.id")
