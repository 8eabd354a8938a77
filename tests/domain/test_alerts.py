"""Early warning: every oracle of rules `alertes-1` to the day, and what holds for any facts."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from typing import TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcours.domain.alerts import (
    DEFAULT,
    Actor,
    Alert,
    AskedBy,
    EnrolmentFacts,
    Facts,
    HelpRequest,
    Level,
    ObjectKey,
    ObjectKind,
    PathwayFacts,
    RelayFacts,
    Rule,
    SheetFacts,
    Slot,
    Thresholds,
    Trend,
    due_on,
    find_alerts,
    leading,
    level_of,
    pack_facts,
    trend,
    unpack_facts,
)
from parcours.domain.attendance import Mark, Status, watch
from parcours.domain.calendar import Half, HalfDay
from parcours.domain.pathway import GapSpan

Item = TypeVar("Item")
MINUTES = 210
MONDAY = date(2026, 9, 7)
LATER = date(2027, 6, 1)
LEARNER = 41
ARMISTICE = {date(2026, 11, 11)}
VIGILANCE, ALERT = Level.VIGILANCE, Level.ALERT
SHEET_WORDS = {VIGILANCE: "watch", ALERT: "alert"}
LETTERS = {
    "P": Status.PRESENT,
    "A": Status.UNJUSTIFIED,
    "J": Status.JUSTIFIED,
    "L": Status.LATE,
    "D": Status.REMOTE,
    "E": Status.IN_COMPANY,
}
any_mark = st.builds(Mark, st.sampled_from(Status), st.integers(1, 480), st.integers(0, 600))
any_slots = st.lists(
    st.builds(
        Slot,
        st.builds(
            lambda number, half: HalfDay(MONDAY + timedelta(days=number), half),
            st.integers(0, 60),
            st.sampled_from(Half),
        ),
        st.none() | any_mark,
        st.booleans(),
    ),
    max_size=50,
)
any_day = st.integers(0, 400).map(lambda number: MONDAY + timedelta(days=number))


def half_day(number: int) -> HalfDay:
    """The half-days of a calendar without holiday, two a day from a Monday, weekends aside."""
    days, half = divmod(number, 2)
    weeks, weekday = divmod(days, 5)
    return HalfDay(MONDAY + timedelta(days=7 * weeks + weekday), list(Half)[half])


def slots_of(letters: str) -> list[Slot]:
    """`PPA-X`: two presences, an unjustified absence, nothing recorded, a cancelled half-day."""
    return [
        Slot(
            half_day(number),
            Mark(LETTERS[letter], MINUTES) if letter in LETTERS else None,
            is_cancelled=letter == "X",
        )
        for number, letter in enumerate(letters)
    ]


def attendance(slots: list[Slot], *, today: date = LATER) -> dict[Rule, Alert]:
    """The alerts of one enrolment, by rule."""
    facts = Facts(enrolments=[EnrolmentFacts(LEARNER, 7, slots)])
    return {alert.rule: alert for alert in find_alerts(facts, today=today, days_off=set())}


def levels(letters: str) -> dict[Rule, Level]:
    """The level each rule reaches."""
    return {rule: alert.level for rule, alert in attendance(slots_of(letters)).items()}


def pathway(gap: GapSpan, *, today: date, closed_on: date | None = None) -> list[Alert]:
    """The alerts of a pathway with one gap."""
    facts = Facts(pathways=[PathwayFacts(LEARNER, 3, [gap], closed_on)])
    return find_alerts(facts, today=today, days_off=set())


def relay(facts: RelayFacts, *, today: date) -> Alert | None:
    """The alert of a relay, 11 November off."""
    found = find_alerts(Facts(relays=[facts]), today=today, days_off=ARMISTICE)
    assert len(found) < 2
    return found[0] if found else None


@pytest.mark.parametrize(
    ("letters", "level"),
    [
        ("P" * 20, None),
        ("P" * 18 + "A" * 2, None),
        ("P" * 17 + "A" * 3, VIGILANCE),
        ("P" * 16 + "A" * 4, VIGILANCE),
        ("P" * 15 + "A" * 5, ALERT),
        ("P" * 7 + "A" * 2, None),
        ("P" * 10 + "X" * 10, None),
        # Ten are enough, nine are not; the limits are strict; absences are absences.
        ("J" * 9, None),
        ("J" * 10, ALERT),
        ("P" * 15 + "J" * 5, ALERT),
        ("P" * 10 + "D" * 5 + "E" * 5, None),
        # Only the last twenty recorded count, cancelled and unrecorded ones between them or not.
        ("J" * 30 + "P" * 20, None),
        ("J" * 5 + "P-X" * 20, None),
        ("P" * 30 + "J-X" * 5 + "P" * 15, ALERT),
    ],
)
def test_assiduity(letters: str, level: Level | None) -> None:
    assert levels(letters).get(Rule.ATTENDANCE) is level


def test_twenty_presences_raise_nothing_at_all() -> None:
    assert levels("P" * 20) == {}
    assert levels("P" * 10 + "X" * 10) == {}
    assert levels("") == {}


def test_lateness_counts_minutes() -> None:
    """30 minutes of 210 over two half-days is 13/14: the facts hold the minutes themselves."""
    low = replace(DEFAULT, window=2, window_minimum=2, watch_below=Fraction(1), version="essai")
    slots = [
        Slot(half_day(0), Mark(Status.LATE, MINUTES, 30)),
        Slot(half_day(1), Mark(Status.PRESENT, MINUTES)),
    ]
    facts = Facts(enrolments=[EnrolmentFacts(LEARNER, 7, slots)])
    (alert,) = find_alerts(facts, today=LATER, days_off=set(), thresholds=low)
    told = dict(alert.facts)
    rate = Fraction(told["minutes_present"], told["minutes_planned"])  # type: ignore[arg-type]
    assert (told["minutes_present"], told["minutes_planned"]) == (390, 420)
    assert rate == Fraction(13, 14)
    assert alert.version == "essai"
    assert alert.sentence.startswith("Assiduité de 92,8 % : 6 h 30 suivies sur 7 h prévues")


def test_three_unjustified_of_the_last_three() -> None:
    found = attendance(slots_of("AAA"))
    assert {rule: alert.level for rule, alert in found.items()} == {Rule.UNJUSTIFIED: ALERT}
    alert = found[Rule.UNJUSTIFIED]
    assert alert.since == date(2026, 9, 8)
    assert alert.acts == (Actor.TRAINING_REFERENT, Actor.PATHWAY_REFERENT)
    assert alert.sentence == (
        "3 absences injustifiées sur les 3 dernières demi-journées enregistrées "
        "(du 07/09/2026 au 08/09/2026), la dernière le 08/09/2026."
    )
    assert Rule.UNJUSTIFIED not in levels("AAJ")
    assert Rule.UNJUSTIFIED not in levels("A" + "P" * 19 + "AA")  # the first one left the window


def test_nobody_seen_over_the_first_four() -> None:
    found = attendance(slots_of("JJJJ"))
    assert set(found) == {Rule.NO_SHOW}
    alert = found[Rule.NO_SHOW]
    assert (alert.level, alert.since) == (ALERT, date(2026, 9, 8))
    assert alert.acts == (Actor.TRAINING_REFERENT, Actor.PRESCRIBER)
    assert alert.sentence == (
        "Aucune présence sur 4 demi-journées enregistrées du 07/09/2026 au 08/09/2026, "
        "dont 4 absences justifiées."
    )
    assert levels("JJJ") == {}
    assert levels("JJJJP") == {}  # one presence clears it
    assert levels("JJJJL") == {}  # and so does coming late
    assert levels("JJ-XJ") == {}


def test_assiduity_says_since_when_and_who_acts() -> None:
    alert = attendance(slots_of("P" * 15 + "JJJJJ"))[Rule.ATTENDANCE]
    # 15/17 is under 90 %: the second absence, seventeenth half-day, began it.
    assert alert.since == half_day(16).on == date(2026, 9, 17)
    assert alert.acts == (Actor.TRAINING_REFERENT,)
    assert alert.about.slug == "enrolment:7"
    assert alert.learner_id == LEARNER
    assert dict(alert.facts) == {
        "recorded": 20,
        "minutes_present": 15 * MINUTES,
        "minutes_planned": 20 * MINUTES,
        "justified": 5,
        "unjustified": 0,
        "first_on": MONDAY,
        "last_on": date(2026, 9, 18),
    }
    assert alert.sentence == (
        "Assiduité de 75 % : 52 h 30 suivies sur 70 h prévues, pour les 20 dernières "
        "demi-journées enregistrées (du 07/09/2026 au 18/09/2026), dont 5 absences justifiées."
    )
    assert alert.suggestion == "Appeler la personne et convenir d’un entretien."


def test_what_comes_after_today_is_not_read() -> None:
    slots = slots_of("P" * 6 + "A" * 3)
    assert Rule.UNJUSTIFIED in attendance(slots, today=slots[-1].half_day.on)
    assert attendance(slots, today=slots[-2].half_day.on) == {}


def test_an_ended_enrolment_is_silent() -> None:
    ended = EnrolmentFacts(LEARNER, 7, slots_of("AAA"), ended_on=date(2026, 9, 10))
    for today, count in ((date(2026, 9, 10), 1), (date(2026, 9, 11), 0)):
        found = find_alerts(Facts(enrolments=[ended]), today=today, days_off=set())
        assert len(found) == count


@pytest.mark.parametrize(
    ("today", "is_flagged"), [(date(2026, 11, 12), False), (date(2026, 11, 13), True)]
)
def test_a_sheet_nobody_filled_in(today: date, is_flagged: bool) -> None:
    sheet = SheetFacts(12, HalfDay(date(2026, 11, 9), Half.AM), missing=12)
    found = find_alerts(Facts(sheets=[sheet]), today=today, days_off=ARMISTICE)
    assert bool(found) is is_flagged
    for alert in found:
        assert alert.rule is Rule.UNRECORDED
        assert alert.since == date(2026, 11, 13)
        assert alert.acts == (Actor.ORGANISATION,)
        assert alert.about.slug == "half_day:12/2026-11-09-am"
        assert alert.sentence == (
            "Émargement du 09/11/2026 (matin) non saisi pour 12 personnes, "
            "3 jours ouvrés après ou plus."
        )


def test_an_empty_sheet_is_never_held_against_a_learner() -> None:
    sheet = SheetFacts(12, HalfDay(date(2026, 11, 9), Half.AM), missing=12)
    (alert,) = find_alerts(Facts(sheets=[sheet]), today=LATER, days_off=set())
    assert alert.learner_id is None
    assert level_of([alert]) is None
    (alert,) = find_alerts(Facts(sheets=[replace(sheet, missing=1)]), today=LATER, days_off=set())
    assert "non saisi pour 1 personne, " in alert.sentence
    for silent in (replace(sheet, is_cancelled=True), replace(sheet, missing=0)):
        assert find_alerts(Facts(sheets=[silent]), today=LATER, days_off=set()) == []
    assert levels("-" * 30) == {}


@pytest.mark.parametrize(
    ("today", "level"),
    [
        (date(2026, 1, 14), None),
        (date(2026, 1, 15), Level.REMINDER),
        (date(2026, 1, 30), Level.REMINDER),
        (date(2026, 1, 31), VIGILANCE),
        (date(2026, 2, 14), VIGILANCE),
        (date(2026, 2, 15), ALERT),
        (date(2026, 3, 31), ALERT),
        (date(2026, 4, 1), Level.INTERRUPTION),
        (date(2026, 6, 29), Level.INTERRUPTION),
        (date(2026, 6, 30), Level.CLOSURE),
    ],
)
def test_days_without_a_step(today: date, level: Level | None) -> None:
    """A gap from 01/01: days 14, 15, 31, 46, 91 and 181, and the days just before."""
    found = pathway(GapSpan(date(2026, 1, 1), None, None, 1), today=today)
    assert [alert.level for alert in found] == ([level] if level else [])
    for alert in found:
        assert alert.rule is Rule.NO_STEP
        assert alert.since == date(2026, 1, 15)
        assert dict(alert.facts)["days"] == (today - date(2025, 12, 31)).days


def test_days_without_a_step_in_words() -> None:
    (alert,) = pathway(GapSpan(date(2026, 1, 1), None, None, 1), today=date(2026, 2, 15))
    assert alert.sentence == ("Aucune étape en cours ni prévue depuis le 01/01/2026 : 46 jours.")
    assert alert.suggestion == "Appeler la personne et lui proposer une étape."
    assert alert.acts == (Actor.PATHWAY_REFERENT,)
    assert alert.about == ObjectKey(ObjectKind.PATHWAY, "3")


@pytest.mark.parametrize(
    ("next_on", "speaks"), [(date(2026, 8, 15), False), (date(2026, 8, 16), True)]
)
def test_a_planned_wait(next_on: date, speaks: bool) -> None:
    """From 30/06 to 15/08 there are 45 days between, to 16/08 there are 46."""
    gap = GapSpan(date(2026, 7, 1), next_on - timedelta(days=1), None, 1)
    found = pathway(gap, today=date(2026, 7, 1))
    assert [(alert.rule, alert.level) for alert in found] == (
        [(Rule.LONG_WAIT, VIGILANCE)] if speaks else []
    )
    for alert in found:
        assert alert.sentence == (
            "46 jours sans étape du 01/07/2026 au 15/08/2026 : l’étape suivante est prévue "
            "le 16/08/2026."
        )
        assert alert.acts == (Actor.PATHWAY_REFERENT,)
        assert alert.about.slug == "gap:3/2026-07-01"


def test_a_long_wait_is_told_while_it_can_be_bridged() -> None:
    gap = GapSpan(date(2026, 7, 1), date(2026, 8, 31), None, 1)
    told = {day for day in range(100) if pathway(gap, today=date(2026, 6, 1) + timedelta(days=day))}
    assert told == set(range(92))  # thirty days before the first one, until the last one
    assert pathway(gap, today=date(2026, 5, 31)) == []


def test_a_closed_pathway_is_silent() -> None:
    closed_on = date(2026, 6, 1)
    gap = GapSpan(date(2026, 1, 1), date(2026, 5, 31), None, 1)
    for today in (date(2026, 4, 1), closed_on, LATER):
        assert pathway(gap, today=today, closed_on=closed_on) == []
    assert pathway(gap._replace(ends_on=None), today=closed_on, closed_on=closed_on) == []


@pytest.mark.parametrize(
    ("today", "level"),
    [
        (date(2026, 11, 16), None),
        (date(2026, 11, 17), VIGILANCE),
        (date(2026, 11, 23), VIGILANCE),
        (date(2026, 11, 24), ALERT),
    ],
)
def test_a_relay_without_an_answer(today: date, level: Level | None) -> None:
    """Sent on Friday 06/11/2026, due on 16/11: 11/11 is a holiday."""
    facts = RelayFacts(LEARNER, 9, date(2026, 11, 6))
    assert due_on(facts.sent_on, ARMISTICE) == date(2026, 11, 16)
    alert = relay(facts, today=today)
    assert (alert.level if alert else None) is level
    if alert:
        assert alert.rule is Rule.UNANSWERED_RELAY
        assert alert.since == date(2026, 11, 17)
        assert alert.sentence == (
            "Relais proposé le 06/11/2026, sans réponse : "
            "elle était attendue au plus tard le 16/11/2026."
        )
        assert alert.acts == (
            (Actor.RECEIVING_PARTNER,)
            if level is VIGILANCE
            else (Actor.SENDER, Actor.RECEIVING_PARTNER)
        )


def test_an_answered_or_withdrawn_relay_is_silent() -> None:
    sent, answered = date(2026, 11, 6), date(2026, 11, 20)
    for name in ("accepted_on", "declined_on", "withdrawn_on"):
        facts = replace(RelayFacts(LEARNER, 9, sent), **{name: answered})
        assert relay(facts, today=answered) is None, name
        assert relay(facts, today=answered - timedelta(days=1)) is not None, name


@pytest.mark.parametrize(
    ("today", "speaks"), [(date(2026, 10, 31), False), (date(2026, 11, 1), True)]
)
def test_accepted_and_not_started(today: date, speaks: bool) -> None:
    facts = RelayFacts(LEARNER, 9, date(2026, 9, 28), accepted_on=date(2026, 10, 1))
    alert = relay(facts, today=today)
    assert bool(alert) is speaks
    if alert:
        assert (alert.rule, alert.level) == (Rule.NOT_STARTED, VIGILANCE)
        assert alert.since == date(2026, 11, 1)
        assert alert.acts == (Actor.RECEIVING_PARTNER,)
        assert alert.sentence == (
            "Relais accepté le 01/10/2026 : 31 jours après, l’étape n’a pas commencé."
        )


def test_accepted_and_agreed_for_later() -> None:
    agreed = date(2026, 12, 1)
    facts = RelayFacts(
        LEARNER, 9, date(2026, 9, 28), accepted_on=date(2026, 10, 1), planned_start_on=agreed
    )
    assert relay(facts, today=agreed) is None
    alert = relay(facts, today=agreed + timedelta(days=1))
    assert alert is not None
    assert alert.sentence.endswith("n’a pas commencé (début prévu le 01/12/2026).")
    assert relay(replace(facts, started_on=agreed), today=LATER) is None
    near = replace(facts, planned_start_on=date(2026, 10, 5))
    assert relay(near, today=date(2026, 10, 31)) is None
    assert relay(near, today=date(2026, 11, 1)) is not None


def test_a_request_for_help_comes_before_everything() -> None:
    asked = HelpRequest(LEARNER, 5, date(2026, 11, 3), AskedBy.LEARNER)
    facts = Facts(
        pathways=[PathwayFacts(LEARNER, 3, [GapSpan(date(2026, 1, 1), None, None, 1)])],
        help_requests=[asked],
    )
    found = find_alerts(facts, today=date(2026, 11, 23), days_off=set())
    assert [(alert.rule, alert.level) for alert in found] == [
        (Rule.HELP, ALERT),
        (Rule.NO_STEP, Level.CLOSURE),
    ]
    assert leading(reversed(found)) == found[0]
    assert level_of(found) is ALERT
    assert found[0].sentence == "Aide demandée le 03/11/2026 par la personne."
    assert found[0].acts == (Actor.PATHWAY_REFERENT,)
    answered = replace(facts, help_requests=[replace(asked, answered_on=date(2026, 11, 4))])
    assert level_of(find_alerts(answered, today=date(2026, 11, 23), days_off=set())) is (
        Level.CLOSURE
    )


def test_a_person_has_the_level_of_the_highest_rule() -> None:
    found = list(attendance(slots_of("P" * 17 + "AAA")).values())
    assert {alert.rule: alert.level for alert in found} == {
        Rule.ATTENDANCE: VIGILANCE,
        Rule.UNJUSTIFIED: ALERT,
    }
    assert level_of(found) is ALERT
    assert level_of([]) is None


@pytest.mark.parametrize(
    ("letters", "says"),
    [
        ("P" * 30, Trend.STEADY),
        ("P" * 20 + "P" * 9 + "J", Trend.FALLING),
        ("J" * 5 + "P" * 15 + "P" * 10, Trend.RISING),
        ("J" + "P" * 29, Trend.RISING),  # five points exactly
        ("P" * 19, None),
        ("P" * 20, Trend.STEADY),
        ("J" * 20 + "P" * 30, Trend.STEADY),  # what came before the previous twenty is past
    ],
)
def test_trend(letters: str, says: Trend | None) -> None:
    assert trend(slots_of(letters), today=LATER) is says


def test_a_change_of_less_than_five_points_is_steady() -> None:
    whole = [Slot(half_day(number), Mark(Status.PRESENT, 1000)) for number in range(29)]
    for late, says in ((499, Trend.STEADY), (500, Trend.FALLING)):
        last = Slot(half_day(29), Mark(Status.LATE, 1000, late))
        assert trend([*whole, last], today=LATER) is says


def test_facts_name_the_days_of_their_window() -> None:
    marks = [Mark(LETTERS[letter], MINUTES) for letter in "PPPPPPAAJJJJ"]
    slots = [Slot(HalfDay(MONDAY + timedelta(days=n), Half.AM), m) for n, m in enumerate(marks)]
    alert = attendance(slots)[Rule.ATTENDANCE]
    first, last = MONDAY, MONDAY + timedelta(days=11)
    assert (dict(alert.facts)["first_on"], dict(alert.facts)["last_on"]) == (first, last)
    alert = attendance(slots[8:])[Rule.NO_SHOW]
    assert dict(alert.facts)["first_on"] == MONDAY + timedelta(days=8)
    assert dict(alert.facts)["last_on"] == last
    three = [replace(slot, mark=Mark(Status.UNJUSTIFIED, MINUTES)) for slot in slots[:3]]
    facts = dict(attendance([*three, *slots[8:]])[Rule.UNJUSTIFIED].facts)
    assert (facts["first_on"], facts["last_on"]) == (first, last)
    assert facts["latest_on"] == MONDAY + timedelta(days=2)


def test_levels_are_ordered_as_the_source_orders_them() -> None:
    order = [Level.REMINDER, VIGILANCE, ALERT, Level.INTERRUPTION, Level.CLOSURE]
    assert sorted(set(order)) == order
    assert max(VIGILANCE, ALERT) is ALERT
    assert [level for level in order if level.notifies] == order[2:]
    assert [trend.arrow for trend in Trend] == ["↗", "→", "↘"]


def test_facts_survive_storage() -> None:
    for alert in attendance(slots_of("P" * 10 + "A" * 5)).values():
        assert unpack_facts(pack_facts(alert.facts)) == alert.facts
        assert ObjectKey.parse(alert.about.slug) == alert.about
    with pytest.raises(ValueError, match="unknown"):
        ObjectKey.parse("unknown:1")


# What holds for any facts (matching notes §10).


@given(any_slots, st.data())
def test_an_absence_more_never_lowers_the_level(slots: list[Slot], data: st.DataObject) -> None:
    present = [
        n for n, slot in enumerate(slots) if slot.mark and slot.mark.status is Status.PRESENT
    ]
    if not present:
        return
    number = data.draw(st.sampled_from(present))
    mark = slots[number].mark
    assert mark is not None
    worse = list(slots)
    worse[number] = replace(slots[number], mark=replace(mark, status=Status.UNJUSTIFIED))
    before, after = attendance(slots), attendance(worse)
    assert set(before) <= set(after)
    assert all(after[rule].level >= alert.level for rule, alert in before.items())


@given(any_slots, any_slots)
def test_a_cancelled_half_day_is_neutral(slots: list[Slot], more: list[Slot]) -> None:
    cancelled = [replace(slot, is_cancelled=True) for slot in more]
    assert attendance(slots + cancelled) == attendance(slots)
    assert trend(slots + cancelled, today=LATER) is trend(slots, today=LATER)


@given(any_slots, any_slots)
def test_a_half_day_nobody_recorded_is_neutral(slots: list[Slot], more: list[Slot]) -> None:
    blank = [replace(slot, mark=None) for slot in more]
    assert attendance(slots + blank) == attendance(slots)


@given(any_slots, st.randoms(use_true_random=False))
def test_the_order_of_facts_changes_nothing(slots: list[Slot], chance: object) -> None:
    people = [EnrolmentFacts(learner, learner, slots[learner::3], None) for learner in range(3)]
    gaps = [GapSpan(MONDAY, None, None, 1), GapSpan(MONDAY, MONDAY + timedelta(days=60), None, 1)]
    facts = Facts(enrolments=people, pathways=[PathwayFacts(1, 1, gaps)])
    shuffled = [replace(person, slots=_shuffled(person.slots, chance)) for person in people]
    other = Facts(
        enrolments=_shuffled(shuffled, chance),
        pathways=[PathwayFacts(1, 1, _shuffled(gaps, chance))],
    )
    first = find_alerts(facts, today=LATER, days_off=set())
    again = find_alerts(other, today=LATER, days_off=set())
    assert again == first
    assert [alert.sentence for alert in again] == [alert.sentence for alert in first]


@given(st.integers(0, 400), st.integers(0, 400))
def test_the_ladder_only_climbs(one: int, other: int) -> None:
    shorter, longer = sorted((one, other))
    gap = GapSpan(MONDAY, None, None, 1)
    before = pathway(gap, today=MONDAY + timedelta(days=shorter))
    after = pathway(gap, today=MONDAY + timedelta(days=longer))
    if before:
        assert after[0].level >= before[0].level
        assert (after[0].since, after[0].about) == (before[0].since, before[0].about)


@given(any_day, any_day, st.sets(any_day, max_size=20), st.integers(1, 15))
def test_a_relay_is_silent_exactly_until_it_is_due(
    sent_on: date, today: date, days_off: set[date], count: int
) -> None:
    numbers = Thresholds(relay_working_days=count, version="essai")
    facts = Facts(relays=[RelayFacts(LEARNER, 9, sent_on)])
    found = find_alerts(facts, today=today, days_off=days_off, thresholds=numbers)
    assert (not found) is (today <= due_on(sent_on, days_off, numbers))


@given(st.lists(st.sampled_from("PAJ"), min_size=30, max_size=60))
def test_a_fall_of_25_points_is_always_under_90_percent(letters: list[str]) -> None:
    """Why the trend is an arrow and no rule (half-days of equal length)."""
    slots = slots_of("".join(letters))
    present = [letter == "P" for letter in letters]
    recent, before = Fraction(sum(present[-10:]), 10), Fraction(sum(present[-30:-10]), 20)
    if before - recent >= Fraction(1, 4):
        assert trend(slots, today=LATER) is Trend.FALLING
        assert Rule.ATTENDANCE in attendance(slots)


@given(any_slots, any_day)
def test_every_alert_held_since_the_day_it_names(slots: list[Slot], today: date) -> None:
    for rule, alert in attendance(slots, today=today).items():
        assert alert.since <= today
        then = attendance(slots, today=alert.since).get(rule)
        assert then is not None
        assert then.since <= alert.since


@given(st.lists(any_mark, max_size=30))
def test_an_alert_says_what_the_attendance_sheet_says(marks: list[Mark]) -> None:
    slots = [Slot(half_day(number), mark) for number, mark in enumerate(marks)]
    alert = attendance(slots).get(Rule.ATTENDANCE)
    assert watch(marks).value == ("fine" if alert is None else SHEET_WORDS[alert.level])


@given(any_slots)
def test_sentences_are_plain_french(slots: list[Slot]) -> None:
    for alert in attendance(slots).values():
        for text in (alert.sentence, alert.suggestion):
            assert "'" not in text
            assert text.endswith(".")
            assert text[0].isupper() or text[0].isdigit()


def _shuffled(items: Iterable[Item], chance: object) -> list[Item]:
    found = list(items)
    chance.shuffle(found)  # type: ignore[attr-defined]
    return found
