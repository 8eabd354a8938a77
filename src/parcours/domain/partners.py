"""Partners’ actions: how fresh they are, which look alike, when they next start, who may enter."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from parcours.domain.errors import RuleBroken
from parcours.domain.identity import fold
from parcours.domain.words import StepKind, Word

FRESH_DAYS = 90
"""Confirmed less than 90 days ago: up to date (a quarter, as the needs of employers)."""
STALE_DAYS = 180
"""From 90 to 180 days: to confirm again. Beyond, it counts as not confirmed."""
OFFERED_KINDS = tuple(
    kind for kind in StepKind if kind not in {StepKind.EMPLOYMENT, StepKind.FOLLOW_UP}
)
"""What a partner may offer: a job is a need of an employer, follow-up is no activity."""
OLDEST = 120
CHARTER_VERSION = 1
"""The charter professionals accept; its text never changes under the same number."""


class OfferEntry(Word):
    """When somebody can start."""

    DATED = "dated", "À des dates précises"
    PERMANENT = "permanent", "Entrée possible toute l’année"


class Freshness(Word):
    """How far the partner concerned stands behind what is written."""

    FRESH = "fresh", "à jour"
    STALE = "stale", "à reconfirmer"
    UNCONFIRMED = "unconfirmed", "non confirmé"


class DiscussionKind(Word):
    """Why a thread is opened."""

    DUPLICATE = "duplicate", "Doublon"
    DISAGREEMENT = "disagreement", "Désaccord"
    QUESTION = "question", "Question"


@dataclass(frozen=True, slots=True)
class Entry:
    """Who may enter, as far as a machine can tell; None and False ask for nothing."""

    age_min: int | None = None
    age_max: int | None = None
    rsa_only: bool = False
    qpv_only: bool = False

    @property
    def in_words(self) -> list[str]:
        """« de 16 à 25 ans », « bénéficiaires du RSA », « habitant·es d’un QPV »."""
        told = [self.ages_in_words] if self.ages_in_words else []
        told += ["bénéficiaires du RSA"] if self.rsa_only else []
        return told + (["habitant·es d’un quartier prioritaire (QPV)"] if self.qpv_only else [])

    @property
    def ages_in_words(self) -> str:
        """« de 16 à 25 ans », "" when any age may enter."""
        if self.age_min is not None and self.age_max is not None:
            return f"de {self.age_min} à {self.age_max} ans"
        if self.age_min is not None:
            return f"à partir de {self.age_min} ans"
        return f"jusqu’à {self.age_max} ans" if self.age_max is not None else ""


def freshness(confirmed_on: date | None, today: date) -> Freshness:
    """How fresh an action is on `today`."""
    if confirmed_on is None:
        return Freshness.UNCONFIRMED
    days = (today - confirmed_on).days
    if days < FRESH_DAYS:
        return Freshness.FRESH
    return Freshness.STALE if days <= STALE_DAYS else Freshness.UNCONFIRMED


def fresh_since(today: date) -> date:
    """The first day of confirmation that is still up to date."""
    return today - timedelta(days=FRESH_DAYS - 1)


def stale_since(today: date) -> date:
    """The first day of confirmation that is not lost yet."""
    return today - timedelta(days=STALE_DAYS)


def to_confirm_since(confirmed_on: date | None, entered_on: date, today: date) -> date | None:
    """Since when a confirmation is due; None while what is written is up to date."""
    if confirmed_on is None:
        return entered_on
    due_on = confirmed_on + timedelta(days=FRESH_DAYS)
    return due_on if due_on <= today else None


def place_key(kind: str, postcode: str | None, address: str | None) -> str | None:
    """Two organisations of a kind at the same address look alike; None when nobody knows it."""
    if not address or not postcode:
        return None
    return f"{kind}|{postcode}|{fold(address)}"


def is_siret(text: str) -> bool:
    """Fourteen digits whose check digit holds (Luhn); those of La Poste add up to a multiple of 5.

    Source: Insee, definition of the SIRET and note on the establishments of La Poste.
    """
    if len(text) != 14 or not (text.isascii() and text.isdecimal()):
        return False
    digits = [int(digit) for digit in text]
    if text.startswith("356000000") and sum(digits) % 5 == 0:
        return True
    doubled = [digit * 2 - 9 * (digit > 4) for digit in digits[::2]]
    return (sum(doubled) + sum(digits[1::2])) % 10 == 0


def is_activity_number(text: str) -> bool:
    """Eleven digits: what the prefecture gives a training body that declares its activity."""
    return len(text) == 11 and text.isascii() and text.isdecimal()


def likeness_key(title: str, kind: StepKind, city: str | None) -> str:
    """Two actions with the same key look alike: same kind, same folded title and commune."""
    return f"{kind.value}|{fold(title)}|{fold(city or '')}"


def next_start(
    entry: OfferEntry,
    dates: Iterable[date],
    *,
    starts_on: date | None,
    ends_on: date | None,
    on: date,
) -> date | None:
    """The first day somebody can start from `on`; None when there is none, or nobody knows it.

    Permanent: any day of the action’s period. Dated: the first of its dates, or its beginning.
    """
    if ends_on is not None and ends_on < on:
        return None
    if entry is OfferEntry.PERMANENT:
        return max(on, starts_on) if starts_on else on
    days = sorted(dates)
    if not days and starts_on is not None:
        days = [starts_on]
    return next((day for day in days if day >= on), None)


def places_left(places: int | None, taken: int) -> int | None:
    """Places still free; None when nobody said how many there are, never below zero."""
    return None if places is None else max(0, places - taken)


def check_offer(
    *,
    kind: StepKind,
    starts_on: date | None,
    ends_on: date | None,
    entry: Entry,
    places: int | None,
    position: tuple[float | None, float | None],
) -> None:
    """Raise RuleBroken, one message per field, when an action cannot be as it is described."""
    errors = _position_errors(position)
    if kind not in OFFERED_KINDS:
        errors["kind"] = "Choisissez une activité : un emploi se dit dans les besoins."
    if starts_on is not None and ends_on is not None and ends_on < starts_on:
        errors["ends_on"] = "L’action finit avant d’avoir commencé."
    if places is not None and not 0 < places < 10_000:
        errors["places"] = "Indiquez le nombre de places, ou laissez vide."
    for name, age in (("age_min", entry.age_min), ("age_max", entry.age_max)):
        if age is not None and not 0 < age <= OLDEST:
            errors[name] = "Indiquez un âge en années."
    if entry.age_min is not None and entry.age_max is not None and entry.age_min > entry.age_max:
        errors.setdefault("age_max", "L’âge maximum est sous l’âge minimum.")
    if errors:
        raise RuleBroken(errors=errors)


def check_date(
    starts_on: date,
    *,
    today: date,
    places: int | None,
    taken: int,
    position: tuple[float | None, float | None],
) -> None:
    """Raise RuleBroken when a date of an action cannot be announced."""
    errors = _position_errors(position)
    if starts_on < today:
        errors["starts_on"] = "Ce jour est passé : annoncez une date à venir."
    if places is not None and not 0 < places < 10_000:
        errors["places"] = "Indiquez le nombre de places, ou laissez vide."
    errors |= taken_errors(places, taken)
    if errors:
        raise RuleBroken(errors=errors)


def taken_errors(places: int | None, taken: int) -> dict[str, str]:
    """What is wrong with a number of places taken, {} when nothing is."""
    if taken < 0 or taken >= 10_000:
        return {"taken": "Indiquez combien de places sont prises."}
    if places is not None and taken > places:
        return {"taken": f"Il n’y a que {places} places."}
    return {}


def _position_errors(position: tuple[float | None, float | None]) -> dict[str, str]:
    latitude, longitude = position
    if (latitude is None) != (longitude is None):
        missing = "latitude" if latitude is None else "longitude"
        return {missing: "Donnez la latitude et la longitude, ou aucune des deux."}
    if latitude is not None and not -90 <= latitude <= 90:
        return {"latitude": "La latitude va de -90 à 90."}
    if longitude is not None and not -180 <= longitude <= 180:
        return {"longitude": "La longitude va de -180 à 180."}
    return {}
