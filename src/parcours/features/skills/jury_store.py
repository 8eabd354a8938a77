"""What the pages of titles and juries read."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, select
from sqlmodel import Session, col

from parcours.domain.certification import Result
from parcours.models import (
    Certification,
    CertificationBlock,
    Curriculum,
    Enrolment,
    JuryResult,
    Organisation,
)


@dataclass(frozen=True, slots=True)
class Noted:
    """A decision of a jury as noted: what of, by whom; `certification` is the sheet’s number."""

    result: Result
    learner_id: int
    certification: str
    title: str
    block: str | None
    note: str | None
    organisation_id: int
    organisation: str
    version: int


def of_cohort(session: Session, cohort_id: int) -> dict[int, list[Result]]:
    """What juries decided of everybody in a cohort the caller has opened, by learner.

    Other sheets too: an old block may count as one of the sheet shown.
    """
    found: dict[int, list[Result]] = {}
    for learner_id, *row in session.execute(OF_COHORT, {"cohort": cohort_id}):
        found.setdefault(learner_id, []).append(Result(*row))
    return found


def of_learner(session: Session, learner_id: int) -> list[Noted]:
    """What juries decided of a learner whose file the caller opened, the latest first."""
    rows: Any = session.execute(
        select(
            *RESULT,
            col(Certification.code),
            col(Certification.label),
            col(CertificationBlock.label),
            col(JuryResult.note),
            col(JuryResult.organisation_id),
            col(Organisation.name),
            col(JuryResult.version),
        )
        .join(Certification, col(Certification.id) == col(JuryResult.certification_id))
        .join(Organisation, col(Organisation.id) == col(JuryResult.organisation_id))
        .outerjoin(CertificationBlock, col(CertificationBlock.id) == col(JuryResult.block_id))
        .where(col(JuryResult.learner_id) == learner_id)
        .order_by(col(JuryResult.jury_on).desc(), col(JuryResult.id).desc())
    )
    return [Noted(Result(*row[:5]), learner_id, *row[5:]) for row in rows]


def sheets_of(session: Session, ids: list[int]) -> list[Certification]:
    """Sheets by id, whoever entered them: those somebody’s results speak of."""
    statement = (
        select(Certification)
        .where(col(Certification.id).in_(ids))
        .order_by(col(Certification.code).desc())
    )
    return list(session.execute(statement).scalars())


def blocks_of(session: Session, ids: list[int]) -> list[CertificationBlock]:
    """The blocks of sheets, in order."""
    statement = (
        select(CertificationBlock)
        .where(col(CertificationBlock.certification_id).in_(ids))
        .order_by(col(CertificationBlock.certification_id), col(CertificationBlock.position))
    )
    return list(session.execute(statement).scalars())


def curricula_of(session: Session, organisation_id: int) -> dict[str, list[str]]:
    """The names of the organisation’s curricula that aim at a sheet, by number."""
    rows = session.execute(
        select(col(Curriculum.rncp_code), col(Curriculum.name))
        .where(
            col(Curriculum.organisation_id) == organisation_id,
            col(Curriculum.rncp_code).is_not(None),
        )
        .order_by(col(Curriculum.name))
    )
    found: dict[str, list[str]] = {}
    for code, name in rows:
        found.setdefault((code or "").strip().upper().replace(" ", ""), []).append(name)
    return found


RESULT: tuple[Any, ...] = (
    col(JuryResult.id),
    col(JuryResult.certification_id),
    col(JuryResult.block_id),
    col(JuryResult.outcome),
    col(JuryResult.jury_on),
)
OF_COHORT: Any = (
    select(col(JuryResult.learner_id), *RESULT)
    .join(Enrolment, col(Enrolment.learner_id) == col(JuryResult.learner_id))
    .where(
        col(Enrolment.cohort_id) == bindparam("cohort"),
        col(Enrolment.left_on).is_(None),
    )
    .order_by(col(JuryResult.jury_on), col(JuryResult.id))
)
