"""Learners sign their own presence: a code shown in the room, or a tablet that goes round.

The trainer countersigns the sheet afterwards. A code lives as long as it is of use and no longer;
the day somebody was born, which they alone type, says who signs without any name being shown.
Source: domain notes §4.3 (a sheet signed morning and afternoon, by the trainer too).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from parcours.domain.attendance import Asked
from parcours.domain.errors import RuleBroken
from parcours.domain.identity import fold
from parcours.domain.words import Word

MOST_FAILURES = 40


class SigningWay(Word):
    """Where a learner signs."""

    ROOM = "room", "code de la salle"
    TABLET = "tablet", "tablette"


# Long enough for a group to sign, too short to be passed on.
DIGITS = {SigningWay.ROOM: 6, SigningWay.TABLET: 8}
LIVES = {SigningWay.ROOM: timedelta(minutes=20), SigningWay.TABLET: timedelta(hours=4)}


@dataclass(frozen=True, slots=True)
class Signer:
    """Somebody of the group who may sign: what they are recognised by."""

    enrolment_id: int
    born_on: date
    names: str


def is_alive(
    expires_at: datetime, failures: int, ended_at: datetime | None, *, now: datetime
) -> bool:
    """Whether a code still lets people sign."""
    return ended_at is None and failures < MOST_FAILURES and now < expires_at


def recognise(group: Iterable[Signer], born_on: date, name: str) -> Signer:
    """Who of the group was born that day; the name parts two of the same day.

    Raises RuleBroken when nobody was, or when it takes the name to tell.
    """
    found = [person for person in group if person.born_on == born_on]
    if not found:
        raise RuleBroken(
            "Personne de ce groupe n’est né ce jour-là. Vérifiez la date, ou demandez à la "
            "personne qui anime.",
            field="born_on",
        )
    if len(found) > 1:
        found = [person for person in found if fold(name) and _is_called(person, name)]
    if len(found) != 1:
        raise RuleBroken(
            "Plusieurs personnes du groupe sont nées ce jour-là : écrivez aussi votre prénom et "
            "votre nom.",
            field="name",
        )
    return found[0]


def check_signable(known: Asked | None, *, is_signed: bool) -> None:
    """Refuse to sign twice, or over an absence somebody recorded: it is talked about first."""
    if is_signed:
        raise RuleBroken("Vous avez déjà signé cette demi-journée.")
    if known is not None and not known.status.is_presence:
        raise RuleBroken(
            "Vous êtes noté·e absent·e pour cette demi-journée : parlez-en à la personne qui anime."
        )


def _is_called(person: Signer, name: str) -> bool:
    return set(fold(name).split()) <= set(fold(person.names).split())
