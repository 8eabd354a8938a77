"""The fairness monitor: rates by group, questions, masks; decisions beside the order shown."""

from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import parcours
from parcours.domain.fairness import (
    FEWEST_IN_GROUP,
    Decided,
    Dimension,
    Milestone,
    Person,
    Rate,
    count,
    groups_of,
    overrides,
    rates,
)
from parcours.domain.match_acts import Choice
from parcours.domain.matching_filters import Status
from parcours.domain.words import DistrictStatus, Gender

AS_OF = date(2026, 11, 23)
FEMALE, MALE = Gender.WOMAN.value, Gender.MAN.value


def people(
    gender: str, number: int, proposed: int, hired: int = 0, age: str = "26_44"
) -> list[Person]:
    """Some people of a gender, of whom some were proposed and some hired."""
    groups = {Dimension.GENDER: gender, Dimension.AGE: age, Dimension.DISTRICT: "unsaid"}
    found = []
    for place in range(number):
        milestones = {Milestone.PROPOSED} if place < proposed else set()
        milestones |= {Milestone.HIRED} if place < hired else set()
        found.append(Person(groups, frozenset(milestones)))
    return found


def of(people: list[Person], milestone: Milestone = Milestone.PROPOSED) -> dict[str, Rate]:
    """The rates by gender."""
    return {row.group: row for row in rates(count(people), Dimension.GENDER, milestone)}


def test_under_four_fifths_is_a_question() -> None:
    found = of(people(FEMALE, 50, 20) + people(MALE, 50, 25))
    assert found == {
        FEMALE: Rate(FEMALE, 50, Fraction(2, 5), False),
        MALE: Rate(MALE, 50, Fraction(1, 2), False),
    }
    found = of(people(FEMALE, 50, 19) + people(MALE, 50, 25))
    # The question is asked of the exact shares; the page tells them to the nearest twentieth.
    assert found[FEMALE] == Rate(FEMALE, 50, Fraction(2, 5), True)


@pytest.mark.parametrize(
    ("number", "proposed", "about", "share"),
    [
        (19, 10, None, None),
        (20, 10, 20, Fraction(1, 2)),
        (24, 5, 20, Fraction(1, 5)),
        (25, 5, 30, Fraction(1, 5)),
        (40, 4, 40, None),
        (40, 0, 40, Fraction(0)),
        (40, 36, 40, None),
        (40, 40, 40, Fraction(1)),
    ],
)
def test_what_could_tell_of_somebody_is_not_said(
    number: int, proposed: int, about: int | None, share: Fraction | None
) -> None:
    row = of(people(FEMALE, number, proposed))[FEMALE]
    assert (row.about, row.share) == (about, share)


def test_one_person_more_changes_no_figure() -> None:
    before = people(FEMALE, 41, 20, 10) + people(MALE, 42, 20, 10)
    after = [*before, *people(FEMALE, 1, 1, 1), *people("unsaid", 2, 1)]
    for milestone in Milestone:
        now = of(after, milestone)
        assert {group: now[group] for group in (FEMALE, MALE)} == of(before, milestone)
        assert now["unsaid"] == Rate("unsaid", None, None, False)


def test_nobody_at_all_is_no_division() -> None:
    assert of([]) == {}


@given(st.integers(0, 60), st.integers(0, 60), st.integers(0, 60))
def test_no_share_is_said_of_a_few(number: int, proposed: int, others: int) -> None:
    proposed = min(number, proposed)
    met = people(FEMALE, number, proposed) + people(MALE, others, others // 2)
    assert of(met) == of(list(reversed(met)))
    row = of(met).get(FEMALE)
    if row is not None and row.share is not None:
        assert number >= FEWEST_IN_GROUP
        assert all(part == 0 or part >= 5 for part in (proposed, number - proposed))


@pytest.mark.parametrize(
    ("born_on", "band"),
    [
        (date(2000, 11, 24), "under_26"),
        (date(2000, 11, 23), "26_44"),
        (date(1981, 11, 24), "26_44"),
        (date(1981, 11, 23), "45_on"),
    ],
)
def test_the_groups_of_somebody(born_on: date, band: str) -> None:
    found = groups_of(None, born_on, DistrictStatus.TO_CHECK, as_of=AS_OF)
    assert found == {
        Dimension.GENDER: "unsaid", Dimension.AGE: band, Dimension.DISTRICT: "to_check",
    }  # fmt: skip


def decided(choice: Choice, *, first: bool, motive: bool = True) -> Decided:
    return Decided(choice, first, Status.OK, motive)


def test_decisions_beside_the_order() -> None:
    told = [
        decided(Choice.PROPOSE, first=True),
        decided(Choice.PROPOSE, first=False, motive=False),
        decided(Choice.NOT, first=True),
        decided(Choice.NOT, first=False),
        decided(Choice.LATER, first=True),
    ]
    found = overrides(told)
    assert (found.decisions, found.followed, found.later) == (4, 1, 1)
    assert (found.others_proposed, found.first_set_aside, found.differing) == (1, 1, 2)
    assert found.with_motive == 1


@pytest.mark.parametrize(
    ("number", "other", "is_told"), [(30, 0, True), (29, 0, False), (30, 1, False)]
)
def test_always_following_over_thirty_decisions_is_told(
    number: int, other: int, is_told: bool
) -> None:
    told = [decided(Choice.PROPOSE, first=True)] * number
    told += [decided(Choice.PROPOSE, first=False)] * other
    assert overrides(told).is_always_followed is is_told


def test_the_score_reads_none_of_it() -> None:
    root = Path(parcours.__file__).parent
    readers = [*root.glob("domain/matching*.py"), *root.glob("actions/match*.py"),
               root / "domain/prospects.py", root / "domain/allocation.py"]  # fmt: skip
    assert len(readers) > 10
    for file in readers:
        assert "fairness" not in file.read_text(encoding="utf-8").lower(), file
