"""What was noted of candidates, and the history of each."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from parcours.domain.selection import CandidateAct, Decision, DecisionReason
from parcours.models import Account, Candidate, CandidateEvent, CandidateGrade, CandidateMark


@dataclass(frozen=True, slots=True)
class GradeRow:
    """A criterion noted."""

    candidate_id: int
    criterion: str
    level: int
    words: str | None
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class MarkRow:
    """The mark of a test."""

    candidate_id: int
    label: str
    value: Decimal
    out_of: Decimal | None
    taken_on: date | None
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class EventRow:
    """A line of the history."""

    act: CandidateAct
    on: date
    decision: Decision | None
    reason: DecisionReason | None
    rank: int | None
    words: str | None
    at: datetime
    by: str


def grades(session: Session, cohort_id: int, candidate_id: int | None = None) -> list[GradeRow]:
    """Everything noted of candidates of a cohort, the oldest first."""
    columns: tuple[Any, ...] = (
        col(CandidateGrade.candidate_id),
        col(CandidateGrade.criterion),
        col(CandidateGrade.level),
        col(CandidateGrade.words),
        col(CandidateGrade.created_at),
        col(Account.name),
    )
    return [
        GradeRow(*row)
        for row in session.execute(_noted(CandidateGrade, columns, cohort_id, candidate_id))
    ]


def marks(session: Session, cohort_id: int, candidate_id: int | None = None) -> list[MarkRow]:
    """Every test mark of candidates of a cohort, the oldest first."""
    columns: tuple[Any, ...] = (
        col(CandidateMark.candidate_id),
        col(CandidateMark.label),
        col(CandidateMark.value),
        col(CandidateMark.out_of),
        col(CandidateMark.taken_on),
        col(CandidateMark.created_at),
        col(Account.name),
    )
    return [
        MarkRow(*row)
        for row in session.execute(_noted(CandidateMark, columns, cohort_id, candidate_id))
    ]


def events(session: Session, candidate_id: int) -> list[EventRow]:
    """The history of a candidate the caller has opened, the latest first."""
    columns: tuple[Any, ...] = (
        col(CandidateEvent.act),
        col(CandidateEvent.on),
        col(CandidateEvent.decision),
        col(CandidateEvent.reason),
        col(CandidateEvent.rank),
        col(CandidateEvent.words),
        col(CandidateEvent.created_at),
        col(Account.name),
    )
    rows = session.execute(
        select(*columns)
        .join(Account, col(Account.id) == col(CandidateEvent.created_by_id))
        .where(col(CandidateEvent.candidate_id) == candidate_id)
        .order_by(col(CandidateEvent.id).desc())
    )
    return [EventRow(*row) for row in rows]


def _noted(table: Any, columns: tuple[Any, ...], cohort_id: int, candidate_id: int | None) -> Any:
    statement = (
        select(*columns)
        .join(Candidate, col(Candidate.id) == col(table.candidate_id))
        .join(Account, col(Account.id) == col(table.created_by_id))
        .where(col(Candidate.cohort_id) == cohort_id)
        .order_by(col(table.id))
    )
    return statement.where(col(Candidate.id) == candidate_id) if candidate_id else statement
