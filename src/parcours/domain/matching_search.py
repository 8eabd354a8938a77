"""One need against everybody: the first page exactly as if all had been scored one by one.

Source: matching notes §2.4, §2.6. Nobody without a related skill can score, so only the sets of
people who hold one are read; their scores are then added up for everybody at once, in whole
numbers, and only the page shown is put in order.
"""

from collections.abc import Iterator, Mapping
from functools import cached_property, reduce
from itertools import islice
from operator import and_, or_
from typing import NamedTuple

from parcours.domain.bit_planes import Planes, add_to, at_least, product
from parcours.domain.matching_pool import Gathered, Held, Pool, Ref
from parcours.domain.matching_ranking import tie
from parcours.domain.matching_rules import LEVEL_PARTS, Band
from parcours.domain.matching_target import Target

BEST = 100


class Scored(NamedTuple):
    """Somebody at their rank: the number and the band shown."""

    rank: int
    ref: Ref
    pct: int
    band: Band


class Equals(NamedTuple):
    """People that the screen shows alike."""

    band: Band
    pct: int
    people: int


class _Line(NamedTuple):
    """The people of one requirement, by what they cover of it; who reaches it, time aside."""

    by_units: Mapping[int, int]
    reaches: int


class Search:
    """The scores of everybody for a need; `among` limits it to some people (a mask of the pool).

    `is_projected` adds what modules will have brought by the entry date.
    """

    def __init__(
        self, pool: Pool, target: Target, *, among: int | None = None, is_projected: bool = False
    ) -> None:
        self.pool, self.target, self.is_projected = pool, target, is_projected
        everybody = (1 << len(pool)) - 1
        self.among = everybody if among is None else among & everybody
        self._lines = [self._line(place) for place in range(len(target.lines))]
        self._reaching: dict[int, int] = {}
        self.related = reduce(or_, (_union(line.by_units) for line in self._lines), 0)

    @cached_property
    def bands(self) -> Mapping[Band, int]:
        """The people of each band, as masks; who has no related skill is in none."""
        rules = self.target.rules
        essential = [
            line
            for line, asked in zip(self._lines, self.target.lines, strict=True)
            if asked.is_essential
        ]
        reaching = reduce(and_, (line.reaches for line in essential), self.among)
        holding = reduce(and_, (_union(line.by_units) for line in essential), self.among)
        left, found = self.related, {}
        for band, people in (
            (Band.READY, self._from(*rules.ready_from.as_integer_ratio()) & reaching),
            (Band.WITH_SUPPORT, self._from(*rules.with_support_from.as_integer_ratio()) & holding),
            (Band.TO_PREPARE, self._from(*rules.to_prepare_from.as_integer_ratio())),
            (Band.FAR, left),
        ):
            found[band] = left & people
            left ^= found[band]
        return found

    @property
    def counts(self) -> dict[Band, int]:
        """How many people each band holds: no page without its count."""
        return {band: people.bit_count() for band, people in self.bands.items()}

    def in_order(self, within: int | None = None) -> Iterator[Equals]:
        """Groups of people shown alike, the best first; each is one rank `within` some people."""
        for band, people in self.bands.items():
            left = people if within is None else people & within
            for pct in range(BEST, -1, -1):
                if not left:
                    break
                alike = left & self._showing(pct)
                if alike:
                    yield Equals(band, pct, alike)
                    left ^= alike

    def page(
        self, run: str, need: str, *, offset: int = 0, limit: int = 40, within: int | None = None
    ) -> list[Scored]:
        """A page of the ranking `within` some people: equals in the order of the run’s digest."""
        found: list[Scored] = []
        seen = 0
        for rank, group in enumerate(self.in_order(within), 1):
            count = group.people.bit_count()
            if seen + count > offset:
                refs = self._ordered(group.people, run, need)
                first = max(0, offset - seen)
                wanted = islice(refs, first, first + limit - len(found))
                found += [Scored(rank, ref, group.pct, group.band) for ref in wanted]
            seen += count
            if len(found) >= limit:
                break
        return found

    def _ordered(self, people: int, run: str, need: str) -> list[Ref]:
        return sorted(self.pool.refs_of(people), key=lambda ref: tie(run, need, str(ref)))

    def _line(self, place: int) -> _Line:
        """Each person at their best coverage of a requirement, in a set with their equals."""
        full = self.target.scale.exact * LEVEL_PARTS
        size = len(self.pool)
        by_units: dict[int, Gathered] = {}
        reaching = Gathered(size)
        for held, levels in self._related(place):
            for one, people in self.pool.sets_of(held).items():
                if isinstance(one, Held) and not self._is_out(one):
                    units = levels[one.level] * self.target.kept(one.skill, one.on, None)
                    if units not in by_units:
                        by_units[units] = Gathered(size)
                    by_units[units].add(people)
                    if levels[one.level] == full:
                        reaching.add(people)
        masks = {units: people.mask for units, people in by_units.items()}
        return _Line(_best_only(masks, self.among), reaching.mask & self.among)

    def _related(self, place: int) -> Iterator[tuple[str, tuple[int, ...]]]:
        for held, worths in self.target.worth.items():
            for at, _relation, levels in worths:
                if at == place:
                    yield held, levels

    def _is_out(self, one: Held) -> bool:
        """Whether it does not count: expired, or a module that is not done by then."""
        if one.is_planned:
            start = self.target.start
            is_done = start is not None and one.on is not None and one.on <= start
            return not (self.is_projected and is_done)
        return self.target.is_over(one.valid_until)

    @cached_property
    def _scores(self) -> tuple[Planes, int]:
        """Everybody’s numerator, and the denominator they share (see `Target.score`)."""
        target, scale = self.target, self.target.scale
        covered: Planes = []
        factor: Planes = []
        for asked, line in zip(target.lines, self._lines, strict=True):
            for units, people in line.by_units.items():
                add_to(covered, asked.weight * units, people)
                if asked.is_essential:
                    add_to(factor, scale.share * asked.weight * units, people)
        if not target.essential:
            return covered, max(1, target.total * scale.unit)
        full = target.essential * scale.unit
        add_to(factor, scale.kept * full, self.among)
        return product(covered, factor), target.total * scale.unit * scale.share_parts * full

    def _from(self, top: int, bottom: int) -> int:
        """The people whose score is at least a fraction."""
        planes, shared = self._scores
        return at_least(planes, -(-shared * top // bottom), self.among)

    def _showing(self, pct: int) -> int:
        """The people whose score, rounded, is at least a number."""
        if pct not in self._reaching:
            self._reaching[pct] = self._from(2 * pct - 1, 2 * BEST)
        return self._reaching[pct]


def _best_only(masks: Mapping[int, int], among: int) -> dict[int, int]:
    """Each person in the set of their highest units alone."""
    found: dict[int, int] = {}
    left = among
    for units in sorted(masks, reverse=True):
        if units and (people := masks[units] & left):
            found[units] = people
            left ^= people
    return found


def _union(by_units: Mapping[int, int]) -> int:
    """Everybody who covers something of a requirement; the sets are disjoint."""
    return sum(by_units.values())
