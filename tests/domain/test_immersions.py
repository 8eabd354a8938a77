"""Immersions: their state by day, what may be agreed, and a calendar that tells the same story."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcours.domain.attendance import Status
from parcours.domain.calendar import Half, HalfDay, Setting
from parcours.domain.company_days import (
    Disagreement,
    Period,
    Seen,
    company_periods,
    disagreements,
    without_place,
)
from parcours.domain.errors import RuleBroken
from parcours.domain.immersions import (
    Answer,
    Behaviour,
    Firm,
    ImmersionFacts,
    Said,
    State,
    Tutor,
    WouldHire,
    check_immersion,
    check_missed,
    check_said,
    dates_moved,
    dates_said,
    state,
    title,
)
from parcours.domain.pathway import StepDates, check_step
from parcours.domain.words import StepKind

TODAY = date(2026, 11, 23)
DAYS = st.dates(date(2026, 1, 1), date(2027, 12, 31))
FIRM = Firm("Boulangerie Michon", "73282932000074", "Viriat", "Mme Michon, 04 74 00 00 00")
EVERY = dict.fromkeys(Behaviour, Answer.OFTEN)


def on(offset: int) -> date:
    """A day counted from today."""
    return TODAY + timedelta(days=offset)


@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        (StepDates(on(1), on(5)), State.COMING),
        (StepDates(on(0), on(5)), State.RUNNING),
        (StepDates(on(-5), on(0)), State.RUNNING),
        (StepDates(on(-5), on(-1)), State.ENDED),
        (StepDates(on(-5), None), State.RUNNING),
        (StepDates(on(-5), on(9), on(-4), on(0)), State.ENDED),
        # It began before its planned day.
        (StepDates(on(3), on(9), on(-1)), State.RUNNING),
    ],
)
def test_where_an_immersion_stands(dates: StepDates, expected: State) -> None:
    assert state(dates, is_cancelled=False, today=TODAY) is expected
    assert state(dates, is_cancelled=True, today=TODAY) is State.CANCELLED


@given(DAYS, DAYS, DAYS)
def test_what_is_entered_is_a_step_that_may_be(one: date, other: date, today: date) -> None:
    """Whatever the day: past days are real, days to come are planned, and steps accept them."""
    first, last = min(one, other), max(one, other)
    dates = dates_said(first, last, today=today)
    check_step(StepKind.IMMERSION, dates, opened_on=first, today=today)
    assert (dates.starts_on, dates.ends_on) == (first, last)
    assert (dates.started_on is None) == (first > today)
    assert (dates.ended_on is None) == (last >= today)
    found = state(dates, is_cancelled=False, today=today)
    assert (found is State.ENDED) == (last < today)
    assert (found is State.COMING) == (first > today)


@given(DAYS, DAYS, DAYS, DAYS, DAYS)
def test_a_real_day_moves_as_a_real_day(
    one: date, other: date, today: date, first: date, last: date
) -> None:
    before = dates_said(min(one, other), max(one, other), today=today)
    moved = dates_moved(before, first, last)
    assert (moved.starts_on, moved.ends_on) == (first, last)
    assert (moved.started_on is None) == (before.started_on is None)
    assert (moved.ended_on is None) == (before.ended_on is None)


def test_what_may_be_agreed() -> None:
    facts = ImmersionFacts(FIRM, Tutor("Paul Michon, chef"), Decimal(35))
    check_immersion(facts)
    check_immersion(replace(facts, firm=Firm("Boulangerie Michon"), weekly_hours=None))
    wrong = {
        "firm_name": replace(facts, firm=Firm(" ")),
        # One digit changed: the check digit no longer holds.
        "firm_siret": replace(facts, firm=replace(FIRM, siret="73282932000075")),
        "weekly_hours": replace(facts, weekly_hours=Decimal(49)),
        "objectives": replace(facts, objectives="Dossier 2 90 05 01 004 123"),
    }
    for field, told in wrong.items():
        with pytest.raises(RuleBroken) as refusal:
            check_immersion(told)
        assert list(refusal.value.errors) == [field]
    with pytest.raises(RuleBroken):
        check_immersion(replace(facts, weekly_hours=Decimal(0)))


def test_the_name_of_the_step_fits_its_column() -> None:
    assert title(FIRM) == "Immersion chez Boulangerie Michon"
    assert len(title(Firm("x" * 300))) == 200


@pytest.mark.parametrize(
    ("offset", "minutes", "field"),
    [
        (-5, 210, None),
        (0, 0, None),
        (-6, 210, "missed_on"),
        (1, 210, "missed_on"),
        (-1, 601, "missed_hours"),
        (-1, -1, "missed_hours"),
    ],
)
def test_hours_missed(offset: int, minutes: int, field: str | None) -> None:
    dates = StepDates(on(-5), on(4))
    if field is None:
        check_missed(on(offset), minutes, dates, today=TODAY)
        return
    with pytest.raises(RuleBroken) as refusal:
        check_missed(on(offset), minutes, dates, today=TODAY)
    assert list(refusal.value.errors) == [field]


def test_every_question_has_its_answer() -> None:
    said = Said("Paul Michon, chef", EVERY, WouldHire.NO_PLACE, "Le pain", None)
    check_said(said)
    without = {key: value for key, value in EVERY.items() if key is not Behaviour.SAFETY}
    with pytest.raises(RuleBroken) as refusal:
        check_said(
            replace(said, answers=without, by_name=" ", went_well="Vu 2900501004123 au dossier")
        )
    assert set(refusal.value.errors) == {"safety", "name", "went_well"}


HALVES = st.builds(HalfDay, st.dates(date(2026, 1, 1), date(2026, 3, 1)), st.sampled_from(Half))
CALENDARS = st.dictionaries(HALVES, st.sampled_from(Setting)).map(lambda found: [*found.items()])


@given(CALENDARS)
def test_company_periods_hold_every_company_half_day_and_meet_no_other(
    calendar: list[tuple[HalfDay, Setting]],
) -> None:
    periods = company_periods(calendar)
    assert periods == sorted(periods)
    company = [slot for slot, setting in calendar if setting is Setting.COMPANY]
    for slot in company:
        assert any(found.meets(Period(slot.on, slot.on)) for found in periods)
    for slot, setting in calendar:
        if setting is not Setting.COMPANY:
            inside = [
                found
                for found in periods
                if found.ends_on and found.starts_on < slot.on < found.ends_on
            ]
            assert not inside
    assert len(periods) <= len(company)


def test_two_weeks_in_a_company_are_one_period() -> None:
    monday = date(2026, 11, 2)
    calendar = [
        (HalfDay(monday + timedelta(days=day), half), setting)
        for week, setting in enumerate(
            (Setting.ON_SITE, Setting.COMPANY, Setting.COMPANY, Setting.REMOTE, Setting.COMPANY)
        )
        for day in range(7 * week, 7 * week + 5)
        for half in Half
    ]
    assert company_periods(calendar) == [
        Period(date(2026, 11, 9), date(2026, 11, 20)),
        Period(date(2026, 11, 30), date(2026, 12, 4)),
    ]


def test_who_has_no_place() -> None:
    period = Period(date(2026, 11, 9), date(2026, 11, 20))
    places = {
        1: [Period(date(2026, 11, 20), date(2026, 12, 4))],
        2: [Period(date(2026, 10, 1), date(2026, 11, 8)), Period(date(2026, 11, 21), None)],
        3: [],
        4: [Period(date(2026, 10, 1), None)],
    }
    assert without_place(period, places) == [2, 3]


MORNING = HalfDay(date(2026, 11, 9), Half.AM)
AFTERNOON = HalfDay(date(2026, 11, 9), Half.PM)
COMPANY, SITE = Setting.COMPANY, Setting.ON_SITE


@pytest.mark.parametrize(
    ("seen", "is_missed", "expected"),
    [
        ([Seen(MORNING, COMPANY, Status.IN_COMPANY)], False, []),
        ([Seen(MORNING, COMPANY, None)], False, []),
        # Somebody called to the company on a day of the centre: the sheet says so, both agree.
        ([Seen(MORNING, SITE, Status.IN_COMPANY)], False, []),
        ([Seen(MORNING, SITE, None)], False, [Disagreement.ELSEWHERE]),
        ([Seen(MORNING, SITE, Status.PRESENT)], False, [Disagreement.ELSEWHERE]),
        ([Seen(MORNING, COMPANY, Status.PRESENT)], False, [Disagreement.NOT_THERE]),
        ([Seen(MORNING, COMPANY, Status.UNJUSTIFIED)], False, [Disagreement.ABSENT]),
        ([Seen(MORNING, COMPANY, Status.JUSTIFIED)], True, []),
        ([Seen(MORNING, COMPANY, Status.IN_COMPANY)], True, [Disagreement.MISSED]),
        ([Seen(MORNING, COMPANY, None)], True, []),
        ([Seen(MORNING, COMPANY, Status.LATE)], True, []),
        # Half a day missed: the other half says « entreprise », and nothing differs.
        (
            [
                Seen(AFTERNOON, COMPANY, Status.JUSTIFIED),
                Seen(MORNING, COMPANY, Status.IN_COMPANY),
            ],
            True,
            [],
        ),
    ],
)
def test_where_two_stories_differ(
    seen: list[Seen], is_missed: bool, expected: list[Disagreement]
) -> None:
    missed = [MORNING.on] if is_missed else []
    assert [told for _, told in disagreements(seen, missed)] == expected
