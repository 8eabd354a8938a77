"""Introductions: somebody proposed for a need, their agreement, the employer’s answer, silence.

Source: product, features 32 and 33; matching notes §7.6 (a person decides, the employer never sees
score, rank, filters, attendance or status). Silence is never a refusal.
"""

from collections.abc import Container, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from parcours.domain.calendar import nth_working_day_after
from parcours.domain.errors import RuleBroken
from parcours.domain.identity import without_nir
from parcours.domain.words import Word

MOST_WORKING_DAYS = 90
# Beyond the longest delay, each working day may be followed by a week of closures.
MOST_CALENDAR_DAYS = timedelta(days=MOST_WORKING_DAYS * 7)
LONGEST_PRESENTATION = 1200
FURTHEST_START = timedelta(days=366)


class State(Word):
    """Where an introduction stands."""

    PROPOSED = "proposed", "Proposée à la personne"
    AGREED = "agreed", "La personne est d’accord"
    SENT = "sent", "Envoyée à l’employeur"
    INTERVIEW = "interview", "Entretien"
    TRIAL = "trial", "Essai ou immersion"
    HIRED = "hired", "Embauche"
    NOT_RETAINED = "not_retained", "Non retenue"
    GIVEN_UP = "given_up", "Abandonnée"
    NO_ANSWER = "no_answer", "Sans réponse"


class Act(Word):
    """What the history of an introduction holds."""

    PROPOSED = "proposed", "Proposée à la personne"
    AGREED = "agreed", "Accord de la personne"
    DECLINED = "declined", "La personne ne souhaite pas"
    SENT = "sent", "Envoyée à l’employeur"
    LINK = "link", "Lien de réponse préparé"
    REMINDED = "reminded", "Employeur à relancer"
    INTERESTED = "interested", "L’employeur veut rencontrer la personne"
    MET = "met", "Entretien passé"
    TRIED = "tried", "Essai ou immersion convenu"
    HIRED = "hired", "Embauche"
    NOT_RETAINED = "not_retained", "Non retenue par l’employeur"
    GIVEN_UP = "given_up", "Abandonnée"
    SILENT = "silent", "Close sans réponse"
    REOPENED = "reopened", "Rouverte"


class EmployerReason(Word):
    """Why an employer did not retain somebody."""

    POST_FILLED = "post_filled", "Le poste est pourvu"
    SKILLS = "skills", "Il manque une compétence du poste"
    SCHEDULE = "schedule", "Les horaires ou les dates ne conviennent pas"
    CANCELLED = "cancelled", "Le recrutement est arrêté ou reporté"
    OTHER = "other", "Autre raison"


class PersonReason(Word):
    """Why a person does not wish to go on, or why it makes no sense any more for them."""

    NOT_WISHED = "not_wished", "Le poste ne lui convient pas"
    SCHEDULE = "schedule", "Les horaires ne conviennent pas"
    TRAVEL = "travel", "Le trajet ne convient pas"
    PAY = "pay", "Le salaire ou le contrat ne convient pas"
    OTHER_SOLUTION = "other_solution", "Une autre solution est trouvée"
    NOT_NOW = "not_now", "Ce n’est pas le moment"
    NEED_OVER = "need_over", "Le besoin est pourvu ou fermé"
    OTHER = "other", "Autre raison"


class Way(Word):
    """How an introduction leaves, or how an answer came."""

    LINK = "link", "par le lien personnel"
    PAPER = "paper", "d’après papier"
    PHONE = "phone", "par téléphone"
    IN_PERSON = "in_person", "de vive voix"


WAITING = frozenset({State.SENT, State.INTERVIEW})
"""Where the employer has the word: silence counts there alone."""
LIVE = frozenset({State.PROPOSED, State.AGREED, State.SENT, State.INTERVIEW, State.TRIAL})
OVER = frozenset(State) - LIVE
BEFORE_SENDING = frozenset({State.PROPOSED, State.AGREED})
# A late answer of the employer still counts after silence.
ANSWERABLE = frozenset({State.SENT, State.INTERVIEW, State.TRIAL, State.NO_ANSWER})
TRANSITIONS: Mapping[Act, tuple[frozenset[State], State]] = {
    Act.AGREED: (frozenset({State.PROPOSED}), State.AGREED),
    Act.DECLINED: (BEFORE_SENDING, State.GIVEN_UP),
    Act.SENT: (frozenset({State.AGREED}), State.SENT),
    Act.INTERESTED: (frozenset({State.SENT, State.NO_ANSWER}), State.INTERVIEW),
    Act.MET: (frozenset({State.SENT, State.INTERVIEW, State.NO_ANSWER}), State.INTERVIEW),
    Act.TRIED: (frozenset({State.SENT, State.INTERVIEW, State.NO_ANSWER}), State.TRIAL),
    Act.HIRED: (ANSWERABLE, State.HIRED),
    Act.NOT_RETAINED: (ANSWERABLE, State.NOT_RETAINED),
    Act.GIVEN_UP: (LIVE, State.GIVEN_UP),
    Act.SILENT: (WAITING, State.NO_ANSWER),
    Act.REOPENED: (OVER, State.PROPOSED),
}
# What an employer may say, whoever types it.
ANSWERS = (Act.INTERESTED, Act.MET, Act.TRIED, Act.HIRED, Act.NOT_RETAINED)
NOT_AGREED = "Rien ne part sans l’accord de la personne : notez-le d’abord."


@dataclass(frozen=True, slots=True)
class Delays:
    """Working days of silence: after which the employer is chased, after which it is closed."""

    reminder: int = 5
    closing: int = 15

    def check(self) -> None:
        """Refuse delays that are not in order, one French message per field (RuleBroken)."""
        errors: dict[str, str] = {}
        if self.reminder < 1:
            errors["reminder"] = "Laissez au moins un jour ouvré pour répondre."
        if self.closing <= self.reminder:
            errors["closing"] = "La clôture vient après la relance."
        elif self.closing > MOST_WORKING_DAYS:
            errors["closing"] = f"{MOST_WORKING_DAYS} jours ouvrés au plus."
        if errors:
            raise RuleBroken(errors=errors)


def deadlines(since: date, delays: Delays, days_off: Container[date]) -> tuple[date, date]:
    """The day the employer is chased, and the last day its answer is waited for.

    Working days after `since`; `days_off` must reach MOST_CALENDAR_DAYS further.
    """
    return (
        nth_working_day_after(since, delays.reminder, days_off),
        nth_working_day_after(since, delays.closing, days_off),
    )


def after(state: State, act: Act) -> State:
    """Where `act` leads from `state` (RuleBroken, in French, when it makes no sense there)."""
    sources, target = TRANSITIONS[act]
    if state in sources:
        return target
    if state is State.PROPOSED and act not in {Act.SILENT, Act.REOPENED}:
        raise RuleBroken(NOT_AGREED)
    way_out = "rouvrez-la pour continuer" if state in OVER else "elle est déjà en cours"
    raise RuleBroken(f"Impossible à ce stade, « {state.label} » : {way_out}, ou rechargez la page.")


def possible(state: State) -> frozenset[Act]:
    """What may be noted from a state."""
    return frozenset(act for act, (sources, _) in TRANSITIONS.items() if state in sources)


def check_presentation(text: str) -> None:
    """What the employer will read says something, briefly, and no national number."""
    if not text.strip():
        raise RuleBroken("Écrivez la présentation que l’employeur lira.", field="presentation")
    if len(text) > LONGEST_PRESENTATION:
        raise RuleBroken(
            f"{LONGEST_PRESENTATION} caractères au plus : l’employeur lit une présentation courte.",
            field="presentation",
        )
    check_no_number(text, "presentation")


def check_no_number(text: str | None, field: str) -> None:
    """No social security number is written anywhere, in the middle of a sentence either."""
    if without_nir(text or "")[1]:
        raise RuleBroken("Un numéro de sécurité sociale ne s’écrit nulle part.", field=field)


def check_agreement(said: str, agreed_on: date, *, proposed_on: date, today: date) -> None:
    """An agreement tells what was said, on a day that has come and not before it was proposed."""
    check_no_number(said, "said")
    errors: dict[str, str] = {}
    if not said.strip():
        errors["said"] = "Notez ce qui a été dit à la personne, et sa réponse."
    if agreed_on > today:
        errors["agreed_on"] = "Ce jour n’est pas encore venu."
    elif agreed_on < proposed_on:
        errors["agreed_on"] = "Cet accord serait d’avant la proposition : vérifiez le jour."
    if errors:
        raise RuleBroken(errors=errors)


def check_reason(reason: Word | None, words: str | None) -> None:
    """An end says why: a reason of the list, in one’s own words when it is another one."""
    check_no_number(words, "words")
    if reason is None:
        raise RuleBroken("Choisissez la raison : elle aide pour la suite.", field="reason")
    if reason.value == "other" and not (words or "").strip():
        raise RuleBroken("Précisez la raison en quelques mots.", field="words")


def check_day(act: Act, on: date | None, *, sent_on: date, today: date) -> None:
    """The day an answer speaks of: a job has a first day, a meeting that took place is over."""
    if act is Act.HIRED and on is None:
        raise RuleBroken("Indiquez le jour de l’embauche.", field="on")
    if on is None:
        return
    if on < sent_on:
        raise RuleBroken("Ce jour est d’avant l’envoi : vérifiez la date.", field="on")
    if act is Act.MET and on > today:
        raise RuleBroken("Un entretien passé ne peut pas être à venir.", field="on")
    if on > today + FURTHEST_START:
        raise RuleBroken("Ce jour est dans plus d’un an : vérifiez l’année.", field="on")
