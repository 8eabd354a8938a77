"""What people look for, and the traces of matching: rules, results shown, decisions, contests."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, Column, Index, Numeric, UniqueConstraint
from sqlmodel import Field, SQLModel

from parcours.domain.job_search import SaidBy
from parcours.domain.match_acts import Choice, ContestReason
from parcours.domain.matching_ranking import Wish
from parcours.models.base import text_column, utc_now, word_column


def _list_column() -> Any:
    return Field(default=None, sa_column=Column(JSON(none_as_null=True)))


class JobSearchRow(SQLModel, table=True):
    """What a learner looks for; each answer is empty until somebody asked."""

    __tablename__ = "job_search"
    __table_args__ = (
        CheckConstraint("version > 0", name="version_positive"),
        CheckConstraint("(latitude IS NULL) = (longitude IS NULL)", name="whole_position"),
        CheckConstraint("latitude BETWEEN -90 AND 90", name="latitude"),
        CheckConstraint("longitude BETWEEN -180 AND 180", name="longitude"),
        CheckConstraint("(hours_min IS NULL) = (hours_max IS NULL)", name="whole_range"),
        CheckConstraint("hours_min > 0 AND hours_max >= hours_min", name="range"),
    )

    learner_id: int = Field(primary_key=True, foreign_key="learner.id")
    available_from: date | None = None
    contracts: list[str] | None = _list_column()
    modes: dict[str, int] | None = _list_column()
    is_remote_only: bool | None = None
    licences: list[str] | None = _list_column()
    slots: list[str] | None = _list_column()
    hours_min: Decimal | None = Field(default=None, sa_column=Column(Numeric(4, 2)))
    hours_max: Decimal | None = Field(default=None, sa_column=Column(Numeric(4, 2)))
    latitude: float | None = None
    longitude: float | None = None
    version: int = 1
    updated_at: datetime = Field(default_factory=utc_now)


class JobSearchSaid(SQLModel, table=True):
    """One answer given or changed: which, by whom it was said, when; never rewritten."""

    __tablename__ = "job_search_said"
    __table_args__ = (Index("ix_job_search_said_learner_id", "learner_id", "id"),)

    id: int | None = Field(default=None, primary_key=True)
    learner_id: int = Field(foreign_key="learner.id")
    field: str = Field(max_length=40)
    version: int
    said_by: SaidBy = word_column(SaidBy, "said_by")
    on: date
    at: datetime = Field(default_factory=utc_now)
    account_id: int = Field(foreign_key="account.id")
    organisation_id: int = Field(foreign_key="organisation.id")


class NeedWish(SQLModel, table=True):
    """What a learner says of one need, and how far it is from them when they know."""

    __tablename__ = "need_wish"
    __table_args__ = (
        UniqueConstraint("need_id", "learner_id"),
        CheckConstraint("distance_km >= 0", name="distance_not_negative"),
        CheckConstraint("version > 0", name="version_positive"),
        Index("ix_need_wish_learner_id", "learner_id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    need_id: int = Field(foreign_key="need.id")
    learner_id: int = Field(foreign_key="learner.id")
    wish: Wish = word_column(Wish, "wish")
    distance_km: int | None = None
    said_by: SaidBy = word_column(SaidBy, "said_by")
    said_on: date
    version: int = 1
    at: datetime = Field(default_factory=utc_now)
    account_id: int = Field(foreign_key="account.id")


class MatchChange(SQLModel, table=True):
    """Somebody of whom something that matching reads has changed: written by the database itself.

    Triggers of the baseline add a row in the transaction of each change, whoever makes it, so that
    what processes keep in memory is brought up to date and never believed blindly (decision 0012).
    `xid` is the transaction on PostgreSQL, where numbers do not come in the order of commits.
    """

    __tablename__ = "match_change"
    __table_args__ = (
        Index("ix_match_change_xid", "xid"),
        Index("ix_match_change_on", "on"),
        # A number is never given twice, even once the rows are gone.
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, primary_key=True)
    # No foreign key: a change of somebody keeps no other writer of their file waiting.
    learner_id: int
    on: date
    xid: int | None = Field(default=None, sa_column=Column(BigInteger))


class MatchTally(SQLModel, table=True):
    """Derived: how many people stood where for a need, for an organisation, on a day.

    Written by the comparison of all with all (`parcours match --all`): counts, no name. `run` is
    the name of that comparison, the one a page of the same day, need and rules has.
    """

    __tablename__ = "match_tally"
    __table_args__ = (
        CheckConstraint(
            "people >= proposable + to_check + blocked + refused AND "
            "proposable + to_check = ready + with_support + to_prepare + far",
            name="adds_up",
        ),
        Index("ix_match_tally_need_id", "need_id"),
    )

    organisation_id: int = Field(foreign_key="organisation.id", primary_key=True)
    need_id: int = Field(foreign_key="need.id", primary_key=True)
    need_version: int
    run: str = Field(max_length=32)
    as_of: date
    people: int
    proposable: int
    to_check: int
    blocked: int
    refused: int
    ready: int
    with_support: int
    to_prepare: int
    far: int
    at: datetime = Field(default_factory=utc_now)


class MatchRuleVersion(SQLModel, table=True):
    """The parameters of the score in an organisation from a day on; another change is another row.

    `params` is the canonical writing that `sha256` names.
    """

    __tablename__ = "match_rule_version"
    __table_args__ = (UniqueConstraint("organisation_id", "number"),)

    id: int | None = Field(default=None, primary_key=True)
    organisation_id: int = Field(foreign_key="organisation.id")
    number: int
    params: str = text_column(nullable=False)
    sha256: str = Field(max_length=64)
    valid_from: date
    motive: str = Field(max_length=300)
    at: datetime = Field(default_factory=utc_now)
    account_id: int = Field(foreign_key="account.id")


class MatchRun(SQLModel, table=True):
    """A comparison of a day: one version of a need, one set of rules, one organisation.

    Its id is the digest of those, so that the same question of the same day is the same run and
    ties stay in the same order.
    """

    __tablename__ = "match_run"
    __table_args__ = (Index("ix_match_run_need_id", "need_id", "organisation_id"),)

    id: str = Field(primary_key=True, max_length=32)
    organisation_id: int = Field(foreign_key="organisation.id")
    need_id: int = Field(foreign_key="need.id")
    need_version: int
    as_of: date
    rules_sha256: str = Field(max_length=64)
    engine: int
    at: datetime = Field(default_factory=utc_now)
    account_id: int = Field(foreign_key="account.id")


class MatchResult(SQLModel, table=True):
    """A result somebody was shown, with all that is needed to compute it again; never rewritten.

    Its id is the digest of the run, the person and the facts: the same facts are one result.
    """

    __tablename__ = "match_result"
    __table_args__ = (Index("ix_match_result_learner_id", "learner_id", "run_id"),)

    id: str = Field(primary_key=True, max_length=32)
    run_id: str = Field(foreign_key="match_run.id", max_length=32)
    learner_id: int = Field(foreign_key="learner.id")
    input_snapshot: str = text_column(nullable=False)
    input_sha256: str = Field(max_length=64)
    result: str = text_column(nullable=False)
    result_sha256: str = Field(max_length=64)
    at: datetime = Field(default_factory=utc_now)


class MatchDecision(SQLModel, table=True):
    """What a person decided about a result, and why; another decision is another row."""

    __tablename__ = "match_decision"
    __table_args__ = (
        Index("ix_match_decision_need_id", "need_id", "learner_id", "id"),
        Index("ix_match_decision_learner_id", "learner_id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    result_id: str = Field(foreign_key="match_result.id", max_length=32)
    need_id: int = Field(foreign_key="need.id")
    learner_id: int = Field(foreign_key="learner.id")
    choice: Choice = word_column(Choice, "choice")
    motive: str | None = Field(default=None, max_length=300)
    on: date
    at: datetime = Field(default_factory=utc_now)
    account_id: int = Field(foreign_key="account.id")
    organisation_id: int = Field(foreign_key="organisation.id")


class MatchContest(SQLModel, table=True):
    """A line of a result somebody says is wrong, until it is answered and scored again."""

    __tablename__ = "match_contest"
    __table_args__ = (
        CheckConstraint(
            "(answered_at IS NULL) = (answered_by_id IS NULL) AND "
            "(answered_at IS NULL) = (answer IS NULL)",
            name="answered_by_someone",
        ),
        Index("ix_match_contest_learner_id", "learner_id"),
        Index("ix_match_contest_organisation_id", "organisation_id", "answered_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    result_id: str = Field(foreign_key="match_result.id", max_length=32)
    need_id: int = Field(foreign_key="need.id")
    learner_id: int = Field(foreign_key="learner.id")
    skill_id: int = Field(foreign_key="skill.id")
    reason: ContestReason = word_column(ContestReason, "reason")
    words: str = text_column(nullable=False)
    said_by: SaidBy = word_column(SaidBy, "said_by")
    at: datetime = Field(default_factory=utc_now)
    account_id: int = Field(foreign_key="account.id")
    organisation_id: int = Field(foreign_key="organisation.id")
    answer: str | None = text_column()
    answered_at: datetime | None = None
    answered_by_id: int | None = Field(default=None, foreign_key="account.id")
    rescored_id: str | None = Field(default=None, foreign_key="match_result.id", max_length=32)
