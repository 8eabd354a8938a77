"""The six questions for everybody at once: what they answer for each pair."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from parcours.domain.bit_planes import mask_of, positions_of
from parcours.domain.job_search import JobSearch, filter_terms, metres_between
from parcours.domain.matching_filters import Filter, Status, check_terms, status_of
from parcours.domain.matching_pool import OPEN, Item, Marked, Pool, Seen, Spot
from parcours.domain.matching_sorting import CELL_RADIUS, facts_of, sort
from parcours.domain.needs import SLOTS, AccessMode, Licence, Terms
from parcours.domain.taxonomy import Taxonomy

DAY = date(2026, 11, 23)
SITE = 46.2, 5.2
MODES = [mode.value for mode in AccessMode]
any_day = st.none() | st.integers(-30, 60).map(lambda days: DAY + timedelta(days=days))
any_contracts = st.lists(st.sampled_from(["CDI", "CDD", "INT"]), unique=True, max_size=3).map(tuple)
any_slots = st.lists(st.sampled_from(sorted(SLOTS)), unique=True, max_size=6).map(tuple)
# Two kilometres are about 0.018 degree: many fall near the limit of a radius.
any_point = st.tuples(st.floats(46.1, 46.3), st.floats(5.1, 5.3))
any_hours = st.tuples(st.integers(5, 30), st.integers(0, 20)).map(
    lambda pair: (Decimal(pair[0]), Decimal(pair[0] + pair[1]))
)
any_search = st.builds(
    JobSearch,
    available_from=any_day,
    contracts=st.none() | any_contracts,
    modes=st.none() | st.dictionaries(st.sampled_from(MODES), st.integers(1, 12), max_size=3),
    is_remote_only=st.none() | st.booleans(),
    licences=st.none() | st.sampled_from([(), ("B",), ("AM", "B")]),
    slots=st.none() | any_slots,
    hours=st.none() | any_hours,
    point=st.none() | any_point,
)
any_terms = st.builds(
    Terms,
    title=st.just("Poste"),
    contracts=any_contracts,
    starts_on=any_day,
    flex_days=st.integers(0, 10),
    weekly_hours=st.none() | st.integers(10, 39).map(Decimal),
    slots=any_slots,
    are_slots_negotiable=st.booleans(),
    access_modes=st.lists(st.sampled_from(MODES), unique=True, max_size=3).map(tuple),
    is_remote=st.booleans(),
    licence=st.none() | st.just(Licence("B")),
)


def pair(terms: Terms, search: JobSearch, site: Any) -> Any:
    """The six answers of one pair."""
    said = search.constraints()
    metres = metres_between(search.point, site) if search.point and site else None
    return check_terms(filter_terms(terms, said.contracts), said, metres)


@given(any_terms, st.lists(any_search, max_size=12), st.none() | st.just(SITE), st.integers(0))
def test_everybody_at_once_is_each_one_by_one(
    terms: Terms, searches: list[JobSearch], site: Any, among: int
) -> None:
    pool = Pool.of(Taxonomy([]), ((number, facts_of(one)) for number, one in enumerate(searches)))
    among &= (1 << len(searches)) - 1
    found = sort(pool, terms, site, among)
    answers = {one: pair(terms, searches[one], site) for one in positions_of(among)}
    for which in Filter:
        blocked = [one for one, told in answers.items()
                   for answer in told if answer[:2] == (which, Status.BLOCKED)]  # fmt: skip
        assert list(positions_of(found.blocking[which])) == blocked
    to_check = [one for one, told in answers.items() if status_of(told) is Status.CHECK]
    assert list(positions_of(found.to_check)) == to_check
    alone = found.blocked_by_one()
    for one, told in answers.items():
        barred = [answer.filter for answer in told if answer.status is Status.BLOCKED]
        assert [which for which in Filter if alone[which] >> one & 1] == (
            barred if len(barred) == 1 else []
        )


@given(any_point, any_point)
def test_nobody_is_farther_from_the_middle_of_their_cell(
    here: tuple[float, float], there: tuple[float, float]
) -> None:
    """What lets most people be sorted without a distance of their own."""
    pool = Pool.of(Taxonomy([]), [("P0", [Spot(*here)])])
    (cell,) = pool.held_by("P0")
    middle: Any = cell
    assert metres_between(here, middle.centre) <= CELL_RADIUS
    apart = metres_between(middle.centre, there) - metres_between(here, there)
    assert abs(apart) <= CELL_RADIUS


def test_who_is_seen_on_a_day() -> None:
    """By whom, from when and until when, and only with a pathway that is open."""
    days = [DAY + timedelta(days=number) for number in range(-2, 3)]
    people: dict[str, list[Item]] = {
        "seen": [Seen(1, days[0], None), OPEN],
        "until today": [Seen(1, days[0], DAY), Seen(2, days[0], None), OPEN],
        "from tomorrow": [Seen(1, days[3], None), OPEN],
        "closed": [Seen(1, days[0], None)],
        "marked": [Seen(1, days[0], None), Marked("other")],
    }
    pool = Pool.of(Taxonomy([]), people.items())

    def seen(organisation: int, day: date) -> list[Any]:
        return pool.refs_of(pool.seen_by(organisation, day))

    assert seen(1, DAY) == ["seen", "until today"]
    assert seen(1, days[3]) == ["seen", "from tomorrow"]
    assert seen(2, days[4]) == ["until today"]
    assert seen(3, DAY) == []
    pool.put("seen", [Seen(2, DAY, None), OPEN])
    pool.put("new", [Seen(1, DAY, None), OPEN])
    assert seen(1, DAY) == ["until today", "new"]
    assert pool.seen_by(2, DAY) == mask_of([0, 1], len(pool))
