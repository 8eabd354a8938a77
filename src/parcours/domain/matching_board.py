"""One person against every need: only those that ask for something related are scored.

Source: matching notes §2.4 and §2.6. The needs are made ready once a day; what they ask is looked
up by skill, so that a person’s twenty skills find their needs without reading the others.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from parcours.domain.matching_ranking import tie
from parcours.domain.matching_rules import Band, Evidence
from parcours.domain.matching_target import Target


class Offered(NamedTuple):
    """A need for somebody, at its rank; equals share it."""

    rank: int
    need: str
    pct: int
    band: Band


class Board:
    """The needs open on a day, ready to be compared."""

    def __init__(self, targets: Mapping[str, Target]) -> None:
        self.targets: dict[str, Target] = {}
        self._asking: dict[str, list[str]] = {}
        for need, target in targets.items():
            self.put(need, target)

    @property
    def not_evaluable(self) -> tuple[str, ...]:
        """The needs that ask for no skill."""
        return tuple(sorted(need for need, one in self.targets.items() if not one.lines))

    def put(self, need: str, target: Target) -> None:
        """One need more, which the board does not know yet."""
        self.targets[need] = target
        for skill in target.worth:
            self._asking.setdefault(skill, []).append(need)

    def scores(self, evidence: Iterable[Evidence]) -> dict[str, tuple[int, Band]]:
        """The number and band of each need somebody covers something of."""
        # Of what somebody holds, a need reads nothing but what has to do with it.
        related: dict[str, list[Evidence]] = {}
        for item in evidence:
            for need in self._asking.get(item.skill, ()) if item.level else ():
                related.setdefault(need, []).append(item)
        found = {}
        for need, held in related.items():
            target = self.targets[need]
            units = target.units(held)
            if any(units):
                found[need] = target.shown(units, held)
        return found

    def offers(self, evidence: Iterable[Evidence], *, run: str, learner: str) -> list[Offered]:
        """The needs where somebody scores something, the best first; the others are at zero."""
        scored = [
            (band.place, -pct, tie(run, need, learner), need)
            for need, (pct, band) in self.scores(evidence).items()
        ]
        found: list[Offered] = []
        rank, last = 0, (-1, -1)
        for place, minus, _order, need in sorted(scored):
            if (place, minus) != last:
                rank, last = rank + 1, (place, minus)
            found.append(Offered(rank, need, -minus, list(Band)[place]))
        return found
