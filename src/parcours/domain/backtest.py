"""The back-test panel: what these thresholds would have said over the last six months.

Source: matching notes §5 (threshold check). It shows a load and a reach, never a proof: an episode
that no early exit followed may be one that somebody’s act kept from happening.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from parcours.domain.alerts import Alert, Level, Rule
from parcours.domain.calendar import days_between

WEEKS = 26
# An exit is announced by an episode still running this many days before it, or less.
HORIZON_DAYS = 90

DailyAlerts = Mapping[date, Sequence[Alert]] | Callable[[date], Iterable[Alert]]


@dataclass(frozen=True, slots=True)
class History:
    """One learner’s past: the alerts of each day and the early exit, if there was one.

    `alerts` is a mapping (a day it lacks was not judged and tells nothing) or judges the facts as
    of a day. An early exit that was a success (a job found) is no early exit here.
    """

    alerts: DailyAlerts
    left_early_on: date | None = None


@dataclass(frozen=True, slots=True)
class BackTest:
    """The figures, from `first_on` to `last_on` included; None where there is nothing to count.

    `opened` episodes began in the period; they are the announcing ones, the `false_episodes`
    (followed by no early exit) and the `undecided` (too recent to tell). `announced` of `exits`
    early exits had an episode before them, `median_advance_days` before in the middle.
    """

    first_on: date
    last_on: date
    learners: int
    opened: int
    alerts_per_week: Fraction | None
    exits: int
    announced: int | None
    median_advance_days: Fraction | None
    false_episodes: int | None
    undecided: int


@dataclass(frozen=True, slots=True)
class _Run:
    """Days on end during which a rule spoke about an object, as far as days were judged."""

    first_on: date
    last_on: date
    is_new: bool


def back_test(
    histories: Iterable[History],
    *,
    last_on: date,
    weeks: int = WEEKS,
    at_least: Level = Level.ALERT,
    horizon_days: int = HORIZON_DAYS,
) -> BackTest:
    """Count over the `weeks` that end on `last_on` the alerts of a level or above.

    Alerts about no learner are left aside, and so is what came from the day of an early exit on.
    An episode already running on the first day may announce an exit but did not open then. Who
    was judged on no day at all is not counted: nothing is known of them, which is not « no alert ».
    """
    first_on = last_on - timedelta(days=7 * weeks - 1)
    opened, exits, learners = 0, 0, 0
    advances: list[int] = []
    verdicts: list[bool | None] = []
    for history in histories:
        days = list(_judged_days(history, first_on, last_on))
        if not days:
            continue
        learners += 1
        left_on = _exit_between(history, first_on, last_on)
        runs = _runs(days, at_least, first_on)
        before = [run.first_on for run in runs if _announces(run, left_on, horizon_days)]
        exits += left_on is not None
        if left_on is not None and before:
            advances.append((left_on - min(before)).days)
        new = [run for run in runs if run.is_new]
        opened += len(new)
        verdicts += [_verdict(run, left_on, last_on, horizon_days) for run in new]
    return BackTest(
        first_on=first_on,
        last_on=last_on,
        learners=learners,
        opened=opened,
        alerts_per_week=Fraction(opened, weeks) if learners else None,
        exits=exits,
        announced=len(advances) if exits else None,
        median_advance_days=_median(advances),
        false_episodes=verdicts.count(False) if len(verdicts) > verdicts.count(None) else None,
        undecided=verdicts.count(None),
    )


def _exit_between(history: History, first_on: date, last_on: date) -> date | None:
    left_on = history.left_early_on
    return left_on if left_on is not None and first_on <= left_on <= last_on else None


def _judged_days(
    history: History, first_on: date, last_on: date
) -> Iterator[tuple[date, Iterable[Alert]]]:
    """The days of the period before an early exit, with what was said of them."""
    alerts, left_on = history.alerts, history.left_early_on
    for day in days_between(first_on, last_on):
        if left_on is not None and day >= left_on:
            return
        if not isinstance(alerts, Mapping):
            yield day, alerts(day)
        elif day in alerts:
            yield day, alerts[day]


def _runs(
    days: Iterable[tuple[date, Iterable[Alert]]], at_least: Level, first_on: date
) -> list[_Run]:
    """The runs of one learner; a rule that stops for one judged day begins another run."""
    running: dict[tuple[Rule, str], _Run] = {}
    done: list[_Run] = []
    for day, alerts in days:
        speaking = {
            (alert.rule, alert.about.slug): alert
            for alert in alerts
            if alert.rule.is_about_learner and alert.level >= at_least
        }
        done += [run for subject, run in running.items() if subject not in speaking]
        running = {
            subject: _extend(running.get(subject), alert, day, first_on)
            for subject, alert in speaking.items()
        }
    return [*done, *running.values()]


def _extend(run: _Run | None, alert: Alert, day: date, first_on: date) -> _Run:
    if run is None:
        return _Run(day, day, is_new=day > first_on or alert.since >= first_on)
    return _Run(run.first_on, day, run.is_new)


def _announces(run: _Run, left_on: date | None, horizon_days: int) -> bool:
    return left_on is not None and (left_on - run.last_on).days <= horizon_days


def _verdict(run: _Run, left_on: date | None, last_on: date, horizon_days: int) -> bool | None:
    """True: an early exit followed; False: none did; None: one still may."""
    if left_on is not None:
        return _announces(run, left_on, horizon_days)
    return False if (last_on - run.last_on).days > horizon_days else None


def _median(values: Iterable[int]) -> Fraction | None:
    ordered = sorted(values)
    if not ordered:
        return None
    middle = len(ordered) // 2
    return Fraction(ordered[middle] + ordered[~middle], 2)
