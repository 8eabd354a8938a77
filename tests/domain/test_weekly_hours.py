"""Hours of a week: sums of facts, what was agreed, and a state that never guesses."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcours.domain.errors import RuleBroken
from parcours.domain.weekly_hours import (
    Agreed,
    HourFact,
    Source,
    Span,
    Week,
    WeekState,
    check_agreed,
    in_company,
    judge,
    last_full_monday,
    monday_of,
    target_of,
    weeks,
)

TODAY = date(2026, 11, 26)  # a Thursday
MONDAY = date(2026, 11, 16)
RSA = Agreed(900, date(2025, 1, 1))
OPEN = [Span(date(2026, 9, 1))]
ATTENDANCE, ACTS, _ = Source


def only(*facts: HourFact, monday: date = MONDAY, **about: object) -> Week:
    values = {"default": RSA, "spans": OPEN, "today": TODAY} | about
    return weeks(facts, [monday], **values)[0]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("done", "excused", "unrecorded", "state"),
    [
        (900, 0, 0, WeekState.MET),
        (1500, 0, 600, WeekState.MET),
        (480, 420, 0, WeekState.MET_EXCUSED),
        (690, 0, 210, WeekState.TO_COMPLETE),
        (0, 0, 900, WeekState.TO_COMPLETE),
        (480, 210, 210, WeekState.TO_COMPLETE),
        (899, 0, 0, WeekState.BELOW),
        (0, 0, 0, WeekState.BELOW),
        (400, 200, 200, WeekState.BELOW),
    ],
)
def test_how_a_week_stands(done: int, excused: int, unrecorded: int, state: WeekState) -> None:
    assert judge(done, excused, unrecorded, 900) is state
    facts = (HourFact(MONDAY, ATTENDANCE, done=done), HourFact(MONDAY, ATTENDANCE, excused=excused),
             HourFact(MONDAY, ATTENDANCE, unrecorded=unrecorded))  # fmt: skip
    assert only(*facts).state is state


def test_a_week_that_is_not_judged() -> None:
    assert only(monday=monday_of(TODAY)).state is WeekState.RUNNING
    assert only(default=None).state is WeekState.NOT_EXPECTED
    assert only(spans=[Span(MONDAY + timedelta(days=1))]).state is WeekState.PARTIAL
    assert only(spans=[Span(date(2026, 9, 1), date(2026, 11, 21))]).state is WeekState.PARTIAL
    assert only(spans=[Span(date(2026, 9, 1), date(2026, 11, 22))]).state is WeekState.BELOW
    # On Monday the week before is over; on Sunday its own is not.
    assert last_full_monday(date(2026, 11, 23)) == MONDAY
    assert last_full_monday(date(2026, 11, 22)) == MONDAY - timedelta(days=7)


@pytest.mark.parametrize(
    ("agreed", "missed", "planned", "told", "parts"),
    [
        # No sheet that day: the hours agreed, less those missed.
        (420, 0, 0, 0, (420, 0)),
        (420, 120, 0, 0, (300, 120)),
        (420, 600, 0, 0, (0, 420)),
        # « En entreprise » all day on the sheet: it alone counts, whatever it says.
        (420, 0, 420, 0, (0, 0)),
        (420, 210, 420, 210, (0, 0)),
        (420, 420, 420, 0, (0, 0)),
        # A morning on the sheet: the immersion holds the rest of the day.
        (420, 0, 210, 0, (210, 0)),
        (420, 120, 210, 0, (90, 120)),
        # Missed in the morning, and noted beside the immersion too: taken off once.
        (420, 210, 210, 210, (210, 0)),
        (420, 300, 210, 210, (120, 90)),
        # A longer day than the sheet’s, a shorter one, a half-time.
        (480, 0, 420, 0, (60, 0)),
        (360, 0, 420, 0, (0, 0)),
        (210, 0, 210, 210, (0, 0)),
    ],
)
def test_a_day_in_a_company(
    agreed: int, missed: int, planned: int, told: int, parts: tuple[int, int]
) -> None:
    assert in_company(agreed, missed, planned, told, above_zero=_above_zero) == parts


def _above_zero(minutes: int) -> int:
    return max(minutes, 0)


@given(st.integers(0, 600), st.integers(0, 600), st.integers(0, 600), st.integers(0, 600))
def test_a_day_counts_the_longer_of_two_never_their_sum(
    agreed: int, missed: int, planned: int, told: int
) -> None:
    told = min(told, planned)
    done, absent = in_company(agreed, missed, planned, told, above_zero=_above_zero)
    assert done >= 0 <= absent
    assert planned + done + absent == max(agreed, planned)
    assert absent <= max(missed - told, 0)


@pytest.mark.parametrize(
    ("adapted", "target"),
    [
        ([], 900),
        ([Agreed(480, date(2026, 10, 1))], 480),
        ([Agreed(480, date(2026, 10, 1), date(2026, 11, 15))], 900),
        ([Agreed(480, date(2026, 11, 22))], 480),
        # A change in the middle of a week never counts against the person.
        (
            [Agreed(480, date(2026, 10, 1), date(2026, 11, 17)), Agreed(1200, date(2026, 11, 18))],
            480,
        ),
        ([Agreed(0, date(2026, 10, 1))], 0),
    ],
)
def test_what_is_expected(adapted: list[Agreed], target: int) -> None:
    assert target_of(MONDAY, adapted, RSA) == target
    assert target_of(date(2024, 12, 9), [], RSA) is None


def test_what_cannot_be_agreed() -> None:
    known = [Agreed(480, date(2026, 9, 1), date(2026, 10, 31))]
    for asked, field in (
        (Agreed(2401, date(2026, 11, 2), None, "GARDE"), "hours"),
        (Agreed(480, date(2026, 11, 2), None, "ARTHROSE"), "motive"),
        (Agreed(480, date(2026, 11, 2), date(2026, 11, 1), "GARDE"), "ends_on"),
        (Agreed(480, date(2026, 10, 31), None, "GARDE"), "starts_on"),
        (Agreed(480, date(2026, 8, 1), date(2026, 9, 1), "GARDE"), "starts_on"),
    ):
        with pytest.raises(RuleBroken) as refusal:
            check_agreed(asked, known, motives=["GARDE"])
        assert set(refusal.value.errors) == {field}
    check_agreed(Agreed(480, date(2026, 11, 1), None, "GARDE"), known, motives=["GARDE"])


facts = st.lists(
    st.builds(
        HourFact,
        st.dates(date(2026, 8, 1), date(2026, 12, 31)),
        st.sampled_from(Source),
        st.integers(0, 420),
        st.integers(0, 420),
        st.integers(0, 420),
    )
)


@given(facts)
def test_weeks_add_up_to_the_facts(found: list[HourFact]) -> None:
    """Every minute of a fact is in its week, once, under its source; nothing else is."""
    mondays = [date(2026, 7, 27) + timedelta(weeks=number) for number in range(23)]
    shown = weeks(found, mondays, default=RSA, spans=OPEN, today=TODAY)
    for source in Source:
        done = sum(fact.done for fact in found if fact.source is source)
        assert sum(week.done[source] for week in shown) == done
    assert sum(week.excused for week in shown) == sum(fact.excused for fact in found)
    assert sum(week.unrecorded for week in shown) == sum(fact.unrecorded for fact in found)
    for week in shown:
        own = [fact for fact in found if fact.on.isocalendar()[:2] == week.monday.isocalendar()[:2]]
        assert week.total == sum(fact.done for fact in own)


@given(st.integers(0, 2000), st.integers(0, 2000), st.integers(0, 2000), st.integers(0, 2400))
def test_knowing_more_never_lowers_a_week(
    done: int, excused: int, unrecorded: int, target: int
) -> None:
    order = [WeekState.BELOW, WeekState.TO_COMPLETE, WeekState.MET_EXCUSED, WeekState.MET]
    before = order.index(judge(done, excused, unrecorded, target))
    assert order.index(judge(done + 60, excused, unrecorded, target)) >= before
    assert order.index(judge(done, excused + 60, unrecorded, target)) >= before
    # A half-day taken moves what was unknown to done, or to nothing.
    assert judge(done + unrecorded, excused, 0, target) is not WeekState.TO_COMPLETE
