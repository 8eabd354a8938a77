"""Who did or read what: appended in the caller’s transaction, never rewritten."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, Index
from sqlmodel import Field, SQLModel

from parcours.models.base import utc_now


class AuditEntry(SQLModel, table=True):
    """One act or one reading. `details` never holds what a person’s file says."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index("ix_audit_entry_learner_id_at", "learner_id", "at"),
        Index("ix_audit_entry_organisation_id_at", "organisation_id", "at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(default_factory=utc_now)
    account_id: int | None = Field(default=None, foreign_key="account.id")
    organisation_id: int | None = Field(default=None, foreign_key="organisation.id")
    role: str | None = Field(default=None, max_length=32)
    act: str = Field(max_length=60)
    subject: str = Field(max_length=40)
    subject_id: int | None = None
    learner_id: int | None = None
    request_id: str | None = Field(default=None, max_length=40)
    details: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
