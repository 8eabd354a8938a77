"""The back-test panel: exact figures on known histories, and nothing where nothing is known."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcours.domain.alerts import (
    Alert,
    AskedBy,
    EnrolmentFacts,
    Facts,
    HelpRequest,
    Level,
    ObjectKey,
    ObjectKind,
    Rule,
    Slot,
    find_alerts,
)
from parcours.domain.attendance import Mark, Status
from parcours.domain.backtest import BackTest, History, back_test
from parcours.domain.calendar import Half, HalfDay

LAST = date(2026, 11, 22)
FIRST = date(2026, 5, 25)


def day(number: int) -> date:
    """The days of the period: 0 is the first, 181 the last."""
    return FIRST + timedelta(days=number)


def alert(
    since: date, *, level: Level = Level.ALERT, rule: Rule = Rule.UNJUSTIFIED, about: str = "7"
) -> Alert:
    """An alert as the rules raise it; its facts do not matter here."""
    learner = None if rule is Rule.UNRECORDED else 41
    return Alert(
        rule, level, learner, ObjectKey(ObjectKind.ENROLMENT, about), since, (), "alertes-1"
    )


def history(
    *spans: tuple[int, int], left: int | None = None, level: Level = Level.ALERT
) -> History:
    """One learner with an alert from day to day, both included."""
    days = {
        day(number): [
            alert(day(start), level=level) for start, end in spans if start <= number <= end
        ]
        for number in range(182)
    }
    return History(days, day(left) if left is not None else None)


def test_the_period_is_twenty_six_whole_weeks() -> None:
    found = back_test([], last_on=LAST)
    assert (found.first_on, found.last_on) == (FIRST, LAST)
    assert (LAST - FIRST).days + 1 == 182


def test_nothing_is_shown_where_there_is_nothing_to_count() -> None:
    assert back_test([], last_on=LAST) == BackTest(FIRST, LAST, 0, 0, None, 0, None, None, None, 0)
    assert back_test([History({})], last_on=LAST).learners == 0
    silent = back_test([history()], last_on=LAST)
    assert (silent.learners, silent.alerts_per_week) == (1, 0)
    assert (silent.announced, silent.median_advance_days, silent.false_episodes) == (
        None,
        None,
        None,
    )


def test_known_histories() -> None:
    people = [
        history((40, 60), left=75),  # announced 35 days before
        history((100, 181), left=120),  # 20 days before; nothing counts from the exit on
        history((10, 12), (80, 82), left=90),  # 80 days before, twice
        history(left=50),  # an exit that nothing announced
        history((20, 30)),  # no exit in the 90 days after: false
        history((170, 175)),  # too recent to tell
        history(),
        history(),
    ]
    assert back_test(people, last_on=LAST) == BackTest(
        first_on=FIRST,
        last_on=LAST,
        learners=8,
        opened=6,
        alerts_per_week=Fraction(6, 26),
        exits=4,
        announced=3,
        median_advance_days=Fraction(35),
        false_episodes=1,
        undecided=1,
    )


def test_the_median_of_two_is_between_them() -> None:
    people = [history((40, 60), left=61), history((40, 60), left=62)]
    assert back_test(people, last_on=LAST).median_advance_days == Fraction(43, 2)


@pytest.mark.parametrize(("ends", "announced", "false"), [(60, 0, 1), (61, 1, 0)])
def test_an_episode_long_over_announces_nothing(ends: int, announced: int, false: int) -> None:
    found = back_test([history((50, ends), left=151)], last_on=LAST)
    assert (found.exits, found.announced, found.false_episodes) == (1, announced, false)


@pytest.mark.parametrize(("ends", "false", "undecided"), [(90, 1, 0), (91, None, 1)])
def test_an_episode_is_false_only_once_its_time_is_over(
    ends: int, false: int | None, undecided: int
) -> None:
    found = back_test([history((50, ends))], last_on=LAST)
    assert (found.false_episodes, found.undecided) == (false, undecided)


def test_an_alert_on_the_day_of_the_exit_came_too_late() -> None:
    found = back_test([history((60, 70), left=60)], last_on=LAST)
    assert (found.opened, found.exits, found.announced) == (0, 1, 0)


def test_exits_out_of_the_period_are_not_its_own() -> None:
    outside = History({day(0): []}, LAST + timedelta(days=1))
    found = back_test([outside, history((3, 5), left=0)], last_on=LAST)
    assert (found.learners, found.exits, found.opened) == (1, 0, 0)


def test_an_exit_on_the_last_day_is_in_the_period() -> None:
    found = back_test([history((170, 181), left=181)], last_on=LAST)
    assert (found.exits, found.announced, found.median_advance_days) == (1, 1, 11)


def test_what_already_ran_announces_but_did_not_open() -> None:
    running = alert(FIRST - timedelta(days=9))
    days = {day(number): [running] for number in range(20)}
    found = back_test([History(days, day(20))], last_on=LAST)
    assert (found.opened, found.announced, found.median_advance_days) == (0, 1, 20)
    fresh = back_test([History({day(0): [alert(FIRST)]})], last_on=LAST)
    assert fresh.opened == 1


def test_only_alerts_of_the_level_asked_for_count() -> None:
    people = [history((20, 30), level=Level.VIGILANCE)]
    assert back_test(people, last_on=LAST).opened == 0
    assert back_test(people, last_on=LAST, at_least=Level.VIGILANCE).opened == 1


def test_a_sheet_nobody_filled_in_is_no_alert_about_a_learner() -> None:
    days = {day(5): [alert(day(5), rule=Rule.UNRECORDED)]}
    assert back_test([History(days)], last_on=LAST, at_least=Level.REMINDER).opened == 0


def test_two_objects_are_two_episodes() -> None:
    days = {day(5): [alert(day(5)), alert(day(5), about="8")]}
    assert back_test([History(days)], last_on=LAST).opened == 2


def test_a_day_without_a_judgement_ends_nothing() -> None:
    """A job that rests on Sundays does not cut an episode in two; a day without alert does."""
    rested = {day(5): [alert(day(5))], day(7): [alert(day(5))]}
    assert back_test([History(rested)], last_on=LAST).opened == 1
    assert back_test([History({**rested, day(6): []})], last_on=LAST).opened == 2


def test_the_rules_themselves_can_be_replayed() -> None:
    """Three unjustified absences on days 28, 29 and 30, then presences; help asked on day 100."""
    letters = "P" * 28 + "AAA" + "P" * 40
    slots = [
        Slot(
            HalfDay(day(number), Half.AM),
            Mark(Status.PRESENT if letter == "P" else Status.UNJUSTIFIED, 210),
        )
        for number, letter in enumerate(letters)
    ]
    facts = Facts(
        enrolments=[EnrolmentFacts(41, 7, slots)],
        help_requests=[HelpRequest(41, 5, day(100), AskedBy.LEARNER, day(103))],
    )

    def judge(on: date) -> list[Alert]:
        return find_alerts(facts, today=on, days_off=set())

    found = back_test([History(judge, day(110))], last_on=LAST)
    assert (found.opened, found.announced, found.median_advance_days) == (2, 1, 80)
    # The window holds the three absences from day 30 to day 47: 63 days before the exit.
    near = back_test([History(judge, day(110))], last_on=LAST, horizon_days=62)
    assert (near.median_advance_days, near.false_episodes) == (10, 1)


spans = st.lists(
    st.tuples(st.integers(0, 181), st.integers(0, 40)).map(lambda s: (s[0], s[0] + s[1])),
    max_size=3,
)
people = st.lists(
    st.builds(lambda s, left: history(*s, left=left), spans, st.none() | st.integers(0, 181)),
    max_size=5,
)


@given(people)
def test_figures_hold_together(found: list[History]) -> None:
    figures = back_test(found, last_on=LAST)
    assert back_test(reversed(found), last_on=LAST) == figures
    assert (figures.announced is None) is (figures.exits == 0)
    assert (figures.announced or 0) <= figures.exits
    assert (figures.false_episodes or 0) + figures.undecided <= figures.opened
    assert (figures.median_advance_days is None) is not bool(figures.announced)
    assert figures.median_advance_days is None or figures.median_advance_days >= 1
