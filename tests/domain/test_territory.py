"""Continuity of a territory to the day: matching notes §6, and what always holds."""

from datetime import date, timedelta
from fractions import Fraction
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcours.actions.working_days import public_holidays
from parcours.domain.calendar import days_between, is_working_day
from parcours.domain.relays import Answer, Deadlines, Delays
from parcours.domain.territory import (
    Coverage,
    Held,
    Hole,
    Passage,
    Place,
    RelayFact,
    Span,
    Standing,
    WorkingDays,
    coverage,
    median,
    passages,
    relay_figures,
    standing,
    wait,
)
from parcours.domain.words import StepKind

OFF = public_holidays(date(2026, 1, 1), date(2027, 12, 31))
YEAR = WorkingDays(date(2026, 1, 1), date(2027, 12, 31), OFF)
TODAY = date(2026, 11, 23)
ECOLE, FAB_LAB = Place(1, StepKind.TRAINING), Place(2, StepKind.WORKSHOP)
CLIC, ELSEWHERE = Place(3, StepKind.DIGITAL_INITIATION), Place(4, StepKind.TRAINING)
NEAR = st.dates(date(2026, 1, 1), date(2026, 12, 31))


def day(month: int, number: int) -> date:
    """A day of 2026."""
    return date(2026, month, number)


def test_c1_a_hole_in_october() -> None:
    steps = [Span(day(9, 1), day(9, 30)), Span(day(10, 12), day(12, 18))]
    assert coverage(steps, day(12, 18), YEAR) == Coverage(71, 78, Hole(7, day(10, 1)))


def test_c2_a_weekend_is_no_wait() -> None:
    steps = [Span(day(9, 7), day(9, 11)), Span(day(9, 14), day(9, 18))]
    assert coverage(steps, day(9, 18), YEAR) == Coverage(10, 10, None)
    assert wait(day(9, 11), day(9, 14), YEAR) == 0


def test_c3_an_overlap_counts_once() -> None:
    steps = [Span(day(9, 7), day(9, 18)), Span(day(9, 14), day(9, 25))]
    assert coverage(steps, day(9, 25), YEAR) == Coverage(15, 15, None)
    assert wait(day(9, 18), day(9, 14), YEAR) == 0


@pytest.mark.parametrize(
    ("ended", "starts", "days"),
    [
        (day(11, 10), day(11, 12), 0),
        (day(11, 10), day(11, 13), 1),
        (day(11, 6), day(11, 16), 4),
        (day(6, 30), day(9, 7), 47),
    ],
)
def test_c5_waits_leave_holidays_out(ended: date, starts: date, days: int) -> None:
    assert wait(ended, starts, YEAR) == days


def test_c6_relays_on_time() -> None:
    def sent(on: date, answer: Answer | None = None, answered_on: date | None = None) -> RelayFact:
        return RelayFact(Deadlines.after(on, Delays(), OFF).due_on, answer, answered_on)

    figures = relay_figures(
        [
            sent(day(11, 2), Answer.ACCEPTED, day(11, 9)),
            sent(day(11, 2), Answer.ACCEPTED, day(11, 10)),
            sent(day(11, 2)),
            sent(day(11, 2), Answer.DECLINED, day(11, 5)),
            sent(day(11, 16)),
            sent(day(11, 18)),
            sent(day(11, 2), Answer.WITHDRAWN, day(11, 3)),
        ],
        TODAY,
    )
    assert (figures.due, figures.on_time, figures.declined) == (4, 1, 1)
    assert figures.late + figures.silent == 2
    assert figures.pending == 2
    assert figures.rate == Fraction(1, 4)


def test_no_relay_due_has_no_rate() -> None:
    assert relay_figures([], TODAY).rate is None


def test_c7_medians_need_five() -> None:
    assert median([47, 47, 47, 0, 0]) == 47
    assert median([47]) is None
    assert median([1, 2, 3, 4]) is None
    assert median([1, 2, 3, 4, 5, 6]) == Fraction(7, 2)


def test_nothing_begun_covers_nothing() -> None:
    assert coverage([], TODAY, YEAR) == Coverage(0, 0, None)
    assert coverage([Span(day(12, 1), None)], TODAY, YEAR) == Coverage(0, 0, None)


def test_an_open_step_runs_to_today_and_what_ended_leaves_a_hole() -> None:
    assert coverage([Span(day(11, 16), None)], TODAY, YEAR) == Coverage(6, 6, None)
    ended = coverage([Span(day(11, 16), day(11, 17))], TODAY, YEAR)
    assert ended == Coverage(2, 6, Hole(4, day(11, 18)))


STEPS = st.lists(
    st.builds(
        lambda start, length: Span(start, None if length is None else start + timedelta(length)),
        NEAR,
        st.none() | st.integers(0, 90),
    ),
    min_size=1,
    max_size=5,
)


@given(STEPS, NEAR)
def test_coverage_is_what_days_say_one_by_one(steps: list[Span], last: date) -> None:
    begun = [step for step in steps if step.starts_on <= last]
    found = coverage(steps, last, YEAR)
    if not begun:
        assert found == Coverage(0, 0, None)
        return
    days = [
        day
        for day in days_between(min(step.starts_on for step in begun), last)
        if is_working_day(day, OFF)
    ]
    held = [any(step.starts_on <= day <= (step.ends_on or last) for step in begun) for day in days]
    assert (found.covered, found.total) == (sum(held), len(days))
    best, run = Hole(0, last), 0
    for day, is_held in zip(days, held, strict=True):
        run = 0 if is_held else run + 1
        if run > best.days:
            best = Hole(run, days[days.index(day) - run + 1])
    assert (found.longest or Hole(0, last)) == best


@given(st.permutations([Span(day(9, 1), day(9, 30)), Span(day(9, 20), day(10, 9)),
                        Span(day(11, 2), None)]))  # fmt: skip
def test_the_order_of_steps_says_nothing(steps: list[Span]) -> None:
    assert coverage(steps, TODAY, YEAR).longest == Hole(15, day(10, 12))


def test_passages_follow_what_ended_last() -> None:
    """A short workshop inside a long training is no origin of what follows the training."""
    long = Held(ECOLE, day(9, 1), day(9, 30))
    short = Held(FAB_LAB, day(9, 7), day(9, 11))
    after = Held(CLIC, day(10, 12), None)
    planned = Held(ELSEWHERE, day(12, 1), None)
    for steps in permutations([long, short, after, planned]):
        assert passages(steps, TODAY, YEAR) == [
            Passage(ECOLE, FAB_LAB, 0),
            Passage(ECOLE, CLIC, 7),
        ]


def test_who_waits_and_who_is_lost() -> None:
    ended = [Held(CLIC, day(8, 3), TODAY - timedelta(days=90))]
    assert standing(ended, closed_on=None, today=TODAY) == (CLIC, Standing.WAITING)
    assert standing(ended, closed_on=None, today=TODAY + timedelta(1)) == (CLIC, Standing.LOST)
    assert standing(ended, closed_on=TODAY, today=TODAY) is None
    running = [*ended, Held(ECOLE, day(11, 1), TODAY)]
    assert standing(running, closed_on=None, today=TODAY) is None
    assert standing(running, closed_on=None, today=TODAY + timedelta(1)) == (
        ECOLE,
        Standing.WAITING,
    )
    planned = [*ended, Held(ECOLE, day(12, 1), None)]
    assert standing(planned, closed_on=None, today=TODAY) == (CLIC, Standing.WAITING)
    assert standing([planned[1]], closed_on=None, today=TODAY) is None


@given(NEAR, st.integers(0, 200))
def test_the_wait_is_less_than_the_days_between(ended: date, days: int) -> None:
    start = ended + timedelta(days=days)
    assert 0 <= wait(ended, start, YEAR) <= max(days - 1, 0)
