"""What the pages of sharing and of the journal read; the caller has opened the file."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from parcours.models import Account, AuditEntry, FieldChange, Organisation, Sharing

JOURNAL_LIMIT = 200


@dataclass(frozen=True, slots=True)
class ActRow:
    """An act or a reading."""

    at: datetime
    act: str
    subject: str
    who: str
    organisation: str


def sharings(session: Session, learner_id: int) -> list[tuple[Sharing, str, str]]:
    """Agreements of a person, the latest first: (agreement, partner, collected by)."""
    rows = session.execute(
        select(Sharing, col(Organisation.name), col(Account.name))
        .join(Organisation, col(Organisation.id) == col(Sharing.organisation_id))
        .join(Account, col(Account.id) == col(Sharing.collected_by_id))
        .where(col(Sharing.learner_id) == learner_id)
        .order_by(col(Sharing.starts_on).desc(), col(Sharing.id).desc())
    )
    return [(row[0], row[1], row[2]) for row in rows]


def partners(session: Session, owner_id: int) -> list[tuple[int, str]]:
    """Organisations a file may be shared with."""
    rows = session.execute(
        select(col(Organisation.id), col(Organisation.name))
        .where(col(Organisation.id) != owner_id, col(Organisation.closed_on).is_(None))
        .order_by(col(Organisation.name))
    )
    return [(row[0] or 0, row[1]) for row in rows]


def acts(session: Session, learner_id: int) -> list[ActRow]:
    """The last acts and readings of a file."""
    rows = session.execute(
        select(
            col(AuditEntry.at),
            col(AuditEntry.act),
            col(AuditEntry.subject),
            col(Account.name),
            col(Organisation.name),
        )
        .join(Account, col(Account.id) == col(AuditEntry.account_id))
        .join(Organisation, col(Organisation.id) == col(AuditEntry.organisation_id))
        .where(col(AuditEntry.learner_id) == learner_id)
        .order_by(col(AuditEntry.at).desc(), col(AuditEntry.id).desc())
        .limit(JOURNAL_LIMIT)
    )
    return [ActRow(*row) for row in rows]


def changes(session: Session, learner_id: int) -> list[tuple[FieldChange, str, str]]:
    """The history of the fields: (change, by whom, for which organisation)."""
    rows = session.execute(
        select(FieldChange, col(Account.name), col(Organisation.name))
        .join(Account, col(Account.id) == col(FieldChange.account_id))
        .join(Organisation, col(Organisation.id) == col(FieldChange.organisation_id))
        .where(col(FieldChange.learner_id) == learner_id)
        .order_by(col(FieldChange.id).desc())
        .limit(JOURNAL_LIMIT)
    )
    return [(row[0], row[1], row[2]) for row in rows]
