"""The six questions for everybody at once: whom a constraint sets aside, whom one has to ask.

Source: matching notes §2.5. Each answer given is checked once for all who gave it, by the same
rules as for one pair; only distances near the limit of somebody’s radius are measured one by one.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from math import hypot, radians
from operator import or_
from typing import Any

from parcours.domain import needs
from parcours.domain.bit_planes import mask_of, positions_of
from parcours.domain.job_search import EARTH_METRES, JobSearch, filter_terms, metres_between
from parcours.domain.matching_filters import (
    KILOMETRE,
    Constraints,
    Filter,
    Status,
    Terms,
    check_one,
    reach,
)
from parcours.domain.matching_pool import CELL, Cell, Gathered, Item, Marked, Pool, Spot, Told

# Nobody is farther from the middle of a cell than this, in metres, whatever is rounded.
CELL_RADIUS = EARTH_METRES * hypot(radians(CELL / 2), radians(CELL / 2)) + 2
FIELDS = {
    Filter.AVAILABILITY: "available_from",
    Filter.CONTRACT: "contracts",
    Filter.MOBILITY: "radius",
    Filter.LICENCE: "licences",
    Filter.SLOTS: "slots",
    Filter.HOURS: "hours",
}
# Whoever said where they leave from.
PLACED = Marked("placed")
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Sorted:
    """Everybody by what their answers come to, as masks: by the filter that blocks, and to check.

    Somebody blocked is in no other group; several filters may block the same person.
    """

    blocking: Mapping[Filter, int]
    to_check: int

    @property
    def blocked(self) -> int:
        """Whoever one filter at least sets aside."""
        return reduce(or_, self.blocking.values(), 0)

    def blocked_by_one(self) -> dict[Filter, int]:
        """By filter, those it alone keeps out."""
        once = twice = 0
        for people in self.blocking.values():
            twice |= once & people
            once |= people
        return {one: people & ~twice for one, people in self.blocking.items()}


def facts_of(search: JobSearch) -> Iterator[Item]:
    """What a pool keeps of somebody’s answers; what nobody asked is no fact."""
    said = search.constraints()
    for one, name in FIELDS.items():
        value: Any = getattr(said, name)
        if value is not None:
            yield Marked(one.value)
            yield Told(one, frozenset(value.items()) if one is Filter.MOBILITY else value)
    if search.point is not None:
        yield PLACED
        yield Spot(*search.point)


def sort(
    pool: Pool,
    terms: needs.Terms,
    site: Point | None,
    among: int,
    *,
    metres: Mapping[int, int] | None = None,
) -> Sorted:
    """Sort some people of a pool by their answers to what a need sets.

    `metres` gives, by a distance they told of this very need, those who told it.
    """
    blocking, checks = {}, 0
    for one in Filter:
        if one is Filter.MOBILITY and not terms.is_remote:
            blocked, to_check = _sorted_by_distance(pool, terms, site, among, metres or {})
        else:
            blocked, to_check = _sorted_by(pool, one, terms, among)
        blocking[one] = blocked & among
        checks |= to_check
    found = Sorted(blocking, 0)
    return Sorted(blocking, checks & among & ~found.blocked)


def _sorted_by(pool: Pool, asked: Filter, terms: needs.Terms, among: int) -> tuple[int, int]:
    """Whom one question blocks, and of whom it must be asked."""
    settled = filter_terms(terms)
    people = {status: Gathered(len(pool)) for status in Status}
    for one, them in pool.sets_of(Told(asked, None).topic).items():
        value: Any = one.value if isinstance(one, Told) else None
        # Only contracts change what is compared: one accepted among several is enough.
        ours = filter_terms(terms, value) if asked is Filter.CONTRACT else settled
        status = _status(ours, asked, value)
        if status is not Status.OK:
            people[status].add(them)
    blocked, to_check = people[Status.BLOCKED].mask, people[Status.CHECK].mask
    if _status(settled, asked, None) is Status.CHECK:
        to_check |= among & ~pool.whole(Marked(asked.value))
    return blocked, to_check


def _sorted_by_distance(
    pool: Pool, terms: needs.Terms, site: Point | None, among: int, metres: Mapping[int, int]
) -> tuple[int, int]:
    """The same of how far people go: a distance they told comes before that of their point."""
    settled, nowhere = filter_terms(terms), Gathered(len(pool))
    reaching: dict[int, Gathered] = {}
    for one, them in pool.sets_of(Told(Filter.MOBILITY, None).topic).items():
        value: Any = one.value if isinstance(one, Told) else ()
        limit = reach(settled, dict(value))
        group = nowhere if limit is None else reaching.setdefault(limit, Gathered(len(pool)))
        group.add(them)
    groups = {limit: them.mask & among for limit, them in reaching.items()}
    blocked = nowhere.mask
    for limit, them in groups.items():
        for told, who in metres.items():
            blocked |= them & who if told > KILOMETRE * limit else 0
    told_by = reduce(or_, metres.values(), 0)
    placed = pool.whole(PLACED) if site else 0
    to_check = reduce(or_, groups.values(), 0) & ~told_by & ~placed
    if site:
        here = {limit: them & placed & ~told_by for limit, them in groups.items()}
        blocked |= _beyond(pool, site, here)
    return blocked, to_check | among & ~pool.whole(Marked(Filter.MOBILITY.value))


def _status(terms: Terms, asked: Filter, value: Any) -> Status:
    """What an answer comes to, distances apart; None is not asked."""
    if asked is Filter.MOBILITY and value is not None:
        value = dict(value)
    return check_one(asked, terms, Constraints(**{FIELDS[asked]: value})).status


def _beyond(pool: Pool, site: Point, reaching: Mapping[int, int]) -> int:
    """Those who live farther than they go; `reaching` gives the people of each limit, in km."""
    cells = sorted(
        ((metres_between(one.centre, site), number, people)
         for number, (one, people) in enumerate(pool.sets_of(Cell(0, 0).topic).items())
         if isinstance(one, Cell)),
        key=lambda cell: cell[:2],
    )  # fmt: skip
    beyond = inside = place = 0
    for limit in sorted(reaching):
        metres, people = KILOMETRE * limit, reaching[limit]
        surely = Gathered(len(pool))
        while place < len(cells) and cells[place][0] + CELL_RADIUS <= metres:
            surely.add(cells[place][2])
            place += 1
        inside |= surely.mask
        near = Gathered(len(pool))
        for middle, _number, them in cells[place:]:
            if middle - CELL_RADIUS > metres:
                break
            near.add(them)
        measured = positions_of(near.mask & people)
        within = inside | mask_of(_within(pool, site, measured, metres), len(pool))
        beyond |= people & ~within
    return beyond


def _within(pool: Pool, site: Point, positions: Iterable[int], metres: int) -> Iterator[int]:
    for position in positions:
        here = pool.latitudes[position], pool.longitudes[position]
        if metres_between(here, site) <= metres:
            yield position
