"""Immersions in a company (PMSMP): what is agreed, the hours missed, what the tutor saw.

The dates are those of the pathway’s step: an immersion covers days as any other step does. What a
tutor says is kept in words and closed answers, behaviour by behaviour; it never makes a score.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from parcours.domain.errors import RuleBroken
from parcours.domain.identity import without_nir
from parcours.domain.partners import is_siret
from parcours.domain.pathway import StepDates
from parcours.domain.words import Word

MOST_WEEKLY_HOURS = 48
MOST_MISSED_MINUTES = 600
NO_NIR = "Retirez le numéro de sécurité sociale : il ne s’écrit pas ici."


class Aim(Word):
    """What a period in a company is for (the three objects of a PMSMP)."""

    DISCOVER = "discover", "Découvrir un métier ou un secteur"
    CONFIRM = "confirm", "Confirmer un projet professionnel"
    RECRUIT = "recruit", "Préparer un recrutement"


class State(Word):
    """Where an immersion stands on a day; computed from its dates, never typed."""

    COMING = "coming", "À venir"
    RUNNING = "running", "En cours"
    ENDED = "ended", "Terminée"
    CANCELLED = "cancelled", "Annulée"


class Behaviour(Word):
    """What a tutor can see without judging anybody; the label is the question, in plain French."""

    ON_TIME = "on_time", "Arrive à l’heure, et prévient en cas d’absence"
    INSTRUCTIONS = "instructions", "Écoute et suit les consignes"
    SAFETY = "safety", "Respecte les règles de sécurité et d’hygiène"
    CARE = "care", "Fait un travail soigné"
    ALONE = "alone", "Refait sans aide un geste déjà montré"
    ASKING = "asking", "Pose des questions, propose son aide"
    TEAM = "team", "S’entend avec l’équipe et avec le public"


class Answer(Word):
    """How often a behaviour was seen; not seen is an answer, and not a « no »."""

    ALWAYS = "always", "Toujours"
    OFTEN = "often", "Souvent"
    SOMETIMES = "sometimes", "Parfois"
    NOT_YET = "not_yet", "Pas encore"
    NOT_SEEN = "not_seen", "Je n’ai pas pu le voir"


class WouldHire(Word):
    """« Would you take them? »"""

    YES = "yes", "Oui"
    NO_PLACE = "no_place", "Oui, mais nous n’avons pas de poste en ce moment"
    NOT_YET = "not_yet", "Pas encore"
    UNKNOWN = "unknown", "Je ne sais pas"


@dataclass(frozen=True, slots=True)
class Firm:
    """The company as the immersion names it: one shape, to be pointed at an employer’s row later.

    `siret` is fourteen digits when it is known; `contact` says whom to call there.
    """

    name: str
    siret: str | None = None
    city: str | None = None
    contact: str | None = None


@dataclass(frozen=True, slots=True)
class Tutor:
    """Who welcomes the person in the company, and says afterwards what they saw."""

    name: str | None = None
    phone: str | None = None
    email: str | None = None


@dataclass(frozen=True, slots=True)
class ImmersionFacts:
    """What is agreed, its dates aside. None is unknown."""

    firm: Firm
    tutor: Tutor = Tutor()
    weekly_hours: Decimal | None = None
    aim: Aim | None = None
    objectives: str | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """What a tutor says: an answer for every behaviour, words, and whether they would hire."""

    by_name: str
    answers: dict[Behaviour, Answer]
    would_hire: WouldHire
    went_well: str | None = None
    to_work_on: str | None = None


def title(firm: Firm) -> str:
    """The name of the step, as ribbons and lists write it."""
    return f"Immersion chez {firm.name}"[:200]


def state(dates: StepDates, *, is_cancelled: bool, today: date) -> State:
    """Where it stands: its last day belongs to it, unless somebody said that it ended."""
    if is_cancelled:
        return State.CANCELLED
    if dates.ended_on is not None or (dates.ends_on is not None and dates.ends_on < today):
        return State.ENDED
    return State.COMING if dates.starts_on > today else State.RUNNING


def dates_said(starts_on: date, ends_on: date, *, today: date) -> StepDates:
    """The dates of an immersion as somebody enters it: what is past took place on those days."""
    return StepDates(
        starts_on,
        ends_on,
        started_on=starts_on if starts_on <= today else None,
        ended_on=ends_on if starts_on <= ends_on < today else None,
    )


def dates_moved(before: StepDates, starts_on: date, ends_on: date) -> StepDates:
    """The dates of an immersion somebody corrects: a day known as real moves as real."""
    return StepDates(
        before.planned_start_on if before.started_on else starts_on,
        before.planned_end_on if before.ended_on else ends_on,
        starts_on if before.started_on else None,
        ends_on if before.ended_on else None,
    )


def check_immersion(facts: ImmersionFacts) -> None:
    """Refuse what cannot be agreed, one French message a field (RuleBroken)."""
    errors: dict[str, str] = {}
    if not facts.firm.name.strip():
        errors["firm_name"] = "Indiquez le nom de l’entreprise ou de la structure d’accueil."
    if facts.firm.siret is not None and not is_siret(facts.firm.siret):
        errors["firm_siret"] = (
            "Ce SIRET n’existe pas : vérifiez ses 14 chiffres, ou laissez la case vide."
        )
    if facts.weekly_hours is not None and not 0 < facts.weekly_hours <= MOST_WEEKLY_HOURS:
        errors["weekly_hours"] = f"Indiquez des heures par semaine, entre 1 et {MOST_WEEKLY_HOURS}."
    if without_nir(facts.objectives or "")[1]:
        errors["objectives"] = NO_NIR
    if errors:
        raise RuleBroken(errors=errors)


def check_missed(on: date, minutes: int, dates: StepDates, *, today: date) -> None:
    """Refuse hours missed outside the immersion, in the future, or longer than a day."""
    errors: dict[str, str] = {}
    if on < dates.starts_on or (dates.ends_on is not None and on > dates.ends_on):
        errors["missed_on"] = "Ce jour est hors des dates de l’immersion."
    elif on > today:
        errors["missed_on"] = "Ce jour n’est pas encore venu."
    if not 0 <= minutes <= MOST_MISSED_MINUTES:
        errors["missed_hours"] = "Indiquez des heures d’une journée, entre 0 et 10."
    if errors:
        raise RuleBroken(errors=errors)


def check_said(said: Said) -> None:
    """Every closed question has its answer (« not seen » is one), and somebody signs."""
    errors: dict[str, str] = {
        behaviour.value: "Choisissez une réponse ; « Je n’ai pas pu le voir » en est une."
        for behaviour in Behaviour
        if behaviour not in said.answers
    }
    if not said.by_name.strip():
        errors["name"] = "Écrivez le nom et la fonction de qui répond."
    for name, words in (("went_well", said.went_well), ("to_work_on", said.to_work_on)):
        if without_nir(words or "")[1]:
            errors[name] = NO_NIR
    if errors:
        raise RuleBroken(errors=errors)
