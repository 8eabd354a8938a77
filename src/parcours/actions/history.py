"""The history of a file, field by field: before, after, by whom; never rewritten."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from parcours.domain.access import Actor
from parcours.domain.words import DataSource
from parcours.models import Account, Exit, FieldChange, Learner


def record_change(
    session: Session,
    actor: Actor,
    row: Learner | Exit,
    field: str,
    before: str | None,
    after: str | None,
    *,
    source: DataSource = DataSource.SCREEN,
) -> None:
    """Append one change of a learner or of an exit, at the version it makes."""
    learner_id = row.id if isinstance(row, Learner) else row.learner_id
    session.add(
        FieldChange(
            learner_id=learner_id or 0,
            field=field,
            before=before,
            after=after,
            version=row.version,
            account_id=actor.account_id,
            organisation_id=actor.organisation_id,
            source=source,
        )
    )


def changed_since(
    session: Session, learner_id: int, names: Iterable[str], version: int
) -> Mapping[str, tuple[str | None, str]]:
    """Fields changed after `version`: what they held then, and who changed them first."""
    rows = session.execute(
        select(col(FieldChange.field), col(FieldChange.before), col(Account.name))
        .join(Account, col(Account.id) == col(FieldChange.account_id))
        .where(
            col(FieldChange.learner_id) == learner_id,
            col(FieldChange.version) > version,
            col(FieldChange.field).in_(list(names)),
        )
        .order_by(col(FieldChange.id).desc())
    )
    # The oldest change since `version` is met last: its « before » is what this person read.
    return {name: (before, who) for name, before, who in rows}


def as_text(value: Any) -> str | None:
    """How the history writes a value: labels, French dates, oui / non; None stays None."""
    if value is None or value == frozenset():
        return None
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, date):
        return value.strftime("%d/%m/%Y")
    if isinstance(value, frozenset):
        return ", ".join(sorted(value))
    return str(getattr(value, "label", value))
