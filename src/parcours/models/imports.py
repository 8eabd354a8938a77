"""Spreadsheets taken in: the file as received, its mapping, its preview and what it did."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Column, Index, LargeBinary, UniqueConstraint
from sqlmodel import Field, SQLModel

from parcours.models.base import utc_now


class Import(SQLModel, table=True):
    """One file of one organisation, from upload to confirmation."""

    __tablename__ = "import"
    __table_args__ = (
        Index("ix_import_organisation_id", "organisation_id", "created_at"),
        Index("ix_import_organisation_id_sha256", "organisation_id", "sha256"),
        CheckConstraint(
            "(confirmed_at IS NULL) = (confirmed_by_id IS NULL)", name="confirmed_by_someone"
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    organisation_id: int = Field(foreign_key="organisation.id")
    kind: str = Field(max_length=20)
    file_name: str = Field(max_length=200)
    sha256: str = Field(max_length=64)
    content: bytes | None = Field(default=None, sa_column=Column(LargeBinary, nullable=True))
    cohort_id: int | None = Field(default=None, foreign_key="cohort.id")
    programme_id: int | None = Field(default=None, foreign_key="programme.id")
    mapping: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    decisions: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    report: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON, nullable=True))
    created_at: datetime = Field(default_factory=utc_now)
    created_by_id: int = Field(foreign_key="account.id")
    confirmed_at: datetime | None = None
    confirmed_by_id: int | None = Field(default=None, foreign_key="account.id")


class ImportMapping(SQLModel, table=True):
    """The columns an organisation confirmed last time for files of the same headings."""

    __tablename__ = "import_mapping"
    __table_args__ = (UniqueConstraint("organisation_id", "kind", "signature"),)

    id: int | None = Field(default=None, primary_key=True)
    organisation_id: int = Field(foreign_key="organisation.id")
    kind: str = Field(max_length=20)
    signature: str = Field(max_length=64)
    mapping: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    used_at: datetime = Field(default_factory=utc_now)
