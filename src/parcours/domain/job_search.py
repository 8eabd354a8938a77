"""What a learner looks for, as they say it: constraints and wishes, never points.

Source: matching notes §2.5 and §2.6. What nobody asked is unknown and excludes nothing; slots carry
no reason; where a person leaves from is a point, used for a distance and never for the score.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import asin, cos, radians, sin, sqrt

from parcours.domain import needs
from parcours.domain.calendar import Half
from parcours.domain.errors import RuleBroken
from parcours.domain.matching_filters import Constraints, Filter, Terms
from parcours.domain.needs import SLOTS, AccessMode, Licence
from parcours.domain.words import Word

LONGEST_RADIUS, MOST_HOURS = 300, 60
LARGEST_DISTANCE = 2000
EARTH_METRES = 6_371_000
QUESTIONS = {
    Filter.AVAILABILITY: "À partir de quand êtes-vous disponible ?",
    Filter.CONTRACT: "Quels contrats accepteriez-vous ?",
    Filter.MOBILITY: "Comment vous déplacez-vous, et jusqu’à quelle distance ?",
    Filter.LICENCE: "Quels permis de conduire avez-vous ?",
    Filter.SLOTS: "Quelles demi-journées sont possibles pour vous ?",
    Filter.HOURS: "Combien d’heures par semaine cherchez-vous ?",
}


class SaidBy(Word):
    """Who said it."""

    PERSON = "person", "dit par la personne"
    ADVISER = "adviser", "noté par l’équipe, à confirmer avec la personne"


@dataclass(frozen=True, slots=True)
class JobSearch:
    """Every answer of a person; None is not asked yet, an empty tuple « none »."""

    available_from: date | None = None
    contracts: tuple[str, ...] | None = None
    modes: Mapping[str, int] | None = None
    is_remote_only: bool | None = None
    licences: tuple[str, ...] | None = None
    slots: tuple[str, ...] | None = None
    hours: tuple[Decimal, Decimal] | None = None
    point: tuple[float, float] | None = None

    def constraints(self) -> Constraints:
        """What the filters read of it; whoever works at a distance only reaches no site."""
        radius = dict(self.modes) if self.modes is not None else None
        return Constraints(
            available_from=self.available_from,
            contracts=None if self.contracts is None else frozenset(self.contracts),
            radius={} if self.is_remote_only else radius,
            licences=None if self.licences is None else frozenset(self.licences),
            slots=None if self.slots is None else week(self.slots),
            hours=None if self.hours is None else _fractions(self.hours),
        )


UNASKED = JobSearch()


def check_search(search: JobSearch, contracts: Mapping[str, object]) -> None:
    """Refuse what cannot be, one French message per field; `contracts` are the known codes."""
    errors: dict[str, str] = {}
    if set(search.contracts or ()) - set(contracts):
        errors["contracts"] = "Choisissez des contrats de la liste."
    modes = search.modes or {}
    if set(modes) - {mode.value for mode in AccessMode}:
        errors["modes"] = "Choisissez des moyens de transport de la liste."
    for mode, radius in modes.items():
        if not 0 < radius <= LONGEST_RADIUS:
            errors[f"radius-{mode}"] = f"Indiquez un rayon de 1 à {LONGEST_RADIUS} km."
    if set(search.licences or ()) - {licence.value for licence in Licence}:
        errors["licences"] = "Choisissez des permis de la liste."
    if set(search.slots or ()) - set(SLOTS):
        errors["slots"] = "Choisissez des demi-journées de la liste."
    errors |= _hours_errors(search.hours)
    if search.point is not None and not _is_on_earth(search.point):
        errors["latitude"] = "La latitude va de -90 à 90, la longitude de -180 à 180."
    if errors:
        raise RuleBroken(errors=errors)


def check_distance(distance_km: int | None) -> None:
    """Refuse a distance that is none."""
    if distance_km is not None and not 0 <= distance_km <= LARGEST_DISTANCE:
        text = f"Indiquez une distance de 0 à {LARGEST_DISTANCE} km."
        raise RuleBroken(text, field="distance_km")


def filter_terms(terms: needs.Terms, accepted: frozenset[str] | None = None) -> Terms:
    """The terms of a need as the filters read them, for somebody who accepts some contracts.

    A need may offer several contracts: one accepted is enough.
    """
    kept = [code for code in terms.contracts if accepted is None or code in accepted]
    contract = next(iter(kept or terms.contracts), None)
    return Terms(
        start=terms.starts_on,
        flex_days=terms.flex_days,
        contract=contract,
        is_remote=terms.is_remote,
        modes=frozenset(terms.access_modes) or None,
        licences=frozenset({terms.licence.value} if terms.licence else ()),
        slots=week(terms.slots),
        are_slots_negotiable=terms.are_slots_negotiable,
        weekly_hours=None if terms.weekly_hours is None else Fraction(terms.weekly_hours),
    )


def week(slots: tuple[str, ...]) -> frozenset[tuple[int, Half]]:
    """Half-days written « 0-am », as the filters read them."""
    parts = (slot.partition("-") for slot in slots)
    return frozenset((int(day), Half(half)) for day, _, half in parts)


def metres_between(here: tuple[float, float], there: tuple[float, float]) -> int:
    """The distance as the crow flies between two points (latitude, longitude), in metres.

    >>> metres_between((46.2050, 5.2270), (46.2510, 5.2240))
    5120
    """
    first, second = radians(here[0]), radians(there[0])
    east = sin(radians(there[1] - here[1]) / 2) ** 2
    share = sin((second - first) / 2) ** 2 + cos(first) * cos(second) * east
    return round(2 * EARTH_METRES * asin(sqrt(share)))


def _fractions(hours: tuple[Decimal, Decimal]) -> tuple[Fraction, Fraction]:
    return Fraction(hours[0]), Fraction(hours[1])


def _hours_errors(hours: tuple[Decimal, Decimal] | None) -> dict[str, str]:
    if hours is None:
        return {}
    if not 0 < hours[0] <= MOST_HOURS or not 0 < hours[1] <= MOST_HOURS:
        return {"hours_min": f"Indiquez des heures par semaine, jusqu’à {MOST_HOURS}."}
    return {"hours_max": "Le plus est moins que le moins."} if hours[1] < hours[0] else {}


def _is_on_earth(point: tuple[float, float]) -> bool:
    return abs(point[0]) <= 90 and abs(point[1]) <= 180
