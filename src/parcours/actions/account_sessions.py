"""Who gave hours: the half-days of an agreement’s cohorts and the trainer who signed each.

A trainer is a number, in the order of first signatures: the account asks how many, not who.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import bindparam, select
from sqlmodel import Session, col

from parcours.actions.outcome_columns import NO, YES, hours
from parcours.actions.outcome_entries import told
from parcours.domain.indicators import UNTOLD
from parcours.models import Agreement, AgreementCohort, Cohort, CohortHalfDay
from parcours.models.cohorts import takes_place
from parcours.sheets.writing import Column

TITLE = "Séances"
SESSIONS = {
    "person": Column("Formateur", width=16),
    "held_on": Column("Date", "date", 12),
    "half": Column("Demi-journée", width=14),
    "cohort": Column("Promotion", width=34),
    "signed": Column("Signée par le formateur", width=14),
    "first": Column("Première séance du formateur", width=16),
    "hours_done": Column("Heures données", "decimal", 12),
}
HELD: Any = (
    select(
        col(CohortHalfDay.signed_by_id), col(CohortHalfDay.held_on), col(CohortHalfDay.half),
        col(Cohort.name), col(CohortHalfDay.minutes),
    )
    .join(Cohort, col(Cohort.id) == col(CohortHalfDay.cohort_id))
    .join(AgreementCohort, col(AgreementCohort.cohort_id) == col(Cohort.id))
    .where(
        col(AgreementCohort.agreement_id) == bindparam("agreement"),
        col(CohortHalfDay.held_on) >= bindparam("starts_on"),
        col(CohortHalfDay.held_on) <= bindparam("until"),
        takes_place(),
    )
    .order_by(col(CohortHalfDay.held_on), col(CohortHalfDay.id))
)  # fmt: skip


def session_rows(session: Session, agreement: Agreement, as_of: date) -> Iterator[tuple[Any, ...]]:
    """Every half-day up to the day, one line each; who signed none is nobody."""
    numbers: dict[int, int] = {}
    for trainer, on, half, cohort, minutes in session.execute(HELD, told(agreement, as_of)):
        is_first = trainer is not None and trainer not in numbers
        if is_first:
            numbers[trainer] = len(numbers) + 1
        name = UNTOLD if trainer is None else f"Formateur {numbers[trainer]}"
        signed = NO if trainer is None else YES
        yield (name, on, half.label, cohort, signed, YES if is_first else NO, hours(minutes))
