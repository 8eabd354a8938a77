"""What the pages of imports read."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from parcours.domain.access import Actor
from parcours.models import Account, Cohort, Import

LIMIT = 50


@dataclass(frozen=True, slots=True)
class ImportRow:
    """A file of the list."""

    id: int
    kind: str
    file_name: str
    created_at: datetime
    author: str
    confirmed_at: datetime | None
    report: dict[str, Any] | None


def imports(session: Session, actor: Actor) -> list[ImportRow]:
    """The last files one’s organisation took in."""
    rows = session.execute(
        select(
            col(Import.id),
            col(Import.kind),
            col(Import.file_name),
            col(Import.created_at),
            col(Account.name),
            col(Import.confirmed_at),
            col(Import.report),
        )
        .join(Account, col(Account.id) == col(Import.created_by_id))
        .where(col(Import.organisation_id) == actor.organisation_id)
        .order_by(col(Import.id).desc())
        .limit(LIMIT)
    )
    return [ImportRow(*row) for row in rows]


def cohorts(session: Session, actor: Actor) -> list[tuple[int, str]]:
    """The cohorts an attendance sheet may speak of."""
    rows = session.execute(
        select(col(Cohort.id), col(Cohort.name))
        .where(col(Cohort.organisation_id) == actor.organisation_id)
        .order_by(col(Cohort.starts_on).desc())
    )
    return [(row[0] or 0, row[1]) for row in rows]
