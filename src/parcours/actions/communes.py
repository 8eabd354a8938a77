"""Communes as people type them: the official name and code, when the list leaves no doubt."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlmodel import Session, col

from parcours.domain.identity import fold
from parcours.models import Commune

OVERSEAS = ("97", "98")
CORSICA = {"20": ("2A", "2B")}


@dataclass(frozen=True, slots=True)
class Found:
    """A commune of the list."""

    code: str
    name: str


def commune_of(session: Session, name: str | None, postcode: str | None) -> Found | None:
    """The commune of a name, in the department of its postcode; None when there are several.

    A postcode may lie in the department next door, for a few communes: without a match there, a
    name that is the only one in France is taken.
    """
    if not name or not name.strip():
        return None
    rows = session.execute(
        select(col(Commune.code), col(Commune.name), col(Commune.department))
        .where(col(Commune.name_key) == fold(name)[:120], col(Commune.archived_on).is_(None))
        .order_by(col(Commune.code))
    ).all()
    near = [row for row in rows if row[2] in departments_of(postcode)]
    kept = near if near else rows
    return Found(kept[0][0], kept[0][1]) if len(kept) == 1 else None


def is_known(session: Session, code: str) -> bool:
    """Whether a code is in the list, or nothing can be said while none is loaded."""
    if session.get(Commune, code) is not None:
        return True
    return session.execute(select(col(Commune.code)).limit(1)).first() is None


def departments_of(postcode: str | None) -> tuple[str, ...]:
    """The departments a postcode may be of.

    >>> departments_of("01000"), departments_of("97400"), departments_of("20200")
    (('01',), ('974',), ('2A', '2B'))
    """
    digits = (postcode or "").strip()
    if digits[:2] in OVERSEAS:
        return (digits[:3],)
    return CORSICA.get(digits[:2], (digits[:2],) if digits[:2].isdecimal() else ())
