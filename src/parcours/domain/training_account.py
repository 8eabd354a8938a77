"""The training body’s annual account (BPF): what a training aims at, and its speciality.

Source: domain notes §4.1 (frames F-3 and F-4 of Cerfa 10443, partly read, to be checked).
"""

from dataclasses import dataclass

from parcours.domain.indicators import UNTOLD

HIGHEST_TOGETHER = 6
REGISTER, SPECIFIC = "RNCP", "RS"


@dataclass(frozen=True, slots=True)
class Aimed:
    """A sheet a curriculum aims at: its number, its level (1 to 8) and its NSF code if known."""

    code: str
    grade: int | None = None
    speciality: str | None = None


def aim_line(aimed: Aimed | None) -> str:
    """The line of frame F-3 somebody counts in; a curriculum that says nothing is not « other »."""
    if aimed is None:
        return UNTOLD
    if aimed.code.startswith(REGISTER):
        return f"{REGISTER}, {_level(aimed.grade)}"
    return "Répertoire spécifique" if _is_specific(aimed.code) else "Autre certificat"


def speciality_line(aimed: Aimed | None) -> str:
    """The speciality of frame F-4: three digits, the letter of a function being left out."""
    if aimed is None or not aimed.speciality:
        return UNTOLD
    return f"NSF {aimed.speciality[:3]}"


def _level(grade: int | None) -> str:
    if grade is None:
        return "niveau non renseigné"
    return "niveaux 6 à 8" if grade >= HIGHEST_TOGETHER else f"niveau {grade}"


def _is_specific(code: str) -> bool:
    return code.startswith(SPECIFIC) and code.removeprefix(SPECIFIC).isdigit()
