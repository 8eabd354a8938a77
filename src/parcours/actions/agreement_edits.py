"""Correcting an agreement: its words, days, cohorts and contacts; what was handed over stays."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, delete, select
from sqlmodel import Session, col

from parcours import audit
from parcours.actions.agreements import check_agreement
from parcours.domain.access import Actor, Capability, require
from parcours.domain.agreements import MOST_CONTACTS, check_contacts
from parcours.domain.errors import EditConflict, RuleBroken
from parcours.models import (
    Account,
    Agreement,
    AgreementCohort,
    AgreementContact,
    Programme,
    visibility,
)


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom to write to, and what for."""

    name: str
    duty: str | None = None
    email: str | None = None
    phone: str | None = None


@dataclass(frozen=True, slots=True)
class AgreementFacts:
    """What may be corrected of an agreement; who funds it never changes."""

    code: str
    title: str
    starts_on: date
    ends_on: date
    cohort_ids: Sequence[int]
    programme_id: int | None = None
    contacts: Sequence[Contact] = ()


def edit_agreement(
    session: Session,
    actor: Actor,
    agreement_id: int,
    facts: AgreementFacts,
    *,
    version: int,
    now: datetime,
) -> Agreement:
    """Write what an agreement says now (RuleBroken, EditConflict); exports kept stay so.

    Figures frozen from now on count the people it covers now; those before stay as they were.
    """
    require(actor, Capability.MANAGE_AGREEMENTS)
    agreement = visibility.agreement(session, actor, agreement_id, lock=True)
    current = facts_of(session, agreement)
    changed = _changed(current, facts)
    if agreement.version != version:
        raise _conflict(session, agreement, current, facts, changed)
    check_agreement(
        session, actor, facts.code, agreement.funder_id, facts.starts_on, facts.ends_on,
        facts.cohort_ids, known=agreement,
    )  # fmt: skip
    check_contacts([(contact.name, contact.email) for contact in facts.contacts])
    if facts.programme_id is not None and session.get(Programme, facts.programme_id) is None:
        raise RuleBroken("Choisissez un programme de la liste.", field="programme")
    if changed:
        _write(session, agreement, facts)
        agreement.version += 1
        agreement.edited_at, agreement.edited_by_id = now, actor.account_id
        audit.record(session, actor, "edit", "agreement", agreement_id, fields=changed)
    session.flush()
    return agreement


def facts_of(session: Session, agreement: Agreement) -> AgreementFacts:
    """What an agreement the caller has opened says now."""
    cohorts = session.execute(
        select(col(AgreementCohort.cohort_id))
        .where(col(AgreementCohort.agreement_id) == agreement.id)
        .order_by(col(AgreementCohort.cohort_id))
    ).scalars()
    return AgreementFacts(
        agreement.code,
        agreement.title,
        agreement.starts_on,
        agreement.ends_on,
        list(cohorts),
        agreement.programme_id,
        contacts_of(session, agreement.id or 0),
    )


CONTACTS = (
    select(AgreementContact)
    .where(col(AgreementContact.agreement_id) == bindparam("agreement"))
    .order_by(col(AgreementContact.rank))
    .limit(MOST_CONTACTS)
)


def contacts_of(session: Session, agreement_id: int) -> list[Contact]:
    """Whom to write to about an agreement the caller has opened."""
    rows = session.execute(CONTACTS, {"agreement": agreement_id}).scalars()
    return [Contact(row.name, row.duty, row.email, row.phone) for row in rows]


def editor_of(session: Session, agreement: Agreement) -> str:
    """Who wrote what an agreement says now."""
    return session.get_one(Account, agreement.edited_by_id or agreement.created_by_id).name


def _changed(current: AgreementFacts, asked: AgreementFacts) -> list[str]:
    one, other = _plain(current), _plain(asked)
    return [name for name in one if one[name] != other[name]]


def _plain(facts: AgreementFacts) -> dict[str, Any]:
    return asdict(facts) | {
        "cohort_ids": sorted(set(facts.cohort_ids)),
        "contacts": list(facts.contacts),
    }


def _conflict(
    session: Session,
    agreement: Agreement,
    current: AgreementFacts,
    asked: AgreementFacts,
    changed: list[str],
) -> EditConflict:
    one, other = _plain(current), _plain(asked)
    return EditConflict(
        theirs={name: one[name] for name in changed},
        mine={name: other[name] for name in changed},
        who=editor_of(session, agreement),
    )


def _write(session: Session, agreement: Agreement, facts: AgreementFacts) -> None:
    key = agreement.id or 0
    agreement.code, agreement.title = facts.code, facts.title
    agreement.starts_on, agreement.ends_on = facts.starts_on, facts.ends_on
    agreement.programme_id = facts.programme_id
    for table in (AgreementCohort, AgreementContact):
        session.execute(delete(table).where(col(table.agreement_id) == key))
    session.add_all(
        AgreementCohort(agreement_id=key, cohort_id=cohort_id)
        for cohort_id in sorted(set(facts.cohort_ids))
    )
    session.add_all(
        AgreementContact(agreement_id=key, rank=rank, **asdict(contact))
        for rank, contact in enumerate(facts.contacts, start=1)
    )
