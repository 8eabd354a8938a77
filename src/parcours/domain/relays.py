"""Relays: a step proposed to another organisation, its answer and its deadlines.

Source: product, idea 2 (the sender stays responsible until the receiver accepts); matching notes
§5, RELAIS_SANS_REPONSE (silence counts from the day after the N-th working day).
"""

from collections.abc import Container
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from parcours.domain.calendar import nth_working_day_after
from parcours.domain.errors import RuleBroken
from parcours.domain.words import Word

MOST_WORKING_DAYS = 120
# Beyond the longest delay, each working day may be followed by a week of closures.
MOST_CALENDAR_DAYS = timedelta(days=MOST_WORKING_DAYS * 7)


class Answer(Word):
    """How a relay ended; one that nobody answered in time is expired, which is computed."""

    ACCEPTED = "accepted", "Accepté"
    DECLINED = "declined", "Décliné"
    WITHDRAWN = "withdrawn", "Retiré"


class DeclineReason(Word):
    """Why a partner could not take the person on."""

    NO_PLACE = "no_place", "Plus de place"
    NOT_ELIGIBLE = "not_eligible", "Les conditions d’entrée ne sont pas remplies"
    DATES = "dates", "Les dates ne conviennent pas"
    TOO_FAR = "too_far", "Trop loin, ou pas de transport"
    OTHER_SOLUTION = "other_solution", "Une autre solution est déjà en place"
    PERSON_DECLINES = "person_declines", "La personne ne le souhaite pas"
    UNREACHABLE = "unreachable", "Nous n’avons pas pu joindre la personne"
    OTHER = "other", "Autre raison"


class RelayAct(Word):
    """What the history of a relay holds."""

    PROPOSED = "proposed", "Relais proposé"
    QUESTION = "question", "Question"
    REPLY = "reply", "Réponse à la question"
    LINK = "link", "Lien de réponse préparé"
    LINK_ENDED = "link_ended", "Lien de réponse annulé"
    REMINDED = "reminded", "Rappel"
    ESCALATED = "escalated", "Responsables prévenus"
    EXPIRED = "expired", "Relais expiré sans réponse"
    ACCEPTED = "accepted", "Relais accepté"
    DECLINED = "declined", "Relais décliné"
    WITHDRAWN = "withdrawn", "Relais retiré"


class RelayState(StrEnum):
    """Where a relay stands on a day."""

    PENDING = "pending"
    LATE = "late"
    EXPIRED = "expired"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Delays:
    """Working days after sending: the reminder, the escalation to both managers, the expiry."""

    reminder: int = 5
    escalation: int = 10
    expiry: int = 20

    def check(self) -> None:
        """Refuse delays that are not in order, one French message per field (RuleBroken)."""
        errors: dict[str, str] = {}
        if self.reminder < 1:
            errors["reminder"] = "Laissez au moins un jour ouvré pour répondre."
        if self.escalation <= self.reminder:
            errors["escalation"] = "Les responsables sont prévenus après le rappel."
        if self.expiry <= self.escalation:
            errors["expiry"] = "L’expiration vient après l’avertissement des responsables."
        elif self.expiry > MOST_WORKING_DAYS:
            errors["expiry"] = f"{MOST_WORKING_DAYS} jours ouvrés au plus."
        if errors:
            raise RuleBroken(errors=errors)


@dataclass(frozen=True, slots=True)
class Deadlines:
    """The days that follow from a sending day, both bounds included in the delay.

    `due_on` is the last day to answer without being late (the reminder goes out that morning),
    `escalates_on` the day both managers are told, `expires_on` the last day an answer counts.
    """

    due_on: date
    escalates_on: date
    expires_on: date

    @classmethod
    def after(cls, sent_on: date, delays: Delays, days_off: Container[date]) -> "Deadlines":
        """Count working days from `sent_on`; `days_off` must reach MOST_CALENDAR_DAYS further."""
        return cls(
            *(
                nth_working_day_after(sent_on, count, days_off)
                for count in (delays.reminder, delays.escalation, delays.expiry)
            )
        )


def state(answer: Answer | None, deadlines: Deadlines, today: date) -> RelayState:
    """Where a relay stands on `today`. Silent is late from the day after it was due."""
    if answer is not None:
        return RelayState(answer.value)
    if today > deadlines.expires_on:
        return RelayState.EXPIRED
    return RelayState.LATE if today > deadlines.due_on else RelayState.PENDING


def check_decline(reason: DeclineReason | None, words: str | None) -> None:
    """A refusal says why: a reason of the list, in one’s own words when it is another one."""
    if reason is None:
        raise RuleBroken("Choisissez la raison : elle aide à chercher ailleurs.", field="reason")
    if reason is DeclineReason.OTHER and not words:
        raise RuleBroken("Précisez la raison en quelques mots.", field="words")


def overlap(starts_on: date, ends_on: date | None, other: date, other_end: date | None) -> bool:
    """Whether two periods share a day; both ends are included, None runs on."""
    return (other_end is None or starts_on <= other_end) and (ends_on is None or other <= ends_on)
