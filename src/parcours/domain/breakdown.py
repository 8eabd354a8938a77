"""A table told part by part: what to mask so that no page, less the others, gives few people away.

Source: domain notes §8, points 3 and 5; decision “A territory is told by one part at a time”.

What is told over everybody is known. The parts of a dimension (programmes, districts, half-years)
add up to it: they are one table, with the counts as lines and the parts as columns, and its masks
are computed together whichever part is asked for. Counts masked over everybody are told of no part:
what a dimension tells is then free of what another tells, as two ways to part the same known count.
"""

from collections.abc import Collection, Mapping
from typing import NamedTuple

from parcours.domain.disclosure import Thresholds, mask
from parcours.domain.disclosure_network import Balance, Cell, Key

REST = "rest"
Parts = Mapping[Key, Mapping[Key, int]]
Cells = dict[Key, Cell]


class Sum(NamedTuple):
    """A count, and those it is the sum of: all of them, or some, the others being the rest."""

    key: Key
    terms: tuple["Sum", ...] = ()


class Split(NamedTuple):
    """What is told of a table by part: the counts, but for those hidden as (part, count)."""

    told: frozenset[Key]
    hidden: frozenset[tuple[Key, Key]]

    def shows(self, part: Key, key: Key) -> bool:
        """Whether a count of a part is shown."""
        return key in self.told and (part, key) not in self.hidden


NOTHING = Split(frozenset(), frozenset())


def closed_parts(sizes: Mapping[Key, int], limits: Thresholds) -> frozenset[Key]:
    """The parts of which nothing is told: too few people for a rate, and those that would tell."""
    cells: Cells = {part: Cell(size, limits.denominator) for part, size in sizes.items()}
    try:
        return frozenset(mask(cells, [Balance([], list(sizes))], width=limits.width))
    except ValueError:
        return frozenset(sizes)


def split(
    table: Sum,
    parts: Parts,
    *,
    told: Collection[Key],
    closed: Collection[Key] = (),
    is_open: bool = False,
    limits: Thresholds,
) -> Split:
    """What is told by part of a table whose counts `told` are shown over everybody.

    `is_open`: the sum of all is told of each part that is not closed, whatever it costs the others.
    A count that no mask would keep unknown is told of no part, nor is a table.
    """
    fit = {key for key in told if _parts_alone(key, parts, closed, limits)} | (
        {table.key} & set(told) if is_open else set()
    )
    if not fit or table.key not in told:
        return NOTHING
    try:
        return _split(_pruned(table, told), parts, closed, fit, is_open, limits)
    except ValueError:
        return NOTHING


def _parts_alone(key: Key, parts: Parts, closed: Collection[Key], limits: Thresholds) -> bool:
    """Whether masks keep a count unknown by part, once known over everybody."""
    cells = {
        part: _cell(counts.get(key, 0), part in closed, limits) for part, counts in parts.items()
    }
    if not any(cell.is_small for cell in cells.values()) and not closed:
        return True
    try:
        mask(cells, [Balance([], list(cells))], width=limits.width, masked=closed)
    except ValueError:
        return False
    return True


def _pruned(table: Sum, kept: Collection[Key]) -> Sum:
    """The table without the counts that are not told, nor what they are the sum of."""
    return Sum(table.key, tuple(_pruned(term, kept) for term in table.terms if term.key in kept))


def _split(
    table: Sum,
    parts: Parts,
    closed: Collection[Key],
    fit: Collection[Key],
    is_open: bool,
    limits: Thresholds,
) -> Split:
    keys = [node.key for node in _nodes(table) if node.key in fit]
    cells: Cells = {
        # Known over everybody, even where no part tells it: it bounds the others.
        (part, node.key): _cell(counts.get(node.key, 0), part in closed, limits)
        if node.key in fit
        else Cell(counts.get(node.key, 0), limits.aggregated, is_shown=False)
        for node in _nodes(table)
        for part, counts in parts.items()
    }
    rests, balances = _sums(table, parts, limits)
    masked = mask(
        cells | rests,
        balances,
        width=limits.width,
        masked=[(part, key) for part in closed for key in keys],
        frozen=[(part, table.key) for part in parts if is_open and part not in closed],
    )
    return Split(frozenset(keys), frozenset((key[0], key[1]) for key in masked))  # type: ignore[index]


def _sums(table: Sum, parts: Parts, limits: Thresholds) -> tuple[Cells, list[Balance]]:
    """The rest of each sum in each part, and what adds up, by part and over everybody."""
    rests: Cells = {}
    balances: list[Balance] = []
    leaves: list[Key] = []
    for node in _nodes(table):
        leaves.append((REST, node.key) if node.terms else node.key)
        terms = [term.key for term in node.terms]
        for part, counts in parts.items() if terms else ():
            rest = counts.get(node.key, 0) - sum(counts.get(key, 0) for key in terms)
            rests[part, (REST, node.key)] = Cell(rest, limits.aggregated, is_shown=False)
            inside = [(part, key) for key in (*terms, (REST, node.key))]
            balances.append(Balance([(part, node.key)], inside))
    # Over everybody they are known: the parts of each add up to what stays the same.
    return rests, [*balances, *(Balance([], [(part, key) for part in parts]) for key in leaves)]


def _cell(count: int, is_closed: bool, limits: Thresholds) -> Cell:
    """A count of a part; of a closed one not even that nobody is there is told."""
    return Cell(count, limits.aggregated, hides_zero=is_closed)


def _nodes(table: Sum) -> list[Sum]:
    return [table, *(node for term in table.terms for node in _nodes(term))]
