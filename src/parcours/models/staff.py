"""Who stands for whom in an organisation, from one day to another."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field, SQLModel

from parcours.models.base import utc_now


class Replacement(SQLModel, table=True):
    """A colleague stands for an account between two days, both included.

    Nothing is moved: whoever asks on a day reads who stands for whom on that day, so the people
    come back by themselves the day after the last.
    """

    __tablename__ = "replacement"
    __table_args__ = (
        CheckConstraint("ends_on >= starts_on", name="period"),
        CheckConstraint("replaced_id <> substitute_id", name="two_people"),
        CheckConstraint(
            "(cancelled_at IS NULL) = (cancelled_by_id IS NULL)", name="cancelled_by_someone"
        ),
        Index("ix_replacement_substitute_id", "substitute_id", "organisation_id", "ends_on"),
        Index("ix_replacement_organisation_id", "organisation_id", "ends_on"),
    )

    id: int | None = Field(default=None, primary_key=True)
    organisation_id: int = Field(foreign_key="organisation.id")
    replaced_id: int = Field(foreign_key="account.id")
    substitute_id: int = Field(foreign_key="account.id")
    starts_on: date
    ends_on: date
    created_at: datetime = Field(default_factory=utc_now)
    created_by_id: int = Field(foreign_key="account.id")
    cancelled_at: datetime | None = None
    cancelled_by_id: int | None = Field(default=None, foreign_key="account.id")
