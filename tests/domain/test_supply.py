"""Who will be ready beside who is asked for, to the day, and the distribution over posts."""

import itertools
import random
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcours.domain.allocation import (
    Difference,
    Mode,
    Proposal,
    allocate,
    allocate_greedily,
    compare,
    values_of,
)
from parcours.domain.demand import Need
from parcours.domain.matching_filters import Status
from parcours.domain.matching_ranking import Wish
from parcours.domain.needs import Certainty
from parcours.domain.supply import (
    Ending,
    Prospect,
    capable_supply,
    due_on,
    state_on,
    timeline,
)

FIRM, LIKELY = Certainty.FIRM, Certainty.PROBABLE
A = Ending("A", date(2026, 6, 30), 12, leavers=20, finished=15)
B = Ending("B", date(2026, 9, 30), 10, leavers=12, finished=9)
ENDINGS = [A, B]
NEEDS = [
    Need("N1", 3, FIRM, (), "E1", date(2026, 6, 15)),
    Need("N2", 6, FIRM, (), "E2", date(2026, 7, 15)),
    Need("N3", 5, LIKELY, (), "E3", date(2026, 10, 15)),
]


@pytest.mark.parametrize(
    ("flex", "on", "balance"),
    [
        (0, date(2026, 6, 14), 0),
        (0, date(2026, 6, 15), -3),
        (0, date(2026, 6, 29), -3),
        (0, date(2026, 6, 30), 6),
        (0, date(2026, 7, 15), 0),
        (0, date(2026, 9, 30), Fraction(15, 2)),
        (0, date(2026, 10, 31), 5),
        (30, date(2026, 6, 15), 0),
        (30, date(2026, 7, 15), 6),
        (30, date(2026, 8, 14), 0),
        (30, date(2026, 11, 13), Fraction(15, 2)),
        (30, date(2026, 11, 14), 5),
    ],
)
def test_the_balance_of_a_day(flex: int, on: date, balance: Fraction | int) -> None:
    needs = [replace(need, flex_days=flex) for need in NEEDS]
    assert state_on(on, ENDINGS, needs).balance == balance


def test_the_table_has_a_row_for_each_event() -> None:
    rows = timeline(ENDINGS, NEEDS)
    assert [(row.on.isoformat()[5:], row.balance) for row in rows] == [
        ("06-15", -3), ("06-30", 6), ("07-15", 0), ("09-30", Fraction(15, 2)), ("10-15", 5),
    ]  # fmt: skip
    assert [(row.ending, row.due) for row in rows[:2]] == [((), ("N1",)), (("A",), ())]
    assert (rows[-1].supply, rows[-1].at_most) == (Fraction(33, 2), 22)
    assert timeline([], []) == []


def test_a_need_without_a_date_is_never_due() -> None:
    someday = replace(NEEDS[0], start=None)
    assert due_on(someday) is None
    assert timeline([], [someday]) == []
    assert state_on(date(2030, 1, 1), [], [someday]).demand == 0


def test_a_rate_speaks_from_ten_leavers_on() -> None:
    assert B.words == "7 à 10"
    assert A.words == "9 à 12"
    few = replace(B, leavers=9, finished=6)
    assert few.rate is None
    assert (few.words, few.expected) == ("10", 10)
    assert replace(B, leavers=10, finished=10).words == "10"


def test_capable_supply() -> None:
    first, second = date(2026, 6, 30), date(2026, 9, 30)
    ok, check, blocked = Status.OK, Status.CHECK, Status.BLOCKED
    prospects = [
        Prospect("a", "N1", first, 60, ok),
        Prospect("a", "N2", first, 90, check),
        Prospect("b", "N1", first, 59, ok),
        Prospect("c", "N1", first, 95, blocked),
        Prospect("d", "N2", second, 80, ok),
        Prospect("d", "N2", second, 80, ok),
        Prospect("e", "N3", second, None, ok),
    ]
    found = [(one.on, one.learners, one.by_need) for one in capable_supply(prospects)]
    assert found == [(first, 1, {"N1": 1, "N2": 1}), (second, 2, {"N1": 1, "N2": 2})]


@given(st.integers(0, 400))
def test_flexibility_only_delays_demand(days: int) -> None:
    on = date.fromordinal(date(2026, 1, 1).toordinal() + days)
    later = [replace(need, flex_days=30) for need in NEEDS]
    assert state_on(on, ENDINGS, later).balance >= state_on(on, ENDINGS, NEEDS).balance


P1 = {"A": {"N1": 900, "N2": 850}, "B": {"N1": 800, "N2": 100}}
P5 = {"A": {"N1": 950, "N2": 400}, "B": {"N1": 500}}
ONE_EACH = {"N1": 1, "N2": 1}


def test_p1_the_best_total_is_not_the_best_pair_first() -> None:
    found = allocate(P1, ONE_EACH, run="r1")
    greedy = allocate_greedily(P1, ONE_EACH, run="r1")
    assert (found.needs, found.total) == ({"A": "N2", "B": "N1"}, 1650)
    assert (greedy.needs, greedy.total) == ({"A": "N1", "B": "N2"}, 1000)
    assert compare(found, greedy, P1) == [
        Difference("A", "N2", "N1", -5),
        Difference("B", "N1", "N2", 70),
    ]


def test_p2_as_many_people_as_posts() -> None:
    values = {"A": {"N1": 900}, "B": {"N1": 880}}
    assert allocate(values, {"N1": 1}, run="r").needs == {"A": "N1", "B": None}
    assert allocate(values, {"N1": 2}, run="r").needs == {"A": "N1", "B": "N1"}
    assert allocate(values, {"N1": 0}, run="r").needs == {"A": None, "B": None}


def test_p3_nobody_is_forced() -> None:
    found = allocate({"A": {"N1": 900}, "B": {}}, {"N1": 3}, run="r")
    assert found.needs == {"A": "N1", "B": None}


def test_p4_a_tie_falls_by_the_run() -> None:
    people = {f"P{number}": {"N1": 800, "N2": 800} for number in range(6)}
    results = set()
    for run in ("r1", "r2", "r3", "r4"):
        found = allocate(people, ONE_EACH, run=run)
        assert allocate(dict(reversed(people.items())), {"N2": 1, "N1": 1}, run=run) == found
        results.add(tuple(found.needs.items()))
    assert len(results) > 1


def test_p5_two_ways_to_share() -> None:
    total = allocate(P5, ONE_EACH, run="r", mode=Mode.TOTAL)
    places = allocate(P5, ONE_EACH, run="r", mode=Mode.PLACES)
    assert (total.needs, total.total) == ({"A": "N1", "B": None}, 950)
    assert (places.needs, places.total) == ({"A": "N2", "B": "N1"}, 900)


def test_p6_a_distribution_can_be_computed_again() -> None:
    chance = random.Random(6)
    people = {
        f"P{number}": {f"N{n}": chance.choice([500, 600, 700]) for n in range(8)}
        for number in range(20)
    }
    posts = {f"N{n}": 2 for n in range(8)}
    assert allocate(people, posts, run="r9") == allocate(people, posts, run="r9")


def test_p7_nobody_or_nothing() -> None:
    assert allocate({}, {"N1": 1}, run="r").needs == {}
    assert allocate({"A": {}}, {}, run="r") == ({"A": None}, 0)
    assert allocate({"A": {"N1": 900}}, {}, run="r").needs == {"A": None}


def test_what_can_be_proposed() -> None:
    people = [
        Proposal("A", "N1", 40, Status.OK),
        Proposal("A", "N2", 39, Status.OK),
        Proposal("B", "N1", 75, Status.CHECK, Wish.PRIORITY),
        Proposal("B", "N2", 99, Status.BLOCKED),
        Proposal("C", "N1", 80, Status.OK, Wish.REFUSES),
        Proposal("C", "N2", None, Status.OK),
    ]
    assert values_of(people) == {"A": {"N1": 400}, "B": {"N1": 750}, "C": {}}


def exhaustive(values: dict[str, dict[str, int]], posts: dict[str, int]) -> tuple[int, Any]:
    """The best total, and the best (people placed, total), of every distribution there is."""
    seats: list[str | None] = [need for need, count in posts.items() for _ in range(count)]
    seats += [None] * len(values)
    best, most = 0, (0, 0)
    for order in set(itertools.permutations(seats, len(values))):
        pairs = list(zip(values, order, strict=True))
        if any(need is not None and need not in values[who] for who, need in pairs):
            continue
        total = sum(values[who][need] for who, need in pairs if need is not None)
        best = max(best, total)
        most = max(most, (sum(need is not None for _who, need in pairs), total))
    return best, most


any_values = st.dictionaries(
    st.sampled_from("ABCD"),
    st.dictionaries(
        st.sampled_from(["N1", "N2", "N3"]), st.integers(40, 100).map(lambda v: v * 10)
    ),
)
any_posts = st.dictionaries(st.sampled_from(["N1", "N2", "N3"]), st.integers(0, 2))


@given(any_values, any_posts)
def test_nothing_does_better(values: dict[str, dict[str, int]], posts: dict[str, int]) -> None:
    best, most = exhaustive(values, posts)
    assert allocate(values, posts, run="r").total == best
    found = allocate(values, posts, run="r", mode=Mode.PLACES)
    assert (sum(need is not None for need in found.needs.values()), found.total) == most


@given(any_values, any_posts, st.sampled_from(Mode), st.randoms(use_true_random=False))
def test_seats_pairs_and_order(
    values: dict[str, dict[str, int]], posts: dict[str, int], mode: Mode, chance: Any
) -> None:
    """No seat twice, only pairs that can be proposed, and no trace of the order read."""
    for found in (
        allocate(values, posts, run="r", mode=mode),
        allocate_greedily(values, posts, run="r"),
    ):
        taken = [need for need in found.needs.values() if need is not None]
        assert all(taken.count(need) <= posts.get(need, 0) for need in taken)
        assert all(need is None or need in values[who] for who, need in found.needs.items())
        assert set(found.needs) == set(values)
    people, needs = list(values.items()), list(posts.items())
    chance.shuffle(people)
    chance.shuffle(needs)
    assert allocate(dict(people), dict(needs), run="r", mode=mode) == allocate(
        values, posts, run="r", mode=mode
    )


def test_a_whole_cohort_is_quick() -> None:
    """Two hundred people over a hundred needs: an answer on a click, and no seat left empty."""
    chance = random.Random(4)
    people = {
        f"P{number:03}": {f"N{n:02}": chance.randint(40, 100) * 10 for n in range(100)}
        for number in range(200)
    }
    found = allocate(people, {f"N{n:02}": 1 for n in range(100)}, run="r", mode=Mode.PLACES)
    assert sum(need is not None for need in found.needs.values()) == 100
