"""Official lists the product reads as published: what each row holds, and what it must hold."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from parcours.domain.words import DistrictStatus, Word

DOUBTFUL_SCORE = 0.8
"""Below, a geocoder is not sure of the address: its point says nothing (national address base)."""
DOUBTFUL_METRES = 50
"""Nearer than this to the edge of a district, the point of a house may be on the wrong side."""


class ReferenceList(Word):
    """Which list a file holds."""

    ROME = "rome", "métiers (ROME)"
    RNCP = "rncp", "certifications (RNCP)"
    QPV = "qpv", "quartiers prioritaires (QPV)"
    COMMUNES = "communes", "communes (Insee)"


@dataclass(frozen=True, slots=True)
class OccupationRow:
    """A row of `unix_referentiel_code_rome_*`."""

    code: str
    label: str
    parent: str
    is_digital: bool


@dataclass(frozen=True, slots=True)
class CertificationRow:
    """A fiche of the RNCP, with its blocks of skills where the file has them."""

    code: str
    label: str
    level: str | None
    is_active: bool
    ends_on: date | None
    blocks: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class CommuneRow:
    """A row of `v_commune_*`."""

    code: str
    name: str
    department: str


@dataclass(frozen=True, slots=True)
class DistrictRow:
    """A feature of the districts’ GeoJSON, in degrees (EPSG:4326)."""

    code: str
    name: str
    commune: str
    generation: int
    outline: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Located:
    """Whether a point lies in a district: doubt is said, never guessed."""

    status: DistrictStatus
    code: str | None = None
    generation: int | None = None


TO_CHECK = Located(DistrictStatus.TO_CHECK)


def is_doubtful(latitude: float | None, longitude: float | None, score: float | None) -> bool:
    """A missing point, or one the geocoder is not sure of; no score: somebody placed it."""
    is_missing = latitude is None or longitude is None
    return is_missing or (score is not None and score < DOUBTFUL_SCORE)
