"""Hours of activity week by week against the engagement: facts added up, and nothing else.

Source: domain notes §4.4 (law 2023-1196: 15 hours a week at least, adapted to the person) and
product, feature 23. A week below is shown; it is no score and calls for no sanction.

The rule of what counts, in minutes:
- done: half-days attended (late minutes off; remote and in a company included), acts and workshops
  followed or led, informations attended, days of an immersion (`in_company`);
- excused: half-days of a justified absence, hours of an immersion missed for a reason that excuses.
  They are not hours done, and they are taken off what was expected: a justified absence never puts
  a week below;
- not recorded: half-days past that nobody took, days of an immersion whose start nobody confirmed
  or whose hours nobody agreed. Unknown is not zero: a week that they could fill is « to complete »,
  never « below ».
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from parcours.domain.errors import RuleBroken
from parcours.domain.words import Word

ONE_WEEK = timedelta(days=7)
LONGEST_WEEK = 40 * 60
LAST_DAY = timedelta(days=6)
# An immersion’s weekly hours are spread over Monday to Friday, public holidays aside.
DAYS_OF_A_WEEK = 5
# What a day of an immersion without agreed hours could hold: a fifth of the legal 35 hours.
UNKNOWN_DAY = 7 * 60


class Source(Word):
    """Where a minute of activity is known from."""

    ATTENDANCE = "attendance", "Émargement"
    ACTS = "acts", "Actes et ateliers"
    IMMERSIONS = "immersions", "Immersions"


class WeekState(Word):
    """How a week stands against what was agreed."""

    MET = "met", "Atteint"
    MET_EXCUSED = "met_excused", "Atteint, absences justifiées déduites"
    TO_COMPLETE = "to_complete", "À compléter : des demi-journées ne sont pas relevées"
    BELOW = "below", "En dessous"
    RUNNING = "running", "Semaine en cours"
    PARTIAL = "partial", "Semaine incomplète du parcours"
    NOT_EXPECTED = "not_expected", "Sans engagement"


@dataclass(frozen=True, slots=True)
class HourFact:
    """Minutes of one fact of a day; each fact is done, excused or not recorded."""

    on: date
    source: Source
    done: int = 0
    excused: int = 0
    unrecorded: int = 0


@dataclass(frozen=True, slots=True)
class Agreed:
    """Minutes a week agreed over a period, both ends included; no end runs on."""

    minutes: int
    starts_on: date
    ends_on: date | None = None
    motive: str | None = None

    def touches(self, monday: date) -> bool:
        """Whether a day of the week lies in the period."""
        return self.starts_on <= monday + LAST_DAY and (
            self.ends_on is None or self.ends_on >= monday
        )


@dataclass(frozen=True, slots=True)
class Week:
    """An ISO week of somebody, by its Monday."""

    monday: date
    done: dict[Source, int] = field(default_factory=dict)
    excused: int = 0
    unrecorded: int = 0
    target: int | None = None
    state: WeekState = WeekState.NOT_EXPECTED

    @property
    def total(self) -> int:
        """Minutes done, of every source."""
        return sum(self.done.values())

    @property
    def missing(self) -> int:
        """Minutes under what was agreed, excused ones taken off; 0 when met or not expected."""
        return max((self.target or 0) - self.total - self.excused, 0)


@dataclass(frozen=True, slots=True)
class Span:
    """A participation: the days on which an engagement is expected; no end runs on."""

    starts_on: date
    ends_on: date | None = None

    def holds(self, monday: date) -> bool:
        """Whether the whole week lies in it."""
        return self.starts_on <= monday and (
            self.ends_on is None or monday + LAST_DAY <= self.ends_on
        )


def monday_of(day: date) -> date:
    """The Monday of an ISO week."""
    return day - timedelta(days=day.weekday())


def last_full_monday(today: date) -> date:
    """The Monday of the last week that is over."""
    return monday_of(today) - ONE_WEEK


def in_company(
    agreed: Any, missed: Any, planned: Any, told: Any, *, above_zero: Callable[[Any], Any]
) -> tuple[Any, Any]:
    """A working day of an immersion that began: (minutes done, minutes missed), of that day alone.

    `agreed` for the day, `missed` as noted beside the immersion. A cohort’s sheet speaks for its
    own half-days of that day, in a company or not, taken or not: their `planned` minutes are never
    counted again, and what the sheet `told` as missed is not taken off twice. So a day counts the
    longer of the two, never their sum. Minutes, or columns of a statement, whose `above_zero` says
    the larger of a number and 0.
    """
    beside = above_zero(agreed - planned)
    done = above_zero(beside - above_zero(missed - told))
    return done, beside - done


def target_of(monday: date, adapted: Iterable[Agreed], default: Agreed | None) -> int | None:
    """Minutes expected in a week: the lowest agreed on one of its days, else the default.

    The lowest, so that a change in the middle of a week never counts against the person.
    """
    agreed = [item.minutes for item in adapted if item.touches(monday)]
    if agreed:
        return min(agreed)
    return default.minutes if default is not None and default.touches(monday) else None


def weeks(
    facts: Iterable[HourFact],
    mondays: Sequence[date],
    *,
    adapted: Sequence[Agreed] = (),
    default: Agreed | None = None,
    spans: Sequence[Span] = (),
    today: date,
) -> list[Week]:
    """Each of these weeks with what its facts add up to and how it stands."""
    by_week: dict[date, list[HourFact]] = {monday: [] for monday in mondays}
    for fact in facts:
        if (monday := monday_of(fact.on)) in by_week:
            by_week[monday].append(fact)
    return [
        _week(monday, found, target_of(monday, adapted, default), spans, today)
        for monday, found in by_week.items()
    ]


def _week(
    monday: date, facts: list[HourFact], target: int | None, spans: Sequence[Span], today: date
) -> Week:
    done = {source: sum(fact.done for fact in facts if fact.source is source) for source in Source}
    excused = sum(fact.excused for fact in facts)
    unrecorded = sum(fact.unrecorded for fact in facts)
    if target is None:
        state = WeekState.NOT_EXPECTED
    elif monday + LAST_DAY >= today:
        state = WeekState.RUNNING
    elif not any(span.holds(monday) for span in spans):
        state = WeekState.PARTIAL
    else:
        state = judge(sum(done.values()), excused, unrecorded, target)
    return Week(monday, done, excused, unrecorded, target, state)


def judge(done: int, excused: int, unrecorded: int, target: int) -> WeekState:
    """How a week that is over stands.

    >>> [judge(done, 0, unrecorded, 900).value for done, unrecorded in ((900, 0), (700, 210))]
    ['met', 'to_complete']
    """
    if done >= target:
        return WeekState.MET
    if done + excused >= target:
        return WeekState.MET_EXCUSED
    if done + excused + unrecorded >= target:
        return WeekState.TO_COMPLETE
    return WeekState.BELOW


def check_agreed(asked: Agreed, others: Iterable[Agreed], *, motives: Iterable[str]) -> None:
    """Refuse an amount no week holds, an open motive, a period upside down or already agreed."""
    errors: dict[str, str] = {}
    if not 0 <= asked.minutes <= LONGEST_WEEK:
        errors["hours"] = "Un engagement va de 0 à 40 heures par semaine."
    if asked.motive not in set(motives):
        errors["motive"] = "Choisissez un motif de la liste."
    if asked.ends_on is not None and asked.ends_on < asked.starts_on:
        errors["ends_on"] = "La fin est avant le début."
    elif any(_overlap(asked, other) for other in others):
        errors["starts_on"] = (
            "Un autre engagement est déjà noté sur ces dates : terminez-le ou retirez-le d’abord."
        )
    if errors:
        raise RuleBroken(errors=errors)


def _overlap(one: Agreed, other: Agreed) -> bool:
    last, other_last = one.ends_on or date.max, other.ends_on or date.max
    return one.starts_on <= other_last and other.starts_on <= last
