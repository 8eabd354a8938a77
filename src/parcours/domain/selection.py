"""Choosing who enters a cohort: what is noted of a candidate, what is missing, what is decided.

Source: product, feature 22; domain notes, §3. People decide. Nothing here adds the notes up or
orders people by them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from parcours.domain.criteria import Noted
from parcours.domain.errors import RuleBroken
from parcours.domain.words import Word

LONGEST_REASON = 1000
LEVELS = {
    0: "pas vu",
    1: "un début",
    2: "bien présent",
    3: "très net",
}


class Origin(Word):
    """Where a candidate comes from."""

    OWN = "own", "Suivi·e par votre structure"
    RELAY = "relay", "Proposé·e par un partenaire"
    IMPORT = "import", "Liste importée"


class Meeting(Word):
    """What became of the information meeting."""

    INVITED = "invited", "Invité·e"
    CAME = "came", "Venu·e"
    MISSED = "missed", "Pas venu·e"


class Decision(Word):
    """What somebody decided of a candidate."""

    ADMITTED = "admitted", "Admis·e"
    WAITING = "waiting", "Liste d’attente"
    REFUSED = "refused", "Refusé·e"
    WITHDREW = "withdrew", "Désisté·e"


class DecisionReason(Word):
    """Why: a closed list, with words beside it."""

    CRITERIA_MET = "criteria_met", "Les critères d’entrée sont réunis"
    PLACE_FREED = "place_freed", "Une place s’est libérée"
    COHORT_FULL = "cohort_full", "Plus de place pour l’instant"
    FILE_PENDING = "file_pending", "Une pièce ou une réponse est encore attendue"
    CONDITIONS = "conditions", "Une condition d’entrée du programme manque"
    PREREQUISITES = "prerequisites", "Des bases sont à acquérir d’abord"
    PROJECT = "project", "Le projet est à préciser"
    BETTER_ELSEWHERE = "better_elsewhere", "Une autre offre convient mieux"
    UNAVAILABLE = "unavailable", "Pas disponible aux dates"
    UNREACHABLE = "unreachable", "Injoignable malgré nos relances"
    FOUND_JOB = "found_job", "A trouvé un emploi"
    OTHER_TRAINING = "other_training", "Entre dans une autre formation"
    CONSTRAINTS = "constraints", "Empêchement : garde, transport, horaires, logement"
    CHANGED_MIND = "changed_mind", "Ne souhaite plus entrer"
    FROM_FILE = "from_file", "Décision reprise d’un tableur"
    OTHER = "other", "Autre raison"


_REASONS: dict[Decision, tuple[DecisionReason, ...]] = {
    Decision.ADMITTED: (DecisionReason.CRITERIA_MET, DecisionReason.PLACE_FREED),
    Decision.WAITING: (DecisionReason.COHORT_FULL, DecisionReason.FILE_PENDING),
    Decision.REFUSED: (
        DecisionReason.CONDITIONS,
        DecisionReason.PREREQUISITES,
        DecisionReason.PROJECT,
        DecisionReason.BETTER_ELSEWHERE,
        DecisionReason.UNAVAILABLE,
        DecisionReason.UNREACHABLE,
        DecisionReason.COHORT_FULL,
    ),
    Decision.WITHDREW: (
        DecisionReason.FOUND_JOB,
        DecisionReason.OTHER_TRAINING,
        DecisionReason.CONSTRAINTS,
        DecisionReason.CHANGED_MIND,
        DecisionReason.UNREACHABLE,
    ),
}
# What each decision may be given for; the last one always asks for words.
REASONS = {decision: (*found, DecisionReason.OTHER) for decision, found in _REASONS.items()}


class CandidateAct(Word):
    """What the history of a candidate holds."""

    APPLIED = "applied", "Candidature reçue"
    INVITED = "invited", "Invité·e à la réunion d’information"
    CAME = "came", "Venu·e à la réunion d’information"
    MISSED = "missed", "Pas venu·e à la réunion d’information"
    DECIDED = "decided", "Décision"
    REOPENED = "reopened", "Décision retirée"
    PLACE_OFFERED = "place_offered", "Place proposée"
    MOVED = "moved", "Rang changé sur la liste d’attente"


class Phase(Word):
    """Where a candidate stands: each is in exactly one, the counts add up to everybody."""

    TO_INVITE = "a-inviter", "À inviter"
    INVITED = "invites", "Invité·es"
    MISSED = "absents", "Pas venu·es"
    TO_DECIDE = "a-decider", "À décider"
    ADMITTED = "admis", "Admis·es"
    WAITING = "attente", "Liste d’attente"
    REFUSED = "refuses", "Refusé·es"
    WITHDREW = "desistes", "Désisté·es"


_OF_DECISION = {
    Decision.ADMITTED: Phase.ADMITTED,
    Decision.WAITING: Phase.WAITING,
    Decision.REFUSED: Phase.REFUSED,
    Decision.WITHDREW: Phase.WITHDREW,
}
_OF_MEETING = {
    None: Phase.TO_INVITE,
    Meeting.INVITED: Phase.INVITED,
    Meeting.MISSED: Phase.MISSED,
    Meeting.CAME: Phase.TO_DECIDE,
}


@dataclass(frozen=True, slots=True)
class Facts:
    """What the file of a candidate holds, for what is missing in it."""

    meeting: Meeting | None
    grades: frozenset[str]
    has_mark: bool
    has_contact: bool
    unknown: tuple[str, ...] = ()


def phase(decision: Decision | None, meeting: Meeting | None) -> Phase:
    """Where somebody stands: their decision, else what became of the meeting."""
    return _OF_DECISION[decision] if decision else _OF_MEETING[meeting]


def missing(facts: Facts, noted: Sequence[Noted]) -> list[str]:
    """What a file still lacks before somebody decides, in words; nothing of it judges anybody."""
    wanted = [
        (facts.meeting is not Meeting.CAME, "réunion d’information"),
        *((item.code not in facts.grades, item.label) for item in noted),
        (not facts.has_mark, "test"),
        (not facts.has_contact, "moyen de joindre la personne"),
        *((True, f"{label}, à demander") for label in facts.unknown),
    ]
    return [label for is_missing, label in wanted if is_missing]


def count_blocks(noted: Sequence[Noted]) -> int:
    """How many points a complete file holds, those of the file’s conditions apart."""
    return len(noted) + 3


def check_decision(decision: Decision, reason: DecisionReason | None, words: str | None) -> None:
    """Raise RuleBroken unless the reason is one of the decision’s, with words when they are due."""
    allowed = (*REASONS[decision], DecisionReason.FROM_FILE)
    if reason is None or reason not in allowed:
        raise RuleBroken("Choisissez la raison dans la liste.", field="reason")
    if reason is DecisionReason.OTHER and not (words or "").strip():
        raise RuleBroken("Dites la raison en quelques mots.", field="words")
    if len(words or "") > LONGEST_REASON:
        raise RuleBroken(f"Ce texte dépasse {LONGEST_REASON} caractères.", field="words")


def check_grade(level: int) -> None:
    """Raise RuleBroken for a level outside 0 to 3."""
    if level not in LEVELS:
        raise RuleBroken("Un critère se note de 0 à 3.", field="grades")


def check_mark(value: Decimal, out_of: Decimal | None) -> None:
    """Raise RuleBroken for a mark outside its scale; a scale nobody told limits nothing."""
    if value < 0 or (out_of is not None and not 0 < out_of <= 1000):
        raise RuleBroken("Une note va de zéro au barème.", field="mark")
    if out_of is not None and value > out_of:
        raise RuleBroken(f"Cette note dépasse le barème ({out_of:f}).", field="mark")


def check_window(opens_on: date | None, closes_on: date | None, *, ends_on: date) -> None:
    """Raise RuleBroken when an application window closes before it opens, or after the cohort."""
    if opens_on and closes_on and closes_on < opens_on:
        raise RuleBroken("Les candidatures ferment avant d’ouvrir.", field="closes_on")
    if closes_on and closes_on > ends_on:
        raise RuleBroken("La promotion sera déjà terminée.", field="closes_on")


def is_window_open(opens_on: date | None, closes_on: date | None, today: date) -> bool:
    """Whether somebody may apply on `today`; a bound nobody set does not close."""
    return (opens_on is None or opens_on <= today) and (closes_on is None or today <= closes_on)


def moved(order: Sequence[int], who: int, to: int) -> list[int]:
    """A waiting list with somebody put at place `to` (from 1); the others keep their order."""
    rest = [item for item in order if item != who]
    place = min(max(to, 1), len(rest) + 1) - 1
    return [*rest[:place], who, *rest[place:]]
