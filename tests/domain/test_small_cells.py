"""Small cells, and what subtraction could find."""

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from parcours.domain.small_cells import FEWEST, View, hidden, hidden_views

COUNTS = st.lists(st.integers(0, 12), max_size=8)
SIDE = st.lists(st.integers(0, 8), min_size=1, max_size=3)
# A hidden grand total could be anything up to here.
UNKNOWN = 40


def masked(counts: list[int]) -> list[int | None]:
    """The column as it reads."""
    cells = hidden(counts)
    return [None if place in cells.places else count for place, count in enumerate(counts)]


def test_small_counts_are_hidden_with_the_smallest_other_and_its_equals() -> None:
    assert masked([12, 3, 9, 0]) == [12, None, None, 0]
    assert masked([2, 3, 20]) == [None, None, None]
    assert masked([5, 5, 3, 9]) == [None, None, None, 9]
    assert masked([0, 5, 8]) == [0, 5, 8]
    assert masked([]) == []


def test_a_column_of_ones_beside_another_does_not_solve() -> None:
    """Six hidden counts of 25 in all: none has to be 1."""
    assert masked([1, 1, 1, 1, 1, 20, 30]) == [None] * 6 + [30]


def test_the_total_is_hidden_when_it_alone_would_tell() -> None:
    assert hidden([3]).is_total_hidden
    assert hidden([1, 1, 1, 1, 1]).is_total_hidden
    assert not hidden([3, 4]).is_total_hidden
    assert not hidden([1, 9]).is_total_hidden
    assert not hidden([0, 0]).is_total_hidden


@given(COUNTS)
def test_no_small_count_is_shown(counts: list[int]) -> None:
    assert all(count is None or count == 0 or count >= FEWEST for count in masked(counts))


@given(st.lists(st.integers(0, 7), max_size=4))
def test_who_knows_the_rule_and_the_total_finds_no_small_count(counts: list[int]) -> None:
    """Replays the rule on every column that reads the same: a hidden small count keeps two values.

    Zeros are shown, so what is hidden holds one at least.
    """
    cells = hidden(counts)
    if cells.is_total_hidden or not cells.places:
        return
    places = sorted(cells.places)
    left = sum(counts[place] for place in places)
    found: list[set[int]] = [set() for _ in places]
    for values in product(range(1, left + 1), repeat=len(places)):
        other = list(counts)
        for place, value in zip(places, values, strict=True):
            other[place] = value
        if sum(values) == left and hidden(other) == cells:
            for known, value in zip(found, values, strict=True):
                known.add(value)
    for place, known in zip(places, found, strict=True):
        assert counts[place] >= FEWEST or len(known) >= 2


@st.composite
def views(draw: st.DrawFn) -> list[View]:
    """Views whose two columns hold the same people."""
    found = []
    for _ in range(draw(st.integers(1, 3))):
        left = draw(SIDE)
        cut = draw(st.integers(0, sum(left)))
        found.append(View(left, [cut, sum(left) - cut]))
    return found


def test_a_small_count_of_one_table_is_not_found_by_the_other() -> None:
    """2 of the 22 shown in the other table: who waits is hidden in both, then somewhere else."""
    alone = View([2], [2])
    assert hidden_views([alone, View([9, 20], [29])]).views == [
        (frozenset({0}), frozenset({0})),
        (frozenset({0, 1}), frozenset({0})),
    ]
    assert hidden_views([alone]).is_total_hidden
    assert not hidden_views([View([2, 20], [22])]).is_total_hidden
    assert hidden_views([View([2, 20], [22])]).views == [(frozenset({0, 1}), frozenset())]


@given(views())
def test_no_small_count_is_found_from_both_tables_and_their_total(found: list[View]) -> None:
    """Every way to share the total out that agrees with both tables leaves 5 values at least."""
    cells = hidden_views(found)
    total = UNKNOWN if cells.is_total_hidden else sum(sum(view.left) for view in found)
    open_totals = []
    for view, sides in zip(found, cells.views, strict=True):
        least = 0
        exact = None
        for counts, places in zip(view, sides, strict=True):
            seen = sum(count for place, count in enumerate(counts) if place not in places)
            least = max(least, seen + len(places))
            exact = seen if not places else exact
        open_totals.append(range(least, total + 1) if exact is None else range(exact, exact + 1))
    agreed = [
        shares
        for shares in product(*open_totals)
        if sum(shares) == total or (cells.is_total_hidden and sum(shares) <= total)
    ]
    assert agreed
    for number, (view, sides) in enumerate(zip(found, cells.views, strict=True)):
        for counts, places in zip(view, sides, strict=True):
            seen = sum(count for place, count in enumerate(counts) if place not in places)
            small = [counts[place] for place in places if counts[place] < FEWEST]
            values: set[int] = set()
            for shares in agreed:
                most = shares[number] - seen - (len(places) - 1)
                values |= {most} if len(places) == 1 else set(range(1, most + 1))
            assert not small or len(values) >= FEWEST
