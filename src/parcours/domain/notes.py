"""Notes on a person’s file: what was said and when, for one’s own organisation or for all.

Source: product, features 11 and 53; privacy model (written as if the person read it; health,
justice and opinions have no place in a note).
"""

from datetime import date

from parcours.domain.errors import RuleBroken
from parcours.domain.words import Word

MOST_CHARACTERS = 4000


class NoteKind(Word):
    """A contact with the person, by which way, or a plain note."""

    NOTE = "note", "Note"
    PHONE = "phone", "Échange par téléphone"
    VISIT = "visit", "Visite"
    EMAIL = "email", "Échange par courriel"
    SMS = "sms", "Échange par SMS"
    MEETING = "meeting", "Entretien"

    @property
    def is_contact(self) -> bool:
        """Whether somebody was really in touch with the person."""
        return self is not NoteKind.NOTE


class NoteReach(Word):
    """Who reads a note."""

    PRIVATE = "private", "Ma structure seulement"
    SHARED = "shared", "Toutes les structures qui voient la fiche"


CONTACTS = tuple(kind for kind in NoteKind if kind.is_contact)


def check_note(words: str, on: date, *, today: date) -> None:
    """A note says something, about a day that came (RuleBroken, one message per field)."""
    errors: dict[str, str] = {}
    if not words.strip():
        errors["words"] = "Écrivez ce qui a été dit ou convenu."
    elif len(words) > MOST_CHARACTERS:
        errors["words"] = f"Ce texte dépasse {MOST_CHARACTERS} caractères."
    if on > today:
        errors["happened_on"] = "Ce jour n’est pas encore venu."
    if errors:
        raise RuleBroken(errors=errors)
