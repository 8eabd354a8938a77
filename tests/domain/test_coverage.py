"""Alignment: every oracle in exact fractions, and what holds of any curriculum and demand."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcours.domain.coverage import (
    Module,
    alignment,
    best_pairs,
    coverage,
    gain,
    gains,
    is_reached,
    levels_of,
    losses,
    uncovered,
    unreached,
    within_budget,
)
from parcours.domain.coverage_verdicts import (
    Removal,
    Verdict,
    acquisition,
    skill_rows,
    surplus,
)
from parcours.domain.demand import (
    Demand,
    Need,
    Weighed,
    Window,
    in_scope,
    weigh,
    weight,
    window_around,
)
from parcours.domain.matching_rules import Requirement
from parcours.domain.needs import Certainty

AS_OF = date(2026, 11, 23)
WINDOW = Window(date(2027, 2, 1), date(2027, 8, 31))
FIRM, LIKELY = Certainty.FIRM, Certainty.PROBABLE
HALF = Fraction(1, 2)


def asks(skill: str, level: int, weight: int, kind: str = "E") -> Requirement:
    """A line of a need, essential (E) or wished for (s)."""
    return Requirement(skill, level, weight, kind == "E")


def need(
    code: str, posts: int, *lines: Requirement, employer: str, certainty: Certainty = FIRM
) -> Need:
    """A fresh need in the window, of an occupation of its own."""
    return Need(
        code, posts, certainty, lines, employer, date(2027, 3, 1), AS_OF, occupation=f"M-{code}"
    )


N1 = need("N1", 4, asks("HTML", 3, 5), asks("SQL", 2, 3), employer="A")
N2 = need(
    "N2", 2, asks("INSTALL", 2, 4), asks("DEPANN", 2, 4), asks("FR_ORAL", 2, 2, "s"), employer="B"
)
N3 = need("N3", 2, asks("SQL", 3, 5), asks("TABLEUR", 3, 5, "s"), employer="C", certainty=LIKELY)
N4 = need("N4", 3, employer="A")
N5 = replace(need("N5", 5, asks("RESEAU", 2, 4), employer="D"), start=date(2028, 3, 1))
NEEDS = [N1, N2, N3, N4, N5]
DEMAND = weigh(NEEDS, WINDOW, as_of=AS_OF)
MODULES = [
    Module("M1", {"HTML": 3, "CSS": 2}, 140),
    Module("M2", {"SQL": 1}, 35),
    Module("M3", {"PIX": 2}, 21, is_foundation=True),
    Module("M4", {"FLASH": 2}, 35),
]
X1 = Module("X1", {"SQL": 3}, 70)
X2 = Module("X2", {"INSTALL": 2}, 35)
X3 = Module("X3", {"DEPANN": 2}, 35)
X4 = Module("X4", {"TABLEUR": 3}, 35)
X5 = Module("X5", {"RESEAU": 2}, 35)
CANDIDATES = [X1, X2, X3, X4, X5]
K = levels_of(MODULES)


def aligned(*added: Module, demand: Demand = DEMAND) -> Fraction | None:
    """The alignment with modules added."""
    return alignment(levels_of([*MODULES, *added]), demand)


def test_what_each_need_counts_for() -> None:
    found = {one.code: weight(one, WINDOW, as_of=AS_OF) for one in NEEDS}
    assert found == {"N1": 4, "N2": 2, "N3": 1, "N4": 3, "N5": 0}
    assert [one.need.code for one in DEMAND.needs] == ["N1", "N2", "N3", "N4"]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"start": date(2027, 2, 1)}, 4),
        ({"start": date(2027, 1, 31)}, 0),
        ({"start": date(2027, 8, 31)}, 4),
        ({"start": date(2027, 9, 1)}, 0),
        ({"start": None}, 4),
        ({"confirmed_on": date(2026, 8, 25)}, 4),
        ({"confirmed_on": date(2026, 8, 24)}, 0),
        ({"confirmed_on": None}, 0),
        ({"certainty": LIKELY}, 2),
        ({"certainty": Certainty.EXPLORATORY}, 1),
    ],
)
def test_a_need_out_of_date_counts_for_nothing(change: dict[str, object], expected: int) -> None:
    """90 days after it was confirmed a need still counts; the window holds both its ends."""
    assert weight(replace(N1, **change), WINDOW, as_of=AS_OF) == expected  # type: ignore[arg-type]


def test_the_window_around_the_end_of_a_training() -> None:
    assert window_around(date(2027, 2, 28)) == (date(2027, 1, 28), date(2027, 8, 28))
    assert window_around(date(2027, 8, 31)) == (date(2027, 7, 31), date(2028, 2, 29))
    assert window_around(date(2027, 3, 31)).first_on == date(2027, 2, 28)


def test_coverage_of_each_need() -> None:
    found = [coverage(K, one.lines) for one in NEEDS]
    assert found == [Fraction(13, 16), 0, Fraction(1, 6), None, 0]


def test_alignment_with_the_territory_and_with_the_occupations_aimed_at() -> None:
    assert aligned() == Fraction(41, 84)
    assert aligned(demand=in_scope(DEMAND, ["M-N1"])) == Fraction(13, 16)
    assert aligned(demand=in_scope(DEMAND, ["M-N1", "M-N3"])) == Fraction(41, 60)
    firm = weigh([N1, N2, replace(N3, certainty=FIRM), N4, N5], WINDOW, as_of=AS_OF)
    assert aligned(demand=firm) == Fraction(43, 96)
    assert aligned(demand=weigh(NEEDS, None, as_of=AS_OF)) == Fraction(41, 144)


def test_no_need_at_all_is_unknown_and_never_zero() -> None:
    for nothing in (weigh([], WINDOW, as_of=AS_OF), weigh([N4, N5], WINDOW, as_of=AS_OF)):
        assert aligned(demand=nothing) is None
        assert gain(MODULES, [X1], nothing).points == 0


def test_gains() -> None:
    found = {one.modules[0]: one for one in gains(MODULES, CANDIDATES, DEMAND)}
    assert list(found) == ["X1", "X2", "X3", "X4", "X5"]
    assert [(one.points, one.posts) for one in found.values()] == [
        (Fraction(13, 84), 5),
        (Fraction(4, 35), 0),
        (Fraction(4, 35), 0),
        (Fraction(1, 14), 0),
        (0, 0),
    ]
    assert [one.employers for one in found.values()] == [2, 1, 1, 1, 0]
    assert found["X1"].points_per_100_hours == Fraction(13, 84) * 100 / 70
    assert gain(MODULES, [replace(X1, hours=None)], DEMAND).points_per_100_hours is None


def test_alignment_after_each() -> None:
    assert aligned(X1) == Fraction(9, 14)
    assert aligned(X1, X2, X3) == Fraction(61, 70)
    assert aligned(*CANDIDATES) == Fraction(33, 35)


def test_a_budget_is_read_both_ways() -> None:
    by_gain = within_budget(MODULES, CANDIDATES, DEMAND, hours=70, is_by_hour=False)
    assert (by_gain.modules, by_gain.points, by_gain.posts) == (("X1",), Fraction(13, 84), 5)
    by_hour = within_budget(MODULES, CANDIDATES, DEMAND, hours=70, is_by_hour=True)
    assert (by_hour.modules, by_hour.points, by_hour.posts) == (("X2", "X3"), Fraction(8, 35), 2)
    assert by_hour.hours == 70
    assert within_budget(MODULES, CANDIDATES, DEMAND, hours=34, is_by_hour=True).modules == ()
    without = [replace(X1, hours=None), X5]
    assert within_budget(MODULES, without, DEMAND, hours=900, is_by_hour=False).modules == ()


def test_two_modules_may_unlock_what_each_alone_does_not() -> None:
    (pair,) = best_pairs(MODULES, CANDIDATES, DEMAND)
    assert (pair.modules, pair.posts, pair.points) == (("X2", "X3"), 2, Fraction(8, 35))
    assert best_pairs(MODULES, [X1, X4], DEMAND) == []


def test_losses() -> None:
    found = {one.modules[0]: one.points for one in losses(MODULES, DEMAND)}
    assert found == {"M1": Fraction(5, 14), "M2": Fraction(11, 84), "M3": 0, "M4": 0}
    assert list(found)[:2] == ["M1", "M2"]


def test_skills_asked_beyond_what_is_taught() -> None:
    found = uncovered([K], DEMAND)
    assert [(one.skill, one.posts, one.employers) for one in found] == [
        ("SQL", Fraction(8, 3), 2),
        ("DEPANN", 2, 1),
        ("FR_ORAL", 2, 1),
        ("INSTALL", 2, 1),
        ("TABLEUR", 1, 1),
        ("HTML", 0, 0),
    ]
    assert found[0].needs == ("N1", "N3")
    # The best programme counts for each skill.
    assert uncovered([K, {"SQL": 3}], DEMAND)[-1].posts == 0
    assert uncovered([], DEMAND)[0].posts == 5


def test_needs_that_nobody_covers() -> None:
    found = [(one.need, one.missing, one.posts) for one in unreached([K], DEMAND)]
    assert found == [
        ("N1", ("SQL",), 4),
        ("N2", ("DEPANN", "INSTALL"), 2),
        ("N3", ("SQL",), 2),
        ("N4", None, 3),
    ]
    support = {"INSTALL": 2, "DEPANN": 3}
    assert [one.need for one in unreached([K, support], DEMAND)] == ["N1", "N3", "N4"]
    # One essential of each programme is not a programme that reaches both.
    split = [{"INSTALL": 2}, {"DEPANN": 2}]
    assert ("N2", ("DEPANN",)) in [(one.need, one.missing) for one in unreached(split, DEMAND)]


def test_verdicts_in_words() -> None:
    taught = [*MODULES, Module("M5", {"FR_ORAL": 2}), Module("M6", {"TABLEUR": 4})]
    rows = {row.skill: row for row in skill_rows(taught, DEMAND)}
    assert {skill: row.verdict.label for skill, row in rows.items()} == {
        "HTML": "Demandé, enseigné",
        "FR_ORAL": "Demandé, enseigné",
        "TABLEUR": "Demandé, enseigné",
        "SQL": "Demandé, niveau trop bas",
        "INSTALL": "Demandé, non enseigné",
        "DEPANN": "Demandé, non enseigné",
        "CSS": "Enseigné, non demandé (à discuter)",
        "FLASH": "Enseigné, non demandé (à discuter)",
        "PIX": "Socle",
    }
    assert next(iter(rows)) == "SQL"
    assert [skill for skill, row in rows.items() if row.is_above] == ["TABLEUR"]
    sql = rows["SQL"]
    assert (sql.asked, sql.taught, sql.posts, sql.employers) == (3, 1, 5, 2)
    assert sql.uncovered == Fraction(8, 3)
    assert sql.acquired is None
    # A foundation that is asked for is demand like any other.
    asked = weigh([need("N6", 1, asks("PIX", 3, 1), employer="E")], WINDOW, as_of=AS_OF)
    assert skill_rows(MODULES, asked)[0].verdict is Verdict.TOO_LOW


def test_a_surplus_is_only_ever_discussed() -> None:
    found = {one.module: one for one in surplus(MODULES, DEMAND, rounds=3)}
    assert {code: one.not_asked for code, one in found.items()} == {
        "M1": ("CSS",), "M2": (), "M3": ("PIX",), "M4": ("FLASH",),
    }  # fmt: skip
    # Three employers only: too little is known to discuss anything.
    assert {code: one.removal for code, one in found.items()} == {
        "M1": Removal.KEEP,
        "M2": Removal.KEEP,
        "M3": Removal.FOUNDATION,
        "M4": Removal.TOO_LITTLE_KNOWN,
    }
    more = [need(f"N{n}", 1, asks("SQL", 1, 1), employer=f"E{n}") for n in range(6, 8)]
    five = weigh([*NEEDS, *more], WINDOW, as_of=AS_OF)
    assert five.employers == 5
    for rounds, removal in ((2, Removal.DISCUSS), (1, Removal.TOO_LITTLE_KNOWN)):
        told = {one.module: one.removal for one in surplus(MODULES, five, rounds=rounds)}
        assert told["M4"] is removal
        assert told["M3"] is Removal.FOUNDATION
    assert (DEMAND.is_small, five.is_small) == (True, False)


def test_more_than_asked_is_said_of_the_module() -> None:
    high = [Module("M7", {"SQL": 4, "HTML": 3, "CSS": 4})]
    (found,) = surplus(high, DEMAND, rounds=2)
    assert (found.above, found.not_asked) == (("SQL",), ("CSS",))


def test_taught_is_not_acquired() -> None:
    leavers = [{"HTML": 3, "SQL": 1}, {"HTML": 4}, {"HTML": 2, "SQL": 3}, {}, {"HTML": 3}]
    found = {one.skill: one for one in acquisition(MODULES, leavers)}
    assert (found["HTML"].reached, found["HTML"].share) == (3, Fraction(3, 5))
    assert (found["SQL"].reached, found["SQL"].leavers) == (2, 5)
    masked = {one.skill: one.share for one in acquisition(MODULES, leavers[:4])}
    assert set(masked.values()) == {None}, "four leavers could be told apart"
    rows = {row.skill: row for row in skill_rows(MODULES, DEMAND, leavers)}
    assert rows["HTML"].acquired == found["HTML"]
    assert rows["INSTALL"].acquired is None, "what is not taught cannot be acquired here"


SKILLS = ["HTML", "SQL", "CSS", "INSTALL", "DEPANN", "PIX"]
any_levels = st.dictionaries(st.sampled_from(SKILLS), st.integers(1, 4), max_size=4)
any_module = st.builds(Module, st.just("M"), any_levels, st.none() | st.integers(7, 200))
any_modules = st.lists(any_module, max_size=4)
any_line = st.builds(
    Requirement, st.sampled_from(SKILLS), st.integers(1, 4), st.integers(1, 5), st.booleans()
)
any_need = st.builds(
    Need,
    st.uuids().map(str),
    st.integers(1, 9),
    st.sampled_from(Certainty),
    st.lists(any_line, max_size=4).map(tuple),
    st.sampled_from("ABCDE"),
    confirmed_on=st.just(AS_OF),
)
any_needs = st.lists(any_need, max_size=6)


def demand_of(needs: list[Need]) -> Demand:
    """All of them, whatever their date."""
    return weigh(needs, None, as_of=AS_OF)


def share(modules: list[Module], demand: Demand) -> Fraction:
    """The alignment, 0 without demand."""
    return alignment(levels_of(modules), demand) or Fraction(0)


@given(any_modules, any_needs)
def test_alignment_is_the_mean_of_coverages_by_posts(
    modules: list[Module], needs: list[Need]
) -> None:
    """As the formula says it, need by need."""
    levels, demand = levels_of(modules), demand_of(needs)
    parts = [(one.posts * one.certainty.share, coverage(levels, one.lines)) for one in needs]
    known = [(posts, part) for posts, part in parts if part is not None]
    total = sum((posts for posts, _part in known), Fraction(0))
    expected = sum((posts * part for posts, part in known), Fraction(0)) / total if total else None
    assert alignment(levels, demand) == expected
    assert expected is None or 0 <= expected <= 1


@given(any_modules, any_module, any_needs)
def test_one_more_module_never_aligns_less(
    modules: list[Module], more: Module, needs: list[Need]
) -> None:
    demand = demand_of(needs)
    found = gain(modules, [more], demand)
    assert found.points == share([*modules, more], demand) - share(modules, demand) >= 0
    assert found.posts >= 0
    assert gain([*modules, more], [more], demand).points == 0, "twice is no more"


@given(any_modules, any_modules, any_module, any_needs)
def test_a_module_brings_less_to_more(
    modules: list[Module], others: list[Module], more: Module, needs: list[Need]
) -> None:
    demand = demand_of(needs)
    few = gain(modules, [more], demand).points
    assert gain([*modules, *others], [more], demand).points <= few


@given(any_modules, any_needs, st.integers(2, 9))
def test_ten_times_the_posts_is_the_same_share(
    modules: list[Module], needs: list[Need], times: int
) -> None:
    more = [replace(one, posts=one.posts * times) for one in needs]
    assert share(modules, demand_of(more)) == share(modules, demand_of(needs))


@given(any_modules, any_needs, st.integers(1, 9))
def test_a_need_that_asks_for_nothing_changes_nothing(
    modules: list[Module], needs: list[Need], posts: int
) -> None:
    empty = Need("0", posts, FIRM, (), "Z", confirmed_on=AS_OF)
    levels = levels_of(modules)
    assert alignment(levels, demand_of([*needs, empty])) == alignment(levels, demand_of(needs))


@given(any_modules, st.lists(any_module, max_size=2), any_needs)
def test_posts_unlocked_need_by_need(
    modules: list[Module], added: list[Module], needs: list[Need]
) -> None:
    before, after = levels_of(modules), levels_of([*modules, *added])
    demand = demand_of(needs)

    def posts(one: Weighed) -> Fraction:
        is_new = is_reached(after, one.lines) and not is_reached(before, one.lines)
        return one.weight if is_new else Fraction(0)

    found = gain(modules, added, demand)
    assert found.posts == sum(map(posts, demand.needs), Fraction(0))
    better = [
        one
        for one in demand.needs
        if (coverage(after, one.lines) or 0) > (coverage(before, one.lines) or 0)
    ]
    assert found.employers == len({one.need.employer for one in better})


@given(any_modules, any_needs)
def test_totals_tie_to_the_needs(modules: list[Module], needs: list[Need]) -> None:
    """The rows of the table add up to what is asked; what is missing is what is uncovered."""
    demand = demand_of(needs)
    rows = skill_rows(modules, demand)
    asked = sum((one.weight * len(one.lines) for one in demand.needs), Fraction(0))
    assert sum((row.posts for row in rows), Fraction(0)) == asked
    missing = {one.skill: one.posts for one in uncovered([levels_of(modules)], demand)}
    assert {row.skill: row.uncovered for row in rows if row.posts} == missing
