"""Equipment lent or given to people: where each item is, and since when a loan is late.

Source: product (Bourg-en-Bresse: people initiated and equipped, with returns). Late is derived
from the day, never typed.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from parcours.domain.errors import RuleBroken
from parcours.domain.words import Word

LONGEST_LOAN = timedelta(days=3 * 366)


class Nature(Word):
    """A loan comes back; a gift does not."""

    LOAN = "loan", "Prêt"
    GIFT = "gift", "Don"


class Condition(Word):
    """How something comes back."""

    GOOD = "good", "En bon état"
    DAMAGED = "damaged", "Abîmé, utilisable"
    BROKEN = "broken", "Hors d’usage"


class Where(Word):
    """Where an item is today; late is one of them, and nobody types it."""

    AVAILABLE = "disponible", "Disponible"
    LENT = "prete", "Prêté"
    LATE = "retard", "En retard"
    GIVEN = "donne", "Donné"
    LOST = "perdu", "Perdu"
    RETIRED = "retire", "Retiré du parc"


class HandoverAct(Word):
    """What happened to what was handed over."""

    HANDED = "handed", "Remis"
    EXTENDED = "extended", "Retour reporté"
    RETURNED = "returned", "Rendu"
    LOST = "lost", "Déclaré perdu"
    FOUND = "found", "Retrouvé"


@dataclass(frozen=True, slots=True)
class Handover:
    """Something handed to somebody: a loan has a day to come back, a gift has none."""

    nature: Nature
    handed_on: date
    due_on: date | None = None
    returned_on: date | None = None
    lost_on: date | None = None

    def where(self, today: date) -> Where:
        """Where it is on `today`; the day it is due, a loan is not late yet."""
        if self.returned_on is not None:
            return Where.AVAILABLE
        if self.lost_on is not None:
            return Where.LOST
        if self.nature is Nature.GIFT:
            return Where.GIVEN
        return Where.LATE if self.due_on is not None and self.due_on < today else Where.LENT

    def days_late(self, today: date) -> int:
        """How many days a loan is late, 0 when it is not."""
        late = self.where(today) is Where.LATE and self.due_on is not None
        return (today - self.due_on).days if late and self.due_on else 0


def check_handover(handover: Handover, *, today: date) -> None:
    """Refuse a day to come, a loan without an end, a gift with one."""
    errors: dict[str, str] = {}
    if handover.handed_on > today:
        errors["handed_on"] = "Ce jour n’est pas encore venu."
    if handover.nature is Nature.GIFT and handover.due_on is not None:
        errors["due_on"] = "Un don ne se rend pas : laissez la date vide, ou choisissez un prêt."
    elif handover.nature is Nature.LOAN:
        if handover.due_on is None:
            errors["due_on"] = "Indiquez quand le prêt doit revenir."
        elif handover.due_on < handover.handed_on:
            errors["due_on"] = "Le retour est avant la remise."
        elif handover.due_on - handover.handed_on > LONGEST_LOAN:
            errors["due_on"] = "Un prêt dure trois ans au plus : vérifiez l’année."
    if errors:
        raise RuleBroken(errors=errors)


def check_due(handover: Handover, due_on: date, *, today: date) -> None:
    """A loan still out may come back later, or sooner, but not before today."""
    if handover.where(today) not in {Where.LENT, Where.LATE}:
        raise RuleBroken("Ce matériel n’est plus prêté.", field="due_on")
    if due_on < today:
        raise RuleBroken("La nouvelle date est déjà passée.", field="due_on")
    if due_on - handover.handed_on > LONGEST_LOAN:
        raise RuleBroken("Un prêt dure trois ans au plus : vérifiez l’année.", field="due_on")


def check_back(handover: Handover, on: date, *, today: date, field: str) -> None:
    """A return, or a loss, lies between the day it was handed over and today."""
    if on > today:
        raise RuleBroken("Ce jour n’est pas encore venu.", field=field)
    if on < handover.handed_on:
        raise RuleBroken("Ce jour est avant la remise.", field=field)
