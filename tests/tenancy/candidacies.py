"""The candidates of a tenant’s cohort: undecided, waiting, and proposed by the partner."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlmodel import Session

from parcours.actions import candidates, pathways, relays, selection
from parcours.domain.pathway import StepDates
from parcours.domain.selection import Decision, DecisionReason
from parcours.domain.words import SharingMedium, StepKind
from parcours.models import Cohort, Learner


def tell(
    session: Session,
    tenant: Any,
    cohort: Cohort,
    people: list[int],
    proposed: Learner,
    today: date,
) -> None:
    """Two who apply, noted, one of whom waits; a third whom the partner proposes."""
    text, lead, number = tenant.text, tenant.actors["coordinator"], cohort.id or 0
    for learner_id in people:
        row = candidates.apply_for(
            session, lead, number, learner_id, today=today, words=text("Candidature")
        )
        candidates.note_file(
            session,
            lead,
            row.id or 0,
            {"motivation": (2, text("Envie"))},
            [candidates.Mark(text("Test"), Decimal(12), Decimal(20))],
            version=row.version,
            today=today,
        )
    # Their pathways are closed since: their pages offer to open another.
    for learner_id in people:
        pathway = pathways.current_pathway(session, session.get_one(Learner, learner_id))
        if pathway is not None:
            pathways.close_pathway(session, lead, pathway.id or 0, closed_on=today, today=today)
    reason = DecisionReason.COHORT_FULL
    judgement = selection.Judgement(Decision.WAITING, reason, text("Plus de place"))
    versions = {row.id or 0: row.version}
    selection.decide(session, lead, number, versions, judgement, today=today)
    dates = StepDates(today + timedelta(days=3), today + timedelta(days=19))
    proposal = relays.Proposal(
        lead.organisation_id,
        pathways.StepFacts(StepKind.TRAINING, text("Promotion"), dates),
        text("Raison"),
        SharingMedium.ORAL,
        number,
    )
    relays.propose(session, tenant.actors["partner"], proposed.id or 0, proposal, today=today)
