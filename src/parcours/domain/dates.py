"""Dates as people type them in France, day first."""

import re
from datetime import date

TYPED = re.compile(r"^(\d{1,2})[/.\- ](\d{1,2})(?:[/.\- ](\d{2}|\d{4}))?$")
ISO = re.compile(r"^(\d{4})-(\d{1,2})-(\d{1,2})$")


def read_date(text: str, *, near: date) -> date | None:
    """`12/3`, `12.03.26`, `12/03/2026` or `2026-03-12`; None when it is no date.

    Without a year, the one that puts the date nearest to `near`; two digits mean 20xx.
    """
    iso = ISO.match(text.strip())
    if iso:
        return _date(*(int(part) for part in iso.groups()))
    typed = TYPED.match(text.strip())
    if not typed:
        return None
    day, month = int(typed[1]), int(typed[2])
    if typed[3] is None:
        return _nearest(day, month, near)
    year = int(typed[3])
    return _date(year + 2000 if year < 100 else year, month, day)


def age_on(born_on: date, day: date) -> int:
    """Completed years on `day`; somebody born on 29 February is older on 1 March."""
    had_birthday = (day.month, day.day) >= (born_on.month, born_on.day)
    return day.year - born_on.year - (0 if had_birthday else 1)


def birth_day(found: date, *, today: date) -> date:
    """A day of birth as typed: of the last century when two digits put it in the days to come."""
    if found <= today:
        return found
    return _date(found.year - 100, found.month, found.day) or found


def _nearest(day: int, month: int, near: date) -> date | None:
    years = (near.year - 1, near.year, near.year + 1)
    candidates = [found for year in years if (found := _date(year, month, day))]
    return min(candidates, key=lambda found: abs((found - near).days), default=None)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
