"""Continuity: the worked case to the day, and what holds for any pathway."""

import itertools
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcours.domain.errors import RuleBroken
from parcours.domain.pathway import (
    Cover,
    GapSpan,
    StepDates,
    check_step,
    find_gaps,
    is_unconfirmed,
)
from parcours.domain.words import StepKind

START = date(2026, 1, 1)
OPENER, INITIATION, SCHOOL = 1, 2, 3

days = st.integers(0, 400).map(lambda number: START + timedelta(days=number))
covers = st.lists(
    st.builds(
        lambda first, length, org: Cover(
            first, None if length is None else first + timedelta(days=length), org
        ),
        days,
        st.none() | st.integers(0, 120),
        st.integers(2, 5),
    ),
    max_size=6,
)


def gaps_of(
    found: list[Cover], *, opened_on: date, closed_on: date | None, tolerance: int = 15
) -> list[GapSpan]:
    """The gaps of a pathway opened by OPENER."""
    return find_gaps(
        opened_on=opened_on,
        closed_on=closed_on,
        covers=found,
        tolerance_days=tolerance,
        opened_by=OPENER,
    )


def uncovered(found: list[Cover], opened_on: date, until: date) -> set[date]:
    """By definition: the days from the opening that no step covers, before `until`."""
    every = (opened_on + timedelta(days=number) for number in range((until - opened_on).days))
    return {
        day
        for day in every
        if not any(
            cover.starts_on <= day and (cover.ends_on is None or day <= cover.ends_on)
            for cover in found
        )
    }


def test_the_worked_case_to_the_day() -> None:
    found = gaps_of(
        [
            Cover(date(2026, 6, 1), date(2026, 11, 30), SCHOOL),
            Cover(date(2026, 2, 10), date(2026, 3, 20), INITIATION),
        ],
        opened_on=date(2026, 2, 1),
        closed_on=None,
    )
    assert found == [
        GapSpan(date(2026, 2, 1), date(2026, 2, 9), None, OPENER),
        GapSpan(date(2026, 3, 21), date(2026, 5, 31), date(2026, 4, 5), INITIATION),
        GapSpan(date(2026, 12, 1), None, date(2026, 12, 16), SCHOOL),
    ]
    assert [gap.days for gap in found] == [9, 72, None]


def test_days_are_counted_inclusively() -> None:
    gap = GapSpan(date(2026, 3, 11), date(2026, 3, 20), None, OPENER)
    assert gap.days == 10


@pytest.mark.parametrize(("days_open", "breaks"), [(15, False), (16, True)])
def test_a_gap_breaks_only_beyond_the_tolerance(days_open: int, breaks: bool) -> None:
    step = Cover(START + timedelta(days=days_open), None, SCHOOL)
    (gap,) = gaps_of([step], opened_on=START, closed_on=None)
    assert gap.days == days_open
    assert gap.breaks_on == (START + timedelta(days=15) if breaks else None)


def test_a_closed_pathway_counts_up_to_the_day_before() -> None:
    (gap,) = gaps_of([], opened_on=START, closed_on=START + timedelta(days=4))
    assert (gap.ends_on, gap.days) == (START + timedelta(days=3), 4)
    assert gaps_of([], opened_on=START, closed_on=START) == []


def test_a_gap_belongs_to_the_step_that_ended_last() -> None:
    long = Cover(START, START + timedelta(days=60), SCHOOL)
    short = Cover(START + timedelta(days=5), START + timedelta(days=9), INITIATION)
    (gap,) = gaps_of([long, short], opened_on=START, closed_on=None)
    assert gap.owner_id == SCHOOL


def test_follow_up_does_not_cover() -> None:
    assert [kind for kind in StepKind if not kind.covers] == [StepKind.FOLLOW_UP]


@given(covers, days, st.none() | st.integers(0, 300))
def test_gaps_are_exactly_the_uncovered_days(
    found: list[Cover], opened_on: date, length: int | None
) -> None:
    closed_on = None if length is None else opened_on + timedelta(days=length)
    horizon = closed_on or START + timedelta(days=900)
    gaps = gaps_of(found, opened_on=opened_on, closed_on=closed_on)
    inside = {
        gap.starts_on + timedelta(days=number)
        for gap in gaps
        for number in range(((gap.ends_on or horizon - timedelta(days=1)) - gap.starts_on).days + 1)
    }
    assert inside == uncovered(found, opened_on, horizon)
    ends = [gap.ends_on for gap in gaps[:-1]]
    assert None not in ends  # only the last one may be open
    for earlier, later in itertools.pairwise(gaps):
        assert earlier.ends_on is not None
        assert later.starts_on > earlier.ends_on + timedelta(days=1)  # maximal runs


@given(covers, days, st.randoms(use_true_random=False))
def test_the_order_of_steps_changes_nothing(
    found: list[Cover], opened_on: date, chance: object
) -> None:
    shuffled = list(found)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert gaps_of(found, opened_on=opened_on, closed_on=None) == gaps_of(
        shuffled, opened_on=opened_on, closed_on=None
    )


@given(covers, covers, days)
def test_one_more_step_never_uncovers_a_day(
    found: list[Cover], more: list[Cover], opened_on: date
) -> None:
    horizon = START + timedelta(days=900)
    assert uncovered(found + more, opened_on, horizon) <= uncovered(found, opened_on, horizon)
    longer = gaps_of(found + more, opened_on=opened_on, closed_on=horizon)
    shorter = gaps_of(found, opened_on=opened_on, closed_on=horizon)
    assert sum(gap.days or 0 for gap in longer) <= sum(gap.days or 0 for gap in shorter)


@given(covers, days, st.integers(0, 60))
def test_breaks_follow_the_tolerance(found: list[Cover], opened_on: date, tolerance: int) -> None:
    for gap in gaps_of(found, opened_on=opened_on, closed_on=None, tolerance=tolerance):
        is_long = gap.days is None or gap.days > tolerance
        assert gap.breaks_on == (gap.starts_on + timedelta(days=tolerance) if is_long else None)


@pytest.mark.parametrize(
    ("kind", "dates", "field"),
    [
        (StepKind.JOB_SEARCH, StepDates(START), "planned_end_on"),
        (StepKind.TRAINING, StepDates(START, START - timedelta(days=1)), "planned_end_on"),
        (StepKind.TRAINING, StepDates(START, started_on=date(2027, 1, 1)), "started_on"),
        (StepKind.TRAINING, StepDates(START, ended_on=START - timedelta(days=1)), "ended_on"),
        (StepKind.TRAINING, StepDates(START, ended_on=date(2027, 1, 1)), "ended_on"),
    ],
)
def test_impossible_dates_are_refused_at_their_field(
    kind: StepKind, dates: StepDates, field: str
) -> None:
    with pytest.raises(RuleBroken) as refusal:
        check_step(kind, dates, opened_on=START, today=date(2026, 11, 23))
    assert field in refusal.value.errors


def test_a_start_waits_seven_days_before_it_is_to_confirm() -> None:
    dates = StepDates(START)
    assert not is_unconfirmed(dates, today=START + timedelta(days=7))
    assert is_unconfirmed(dates, today=START + timedelta(days=8))
    assert not is_unconfirmed(StepDates(START, started_on=START), today=date(2026, 11, 23))
