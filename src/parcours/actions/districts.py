"""The priority district of a point: by its outline, and « à vérifier » whenever in doubt."""

from math import cos, radians

import shapely
from shapely.geometry import Point, shape
from sqlalchemy import select
from sqlmodel import Session, col

from parcours.domain.reference_lists import DOUBTFUL_METRES, TO_CHECK, Located, is_doubtful
from parcours.domain.words import DistrictStatus
from parcours.models import District

METRES_PER_DEGREE = 111_320.0
MARGIN = 0.01


def locate(
    session: Session,
    latitude: float | None,
    longitude: float | None,
    *,
    score: float | None = None,
) -> Located:
    """The district of a point, by the latest generation loaded.

    A point that is missing, unsure (`score` of the geocoder) or near an edge is to check; so is any
    point while no district is loaded: silence is not « hors QPV ».
    """
    if latitude is None or longitude is None or is_doubtful(latitude, longitude, score):
        return TO_CHECK
    generation = session.execute(
        select(col(District.generation))
        .where(col(District.archived_on).is_(None))
        .order_by(col(District.generation).desc())
        .limit(1)
    ).scalar_one_or_none()
    if generation is None:
        return TO_CHECK
    for code, outline in _near(session, generation, latitude, longitude):
        around, here = (
            _in_metres(shape(outline), latitude),
            _in_metres(Point(longitude, latitude), latitude),
        )
        if shapely.distance(shapely.boundary(around), here) < DOUBTFUL_METRES:
            return TO_CHECK
        if shapely.contains(around, here):
            return Located(DistrictStatus.INSIDE, code, generation)
    return Located(DistrictStatus.OUTSIDE)


def _near(
    session: Session, generation: int, latitude: float, longitude: float
) -> list[tuple[str, dict[str, object]]]:
    rows = session.execute(
        select(col(District.code), col(District.outline))
        .where(
            col(District.generation) == generation,
            col(District.archived_on).is_(None),
            col(District.west) <= longitude + MARGIN,
            col(District.east) >= longitude - MARGIN,
            col(District.south) <= latitude + MARGIN,
            col(District.north) >= latitude - MARGIN,
        )
        .order_by(col(District.code))
    )
    return [(row[0], row[1]) for row in rows]


def _in_metres(geometry: shapely.Geometry, latitude: float) -> shapely.Geometry:
    """A geometry in metres around a latitude: degrees of longitude shrink towards the pole."""
    scale = (METRES_PER_DEGREE * cos(radians(latitude)), METRES_PER_DEGREE)
    return shapely.transform(geometry, lambda points: points * scale)
