"""What the cohorts of an agreement’s people aim at, by the certification of their curriculum."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import and_, bindparam, or_, select
from sqlmodel import Session, col

from parcours import reference
from parcours.actions.outcome_entries import SOME, Entries
from parcours.domain.training_account import Aimed
from parcours.models import Certification, Cohort, Curriculum

SHEETS: Any = (
    select(col(Cohort.id), col(Curriculum.rncp_code), col(Certification.grade))
    .join(Curriculum, col(Curriculum.id) == col(Cohort.curriculum_id))
    .outerjoin(
        Certification,
        and_(
            col(Certification.code) == col(Curriculum.rncp_code),
            or_(
                col(Certification.organisation_id).is_(None),
                col(Certification.organisation_id) == bindparam("holder"),
            ),
        ),
    )
    .where(col(Cohort.id).in_(SOME), col(Curriculum.rncp_code).is_not(None))
    # A sheet of one’s own, where both are known, comes last and is the one kept.
    .order_by(col(Cohort.id), col(Certification.organisation_id).is_not(None))
)


def aims_of(session: Session, entries: Entries, asked: Mapping[str, Any]) -> dict[int, Aimed]:
    """By learner of a chunk, the sheet their first cohort aims at; those without are not there."""
    first = {key: entries[key][0][1].id for key in asked["chunk"]}
    rows = session.execute(
        SHEETS, {**asked, "chunk": sorted({item or 0 for item in first.values()})}
    )
    found = {cohort: _aimed(code, grade) for cohort, code, grade in rows}
    return {key: found[cohort] for key, cohort in first.items() if cohort in found}


def _aimed(code: str, grade: int | None) -> Aimed:
    shipped = reference.certifications().get(code)
    known = shipped.extra if shipped else {}
    level = grade if grade is not None else int(known.get("grade") or 0) or None
    return Aimed(code, level, known.get("nsf") or None)
