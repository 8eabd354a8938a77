"""What a tenant’s people answered at entry, and what its agreement declares of entities."""

from datetime import date

from sqlmodel import Session

from parcours.actions import entry_answers, supported_entities
from parcours.actions.outcome_entries import entries_of
from parcours.domain.entry_questions import Answer, Question
from parcours.domain.supported_entities import Declaration, Declared, Entity
from parcours.models import Agreement
from tests.tenancy.tenant import Tenant


def tell_entries(session: Session, tenant: Tenant, agreement_id: int, today: date) -> None:
    """A first entry answered then corrected, the others not asked; a number with its proof."""
    agreement = session.get_one(Agreement, agreement_id)
    lead = tenant.actors["coordinator"]
    supported_entities.declare(
        session,
        lead,
        agreement_id,
        {
            Entity.ADMINISTRATION: Declaration(Declared.NOT_CONCERNED, today),
            Entity.FIRM: Declaration(Declared.COUNTED, today, 6, tenant.text("Conventions")),
        },
        instruction=tenant.text("Courrier"),
        version=agreement.version,
        today=today,
    )
    entries, _ = entries_of(session, agreement, today)
    first = next(iter(entries.values()))[0][0].id or 0
    for version, answer in enumerate((Answer.NO, Answer.REFUSED)):
        answers = dict.fromkeys(Question, answer)
        record = entry_answers.Record(today, answers)
        entry_answers.record_answers(session, lead, first, record, version=version, today=today)
