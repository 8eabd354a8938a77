"""Counts by two things at once, as exits by cohort: what is told, and the proof nothing is found.

Source: domain notes §8, points 3 and 5 (nested scopes, earlier outputs). The margins of a cross
are the tables told beside it, exactly as they are told: values masked there are one group here, so
that a cross never parts what a table hides. Every cross of a release shares one side (the exits):
whatever two of them say of other things may then be true of the same people, and each is judged
alone.

Between two dates a reader may hold that nobody left where a count did not fall. Two crosses are
then put together: what each masks stays unknown either with every count of the other known, or
because the other masks the same counts, that may be more or fewer at both dates.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from parcours.domain.disclosure import is_safe, mask
from parcours.domain.disclosure_network import Balance, Cell, Key

REST = "Autres"
Pair = tuple[str, str]


class Cross(NamedTuple):
    """Groups of two tables, everybody in one of each: counts by pair, and the pairs masked.

    One that is not told counts too: the tables beside it told its margins.
    """

    rows: Sequence[str]
    columns: Sequence[str]
    counts: Mapping[Pair, int]
    masked: frozenset[Pair] = frozenset()
    is_told: bool = True

    def margin(self, side: int, name: str) -> int:
        """How many people a group of a side holds."""
        return sum(count for pair, count in self.counts.items() if pair[side] == name)


def groups(
    parts: Mapping[str, int], masked: Iterable[str], before: Sequence[Mapping[str, str]]
) -> dict[str, str] | None:
    """By value of a table, the group it stands in: itself, or the rest where it is masked.

    `before` is how each earlier release held the values somebody had then (`held`): what was
    masked or stood in the rest stays there. None when a value told apart earlier would be hidden.
    """
    rest = set(masked).union(*(_in_rest(earlier) for earlier in before))
    found = {name: REST if name in rest else name for name in parts}
    for earlier in before:
        if any(found[name] == REST and earlier.get(name) == name for name in parts):
            return None
    return found


def held(masked: Iterable[str], told: Mapping[str, str]) -> dict[str, str]:
    """How a release held the values of a table: what it masked, then the groups of its cross.

    A release that told no cross masked as much: a later cross that told these values apart would
    give away what they hid.
    """
    return dict.fromkeys(masked, REST) | dict(told)


def _in_rest(earlier: Mapping[str, str]) -> set[str]:
    return {name for name, group in earlier.items() if group == REST}


def cross(
    counts: Mapping[Pair, int], row_groups: Mapping[str, str], column_groups: Mapping[str, str]
) -> Cross:
    """Counts by value of two tables, put together by group; groups of nobody are left out."""
    found: dict[Pair, int] = {}
    for (row, column), count in counts.items():
        pair = row_groups.get(row, row), column_groups.get(column, column)
        found[pair] = found.get(pair, 0) + count
    rows, columns = (
        [
            name
            for name in dict.fromkeys(sorted(names, key=lambda name: name == REST))
            if any(pair[side] == name and count for pair, count in found.items())
        ]
        for side, names in enumerate(
            (
                [*row_groups.values(), *(pair[0] for pair in found)],
                [*column_groups.values(), *(pair[1] for pair in found)],
            )
        )
    )
    kept = {(row, column): found.get((row, column), 0) for row in rows for column in columns}
    return Cross(rows, columns, kept)


def masked_cross(
    now: Cross, earlier: Sequence[Cross], *, least: int, width: int
) -> frozenset[Pair] | None:
    """The pairs to mask, beside each cross told before; None when it cannot be told at all."""
    sticky: frozenset[Pair] = frozenset()
    floors: dict[Pair, int] = {}
    for _ in range(len(earlier) + 2):
        masked = _masked(now, sticky, floors, least, width)
        if masked is None:
            return None
        told = now._replace(masked=masked)
        left = [other for other in earlier if not _are_safe(other, told, width)]
        if not left:
            return masked
        more = sticky.union(*(other.masked for other in left if other.is_told))
        if more == sticky:
            floors = _floors(now, left)
        elif not more <= now.counts.keys():
            return None
        sticky = more
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
            hides_zero=not cross.is_told,
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
    now: Cross,
    sticky: frozenset[Pair],
    floors: Mapping[Pair, int],
    least: int,
    width: int,
) -> frozenset[Pair] | None:
    cells, balances, margins = system(now, least=least, floors=floors)
    try:
        found = mask(cells, balances, width=width, masked=sticky, frozen=margins)
    except ValueError:
        return None
    return frozenset(key for key in found if isinstance(key, tuple) and key in now.counts)


def _floors(now: Cross, earlier: Iterable[Cross]) -> dict[Pair, int]:
    """How many each pair holds at least, what it held before being known."""
    found: dict[Pair, int] = {}
    for other in earlier:
        for pair, count in other.counts.items():
            if pair in now.counts:
                found[pair] = max(found.get(pair, 0), min(count, now.counts[pair]))
    return found


def _are_safe(other: Cross, now: Cross, width: int) -> bool:
    """Whether what two crosses mask stays unknown when they are put together."""
    return _former_stays(other, now, width) and _latter_stays(other, now, width)


def _former_stays(other: Cross, now: Cross, width: int) -> bool:
    """What the earlier one masks: with every count of today known, or masked again today."""
    if not other.is_told:
        return True
    tops = {
        pair: now.counts.get(pair, 0)
        for pair in other.masked
        if now.counts.get(pair, 0) >= other.counts[pair]
    }
    cells, balances, _ = system(other, tops=tops)
    if is_safe(cells, balances, other.masked, width=width):
        return True
    return other.masked <= now.masked and len(tops) == len(other.masked)


def _latter_stays(other: Cross, now: Cross, width: int) -> bool:
    """What the later one masks: with every earlier count known, or masked before already."""
    cells, balances, _ = system(now, floors=_floors(now, [other]))
    if is_safe(cells, balances, now.masked, width=width):
        return True
    if other.is_told and not now.masked <= other.masked:
        return False
    # As many fewer at both dates; what was masked is one at least, what was not told may be nobody.
    least = 1 if other.is_told else 0
    floors = {pair: now.counts[pair] - other.counts.get(pair, 0) + least for pair in now.masked}
    cells, balances, _ = system(now, floors=floors)
    return is_safe(cells, balances, now.masked, width=width)
