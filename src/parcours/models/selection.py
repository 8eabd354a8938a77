"""Who asks to enter a cohort, what was noted of them, and what somebody decided."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, Column, Index, Numeric, UniqueConstraint
from sqlmodel import Field, SQLModel

from parcours.domain.selection import CandidateAct, Decision, DecisionReason, Meeting, Origin
from parcours.domain.words import DataSource
from parcours.models.base import text_column, utc_now, word_column


class Candidate(SQLModel, table=True):
    """Somebody who asks to enter a cohort; the decision is the last one, its history is apart.

    `rank` orders the waiting list. `offered_on` is the day a freed place was proposed.
    """

    __tablename__ = "candidate"
    __table_args__ = (
        UniqueConstraint("cohort_id", "learner_id"),
        CheckConstraint(
            "(decision IS NULL) = (decided_on IS NULL) AND (decision IS NULL) = (reason IS NULL)"
            " AND (decision IS NULL) = (decided_by_id IS NULL)",
            name="decided_by_someone",
        ),
        CheckConstraint(
            "(rank IS NULL) = (decision IS NULL OR decision <> 'waiting')", name="rank_of_waiting"
        ),
        CheckConstraint("rank > 0", name="rank_positive"),
        CheckConstraint("offered_on IS NULL OR rank IS NOT NULL", name="offered_to_waiting"),
        CheckConstraint("version > 0", name="version_positive"),
        Index("ix_candidate_learner_id", "learner_id"),
        Index("ix_candidate_relay_id", "relay_id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    cohort_id: int = Field(foreign_key="cohort.id")
    learner_id: int = Field(foreign_key="learner.id")
    relay_id: int | None = Field(default=None, foreign_key="relay.id")
    origin: Origin = word_column(Origin, "origin")
    applied_on: date
    meeting: Meeting | None = word_column(Meeting, "meeting", nullable=True)
    meeting_on: date | None = None
    decision: Decision | None = word_column(Decision, "decision", nullable=True)
    reason: DecisionReason | None = word_column(DecisionReason, "reason", nullable=True)
    words: str | None = text_column()
    decided_on: date | None = None
    decided_by_id: int | None = Field(default=None, foreign_key="account.id")
    rank: int | None = None
    offered_on: date | None = None
    version: int = 1
    created_at: datetime = Field(default_factory=utc_now)
    created_by_id: int = Field(foreign_key="account.id")


class CandidateGrade(SQLModel, table=True):
    """A criterion noted from 0 to 3, with words: never rewritten, the last one is shown."""

    __tablename__ = "candidate_grade"
    __table_args__ = (
        CheckConstraint("level BETWEEN 0 AND 3", name="level"),
        Index("ix_candidate_grade_candidate_id", "candidate_id", "criterion", "id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    candidate_id: int = Field(foreign_key="candidate.id")
    criterion: str = Field(max_length=40)
    level: int
    words: str | None = text_column()
    source: DataSource = word_column(DataSource, "source")
    created_at: datetime = Field(default_factory=utc_now)
    created_by_id: int = Field(foreign_key="account.id")


class CandidateMark(SQLModel, table=True):
    """The mark of a test, on its own scale (empty when a list did not say it); every one stays."""

    __tablename__ = "candidate_mark"
    __table_args__ = (
        CheckConstraint("value >= 0 AND (out_of IS NULL OR value <= out_of)", name="scale"),
        Index("ix_candidate_mark_candidate_id", "candidate_id", "id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    candidate_id: int = Field(foreign_key="candidate.id")
    label: str = Field(max_length=120)
    value: Decimal = Field(sa_column=Column(Numeric(7, 2), nullable=False))
    out_of: Decimal | None = Field(default=None, sa_column=Column(Numeric(7, 2), nullable=True))
    taken_on: date | None = None
    source: DataSource = word_column(DataSource, "source")
    created_at: datetime = Field(default_factory=utc_now)
    created_by_id: int = Field(foreign_key="account.id")


class CandidateEvent(SQLModel, table=True):
    """One line of a candidate’s history: never rewritten."""

    __tablename__ = "candidate_event"
    __table_args__ = (Index("ix_candidate_event_candidate_id", "candidate_id", "id"),)

    id: int | None = Field(default=None, primary_key=True)
    candidate_id: int = Field(foreign_key="candidate.id")
    act: CandidateAct = word_column(CandidateAct, "act")
    on: date
    decision: Decision | None = word_column(Decision, "decision", nullable=True)
    reason: DecisionReason | None = word_column(DecisionReason, "reason", nullable=True)
    rank: int | None = None
    words: str | None = text_column()
    created_at: datetime = Field(default_factory=utc_now)
    created_by_id: int = Field(foreign_key="account.id")
