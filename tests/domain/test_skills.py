"""Skills: the four levels, the last word, and progress on what was seen twice."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcours.domain.errors import RuleBroken
from parcours.domain.skills import (
    Evidence,
    EvidenceSource,
    Moment,
    Progress,
    check_evidence,
    four_levels,
    latest,
    positioning,
    progress,
)

TODAY = date(2026, 11, 23)
BORN = date(1990, 3, 12)


@pytest.mark.parametrize(
    ("scale", "levels"), [(4, [0, 1, 2, 3, 4]), (8, [0, 1, 1, 2, 2, 3, 3, 4, 4])]
)
def test_levels_of_a_scale_on_four(scale: int, levels: list[int]) -> None:
    assert [four_levels(level, scale) for level in range(scale + 1)] == levels
    for outside in (-1, scale + 1):
        with pytest.raises(RuleBroken, match=f"de 0 à {scale}"):
            four_levels(outside, scale)


@pytest.mark.parametrize(
    ("level", "on", "until", "field"),
    [
        (5, TODAY, None, "level"),
        (-1, TODAY, None, "level"),
        (2, TODAY + timedelta(days=1), None, "assessed_on"),
        (2, date(1990, 3, 11), None, "assessed_on"),
        (2, TODAY, TODAY - timedelta(days=1), "valid_until"),
    ],
)
def test_what_cannot_be_said(level: int, on: date, until: date | None, field: str) -> None:
    with pytest.raises(RuleBroken) as refusal:
        check_evidence(level, on, until, BORN, today=TODAY)
    assert set(refusal.value.errors) == {field}


def test_what_can() -> None:
    check_evidence(0, TODAY, TODAY, BORN, today=TODAY)
    check_evidence(4, BORN, None, BORN, today=TODAY)


def said(skill: int, level: int, day: int, rank: int = 0, moment: Moment | None = None) -> Evidence:
    """A level of a day of November."""
    return Evidence(skill, level, date(2026, 11, day), rank, EvidenceSource.OBSERVED, moment)


def test_the_last_word_is_the_latest_day_then_what_was_said_last() -> None:
    told = [said(1, 3, 4, 1), said(1, 1, 9, 2), said(1, 2, 9, 3), said(2, 4, 1, 4)]
    assert {skill: item.level for skill, item in latest(told).items()} == {1: 2, 2: 4}


def test_progress_on_common_skills_alone() -> None:
    """By hand: 1 → 3 and 2 → 2 gain one level on average; what was seen once counts for nothing."""
    entry, leaving = Moment.ENTRY, Moment.EXIT
    told = [
        said(1, 1, 1, 1, entry), said(2, 2, 1, 2, entry), said(3, 4, 1, 3, entry),
        # A second positioning at entry does not rewrite the first; the last one at exit counts.
        said(1, 4, 3, 4, entry), said(1, 2, 20, 5, leaving), said(1, 3, 21, 6, leaving),
        said(2, 2, 20, 7, leaving), said(4, 4, 20, 8, leaving), said(2, 4, 22, 9),
    ]  # fmt: skip
    first, last = positioning(told, entry), positioning(told, leaving)
    assert first == {1: 1, 2: 2, 3: 4}
    assert last == {1: 3, 2: 2, 4: 4}
    found = progress(first, last)
    assert found == Progress(Fraction(3, 2), Fraction(5, 2), 2)
    assert found.change == 1


def test_nothing_in_common_is_unknown_not_zero() -> None:
    assert progress({1: 2}, {2: 4}) is None
    assert progress({}, {}) is None


levels = st.dictionaries(st.integers(1, 5), st.integers(0, 4))


@given(levels, levels, st.integers(6, 9), st.integers(0, 4))
def test_a_skill_seen_once_changes_nothing(
    first: dict[int, int], last: dict[int, int], other: int, level: int
) -> None:
    found = progress(first, last)
    assert progress(first | {other: level}, last) == found
    assert progress(first, last | {other: level}) == found
    if found:
        assert -4 <= found.change <= 4
        assert found.common == len(first.keys() & last.keys())


@given(st.permutations([said(1, 1, 4, 1), said(1, 2, 4, 2), said(1, 3, 5, 3), said(2, 1, 6, 4)]))
def test_the_order_of_reading_changes_nothing(told: list[Evidence]) -> None:
    assert {skill: item.level for skill, item in latest(told).items()} == {1: 3, 2: 1}
