"""Relays to the day: deadlines in working days, states, reasons."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcours.actions.working_days import public_holidays
from parcours.domain.calendar import is_working_day
from parcours.domain.errors import RuleBroken
from parcours.domain.relays import (
    Answer,
    Deadlines,
    DeclineReason,
    Delays,
    RelayState,
    check_decline,
    overlap,
    state,
)

OFF = public_holidays(date(2026, 1, 1), date(2027, 12, 31))
SENT = date(2026, 11, 6)
DEADLINES = Deadlines.after(SENT, Delays(), OFF)
NEAR = st.dates(date(2026, 1, 1), date(2026, 12, 31))


def test_deadlines_leave_weekends_and_the_armistice_out() -> None:
    """Source: matching notes §5, a relay sent on Friday 6 November 2026."""
    assert Deadlines(date(2026, 11, 16), date(2026, 11, 23), date(2026, 12, 7)) == DEADLINES


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 11, 16), RelayState.PENDING),
        (date(2026, 11, 17), RelayState.LATE),
        (date(2026, 12, 7), RelayState.LATE),
        (date(2026, 12, 8), RelayState.EXPIRED),
    ],
)
def test_silence_is_late_the_day_after_it_was_due(day: date, expected: RelayState) -> None:
    assert state(None, DEADLINES, day) is expected


@pytest.mark.parametrize("answer", list(Answer))
def test_an_answer_outlives_every_deadline(answer: Answer) -> None:
    assert state(answer, DEADLINES, date(2030, 1, 1)) == answer.value


@given(NEAR, st.integers(0, 60))
def test_silent_exactly_until_it_was_due(sent: date, days: int) -> None:
    deadlines = Deadlines.after(sent, Delays(), OFF)
    today = sent + timedelta(days=days)
    assert (state(None, deadlines, today) is RelayState.PENDING) == (today <= deadlines.due_on)


@given(NEAR, st.integers(1, 40))
def test_a_deadline_is_a_working_day_with_as_many_after_sending(sent: date, count: int) -> None:
    due = Deadlines.after(sent, Delays(count, count + 1, count + 2), OFF).due_on
    days = [sent + timedelta(days=n) for n in range(1, (due - sent).days + 1)]
    assert sum(is_working_day(day, OFF) for day in days) == count
    assert is_working_day(due, OFF)


@pytest.mark.parametrize(
    ("delays", "field"),
    [
        (Delays(0, 10, 20), "reminder"),
        (Delays(5, 5, 20), "escalation"),
        (Delays(5, 10, 10), "expiry"),
        (Delays(5, 10, 121), "expiry"),
    ],
)
def test_delays_are_in_order(delays: Delays, field: str) -> None:
    with pytest.raises(RuleBroken) as refusal:
        delays.check()
    assert list(refusal.value.errors) == [field]


def test_the_usual_delays_are_fine() -> None:
    Delays().check()


def test_a_refusal_says_why() -> None:
    check_decline(DeclineReason.NO_PLACE, None)
    check_decline(DeclineReason.OTHER, "Travaux")
    for reason, words in ((None, "Non"), (DeclineReason.OTHER, None)):
        with pytest.raises(RuleBroken):
            check_decline(reason, words)


@given(NEAR, NEAR, NEAR, NEAR)
def test_periods_overlap_when_a_day_is_in_both(a: date, b: date, c: date, d: date) -> None:
    one, other = sorted((a, b)), sorted((c, d))
    days = {one[0] + timedelta(n) for n in range((one[1] - one[0]).days + 1)}
    others = {other[0] + timedelta(n) for n in range((other[1] - other[0]).days + 1)}
    assert overlap(one[0], one[1], other[0], other[1]) == bool(days & others)
    assert overlap(one[0], None, other[0], other[1]) == (one[0] <= other[1])
