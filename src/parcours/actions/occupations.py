"""Occupations (ROME): their label and their family."""

from dataclasses import dataclass

from sqlmodel import Session

from parcours import reference
from parcours.models import Occupation


@dataclass(frozen=True, slots=True)
class Named:
    """A code of the ROME; `parent` groups what later editions cut finer."""

    code: str
    label: str
    parent: str


def occupation(session: Session, code: str) -> Named | None:
    """The occupation of a code: of the edition loaded, else of the short list the product ships.

    One that later editions dropped keeps its name: needs were written with it.
    """
    row = session.get(Occupation, code)
    if row is not None:
        return Named(code, row.label, row.parent)
    shipped = reference.occupations().get(code)
    return Named(code, shipped.label, shipped.extra["parent"]) if shipped else None
