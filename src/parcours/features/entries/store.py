"""What the questionnaire’s page reads; the caller has opened the entry."""

from sqlalchemy import bindparam, select
from sqlmodel import Session, col

from parcours.models import Account, Cohort, Enrolment, EntryAnswers

NAME = select(col(Cohort.name)).where(col(Cohort.id) == bindparam("cohort"))


def answers(session: Session, enrolment_id: int) -> EntryAnswers | None:
    """The answers of an entry, as they are stored."""
    return session.get(EntryAnswers, enrolment_id, populate_existing=True)


def cohort_name(session: Session, enrolment: Enrolment) -> str:
    """The name of the cohort entered."""
    return str(session.execute(NAME, {"cohort": enrolment.cohort_id}).scalar_one())


def author(session: Session, row: EntryAnswers | None) -> str:
    """Who wrote what a row says now."""
    if row is None:
        return ""
    return session.get_one(Account, row.edited_by_id or row.created_by_id).name
