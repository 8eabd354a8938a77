"""Two agreements over some of the same people: nothing masked is found by putting both together.

The reader here tries every way people may stand in one scope, in both, in the other; the rule knows
networks alone.
"""

from collections.abc import Iterator, Mapping
from itertools import product

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from parcours.domain.disclosure_network import Cell
from parcours.domain.disclosure_outputs import TOTAL, Former, Output, masked_output

LEAST = WIDTH = 5
NAMES = ("femmes", "hommes")
Parts = tuple[int, ...]
# How many stand in the first scope alone, in both, in the second alone, by part.
People = tuple[Parts, Parts, Parts]
COUNTS = st.lists(st.integers(0, 9), min_size=2, max_size=2).map(tuple)
NOBODY = (0, 0)


def output(*groups: Parts) -> Output:
    """An output over these people."""
    parts = {name: Cell(sum(counts), LEAST) for name, *counts in zip(NAMES, *groups, strict=True)}
    return Output(parts, LEAST)


def told_beside(people: People) -> tuple[frozenset[str], frozenset[str]]:
    """What each output masks, the second made beside the first; ValueError when it cannot be."""
    first, both, second = people
    before = output(first, both)
    masked = masked_output(before, [], width=WIDTH)
    former = Former(before, masked, dict(zip(NAMES, both, strict=True)), (any(first), any(second)))
    return masked, masked_output(output(both, second), [former], width=WIDTH)


def possible(people: People, masked: tuple[frozenset[str], frozenset[str]]) -> Iterator[People]:
    """Everybody the reader may take them for, who knows whether a scope holds the other.

    And how many people stand in one and in both, unless these are few.
    """
    first, both, second = people
    sums = [sum(group) for group in people]
    few = any(0 < count < LEAST for count in sums) or any(TOTAL in hidden for hidden in masked)
    sides = [
        _readings([a + b for a, b in zip(alone, both, strict=True)], hidden)
        for alone, hidden in zip((first, second), masked, strict=True)
    ]
    for one, other in product(*map(list, sides)):
        for shared in product(*(range(min(pair) + 1) for pair in zip(one, other, strict=True))):
            found = (_less(one, shared), shared, _less(other, shared))
            is_known = few or [sum(group) for group in found] == sums
            if is_known and all(any(people[place]) or not any(found[place]) for place in (0, 2)):
                yield found


def _readings(counts: list[int], masked: frozenset[str]) -> Iterator[Parts]:
    """Every way to fill in what an output masks."""
    spans = [
        range(min(count, 1), count + 2 * WIDTH) if name in masked else (count,)
        for name, count in zip(NAMES, counts, strict=True)
    ]
    for values in product(*spans):
        if TOTAL in masked or sum(values) == sum(counts):
            yield values


def _less(counts: Parts, others: Parts) -> Parts:
    return tuple(count - other for count, other in zip(counts, others, strict=True))


def secrets_of(
    people: People, masked: tuple[frozenset[str], frozenset[str]]
) -> Mapping[tuple[int, str], int]:
    """What must stay unknown: masked counts, and the few who stand in one scope alone."""
    first, both, second = people
    whole = [[a + b for a, b in zip(alone, both, strict=True)] for alone in (first, second)]
    found = {
        (place, name): count
        for place, counts in enumerate(whole)
        for name, count in zip(NAMES, counts, strict=True)
        if name in masked[place]
    }
    return found | {
        (place + 2, name): count
        for place, alone in enumerate((first, second))
        for name, count in zip(NAMES, alone, strict=True)
    }


@settings(deadline=None, max_examples=60)
@given(st.tuples(COUNTS, COUNTS, COUNTS) | st.tuples(COUNTS, COUNTS, st.just(NOBODY)))
def test_nothing_is_found_in_two_agreements(people: People) -> None:
    try:
        masked = told_beside(people)
    except ValueError:
        # Refused: these are the scopes that differ, or meet, by a few people.
        assert any(0 < sum(group) < LEAST or 0 in group or min(group) < LEAST for group in people)
        return
    assume(sum(map(len, masked)) <= 5)
    true = secrets_of(people, masked)
    found = [secrets_of(other, masked) for other in possible(people, masked)]
    assert true in found
    for key, count in true.items():
        if key[0] < 2 or 0 < count < LEAST:
            values = {other[key] for other in found}
            assert max(values) - min(values) >= WIDTH, (key, sorted(values))


@pytest.mark.parametrize(
    ("people", "masked"),
    [
        # The same people: what the first masks, the second masks.
        ((NOBODY, (20, 3), NOBODY), {"femmes", "hommes"}),
        ((NOBODY, (20, 12), NOBODY), set()),
        # A scope inside the other: the three men it leaves out would be found.
        (((9, 3), (20, 12), NOBODY), {"femmes", "hommes"}),
        (((9, 8), (20, 12), NOBODY), set()),
        # Scopes that meet: nobody knows who stands in both.
        (((9, 3), (20, 12), (7, 6)), set()),
    ],
)
def test_what_the_second_masks(people: People, masked: set[str]) -> None:
    assert told_beside(people)[1] == masked


@pytest.mark.parametrize("people", [((3, 0), (20, 12), NOBODY), ((1, 2), (20, 12), NOBODY)])
def test_scopes_that_differ_by_a_few_people_are_not_told_both(people: People) -> None:
    masked = told_beside(people)[1]
    assert TOTAL in masked
