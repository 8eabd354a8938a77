"""By what a territory is told part by part: each dimension parts its pathways, none is in two.

Source: domain notes §8, points 3 and 5. Parts that overlap, or that slide from day to day, leave a
few people when subtracted; parts of fixed bounds add up to everybody, and are masked together.
"""

from collections.abc import Hashable
from datetime import date

from parcours.domain.words import DistrictStatus, Word

# The half-year that runs, and those before it.
HALF_YEARS = 4


class Dimension(Word):
    """What parts the pathways."""

    PROGRAMME = "programme", "programme"
    DISTRICT = "district", "quartier"
    PERIOD = "period", "période"

    def part(
        self, programme_id: int | None, district: DistrictStatus | None, opened_on: date
    ) -> Hashable:
        """The part a pathway is in; None is a part like others, of those of whom it is unknown."""
        if self is Dimension.PROGRAMME:
            return programme_id
        return district if self is Dimension.DISTRICT else half_year(opened_on)


def half_year(day: date) -> date:
    """The first day of the half-year a day is in."""
    return date(day.year, 1 if day.month <= 6 else 7, 1)


def half_years(today: date) -> list[date]:
    """The first days of the half-years told, the latest first: 18 months to two years of them."""
    found = [half_year(today)]
    while len(found) < HALF_YEARS:
        last = found[-1]
        found.append(date(last.year, 1, 1) if last.month == 7 else date(last.year - 1, 7, 1))
    return found
