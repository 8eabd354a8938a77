"""Equipment: where an item is, when a loan is late, what cannot be noted."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcours.domain.equipment import (
    Handover,
    Nature,
    Where,
    check_back,
    check_due,
    check_handover,
)
from parcours.domain.errors import RuleBroken

TODAY = date(2026, 11, 23)
LOAN, GIFT = Nature
DUE = date(2026, 11, 20)
HANDED = date(2026, 9, 1)


@pytest.mark.parametrize(
    ("handover", "where", "late"),
    [
        (Handover(LOAN, HANDED, TODAY), Where.LENT, 0),
        (Handover(LOAN, HANDED, TODAY - timedelta(days=1)), Where.LATE, 1),
        (Handover(LOAN, HANDED, DUE), Where.LATE, 3),
        (Handover(LOAN, HANDED, DUE, returned_on=TODAY), Where.AVAILABLE, 0),
        (Handover(LOAN, HANDED, DUE, lost_on=DUE), Where.LOST, 0),
        (Handover(GIFT, HANDED), Where.GIVEN, 0),
        (Handover(GIFT, HANDED, returned_on=TODAY), Where.AVAILABLE, 0),
    ],
)
def test_where_it_is(handover: Handover, where: Where, late: int) -> None:
    assert (handover.where(TODAY), handover.days_late(TODAY)) == (where, late)


@pytest.mark.parametrize(
    ("handover", "field"),
    [
        (Handover(LOAN, HANDED), "due_on"),
        (Handover(LOAN, HANDED, HANDED - timedelta(days=1)), "due_on"),
        (Handover(LOAN, HANDED, date(2036, 1, 1)), "due_on"),
        (Handover(GIFT, HANDED, DUE), "due_on"),
        (Handover(GIFT, TODAY + timedelta(days=1)), "handed_on"),
    ],
)
def test_what_cannot_be_handed_over(handover: Handover, field: str) -> None:
    with pytest.raises(RuleBroken) as refusal:
        check_handover(handover, today=TODAY)
    assert set(refusal.value.errors) == {field}


def test_what_can() -> None:
    check_handover(Handover(LOAN, TODAY, TODAY), today=TODAY)
    check_handover(Handover(GIFT, HANDED), today=TODAY)
    check_due(Handover(LOAN, HANDED, DUE), TODAY, today=TODAY)
    check_back(Handover(LOAN, HANDED, DUE), HANDED, today=TODAY, field="returned_on")


@pytest.mark.parametrize(
    ("handover", "due_on"),
    [
        (Handover(LOAN, HANDED, DUE), TODAY - timedelta(days=1)),
        (Handover(LOAN, HANDED, DUE, returned_on=TODAY), date(2026, 12, 20)),
        (Handover(LOAN, HANDED, DUE, lost_on=TODAY), date(2026, 12, 20)),
        (Handover(GIFT, HANDED), date(2026, 12, 20)),
    ],
)
def test_a_return_put_off(handover: Handover, due_on: date) -> None:
    with pytest.raises(RuleBroken):
        check_due(handover, due_on, today=TODAY)


@given(st.integers(0, 400), st.integers(0, 400))
def test_late_from_the_day_after(length: int, since: int) -> None:
    """Late exactly when the day it was due has passed, by as many days."""
    loan = Handover(LOAN, HANDED, HANDED + timedelta(days=length))
    today = HANDED + timedelta(days=since)
    assert loan.days_late(today) == max(since - length, 0)
    assert (loan.where(today) is Where.LATE) == (since > length)
