"""Dates and numbers as partners’ cells hold them: day first, never guessed, always told."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation

from parcours.domain.dates import age_on
from parcours.domain.identity import fold
from parcours.domain.intake_table import Cell
from parcours.domain.intake_words import UNKNOWN

MONTHS = {
    "janvier": 1, "janv": 1, "jan": 1, "fevrier": 2, "fevr": 2, "fev": 2, "mars": 3, "mar": 3,
    "avril": 4, "avr": 4, "mai": 5, "juin": 6, "jun": 6, "juillet": 7, "juil": 7, "jul": 7,
    "aout": 8, "septembre": 9, "sept": 9, "sep": 9, "octobre": 10, "oct": 10, "novembre": 11,
    "nov": 11, "decembre": 12, "dec": 12,
}  # fmt: skip
WEEKDAYS = {
    "lundi": 0, "lun": 0, "lu": 0, "mon": 0, "monday": 0, "mardi": 1, "mar": 1, "ma": 1, "tue": 1,
    "tuesday": 1, "mercredi": 2, "mer": 2, "me": 2, "wed": 2, "wednesday": 2, "jeudi": 3, "jeu": 3,
    "je": 3, "thu": 3, "thursday": 3, "vendredi": 4, "ven": 4, "ve": 4, "fri": 4, "friday": 4,
    "samedi": 5, "sam": 5, "sa": 5, "sat": 5, "saturday": 5, "dimanche": 6, "dim": 6, "sun": 6,
}  # fmt: skip
MONTH_NAMES = (
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre",
    "octobre", "novembre", "décembre",
)  # fmt: skip
YOUNGEST, OLDEST_SURE, EARLIEST_BIRTH = 16, 90, 1920
FIRST_TRUE_SERIAL, LAST_SERIAL = 61, 73415  # 1 March 1900 (29 February 1900 never was) to 2100
EPOCH_1900, EPOCH_1904 = date(1899, 12, 30), date(1904, 1, 1)
TIME_PART = re.compile(r"[T ]\d{1,2}[:h]\d{2}(:\d{2}(\.\d+)?)?Z?$")
IMPOSSIBLE = "Cette date n’existe pas : écrivez le jour, le mois puis l’année (13/03/1988)."
NOT_A_DATE = "Date illisible : écrivez le jour, le mois puis l’année (13/03/1988)."


@dataclass(frozen=True, slots=True)
class DateRead:
    """A date, or the `kind` and French `message` of what prevents it; `note` says what was done."""

    value: date | None = None
    kind: str | None = None
    message: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class DateRule:
    """What a column’s dates may be: births choose their century by age, months may have no day."""

    today: date
    is_birth: bool = False
    is_1904: bool = False
    is_month_first: bool = False
    allows_month: bool = False


def read_date(cell: Cell, rule: DateRule) -> DateRead:
    """The date of a cell of any type; a blank or unknown one gives neither value nor message."""
    if cell.problem:
        return DateRead(kind="unreadable", message=cell.problem)
    value = cell.value
    if isinstance(value, datetime):
        return DateRead(value.date())
    if isinstance(value, date):
        return DateRead(value)
    if isinstance(value, bool):
        return DateRead(kind="impossible", message=NOT_A_DATE)
    if isinstance(value, int | float):
        return _from_serial(value, rule)
    return _from_text(cell.text, rule)


def check_birth(born_on: date, today: date) -> DateRead:
    """A birth date somebody in training may have: past, at least 16; over 90 is only asked about.

    Source: reliability notes §3, inputs 21 and 23.
    """
    if born_on > today:
        message = f"Date de naissance dans le futur ({in_words(born_on)}) : corrigez l’année."
        return DateRead(kind="birth_future", message=message)
    age = age_on(born_on, today)
    if age < YOUNGEST:
        return DateRead(
            born_on, kind="under_16", message=f"Âge {age} an{'s' * (age > 1)} : vérifiez la date."
        )
    if age > OLDEST_SURE or born_on.year < EARLIEST_BIRTH:
        return DateRead(born_on, note=f"Âge {age} ans : vérifiez la date.")
    return DateRead(born_on)


def is_month_first(text: str) -> bool:
    """Whether a typed date can only be month/day/year, as 12/31/1990."""
    parts = re.match(r"^(\d{1,2})[/.\- ](\d{1,2})[/.\- ]\d{2,4}", text.strip())
    return bool(parts) and int(parts[1]) <= 12 < int(parts[2]) <= 31 if parts else False


def is_ambiguous(text: str) -> bool:
    """Whether day and month could be swapped without anybody noticing."""
    parts = re.match(r"^(\d{1,2})[/.\- ](\d{1,2})[/.\- ]\d{2,4}", text.strip())
    return bool(parts and 1 <= int(parts[1]) <= 12 and 1 <= int(parts[2]) <= 12
                and int(parts[1]) != int(parts[2]))  # fmt: skip


def read_number(cell: Cell) -> Decimal | None:
    """« 21,5 », « 1 200 », « 30 h », a number; None when it is none (or a blank)."""
    if isinstance(cell.value, bool):
        return None
    if isinstance(cell.value, int | float):
        return Decimal(str(round(cell.value, 2))).normalize() + 0
    text = re.sub(r"[\s\u00a0\u202f]", "", cell.text).lower().replace(",", ".")
    clock = re.fullmatch(r"(\d{1,4})(?:h|:)([0-5]\d)(?::00)?", text)
    if clock:
        return (Decimal(clock[1]) + Decimal(clock[2]) / 60).quantize(Decimal("0.01"))
    text = re.sub(r"(h|heures?|hrs?)\.?$", "", text)
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() and "e" not in text else None


def in_words(day: date) -> str:
    """« 3 février 1990 », « 1er mars 2026 »: how a date is shown back."""
    return f"{day.day}{'er' * (day.day == 1)} {MONTH_NAMES[day.month - 1]} {day.year}"


def _from_serial(value: float, rule: DateRule) -> DateRead:
    days = int(value) if value == value and abs(value) < 1e9 else -1
    if re.fullmatch(r"\d{8}", str(days)):
        return _from_text(str(days), rule)
    if not (0 if rule.is_1904 else FIRST_TRUE_SERIAL) <= days <= LAST_SERIAL:
        return DateRead(kind="impossible", message=f"Date impossible. {NOT_A_DATE}")
    if 1900 <= days <= 2100:
        return DateRead(kind="impossible", message="Il manque le jour et le mois de la date.")
    found = (EPOCH_1904 if rule.is_1904 else EPOCH_1900) + timedelta(days=days)
    return DateRead(found, note=f"converti depuis Excel : {in_words(found)}")


def _from_text(text: str, rule: DateRule) -> DateRead:
    typed = TIME_PART.sub("", " ".join(re.sub(r"\(.*?\)", " ", text).split()))
    words = fold(typed)
    if words in UNKNOWN:
        return DateRead(kind="unknown" if typed else None)
    if re.fullmatch(r"\d{5}", typed):
        found = _from_serial(int(typed), rule).value
        asked = f" S’agit-il du {in_words(found)} ?" if found else ""
        message = f"Nombre au lieu d’une date.{asked} Écrivez la date en toutes lettres."
        return DateRead(kind="impossible", message=message)
    parts = _parts(words, typed, rule)
    if parts is None:
        return _month_only(words, rule)
    year, month, day, is_short = parts
    return _made(_century(year, month, day, rule) if is_short else year, month, day)


def _parts(words: str, typed: str, rule: DateRule) -> tuple[int, int, int, bool] | None:
    """Year, month, day and whether the year had two digits only."""
    compact = re.fullmatch(r"(\d{4})(\d{2})(\d{2})", typed)
    if compact and int(compact[1]) >= 1900:
        return int(compact[1]), int(compact[2]), int(compact[3]), False
    first, _, rest = words.partition(" ")
    if first in WEEKDAYS and rest:
        words = rest
    iso = re.fullmatch(r"(\d{4}) (\d{1,2}) (\d{1,2})", words)
    if iso:
        return int(iso[1]), int(iso[2]), int(iso[3]), False
    digits = re.fullmatch(r"(\d{1,2}) (\d{1,2}) (\d{2}|\d{4})", words)
    if digits:
        day, month = int(digits[1]), int(digits[2])
        if rule.is_month_first:
            day, month = month, day
        return int(digits[3]), month, day, len(digits[3]) == 2
    named = re.fullmatch(r"(\d{1,2})(?: ?er)? ?([a-z]+) ?(\d{2}|\d{4})", words)
    if named and named[2] in MONTHS:
        return int(named[3]), MONTHS[named[2]], int(named[1]), len(named[3]) == 2
    return None


def _month_only(words: str, rule: DateRule) -> DateRead:
    named = re.fullmatch(r"([a-z]+) (\d{4})", words) or re.fullmatch(r"(\d{1,2}) (\d{4})", words)
    month = 0
    if named:
        month = MONTHS.get(named[1], 0) or (int(named[1]) if named[1].isdigit() else 0)
    if not named or not 1 <= month <= 12:
        return DateRead(kind="impossible", message=NOT_A_DATE)
    if not rule.allows_month:
        return DateRead(kind="impossible", message="Il manque le jour de la date.")
    return DateRead(date(int(named[2]), month, 1), note="jour inconnu, seul le mois est retenu")


def _century(year: int, month: int, day: int, rule: DateRule) -> int:
    if not rule.is_birth:
        return 2000 + year
    recent = _made(2000 + year, month, day).value or date(2000 + year, 1, 1)
    age = age_on(recent, rule.today)
    # The century that makes somebody 16 to 80; a child’s age is then said, not turned into 106.
    return 2000 + year if age >= 0 else 1900 + year


def _made(year: int, month: int, day: int) -> DateRead:
    try:
        return DateRead(date(year, month, day))
    except ValueError:
        return DateRead(kind="impossible", message=IMPOSSIBLE)
