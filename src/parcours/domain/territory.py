"""Continuity of a territory, in working days: what is covered, who waits, between whom, how long.

Source: matching notes §6. Working days are Monday to Friday, public holidays and closures aside.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple

from parcours.domain.calendar import days_between, is_working_day
from parcours.domain.relays import Answer
from parcours.domain.words import StepKind

ONE_DAY = timedelta(days=1)
FEWEST = 5
LOST_AFTER_DAYS = 90


class Span(NamedTuple):
    """Days of a step, both ends included; `ends_on` None runs on."""

    starts_on: date
    ends_on: date | None


class WorkingDays:
    """The working days of a period, to be counted many times."""

    def __init__(self, starts_on: date, ends_on: date, days_off: Collection[date]) -> None:
        self._days = [
            day for day in days_between(starts_on, ends_on) if is_working_day(day, days_off)
        ]

    def count(self, first: date, last: date) -> int:
        """Working days from `first` to `last`, both included; 0 when `last` comes before."""
        return max(bisect_right(self._days, last) - bisect_left(self._days, first), 0)

    def first_from(self, day: date) -> date | None:
        """The first working day on or after `day`."""
        place = bisect_left(self._days, day)
        return self._days[place] if place < len(self._days) else None


@dataclass(frozen=True, slots=True)
class Hole:
    """A run of uncovered working days: how many, and the first of them."""

    days: int
    starts_on: date


@dataclass(frozen=True, slots=True)
class Coverage:
    """Covered working days, out of how many, and the longest hole (the earliest of equals)."""

    covered: int
    total: int
    longest: Hole | None


def coverage(steps: Iterable[Span], last: date, working: WorkingDays) -> Coverage:
    """What steps cover from the first start to `last` included; overlaps count once.

    `last` is today, or the day the pathway was closed when that came before.
    """
    runs = _merged(steps, last)
    if not runs:
        return Coverage(0, 0, None)
    first = runs[0].starts_on
    holes, held_until, covered = [], first - ONE_DAY, 0
    for run in [*runs, Span(last + ONE_DAY, last + ONE_DAY)]:
        days = working.count(run.starts_on, run.ends_on or last)
        # A step of a weekend alone holds no working day: the hole around it is one.
        if days or run.starts_on > last:
            holes.append((held_until + ONE_DAY, run.starts_on - ONE_DAY))
            held_until = run.ends_on or last
        covered += days if run.starts_on <= last else 0
    longest: Hole | None = None
    for start, end in holes:
        days = working.count(start, end)
        begins = working.first_from(start)
        if begins is not None and days > (longest.days if longest else 0):
            longest = Hole(days, begins)
    return Coverage(covered, working.count(first, last), longest)


def wait(ended_on: date | None, starts_on: date, working: WorkingDays) -> int:
    """Working days strictly between an end and a start; 0 when they touch or overlap."""
    if ended_on is None or ended_on >= starts_on:
        return 0
    return working.count(ended_on + ONE_DAY, starts_on - ONE_DAY)


def _merged(steps: Iterable[Span], last: date) -> list[Span]:
    """The maximal runs of covered days up to `last`, in order."""
    runs: list[Span] = []
    for step in sorted(steps, key=lambda step: step.starts_on):
        if step.starts_on > last:
            break
        ends_on = min(step.ends_on or last, last)
        if ends_on < step.starts_on:
            continue
        if runs and step.starts_on <= (runs[-1].ends_on or last) + ONE_DAY:
            runs[-1] = Span(runs[-1].starts_on, max(runs[-1].ends_on or last, ends_on))
        else:
            runs.append(Span(step.starts_on, ends_on))
    return runs


@dataclass(frozen=True, slots=True)
class RelayFact:
    """A relay: the last day to answer on time, and the answer."""

    due_on: date
    answer: Answer | None = None
    answered_on: date | None = None


@dataclass(slots=True)
class RelayFigures:
    """Relays due and what became of them; those withdrawn count nowhere."""

    on_time: int = 0
    late: int = 0
    silent: int = 0
    declined: int = 0
    pending: int = 0

    @property
    def due(self) -> int:
        """Answered, or silent past the last day to answer."""
        return self.on_time + self.late + self.silent + self.declined

    @property
    def rate(self) -> Fraction | None:
        """Accepted on time, out of those due; None when none is."""
        return Fraction(self.on_time, self.due) if self.due else None


def relay_figures(relays: Iterable[RelayFact], today: date) -> RelayFigures:
    """Count relays as on `today`: those not yet due are pending, refused and late are shown."""
    figures = RelayFigures()
    for relay in relays:
        if relay.answer is Answer.ACCEPTED and relay.answered_on is not None:
            if relay.answered_on <= relay.due_on:
                figures.on_time += 1
            else:
                figures.late += 1
        elif relay.answer is Answer.DECLINED:
            figures.declined += 1
        elif relay.answer is None:
            if relay.due_on < today:
                figures.silent += 1
            else:
                figures.pending += 1
    return figures


class Standing(StrEnum):
    """How a pathway goes on after a step that ended with nothing running."""

    WAITING = "waiting"
    LOST = "lost"


class Place(NamedTuple):
    """Where people are: a kind of step at an organisation."""

    organisation_id: int
    kind: StepKind


class Held(NamedTuple):
    """A step somewhere."""

    place: Place
    starts_on: date
    ends_on: date | None


class Passage(NamedTuple):
    """From a place to another, begun on a day after some working days of waiting."""

    origin: Place
    target: Place
    days: int


def passages(steps: Iterable[Held], today: date, working: WorkingDays) -> list[Passage]:
    """The passages of one pathway that took place by `today`, in order.

    The origin of a step is, of those begun before it, the one that ends last.
    """
    begun = sorted(
        (step for step in steps if step.starts_on <= today),
        key=lambda step: (step.starts_on, step.ends_on or date.max),
    )
    found = []
    before: Held | None = None
    for step in begun:
        if before is not None:
            days = wait(before.ends_on, step.starts_on, working)
            found.append(Passage(before.place, step.place, days))
        if before is None or (step.ends_on or date.max) >= (before.ends_on or date.max):
            before = step
    return found


def standing(
    steps: Iterable[Held], *, closed_on: date | None, today: date
) -> tuple[Place, Standing] | None:
    """Where an open pathway waits, or was lost; None when a step runs, or it is closed.

    Nothing for more than 90 days is lost, whatever is planned; before, it is waiting.
    """
    begun = [step for step in steps if step.starts_on <= today]
    if not begun or (closed_on is not None and closed_on <= today):
        return None
    last = max(begun, key=lambda step: (step.ends_on or date.max, step.starts_on))
    if last.ends_on is None or last.ends_on >= today:
        return None
    is_lost = (today - last.ends_on).days > LOST_AFTER_DAYS
    return last.place, Standing.LOST if is_lost else Standing.WAITING


def median(values: Sequence[int]) -> Fraction | None:
    """The middle value, or the mean of both; None under 5 values, which could name somebody."""
    if len(values) < FEWEST:
        return None
    ordered, half = sorted(values), len(values) // 2
    if len(ordered) % 2:
        return Fraction(ordered[half])
    return Fraction(ordered[half - 1] + ordered[half], 2)
