"""Half-days, their addresses, and days counted as people work them."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcours.domain.calendar import (
    Half,
    HalfDay,
    days_between,
    half_days,
    is_working_day,
    nth_working_day_after,
)

ARMISTICE = date(2026, 11, 11)
EASTER_MONDAY = date(2026, 4, 6)
GOOD_FRIDAY = date(2026, 4, 3)
WEEKDAYS = frozenset((day, half) for day in range(5) for half in Half)
days = st.dates(date(2015, 1, 1), date(2040, 12, 31))
slots = st.builds(HalfDay, days, st.sampled_from(Half))


@given(slots)
def test_an_address_reads_back(slot: HalfDay) -> None:
    assert HalfDay.parse(slot.slug) == slot


@given(slots, slots)
def test_half_days_sort_as_the_days_go_and_so_do_their_addresses(a: HalfDay, b: HalfDay) -> None:
    assert (a < b) == ((a.on, a.half is Half.PM) < (b.on, b.half is Half.PM)) == (a.slug < b.slug)


@pytest.mark.parametrize(
    "text",
    [
        "", "-", "am", "2026-04-07", "2026-04-07-", "2026-04-07-AM", "2026-04-07-soir",
        "2026-02-30-am", "20260407-am", "2026-W15-2-am", "2026-4-7-am", " 2026-04-07-am",
        "2026-04-07-am ", "٢٠٢٦-٠٤-٠٧-am", "2026-04-07T00-am", "2026-04-07-am-pm",
    ],
)  # fmt: skip
def test_nothing_else_is_an_address(text: str) -> None:
    assert HalfDay.parse(text) is None


@given(st.text())
def test_any_text_is_an_address_or_none(text: str) -> None:
    found = HalfDay.parse(text)
    assert found is None or found.slug == text


def test_a_week_with_a_holiday_and_no_friday_afternoon() -> None:
    pattern = WEEKDAYS - {(4, Half.PM)}
    week = half_days(date(2026, 11, 9), date(2026, 11, 15), pattern, {ARMISTICE})
    assert [slot.slug for slot in week] == [
        "2026-11-09-am", "2026-11-09-pm", "2026-11-10-am", "2026-11-10-pm",
        "2026-11-12-am", "2026-11-12-pm", "2026-11-13-am",
    ]  # fmt: skip


@given(days, st.integers(0, 400), st.sets(st.sampled_from(sorted(WEEKDAYS))), st.sets(days))
def test_a_calendar_holds_each_wanted_half_day_once_in_order(
    start: date, length: int, pattern: set[tuple[int, Half]], off: set[date]
) -> None:
    end = start + timedelta(days=length)
    found = half_days(start, end, pattern, off)
    assert found == sorted(set(found))
    assert set(found) == {
        HalfDay(day, half)
        for day in days_between(start, end)
        for half in Half
        if (day.weekday(), half) in pattern and day not in off
    }


def test_dates_the_wrong_way_round_hold_nothing() -> None:
    assert half_days(date(2026, 4, 8), date(2026, 4, 7), WEEKDAYS, ()) == []
    assert list(days_between(date(2026, 4, 8), date(2026, 4, 7))) == []


def test_one_day_is_both_ends() -> None:
    assert list(days_between(ARMISTICE, ARMISTICE)) == [ARMISTICE]


@pytest.mark.parametrize(
    ("sent", "count", "off", "due"),
    [
        # Oracles of the continuity rules (§6): the armistice, Easter, and Alsace-Moselle.
        (date(2026, 11, 6), 5, {ARMISTICE}, date(2026, 11, 16)),
        (date(2026, 11, 6), 10, {ARMISTICE}, date(2026, 11, 23)),
        (date(2026, 11, 2), 5, {ARMISTICE}, date(2026, 11, 9)),
        (date(2026, 11, 16), 5, {ARMISTICE}, date(2026, 11, 23)),
        (date(2026, 11, 18), 5, {ARMISTICE}, date(2026, 11, 25)),
        (date(2026, 4, 2), 1, {EASTER_MONDAY}, date(2026, 4, 3)),
        (date(2026, 4, 2), 1, {EASTER_MONDAY, GOOD_FRIDAY}, date(2026, 4, 7)),
        # From a day off, counting starts on the next working day.
        (date(2026, 11, 7), 1, {ARMISTICE}, date(2026, 11, 9)),
        (ARMISTICE, 1, {ARMISTICE}, date(2026, 11, 12)),
        (ARMISTICE, 0, {ARMISTICE}, ARMISTICE),
    ],
)
def test_nth_working_day_after(sent: date, count: int, off: set[date], due: date) -> None:
    assert nth_working_day_after(sent, count, off) == due


@given(days, st.integers(1, 60), st.sets(days, max_size=20))
def test_the_nth_working_day_has_n_working_days_behind_it(
    day: date, count: int, off: set[date]
) -> None:
    due = nth_working_day_after(day, count, off)
    passed = days_between(day + timedelta(days=1), due)
    assert is_working_day(due, off)
    assert sum(is_working_day(each, off) for each in passed) == count


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 11, 13), True),
        (date(2026, 11, 14), False),
        (date(2026, 11, 15), False),
        (ARMISTICE, False),
    ],
)
def test_is_working_day(day: date, works: bool) -> None:
    assert is_working_day(day, {ARMISTICE}) is works
