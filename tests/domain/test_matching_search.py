"""One need against everybody, and one person against every need: what the plain engine gives."""

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from parcours.domain.bit_planes import add_to, at_least, mask_of, positions_of, product
from parcours.domain.matching import Planned, match, planned_evidence
from parcours.domain.matching_board import Board
from parcours.domain.matching_pool import Pool
from parcours.domain.matching_ranking import Candidate, rank
from parcours.domain.matching_rules import DEFAULT, Band, Evidence, MatchRules, Requirement, Source
from parcours.domain.matching_search import Search
from parcours.domain.matching_target import Target
from tests.domain.matching.rational import (
    AS_OF,
    TAXONOMY,
    Facts,
    any_evidence,
    any_facts,
    any_requirements,
    any_rules,
    any_skill,
    days_around,
)

Item = Evidence | Planned
any_planned = st.builds(Planned, any_skill, st.integers(1, 4), days_around(30, 200))
any_people = st.lists(st.lists(any_evidence | any_planned, max_size=6).map(tuple), max_size=12).map(
    lambda rows: {f"P{number}": row for number, row in enumerate(rows)}
)
any_start = st.none() | days_around(60, 180)


def evidence_of(items: Sequence[Item], start: date | None, *, is_projected: bool) -> list[Evidence]:
    """What the plain engine reads of somebody."""
    held = [one for one in items if isinstance(one, Evidence)]
    planned = [one for one in items if isinstance(one, Planned)]
    return [*held, *planned_evidence(planned, start)] if is_projected else held


def plainly(people: dict[str, Any], target: Target, *, is_projected: bool) -> list[Any]:
    """Everybody scored one by one, in order; nothing for who covers nothing of what is asked."""
    scored = {
        ref: match(target, evidence_of(items, target.start, is_projected=is_projected))
        for ref, items in people.items()
    }
    order = rank(
        [Candidate(ref, one.pct, one.band) for ref, one in scored.items() if one.coverage],
        run="r1",
        about="B7",
    )
    return [(one.rank, one.candidate.ref, one.candidate.pct) for one in order.proposable]


def quickly(search: Search, **page: int) -> list[Any]:
    """The same from the pool."""
    return [(one.rank, one.ref, one.pct) for one in search.page("r1", "B7", **page)]


# Who covers a wish alone is shown, at zero, even where the essential makes the whole score.
@example(
    {"P0": (Evidence("B02", 1, Source.DECLARED, None, None),)},
    (Requirement("B01", 1, 1, True), Requirement("B02", 1, 1, False)),
    None,
    replace(DEFAULT, essential_share=Fraction(1)),
    False,
)
@given(any_people, any_requirements, any_start, any_rules, st.booleans())
def test_the_quick_way_gives_what_the_plain_one_gives(
    people: dict[str, Any],
    asked: tuple[Requirement, ...],
    start: date | None,
    rules: MatchRules,
    is_projected: bool,
) -> None:
    target = Target(asked, TAXONOMY, as_of=AS_OF, start=start, rules=rules)
    search = Search(Pool.of(TAXONOMY, people.items()), target, is_projected=is_projected)
    assert quickly(search, limit=99) == plainly(people, target, is_projected=is_projected)


@given(any_people, any_requirements, any_start)
def test_bands_are_counted_whatever_is_shown(
    people: dict[str, Any], asked: tuple[Requirement, ...], start: date | None
) -> None:
    target = Target(asked, TAXONOMY, as_of=AS_OF, start=start)
    found = Search(Pool.of(TAXONOMY, people.items()), target).counts
    scored = [
        match(target, evidence_of(items, start, is_projected=False)) for items in people.values()
    ]
    assert found == {band: sum(one.band is band for one in scored if one.score) for band in Band}


@given(any_people, any_requirements, st.integers(0, 12), st.integers(1, 5))
def test_pages_follow_one_another(
    people: dict[str, Any], asked: tuple[Requirement, ...], offset: int, limit: int
) -> None:
    search = Search(Pool.of(TAXONOMY, people.items()), Target(asked, TAXONOMY, as_of=AS_OF))
    assert quickly(search, offset=offset, limit=limit) == quickly(search, limit=99)[offset:][:limit]


@given(any_people, any_requirements, st.sets(st.integers(0, 11)))
def test_among_some_people_only(
    people: dict[str, Any], asked: tuple[Requirement, ...], chosen: set[int]
) -> None:
    pool, target = Pool.of(TAXONOMY, people.items()), Target(asked, TAXONOMY, as_of=AS_OF)
    refs = {f"P{number}" for number in chosen}
    search = Search(pool, target, among=pool.mask([*refs, "unknown"]))
    some = {ref: items for ref, items in people.items() if ref in refs}
    assert quickly(search, limit=99) == plainly(some, target, is_projected=False)


@given(any_people, any_people, any_requirements)
def test_what_changes_is_what_is_found(
    people: dict[str, Any], later: dict[str, Any], asked: tuple[Requirement, ...]
) -> None:
    """Changed one by one, the pool is the pool made at once."""
    pool = Pool.of(TAXONOMY, people.items())
    for ref, items in later.items():
        pool.put(ref, items)
    now, target = people | later, Target(asked, TAXONOMY, as_of=AS_OF)
    assert quickly(Search(pool, target), limit=99) == plainly(now, target, is_projected=False)
    assert len(pool) == len(now)
    again = Pool.of(TAXONOMY, now.items())
    assert {ref: set(pool.held_by(ref)) for ref in now} == {
        ref: set(again.held_by(ref)) for ref in now
    }


def test_a_need_that_asks_for_nothing_finds_nobody() -> None:
    pool = Pool.of(TAXONOMY, [("P0", [Evidence("SQL", 2)])])
    search = Search(pool, Target([], TAXONOMY, as_of=AS_OF))
    assert search.page("r1", "B7") == []
    assert set(search.counts.values()) == {0}


def test_a_large_pool_keeps_rare_skills_as_positions() -> None:
    """Both ways of keeping a set, on the same people, found as one by one."""
    chance = random.Random(7)
    people = {
        f"P{number}": [
            Evidence("SQL", chance.randint(1, 4)),
            *([Evidence("CMS", 3, on=date(2024, 1 + number % 12, 5))] if number % 5 == 0 else []),
        ]
        for number in range(400)
    }
    pool = Pool.of(TAXONOMY, people.items())
    assert all(isinstance(one, int) for one in pool.sets_of("SQL").values())
    assert not any(isinstance(one, int) for one in pool.sets_of("CMS").values())
    asked = [Requirement("SQL", 3, 2, True), Requirement("CMS", 3, 3, True)]
    target = Target(asked, TAXONOMY, as_of=AS_OF)
    assert quickly(Search(pool, target), limit=999) == plainly(people, target, is_projected=False)
    pool.put("P0", [])
    pool.put("P1", [Evidence("CMS", 3, on=date(2024, 1, 5))])
    changed = people | {"P0": [], "P1": [Evidence("CMS", 3, on=date(2024, 1, 5))]}
    assert quickly(Search(pool, target), limit=999) == plainly(changed, target, is_projected=False)


@given(st.lists(any_facts, max_size=8), st.lists(any_evidence, max_size=12))
def test_the_needs_of_somebody(rows: list[Facts], held: list[Evidence]) -> None:
    targets = {
        f"N{number}": Target(row.requirements, TAXONOMY, as_of=AS_OF, start=row.start)
        for number, row in enumerate(rows)
    }
    targets["N-"] = Target([], TAXONOMY, as_of=AS_OF)
    board = Board(targets)
    found = board.offers(held, run="r1", learner="P1")
    scored = {need: match(target, held) for need, target in targets.items()}
    assert {one.need: (one.pct, one.band) for one in found} == {
        need: (one.pct, one.band) for need, one in scored.items() if one.score
    }
    shown = [(one.band.place, -one.pct) for one in found]
    assert shown == sorted(shown)
    assert [one.rank for one in found] == [sorted(set(shown)).index(one) + 1 for one in shown]
    assert board.not_evaluable == ("N-",)


@given(
    st.lists(st.tuples(st.integers(0, 3000), st.integers(0, 40)), max_size=40),
    st.integers(0, 5000),
)
def test_numbers_of_many_people_at_once(rows: list[tuple[int, int]], amount: int) -> None:
    """Additions, products and comparisons in bits are those of whole numbers."""
    left: list[int] = []
    right: list[int] = []
    everybody = (1 << len(rows)) - 1
    for position, (one, other) in enumerate(rows):
        add_to(left, one, 1 << position)
        add_to(right, other, 1 << position)
    add_to(left, 7, everybody)
    for planes, values in (
        (left, [one + 7 for one, _other in rows]),
        (product(left, right), [(one + 7) * other for one, other in rows]),
    ):
        wanted = [position for position, value in enumerate(values) if value >= amount]
        assert list(positions_of(at_least(planes, amount, everybody))) == wanted
    assert mask_of(positions_of(everybody), len(rows)) == everybody


def test_freshness_is_read_on_the_day_of_the_need() -> None:
    """The pool holds dates, not what is left of them: another day gives another score."""
    people = {"P0": [Evidence("CMS", 2, on=date(2025, 11, 23))]}
    pool = Pool.of(TAXONOMY, people.items())
    asked = [Requirement("CMS", 2, 2, True)]
    days = [AS_OF, replace_year(AS_OF, 2027), replace_year(AS_OF, 2030)]
    found = [Search(pool, Target(asked, TAXONOMY, as_of=day)).page("r", "B")[0].pct for day in days]
    assert found == [100, 66, 38]


def replace_year(day: date, year: int) -> date:
    """The same day of another year."""
    return day.replace(year=year)
