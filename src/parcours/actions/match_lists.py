"""A page of the people a need may be proposed, with the count of all the others: exact, and quick.

From the rows where few people are known, from the pool of the process where they are many: both
give the same page (tests/features/test_candidates_at_scale.py).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from parcours.actions import match_pools
from parcours.actions.match_asked import Asking, ask
from parcours.actions.matching import Comparison, compare_asked
from parcours.domain.access import Actor
from parcours.domain.matching_filters import (
    Filter,
    Pair,
    Status,
    levers,
)
from parcours.domain.matching_pool import Pool, Ref, Wished
from parcours.domain.matching_ranking import Candidate, Pile, Ranked, Wish, tie
from parcours.domain.matching_rules import Band
from parcours.domain.matching_search import Search
from parcours.domain.matching_sorting import sort
from parcours.models.visibility import scope


@dataclass(frozen=True, slots=True)
class Tally:
    """How many people each pile holds, and each band among those nothing sets aside."""

    asking: Asking
    people: int
    piles: Mapping[Pile, int]
    bands: Mapping[Band, int]


STATUSES = {Pile.PROPOSABLE: Status.OK, Pile.TO_CHECK: Status.CHECK, Pile.BLOCKED: Status.BLOCKED}


@dataclass(frozen=True, slots=True)
class Shortlist:
    """Some people of a pile in order, how many each pile holds, how many were compared in all.

    `levers` counts, by filter, those it alone keeps out,
    when that pile is asked for.
    """

    asking: Asking
    people: int
    counts: Mapping[Pile, int]
    start: int
    rows: Sequence[Ranked]
    levers: Mapping[Filter, int]

    @property
    def unrelated(self) -> int:
        """Those who hold no skill that the need has to do with."""
        return self.people - sum(self.counts.values())


def shortlist(
    session: Session,
    actor: Actor,
    need_id: int,
    pile: Pile = Pile.PROPOSABLE,
    *,
    start: int = 0,
    size: int = 40,
    today: date,
) -> Shortlist:
    """Compare a need the actor reads with everybody they may propose; NotFound otherwise.

    A `start` past the end is brought back to the last person.
    """
    counts_people = not match_pools.is_ready(session)
    asking = ask(session, actor, need_id, today=today, counts_people=counts_people)
    with match_pools.held(session, asking.taxonomy) as pool:
        if pool is None:
            return _from_rows(compare_asked(session, actor, asking), pile, start, size)
        return _crowd(actor, asking, pool).shortlist(pile, start, size)


def tally(session: Session, actor: Actor, need_id: int, *, today: date) -> Tally:
    """How many stand where for a need, of those the actor may propose (NotFound)."""
    counts_people = not match_pools.is_ready(session)
    asking = ask(session, actor, need_id, today=today, counts_people=counts_people)
    with match_pools.held(session, asking.taxonomy) as pool:
        if pool is None:
            return _counted(compare_asked(session, actor, asking))
        return _crowd(actor, asking, pool).tally()


def _crowd(actor: Actor, asking: Asking, pool: Pool) -> "_Crowd":
    return _Crowd(pool, asking, pool.seen_by(scope(actor, asking.as_of)["org"], asking.as_of))


def _counted(found: Comparison) -> Tally:
    bands = [one.band for _rank, one in (*found.ranking.proposable, *found.ranking.to_check)]
    piles = {one: len(found.ranking.pile(one)) for one in Pile}
    return Tally(found.asking, found.people, piles, {one: bands.count(one) for one in Band})


def _from_rows(found: Comparison, pile: Pile, start: int, size: int) -> Shortlist:
    counts = {one: len(found.ranking.pile(one)) for one in Pile}
    rows = found.ranking.pile(pile)
    start = _within(start, len(rows))
    return Shortlist(
        asking=found.asking,
        people=found.people,
        counts=counts,
        start=start,
        rows=rows[start : start + size],
        levers=_levers(found) if pile is Pile.BLOCKED else {},
    )


def _levers(found: Comparison) -> dict[Filter, int]:
    """What each constraint alone keeps closed, among people worth proposing."""
    asked = found.asking.asked
    blocked = (
        Pair(one.ref, str(asked.need_id), asked.posts, one.band, found.answers[int(one.ref)])
        for _rank, one in found.ranking.blocked
    )
    return {one: lever.pairs for one, lever in levers(blocked).items() if lever.pairs}


def _within(start: int, total: int) -> int:
    return min(start, max(0, total - 1))


class _Crowd:
    """Everybody of a pool beside a need, as sets."""

    def __init__(self, pool: Pool, asking: Asking, among: int) -> None:
        self.pool, self.asking, self.among = pool, asking, among
        asked = asking.asked
        self.search = Search(pool, asking.target, among=among)
        related = self.search.related
        self.wishes: dict[Wish, int] = dict.fromkeys(Wish, 0)
        metres: dict[int, int] = {}
        for one in pool.sets_of(Wished(asked.need_id, Wish.UNSAID, None).topic):
            if isinstance(one, Wished):
                self.wishes[one.wish] |= pool.whole(one)
                if one.metres is not None:
                    metres[one.metres] = metres.get(one.metres, 0) | pool.whole(one)
        self.sorted = sort(pool, asked.terms, asked.site, related, metres=metres)
        self.refused = related & self.wishes[Wish.REFUSES]
        willing = related & ~self.refused
        blocked, to_check = self.sorted.blocked & willing, self.sorted.to_check & willing
        self.piles = {
            Pile.PROPOSABLE: willing & ~blocked & ~to_check,
            Pile.TO_CHECK: to_check,
            Pile.BLOCKED: blocked,
            Pile.REFUSED: self.refused,
        }

    def shortlist(self, pile: Pile, start: int, size: int) -> Shortlist:
        """The page."""
        counts = {one: people.bit_count() for one, people in self.piles.items()}
        start = _within(start, counts[pile])
        rows = self._refusing if pile is Pile.REFUSED else self._ranked(pile, start, size)
        return Shortlist(
            asking=self.asking,
            people=self.among.bit_count(),
            counts=counts,
            start=start,
            rows=rows[start : start + size] if pile is Pile.REFUSED else rows,
            levers=self._levers() if pile is Pile.BLOCKED else {},
        )

    def tally(self) -> Tally:
        """The counts alone."""
        piles = {one: people.bit_count() for one, people in self.piles.items()}
        kept = self.piles[Pile.PROPOSABLE] | self.piles[Pile.TO_CHECK]
        bands = {band: (them & kept).bit_count() for band, them in self.search.bands.items()}
        return Tally(self.asking, self.among.bit_count(), piles, bands)

    def _ranked(self, pile: Pile, start: int, size: int) -> list[Ranked]:
        asked = self.asking.asked
        rows = self.search.page(
            self.asking.run, str(asked.need_id), offset=start, limit=size, within=self.piles[pile]
        )
        return [
            Ranked(row.rank, Candidate(str(row.ref), row.pct, row.band, STATUSES[pile],
                                       self._wish(row.ref)))
            for row in rows
        ]  # fmt: skip

    @property
    def _refusing(self) -> list[Ranked]:
        """Those who do not want it, without a rank."""
        about = str(self.asking.asked.need_id)
        found = [
            Candidate(str(ref), group.pct, group.band, self._status(ref), Wish.REFUSES)
            for group in self.search.in_order(self.refused)
            for ref in self.pool.refs_of(group.people)
        ]
        order = sorted(found, key=lambda one: tie(self.asking.run, about, one.ref))
        return [Ranked(0, one) for one in order]

    def _levers(self) -> dict[Filter, int]:
        bands = self.search.bands
        worth = self.piles[Pile.BLOCKED] & ~bands[Band.FAR]
        alone = self.sorted.blocked_by_one()
        counts = {one: (people & worth).bit_count() for one, people in alone.items()}
        return {one: people for one, people in counts.items() if people}

    def _status(self, ref: Ref) -> Status:
        who = self.pool.mask([ref])
        if who & self.sorted.blocked:
            return Status.BLOCKED
        return Status.CHECK if who & self.sorted.to_check else Status.OK

    def _wish(self, ref: Ref) -> Wish:
        who = self.pool.mask([ref])
        return next((wish for wish, people in self.wishes.items() if people & who), Wish.UNSAID)
