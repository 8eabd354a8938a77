"""The next step: dates and reasons by hand, and what holds for any offers."""

from dataclasses import fields, replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcours.domain.entry import Condition, Eligibility, EntryRule, Known, check, read_conditions
from parcours.domain.finder import (
    Candidate,
    Fit,
    HeldDays,
    best,
    bridge,
    gap_to_fill,
    rank,
)
from parcours.domain.pathway import Cover
from parcours.domain.words import DistrictStatus, StepKind

TODAY = date(2026, 11, 23)
NOBODY = Known(date(1990, 3, 12))
# The initiation ended on 6 November: the first uncovered day is the 7th, 16 days before today.
FALLEN = HeldDays(date(2026, 9, 1), (Cover(date(2026, 9, 1), date(2026, 11, 6), 1),))


def offered(
    number: int,
    start: date,
    end: date | None = None,
    *,
    places: int | None = 5,
    conditions: tuple[Condition, ...] = (),
    doubts: tuple[str, ...] = (),
    relay_id: int | None = None,
) -> Candidate:
    """A cohort of some organisation."""
    return Candidate(
        source="cohort",
        id=number,
        kind=StepKind.TRAINING,
        organisation_id=2,
        organisation="École",
        title=f"Promotion {number}",
        starts_on=start,
        ends_on=end,
        places=places,
        conditions=conditions,
        doubts=doubts,
        relay_id=relay_id,
    )


def ranked(*candidates: Candidate, pathway: HeldDays = FALLEN, known: Known = NOBODY) -> list[Fit]:
    """The fits on the day of the tests."""
    return rank(candidates, pathway, known, today=TODAY)


def numbers(fits: list[Fit]) -> list[int]:
    """Which candidates, in order."""
    return [fit.candidate.id for fit in fits]


def test_of_two_sessions_the_earliest_eligible_with_seats() -> None:
    """Feature 14: one is full, one is refused by a rule, one is later."""
    fits = ranked(
        offered(1, date(2027, 1, 7), date(2027, 7, 31)),
        offered(2, date(2026, 12, 14), date(2027, 2, 26)),
        offered(3, date(2026, 12, 1), date(2027, 2, 26), places=0),
        offered(
            4,
            date(2026, 11, 30),
            conditions=(Condition("Moins de 26 ans", EntryRule.UNDER_26),),
        ),
    )
    assert numbers(fits) == [2, 1, 3, 4]
    chosen = best(fits)
    assert chosen is not None
    assert chosen.candidate.id == 2


def test_the_days_it_would_leave_to_the_day() -> None:
    """7 November to 13 December: 37 days, of which 23 November to 13 December (21) are ahead."""
    (fit,) = ranked(offered(1, date(2026, 12, 14), date(2027, 2, 26)))
    assert (fit.days, fit.days_ahead, fit.then_from) == (37, 21, date(2027, 2, 27))


def test_what_starts_today_leaves_what_already_passed() -> None:
    (fit,) = ranked(offered(1, date(2026, 10, 1)))
    assert (fit.starts_on, fit.days, fit.days_ahead, fit.then_from) == (TODAY, 16, 0, None)


def test_a_gap_to_come_is_filled_from_its_first_day() -> None:
    """Held until 4 December, then from 1 February: 58 days between."""
    held = HeldDays(
        date(2026, 9, 1),
        (
            Cover(date(2026, 9, 1), date(2026, 12, 4), 1),
            Cover(date(2027, 2, 1), date(2027, 6, 30), 2),
        ),
    )
    gap = gap_to_fill(held, today=TODAY)
    assert gap is not None
    assert (gap.starts_on, gap.ends_on, gap.days) == (date(2026, 12, 5), date(2027, 1, 31), 58)
    whole = offered(1, date(2026, 11, 30), date(2027, 1, 31))
    middle = offered(2, date(2026, 12, 14), date(2027, 1, 15))
    fits = ranked(middle, whole, pathway=held)
    # 5–13 December (9) and 16–31 January (16); after 30 June nothing is known.
    assert [(fit.candidate.id, fit.days) for fit in fits] == [(1, 0), (2, 25)]
    assert {fit.then_from for fit in fits} == {date(2027, 7, 1)}


def test_what_holds_no_uncovered_day_is_left_out() -> None:
    held = HeldDays(date(2026, 9, 1), (Cover(date(2026, 9, 1), date(2026, 12, 31), 1),))
    useless = offered(1, date(2026, 12, 1), date(2026, 12, 20))
    over = offered(2, date(2026, 11, 1), date(2026, 11, 20))
    assert ranked(useless, over, pathway=held) == []
    assert numbers(ranked(over)) == []


def test_somebody_held_for_good_has_nothing_to_fill() -> None:
    held = HeldDays(date(2026, 9, 1), (Cover(date(2026, 9, 1), None, 1),))
    assert gap_to_fill(held, today=TODAY) is None
    assert ranked(offered(1, TODAY), pathway=held) == []


def test_those_to_check_come_after_those_who_may_enter_on_as_few_days() -> None:
    fits = ranked(
        offered(1, date(2026, 11, 24), conditions=(Condition("Motivation"),)),
        offered(2, date(2026, 11, 24), doubts=("Commencée depuis le 9 novembre",)),
        offered(3, date(2026, 11, 24)),
        offered(4, date(2027, 3, 1)),
    )
    assert numbers(fits) == [3, 1, 2, 4]
    assert [fit.eligibility for fit in fits[1:3]] == [Eligibility.CHECK] * 2


def test_what_was_already_asked_is_shown_and_not_proposed_again() -> None:
    fits = ranked(offered(1, TODAY, relay_id=7), offered(2, date(2027, 1, 4)))
    assert numbers(fits) == [1, 2]
    chosen = best(fits)
    assert chosen is not None
    assert chosen.candidate.id == 2


def test_unknown_places_close_no_door() -> None:
    assert best(ranked(offered(1, TODAY, places=None))) is not None
    assert best(ranked(offered(1, TODAY, places=0))) is None


@pytest.mark.parametrize(
    ("rule", "known", "verdict"),
    [
        (EntryRule.FREE, NOBODY, Eligibility.YES),
        (EntryRule.OUT_OF_WORK, Known(date(1990, 3, 12), "DELD"), Eligibility.YES),
        (EntryRule.OUT_OF_WORK, Known(date(1990, 3, 12), "SALARIE"), Eligibility.CHECK),
        (EntryRule.OUT_OF_WORK, NOBODY, Eligibility.CHECK),
        (EntryRule.REGISTERED, Known(date(1990, 3, 12), "DE_LT12"), Eligibility.YES),
        (EntryRule.REGISTERED, Known(date(1990, 3, 12), "INACTIF"), Eligibility.CHECK),
        (EntryRule.RSA, Known(date(1990, 3, 12), receives_rsa=True), Eligibility.YES),
        (EntryRule.RSA, Known(date(1990, 3, 12), receives_rsa=False), Eligibility.CHECK),
        (EntryRule.RSA, NOBODY, Eligibility.CHECK),
        (
            EntryRule.DISTRICT,
            Known(date(1990, 3, 12), district=DistrictStatus.INSIDE),
            Eligibility.YES,
        ),
        (
            EntryRule.DISTRICT,
            Known(date(1990, 3, 12), district=DistrictStatus.OUTSIDE),
            Eligibility.NO,
        ),
        (
            EntryRule.DISTRICT,
            Known(date(1990, 3, 12), district=DistrictStatus.TO_CHECK),
            Eligibility.CHECK,
        ),
        (EntryRule.UP_TO_BAC, Known(date(1990, 3, 12), education="4"), Eligibility.YES),
        (EntryRule.UP_TO_BAC, Known(date(1990, 3, 12), education="5"), Eligibility.NO),
        (EntryRule.UP_TO_BAC, Known(date(1990, 3, 12), education="NC"), Eligibility.CHECK),
        (EntryRule.UNDER_26, Known(date(2000, 12, 15)), Eligibility.YES),
        (EntryRule.UNDER_26, Known(date(2000, 12, 14)), Eligibility.NO),
        (EntryRule.ADULT, Known(date(2008, 12, 14)), Eligibility.YES),
        (EntryRule.ADULT, Known(date(2008, 12, 15)), Eligibility.NO),
    ],
)
def test_what_the_file_says_of_a_rule(rule: EntryRule, known: Known, verdict: Eligibility) -> None:
    """Ages are those of the first day, 14 December 2026."""
    found = check(Condition(rule.label, rule), known, starts_on=date(2026, 12, 14))
    assert found.verdict is verdict
    assert rule.label in found.text


def test_targets_of_a_group_say_nothing_of_a_person() -> None:
    criteria = (
        {"code": "free", "label": "La formation est gratuite"},
        {"code": "motivation", "label": "Motivation"},
        {"code": "femmes", "label": "Femmes", "target": "30 %"},
    )
    assert read_conditions(criteria) == (
        Condition("La formation est gratuite", EntryRule.FREE),
        Condition("Motivation"),
    )


def test_the_finder_knows_nothing_else_of_a_person() -> None:
    """A closed list: names, gender, origin, health… have no way in."""
    assert {item.name for item in fields(Known)} == {
        "born_on",
        "entry_status",
        "education",
        "receives_rsa",
        "district",
    }


days = st.integers(-60, 300).map(lambda number: TODAY + timedelta(days=number))
rules = st.sampled_from([Condition(rule.label, rule) for rule in EntryRule])
everybody = st.builds(
    Known,
    st.dates(date(1950, 1, 1), date(2010, 1, 1)),
    st.none() | st.sampled_from(["DELD", "SALARIE", "INACTIF"]),
    st.none() | st.sampled_from(["3", "6", "NC"]),
    st.none() | st.booleans(),
    st.none() | st.sampled_from(list(DistrictStatus)),
)


conditions = st.lists(rules | st.just(Condition("Motivation")), max_size=2).map(tuple)


@st.composite
def candidates(draw: st.DrawFn) -> list[Candidate]:
    """Offers of any dates, places and conditions."""
    found = []
    for number in range(draw(st.integers(0, 6))):
        start, length = draw(days), draw(st.none() | st.integers(0, 200))
        found.append(
            offered(
                number,
                start,
                None if length is None else start + timedelta(days=length),
                places=draw(st.none() | st.integers(-1, 3)),
                conditions=draw(conditions),
                relay_id=draw(st.none() | st.just(1)),
            )
        )
    return found


pathways = st.builds(
    HeldDays,
    days,
    st.lists(
        st.builds(
            lambda first, length: Cover(
                first, None if length is None else first + timedelta(days=length), 1
            ),
            days,
            st.none() | st.integers(0, 120),
        ),
        max_size=3,
    ).map(tuple),
)


@given(candidates(), pathways, everybody, st.randoms(use_true_random=False))
def test_the_order_offers_come_in_changes_nothing(
    found: list[Candidate], pathway: HeldDays, known: Known, chance: object
) -> None:
    shuffled = list(found)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    first = rank(found, pathway, known, today=TODAY)
    assert first == rank(shuffled, pathway, known, today=TODAY)


@given(candidates(), pathways, everybody)
def test_a_full_one_is_never_before_one_with_a_place(
    found: list[Candidate], pathway: HeldDays, known: Known
) -> None:
    fits = rank(found, pathway, known, today=TODAY)
    chosen = best(fits)
    assert chosen is None or not chosen.candidate.is_full
    open_ones = [fit.eligibility is not Eligibility.NO for fit in fits if not fit.candidate.is_full]
    if any(open_ones):
        assert not fits[0].candidate.is_full


@given(candidates(), pathways, everybody)
def test_one_more_offer_never_worsens_the_best(
    found: list[Candidate], pathway: HeldDays, known: Known
) -> None:
    words = list(Eligibility)
    for number in range(len(found)):
        few = best(rank(found[:number], pathway, known, today=TODAY))
        more = best(rank(found[: number + 1], pathway, known, today=TODAY))
        if few is not None:
            assert more is not None
            assert (more.days, words.index(more.eligibility), more.starts_on) <= (
                few.days,
                words.index(few.eligibility),
                few.starts_on,
            )


@given(candidates(), pathways, everybody)
def test_unknown_facts_refuse_nobody(
    found: list[Candidate], pathway: HeldDays, known: Known
) -> None:
    """Whatever is known, knowing less never turns a « may enter » or a « to check » into a no."""
    blank = Known(known.born_on)
    told = {fit.candidate.id: fit for fit in rank(found, pathway, known, today=TODAY)}
    for fit in rank(found, pathway, blank, today=TODAY):
        if told[fit.candidate.id].eligibility is not Eligibility.NO:
            assert fit.eligibility is not Eligibility.NO


@given(candidates(), pathways, everybody)
def test_days_are_counted_from_the_first_uncovered_day(
    found: list[Candidate], pathway: HeldDays, known: Known
) -> None:
    """By definition: a bounded day that neither a step nor the candidate covers."""
    gap = gap_to_fill(pathway, today=TODAY)
    for fit in rank(found, pathway, known, today=TODAY):
        assert gap is not None
        held = (*pathway.covers, Cover(fit.starts_on, fit.candidate.ends_on, 2))
        until = fit.then_from or max(
            [TODAY, *(cover.starts_on for cover in held), *(c.ends_on for c in held if c.ends_on)]
        ) + timedelta(days=1)
        every = [gap.starts_on + timedelta(days=n) for n in range((until - gap.starts_on).days)]
        left = [
            day
            for day in every
            if not any(
                cover.starts_on <= day and (cover.ends_on is None or day <= cover.ends_on)
                for cover in held
            )
        ]
        assert fit.days == len(left)
        assert fit.days_ahead == sum(day >= TODAY for day in left)


def test_a_bridge_runs_to_the_eve_of_what_follows() -> None:
    offer = Candidate("cohort", 1, StepKind.TRAINING, 2, "École", "Janvier", date(2027, 1, 11))
    gap = gap_to_fill(FALLEN, today=TODAY)
    assert gap is not None
    (fit,) = rank([offer], FALLEN, NOBODY, today=TODAY)
    assert bridge(gap, fit, today=TODAY) == (TODAY, date(2027, 1, 10))
    assert bridge(gap, None, today=TODAY) == (TODAY, date(2027, 2, 22))


def test_a_bridge_is_proposed_only_when_nothing_else_is() -> None:
    search = replace(
        offered(9, TODAY, date(2027, 1, 10), places=None), source="search", is_bridge=True
    )
    fits = ranked(search, offered(1, date(2027, 1, 11)), offered(2, TODAY, places=0))
    assert numbers(fits) == [9, 1, 2]
    chosen = best(fits)
    assert chosen is not None
    assert chosen.candidate.id == 1
    alone = best(ranked(search, offered(2, TODAY, places=0)))
    assert alone is not None
    assert alone.candidate.is_bridge


@given(candidates(), pathways)
def test_a_bridge_leaves_no_day_before_the_step_to_propose(
    found: list[Candidate], pathway: HeldDays
) -> None:
    gap = gap_to_fill(pathway, today=TODAY)
    if gap is None:
        return
    chosen = best(rank(found, pathway, NOBODY, today=TODAY))
    days = bridge(gap, chosen, today=TODAY)
    if days is None:
        assert chosen is not None
        assert chosen.starts_on <= max(gap.starts_on, TODAY)
        return
    covers = (*pathway.covers, Cover(*days, 3))
    assert days[0] >= TODAY
    left = gap_to_fill(HeldDays(pathway.opened_on, covers, pathway.tolerance_days), today=TODAY)
    assert left is None or left.starts_on > days[1]
    if chosen is not None:
        assert days[1] < chosen.starts_on
