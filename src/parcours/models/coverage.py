"""The traces of adéquation: comparisons and allocations kept, with all it takes to redo them."""

from datetime import date, datetime

from sqlmodel import Field, Index, SQLModel

from parcours.domain.coverage_runs import RunKind
from parcours.models.base import text_column, utc_now, word_column


class CoverageRun(SQLModel, table=True):
    """A comparison of a curriculum, or an allocation around it, as it was shown; never rewritten.

    Its id is the digest of the organisation and of the facts: the same facts are the same run.
    """

    __tablename__ = "coverage_run"
    __table_args__ = (
        Index("ix_coverage_run_curriculum_id", "curriculum_id", "organisation_id", "kind"),
    )

    id: str = Field(primary_key=True, max_length=32)
    organisation_id: int = Field(foreign_key="organisation.id")
    curriculum_id: int = Field(foreign_key="curriculum.id")
    curriculum_version: int
    cohort_id: int | None = Field(default=None, foreign_key="cohort.id")
    kind: RunKind = word_column(RunKind, "kind")
    as_of: date
    engine: int
    input_snapshot: str = text_column(nullable=False)
    input_sha256: str = Field(max_length=64)
    result: str = text_column(nullable=False)
    result_sha256: str = Field(max_length=64)
    at: datetime = Field(default_factory=utc_now)
    account_id: int = Field(foreign_key="account.id")


class AllocationPair(SQLModel, table=True):
    """A person and the need an allocation proposes them for, with the result that explains it."""

    __tablename__ = "allocation_pair"
    __table_args__ = (Index("ix_allocation_pair_learner_id", "learner_id"),)

    run_id: str = Field(foreign_key="coverage_run.id", primary_key=True, max_length=32)
    learner_id: int = Field(foreign_key="learner.id", primary_key=True)
    need_id: int = Field(foreign_key="need.id")
    result_id: str = Field(foreign_key="match_result.id", max_length=32)
