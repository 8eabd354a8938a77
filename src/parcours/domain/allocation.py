"""A distribution of people over posts, as a suggestion that people then accept pair by pair.

Source: matching notes §4. Exact and in whole numbers: the Hungarian method by shortest augmenting
paths. Ties fall by a digest of the run, so neither the order read nor a name decides.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from heapq import heappop, heappush
from typing import NamedTuple

from parcours.domain.matching_filters import Status
from parcours.domain.matching_ranking import Wish
from parcours.domain.words import Word

LEAST_PCT = 40
VALUE_OF_POINT = 10
TIE_SIZE = 1 << 16
# Above any value of a pair: one more person placed is worth more than any better choice.
PLACED = 1001
Values = Mapping[str, Mapping[str, int]]


class Mode(Word):
    """What is sought first."""

    TOTAL = "total", "Les meilleures correspondances"
    PLACES = "places", "Le plus de personnes placées"


@dataclass(frozen=True, slots=True)
class Proposal:
    """A pair that could be proposed, as far as the allocation reads it."""

    learner: str
    need: str
    pct: int | None
    status: Status
    wish: Wish = Wish.UNSAID

    @property
    def value(self) -> int | None:
        """Tenths of a point, None when the pair cannot be proposed."""
        if self.pct is None or self.pct < LEAST_PCT or self.status is Status.BLOCKED:
            return None
        return None if self.wish is Wish.REFUSES else self.pct * VALUE_OF_POINT


class Allocation(NamedTuple):
    """A need for each learner, None for who has none; `total` is the sum of the pairs’ values."""

    needs: Mapping[str, str | None]
    total: int


class Difference(NamedTuple):
    """What the distribution changes for somebody, in points, beside the best pairs taken first."""

    learner: str
    need: str | None
    greedy_need: str | None
    points: int


def values_of(proposals: Iterable[Proposal]) -> dict[str, dict[str, int]]:
    """The values of the pairs that can be proposed; who has none stays, with nothing."""
    found: dict[str, dict[str, int]] = {}
    for one in proposals:
        values = found.setdefault(one.learner, {})
        if one.value is not None:
            values[one.need] = one.value
    return found


def allocate(
    values: Values, posts: Mapping[str, int], *, run: str, mode: Mode = Mode.TOTAL
) -> Allocation:
    """The distribution of greatest total, or of most people placed and then of greatest total.

    `values` maps each learner to the needs that can be proposed; nobody takes a seat twice, and
    there are no more people on a need than posts.
    """
    learners = sorted(values)
    seats = [need for need in sorted(posts) for _ in range(min(posts[need], len(learners)))]
    bonus = PLACED * (len(learners) + 1) if mode is Mode.PLACES else 0
    size = TIE_SIZE * (len(learners) + 1)
    costs = [
        {
            place: -((values[learner][need] + bonus) * size + _tie(run, learner, need))
            for place, need in enumerate(seats)
            if need in values[learner]
        }
        for learner in learners
    ]
    placed = _assign(costs, len(seats))
    needs = {
        learner: None if seat is None else seats[seat]
        for learner, seat in zip(learners, placed, strict=True)
    }
    return Allocation(needs, _total(needs, values))


def allocate_greedily(values: Values, posts: Mapping[str, int], *, run: str) -> Allocation:
    """The best pair first, then the next: what each would get alone, and the only stable result."""
    left = dict(posts)
    needs: dict[str, str | None] = dict.fromkeys(sorted(values))
    pairs = [
        (-value, -_tie(run, learner, need), learner, need)
        for learner, by_need in values.items()
        for need, value in by_need.items()
    ]
    for _value, _order, learner, need in sorted(pairs):
        if needs[learner] is None and left.get(need, 0) > 0:
            needs[learner] = need
            left[need] -= 1
    return Allocation(needs, _total(needs, values))


def compare(allocation: Allocation, greedy: Allocation, values: Values) -> list[Difference]:
    """Who gains and who gives points: « A −5 points, B +70 »."""
    found = []
    for learner, need in sorted(allocation.needs.items()):
        other = greedy.needs[learner]
        change = _value(values, learner, need) - _value(values, learner, other)
        if need != other:
            found.append(Difference(learner, need, other, change // VALUE_OF_POINT))
    return found


def _tie(run: str, learner: str, need: str) -> int:
    return int.from_bytes(hashlib.sha256(f"{run}|{learner}|{need}".encode()).digest()[:2])


def _value(values: Values, learner: str, need: str | None) -> int:
    return 0 if need is None else values[learner][need]


def _total(needs: Mapping[str, str | None], values: Values) -> int:
    return sum(_value(values, learner, need) for learner, need in needs.items())


def _assign(costs: list[dict[int, int]], seats: int) -> list[int | None]:
    """The seat of each row at least total cost; a row may also stay out, at no cost.

    Each row has a seat of its own beyond the real ones, so that a solution always exists. Rows
    enter one by one along a shortest augmenting path; potentials keep every reduced cost positive.
    """
    rows = [cost | {seats + row: 0} for row, cost in enumerate(costs)]
    hall = _Hall(rows, [min(cost.values()) for cost in rows], {}, {}, {})
    for row in range(len(rows)):
        _seat(row, hall)
    places = (hall.seat_of[row] for row in range(len(rows)))
    return [seat if seat < seats else None for seat in places]


class _Hall(NamedTuple):
    """The rows and their costs by seat, the potentials of both sides, and who sits where."""

    rows: list[dict[int, int]]
    row_potential: list[int]
    seat_potential: dict[int, int]
    row_at: dict[int, int]
    seat_of: dict[int, int]


def _seat(start: int, hall: _Hall) -> None:
    """Seat one more row, moving others along the cheapest chain."""
    seat, before, done = _cheapest_chain(start, hall)
    length = done[seat]
    hall.row_potential[start] += length
    for other, reach in done.items():
        if other in hall.row_at:
            hall.row_potential[hall.row_at[other]] += length - reach
        hall.seat_potential[other] = hall.seat_potential.get(other, 0) - (length - reach)
    row = before[seat]
    while row != start:
        left = hall.seat_of[row]
        hall.row_at[seat], hall.seat_of[row] = row, seat
        seat, row = left, before[left]
    hall.row_at[seat], hall.seat_of[row] = row, seat


def _cheapest_chain(start: int, hall: _Hall) -> tuple[int, dict[int, int], dict[int, int]]:
    """The free seat reached at least cost, the row before each seat, the cost of those settled."""
    reached: dict[int, int] = {}
    before: dict[int, int] = {}
    done: dict[int, int] = {}
    heap: list[tuple[int, int]] = []
    row, so_far = start, 0
    while True:
        base = so_far - hall.row_potential[row]
        for seat, cost in hall.rows[row].items():
            reach = base + cost - hall.seat_potential.get(seat, 0)
            if seat not in done and (seat not in reached or reach < reached[seat]):
                reached[seat], before[seat] = reach, row
                heappush(heap, (reach, seat))
        while True:
            so_far, seat = heappop(heap)
            if seat not in done:
                break
        done[seat] = so_far
        if seat not in hall.row_at:
            return seat, before, done
        row = hall.row_at[seat]
