"""Counts by two things at once: nothing masked is found, in one release or beside another.

What a reader knows is written here apart from the rule: every population that would have given
exactly what is told, enumerated.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from parcours.domain.disclosure import is_safe
from parcours.domain.disclosure_crosses import (
    REST,
    Cross,
    cross,
    groups,
    held,
    masked_cross,
    system,
)
from parcours.domain.disclosure_outputs import TOTAL, FrozenTables, masked_tables, moved

LEAST = WIDTH = 5
ROWS, COLUMNS = ("femmes", "hommes"), ("positives", "autres", "aucune")
Population = dict[tuple[str, str], int]


@dataclass
class Told:
    """A release: what it counts, and what it tells of it."""

    people: Population
    rows: dict[str, int | None]
    columns: dict[str, int | None]
    total: int | None
    cross: Cross | None
    row_groups: dict[str, str]
    column_groups: dict[str, str]


def margins(
    people: Mapping[tuple[str, str], int], side: int, names: Iterable[str]
) -> dict[str, int]:
    """Counts by one side."""
    return {name: sum(n for pair, n in people.items() if pair[side] == name) for name in names}


def release(people: Population, before: list[Told]) -> Told:
    """Tell a population as a release does (actions/releases.py)."""
    tables = {"rows": margins(people, 0, ROWS), "columns": margins(people, 1, COLUMNS)}
    earlier = [
        FrozenTables(
            {
                "rows": margins(old.people, 0, ROWS),
                "columns": margins(old.people, 1, COLUMNS),
            },
            {
                "rows": [*_masked(old.rows), *([TOTAL] if old.total is None else [])],
                "columns": [*_masked(old.columns), *([TOTAL] if old.total is None else [])],
            },
        )
        for old in before
    ]
    hidden = masked_tables(tables, earlier, least=LEAST, width=WIDTH)
    told = {
        name: {part: None if part in hidden[name] else n for part, n in parts.items()}
        for name, parts in tables.items()
    }
    total = None if TOTAL in hidden["rows"] else sum(people.values())
    found = None
    row_groups: dict[str, str] | None = {}
    column_groups: dict[str, str] | None = {}
    if total is not None:
        row_groups = groups(tables["rows"], hidden["rows"], [_held(old, 0) for old in before])
        column_groups = groups(
            tables["columns"], hidden["columns"], [_held(old, 1) for old in before]
        )
        if row_groups and column_groups:
            now = cross(people, row_groups, column_groups)
            if min(len(now.rows), len(now.columns)) > 1:
                kept = [_former(old, row_groups, column_groups) for old in before]
                masked = masked_cross(now, kept, least=LEAST, width=WIDTH)
                found = None if masked is None else now._replace(masked=masked)
    return Told(
        people, told["rows"], told["columns"], total, found, row_groups or {}, column_groups or {}
    )


def _former(old: Told, rows: Mapping[str, str], columns: Mapping[str, str]) -> Cross:
    if old.cross is not None:
        return old.cross
    untold = cross(old.people, rows, columns)
    return untold._replace(masked=frozenset(untold.counts), is_told=False)


def _held(old: Told, side: int) -> dict[str, str]:
    names = (old.row_groups, old.column_groups)[side]
    counts = margins(old.people, side, names)
    told = {name: group for name, group in names.items() if counts[name] and old.cross is not None}
    return held(_masked((old.rows, old.columns)[side]), told)


def _masked(parts: Mapping[str, int | None]) -> list[str]:
    return [part for part, count in parts.items() if count is None]


def possible(told: Told) -> Iterator[Population]:
    """Every population that would have been told so: a masked count is one at least."""
    most = sum(told.people.values()) + 6
    totals = [told.total] if told.total is not None else range(1, most + 1)
    for total in totals:
        for rows in _splits(told.rows, total):
            for columns in _splits(told.columns, total):
                for people in _tables(rows, columns):
                    if _agrees(told, people):
                        yield people


def _splits(parts: Mapping[str, int | None], total: int) -> Iterator[tuple[int, ...]]:
    # Where nothing is told, zeros are not either.
    least = 0 if all(n is None for n in parts.values()) else 1
    ranges = [range(least, total + 1) if n is None else (n,) for n in parts.values()]
    yield from (found for found in product(*ranges) if sum(found) == total)


def _tables(rows: tuple[int, ...], columns: tuple[int, ...]) -> Iterator[Population]:
    for first in product(*(range(min(rows[0], n) + 1) for n in columns)):
        if sum(first) == rows[0]:
            second = [n - used for n, used in zip(columns, first, strict=True)]
            yield dict(zip(product(ROWS, COLUMNS), (*first, *second), strict=True))


def _agrees(told: Told, people: Population) -> bool:
    if told.cross is None:
        return True
    again: dict[tuple[str, str], int] = dict.fromkeys(told.cross.counts, 0)
    for (row, column), n in people.items():
        pair = told.row_groups[row], told.column_groups[column]
        if pair in again:
            again[pair] += n
        elif n:
            return False
    return all(
        again[pair] >= 1 if pair in told.cross.masked else again[pair] == n
        for pair, n in told.cross.counts.items()
    )


def secrets_of(told: Told, people: Population) -> dict[str, int]:
    """What is masked, counted on a population."""
    found: dict[str, int] = {}
    for side, parts, names in ((0, told.rows, ROWS), (1, told.columns, COLUMNS)):
        counts = margins(people, side, names)
        found |= {f"{side} {part}": counts[part] for part in _masked(parts)}
    if told.total is None:
        found[TOTAL] = sum(people.values())
    if told.cross is not None:
        again: dict[tuple[str, str], int] = {}
        for (row, column), n in people.items():
            pair = told.row_groups[row], told.column_groups[column]
            again[pair] = again.get(pair, 0) + n
        found |= {f"{pair}": again[pair] for pair in told.cross.masked}
    return found


def assert_wide(true: dict[str, int], found: list[dict[str, int]]) -> None:
    """Each secret spans the width at least; that nobody stands somewhere is no secret."""
    for name, count in true.items():
        values = {secret[name] for secret in found}
        assert not count or max(values) - min(values) >= WIDTH, (name, sorted(values))


COUNTS = st.lists(st.integers(0, 9), min_size=6, max_size=6)


def people_of(counts: list[int]) -> Population:
    """A population by gender and exit."""
    return dict(zip(product(ROWS, COLUMNS), counts, strict=True))


@settings(deadline=None, max_examples=150)
@given(COUNTS)
def test_nothing_masked_is_found_in_a_release(counts: list[int]) -> None:
    assume(0 < sum(counts) <= 30)
    told = release(people_of(counts), [])
    every = list(possible(told))
    assert told.people in every
    assert_wide(secrets_of(told, told.people), [secrets_of(told, people) for people in every])


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.filter_too_much])
@example([0, 0, 0, 2, 3, 4], [2, 3, 6, 0, 1, 3])
@given(
    st.lists(st.integers(0, 7), min_size=6, max_size=6),
    st.lists(st.integers(0, 3), min_size=6, max_size=6),
)
def test_nothing_masked_is_found_in_two_releases(counts: list[int], new: list[int]) -> None:
    """Newcomers alone between the two, and a reader who puts every table of both dates together.

    The example: no cross was told of nine men, whose exits were masked; one told of them later
    apart from the women would leave five values to each.
    """
    assume(0 < sum(counts) <= 24 and sum(new) >= LEAST)
    first = release(people_of(counts), [])
    second = release(people_of([a + b for a, b in zip(counts, new, strict=True)]), [first])
    was, now = list(possible(first)), list(possible(second))
    assume(len(was) * len(now) <= 100_000)
    pairs = [
        (one, other)
        for one in was
        for other in now
        if all(one[pair] <= other[pair] for pair in one)
    ]
    assert (first.people, second.people) in pairs
    for told, found in ((first, [one for one, _ in pairs]), (second, [two for _, two in pairs])):
        assert_wide(secrets_of(told, told.people), [secrets_of(told, one) for one in found])


@settings(deadline=None, max_examples=60)
@given(st.lists(st.integers(0, 8), min_size=9, max_size=9))
def test_a_cross_alone_keeps_its_counts(counts: list[int]) -> None:
    names = ("a", "b", "c")
    now = cross(
        dict(zip(product(names, names), counts, strict=True)),
        dict(zip(names, names, strict=True)),
        dict(zip(names, names, strict=True)),
    )
    masked = masked_cross(now, [], least=LEAST, width=WIDTH)
    cells, balances, known = system(now, least=LEAST)
    if masked is None:
        # Even with every pair that holds somebody masked, the margins would give one away: a pair
        # of nobody is told.
        maskable = {pair for pair, count in now.counts.items() if count}
        assert not is_safe(cells, balances, maskable, width=WIDTH)
        return
    assert is_safe(cells, balances, masked, width=WIDTH)
    assert not masked & known
    small = {pair for pair, count in now.counts.items() if 0 < count < LEAST}
    assert small <= masked


def test_values_a_table_masks_are_one_group_and_stay_so() -> None:
    assert groups({"a": 20, "b": 3, "c": 4}, ["b", "c"], []) == {"a": "a", "b": REST, "c": REST}
    # What stood in the rest stays there; what was told apart and is masked now cannot be told.
    assert groups({"a": 20, "b": 30}, [], [{"a": "a", "b": REST}]) == {"a": "a", "b": REST}
    assert groups({"a": 2, "b": 30}, ["a"], [{"a": "a"}]) is None
    assert groups({"a": 20, "new": 9}, [], [{"a": "a"}]) == {"a": "a", "new": "new"}
    # Whichever release told it apart, the one before or the one after it was masked.
    for before in ([{"a": "a"}, {"a": REST}], [{"a": REST}, {"a": "a"}]):
        assert groups({"a": 20, "b": 30}, [], before) is None


def test_what_a_release_without_a_cross_masks_is_in_the_rest_later() -> None:
    assert held(["b"], {}) == {"b": REST}
    assert held(["b"], {"a": "a", "b": REST}) == {"a": "a", "b": REST}
    assert groups({"a": 20, "b": 30}, [], [held(["b"], {})]) == {"a": "a", "b": REST}


def test_a_group_of_nobody_is_left_out() -> None:
    found = cross({("a", "x"): 9, ("b", "y"): 0}, {"a": "a", "b": "b"}, {"x": "x", "y": "y"})
    assert (list(found.rows), list(found.columns)) == (["a"], ["x"])


def test_what_an_earlier_release_masks_is_masked_again_where_it_would_be_told() -> None:
    """3, then 5: shown, the second bounds the first by what it became."""
    names = ({"a": "a", "b": "b"}, {"x": "x", "y": "y"})
    first = cross({("a", "x"): 3, ("a", "y"): 12, ("b", "x"): 14, ("b", "y"): 13}, *names)
    masked = masked_cross(first, [], least=LEAST, width=WIDTH)
    assert masked == first.counts.keys()
    again = cross({("a", "x"): 5, ("a", "y"): 15, ("b", "x"): 17, ("b", "y"): 15}, *names)
    assert masked_cross(again, [], least=LEAST, width=WIDTH) == frozenset()
    told = first._replace(masked=frozenset(masked))
    assert masked_cross(again, [told], least=LEAST, width=WIDTH) == again.counts.keys()
    # Nothing having changed, the same counts are masked.
    assert masked_cross(first, [told], least=LEAST, width=WIDTH) == masked
    grown = cross({("a", "x"): 30, ("a", "y"): 40, ("b", "x"): 35, ("b", "y"): 34}, *names)
    assert masked_cross(grown, [told], least=LEAST, width=WIDTH) == frozenset()


@pytest.mark.parametrize(
    ("before", "now", "count"),
    [
        ({"a": 3, "b": 4}, {"a": 3, "b": 4}, 0),
        ({"a": 3, "b": 4}, {"a": 4, "b": 4}, 1),
        ({"a": 9, "b": 4}, {"a": 4, "b": 9}, 5),
        ({"a": 9}, {"a": 9, "b": 6}, 6),
    ],
)
def test_how_many_moved(before: dict[str, int], now: dict[str, int], count: int) -> None:
    assert moved({"t": before}, {"t": now}) == count
