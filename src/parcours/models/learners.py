"""People who follow a pathway, what was known at entry, and who may see their file."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, literal_column
from sqlmodel import Field, SQLModel

from parcours.domain.words import (
    ContactPreference,
    DataSource,
    DistrictStatus,
    Gender,
    SharingMedium,
)
from parcours.models.base import text_column, utc_now, word_column


class Learner(SQLModel, table=True):
    """A person. No social security number and no allowance number, anywhere."""

    __tablename__ = "learner"
    __table_args__ = (
        CheckConstraint("version > 0", name="version_positive"),
        CheckConstraint(
            "(qpv_code IS NULL) = (qpv_generation IS NULL)", name="qpv_code_with_generation"
        ),
        Index("ix_learner_organisation_id_sort_key", "organisation_id", "sort_key", "id"),
        Index("ix_learner_organisation_id_born_on", "organisation_id", "born_on"),
        # Whom one account accompanies, or nobody: found without walking everybody else.
        Index(
            "ix_learner_organisation_id_referent_id",
            "organisation_id", "referent_id", "sort_key", "id",
        ),
    )  # fmt: skip

    id: int | None = Field(default=None, primary_key=True)
    organisation_id: int = Field(foreign_key="organisation.id")
    birth_name: str = Field(max_length=120)
    usage_name: str | None = Field(default=None, max_length=120)
    first_names: str = Field(max_length=120)
    sort_key: str = Field(max_length=400)
    born_on: date
    gender: Gender | None = word_column(Gender, "gender", nullable=True)
    phone: str | None = Field(default=None, max_length=40)
    email: str | None = Field(default=None, max_length=254)
    address: str | None = Field(default=None, max_length=300)
    postcode: str | None = Field(default=None, max_length=10)
    city: str | None = Field(default=None, max_length=120)
    contact_preference: ContactPreference | None = word_column(
        ContactPreference, "contact_preference", nullable=True
    )
    entry_status: str | None = Field(default=None, max_length=40)
    education: str | None = Field(default=None, max_length=10)
    receives_rsa: bool | None = None
    qpv_status: DistrictStatus | None = word_column(DistrictStatus, "qpv_status", nullable=True)
    qpv_code: str | None = Field(default=None, max_length=10)
    qpv_generation: int | None = None
    qpv_fixed_on: date | None = None
    referent_id: int | None = Field(default=None, foreign_key="account.id")
    source: DataSource = word_column(DataSource, "source")
    version: int = 1
    created_at: datetime = Field(default_factory=utc_now)
    created_by_id: int = Field(foreign_key="account.id")
    updated_at: datetime = Field(default_factory=utc_now)


class LearnerCriterion(SQLModel, table=True):
    """A public criterion the person met at entry (fixtures/reference/public_criteria.csv)."""

    __tablename__ = "learner_criterion"

    learner_id: int = Field(foreign_key="learner.id", primary_key=True)
    code: str = Field(max_length=40, primary_key=True)


BREAKS: Any = literal_column("gap_breaks_on IS NOT NULL")


class LearnerAccess(SQLModel, table=True):
    """Derived: which organisation sees which learner, in list order, and from when to when.

    Kept in the same transaction as the ownership or sharing it comes from, so that a list of
    any size is one walk along an index. `sharing_id` is empty for the owner.

    What lists filter by is copied here: from the file, and from the gaps (actions/standings.py),
    `gap_…` being those of the open gap and `other_gaps_end_on` the last day of all the others.
    `gap_pathway_id` is the pathway whose open gap breaks on `gap_breaks_on`: of a copy, no key.
    `other_gap_breaks_on` is of the closed gap that ends last, `more_gaps_end_on` of the next last.
    """

    __tablename__ = "learner_access"
    __table_args__ = (
        # Every page of a list walks it, and reads nothing else of this table: a filter that
        # finds few people passes thousands of rows, and must not look each of them up elsewhere.
        Index(
            "ix_learner_access_list",
            "organisation_id", "sort_key", "learner_id", "ends_on", "starts_on", "sharing_id",
            "gap_starts_on", "gap_breaks_on", "other_gaps_end_on", "qpv_status",
        ),
        # The worklist of breaks walks these two, and reads nothing else for who is not on a page:
        # the first in its very order, the second over the few who have a gap beside the open one.
        Index(
            "ix_learner_access_breaks",
            "organisation_id", "gap_breaks_on", "gap_pathway_id", "learner_id", "starts_on",
            "ends_on", "qpv_status",
            sqlite_where=BREAKS, postgresql_where=BREAKS,
        ),
        Index(
            "ix_learner_access_other_gaps",
            "organisation_id", "other_gaps_end_on", "other_gap_breaks_on", "more_gaps_end_on",
            "learner_id", "starts_on", "ends_on", "qpv_status", "gap_breaks_on", "gap_pathway_id",
        ),
        Index("ix_learner_access_learner_id", "learner_id"),
        CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="period"),
        {"sqlite_with_rowid": False},
    )  # fmt: skip

    # The organisation first: what one sees lies together, and is looked up a hundred times a page.
    organisation_id: int = Field(foreign_key="organisation.id", primary_key=True)
    learner_id: int = Field(foreign_key="learner.id", primary_key=True)
    sort_key: str = Field(max_length=400)
    sharing_id: int | None = Field(default=None, foreign_key="sharing.id")
    starts_on: date
    ends_on: date | None = None
    qpv_status: DistrictStatus | None = word_column(DistrictStatus, "qpv_status", nullable=True)
    gap_starts_on: date | None = None
    gap_breaks_on: date | None = None
    gap_pathway_id: int | None = None
    other_gaps_end_on: date | None = None
    other_gap_breaks_on: date | None = None
    more_gaps_end_on: date | None = None


class HolderSeen(SQLModel, table=True):
    """Derived: which organisations held last somebody another sees, before a break.

    The list of breaks offers these names as a filter, and no other: asked of the gaps themselves,
    they would cost a walk over everybody’s. Added in the transaction that moves a gap or opens a
    sight (actions/standings.py), taken away by the daily work: never less than what is true.
    """

    __tablename__ = "holder_seen"
    __table_args__ = ({"sqlite_with_rowid": False},)

    organisation_id: int = Field(foreign_key="organisation.id", primary_key=True)
    holder_id: int = Field(foreign_key="organisation.id", primary_key=True)


class Sharing(SQLModel, table=True):
    """An accord de partage: the person lets one partner see the file, and may withdraw it."""

    __tablename__ = "sharing"
    __table_args__ = (
        CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="period"),
        CheckConstraint(
            "(withdrawn_at IS NULL) = (withdrawn_by_id IS NULL)", name="withdrawn_by_someone"
        ),
        Index("ix_sharing_learner_id", "learner_id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    learner_id: int = Field(foreign_key="learner.id")
    organisation_id: int = Field(foreign_key="organisation.id")
    medium: SharingMedium = word_column(SharingMedium, "medium")
    starts_on: date
    ends_on: date | None = None
    purpose: str = Field(max_length=200)
    collected_by_id: int = Field(foreign_key="account.id")
    created_at: datetime = Field(default_factory=utc_now)
    withdrawn_at: datetime | None = None
    withdrawn_by_id: int | None = Field(default=None, foreign_key="account.id")


class FieldChange(SQLModel, table=True):
    """One field of a learner’s file, before and after, by whom: never rewritten."""

    __tablename__ = "field_change"
    __table_args__ = (Index("ix_field_change_learner_id_at", "learner_id", "at"),)

    id: int | None = Field(default=None, primary_key=True)
    learner_id: int = Field(foreign_key="learner.id")
    field: str = Field(max_length=40)
    before: str | None = text_column()
    after: str | None = text_column()
    version: int
    at: datetime = Field(default_factory=utc_now)
    account_id: int = Field(foreign_key="account.id")
    organisation_id: int = Field(foreign_key="organisation.id")
    source: DataSource = word_column(DataSource, "source")
