"""What the questionnaire’s page reads; the caller has opened the entry."""

from sqlalchemy import bindparam, select
from sqlmodel import Session, col

from parcours.models import Cohort, Enrolment, EntryAnswers

NAME = select(col(Cohort.name)).where(col(Cohort.id) == bindparam("cohort"))


def answers(session: Session, enrolment_id: int) -> EntryAnswers | None:
    """The answers of an entry, as they are stored."""
    return session.get(EntryAnswers, enrolment_id, populate_existing=True)


def cohort_name(session: Session, enrolment: Enrolment) -> str:
    """The name of the cohort entered."""
    return str(session.execute(NAME, {"cohort": enrolment.cohort_id}).scalar_one())
