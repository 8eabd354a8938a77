"""Titles and their blocks, which block follows which, and what juries decided."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, literal_column
from sqlmodel import Field, SQLModel

from parcours.domain.certification import JuryOutcome
from parcours.models.base import text_column, utc_now, word_column

SHARED: Any = literal_column("organisation_id IS NULL")
TITLE: Any = literal_column("block_id IS NULL")
BLOCK: Any = literal_column("block_id IS NOT NULL")


class Certification(SQLModel, table=True):
    """A sheet of the national register (or a certificate of one’s own): its number is the key."""

    __tablename__ = "certification"
    __table_args__ = (
        UniqueConstraint("organisation_id", "code"),
        Index(
            "ix_certification_shared",
            "code",
            unique=True, sqlite_where=SHARED, postgresql_where=SHARED,
        ),
        CheckConstraint("grade IS NULL OR grade BETWEEN 1 AND 8", name="grade"),
        CheckConstraint("version > 0", name="version_positive"),
    )  # fmt: skip

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(max_length=40)
    label: str = Field(max_length=200)
    kind: str = Field(max_length=40)
    grade: int | None = None
    certifier: str | None = Field(default=None, max_length=120)
    valid_until: date | None = None
    source: str | None = Field(default=None, max_length=300)
    framework_id: int | None = Field(default=None, foreign_key="framework.id")
    organisation_id: int | None = Field(default=None, foreign_key="organisation.id")
    version: int = 1
    created_at: datetime = Field(default_factory=utc_now)


class CertificationBlock(SQLModel, table=True):
    """A block of a sheet: obtained alone, it is a partial qualification."""

    __tablename__ = "certification_block"
    __table_args__ = (
        UniqueConstraint("certification_id", "position"),
        UniqueConstraint("certification_id", "code"),
    )

    id: int | None = Field(default=None, primary_key=True)
    certification_id: int = Field(foreign_key="certification.id")
    code: str = Field(max_length=60)
    label: str = Field(max_length=300)
    position: int
    is_option: bool = False


class BlockSkill(SQLModel, table=True):
    """A skill that a block certifies."""

    __tablename__ = "block_skill"

    block_id: int = Field(foreign_key="certification_block.id", primary_key=True)
    skill_id: int = Field(foreign_key="skill.id", primary_key=True)


class BlockEquivalence(SQLModel, table=True):
    """A block of an old sheet counts as a block of the new one."""

    __tablename__ = "block_equivalence"
    __table_args__ = (
        UniqueConstraint("old_block_id", "new_block_id", "organisation_id"),
        CheckConstraint("old_block_id <> new_block_id", name="another_block"),
    )

    id: int | None = Field(default=None, primary_key=True)
    old_block_id: int = Field(foreign_key="certification_block.id")
    new_block_id: int = Field(foreign_key="certification_block.id")
    organisation_id: int | None = Field(default=None, foreign_key="organisation.id")
    created_at: datetime = Field(default_factory=utc_now)
    created_by_id: int | None = Field(default=None, foreign_key="account.id")


class JuryResult(SQLModel, table=True):
    """What a jury decided, on its day, of a block of somebody, or of the whole title (no block)."""

    __tablename__ = "jury_result"
    __table_args__ = (
        Index(
            "ix_jury_result_block",
            "learner_id", "organisation_id", "block_id", "jury_on",
            unique=True, sqlite_where=BLOCK, postgresql_where=BLOCK,
        ),
        Index(
            "ix_jury_result_title",
            "learner_id", "organisation_id", "certification_id", "jury_on",
            unique=True, sqlite_where=TITLE, postgresql_where=TITLE,
        ),
        Index("ix_jury_result_cohort_id", "cohort_id"),
        CheckConstraint("version > 0", name="version_positive"),
    )  # fmt: skip

    id: int | None = Field(default=None, primary_key=True)
    learner_id: int = Field(foreign_key="learner.id")
    certification_id: int = Field(foreign_key="certification.id")
    block_id: int | None = Field(default=None, foreign_key="certification_block.id")
    outcome: JuryOutcome = word_column(JuryOutcome, "outcome")
    jury_on: date
    cohort_id: int | None = Field(default=None, foreign_key="cohort.id")
    note: str | None = text_column()
    organisation_id: int = Field(foreign_key="organisation.id")
    version: int = 1
    created_at: datetime = Field(default_factory=utc_now)
    created_by_id: int = Field(foreign_key="account.id")


class ResultEvidence(SQLModel, table=True):
    """The level a result gave: taken back with it when the result is corrected."""

    __tablename__ = "result_evidence"

    result_id: int = Field(foreign_key="jury_result.id", primary_key=True)
    evidence_id: int = Field(foreign_key="skill_evidence.id", primary_key=True)
