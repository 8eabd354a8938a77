"""A cross of one agreement, the tables of another: what both mask stays unknown side by side.

The reader here tries every way to part each pair between those in both scopes and the others.
"""

from collections.abc import Iterator, Mapping
from functools import cache, partial
from itertools import product

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from parcours.domain.disclosure_beside import Margin, are_apart
from parcours.domain.disclosure_crosses import Cross, Pair, cross, masked_cross
from parcours.domain.disclosure_network import Cell
from parcours.domain.disclosure_outputs import TOTAL, Output, masked_output

LEAST = WIDTH = 5
ROWS, COLUMNS = ("femmes", "hommes"), ("positives", "autres")
PAIRS = tuple(product(ROWS, COLUMNS))
Counts = tuple[int, ...]
COUNTS = st.lists(st.integers(0, 7), min_size=4, max_size=4).map(tuple)


def margin(counts: Counts, side: int) -> dict[str, int]:
    """The sums by row, or by column."""
    names = (ROWS, COLUMNS)[side]
    return {
        name: sum(n for pair, n in zip(PAIRS, counts, strict=True) if pair[side] == name)
        for name in names
    }


def table(counts: Counts, side: int) -> Margin:
    """A table told alone, and what it masks."""
    parts = margin(counts, side)
    cells = {name: Cell(count, LEAST) for name, count in parts.items()}
    masked = masked_output(Output(cells, LEAST), [], width=WIDTH)
    return Margin(parts, frozenset(masked), {})


def told(counts: Counts) -> Cross | None:
    """A cross told alone, with what it masks."""
    whole = cross(dict(zip(PAIRS, counts, strict=True)), {}, {})
    masked = masked_cross(whole, [], least=LEAST, width=WIDTH)
    return None if masked is None else whole._replace(masked=masked)


def possible(
    whole: Cross, tables: tuple[Margin, Margin], outside: Counts
) -> Iterator[tuple[Mapping[Pair, int], tuple[list[Mapping[str, int]], ...]]]:
    """Every cross, and with it every reading of each table, that what is told allows."""
    true = tuple(whole.counts[pair] for pair in PAIRS)
    rows, columns = (
        cache(partial(_readings, margin(outside, side), known)) for side, known in enumerate(tables)
    )
    # The margins of the cross are known: its first count gives the others.
    for moved in range(-true[0], true[0] + 4 * WIDTH):
        counts = true[0] + moved, true[1] - moved, true[2] - moved, true[3] + moved
        if any(
            count < 1 if pair in whole.masked else count != whole.counts[pair]
            for pair, count in zip(PAIRS, counts, strict=True)
        ):
            continue
        for a, b, c, d in product(*(range(count + 1) for count in counts)):
            found = rows(a + b, c + d), columns(a + c, b + d)
            if all(found):
                yield dict(zip(PAIRS, counts, strict=True)), found


def _readings(outside: Mapping[str, int], known: Margin, *inside: int) -> list[Mapping[str, int]]:
    """A table of these people and of those of the second scope alone, however these are parted.

    The reader is held to know how many they are.
    """
    whole = sum(outside.values())
    found = []
    for first in range(whole + 1):
        alone = dict(zip(outside, (first, whole - first), strict=True))
        counts = {name: n + alone[name] for name, n in zip(outside, inside, strict=True)}
        if sum(counts.values()) == sum(known.counts.values()) and all(
            count >= 1 if name in known.masked else count == known.counts[name]
            for name, count in counts.items()
        ):
            found.append(counts)
    return found


@settings(deadline=None, max_examples=50)
@given(COUNTS, COUNTS, st.sampled_from([(0, 0, 0, 0), (6, 5, 7, 9), (0, 0, 6, 2)]))
def test_nothing_is_found_side_by_side(alone: Counts, both: Counts, outside: Counts) -> None:
    whole = told(tuple(a + b for a, b in zip(alone, both, strict=True)))
    second = tuple(a + b for a, b in zip(both, outside, strict=True))
    tables = table(second, 0), table(second, 1)
    assume(whole is not None and len(whole.counts) == len(PAIRS))
    assume(TOTAL not in tables[0].masked)
    assume(whole.masked or any(known.masked for known in tables))
    if not are_apart(whole, dict(zip(PAIRS, both, strict=True)), tables, width=WIDTH):
        return
    found = list(possible(whole, tables, outside))
    assert any(whole.counts == counts for counts, _ in found)
    for pair in whole.masked:
        values = {counts[pair] for counts, _ in found}
        assert max(values) - min(values) >= WIDTH, pair
    for side in (0, 1):
        for name in tables[side].masked:
            values = {read[name] for _, readings in found for read in readings[side]}
            assert max(values) - min(values) >= WIDTH, name


@pytest.mark.parametrize(
    ("alone", "both", "is_safe"),
    [
        # Nobody else than women in the first scope alone: the margins of both give the men away.
        ((9, 2, 0, 0), (0, 0, 8, 5), False),
        ((2, 0, 5, 0), (0, 5, 0, 8), False),
        # 2 to 4 men would be left.
        ((1, 2, 9, 2), (0, 5, 0, 0), False),
        # The same people: the second scope tells nothing more.
        ((0, 0, 0, 0), (9, 4, 8, 9), True),
        ((9, 4, 8, 9), (9, 7, 8, 9), True),
    ],
)
def test_a_cross_beside_a_scope_inside(alone: Counts, both: Counts, is_safe: bool) -> None:
    whole = told(tuple(a + b for a, b in zip(alone, both, strict=True)))
    assert whole
    tables = table(both, 0), table(both, 1)
    shared = dict(zip(PAIRS, both, strict=True))
    assert are_apart(whole, shared, tables, width=WIDTH) is is_safe
