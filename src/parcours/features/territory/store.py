"""What the page of a territory reads besides its figures: names."""

from sqlalchemy import select
from sqlmodel import Session, col

from parcours.models import Organisation, Programme


def programmes(session: Session) -> list[tuple[int, str]]:
    """Programmes one can filter by."""
    rows = session.execute(select(col(Programme.id), col(Programme.name)).order_by("name"))
    return [(row[0] or 0, row[1]) for row in rows]


def names(session: Session, ids: set[int]) -> dict[int, str]:
    """The names of organisations."""
    rows = session.execute(
        select(col(Organisation.id), col(Organisation.name)).where(col(Organisation.id).in_(ids))
    )
    return {row[0] or 0: row[1] for row in rows}
