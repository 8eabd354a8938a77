"""A cross told of one scope beside the tables told of another that shares people with it.

Source: domain notes §8, point 5. Counts by two things at once of a wide scope, and the margins of a
scope inside it: together they may say more than each. What is proved here is enough, not needed:
the ways to arrange people that a reader is left with hold at least those counted here, where who
stands in both scopes and who stands in one alone are moved one without the other.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from parcours.domain.disclosure import is_safe, spans
from parcours.domain.disclosure_crosses import Cross, Pair
from parcours.domain.disclosure_network import Balance, Cell, Key


class Margin(NamedTuple):
    """A table of the other scope: its counts, what it masks; and the groups the cross made of it.

    `groups` holds the values of the cross; a value it does not hold is a group of its own.
    """

    counts: Mapping[str, int]
    masked: frozenset[str]
    groups: Mapping[str, str]

    def group(self, value: str) -> str:
        """The group of a value in the cross."""
        return self.groups.get(value, value)

    def known(self) -> frozenset[str]:
        """The groups whose count the table tells, the last by what is left."""
        every = {self.group(value) for value in self.counts}
        unknown = {self.group(value) for value in self.masked if value in self.counts}
        return frozenset(every if len(unknown) == 1 else every - unknown)


def are_apart(
    cross: Cross, shared: Mapping[Pair, int], margins: tuple[Margin, Margin], *, width: int
) -> bool:
    """Whether what a cross masks and what these tables mask stay unknown side by side.

    `shared`: by value of the rows, of the columns, how many people both scopes count there.
    """
    return _cross_stays(cross, shared, margins, width) and all(
        _parts_stay(cross, shared, margins, side, width) for side in (0, 1)
    )


def _cross_stays(
    cross: Cross, shared: Mapping[Pair, int], margins: tuple[Margin, Margin], width: int
) -> bool:
    """Each pair masked moves by those in both scopes and those in one, within their margins."""
    both = _grouped(shared, margins)
    cells: dict[Key, Cell] = {}
    for pair, count in cross.counts.items():
        held = min(both.get(pair, 0), count)
        is_shown = pair not in cross.masked
        # One person at least stands in a pair masked, wherever the reader puts them.
        cells["both", pair] = Cell(held, 0, is_shown=is_shown, known_least=1)
        least = 0 if held else 1
        cells["alone", pair] = Cell(count - held, 0, is_shown=is_shown, known_least=least)
    balances: list[Balance] = []
    for side, names in enumerate((cross.rows, cross.columns)):
        known = margins[side].known()
        for name in names:
            balances += _tied(cells, cross, side, name, is_known=name in known)
    found = spans(cells, balances, [key for key in cells if not cells[key].is_shown], width=width)
    return all(
        sum(found[layer, pair][1] for layer in ("both", "alone"))
        + min(sum(found[layer, pair][0] for layer in ("both", "alone")), cross.counts[pair] - 1)
        >= width
        for pair in cross.masked
    )


def _tied(
    cells: dict[Key, Cell], cross: Cross, side: int, name: str, *, is_known: bool
) -> list[Balance]:
    """A margin of the cross in two layers, whose sum is told; each is where the table tells one."""
    pairs = [pair for pair in cross.counts if pair[side] == name]
    layers: list[Key] = [(layer, side, name) for layer in ("both", "alone")]
    for layer, key in zip(("both", "alone"), layers, strict=True):
        count = sum(cells[layer, pair].count for pair in pairs)
        cells[key] = Cell(count, 0, is_shown=is_known)
    whole: Key = (side, name)
    cells[whole] = Cell(cross.margin(side, name), 0)
    return [
        Balance([whole], layers),
        Balance([layers[0]], [("both", pair) for pair in pairs]),
        Balance([layers[1]], [("alone", pair) for pair in pairs]),
    ]


def _parts_stay(
    cross: Cross,
    shared: Mapping[Pair, int],
    margins: tuple[Margin, Margin],
    side: int,
    width: int,
) -> bool:
    """Each part masked of a table moves, the cross and the other table being known whole."""
    margin, other = margins[side], margins[1 - side]
    held: dict[Pair, int] = {}
    for pair, count in shared.items():
        key = other.group(pair[1 - side]), pair[side]
        held[key] = held.get(key, 0) + count
    tops = {(pair[1 - side], pair[side]): count for pair, count in cross.counts.items()}
    cells: dict[Key, Cell] = {}
    lines = sorted({line for line, _ in held})
    balances = [balance for line in lines for balance in _line(cells, line, margin, held, tops)]
    balances += _besides(cells, lines, margin, held)
    masked: list[Key] = [("part", value) for value in margin.masked if value in margin.counts]
    return is_safe(cells, balances, masked, width=width)


def _line(
    cells: dict[Key, Cell],
    line: str,
    margin: Margin,
    held: Mapping[Pair, int],
    tops: Mapping[Pair, int],
) -> Iterator[Balance]:
    """Those of both scopes in one line of the cross, by value: at most a pair’s own in each."""
    names = sorted({margin.group(value) for value in margin.counts})
    for name in names:
        inside: list[Key] = []
        for value in margin.counts:
            if margin.group(value) == name:
                cells[line, value] = Cell(held.get((line, value), 0), 0, is_shown=False)
                inside.append((line, value))
        count = sum(cells[key].count for key in inside)
        top = max(tops.get((line, name), 0), count)
        cells["group", line, name] = Cell(count, 0, is_shown=False, known_most=top)
        yield Balance([("group", line, name)], inside)
    groups: list[Key] = [("group", line, name) for name in names]
    cells["line", line] = Cell(sum(cells[key].count for key in groups), 0)
    yield Balance([("line", line)], groups)


def _besides(
    cells: dict[Key, Cell], lines: Iterable[str], margin: Margin, held: Mapping[Pair, int]
) -> Iterator[Balance]:
    """Each part as those of both scopes and those of its own alone, whose whole is known."""
    every: list[Key] = []
    for value, count in margin.counts.items():
        both: list[Key] = [(line, value) for line in lines]
        inside = sum(held.get((line, value), 0) for line in lines)
        alone = max(count - inside, 0)
        cells["alone", value] = Cell(alone, 0, is_shown=False)
        cells["part", value] = Cell(inside + alone, 0)
        every.append(("alone", value))
        yield Balance([("part", value)], [*both, ("alone", value)])
    cells["alone"] = Cell(sum(cells[key].count for key in every), 0)
    yield Balance(["alone"], every)


def _grouped(shared: Mapping[Pair, int], margins: tuple[Margin, Margin]) -> dict[Pair, int]:
    found: dict[Pair, int] = {}
    for (row, column), count in shared.items():
        pair = margins[0].group(row), margins[1].group(column)
        found[pair] = found.get(pair, 0) + count
    return found
