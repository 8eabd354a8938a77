"""Small cells: counts that could name somebody are not shown, nor found by subtraction.

Source: domain notes on statistical secrecy; threshold of 5 persons.
"""

from collections.abc import Sequence
from typing import NamedTuple

FEWEST = 5


class Hidden(NamedTuple):
    """The places of a column whose counts are hidden, and whether its total is hidden as well."""

    places: frozenset[int]
    is_total_hidden: bool


class View(NamedTuple):
    """Two columns that add up to the same number of people, told apart in two ways."""

    left: Sequence[int]
    right: Sequence[int]


class HiddenViews(NamedTuple):
    """The places hidden in the two columns of each view, and whether the grand total is."""

    views: list[tuple[frozenset[int], frozenset[int]]]
    is_total_hidden: bool


def hidden(counts: Sequence[int]) -> Hidden:
    """What to hide of a column whose total is known.

    From 1 to 4 is hidden, with the smallest of the others (all its equals, so that the place of a
    count says nothing): swapping what is hidden gives the same page. When there is no other, the
    total is hidden too unless it leaves each count at least 5 possible values.
    """
    small = {place for place, count in enumerate(counts) if 0 < count < FEWEST}
    large = [count for count in counts if count >= FEWEST]
    if not small or not large:
        return Hidden(frozenset(small), bool(small) and _is_tight(sum(counts), len(small)))
    least = min(large)
    return Hidden(frozenset(small | _equal_to(least, counts)), False)


def hidden_views(views: Sequence[View]) -> HiddenViews:
    """What to hide of views shown side by side, when the total of all of them is known.

    One column of a view gives the total of the other: where that total must be hidden, the whole
    view is, and with it the smallest of the other views, or the grand total when there is none.
    """
    apart = [(hidden(view.left), hidden(view.right)) for view in views]
    totals = [sum(view.left) for view in views]
    whole = {
        place
        for place, sides in enumerate(apart)
        if sides[0].is_total_hidden or sides[1].is_total_hidden
    }
    others = [total for place, total in enumerate(totals) if total and place not in whole]
    is_total_hidden = False
    if whole and others:
        whole |= _equal_to(min(others), totals)
    elif whole:
        least = sum(max(map(_present, views[place])) for place in whole)
        is_total_hidden = _is_tight(sum(totals), least)
    return HiddenViews(
        [
            (_all(view.left), _all(view.right)) if place in whole else (left.places, right.places)
            for place, (view, (left, right)) in enumerate(zip(views, apart, strict=True))
        ],
        is_total_hidden,
    )


def _is_tight(total: int, least: int) -> bool:
    """Whether a total is so near the least it could be that counts have under 5 values left."""
    return total - least < FEWEST - 1


def _equal_to(count: int, counts: Sequence[int]) -> set[int]:
    return {place for place, other in enumerate(counts) if other == count}


def _present(counts: Sequence[int]) -> int:
    return sum(count > 0 for count in counts)


def _all(counts: Sequence[int]) -> frozenset[int]:
    return frozenset(place for place, count in enumerate(counts) if count)
