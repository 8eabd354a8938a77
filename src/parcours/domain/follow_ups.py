"""Asking people what became of them, weeks and months after: due days, tries, and four silences.

Source: product, features 36 and 37; domain notes §2.3: unreachable, not asked, not yet due and
unknown are four different things, and none of them is a failure.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from parcours.domain.errors import RuleBroken
from parcours.domain.outcomes import SituationFacts, SituationKind, add_months, same_employer
from parcours.domain.words import Word


class State(Word):
    """Where a follow-up stands."""

    NOT_DUE = "not_due", "Pas encore à terme"
    DUE = "due", "À faire"
    ANSWERED = "answered", "Répondu"
    UNREACHABLE = "unreachable", "Injoignable"
    UNKNOWN = "unknown", "Réponse inconnue"
    NOT_ASKED = "not_asked", "Non demandé"
    CANCELLED = "cancelled", "Sans objet"


class TryOutcome(Word):
    """What came of a try; an answer is a situation, not one of these."""

    NO_ANSWER = "no_answer", "Sans réponse"
    WRONG_CONTACT = "wrong_contact", "Numéro ou adresse qui n’est plus bon"
    SENT = "sent", "Message ou lettre envoyé"
    CALL_BACK = "call_back", "Joint·e, à rappeler"
    DID_NOT_SAY = "did_not_say", "N’a pas pu ou pas voulu dire"
    SAID_UNREACHABLE = "said_unreachable", "Dit·e injoignable par un partenaire"


class Teller(Word):
    """Who told the answer."""

    PERSON = "person", "La personne"
    EMPLOYER = "employer", "L’employeur"
    PARTNER = "partner", "Un partenaire"
    RELATIVE = "relative", "Un proche"
    DOCUMENT = "document", "Un document"


@dataclass(frozen=True, slots=True)
class Delay:
    """When a follow-up is due after the exit, and how long before and after it may be asked."""

    code: str
    label: str
    months: int
    weeks: int
    opens_before: int
    closes_after: int
    tries: int

    def due_on(self, exited_on: date) -> date:
        """The very day it asks about."""
        return add_months(exited_on, self.months) + timedelta(weeks=self.weeks)

    def opens_on(self, exited_on: date) -> date:
        """The first day it may be asked."""
        return self.due_on(exited_on) - timedelta(days=self.opens_before)

    def closes_on(self, exited_on: date) -> date:
        """The last day an answer still tells of the due day."""
        return self.due_on(exited_on) + timedelta(days=self.closes_after)


@dataclass(frozen=True, slots=True)
class Try:
    """One try: a day, and what came of it."""

    on: date
    outcome: TryOutcome


@dataclass(frozen=True, slots=True)
class FollowUpFacts:
    """What is known of a follow-up."""

    opens_on: date
    closes_on: date
    most_tries: int
    tries: tuple[Try, ...] = ()
    is_answered: bool = False
    is_cancelled: bool = False


@dataclass(frozen=True, slots=True)
class Retention:
    """How many of those hired at exit are still with that employer, among answers that can tell.

    `answered` of `due` follow-ups got an answer; `unknown` of them do not name the employer.
    """

    kept: int
    told: int
    unknown: int
    answered: int
    due: int

    @property
    def rate(self) -> Fraction | None:
        """Kept over those an answer tells of; None when there is none."""
        return Fraction(self.kept, self.told) if self.told else None


def settled(facts: FollowUpFacts) -> State | None:
    """What tries and answers already decide whatever the day; None while nothing is.

    Tries of one day are one try: three calls in a morning do not make somebody unreachable.
    """
    if facts.is_cancelled:
        return State.CANCELLED
    if facts.is_answered:
        return State.ANSWERED
    outcomes = {item.outcome for item in facts.tries}
    if TryOutcome.DID_NOT_SAY in outcomes:
        return State.UNKNOWN
    if TryOutcome.SAID_UNREACHABLE in outcomes or days_tried(facts.tries) >= facts.most_tries:
        return State.UNREACHABLE
    return None


def state(facts: FollowUpFacts, today: date) -> State:
    """Where a follow-up stands on a day."""
    if (decided := settled(facts)) is not None:
        return decided
    if today < facts.opens_on:
        return State.NOT_DUE
    if today <= facts.closes_on:
        return State.DUE
    return State.UNKNOWN if facts.tries else State.NOT_ASKED


def days_tried(tries: Iterable[Try]) -> int:
    """On how many days somebody tried and was not answered."""
    return len({item.on for item in tries if item.outcome is not TryOutcome.CALL_BACK})


def check_try(on: date, facts: FollowUpFacts, *, today: date) -> None:
    """Refuse a try to come, before it may be asked, or of a follow-up that is over."""
    if facts.is_cancelled:
        raise RuleBroken("Ce suivi est sans objet : la sortie est un retrait.")
    if facts.is_answered:
        raise RuleBroken("Ce suivi a déjà sa réponse : corrigez-la si elle est fausse.")
    if on > today:
        raise RuleBroken("Un essai ne peut pas être dans l’avenir.", field="tried_on")
    if on < facts.opens_on:
        opens = facts.opens_on.strftime("%d/%m/%Y")
        raise RuleBroken(f"Ce suivi s’ouvre le {opens} : il est trop tôt.", field="tried_on")


def is_pointless(first: SituationFacts) -> bool:
    """Whether nothing is to be asked later: the exit is a withdrawal (death, illness…)."""
    return first.kind is SituationKind.WITHDRAWN


def kept_job(first: SituationFacts, answer: SituationFacts) -> bool | None:
    """Whether somebody hired at exit is still with that employer; None when nobody can tell."""
    if not answer.is_job:
        is_told = answer.kind not in {SituationKind.NO_NEWS, SituationKind.NOT_DOCUMENTED}
        return False if is_told and answer.kind is not SituationKind.LEFT else None
    return same_employer(first, answer)


def retention(
    exits: Iterable[tuple[SituationFacts, State, SituationFacts | None]],
) -> Retention:
    """Retention over (situation at exit, state of the follow-up, its answer), one for each exit.

    Only those hired at exit, and only answers: nobody’s silence is a departure.
    """
    hired = [
        (first, where, answer)
        for first, where, answer in exits
        if first.kind is SituationKind.EMPLOYMENT and where not in {State.NOT_DUE, State.CANCELLED}
    ]
    answers = [
        kept_job(first, answer)
        for first, where, answer in hired
        if where is State.ANSWERED and answer is not None
    ]
    return Retention(
        kept=answers.count(True),
        told=len(answers) - answers.count(None),
        unknown=answers.count(None),
        answered=len(answers),
        due=len(hired),
    )


def delay_of(row: Mapping[str, str]) -> Delay:
    """A delay as its list writes it (fixtures/reference/follow_up_delays.csv)."""
    numbers = ("months", "weeks", "opens_before", "closes_after", "tries")
    return Delay(row["code"], row["label"], *(int(row[name]) for name in numbers))
