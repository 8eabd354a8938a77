"""Small cells, and what subtraction could find."""

from hypothesis import given
from hypothesis import strategies as st

from parcours.domain.small_cells import FEWEST, masked

COUNTS = st.lists(st.integers(0, 12), max_size=8)


def test_small_counts_are_hidden_and_one_more_when_alone() -> None:
    assert masked([12, 3, 9, 0]) == [12, None, None, 0]
    assert masked([2, 3, 20]) == [None, None, 20]
    assert masked([1, 1, 20]) == [None, None, None]
    assert masked([0, 5, 8]) == [0, 5, 8]
    assert masked([]) == []


@given(COUNTS)
def test_no_small_count_is_shown(counts: list[int]) -> None:
    shown = masked(counts)
    assert all(count is None or count == 0 or count >= FEWEST for count in shown)
    assert all(seen is None or seen == count for seen, count in zip(shown, counts, strict=True))


@given(COUNTS)
def test_the_total_gives_no_hidden_count_away(counts: list[int]) -> None:
    """What is hidden holds at least 5 persons in two cells or more, unless nothing is left."""
    shown = masked(counts)
    hidden = [count for seen, count in zip(shown, counts, strict=True) if seen is None]
    if hidden and any(shown):
        assert len(hidden) >= 2
        assert sum(hidden) >= FEWEST
