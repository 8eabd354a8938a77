"""Frameworks of skills, the skills themselves, and the levels people were seen at."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, literal_column
from sqlmodel import Field, SQLModel

from parcours.domain.skills import EvidenceSource, Moment
from parcours.models.base import text_column, utc_now, word_column


class Framework(SQLModel, table=True):
    """A list of skills with its version: DigComp, Pix, CléA… or an organisation’s own."""

    __tablename__ = "framework"
    __table_args__ = (
        CheckConstraint("scale IN (4, 8)", name="scale"),
        CheckConstraint("version > 0", name="version_positive"),
    )

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(max_length=60, unique=True)
    label: str = Field(max_length=200)
    edition: str = Field(max_length=40)
    scale: int = 4
    organisation_id: int | None = Field(default=None, foreign_key="organisation.id")
    version: int = 1
    created_at: datetime = Field(default_factory=utc_now)
    archived_on: date | None = None


class FrameworkEdition(SQLModel, table=True):
    """A version of a framework: since when, and how many skills it had; never rewritten."""

    __tablename__ = "framework_edition"
    __table_args__ = (UniqueConstraint("framework_id", "edition"),)

    id: int | None = Field(default=None, primary_key=True)
    framework_id: int = Field(foreign_key="framework.id")
    edition: str = Field(max_length=40)
    starts_on: date
    skills: int
    created_at: datetime = Field(default_factory=utc_now)
    created_by_id: int | None = Field(default=None, foreign_key="account.id")


class Skill(SQLModel, table=True):
    """A skill that modules teach, people show, and needs ask for; archived, never deleted."""

    __tablename__ = "skill"
    __table_args__ = (
        CheckConstraint("parent_id IS NULL OR parent_id <> id", name="not_its_own_parent"),
        Index("ix_skill_framework", "framework", "position", "id"),
        Index("ix_skill_parent_id", "parent_id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(max_length=60, unique=True)
    label: str = Field(max_length=200)
    framework: str = Field(max_length=60)
    domain: str | None = Field(default=None, max_length=120)
    position: int = 0
    parent_id: int | None = Field(default=None, foreign_key="skill.id")
    is_perishable: bool = False
    archived_on: date | None = None


class Assessment(SQLModel, table=True):
    """One attempt of one person at a framework on a day, as a file told it; never rewritten.

    `sitting` tells apart two attempts of the same day.
    """

    __tablename__ = "assessment"
    __table_args__ = (
        UniqueConstraint("learner_id", "organisation_id", "framework_id", "taken_on", "sitting"),
        CheckConstraint("sitting > 0", name="sitting_positive"),
    )

    id: int | None = Field(default=None, primary_key=True)
    learner_id: int = Field(foreign_key="learner.id")
    organisation_id: int = Field(foreign_key="organisation.id")
    framework_id: int = Field(foreign_key="framework.id")
    taken_on: date
    sitting: int = 1
    moment: Moment | None = word_column(Moment, "moment", nullable=True)
    import_id: int | None = Field(default=None, foreign_key="import.id")
    created_at: datetime = Field(default_factory=utc_now)
    created_by_id: int = Field(foreign_key="account.id")


class SkillEvidence(SQLModel, table=True):
    """A level somebody stood at on a day, who says so and how; never rewritten.

    `stated` is the level in the words of its own scale, when it is not one of the four.
    """

    __tablename__ = "skill_evidence"
    __table_args__ = (
        CheckConstraint("level BETWEEN 0 AND 4", name="level"),
        CheckConstraint("valid_until IS NULL OR valid_until >= assessed_on", name="validity"),
        Index("ix_skill_evidence_learner_id", "learner_id", "skill_id", "assessed_on", "id"),
        # Whoever holds a skill that a need asks for, in order, without reading the table.
        Index(
            "ix_skill_evidence_skill_id",
            "skill_id", "learner_id", "assessed_on", "id", "level", "valid_until",
        ),
        Index(
            "ix_skill_evidence_assessment_id",
            "assessment_id",
            sqlite_where=literal_column("assessment_id IS NOT NULL"),
            postgresql_where=literal_column("assessment_id IS NOT NULL"),
        ),
    )  # fmt: skip

    id: int | None = Field(default=None, primary_key=True)
    learner_id: int = Field(foreign_key="learner.id")
    skill_id: int = Field(foreign_key="skill.id")
    level: int
    stated: str | None = Field(default=None, max_length=40)
    source: EvidenceSource = word_column(EvidenceSource, "source")
    moment: Moment | None = word_column(Moment, "moment", nullable=True)
    assessed_on: date
    valid_until: date | None = None
    note: str | None = text_column()
    link: str | None = Field(default=None, max_length=500)
    assessment_id: int | None = Field(default=None, foreign_key="assessment.id")
    organisation_id: int = Field(foreign_key="organisation.id")
    created_at: datetime = Field(default_factory=utc_now)
    created_by_id: int = Field(foreign_key="account.id")


class SkillWithdrawal(SQLModel, table=True):
    """A level taken back, said of somebody by mistake: it stays written and counts no more."""

    __tablename__ = "skill_withdrawal"

    evidence_id: int = Field(primary_key=True, foreign_key="skill_evidence.id")
    reason: str = Field(max_length=200)
    created_at: datetime = Field(default_factory=utc_now)
    created_by_id: int = Field(foreign_key="account.id")
