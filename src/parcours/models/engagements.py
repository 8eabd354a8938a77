"""The weekly hours agreed with a person, where they differ from what is expected by default."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field, SQLModel

from parcours.models.base import utc_now


class WeeklyEngagement(SQLModel, table=True):
    """Hours a week agreed with somebody over a period; the motive is a code, never a text."""

    __tablename__ = "weekly_engagement"
    __table_args__ = (
        CheckConstraint("minutes BETWEEN 0 AND 2400", name="minutes"),
        CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="period"),
        CheckConstraint(
            "(withdrawn_at IS NULL) = (withdrawn_by_id IS NULL)", name="withdrawn_by_someone"
        ),
        CheckConstraint("version > 0", name="version_positive"),
        Index("ix_weekly_engagement_learner_id", "learner_id", "starts_on"),
    )

    id: int | None = Field(default=None, primary_key=True)
    learner_id: int = Field(foreign_key="learner.id")
    organisation_id: int = Field(foreign_key="organisation.id")
    minutes: int
    motive: str = Field(max_length=40)
    starts_on: date
    ends_on: date | None = None
    withdrawn_at: datetime | None = None
    withdrawn_by_id: int | None = Field(default=None, foreign_key="account.id")
    version: int = 1
    created_at: datetime = Field(default_factory=utc_now)
    created_by_id: int = Field(foreign_key="account.id")
