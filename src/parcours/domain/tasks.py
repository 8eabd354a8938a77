"""Tasks: something one person, or one role of an organisation, has to do by a day."""

from parcours.domain.words import Word


class TaskKind(Word):
    """Where a task comes from; its French label says what to do."""

    OWN = "own", "À faire"
    ALERT = "alert", "Agir sur une alerte"
    RELAY_REMINDER = "relay_reminder", "Répondre à un relais"
    RELAY_ESCALATION = "relay_escalation", "Débloquer un relais sans réponse"
    RELAY_EXPIRED = "relay_expired", "Trouver une autre suite : relais expiré"
    RELAY_DECLINED = "relay_declined", "Trouver une autre suite : relais décliné"
    RELAY_QUESTION = "relay_question", "Répondre à une question sur un relais"
