"""What people do with a score: decide, with a motive; say that a line is wrong, and be answered.

Source: matching notes §7 (3 and 6) and §9. A score decides nothing: somebody does, and says why.
"""

from parcours.domain.errors import RuleBroken
from parcours.domain.words import Word


class Choice(Word):
    """What is decided about somebody for a need."""

    PROPOSE = "propose", "Proposer"
    NOT = "not", "Ne pas proposer"
    LATER = "later", "Plus tard"


class ContestReason(Word):
    """What is wrong with a line."""

    LEVEL = "level", "Le niveau noté n’est pas le bon"
    MISSING = "missing", "Une preuve manque"
    MAPPING = "mapping", "Le besoin demande une autre compétence que celle-ci"
    OUTDATED = "outdated", "Le besoin n’est plus à jour"


def check_decision(choice: Choice | None, motive: str | None) -> None:
    """Setting somebody aside says why; proposing them may."""
    if choice is None:
        raise RuleBroken("Choisissez une décision.", field="choice")
    if choice is not Choice.PROPOSE and not (motive or "").strip():
        raise RuleBroken("Dites pourquoi en quelques mots.", field="motive")


def check_contest(reason: ContestReason | None, words: str) -> None:
    """A contest says what is wrong and how things are."""
    errors = {}
    if reason is None:
        errors["reason"] = "Choisissez ce qui n’est pas juste."
    if not words.strip():
        errors["words"] = "Dites ce qu’il en est, en quelques mots."
    if errors:
        raise RuleBroken(errors=errors)


def check_answer(answer: str) -> None:
    """An answer is written."""
    if not answer.strip():
        raise RuleBroken("Écrivez la réponse.", field="answer")
