"""Official lists as published: every code once seen stays, archived when an edition drops it."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Column, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from parcours.domain.reference_lists import ReferenceList
from parcours.models.base import utc_now, word_column


class ReferenceVersion(SQLModel, table=True):
    """One file loaded: which list, which edition, the print of its bytes, how many codes."""

    __tablename__ = "reference_version"
    __table_args__ = (
        UniqueConstraint("list", "sha256"),
        CheckConstraint("codes > 0", name="codes_positive"),
    )

    id: int | None = Field(default=None, primary_key=True)
    list: ReferenceList = word_column(ReferenceList, "list")
    version: str = Field(max_length=60)
    sha256: str = Field(max_length=64)
    codes: int
    imported_at: datetime = Field(default_factory=utc_now)
    imported_by_id: int | None = Field(default=None, foreign_key="account.id")


class Occupation(SQLModel, table=True):
    """An occupation of the ROME; `parent` is the family that later editions cut finer."""

    __tablename__ = "occupation"

    code: str = Field(max_length=5, primary_key=True)
    label: str = Field(max_length=200)
    parent: str = Field(max_length=5)
    is_digital: bool = False
    version_id: int = Field(foreign_key="reference_version.id")
    archived_on: date | None = None


class RncpSheet(SQLModel, table=True):
    """A sheet of the RNCP as published: its number is the key, two may share a title."""

    __tablename__ = "rncp_sheet"

    code: str = Field(max_length=12, primary_key=True)
    label: str = Field(max_length=400)
    level: str | None = Field(default=None, max_length=4)
    is_active: bool = True
    ends_on: date | None = None
    blocks: list[dict[str, str]] = Field(
        default_factory=list, sa_column=Column(JSON, nullable=False)
    )
    version_id: int = Field(foreign_key="reference_version.id")
    archived_on: date | None = None


class Commune(SQLModel, table=True):
    """A commune or an arrondissement, by its Insee code."""

    __tablename__ = "commune"
    __table_args__ = (Index("ix_commune_name_key", "name_key"),)

    code: str = Field(max_length=5, primary_key=True)
    name: str = Field(max_length=120)
    name_key: str = Field(max_length=120)
    department: str = Field(max_length=3)
    version_id: int = Field(foreign_key="reference_version.id")
    archived_on: date | None = None


class District(SQLModel, table=True):
    """A priority district (QPV): its outline in degrees, and the box that holds it."""

    __tablename__ = "district"
    __table_args__ = (
        CheckConstraint("west <= east AND south <= north", name="box"),
        Index("ix_district_box", "west", "east", "south", "north"),
    )

    code: str = Field(max_length=10, primary_key=True)
    name: str = Field(max_length=200)
    commune: str = Field(max_length=400)
    generation: int
    outline: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    west: float
    east: float
    south: float
    north: float
    version_id: int = Field(foreign_key="reference_version.id")
    archived_on: date | None = None
