"""Mediation acts: what took place, each person’s part in it, and what was corrected since."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from parcours.domain.mediation import ActivityKind, Autonomy, Part
from parcours.domain.words import DataSource
from parcours.models.base import text_column, utc_now, word_column


class Activity(SQLModel, table=True):
    """An act, a workshop or an information of a day; `heads` came and left no name.

    `imported_as` is the mark of the lines of a sheet it came from: corrected since, it is still
    known to be theirs.
    """

    __tablename__ = "activity"
    __table_args__ = (
        CheckConstraint("minutes BETWEEN 1 AND 720", name="minutes"),
        CheckConstraint("heads >= 0", name="heads_not_negative"),
        CheckConstraint("kind <> 'individual' OR heads = 0", name="individual_has_a_name"),
        CheckConstraint(
            "(cancelled_at IS NULL) = (cancelled_by_id IS NULL)", name="cancelled_by_someone"
        ),
        CheckConstraint("version > 0", name="version_positive"),
        Index("ix_activity_organisation_id", "organisation_id", "held_on", "id"),
        Index("ix_activity_held_on", "held_on"),
    )

    id: int | None = Field(default=None, primary_key=True)
    organisation_id: int = Field(foreign_key="organisation.id")
    kind: ActivityKind = word_column(ActivityKind, "kind")
    theme: str = Field(max_length=40)
    held_on: date
    minutes: int
    place: str | None = Field(default=None, max_length=120)
    title: str | None = Field(default=None, max_length=120)
    heads: int = 0
    source: DataSource = word_column(DataSource, "source")
    imported_as: str | None = Field(default=None, max_length=64)
    cancelled_at: datetime | None = None
    cancelled_by_id: int | None = Field(default=None, foreign_key="account.id")
    cancel_reason: str | None = Field(default=None, max_length=200)
    version: int = 1
    created_at: datetime = Field(default_factory=utc_now)
    created_by_id: int = Field(foreign_key="account.id")


class Act(SQLModel, table=True):
    """One person’s part in an activity; taken off, it stays with who took it off."""

    __tablename__ = "act"
    __table_args__ = (
        UniqueConstraint("activity_id", "learner_id"),
        CheckConstraint(
            "(withdrawn_at IS NULL) = (withdrawn_by_id IS NULL)", name="withdrawn_by_someone"
        ),
        Index("ix_act_learner_id", "learner_id", "activity_id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    activity_id: int = Field(foreign_key="activity.id")
    learner_id: int = Field(foreign_key="learner.id")
    part: Part = word_column(Part, "part")
    autonomy: Autonomy | None = word_column(Autonomy, "autonomy", nullable=True)
    withdrawn_at: datetime | None = None
    withdrawn_by_id: int | None = Field(default=None, foreign_key="account.id")
    created_at: datetime = Field(default_factory=utc_now)
    created_by_id: int = Field(foreign_key="account.id")


class ActivityChange(SQLModel, table=True):
    """What an activity, or somebody’s part in it, said before a correction; never rewritten."""

    __tablename__ = "activity_change"
    __table_args__ = (Index("ix_activity_change_activity_id", "activity_id", "id"),)

    id: int | None = Field(default=None, primary_key=True)
    activity_id: int = Field(foreign_key="activity.id")
    learner_id: int | None = Field(default=None, foreign_key="learner.id")
    field: str = Field(max_length=40)
    before: str | None = text_column()
    after: str | None = text_column()
    at: datetime = Field(default_factory=utc_now)
    by_id: int = Field(foreign_key="account.id")
