"""A reader of every page of a territory, who adds and subtracts: written apart from the rule.

Each count is an unknown, each sum an equation; what a page shows is given. From each sum the reader
draws the least and the most of each term, again and again until nothing more is learnt.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field

Key = Hashable
Counts = dict[Key, int]
# More people than there are.
ENDLESS = 100_000


@dataclass
class Reader:
    """What is known of each count, and the sums they make."""

    bounds: dict[Key, tuple[int, int]] = field(default_factory=dict)
    sums: dict[Key, list[Counts]] = field(default_factory=lambda: defaultdict(list))

    def told(self, key: Key, count: int | None, *, floor: int = 0) -> None:
        """A count shown, or masked and `floor` at least."""
        self.bounds[key] = (floor, ENDLESS) if count is None else (count, count)

    def adds_up(self, total: Key, terms: Iterable[Key]) -> None:
        """A total is the sum of its terms: less the total, they are nothing."""
        equation = {total: -1, **dict.fromkeys(terms, 1)}
        for key in equation:
            self.bounds.setdefault(key, (0, ENDLESS))
            self.sums[key].append(equation)

    def settle(self) -> None:
        """Learn all that sums tell, one at a time."""
        waiting = dict.fromkeys(self.bounds)
        while waiting:
            key, _ = waiting.popitem()
            for equation in self.sums[key]:
                waiting |= dict.fromkeys(self._learnt(equation))

    def _learnt(self, equation: Counts) -> list[Key]:
        """The terms of a sum that it tells more of."""
        found = []
        ends = {key: sorted(sign * end for end in self.bounds[key])
                for key, sign in equation.items()}  # fmt: skip
        least = sum(low for low, _ in ends.values())
        most = sum(high for _, high in ends.values())
        for key, (low, high) in ends.items():
            tight = [equation[key] * end for end in (max(low, high - most), min(high, low - least))]
            new = min(tight), max(tight)
            if new != self.bounds[key]:
                self.bounds[key] = new
                found.append(key)
        return found
