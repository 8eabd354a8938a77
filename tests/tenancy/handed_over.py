"""Contacts of a tenant’s agreement, and the copies that name its people."""

from dataclasses import replace
from datetime import UTC, date, datetime

from sqlmodel import Session

from parcours.actions import agreement_edits, nominative
from parcours.domain.nominative import Purpose
from parcours.models import Agreement
from tests.tenancy.tenant import Tenant


def hand_names_over(session: Session, tenant: Tenant, agreement_id: int, *, today: date) -> None:
    """A contact, and a copy for each of those who may take one."""
    agreement = session.get_one(Agreement, agreement_id)
    lead, now = tenant.actors["coordinator"], datetime.now(UTC)
    contact = agreement_edits.Contact(tenant.text("Contact"))
    facts = replace(agreement_edits.facts_of(session, agreement), contacts=[contact])
    agreement_edits.edit_agreement(
        session, lead, agreement_id, facts, version=agreement.version, now=now
    )
    words = tenant.text("Contrôle sur pièces")
    for who in ("coordinator", "funder"):
        row = nominative.hand_over(
            session,
            tenant.actors[who],
            agreement_id,
            nominative.Asked("fse", today, Purpose.FSE_CONTROL, words),
            given_at=now,
            now=now,
            today=today,
            days=7,
        )
        tenant.secrets |= {row.sha256, row.reference}
