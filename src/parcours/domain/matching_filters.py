"""Constraints are not points: six questions with three answers, set by the learner.

Source: matching notes §2.5. What is unknown never excludes; a limit reached exactly is kept; a pair
set aside says by how much. Distance is compared with the person’s own limit and never scored.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from typing import NamedTuple

from parcours.domain.calendar import DAY_NAMES, Half
from parcours.domain.matching_rules import Band
from parcours.domain.words import Word

KILOMETRE = 1000
# Under this a distance is told in steps of a hundred metres.
HUNDRED_METRES = 100
WeekSlot = tuple[int, Half]


class Filter(Word):
    """The six questions, in the order people read them."""

    AVAILABILITY = "availability", "Disponibilité"
    CONTRACT = "contract", "Contrat"
    MOBILITY = "mobility", "Mobilité"
    LICENCE = "licence", "Permis"
    SLOTS = "slots", "Horaires"
    HOURS = "hours", "Durée"


class Status(Word):
    """Whether a pair can be proposed, the best first."""

    OK = "ok", "Proposable"
    CHECK = "check", "À vérifier"
    BLOCKED = "blocked", "Écarté par une contrainte"

    @property
    def place(self) -> int:
        """0 for the best."""
        return STATUS_PLACES[self]


STATUS_PLACES = {status: place for place, status in enumerate(Status)}


@dataclass(frozen=True, slots=True)
class Terms:
    """What a need sets, as far as filters go; None is unknown.

    `modes` are the ways to reach the site (None: any); `licences` those that a task of the job
    needs; `slots` the half-days of the week that are required; `weekly_hours` a number of hours.
    """

    start: date | None = None
    flex_days: int = 0
    contract: str | None = None
    is_remote: bool = False
    modes: frozenset[str] | None = None
    licences: frozenset[str] = frozenset()
    slots: frozenset[WeekSlot] = frozenset()
    are_slots_negotiable: bool = False
    weekly_hours: Fraction | int | None = None


@dataclass(frozen=True, slots=True)
class Constraints:
    """What a person declared; None is not asked yet, which never excludes.

    `radius` maps each way of travelling to its limit in kilometres; `hours` is the range wished.
    """

    available_from: date | None = None
    contracts: frozenset[str] | None = None
    radius: Mapping[str, int] | None = None
    licences: frozenset[str] | None = None
    slots: frozenset[WeekSlot] | None = None
    hours: tuple[Fraction | int, Fraction | int] | None = None


class Answer(NamedTuple):
    """What came of one question; the reason is empty when it is ok."""

    filter: Filter
    status: Status
    reason: str = ""


# What most answers are: the same one for all, since thousands are given for one person.
FINE = {asked: Answer(asked, Status.OK) for asked in Filter}


@dataclass(frozen=True, slots=True)
class Pair:
    """Somebody and a need, as the levers count them."""

    learner: str
    need: str
    posts: int
    band: Band | None
    answers: tuple[Answer, ...]


@dataclass(slots=True)
class Lever:
    """What would open if one constraint were lifted."""

    pairs: int = 0
    learners: set[str] = field(default_factory=set)
    posts: dict[str, int] = field(default_factory=dict)


def check_terms(
    terms: Terms,
    constraints: Constraints,
    distance_m: int | None,
    labels: Mapping[str, str] | None = None,
) -> tuple[Answer, ...]:
    """The six answers for a pair; `distance_m` is what separates them, in metres, None unknown.

    `labels` says in French the codes of contracts and licences, where a reason names them.
    """
    words = labels or {}
    return (
        _availability(terms, constraints),
        _contract(terms, constraints, words),
        _mobility(terms, constraints, distance_m),
        _licence(terms, constraints, words),
        _slots(terms, constraints),
        _hours(terms, constraints),
    )


def check_one(asked: Filter, terms: Terms, constraints: Constraints) -> Answer:
    """The answer to one question alone, the distance unknown, without the words of codes."""
    match asked:
        case Filter.AVAILABILITY:
            return _availability(terms, constraints)
        case Filter.CONTRACT:
            return _contract(terms, constraints, {})
        case Filter.MOBILITY:
            return _mobility(terms, constraints, None)
        case Filter.LICENCE:
            return _licence(terms, constraints, {})
        case Filter.SLOTS:
            return _slots(terms, constraints)
        case Filter.HOURS:
            return _hours(terms, constraints)


def reach(terms: Terms, radius: Mapping[str, int]) -> int | None:
    """How far somebody goes by a way that serves the site, in kilometres; None by no way."""
    usable = [limit for mode, limit in radius.items() if terms.modes is None or mode in terms.modes]
    return max(usable, default=None)


def status_of(answers: Iterable[Answer]) -> Status:
    """The status of a pair is its worst answer."""
    statuses = [answer.status for answer in answers]
    if Status.BLOCKED in statuses:
        return Status.BLOCKED
    return Status.CHECK if Status.CHECK in statuses else Status.OK


def levers(pairs: Iterable[Pair]) -> dict[Filter, Lever]:
    """For each filter, what it alone keeps closed, among people worth proposing."""
    found = {one: Lever() for one in Filter}
    for pair in pairs:
        blocking = [answer.filter for answer in pair.answers if answer.status is Status.BLOCKED]
        if len(blocking) == 1 and pair.band not in (None, Band.FAR):
            lever = found[blocking[0]]
            lever.pairs += 1
            lever.learners.add(pair.learner)
            lever.posts[pair.need] = pair.posts
    return found


def _availability(terms: Terms, constraints: Constraints) -> Answer:
    asked = Filter.AVAILABILITY
    free = constraints.available_from
    if free is None:
        return Answer(asked, Status.CHECK, "date de disponibilité à demander")
    if terms.start is None:
        return Answer(asked, Status.CHECK, "date d’entrée à faire préciser par l’employeur")
    late = (free - terms.start - timedelta(days=terms.flex_days)).days
    if late > 0:
        return Answer(asked, Status.BLOCKED, f"disponible {late} j après la date limite")
    return FINE[asked]


def _contract(terms: Terms, constraints: Constraints, words: Mapping[str, str]) -> Answer:
    asked, accepted = Filter.CONTRACT, constraints.contracts
    if accepted is None:
        return Answer(asked, Status.CHECK, "contrats acceptés à demander")
    if terms.contract is None:
        return Answer(asked, Status.CHECK, "contrat à faire préciser par l’employeur")
    if terms.contract not in accepted:
        label = words.get(terms.contract, terms.contract)
        return Answer(asked, Status.BLOCKED, f"contrat non accepté : {label}")
    return FINE[asked]


def _mobility(terms: Terms, constraints: Constraints, distance_m: int | None) -> Answer:
    asked, radius = Filter.MOBILITY, constraints.radius
    if terms.is_remote:
        return FINE[asked]
    if radius is None:
        return Answer(asked, Status.CHECK, "moyens de transport et rayon à demander")
    limit = reach(terms, radius)
    if limit is None:
        text = "aucun mode de transport déclaré ne dessert le site"
        return Answer(asked, Status.BLOCKED, text)
    if distance_m is None:
        return Answer(asked, Status.CHECK, "distance inconnue : adresse à compléter")
    beyond = distance_m - KILOMETRE * limit
    if beyond > 0:
        return Answer(asked, Status.BLOCKED, f"{_distance(beyond)} au-delà du rayon déclaré")
    return FINE[asked]


def _licence(terms: Terms, constraints: Constraints, words: Mapping[str, str]) -> Answer:
    asked = Filter.LICENCE
    if not terms.licences:
        return FINE[asked]
    if constraints.licences is None:
        return Answer(asked, Status.CHECK, "permis à demander")
    missing = sorted(terms.licences - constraints.licences)
    if missing:
        named = ", ".join(words.get(code, code) for code in missing)
        return Answer(asked, Status.BLOCKED, f"permis manquant pour une tâche du poste : {named}")
    return FINE[asked]


def _slots(terms: Terms, constraints: Constraints) -> Answer:
    asked = Filter.SLOTS
    if not terms.slots:
        return FINE[asked]
    if constraints.slots is None:
        return Answer(asked, Status.CHECK, "créneaux disponibles à demander")
    missing = sorted(terms.slots - constraints.slots)
    if not missing:
        return FINE[asked]
    count = "1 créneau" if len(missing) == 1 else f"{len(missing)} créneaux"
    named = ", ".join(f"{DAY_NAMES[day]} {half.label}" for day, half in missing)
    if terms.are_slots_negotiable:
        return Answer(asked, Status.CHECK, f"{count} à négocier : {named}")
    return Answer(asked, Status.BLOCKED, f"{count} hors disponibilité : {named}")


def _hours(terms: Terms, constraints: Constraints) -> Answer:
    asked = Filter.HOURS
    if constraints.hours is None:
        return Answer(asked, Status.CHECK, "durée hebdomadaire souhaitée à demander")
    if terms.weekly_hours is None:
        return Answer(asked, Status.CHECK, "durée à faire préciser par l’employeur")
    least, most = constraints.hours
    if terms.weekly_hours > most:
        amount = _duration(terms.weekly_hours - most)
        return Answer(asked, Status.BLOCKED, f"{amount} par semaine de plus que souhaité")
    if terms.weekly_hours < least:
        amount = _duration(least - terms.weekly_hours)
        return Answer(asked, Status.BLOCKED, f"{amount} par semaine de moins que souhaité")
    return FINE[asked]


def _distance(metres: int) -> str:
    """Rounded up, so that what is beyond never reads as nothing.

    >>> [_distance(metres) for metres in (3000, 2410, 40)]
    ['3 km', '2,5 km', '100 m']
    """
    hundreds = -(-metres // HUNDRED_METRES)
    if hundreds < KILOMETRE // HUNDRED_METRES:
        return f"{hundreds * HUNDRED_METRES} m"
    whole, tenth = divmod(hundreds, 10)
    return f"{whole},{tenth} km" if tenth else f"{whole} km"


def _duration(hours: Fraction | int) -> str:
    whole, minutes = divmod(round(hours * 60), 60)
    return f"{whole} h {minutes:02}" if minutes else f"{whole} h"
