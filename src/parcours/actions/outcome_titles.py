"""What juries decided of the people of an agreement, as a cohort’s report tells it."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import bindparam, select
from sqlmodel import Session, col

from parcours.actions.outcome_entries import SOME
from parcours.domain.certification import JuryOutcome
from parcours.models import JuryResult

Juries = dict[int, str]
FULL, PARTIAL = "Titre obtenu", "Blocs obtenus, sans le titre"
PRESENTED, REFUSED = "Présenté·e, décision attendue", "Non obtenu"
RESULTS: Any = select(
    col(JuryResult.learner_id), col(JuryResult.block_id), col(JuryResult.outcome)
).where(
    col(JuryResult.learner_id).in_(SOME),
    col(JuryResult.organisation_id) == bindparam("holder"),
    col(JuryResult.jury_on) >= bindparam("starts_on"),
    col(JuryResult.jury_on) <= bindparam("as_of"),
)
# The best of what was decided is told; each is kept only while nothing better is known.
ORDER = (FULL, PARTIAL, PRESENTED, REFUSED)


def juries_of(session: Session, asked: Mapping[str, Any]) -> Juries:
    """By learner of a chunk, the best a jury decided up to a day; nobody presented is not there."""
    found: Juries = {}
    for learner_id, block_id, outcome in session.execute(RESULTS, asked):
        word = _word(block_id, outcome)
        known = found.get(learner_id, word)
        found[learner_id] = min(known, word, key=ORDER.index)
    return found


def _word(block_id: int | None, outcome: JuryOutcome) -> str:
    if outcome is JuryOutcome.OBTAINED:
        return FULL if block_id is None else PARTIAL
    return PRESENTED if outcome is JuryOutcome.PRESENTED else REFUSED
