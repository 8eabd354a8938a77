"""Reports on who is proposed and hired: counts by group, never anybody; not read by the score."""

from datetime import date, datetime

from sqlmodel import Field, Index, SQLModel

from parcours.models.base import text_column, utc_now


class FairnessReport(SQLModel, table=True):
    """A report of an organisation over a period; never rewritten.

    `counted` holds the counts and what of them is masked, `decided` the decisions beside the order.
    """

    __tablename__ = "fairness_report"
    __table_args__ = (Index("ix_fairness_report_organisation_id", "organisation_id", "id"),)

    id: int | None = Field(default=None, primary_key=True)
    organisation_id: int = Field(foreign_key="organisation.id")
    starts_on: date
    as_of: date
    counted: str = text_column(nullable=False)
    decided: str = text_column(nullable=False)
    at: datetime = Field(default_factory=utc_now)
    account_id: int = Field(foreign_key="account.id")
