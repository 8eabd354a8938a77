"""Funders’ agreements, what they cover, and the workbooks taken from them."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Column,
    Index,
    LargeBinary,
    UniqueConstraint,
    literal_column,
)
from sqlmodel import Field, SQLModel

from parcours.domain.agreements import Audience, Pillar, TargetKind
from parcours.domain.nominative import Purpose
from parcours.models.base import utc_now, word_column


class Agreement(SQLModel, table=True):
    """A funder pays for cohorts of a programme during a period, and is owed figures."""

    __tablename__ = "agreement"
    __table_args__ = (
        # A funder gives several partners the same reference, and none may learn it of another.
        UniqueConstraint("organisation_id", "code"),
        CheckConstraint("ends_on >= starts_on", name="period"),
        CheckConstraint("version > 0", name="version_positive"),
        CheckConstraint("retention_years BETWEEN 1 AND 30", name="retention"),
        CheckConstraint("(edited_at IS NULL) = (edited_by_id IS NULL)", name="edited_by_someone"),
        Index("ix_agreement_funder_id", "funder_id"),
        Index("ix_agreement_organisation_id", "organisation_id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(max_length=40)
    title: str = Field(max_length=200)
    funder_id: int = Field(foreign_key="organisation.id")
    organisation_id: int = Field(foreign_key="organisation.id")
    programme_id: int | None = Field(default=None, foreign_key="programme.id")
    starts_on: date
    ends_on: date
    pseudonym_key: str = Field(max_length=64)
    # Codes of the outputs this funder takes away (actions/outputs.py).
    outputs: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    # Which definition says what a positive exit is, for the target of exits.
    exit_rule: str = Field(default="iae", max_length=40)
    pillar: Pillar | None = word_column(Pillar, "pillar", nullable=True)
    # What the agreement allows; an output that names people is a matter of its own.
    is_nominative: bool = False
    retention_years: int | None = None
    # The written instruction of the managing authority without which minorities are not asked.
    minority_instruction: str | None = Field(default=None, max_length=200)
    version: int = 1
    created_at: datetime = Field(default_factory=utc_now)
    created_by_id: int = Field(foreign_key="account.id")
    edited_at: datetime | None = None
    edited_by_id: int | None = Field(default=None, foreign_key="account.id")


class AgreementContact(SQLModel, table=True):
    """Somebody to write to about an agreement, at the funder’s or at the structure’s."""

    __tablename__ = "agreement_contact"
    __table_args__ = (CheckConstraint("rank BETWEEN 1 AND 4", name="rank"),)

    agreement_id: int = Field(foreign_key="agreement.id", primary_key=True)
    rank: int = Field(primary_key=True)
    name: str = Field(max_length=120)
    duty: str | None = Field(default=None, max_length=120)
    email: str | None = Field(default=None, max_length=254)
    phone: str | None = Field(default=None, max_length=40)


class AgreementCohort(SQLModel, table=True):
    """A cohort the agreement pays for."""

    __tablename__ = "agreement_cohort"
    __table_args__ = (Index("ix_agreement_cohort_cohort_id", "cohort_id"),)

    agreement_id: int = Field(foreign_key="agreement.id", primary_key=True)
    cohort_id: int = Field(foreign_key="cohort.id", primary_key=True)


class AgreementTarget(SQLModel, table=True):
    """How many people the agreement aims at, of a kind."""

    __tablename__ = "agreement_target"
    __table_args__ = (CheckConstraint("value > 0", name="value_positive"),)

    agreement_id: int = Field(foreign_key="agreement.id", primary_key=True)
    kind: TargetKind = word_column(TargetKind, "kind", primary_key=True)
    value: int


class Export(SQLModel, table=True):
    """A workbook as it was handed over: bytes, rows, as-of date, rules, author, checksum."""

    __tablename__ = "export"
    __table_args__ = (
        # What a funder takes away is made of figures frozen and masked, never of people.
        CheckConstraint("(audience = 'funder') = (release_id IS NOT NULL)", name="from_release"),
        Index("ix_export_agreement_id", "agreement_id", "created_at"),
        Index("ix_export_release_id", "release_id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    agreement_id: int = Field(foreign_key="agreement.id")
    organisation_id: int = Field(foreign_key="organisation.id")
    as_of: date
    file_name: str = Field(max_length=200)
    sha256: str = Field(max_length=64)
    output: str = Field(max_length=40)
    # The choice of columns a free output followed, as it was named that day.
    layout: str | None = Field(default=None, max_length=80)
    rules: str = Field(max_length=200)
    audience: Audience = word_column(Audience, "audience", default=Audience.HOLDER)
    release_id: int | None = Field(default=None, foreign_key="release.id")
    # None where the funder is not told.
    participants: int | None = None
    # The rows of *Participants* as they were, packed (actions/frozen.py): what two exports compare.
    people: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    content: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    created_at: datetime = Field(default_factory=utc_now)
    created_by_id: int = Field(foreign_key="account.id")


class ExportJob(SQLModel, table=True):
    """A workbook asked for and made apart, when it is too large to wait for.

    `attempts` tells who makes it: whoever was interrupted and comes back writes nothing more.
    """

    __tablename__ = "export_job"
    __table_args__ = (
        CheckConstraint("rows_done >= 0 AND rows_total >= 0", name="rows_not_negative"),
        CheckConstraint("attempts >= 0", name="attempts_not_negative"),
        CheckConstraint("(started_at IS NULL) = (beat_at IS NULL)", name="started_beats"),
        CheckConstraint("error IS NULL OR export_id IS NULL", name="failed_or_ready"),
        CheckConstraint(
            "(ended_at IS NULL) = (error IS NULL AND export_id IS NULL)", name="ended_somehow"
        ),
        Index("ix_export_job_agreement_id", "agreement_id", "id"),
        Index(
            "ix_export_job_open", "id",
            sqlite_where=literal_column("ended_at IS NULL"),
            postgresql_where=literal_column("ended_at IS NULL"),
        ),
    )  # fmt: skip

    id: int | None = Field(default=None, primary_key=True)
    agreement_id: int = Field(foreign_key="agreement.id")
    organisation_id: int = Field(foreign_key="organisation.id")
    membership_id: int = Field(foreign_key="membership.id")
    output: str = Field(max_length=40)
    layout_id: int | None = Field(default=None, foreign_key="export_layout.id")
    as_of: date
    asked_on: date
    rows_done: int = 0
    rows_total: int = 0
    attempts: int = 0
    started_at: datetime | None = None
    beat_at: datetime | None = None
    ended_at: datetime | None = None
    error: str | None = Field(default=None, max_length=300)
    export_id: int | None = Field(default=None, foreign_key="export.id")
    created_at: datetime = Field(default_factory=utc_now)
    created_by_id: int = Field(foreign_key="account.id")


class ExportLayout(SQLModel, table=True):
    """Columns somebody chose for an agreement, in order, each under a heading of their own.

    `columns` holds pairs of a code and a heading: a portal’s import asks for its own words.
    """

    __tablename__ = "export_layout"
    __table_args__ = (
        UniqueConstraint("agreement_id", "name"),
        CheckConstraint("version > 0", name="version_positive"),
    )

    id: int | None = Field(default=None, primary_key=True)
    agreement_id: int = Field(foreign_key="agreement.id")
    organisation_id: int = Field(foreign_key="organisation.id")
    name: str = Field(max_length=80)
    columns: list[list[str]] = Field(sa_column=Column(JSON, nullable=False))
    version: int = 1
    created_at: datetime = Field(default_factory=utc_now)
    created_by_id: int = Field(foreign_key="account.id")


class Release(SQLModel, table=True):
    """Counts of an agreement handed over without rows: frozen, with what each reader is not told.

    `counts` holds every count by table and part, never shown as such: later releases are judged
    beside them. `hidden` holds, by reader then table, the parts masked. `crosses` holds the exits
    by cohort, gender, age… as the funder is told them (actions/release_scopes.py).
    """

    __tablename__ = "release"
    __table_args__ = (
        CheckConstraint("participants >= 0", name="participants_not_negative"),
        Index("ix_release_agreement_id", "agreement_id", "id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    agreement_id: int = Field(foreign_key="agreement.id")
    organisation_id: int = Field(foreign_key="organisation.id")
    as_of: date
    rule: str = Field(max_length=40)
    participants: int
    counts: dict[str, dict[str, int]] = Field(sa_column=Column(JSON, nullable=False))
    hidden: dict[str, dict[str, list[str]]] = Field(sa_column=Column(JSON, nullable=False))
    # What each cohort was called first, by its number; and the districts, told or not by reader.
    cohorts: dict[str, str] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    districts: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    # Exits by scope, every count, for the releases to come; then what of them the funder is told.
    pairs: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    crosses: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    # Which definition says what a positive exit is: the same from one release to the next.
    exit_rule: str = Field(default="iae", max_length=40)
    sha256: str = Field(max_length=64)
    created_at: datetime = Field(default_factory=utc_now)
    created_by_id: int = Field(foreign_key="account.id")


class NominativeExport(SQLModel, table=True):
    """A copy that names people: who took it, why, how many it names; its bytes expire.

    The file is one person’s, marked with their name. Past `expires_at` its content is erased; the
    row stays, with the checksum, as the trace of what was handed over.
    """

    __tablename__ = "nominative_export"
    __table_args__ = (
        CheckConstraint("(content IS NULL) = (erased_at IS NOT NULL)", name="erased_or_kept"),
        CheckConstraint("participants >= 0", name="participants_not_negative"),
        Index("ix_nominative_export_agreement_id", "agreement_id", "id"),
        Index("ix_nominative_export_expires_at", "expires_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    agreement_id: int = Field(foreign_key="agreement.id")
    # The organisation of who took it: the funder’s, or that which holds the people.
    organisation_id: int = Field(foreign_key="organisation.id")
    reference: str = Field(max_length=24, unique=True)
    output: str = Field(max_length=40)
    as_of: date
    purpose: Purpose = word_column(Purpose, "purpose")
    words: str = Field(max_length=300)
    participants: int
    rules: str = Field(max_length=200)
    file_name: str = Field(max_length=200)
    sha256: str = Field(max_length=64)
    content: bytes | None = Field(default=None, sa_column=Column(LargeBinary, nullable=True))
    created_at: datetime = Field(default_factory=utc_now)
    created_by_id: int = Field(foreign_key="account.id")
    expires_at: datetime
    erased_at: datetime | None = None
