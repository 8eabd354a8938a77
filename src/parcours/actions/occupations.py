"""Occupations (ROME): their label and their family."""

from dataclasses import dataclass

from sqlmodel import Session

from parcours import reference


@dataclass(frozen=True, slots=True)
class Occupation:
    """A code of the ROME; `parent` groups what later editions cut finer."""

    code: str
    label: str
    parent: str


def occupation(session: Session, code: str) -> Occupation | None:
    """The occupation of a code, None when no list holds it."""
    shipped = reference.occupations().get(code)
    return Occupation(code, shipped.label, shipped.extra["parent"]) if shipped else None
