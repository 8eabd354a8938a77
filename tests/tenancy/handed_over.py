"""What a tenant’s agreement hands over: workbooks, frozen figures, copies that name people."""

from dataclasses import replace
from datetime import UTC, date, datetime

from sqlmodel import Session

from parcours.actions import agreement_edits, exports, nominative, releases
from parcours.domain.disclosure import Thresholds
from parcours.domain.nominative import Purpose
from parcours.models import Agreement
from tests.tenancy.entered import tell_entries
from tests.tenancy.tenant import Tenant


def hand_figures_over(session: Session, tenant: Tenant, agreement_id: int, *, today: date) -> None:
    """What was asked at entry, a workbook for each reader, frozen figures, then names."""
    tell_entries(session, tenant, agreement_id, today)
    for who in ("coordinator", "funder"):
        export = exports.export_outcomes(
            session, tenant.actors[who], agreement_id, as_of=today, today=today
        )
        tenant.secrets.add(export.sha256)
    lead = tenant.actors["coordinator"]
    release = releases.publish_release(
        session, lead, agreement_id, limits=Thresholds(), today=today
    )
    tenant.secrets.add(release.sha256)
    hand_names_over(session, tenant, agreement_id, today=today)


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
