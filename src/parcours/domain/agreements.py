"""What a funder’s agreement aims at, and how far it got: numbers, never a share alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from parcours.domain.errors import RuleBroken
from parcours.domain.intake_contacts import read_email
from parcours.domain.words import Word

MOST = 100_000
MOST_CONTACTS = 4


class TargetKind(Word):
    """Whom a target counts."""

    PARTICIPANTS = "participants", "Participants"
    WOMEN = "women", "Femmes"
    DISTRICT = "district", "Habitants d’un quartier prioritaire"
    LOW_LEVEL = "low_level", "Niveau bac ou moins"
    EXITS = "exits", "Sorties positives"


class Audience(Word):
    """Whom a workbook is for: who holds the people, or who funds them and is told counts."""

    HOLDER = "holder", "la structure"
    FUNDER = "funder", "le financeur"


class Pillar(Word):
    """The pillars of a contrat de ville, of which an agreement serves one."""

    COHESION = "cohesion", "Cohésion sociale"
    LIVING = "living", "Cadre de vie et renouvellement urbain"
    EMPLOYMENT = "employment", "Développement économique et emploi"


@dataclass(frozen=True, slots=True)
class Progress:
    """A target and where it stands: reached, unknown, and how much of the period is gone."""

    kind: TargetKind
    target: int
    reached: int
    among: int
    unknown: int
    elapsed: Fraction

    @property
    def share(self) -> Fraction:
        """Reached over target."""
        return Fraction(self.reached, self.target)

    @property
    def missing(self) -> int:
        """How many are still to come."""
        return max(self.target - self.reached, 0)

    @property
    def is_behind(self) -> bool:
        """Less far than the period itself."""
        return self.share < min(self.elapsed, Fraction(1))


def elapsed(starts_on: date, ends_on: date, today: date) -> Fraction:
    """The part of a period that is gone on a day, both ends included."""
    whole = (ends_on - starts_on).days + 1
    gone = min(max((today - starts_on).days + 1, 0), whole)
    return Fraction(gone, whole)


def check_targets(targets: Mapping[TargetKind, int]) -> None:
    """Refuse a target of nobody, of too many, or of more people than participants (RuleBroken)."""
    errors: dict[str, str] = {}
    most = targets.get(TargetKind.PARTICIPANTS, MOST)
    for kind, value in targets.items():
        if not 0 < value <= MOST:
            errors[f"target_{kind.value}"] = "Un objectif va de 1 à 100 000 personnes."
        elif value > most:
            errors[f"target_{kind.value}"] = f"C’est plus que les {most} participants attendus."
    if errors:
        raise RuleBroken(errors=errors)


def check_contacts(contacts: Sequence[tuple[str, str | None]]) -> None:
    """Refuse a contact without a name or whose address is none (RuleBroken), by rank from 1."""
    errors: dict[str, str] = {}
    for rank, (name, email) in enumerate(contacts, start=1):
        if not name:
            errors[f"name_{rank}"] = "Donnez le nom de ce contact, ou videz sa ligne."
        if email and (problem := read_email(email).problem):
            errors[f"email_{rank}"] = problem
    if errors:
        raise RuleBroken(errors=errors)


def check_rule(asked: str, frozen: str | None) -> None:
    """Refuse to change what a positive exit is once figures were frozen by it (RuleBroken).

    The same people counted by two definitions would tell who falls between them.
    """
    if frozen is not None and asked != frozen:
        raise RuleBroken(
            "Des chiffres ont été arrêtés avec l’autre définition : comparés, ils diraient qui "
            "change de classe. Gardez-la jusqu’à la fin de la convention.",
            field="exit_rule",
        )


def check_outputs(outputs: Sequence[str], known: Sequence[str]) -> None:
    """Refuse an output nobody knows (RuleBroken)."""
    if not set(outputs) <= set(known):
        raise RuleBroken("Choisissez des sorties de la liste.", field="outputs")
