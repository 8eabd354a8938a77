"""Survey rounds: an employer heard twice in a month was heard once."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcours.domain.survey import BETWEEN_ROUNDS, survey_rounds, times_heard

FIRST = date(2026, 1, 1)
DAYS = st.lists(st.integers(0, 400).map(lambda days: FIRST + timedelta(days=days)), max_size=12)


@pytest.mark.parametrize(
    ("after", "expected"),
    [([], 0), ([0], 1), ([0, 29], 1), ([0, 30], 2), ([0, 20, 40], 2), ([0, 29, 58], 2)],
)
def test_times_heard(after: list[int], expected: int) -> None:
    assert times_heard([FIRST + timedelta(days=days) for days in after]) == expected


@given(DAYS)
def test_the_count_is_the_most_days_that_stand_apart(days: list[date]) -> None:
    assert times_heard(days) == times_heard([*days, *days])
    assert times_heard(reversed(days)) == times_heard(days)
    best: dict[date, int] = {}
    for day in sorted(set(days)):
        before = [best[other] for other in best if day - other >= BETWEEN_ROUNDS]
        best[day] = 1 + max(before, default=0)
    assert times_heard(days) == max(best.values(), default=0)


def test_a_round_takes_five_employers() -> None:
    twice = [FIRST, FIRST + BETWEEN_ROUNDS]
    assert survey_rounds({}) == 0
    assert survey_rounds({str(number): twice for number in range(4)}) == 0
    assert survey_rounds({str(number): twice for number in range(5)}) == 2
    assert survey_rounds({str(n): twice if n else [FIRST] for n in range(5)}) == 1
