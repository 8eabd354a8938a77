"""Half-days and working days."""

from collections.abc import Container, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

from parcours.domain.words import Word

ONE_DAY = timedelta(days=1)
DAY_NAMES = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
SATURDAY = 5


class Half(Word):
    """Morning or afternoon; their values sort in the order of the day."""

    AM = "am", "matin"
    PM = "pm", "après-midi"


class Setting(Word):
    """Where a half-day takes place."""

    ON_SITE = "on_site", "sur place"
    REMOTE = "remote", "à distance"
    COMPANY = "company", "en entreprise"


@dataclass(frozen=True, slots=True, order=True)
class HalfDay:
    """A morning or an afternoon."""

    on: date
    half: Half

    @property
    def slug(self) -> str:
        """As addresses write it: `2026-04-07-am`."""
        return f"{self.on.isoformat()}-{self.half.value}"

    @classmethod
    def parse(cls, slug: str) -> Self | None:
        """Read a slug; None when it is none (`20260407-am` is not: one address for each)."""
        day, _, half = slug.rpartition("-")
        try:
            found = cls(date.fromisoformat(day), Half(half))
        except ValueError:
            return None
        return found if found.slug == slug else None


def half_days(
    starts_on: date,
    ends_on: date,
    pattern: Container[tuple[int, Half]],
    days_off: Container[date],
) -> list[HalfDay]:
    """The half-days of a calendar, both ends included.

    `pattern` holds (weekday, half) with Monday 0; days in `days_off` are left out.
    """
    found = []
    for day in days_between(starts_on, ends_on):
        if day not in days_off:
            found += [HalfDay(day, half) for half in Half if (day.weekday(), half) in pattern]
    return found


def days_between(starts_on: date, ends_on: date) -> Iterable[date]:
    """Every day, both ends included."""
    return (starts_on + ONE_DAY * number for number in range((ends_on - starts_on).days + 1))


def is_working_day(day: date, days_off: Container[date]) -> bool:
    """Monday to Friday, public holidays and closures aside."""
    return day.weekday() < SATURDAY and day not in days_off


def nth_working_day_after(day: date, count: int, days_off: Container[date]) -> date:
    """The `count`-th working day strictly after `day` (0 gives `day` itself)."""
    while count > 0:
        day += ONE_DAY
        count -= is_working_day(day, days_off)
    return day
