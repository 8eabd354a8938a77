"""The levels that count: those nobody took back."""

from typing import Any

from sqlalchemy import ColumnElement, exists, select
from sqlmodel import col

from parcours.models import SkillEvidence, SkillWithdrawal


def stands(evidence_id: Any = None) -> ColumnElement[bool]:
    """Condition: a level of `SkillEvidence` (or of an alias, by its id) that nobody took back."""
    which = col(SkillEvidence.id) if evidence_id is None else evidence_id
    taken_back = select(1).where(col(SkillWithdrawal.evidence_id) == which)
    return ~exists(taken_back)
