"""Needs of employers: what is asked, how fresh it is, what may be published and when.

Source: product, features 26 and 27; matching notes §2.1 (levels 1 to 4, weights 1 to 5, four for
what is essential and two for what is desired), §2.5 (a licence is linked to a driving task), §3.1
(certainty) and §9 (a version never changes).
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from parcours.domain.calendar import DAY_NAMES, Half
from parcours.domain.errors import RuleBroken
from parcours.domain.identity import fold
from parcours.domain.skills import LEVELS
from parcours.domain.words import Word

FRESH_DAYS = 90
"""Confirmed less than 90 days ago; from that day on, suspended. Each organisation may change it."""
REMINDER_BEFORE = 14
SHORTEST_FRESH, LONGEST_FRESH = 15, 365
ESSENTIAL_WEIGHT, DESIRED_WEIGHT = 4, 2
MOST_POSTS, MOST_FLEX, MOST_HOURS, MOST_SKILLS = 500, 366, 60, 30
NAF = re.compile(r"^(\d{2})\.?(\d{2}[A-Z])$")
ROME = re.compile(r"^[A-N]\d{4}$")
NO_SKILL = (
    "Un besoin se publie avec une compétence au moins : ajoutez-en une, ou reliez un mot de "
    "l’employeur à une compétence."
)


class Certainty(Word):
    """How sure the posts are."""

    FIRM = "firm", "ferme"
    PROBABLE = "probable", "probable"
    EXPLORATORY = "exploratory", "exploratoire"

    @property
    def share(self) -> Fraction:
        """What a post of this certainty counts for in the demand of a territory."""
        return {"firm": Fraction(1), "probable": Fraction(1, 2)}.get(self.value, Fraction(1, 4))


class AccessMode(Word):
    """A way to reach the place of work."""

    WALK = "walk", "à pied"
    BIKE = "bike", "à vélo"
    TRANSIT = "transit", "en transports en commun"
    CAR = "car", "en voiture"


class Licence(Word):
    """A driving licence; asked for only with the task that needs it."""

    B = "B", "permis B"
    C = "C", "permis C"
    D = "D", "permis D"
    AM = "AM", "permis AM (cyclomoteur)"


class NeedState(Word):
    """Where a need stands; suspended is computed."""

    DRAFT = "draft", "Brouillon"
    PUBLISHED = "published", "Publié"
    SUSPENDED = "suspended", "Suspendu"
    FILLED = "filled", "Pourvu"
    CLOSED = "closed", "Fermé"


class ClosingReason(Word):
    """Why a need is closed without having been filled here."""

    FILLED_ELSEWHERE = "filled_elsewhere", "Pourvu autrement"
    CANCELLED = "cancelled", "L’employeur renonce au recrutement"
    POSTPONED = "postponed", "Reporté sans date"
    UNREACHABLE = "unreachable", "L’employeur ne répond plus"
    MISTAKE = "mistake", "Saisi par erreur, ou en double"
    OTHER = "other", "Autre raison"


class EmployerSize(Word):
    """How many people work there, by the classes employers know."""

    NONE = "0", "aucun salarié"
    VERY_SMALL = "1-9", "1 à 9 personnes"
    SMALL = "10-49", "10 à 49 personnes"
    MEDIUM = "50-249", "50 à 249 personnes"
    LARGE = "250+", "250 personnes ou plus"


class NeedAct(Word):
    """What the history of a need holds."""

    CREATED = "created", "Besoin noté"
    CHANGED = "changed", "Besoin modifié"
    PUBLISHED = "published", "Besoin publié"
    CONFIRMED = "confirmed", "Toujours d’actualité"
    REMINDED = "reminded", "Rappel à confirmer"
    LINK = "link", "Lien de réponse préparé"
    LINK_ENDED = "link_ended", "Lien de réponse annulé"
    FILLED = "filled", "Besoin pourvu"
    CLOSED = "closed", "Besoin fermé"
    REOPENED = "reopened", "Besoin rouvert"


@dataclass(frozen=True, slots=True)
class Requirement:
    """A skill a need asks for: its level 1–4, its weight 1–5, whether it cannot be done without."""

    skill_id: int
    level: int
    weight: int
    is_essential: bool


@dataclass(frozen=True, slots=True)
class Terms:
    """What is asked besides skills. None and empty are unknown: they exclude nobody.

    `rome_parent` groups needs whatever the edition of ROME they were written with; `slots` are
    codes « 0-am » (Monday morning); `licence` goes with the task that needs it.
    """

    title: str
    posts: int = 1
    certainty: Certainty = Certainty.FIRM
    rome_code: str | None = None
    rome_label: str | None = None
    rome_parent: str | None = None
    contracts: tuple[str, ...] = ()
    starts_on: date | None = None
    flex_days: int = 0
    weekly_hours: Decimal | None = None
    slots: tuple[str, ...] = ()
    are_slots_negotiable: bool = True
    access_modes: tuple[str, ...] = ()
    is_remote: bool = False
    licence: Licence | None = None
    licence_task: str | None = None
    hosts_immersion: bool = False
    site_id: int | None = None
    words: str | None = None


def default_weight(is_essential: bool) -> int:
    """The weight of a skill when nobody says another."""
    return ESSENTIAL_WEIGHT if is_essential else DESIRED_WEIGHT


def merged(requirements: Iterable[Requirement]) -> tuple[Requirement, ...]:
    """One line a skill: the highest level and weight, essential if either is; as first asked."""
    found: dict[int, Requirement] = {}
    for item in requirements:
        known = found.get(item.skill_id, item)
        found[item.skill_id] = Requirement(
            item.skill_id,
            max(known.level, item.level),
            max(known.weight, item.weight),
            known.is_essential or item.is_essential,
        )
    return tuple(found.values())


def check_terms(terms: Terms, contracts: Iterable[str]) -> None:
    """Refuse what cannot be, one French message per field; `contracts` are the known codes."""
    errors: dict[str, str] = {}
    if not terms.title.strip():
        errors["title"] = "Donnez le nom du poste."
    if not 1 <= terms.posts <= MOST_POSTS:
        errors["posts"] = f"Indiquez le nombre de postes, de 1 à {MOST_POSTS}."
    if terms.rome_code and not ROME.match(terms.rome_code):
        errors["rome_code"] = "Un code ROME est une lettre et quatre chiffres, comme M1805."
    if set(terms.contracts) - set(contracts):
        errors["contracts"] = "Choisissez des contrats de la liste."
    if not 0 <= terms.flex_days <= MOST_FLEX:
        errors["flex_days"] = f"Indiquez une souplesse de 0 à {MOST_FLEX} jours."
    if terms.weekly_hours is not None and not 0 < terms.weekly_hours <= MOST_HOURS:
        errors["weekly_hours"] = f"Indiquez des heures par semaine, jusqu’à {MOST_HOURS}."
    if set(terms.slots) - set(SLOTS):
        errors["slots"] = "Choisissez des demi-journées de la liste."
    if set(terms.access_modes) - {mode.value for mode in AccessMode}:
        errors["access_modes"] = "Choisissez des moyens d’accès de la liste."
    errors |= _licence_errors(terms)
    if errors:
        raise RuleBroken(errors=errors)


def check_requirements(requirements: Sequence[Requirement]) -> None:
    """Refuse a level or a weight that is none, and more skills than anybody can read."""
    if len(requirements) > MOST_SKILLS:
        raise RuleBroken(f"Gardez les {MOST_SKILLS} compétences qui comptent.", field="skill-0")
    if any(item.level not in LEVELS or item.level == 0 for item in requirements):
        raise RuleBroken("Choisissez un niveau attendu, de 1 à 4.", field="skill-0")
    if any(not 1 <= item.weight <= 5 for item in requirements):
        raise RuleBroken("Choisissez une importance, de 1 à 5.", field="skill-0")


def check_publishable(requirements: Sequence[Requirement]) -> None:
    """A need without a skill matches nobody and everybody: it stays a draft."""
    if not requirements:
        raise RuleBroken(NO_SKILL, field="skill-0")


def check_closing(reason: ClosingReason | None, words: str | None) -> None:
    """Closing says why: a reason of the list, in one’s own words when it is another one."""
    if reason is None:
        raise RuleBroken("Choisissez pourquoi le besoin se ferme.", field="reason")
    if reason is ClosingReason.OTHER and not (words or "").strip():
        raise RuleBroken("Précisez la raison en quelques mots.", field="words")


def check_fresh_days(days: int | None) -> int:
    """How long a need stays up to date without a confirmation."""
    if days is None or not SHORTEST_FRESH <= days <= LONGEST_FRESH:
        raise RuleBroken(
            f"Choisissez de {SHORTEST_FRESH} à {LONGEST_FRESH} jours.", field="fresh_days"
        )
    return days


def deadlines(confirmed_on: date, fresh_days: int) -> tuple[date, date]:
    """From a confirmation: the day of the reminder, and the first day the need is suspended."""
    suspends_on = confirmed_on + timedelta(days=fresh_days)
    return max(confirmed_on, suspends_on - timedelta(days=REMINDER_BEFORE)), suspends_on


def state_on(state: NeedState, suspends_on: date | None, today: date) -> NeedState:
    """Where a need stands on `today`: one that nobody confirmed in time is suspended."""
    is_late = suspends_on is not None and today >= suspends_on
    return NeedState.SUSPENDED if state is NeedState.PUBLISHED and is_late else state


def naf_code(text: str) -> str | None:
    """« 62.01Z » of « 6201z », None when nothing is typed; RuleBroken when it is no such code."""
    typed = "".join(text.split()).upper()
    if not typed:
        return None
    found = NAF.match(typed)
    if found is None:
        raise RuleBroken("Un code NAF ressemble à 62.01Z.", field="naf")
    return f"{found[1]}.{found[2]}"


def slot_label(slot: str) -> str:
    """« mercredi matin »."""
    day, _, half = slot.partition("-")
    return f"{DAY_NAMES[int(day)]} {Half(half).label}"


def slots_told(slots: Iterable[str]) -> list[str]:
    """Half-days as people say them: whole weeks in one go, the others one by one.

    >>> slots_told(["0-am", "1-am", "2-am", "3-am", "4-am", "2-pm"])
    ['les matins du lundi au vendredi', 'mercredi après-midi']
    """
    asked = [slot for slot in SLOTS if slot in set(slots)]
    told = []
    for half, words in ((Half.AM, "matins"), (Half.PM, "après-midis")):
        week = {f"{day}-{half.value}" for day in range(5)}
        if week <= set(asked):
            told.append(f"les {words} du lundi au vendredi")
            asked = [slot for slot in asked if slot not in week]
    return told + [slot_label(slot) for slot in asked]


def word_key(text: str) -> str:
    """The same words of an employer, however they are written."""
    return fold(text)[:120]


def _licence_errors(terms: Terms) -> dict[str, str]:
    if terms.licence is not None and not (terms.licence_task or "").strip():
        return {
            "licence_task": "Dites quelle tâche du poste demande de conduire : sans elle, "
            "le permis ne peut pas être exigé."
        }
    if terms.licence is None and terms.licence_task:
        return {"licence": "Choisissez le permis que cette tâche demande."}
    return {}


SLOTS = tuple(f"{day}-{half.value}" for day in range(len(DAY_NAMES)) for half in Half)
