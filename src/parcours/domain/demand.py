"""What employers of a territory ask for, weighed by how sure and how fresh it is.

Source: matching notes §3.1. A need counts for its posts, less when it is only probable, and not at
all when its date is out of the window or when nobody confirmed it for 90 days.
"""

from calendar import monthrange
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import NamedTuple

from parcours.domain.matching_rules import HIGHEST, Requirement
from parcours.domain.matching_target import merge
from parcours.domain.needs import FRESH_DAYS, Certainty

MONTHS_BEFORE, MONTHS_AFTER = 1, 6
FEWEST_EMPLOYERS = 5
Levels = Mapping[str, int]


class Window(NamedTuple):
    """The entry dates that people leaving a training can take, both ends included."""

    first_on: date
    last_on: date


@dataclass(frozen=True, slots=True)
class Need:
    """A need as demand reads it; `start` unknown is always in the window.

    `confirmed_on` is the day the employer last said it stands; None was never confirmed.
    """

    code: str
    posts: int
    certainty: Certainty
    requirements: tuple[Requirement, ...]
    employer: str
    start: date | None = None
    confirmed_on: date | None = None
    occupation: str | None = None
    flex_days: int = 0

    @property
    def lines(self) -> tuple[Requirement, ...]:
        """Its requirements, one a skill."""
        return merge(self.requirements)


class Weighed(NamedTuple):
    """A need and the posts it counts for here; `lines` are its requirements, one a skill."""

    need: Need
    weight: Fraction
    lines: tuple[Requirement, ...]


def window_around(exit_on: date) -> Window:
    """From a month before the end of a training to six months after it."""
    return Window(_months_later(exit_on, -MONTHS_BEFORE), _months_later(exit_on, MONTHS_AFTER))


def weight(need: Need, window: Window | None, *, as_of: date) -> Fraction:
    """D of a need: posts × certainty, or nothing out of the window or no longer fresh.

    Without a window every date counts.
    """
    is_fresh = need.confirmed_on is not None and (as_of - need.confirmed_on).days <= FRESH_DAYS
    if not is_fresh or not _is_in(need.start, window):
        return Fraction(0)
    return need.posts * need.certainty.share


class Demand:
    """The needs that count, in the order of their codes, and what each taught level is worth there.

    What is taught counts skill by skill, so a level of a skill has one worth over all the needs:
    a curriculum is then compared in a few additions whatever the number of needs.
    """

    def __init__(self, needs: Iterable[Weighed]) -> None:
        found = (one for one in needs if one.weight)
        self.needs = tuple(sorted(found, key=lambda one: one.need.code))
        self.total = sum((one.weight for one in self.needs if one.lines), Fraction(0))
        self.asking: dict[str, list[Weighed]] = {}
        self._worth: dict[str, list[Fraction]] = {}
        for one in self.needs:
            total = sum(line.weight for line in one.lines)
            for line in one.lines:
                self.asking.setdefault(line.skill, []).append(one)
                worth = self._worth.setdefault(line.skill, [Fraction(0)] * (HIGHEST + 1))
                full = one.weight * Fraction(line.weight, total)
                for level in range(1, HIGHEST + 1):
                    worth[level] += full * reached(level, line)

    def worth(self, levels: Levels) -> Fraction:
        """The posts, shared out by weight, that these taught levels answer."""
        return sum(
            (self._worth[skill][level] for skill, level in levels.items() if skill in self._worth),
            Fraction(0),
        )

    @property
    def employers(self) -> int:
        """How many distinct employers speak: under five, the figures are a small sample."""
        return len({one.need.employer for one in self.needs})

    @property
    def is_small(self) -> bool:
        """Whether the figures rest on too few employers to conclude."""
        return self.employers < FEWEST_EMPLOYERS

    def highest(self, skill: str) -> int:
        """The highest level asked of a skill; 0 when nobody asks for it."""
        lines = (line for one in self.asking.get(skill, ()) for line in one.lines)
        return max((line.level for line in lines if line.skill == skill), default=0)


def weigh(needs: Iterable[Need], window: Window | None, *, as_of: date) -> Demand:
    """The demand of a window; needs that count for nothing there are left out."""
    return Demand(Weighed(need, weight(need, window, as_of=as_of), need.lines) for need in needs)


def in_scope(demand: Demand, occupations: Iterable[str]) -> Demand:
    """The needs of the occupations a programme aims at: a web course owes nothing to the rest."""
    aimed = set(occupations)
    return Demand(one for one in demand.needs if one.need.occupation in aimed)


def reached(level: int, line: Requirement) -> Fraction:
    """How much of a requirement a level answers; more than asked is no more."""
    return min(Fraction(1), Fraction(level, line.level))


def _is_in(start: date | None, window: Window | None) -> bool:
    return start is None or window is None or window.first_on <= start <= window.last_on


def _months_later(day: date, months: int) -> date:
    """The same day of another month, or its last day."""
    year, month = divmod(12 * day.year + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
