"""A table told part by part: every population that agrees with what is told, enumerated."""

from collections.abc import Iterator
from itertools import product

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from parcours.domain.breakdown import Split, Sum, closed_parts, split
from parcours.domain.disclosure import Key, Thresholds

LIMITS = Thresholds()
PARTS = ("a", "b", "c")
LEAVES = ("on_time", "late")
TABLE = Sum("due", (Sum("on_time"), Sum("late")))
Column = dict[Key, int]
COUNTS = st.lists(st.integers(0, 7), min_size=6, max_size=6)


def table(counts: list[int]) -> dict[Key, Column]:
    """Counts by part: two lines and their sum."""
    rows = [counts[place : place + 3] for place in (0, 3)]
    return {
        part: {**{leaf: row[place] for leaf, row in zip(LEAVES, rows, strict=True)},
               "due": sum(row[place] for row in rows)}
        for place, part in enumerate(PARTS)
    }  # fmt: skip


def told_of(parts: dict[Key, Column], keys: tuple[str, ...]) -> set[Key]:
    """What is told over everybody: no small count is."""
    return {key for key in keys if sum(column[key] for column in parts.values()) >= 5}


def possible(parts: dict[Key, Column], found: Split, closed: set[Key]) -> Iterator[list[int]]:
    """Every way to part each line, its sum being known, that would be told so."""
    rows = [list(_rows(parts, leaf, found, closed)) for leaf in LEAVES]
    shown = [found.shows(part, "due") for part in PARTS]
    sums = [parts[part]["due"] for part in PARTS]
    for chosen in product(*rows):
        counts = [sum(row[place] for row in chosen) for place in range(3)]
        if all(count == known if is_shown else "due" not in found.told or count
               for count, known, is_shown in zip(counts, sums, shown, strict=True)):  # fmt: skip
            yield [*(count for row in chosen for count in row), *counts]


def _rows(
    parts: dict[Key, Column], leaf: str, found: Split, closed: set[Key]
) -> Iterator[tuple[int, ...]]:
    whole = sum(column[leaf] for column in parts.values())
    choices = [
        [parts[part][leaf]]
        if found.shows(part, leaf)
        else range(int(leaf in found.told and part not in closed), whole + 1)
        for part in PARTS
    ]
    yield from (row for row in product(*choices) if sum(row) == whole)


def assert_unknown(parts: dict[Key, Column], found: Split, closed: set[Key]) -> None:
    """Each small or masked count may be others, five apart at least."""
    every = list(possible(parts, found, closed))
    names = [(part, leaf) for leaf in (*LEAVES, "due") for part in PARTS]
    assert [parts[part][leaf] for part, leaf in names] in every
    for place, (part, leaf) in enumerate(names):
        if 0 < parts[part][leaf] < 5 or (part, leaf) in found.hidden:
            values = [counts[place] for counts in every]
            whole = sum(column[leaf] for column in parts.values())
            # A count not told over everybody is known to be small there.
            if whole >= 5:
                assert max(values) - min(values) >= LIMITS.width, (part, leaf)


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.filter_too_much])
@example([6, 2, 7, 7, 7, 3], ("due", "on_time", "late"))
@example([7, 1, 2, 5, 5, 6], ("due", "on_time"))
@given(COUNTS, st.sampled_from([("due", "on_time"), ("due", "on_time", "late")]))
def test_no_count_of_a_part_is_found(counts: list[int], keys: tuple[str, ...]) -> None:
    parts = table(counts)
    assume(all(column["due"] for column in parts.values()))
    told = told_of(parts, keys)
    # Less the line told, the total tells the other: what neither tells would be unknown.
    assume({"due", "on_time"} <= told)
    found = split(TABLE, parts, told=told, limits=LIMITS)
    assert found.told <= told
    assert_unknown(parts, found, set())


@settings(deadline=None, max_examples=10, suppress_health_check=[HealthCheck.filter_too_much])
@example([7, 4, 3, 7, 6, 5])
@given(COUNTS)
def test_nothing_of_a_closed_part_is_found(counts: list[int]) -> None:
    parts = table(counts)
    sizes = {part: column["due"] for part, column in parts.items()}
    closed = set(closed_parts(sizes, LIMITS))
    assume(all(sizes.values()) and closed)
    told = told_of(parts, ("due", *LEAVES))
    assume({"due", "on_time"} <= told)
    found = split(TABLE, parts, told=told, closed=closed, is_open=True, limits=LIMITS)
    assert not any(found.shows(part, key) for part in closed for key in ("due", *LEAVES))
    if "due" in found.told:
        assert all(found.shows(part, "due") for part in PARTS if part not in closed)
    assert_unknown(parts, found, closed)


@pytest.mark.parametrize(
    ("sizes", "closed"),
    [
        ({"a": 80, "b": 21, "c": 30}, set()),
        ({"a": 80, "b": 21, "c": 9}, {"b", "c"}),
        ({"a": 80, "b": 3, "c": 9}, {"b", "c"}),
        ({"a": 80, "b": 0}, set()),
        ({"a": 4}, {"a"}),
        ({"a": 3, "b": 2}, {"a", "b"}),
    ],
)
def test_a_part_is_closed_under_eleven_people_and_so_is_one_that_would_tell_it(
    sizes: dict[Key, int], closed: set[Key]
) -> None:
    assert closed_parts(sizes, LIMITS) == closed


def test_what_is_masked_over_everybody_is_told_of_no_part() -> None:
    parts = table([20, 30, 40, 3, 3, 3])
    found = split(TABLE, parts, told={"due", "on_time"}, limits=LIMITS)
    assert found.told == {"due", "on_time"}
    assert not any(found.shows(part, "late") for part in PARTS)
    # The rest, less the line shown, would be the one untold: nothing shows both in a part.
    assert not any(found.shows(part, "due") and found.shows(part, "on_time") for part in PARTS)
