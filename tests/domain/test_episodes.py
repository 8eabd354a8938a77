"""Episodes: what begins, goes on and ends, whatever the days on which the job ran."""

import itertools
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

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
    PathwayFacts,
    RelayFacts,
    Rule,
    Slot,
    find_alerts,
)
from parcours.domain.attendance import Mark, Status
from parcours.domain.calendar import Half, HalfDay
from parcours.domain.episodes import (
    Closing,
    Episode,
    Review,
    apply_review,
    close,
    mute,
    review,
)
from parcours.domain.errors import RuleBroken
from parcours.domain.pathway import GapSpan

START = date(2026, 9, 7)
LEARNER = 41
RELAY_SENT = date(2026, 11, 6)
ARMISTICE = {date(2026, 11, 11)}


def day(number: int) -> date:
    """`number` days after the start."""
    return START + timedelta(days=number)


def waiting(today: date) -> list[Alert]:
    """Nobody holds the person from the start on: a reminder from day(14), an alert on day(45)."""
    return alerts_of(
        Facts(pathways=[PathwayFacts(LEARNER, 3, [GapSpan(START, None, None, 1)])]), today
    )


def alerts_of(facts: Facts, today: date) -> list[Alert]:
    """What the rules say of these facts."""
    return find_alerts(facts, today=today, days_off=ARMISTICE)


def absences(letters: str) -> Facts:
    """One mark a day: P present, A absent without a reason."""
    status = {"P": Status.PRESENT, "A": Status.UNJUSTIFIED}
    slots = [
        Slot(HalfDay(day(number), Half.AM), Mark(status[letter], 210))
        for number, letter in enumerate(letters)
    ]
    return Facts(enrolments=[EnrolmentFacts(LEARNER, 7, slots)])


def unjustified(letters: str, today: date) -> list[Alert]:
    """What the rule of unjustified absences alone says of these marks."""
    found = alerts_of(absences(letters), today)
    return [alert for alert in found if alert.rule is Rule.UNJUSTIFIED]


def run(
    episodes: list[Episode], alerts: Iterable[Alert], today: date
) -> tuple[list[Episode], Review]:
    """A review, written."""
    found = review(episodes, alerts, today=today)
    return apply_review(episodes, found), found


def one_open(today: date) -> Episode:
    """The episode of somebody waiting, as the review of `today` opens it."""
    (episode,) = review([], waiting(today), today=today).opened
    return episode


def test_an_episode_opens_changes_and_closes() -> None:
    episodes, found = run([], waiting(day(13)), day(13))
    assert episodes == []
    assert found == Review()
    episodes, found = run(episodes, waiting(day(14)), day(14))
    (episode,) = found.opened
    assert episode.key == (Rule.NO_STEP, LEARNER, "pathway:3", day(14))
    assert (episode.alert.level, episode.last_day) == (Level.REMINDER, day(14))
    assert found.to_notify == ()
    episodes, found = run(episodes, waiting(day(45)), day(45))
    (episode,) = found.updated
    assert (episode.alert.level, episode.first_day) == (Level.ALERT, day(14))
    assert dict(episode.alert.facts)["days"] == 46
    assert found.to_notify == (episode,)
    episodes, found = run(episodes, [], day(46))
    (episode,) = found.closed
    assert (episode.closed_on, episode.closing) == (day(46), Closing.OVER)
    assert (episode.last_day, episode.over_on) == (day(45), day(46))
    assert not episode.is_open
    assert run(episodes, [], day(47))[1] == Review()


def test_a_relay_is_told_once_it_becomes_an_alert() -> None:
    facts = Facts(relays=[RelayFacts(LEARNER, 9, RELAY_SENT)])
    episodes: list[Episode] = []
    told = []
    for number in range(30):
        today = RELAY_SENT + timedelta(days=number)
        episodes, found = run(episodes, alerts_of(facts, today), today)
        told += [(today, episode.alert.level) for episode in found.to_notify]
    assert told == [(date(2026, 11, 24), Level.ALERT)]
    (episode,) = episodes
    assert episode.first_day == date(2026, 11, 17)


def test_running_after_days_off_finds_the_true_first_day() -> None:
    (episode,) = review([], waiting(day(50)), today=day(50)).opened
    assert (episode.first_day, episode.last_day) == (day(14), day(50))


def test_an_interruption_unseen_during_days_off_makes_two_episodes() -> None:
    """The rule stopped and started again while nobody looked: the facts say so."""
    before = "PPPPAAA"
    episodes, _ = run([], unjustified(before, day(6)), day(6))
    after = "PPPPAAA" + "P" * 20 + "AAA"
    episodes, found = run(episodes, unjustified(after, day(29)), day(29))
    assert [episode.over_on for episode in found.closed] == [day(29)]
    assert [episode.first_day for episode in found.opened] == [day(29)]
    assert found.to_notify == found.opened
    assert len(episodes) == 2


def test_a_mistake_put_right_is_no_new_episode() -> None:
    right, wrong = "PPPPAAA", "PPPPAAP"
    episodes, _ = run([], unjustified(right, day(6)), day(6))
    episodes, found = run(episodes, unjustified(wrong, day(7)), day(7))
    assert len(found.closed) == 1
    episodes, found = run(episodes, unjustified(right, day(8)), day(8))
    assert not found.opened
    assert not found.to_notify
    (episode,) = episodes
    assert episode.is_open
    assert (episode.first_day, episode.over_on) == (day(6), None)


def test_two_objects_are_two_episodes() -> None:
    relays = [RelayFacts(LEARNER, number, RELAY_SENT) for number in (1, 2)]
    today = date(2026, 11, 17)
    found = review([], alerts_of(Facts(relays=relays), today), today=today)
    assert [episode.key.about for episode in found.opened] == ["relay:1", "relay:2"]


def test_the_highest_of_two_alerts_about_one_object_is_kept() -> None:
    (low,), (high,) = waiting(day(14)), waiting(day(45))
    for alerts in ([low, high], [high, low]):
        (episode,) = review([], alerts, today=day(45)).opened
        assert episode.alert == high


def test_muting_needs_a_motive_and_an_end() -> None:
    episode = one_open(day(20))
    with pytest.raises(RuleBroken) as refusal:
        mute(episode, until=day(20), motive=" ", today=day(20))
    assert set(refusal.value.errors) == {"motive", "until"}
    muted = mute(episode, until=day(25), motive=" Rendez-vous pris ", today=day(20))
    assert muted.mute is not None
    assert muted.mute.motive == "Rendez-vous pris"
    assert [muted.is_silent(day(number)) for number in (20, 25, 26)] == [True, True, False]
    assert muted.is_open


def test_a_silence_ends_on_its_day_and_is_told() -> None:
    episodes, _ = run([], waiting(day(50)), day(50))
    episodes = [mute(episodes[0], until=day(55), motive="Rendez-vous", today=day(50))]
    told = []
    for number in range(51, 60):
        episodes, found = run(episodes, waiting(day(number)), day(number))
        told += [number for _ in found.to_notify]
    assert told == [56]


def test_a_higher_level_breaks_the_silence() -> None:
    episodes, _ = run([], waiting(day(40)), day(40))
    episodes = [mute(episodes[0], until=day(80), motive="Rendez-vous", today=day(40))]
    episodes, found = run(episodes, waiting(day(44)), day(44))
    assert found.to_notify == ()
    assert episodes[0].is_silent(day(44))
    episodes, found = run(episodes, waiting(day(45)), day(45))
    assert len(found.to_notify) == 1
    assert not episodes[0].is_silent(day(45))


def test_a_silence_ends_with_its_episode() -> None:
    """Re-armed once the condition was false: what comes back speaks."""
    facts = "PPPPAAA"
    episodes, _ = run([], unjustified(facts, day(6)), day(6))
    episodes = [mute(episodes[0], until=day(60), motive="Rendez-vous", today=day(6))]
    cleared = "PPPPAAA" + "P" * 20
    episodes, _ = run(episodes, unjustified(cleared, day(26)), day(26))
    again = "PPPPAAA" + "P" * 20 + "AAA"
    _, found = run(episodes, unjustified(again, day(29)), day(29))
    (episode,) = found.opened
    assert episode.mute is None
    assert found.to_notify == (episode,)


def test_a_level_that_falls_and_rises_is_told_once() -> None:
    (low,), (high,) = waiting(day(40)), waiting(day(45))
    low = replace(low, since=high.since)
    episodes, first = run([], [high], day(50))
    episodes, second = run(episodes, [low], day(51))
    episodes, third = run(episodes, [high], day(52))
    assert [len(found.to_notify) for found in (first, second, third)] == [1, 0, 0]


def test_what_was_set_aside_stays_so_until_the_condition_was_false() -> None:
    facts = "PPPPAAA"
    episodes, _ = run([], unjustified(facts, day(6)), day(6))
    aside = close(episodes[0], Closing.SET_ASIDE, motive="Absences vues", today=day(6))
    episodes = [aside]
    for number in range(7, 12):
        episodes, found = run(episodes, unjustified(facts, day(number)), day(number))
        assert not found.opened
        assert not found.to_notify
        assert not episodes[0].is_open
    cleared = "PPPPAAA" + "P" * 20
    episodes, found = run(episodes, unjustified(cleared, day(26)), day(26))
    assert not found.closed  # a person closed it before, for a reason that is kept
    assert episodes[0].closing is Closing.SET_ASIDE
    assert episodes[0].over_on == day(26)
    again = "PPPPAAA" + "P" * 20 + "AAA"
    _, found = run(episodes, unjustified(again, day(29)), day(29))
    assert len(found.opened) == 1


def test_what_was_set_aside_comes_back_when_it_grows_worse() -> None:
    aside = close(one_open(day(20)), Closing.SET_ASIDE, motive="Congés", today=day(20))
    episodes, found = run([aside], waiting(day(29)), day(29))
    assert not episodes[0].is_open
    episodes, found = run(episodes, waiting(day(30)), day(30))
    assert episodes[0].is_open
    assert (episodes[0].first_day, episodes[0].closing) == (day(14), None)
    episodes, found = run(episodes, waiting(day(45)), day(45))
    assert found.to_notify == tuple(episodes)


@pytest.mark.parametrize(
    ("closing", "counts"),
    [(Closing.SET_ASIDE, True), (Closing.BACK_TO_WORK, False), (Closing.EARLY_SUCCESS, False)],
)
def test_leaving_for_a_job_is_no_interruption(closing: Closing, counts: bool) -> None:
    episode = one_open(day(90))
    assert episode.alert.level is Level.INTERRUPTION
    assert episode.counts_as_interruption
    closed = close(episode, closing, motive="Vu avec la personne", today=day(91))
    assert closed.counts_as_interruption is counts
    assert not one_open(day(45)).counts_as_interruption


def test_closing_by_hand_says_why() -> None:
    episode = one_open(day(20))
    with pytest.raises(RuleBroken) as refusal:
        close(episode, Closing.SET_ASIDE, today=day(20))
    assert set(refusal.value.errors) == {"motive"}
    with pytest.raises(RuleBroken) as refusal:
        close(episode, Closing.OVER, today=day(20))
    assert set(refusal.value.errors) == {"closing"}
    closed = close(episode, Closing.BACK_TO_WORK, today=day(20))
    with pytest.raises(RuleBroken, match="déjà close"):
        close(closed, Closing.EARLY_SUCCESS, today=day(20))
    with pytest.raises(RuleBroken, match="déjà close"):
        mute(closed, until=day(30), motive="Vu", today=day(20))


def test_a_request_for_help_is_answered_and_nothing_else() -> None:
    asked = HelpRequest(LEARNER, 5, START, AskedBy.PARTNER)
    (episode,) = review([], alerts_of(Facts(help_requests=[asked]), START), today=START).opened
    with pytest.raises(RuleBroken, match="répondez-y"):
        mute(episode, until=day(9), motive="Plus tard", today=START)
    with pytest.raises(RuleBroken, match="répondu"):
        close(episode, Closing.SET_ASIDE, motive="Vu", today=START)
    answered = replace(asked, answered_on=day(1))
    found = review([episode], alerts_of(Facts(help_requests=[answered]), day(1)), today=day(1))
    assert [closed.closing for closed in found.closed] == [Closing.OVER]


def test_a_second_run_takes_what_was_entered_meanwhile() -> None:
    today = day(6)
    episodes, _ = run([], unjustified("PPPPAAA", today), today)
    episodes, found = run(episodes, unjustified("PPPPAAP", today), today)
    assert [episode.over_on for episode in found.closed] == [today]
    episodes, found = run(episodes, unjustified("PPPPAAA", today), today)
    assert [episode.is_open for episode in episodes] == [True]


def test_a_run_for_a_past_day_leaves_later_ones_alone() -> None:
    episode = one_open(day(50))
    assert review([episode], waiting(day(40)), today=day(40)) == Review()
    assert review([episode], [], today=day(40)) == Review()


letters = st.text("PA", min_size=1, max_size=45)
days_run = st.sets(st.integers(0, 44), min_size=1)


@given(letters, days_run)
def test_running_twice_changes_nothing(marks: str, ran: set[int]) -> None:
    episodes: list[Episode] = []
    for number in sorted(ran):
        alerts = alerts_of(absences(marks[: number + 1]), day(number))
        episodes, _ = run(episodes, alerts, day(number))
        assert review(episodes, alerts, today=day(number)) == Review()
        assert review(reversed(episodes), reversed(alerts), today=day(number)) == Review()


@given(letters, days_run)
def test_a_job_that_missed_days_ends_with_the_same_open_episodes(marks: str, ran: set[int]) -> None:
    last = max(ran)
    ends = []
    for numbers in (range(last + 1), sorted(ran)):
        episodes: list[Episode] = []
        for number in numbers:
            alerts = alerts_of(absences(marks[: number + 1]), day(number))
            episodes, _ = run(episodes, alerts, day(number))
        ends.append([episode for episode in episodes if episode.is_open])
        assert len({episode.key for episode in episodes}) == len(episodes)
    assert [episode.key for episode in ends[0]] == [episode.key for episode in ends[1]]
    assert [episode.alert for episode in ends[0]] == [episode.alert for episode in ends[1]]


@given(letters)
def test_episodes_of_one_object_never_overlap(marks: str) -> None:
    episodes: list[Episode] = []
    for number in range(len(marks)):
        alerts = alerts_of(absences(marks[: number + 1]), day(number))
        episodes, _ = run(episodes, alerts, day(number))
    by_rule: dict[Rule, list[Episode]] = {}
    for episode in episodes:
        assert episode.first_day <= episode.last_day
        by_rule.setdefault(episode.key.rule, []).append(episode)
    for found in by_rule.values():
        found.sort(key=lambda episode: episode.first_day)
        for earlier, later in itertools.pairwise(found):
            assert earlier.last_day < later.first_day
            assert earlier.over_on is not None
