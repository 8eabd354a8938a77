"""Nobody singled out: every masked count keeps a range, whatever is subtracted from what."""

from collections.abc import Mapping, Sequence
from itertools import product

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from parcours.domain.disclosure import Thresholds, is_safe, mask, shows_rate
from parcours.domain.disclosure_network import Balance, Cell, Key
from parcours.domain.disclosure_outputs import (
    TOTAL,
    Former,
    Output,
    later,
    masked_output,
    nested,
)

WIDTH, MOST = 5, 12
SMALL = st.integers(0, 8)


def column(*counts: int, least: int = 5, hides_zero: bool = False) -> dict[Key, Cell]:
    """Parts named by their place, and their total."""
    parts: dict[Key, Cell] = {
        place: Cell(count, least, hides_zero) for place, count in enumerate(counts)
    }
    return parts | {TOTAL: Cell(sum(counts), least)}


def masked_of(cells: Mapping[Key, Cell]) -> set[Key]:
    """What is masked of a column."""
    parts = [key for key in cells if key != TOTAL]
    return set(mask(cells, [Balance([TOTAL], parts)]))


def ranges(
    cells: Mapping[Key, Cell], balances: Sequence[Balance], masked: set[Key]
) -> dict[Key, set[int]]:
    """Every value each masked count can take: all integers tried, up to a bound.

    Written apart from the rule: it knows nothing of networks.
    """
    free = [key for key, cell in cells.items() if key in masked or not cell.is_shown]
    found: dict[Key, set[int]] = {key: set() for key in free}
    for values in _solutions(cells, balances, free, {}):
        for key in free:
            found[key].add(values[key])
    return found


def _solutions(
    cells: Mapping[Key, Cell], balances: Sequence[Balance], free: list[Key], known: dict[Key, int]
) -> list[dict[Key, int]]:
    """Assign the free counts one by one, dropping what breaks a balance already full."""
    partial = [dict(known)]
    shown = {key: cell.count for key, cell in cells.items() if key not in free}
    given: set[Key] = set(shown)
    for key in free:
        given.add(key)
        full = [b for b in balances if key in {*b.left, *b.right} and {*b.left, *b.right} <= given]
        most = cells[key].count + WIDTH
        partial = [
            {**values, key: value}
            for values in partial
            for value in range(cells[key].floor, most + 1)
            if all(_holds(b, {**shown, **values, key: value}) for b in full)
        ]
    return partial


def _holds(balance: Balance, values: Mapping[Key, int]) -> bool:
    return sum(values[key] for key in balance.left) == sum(values[key] for key in balance.right)


def assert_unknown(
    cells: Mapping[Key, Cell], balances: Sequence[Balance], masked: set[Key]
) -> None:
    """Each masked count, and each small difference, has a range of the width at least."""
    for key, values in ranges(cells, balances, masked).items():
        if key in masked or cells[key].is_small:
            assert max(values) - min(values) >= WIDTH, (key, sorted(values))


@pytest.mark.parametrize(
    ("counts", "masked"),
    [
        ((12, 3, 9, 0), {1, 2}),
        ((0, 5, 8), set()),
        ((30, 9, 9, 4), {1, 2, 3}),  # equals go together
        ((3,), {0, TOTAL}),
        ((3, 4), {0, 1}),  # 1..6 each
        ((3, 3), {0, 1, TOTAL}),  # 1..5 would span four only
        ((), set()),
    ],
)
def test_the_smallest_other_is_masked_beside(counts: tuple[int, ...], masked: set[Key]) -> None:
    assert masked_of(column(*counts)) == masked


def test_a_true_zero_is_shown_but_of_what_is_sensitive() -> None:
    assert 0 not in masked_of(column(0, 20, 3))
    assert masked_of(column(0, 40, 30, least=11, hides_zero=True)) == {0, 2}


def test_no_rate_under_eleven_nor_beside_a_small_count() -> None:
    limits = Thresholds()
    assert [shows_rate(*pair, limits) for pair in ((5, 10), (5, 11), (4, 20), (17, 20), (0, 11))] \
        == [False, True, False, False, True]  # fmt: skip
    assert not shows_rate(None, 30, limits)
    assert limits.least(is_public=False, is_sensitive=True) == 11
    assert limits.least(is_public=True, is_sensitive=False) == 11
    assert limits.least(is_public=False, is_sensitive=False) == 5


@given(st.lists(SMALL, min_size=1, max_size=4))
def test_a_column_and_its_total(counts: list[int]) -> None:
    cells = column(*counts)
    masked = masked_of(cells)
    assert_unknown(cells, [Balance([TOTAL], list(range(len(counts))))], masked)
    assert all(cell.count == 0 or cell.count >= 5 for key, cell in cells.items()
               if key not in masked)  # fmt: skip


@settings(deadline=None, max_examples=60)
@given(st.lists(SMALL, min_size=6, max_size=6))
def test_a_table_with_its_margins(counts: list[int]) -> None:
    cells: dict[Key, Cell] = {}
    places = list(product(range(2), range(3)))
    cells |= {place: Cell(count, 5) for place, count in zip(places, counts, strict=True)}
    balances = []
    for side, size in ((0, 2), (1, 3)):
        for line in range(size):
            inside = [place for place in places if place[side] == line]
            cells[side, line, TOTAL] = Cell(sum(cells[place].count for place in inside), 5)
            balances.append(Balance([(side, line, TOTAL)], inside))
    masked = set(mask(cells, balances))
    assume(len(masked) <= 9)
    assert_unknown(cells, balances, masked)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.lists(SMALL, min_size=2, max_size=2), min_size=2, max_size=3))
def test_nested_scopes_cannot_be_subtracted(rings: list[list[int]]) -> None:
    """Cohort, district, city: neither a masked part nor a small difference is found."""
    names, sums = ("femmes", "hommes"), [0, 0]
    outputs = []
    for ring in rings:
        sums = [known + new for known, new in zip(sums, ring, strict=True)]
        parts = {name: Cell(count, 5) for name, count in zip(names, sums, strict=True)}
        outputs.append(Output(parts, 5))
    cells, balances = nested(outputs, protects_differences=True)
    masked = set(mask(cells, balances))
    assert is_safe(cells, balances, masked)
    assume(len(masked) <= 6)
    assert_unknown(cells, balances, masked)


@settings(deadline=None, max_examples=100)
@given(
    st.lists(st.lists(SMALL, min_size=3, max_size=3), min_size=2, max_size=3),
    st.sampled_from([5, 11]),
)
def test_no_two_frozen_outputs_give_a_masked_count(dates: list[list[int]], least: int) -> None:
    """Each output is made beside those frozen before it; every two of them are put together."""
    frozen: list[Former] = []
    for counts in dates:
        parts = {f"part {place}": Cell(count, least) for place, count in enumerate(counts)}
        output = Output(parts, least)
        frozen.append(Former(output, masked_output(output, frozen, width=WIDTH)))
    for place, now in enumerate(frozen):
        for earlier in frozen[:place]:
            cells, balances = later(earlier.output, now.output)
            keys: set[Key] = {(0, name) for name in earlier.masked}
            keys |= {(1, name) for name in now.masked}
            assert is_safe(cells, balances, keys)
            if len(keys) <= 5:
                assert_unknown(cells, balances, keys)


def test_a_quarter_later_does_not_tell_the_quarter_before() -> None:
    """16 and 4 were masked; 17 and 5 a quarter later would leave 3 to 5 to the four."""
    before = Output({"femmes": Cell(16, 5), "hommes": Cell(4, 5)}, 5)
    now = Output({"femmes": Cell(17, 5), "hommes": Cell(5, 5)}, 5)
    first = masked_output(before, [], width=WIDTH)
    assert first == {"femmes", "hommes"}
    assert masked_output(now, [], width=WIDTH) == set()
    assert masked_output(now, [Former(before, first)], width=WIDTH) == {"femmes", "hommes"}


def test_what_is_no_network_is_refused() -> None:
    cells: dict[Key, Cell] = {name: Cell(3, 5) for name in "abc"}
    with pytest.raises(ValueError, match="more than two"):
        mask(cells, [Balance("a", "b"), Balance("a", "c"), Balance("a", "b")])
    with pytest.raises(ValueError, match="not nested"):
        nested([Output({"a": Cell(3, 5)}, 5), Output({"a": Cell(2, 5)}, 5)],
               protects_differences=True)  # fmt: skip
