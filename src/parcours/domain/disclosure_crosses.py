"""Counts by two things at once, as exits by cohort: what is told, and the proof nothing is found.

Source: domain notes §8, points 3 and 5 (nested scopes, earlier outputs). The margins of a cross
are the tables told beside it, exactly as they are told: values masked there are one group here, so
that a cross never parts what a table hides. Every cross of a release shares one side (the exits):
whatever two of them say of other things may then be true of the same people, and each is judged
alone.

Between two dates a reader may hold that nobody left where a count did not fall. What a cross
tells is judged with each count at least what it was; what an earlier one masks stays unknown
either because the counts of today leave it room, or because they are masked too.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from parcours.domain.disclosure import Balance, Cell, Key, is_safe, mask

REST = "Autres"
Pair = tuple[str, str]


class Cross(NamedTuple):
    """Groups of two tables, everybody in one of each: counts by pair, and the pairs masked."""

    rows: Sequence[str]
    columns: Sequence[str]
    counts: Mapping[Pair, int]
    masked: frozenset[Pair] = frozenset()

    def margin(self, side: int, name: str) -> int:
        """How many people a group of a side holds."""
        return sum(count for pair, count in self.counts.items() if pair[side] == name)


def groups(
    parts: Mapping[str, int], masked: Iterable[str], before: Sequence[Mapping[str, str]]
) -> dict[str, str] | None:
    """By value of a table, the group it stands in: itself, or the rest where it is masked.

    `before` are the groups of crosses told earlier, for the values somebody had then, and hold:
    what stood in the rest stays there. None when a value told apart earlier is masked now.
    """
    hidden = set(masked)
    found = {name: REST if name in hidden else name for name in parts}
    for earlier in before:
        for name in parts:
            was = earlier.get(name)
            if was == name and found[name] == REST:
                return None
            if was == REST:
                found[name] = REST
    return found


def cross(
    counts: Mapping[Pair, int], row_groups: Mapping[str, str], column_groups: Mapping[str, str]
) -> Cross:
    """Counts by value of two tables, put together by group; groups of nobody are left out."""
    found: dict[Pair, int] = {}
    for (row, column), count in counts.items():
        pair = row_groups[row], column_groups[column]
        found[pair] = found.get(pair, 0) + count
    rows, columns = (
        [
            name
            for name in dict.fromkeys(sorted(names.values(), key=lambda name: name == REST))
            if any(pair[side] == name and count for pair, count in found.items())
        ]
        for side, names in enumerate((row_groups, column_groups))
    )
    kept = {(row, column): found.get((row, column), 0) for row in rows for column in columns}
    return Cross(rows, columns, kept)


def masked_cross(
    now: Cross, earlier: Sequence[Cross], *, least: int, width: int
) -> frozenset[Pair] | None:
    """The pairs to mask, beside each cross told before; None when it cannot be told at all."""
    sticky: frozenset[Pair] = frozenset()
    for _ in range(len(earlier) + 1):
        masked = _masked(now, earlier, sticky, least, width)
        if masked is None:
            return None
        left = [
            other for other in earlier if not (_stays(other, now, width) or other.masked <= masked)
        ]
        if not left:
            return masked
        if not all(_grew(other, now) for other in left):
            return None
        sticky = sticky | frozenset(pair for other in left for pair in other.masked)
    return None


def system(
    cross: Cross,
    *,
    least: int = 0,
    floors: Mapping[Pair, int] | None = None,
    tops: Mapping[Pair, int] | None = None,
) -> tuple[dict[Key, Cell], list[Balance], frozenset[Key]]:
    """A cross as counts tied by its margins, and the margins, which everybody knows."""
    cells: dict[Key, Cell] = {
        pair: Cell(
            count,
            least,
            known_least=(floors or {}).get(pair, 0),
            known_most=(tops or {}).get(pair),
        )
        for pair, count in cross.counts.items()
    }
    balances = []
    margins: list[Key] = []
    for side, names in enumerate((cross.rows, cross.columns)):
        for name in names:
            key = (side, name, "margin")
            margins.append(key)
            cells[key] = Cell(cross.margin(side, name), 0)
            inside: list[Key] = [pair for pair in cross.counts if pair[side] == name]
            balances.append(Balance([key], inside))
    return cells, balances, frozenset(margins)


def _masked(
    now: Cross, earlier: Sequence[Cross], sticky: frozenset[Pair], least: int, width: int
) -> frozenset[Pair] | None:
    floors: dict[Pair, int] = {}
    for other in earlier:
        for pair, count in other.counts.items():
            if pair in now.counts:
                floors[pair] = max(floors.get(pair, 0), min(count, now.counts[pair]))
    cells, balances, margins = system(now, least=least, floors=floors)
    try:
        found = mask(cells, balances, width=width, masked=sticky, frozen=margins)
    except ValueError:
        return None
    return frozenset(key for key in found if isinstance(key, tuple) and key in now.counts)


def _grew(other: Cross, now: Cross) -> bool:
    """Whether each masked count is still there, no smaller: masked again, it stays unknown."""
    return all(now.counts.get(pair, 0) >= other.counts[pair] for pair in other.masked)


def _stays(other: Cross, now: Cross, width: int) -> bool:
    """Whether what an earlier cross masks stays unknown, even with every count of today told."""
    tops = {
        pair: now.counts.get(pair, 0)
        for pair in other.masked
        if now.counts.get(pair, 0) >= other.counts[pair]
    }
    cells, balances, _ = system(other, tops=tops)
    return is_safe(cells, balances, other.masked, width=width)
