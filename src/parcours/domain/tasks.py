"""Tasks: something one person, or one role of an organisation, has to do by a day."""

from datetime import date, timedelta

from parcours.domain.errors import RuleBroken
from parcours.domain.words import Word

FURTHEST = timedelta(days=730)


class TaskKind(Word):
    """Where a task comes from; its French label says what to do."""

    OWN = "own", "À faire"
    ALERT = "alert", "Agir sur une alerte"
    RELAY_REMINDER = "relay_reminder", "Répondre à un relais"
    RELAY_ESCALATION = "relay_escalation", "Débloquer un relais sans réponse"
    RELAY_EXPIRED = "relay_expired", "Trouver une autre suite : relais expiré"
    RELAY_DECLINED = "relay_declined", "Trouver une autre suite : relais décliné"
    RELAY_QUESTION = "relay_question", "Répondre à une question sur un relais"
    EMPLOYER_SILENT = "employer_silent", "Relancer un employeur sans réponse"
    EMPLOYER_ANSWERED = "employer_answered", "Lire la réponse d’un employeur"
    INTRODUCTION_CLOSED = "introduction_closed", "Trouver une autre suite : employeur sans réponse"


def check_task(title: str, due_on: date, *, today: date) -> None:
    """Refuse a task that says nothing, or whose day is over or very far (RuleBroken)."""
    errors: dict[str, str] = {}
    if not title.strip():
        errors["title"] = "Dites ce qu’il y a à faire."
    if due_on < today:
        errors["due_on"] = "Ce jour est passé : choisissez aujourd’hui ou plus tard."
    elif due_on > today + FURTHEST:
        errors["due_on"] = "Ce jour est dans plus de deux ans : vérifiez l’année."
    if errors:
        raise RuleBroken(errors=errors)
