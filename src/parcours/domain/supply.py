"""Who will be ready beside who is asked for, date by date.

Source: matching notes §4. Dates are those of events, not month ends: a training that ends the day
after a need is due answers nothing. A completion rate speaks only from ten past leavers on.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from math import floor
from typing import NamedTuple

from parcours.domain.demand import Need
from parcours.domain.matching_filters import Status

FEWEST_LEAVERS = 10
CAPABLE_FROM = 60


@dataclass(frozen=True, slots=True)
class Ending:
    """A cohort that ends: who is active in it, and how many of past ones finished."""

    cohort: str
    ends_on: date
    active: int
    leavers: int = 0
    finished: int = 0

    @property
    def rate(self) -> Fraction | None:
        """The completion rate; None when too few left before to know."""
        return Fraction(self.finished, self.leavers) if self.leavers >= FEWEST_LEAVERS else None

    @property
    def expected(self) -> Fraction:
        """How many will finish; all of them when no rate is known."""
        return self.active * (Fraction(1) if self.rate is None else self.rate)

    @property
    def words(self) -> str:
        """« 7 à 10 », or the active count alone when no rate is known."""
        least = floor(self.expected)
        return f"{least} à {self.active}" if least < self.active else str(self.active)


class Moment(NamedTuple):
    """The state of things on a date: `supply` is expected, `at_most` if everybody finishes."""

    on: date
    supply: Fraction
    at_most: int
    demand: Fraction
    ending: tuple[str, ...]
    due: tuple[str, ...]

    @property
    def balance(self) -> Fraction:
        """People expected ready minus posts due; negative when people are missing."""
        return self.supply - self.demand


@dataclass(frozen=True, slots=True)
class Prospect:
    """Somebody who will be ready on a day, for a need, at a projected score."""

    learner: str
    need: str
    ready_on: date
    pct_at_entry: int | None
    status: Status

    @property
    def is_capable(self) -> bool:
        """Likely to do the job with support, and not kept away by a constraint."""
        is_enough = self.pct_at_entry is not None and self.pct_at_entry >= CAPABLE_FROM
        return is_enough and self.status is not Status.BLOCKED


class Capable(NamedTuple):
    """On a date, the people capable of one need at least, and of each need; each counted once."""

    on: date
    learners: int
    by_need: Mapping[str, int]


class Fit(NamedTuple):
    """A need, and how many people could do its job: ready by the day it falls due, or ever.

    A need without a date waits for everybody.
    """

    need: str
    posts: int
    due: date | None
    in_time: int
    ever: int


def due_on(need: Need) -> date | None:
    """The last day a need can start; None when the employer gave no date."""
    return need.start + timedelta(days=need.flex_days) if need.start else None


def state_on(on: date, endings: Iterable[Ending], needs: Iterable[Need]) -> Moment:
    """Supply and demand as of a date, all that ended or fell due before included.

    A need without a date is never due: it stands in the demand of no day.
    """
    ended = [one for one in endings if one.ends_on <= on]
    due = [(need, day) for need in needs if (day := due_on(need)) is not None and day <= on]
    return Moment(
        on=on,
        supply=sum((one.expected for one in ended), Fraction(0)),
        at_most=sum(one.active for one in ended),
        demand=sum((need.posts * need.certainty.share for need, _day in due), Fraction(0)),
        ending=tuple(sorted(one.cohort for one in ended if one.ends_on == on)),
        due=tuple(sorted(need.code for need, day in due if day == on)),
    )


def timeline(endings: Sequence[Ending], needs: Sequence[Need]) -> list[Moment]:
    """The state on every date where something ends or falls due, in order."""
    days = {one.ends_on for one in endings}
    days |= {day for need in needs if (day := due_on(need)) is not None}
    return [state_on(day, endings, needs) for day in sorted(days)]


def capable_supply(prospects: Sequence[Prospect]) -> list[Capable]:
    """Who is capable of what, on every date where somebody becomes ready."""
    able = [one for one in prospects if one.is_capable]
    found = []
    for on in sorted({one.ready_on for one in able}):
        ready = {(one.need, one.learner) for one in able if one.ready_on <= on}
        by_need: dict[str, int] = {}
        for need, _learner in sorted(ready):
            by_need[need] = by_need.get(need, 0) + 1
        found.append(Capable(on, len({learner for _need, learner in ready}), by_need))
    return found


def fits(needs: Sequence[Need], prospects: Iterable[Prospect]) -> list[Fit]:
    """For each need in the order given, the people capable of it, each counted once."""
    able: dict[str, dict[str, date]] = {}
    for one in prospects:
        if one.is_capable:
            able.setdefault(one.need, {})[one.learner] = one.ready_on
    found = []
    for need in needs:
        ready, due = able.get(need.code, {}), due_on(need)
        in_time = sum(due is None or day <= due for day in ready.values())
        found.append(Fit(need.code, need.posts, due, in_time, len(ready)))
    return found
