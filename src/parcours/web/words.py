"""Dates, numbers and counts as people say them in French."""

from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")
SHORT_MONTHS = (
    "janv.", "févr.", "mars", "avr.", "mai", "juin",
    "juil.", "août", "sept.", "oct.", "nov.", "déc.",
)  # fmt: skip
MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip
DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
NUMBERS = (
    "zéro", "une", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix",
    "onze", "douze", "treize", "quatorze", "quinze", "seize",
)  # fmt: skip


@lru_cache(maxsize=4096)
def short_day(day: date, today: date | None = None) -> str:
    """« 3 janv. », with the year when it is not this one."""
    text = f"{_number(day)} {SHORT_MONTHS[day.month - 1]}"
    return text if today is None or day.year == today.year else f"{text} {day.year}"


@lru_cache(maxsize=4096)
def long_day(day: date) -> str:
    """« 3 janvier 2027 »."""
    return f"{_number(day)} {MONTHS[day.month - 1]} {day.year}"


def month_year(day: date) -> str:
    """« avril 2026 »."""
    return f"{MONTHS[day.month - 1]} {day.year}"


def week_day(day: date) -> str:
    """« mardi 7 avril 2026 »."""
    return f"{DAYS[day.weekday()]} {long_day(day)}"


def typed_day(day: date | None) -> str:
    """« 03/01/2027 », as a form shows it; "" for None."""
    return day.strftime("%d/%m/%Y") if day else ""


def moment(instant: datetime) -> str:
    """« 3 janv. 2027 à 14 h 05 », in French time."""
    local = instant.astimezone(PARIS)
    return f"{short_day(local.date())} {local.year} à {local.hour} h {local.minute:02d}"


def clock(hour: time) -> str:
    """« 9 h », « 14 h 05 »."""
    return f"{hour.hour}\u00a0h {hour.minute:02d}" if hour.minute else f"{hour.hour}\u00a0h"


def days_from(day: date, today: date) -> str:
    """« il y a 6 j », « aujourd’hui », « dans 4 j »."""
    days = (day - today).days
    if days == 0:
        return "aujourd’hui"
    return f"dans {days} j" if days > 0 else f"il y a {-days} j"


def in_words(count: int) -> str:
    """« six » (feminine « une », for people), digits from 17 on."""
    return NUMBERS[count] if count < len(NUMBERS) else str(count)


def plural(count: int, one: str, many: str | None = None) -> str:
    """« 1 personne », « 2 personnes »; zero is singular in French."""
    word = one if count < 2 else (many or f"{one}s")
    return f"{thousands(count)} {word}"


def meanwhile(who: str, did: str) -> str:
    """What somebody reads whose form another changed first: nothing they typed is lost."""
    return (
        f"{who} {did} entre-temps. Votre saisie est là, à côté de ce qui est enregistré : "
        "enregistrez de nouveau pour la garder."
    )


def thousands(count: int) -> str:
    """« 12 345 » with a narrow no-break space."""
    return f"{count:,}".replace(",", "\u202f")


def decimal_number(number: Decimal | None) -> str:
    """« 21,5 »; "" for None."""
    if number is None:
        return ""
    return f"{number.normalize():f}".replace(".", ",")


def figure(number: int | Decimal) -> str:
    """« 1 234 », « 12,5 »: a count, or hours added up."""
    if isinstance(number, int) or number == number.to_integral_value():
        return thousands(int(number))
    whole, _, part = decimal_number(number).partition(",")
    return f"{thousands(int(whole))},{part}"


def hours(minutes: int) -> str:
    """« 3 h 30 », « 45 min », « 0 h » of a number of minutes."""
    whole, rest = divmod(minutes, 60)
    if not rest:
        return f"{whole} h"
    return f"{whole} h {rest:02d}" if whole else f"{rest} min"


def tenths(number: Fraction) -> str:
    """« 2,5 »: a number to the nearest tenth, half up."""
    whole = int(abs(number) * 10 + Fraction(1, 2))
    sign = "−" if number < 0 and whole else ""
    return f"{sign}{whole // 10},{whole % 10}"


def signed(number: Fraction) -> str:
    """« +1,2 », « −0,5 », « 0,0 »: a change to the nearest tenth."""
    text = tenths(number)
    return text if text.startswith("−") or text == "0,0" else f"+{text}"


def percent(rate: Fraction | None) -> str:
    """« 92 % », rounded half up; "" for None."""
    if rate is None:
        return ""
    return f"{int(rate * 100 + Fraction(1, 2))} %"


def capital(text: str) -> str:
    """The text with a capital first letter, the rest untouched."""
    return text[:1].upper() + text[1:]


def _number(day: date) -> str:
    return "1er" if day.day == 1 else str(day.day)


FILTERS: dict[str, Callable[..., Any]] = {
    "short_day": short_day,
    "long_day": long_day,
    "month_year": month_year,
    "week_day": week_day,
    "typed_day": typed_day,
    "moment": moment,
    "clock": clock,
    "days_from": days_from,
    "in_words": in_words,
    "thousands": thousands,
    "decimal_number": decimal_number,
    "figure": figure,
    "percent": percent,
    "plural": plural,
    "tenths": tenths,
    "signed": signed,
    "hours": hours,
    "capital": capital,
}
