"""What ESF+ indicators read: somebody’s entry into an operation, and how they left it.

Source: domain notes §1.2 (one participation a person and operation, one day or less is none, the
answers without which a file is incomplete).
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from parcours.domain.leavers import Leaver, Parameters
from parcours.domain.words import Gender, Word


class Reading(Word):
    """How an indicator reads somebody."""

    YES = "yes", "Compte"
    NO = "no", "Ne compte pas"
    UNKNOWN = "unknown", "Inconnu"
    NOT_DUE = "not_due", "Pas encore à terme"
    OUT = "out", "Non concerné"
    INCOMPLETE = "incomplete", "Dossier incomplet"


@dataclass(frozen=True, slots=True)
class EntryFacts:
    """What was known of somebody at entry; None is unknown, a refused answer too.

    `status` is EECO02, 04 or 05; `level` EECO09, 10 or 11.
    """

    born_on: date
    gender: Gender | None = None
    status: str | None = None
    level: str | None = None
    is_long_term: bool | None = None
    unemployed_since: date | None = None
    is_in_training: bool | None = None
    is_disabled: bool | None = None
    is_from_third_country: bool | None = None
    has_foreign_background: bool | None = None
    is_of_minority: bool | None = None
    is_homeless: bool | None = None
    is_rural: bool | None = None


@dataclass(frozen=True, slots=True)
class Participation:
    """Somebody in an operation: an entry, and the exit when there was one."""

    entered_on: date
    entry: EntryFacts
    left_on: date | None = None
    leaver: Leaver | None = None


def is_participant(participation: Participation, parameters: Parameters) -> bool:
    """Whether it lasted more than a day (both ends included)."""
    if participation.left_on is None:
        return True
    days = (participation.left_on - participation.entered_on).days + 1
    return days > parameters.integer("one_day")


def merged(participations: Iterable[Participation]) -> Participation:
    """Somebody who came back to one operation: first entry, last exit and last results."""
    ordered = sorted(participations, key=lambda item: item.entered_on)
    last = ordered[-1]
    return replace(ordered[0], left_on=last.left_on, leaver=last.leaver)


def lacks(participation: Participation, parameters: Parameters) -> list[str]:
    """The answers an incomplete file lacks, as the parameter `required` names them."""
    entry = participation.entry
    known = {
        "gender": entry.gender,
        "status": entry.status,
        "level": entry.level,
        "third_country": entry.is_from_third_country,
        "foreign": entry.has_foreign_background,
    }
    return [name for name in parameters.words("required") if known[name] is None]
