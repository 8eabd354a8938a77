"""What an organisation still has to close: each matter is a fact that somebody forgot to say."""

from datetime import date

from parcours.domain.words import Word


class Matter(Word):
    """What is missing, and the words of the list that shows it."""

    HALF_DAY = "half_day", "Émargements à faire"
    LEVEL = "level", "Niveaux à noter ce mois"
    START = "start", "Débuts à confirmer"
    ASSESSMENT = "assessment", "Bilans d’immersion à recueillir"


def first_of_month(today: date) -> date:
    """A level is missing when none was noted since this day."""
    return today.replace(day=1)
