"""Nobody singled out: which counts of published tables are masked, and the proof they stay so.

Source: domain notes §8 (thresholds, complementary suppression, differences between outputs, true
zeros, rates). The rule is the product’s own, for the data protection officer to settle; each output
names its version. What a reader may find is read in domain/disclosure_network.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from parcours.domain.disclosure_network import Balance, Cell, Key, Network, apart, arcs_of

VERSION = "secret-2"


@dataclass(frozen=True, slots=True)
class Thresholds:
    """How few people are too few, by who reads; `width` is what a masked count’s range spans."""

    aggregated: int = 5
    sensitive: int = 11
    public: int = 11
    denominator: int = 11
    width: int = 5

    def least(self, *, is_public: bool, is_sensitive: bool) -> int:
        """The smallest count shown."""
        return max(
            self.public if is_public else self.aggregated, self.sensitive if is_sensitive else 0
        )


def mask(
    cells: Mapping[Key, Cell],
    balances: Sequence[Balance],
    *,
    width: int = 5,
    masked: Iterable[Key] = (),
    frozen: Iterable[Key] = (),
    spares_zeros: bool = True,
) -> frozenset[Key]:
    """The shown counts to mask: the small ones, then as few others as keep each unknown.

    Beside a count that could be found goes the smallest other, with its equals, again and again;
    what proves useless is shown after all. Same input, same answer. `masked` are masked already;
    `frozen`, already handed over as they are. A zero is masked last of all, and only where
    `spares_zeros` is false. Raises ValueError when balances are no network or frozen counts give
    another away.
    """
    kept, already = frozenset(frozen), frozenset(masked)
    arcs = arcs_of(cells, balances)
    found: frozenset[Key] = frozenset()
    for inside in apart(arcs):
        part = {key: cells[key] for key in cells if key in inside}
        network = Network(part, {key: arcs[key] for key in part})
        found |= _masked(network, already & inside, kept, width, spares_zeros)
    return found


def is_safe(
    cells: Mapping[Key, Cell],
    balances: Sequence[Balance],
    masked: Iterable[Key],
    *,
    width: int = 5,
) -> bool:
    """Whether each masked or small count keeps a range of `width`, the others being shown."""
    return Network(cells, arcs_of(cells, balances)).gap(set(masked), width) is None


def spans(
    cells: Mapping[Key, Cell],
    balances: Sequence[Balance],
    masked: Iterable[Key],
    *,
    width: int,
) -> dict[Key, tuple[int, int]]:
    """How far each masked count may fall and grow, the others being shown; `width` at most each."""
    network, among = Network(cells, arcs_of(cells, balances)), set(masked)
    return {
        key: (
            network.moved(key, among, min(width, cell.count - cell.floor), grows=False)[0],
            network.moved(key, among, min(width, cell.room), grows=True)[0],
        )
        for key, cell in cells.items()
        if key in among
    }


def shows_rate(numerator: int | None, denominator: int | None, thresholds: Thresholds) -> bool:
    """Whether a rate may stand: 11 people at least, neither its count nor the rest small."""
    if numerator is None or denominator is None or denominator < thresholds.denominator:
        return False
    rest = denominator - numerator
    return all(count == 0 or count >= thresholds.aggregated for count in (numerator, rest))


def _masked(
    network: Network,
    already: frozenset[Key],
    kept: frozenset[Key],
    width: int,
    spares_zeros: bool,
) -> set[Key]:
    """What to mask of counts that hang together."""
    cells = network.cells
    found = set(already) | {
        key for key, cell in cells.items() if cell.is_small and cell.is_shown and key not in kept
    }
    rounds: list[set[Key]] = []
    while (gap := network.gap(found, width)) is not None:
        more = _smallest(cells, gap, found | kept, spares_zeros)
        found |= more
        rounds.append(more)
    for more in reversed(rounds):
        if network.gap(found - more, width) is None:
            found -= more
    return found


def _smallest(
    cells: Mapping[Key, Cell], among: list[list[Key]], but: set[Key], spares_zeros: bool
) -> set[Key]:
    """The smallest shown counts, equals together: their place tells nothing. Zeros come last."""
    shown = [[key for key in keys if cells[key].is_shown and key not in but] for keys in among]
    for left in ([key for key in keys if cells[key].count] for keys in shown):
        if left:
            least = min(cells[key].count for key in left)
            return {key for key in left if cells[key].count == least}
    if shown[-1] and not spares_zeros:
        return set(shown[-1])
    raise ValueError("frozen counts give another away")
