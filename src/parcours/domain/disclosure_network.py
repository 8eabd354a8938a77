"""Counts tied by balances, and how far each may move: the exact range of what is masked.

Counts are tied by balances: two sums that are equal, as a total and its parts. What a reader knows
is the published counts, the balances, and that a masked count is at least 1 (at least 0 where zeros
are masked too). A count may stand in two balances at most: the balances are then the nodes of a
network, the counts its flows, and the exact range of a masked count is found by moving as much
flow as possible along the other masked counts.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from parcours.domain import flows

OUTSIDE = -1
# A count may always grow: beyond this nobody looks.
ENDLESS = 1_000_000

Key = Hashable


@dataclass(frozen=True, slots=True)
class Cell:
    """A count: from `least` on it is shown, below it is masked.

    Zero is shown unless `hides_zero`. A count that no output shows (the difference between two of
    them) has `is_shown` false: it is protected when small, as if it stood in a table. `known_least`
    and `known_most` are what a reader has from elsewhere, as what the same count was before.
    """

    count: int
    least: int
    hides_zero: bool = False
    is_shown: bool = True
    known_least: int = 0
    known_most: int | None = None

    @property
    def is_small(self) -> bool:
        """Whether it could tell of somebody."""
        return self.count < self.least and (self.count > 0 or (self.hides_zero and self.is_shown))

    @property
    def keeps_range(self) -> bool:
        """Whether it must stay unknown once masked: a true zero may be masked for others’ sake."""
        return self.count > 0 or self.hides_zero

    @property
    def floor(self) -> int:
        """The least a reader knows it to be when masked; a zero masked for want of others is 0."""
        return min(
            self.count, max(self.known_least, 0 if self.hides_zero or not self.is_shown else 1)
        )

    @property
    def room(self) -> int:
        """How much more a reader may take a masked count to be."""
        return ENDLESS if self.known_most is None else max(self.known_most - self.count, 0)


class Balance(NamedTuple):
    """Two sums of counts that are equal: a total and its parts, most often."""

    left: Sequence[Key]
    right: Sequence[Key]


@dataclass(slots=True)
class Network:
    """Masked counts as arcs between balances, from what loses to what gains as the count grows."""

    cells: Mapping[Key, Cell]
    arcs: Mapping[Key, tuple[int, int]]

    def gap(self, masked: set[Key], width: int) -> list[list[Key]] | None:
        """The counts whose masking may widen the first range found too narrow, the likeliest first.

        None when all are wide enough.
        """
        for key, cell in self.cells.items():
            if not (cell.keeps_range if key in masked else cell.is_small and not cell.is_shown):
                continue
            up, cut = self.moved(key, masked, min(width, cell.room), grows=True)
            if up >= width:
                continue
            down, other = self.moved(key, masked, min(width, cell.count - cell.floor), grows=False)
            if up + down < width:
                return [self._crossing(cut), self._crossing(other), list(self.cells)]
        return None

    def moved(
        self, key: Key, masked: set[Key], most: int, *, grows: bool
    ) -> tuple[int, frozenset[int]]:
        """How far a count moves, the others making room, and the nodes that stop it there."""
        start, end = self.arcs[key]
        if start == end:
            return most, frozenset()
        source, target = (end, start) if grows else (start, end)
        rooms = self._rooms(key, masked)
        moved = 0
        while moved < most:
            path = flows.path(rooms, source, target)
            if target not in path:
                return moved, frozenset(path)
            moved += flows.push(rooms, path, source, target, most - moved)
        return moved, frozenset()

    def _rooms(self, key: Key, masked: set[Key]) -> dict[int, dict[int, int]]:
        """How much may pass from node to node: counts grow to their room, shrink to their floor."""
        rooms: dict[int, dict[int, int]] = {}
        for other, cell in self.cells.items():
            if other == key or (cell.is_shown and other not in masked):
                continue
            start, end = self.arcs[other]
            forth, back = rooms.setdefault(start, {}), rooms.setdefault(end, {})
            forth[end] = forth.get(end, 0) + cell.room
            back[start] = back.get(start, 0) + cell.count - cell.floor
        return rooms

    def _crossing(self, nodes: frozenset[int]) -> list[Key]:
        return [
            key for key, (start, end) in self.arcs.items() if (start in nodes) != (end in nodes)
        ]


def arcs_of(cells: Mapping[Key, Cell], balances: Sequence[Balance]) -> dict[Key, tuple[int, int]]:
    """Each count as an arc between the two balances it stands in, or one and the outside."""
    sides: dict[Key, list[tuple[int, int]]] = {key: [] for key in cells}
    for place, balance in enumerate(balances):
        for sign, keys in ((1, balance.left), (-1, balance.right)):
            for key in keys:
                sides[key].append((place, sign))
    turns = _turns(sides, len(balances))
    return {key: _arc(found, turns) for key, found in sides.items()}


def apart(arcs: Mapping[Key, tuple[int, int]]) -> list[set[Key]]:
    """The counts that hang together by balances; one in no balance hangs alone."""
    keys: dict[int, list[Key]] = {}
    for key, ends in arcs.items():
        for node in set(ends) - {OUTSIDE}:
            keys.setdefault(node, []).append(key)
    found: list[set[Key]] = []
    seen: set[Key] = set()
    for first in arcs:
        waiting = [] if first in seen else [first]
        if waiting:
            found.append(set())
        for key in waiting:
            if key not in seen:
                seen.add(key)
                found[-1].add(key)
                waiting += [other for node in arcs[key] if node != OUTSIDE for other in keys[node]]
    return found


def _arc(found: list[tuple[int, int]], turns: Sequence[int]) -> tuple[int, int]:
    ends = {1: OUTSIDE, -1: OUTSIDE}
    for place, sign in found:
        side = sign * turns[place]
        if ends[side] != OUTSIDE:
            raise ValueError("a count stands twice on one side")
        ends[side] = place
    return ends[-1], ends[1]


def _turns(sides: Mapping[Key, list[tuple[int, int]]], size: int) -> list[int]:
    """Which balances to read from right to left, so that no count enters or leaves two."""
    links: list[list[tuple[int, int]]] = [[] for _ in range(size)]
    for found in sides.values():
        if len(found) > 2:
            raise ValueError("a count stands in more than two balances")
        if len(found) == 2:
            (first, sign), (second, other) = found
            links[first].append((second, -sign * other))
            links[second].append((first, -sign * other))
    turns = [0] * size
    for start in range(size):
        waiting = [] if turns[start] else [start]
        turns[start] = turns[start] or 1
        for place in waiting:
            for other, same in links[place]:
                if not turns[other]:
                    turns[other] = turns[place] * same
                    waiting.append(other)
    return turns
