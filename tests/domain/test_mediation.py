"""Mediation acts: what can be noted, how long, in which step the hours count."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcours.domain.errors import RuleBroken
from parcours.domain.mediation import (
    COUNTING,
    ActDone,
    ActivityFacts,
    ActivityKind,
    Minutes,
    Part,
    StepSpan,
    Taking,
    check_activity,
    hours_by_step,
    read_minutes,
    step_of,
)
from parcours.domain.pathway import StepDates
from parcours.domain.words import StepKind

TODAY = date(2026, 11, 23)
THEMES = {"COURRIEL", "SECURITE"}
INDIVIDUAL, WORKSHOP, INFORMATION = ActivityKind
LEARNS, TEACHES = Taking(), Taking(Part.LEADS)


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("45", 45), ("5", 5), ("45 min", 45), ("45mn", 45), ("90 minutes", 90), ("1h", 60),
        ("1 h 30", 90), ("1h30", 90), ("2 heures", 120), ("1:30", 90), ("01:30:00", 90),
        ("1,5 h", 90), ("1.5", 90), ("3 min", 3),
        # Hours or minutes? Nothing is guessed.
        ("2", None), ("4", None), ("0", None), ("", None), ("bientôt", None), ("1 h 75", None),
        ("-30", None), ("1000", None),
    ],
)  # fmt: skip
def test_lengths_as_people_write_them(text: str, minutes: int | None) -> None:
    assert read_minutes(text) == minutes


def facts(kind: ActivityKind, **changed: object) -> ActivityFacts:
    values = {"theme": "COURRIEL", "held_on": TODAY, "minutes": 60} | changed
    return ActivityFacts(kind, **values)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("noted", "people", "field"),
    [
        (facts(INDIVIDUAL), {}, "names"),
        (facts(INDIVIDUAL), {1: LEARNS, 2: LEARNS}, "names"),
        (facts(INDIVIDUAL, heads=1), {1: LEARNS}, "names"),
        (facts(WORKSHOP), {}, "names"),
        (facts(WORKSHOP), {1: TEACHES}, "names"),
        (facts(WORKSHOP), dict.fromkeys(range(61), LEARNS), "names"),
        (facts(INFORMATION), {}, "names"),
        (facts(INFORMATION, heads=8), {1: TEACHES}, "names"),
        (facts(WORKSHOP, theme="AUTRE"), {1: LEARNS}, "theme"),
        (facts(WORKSHOP, held_on=TODAY + timedelta(days=1)), {1: LEARNS}, "held_on"),
        (facts(WORKSHOP, minutes=0), {1: LEARNS}, "minutes"),
        (facts(WORKSHOP, minutes=721), {1: LEARNS}, "minutes"),
        (facts(WORKSHOP, heads=-1), {1: LEARNS}, "heads"),
    ],
)
def test_what_cannot_be_noted(noted: ActivityFacts, people: dict[int, Taking], field: str) -> None:
    with pytest.raises(RuleBroken) as refusal:
        check_activity(noted, people, themes=THEMES, today=TODAY)
    assert set(refusal.value.errors) == {field}


def test_what_can() -> None:
    for noted, people in (
        (facts(INDIVIDUAL, minutes=720), {1: LEARNS}),
        (facts(WORKSHOP), {1: TEACHES, 2: LEARNS}),
        (facts(WORKSHOP, heads=3), {1: TEACHES}),
        (facts(INFORMATION, heads=12), {}),
        (facts(INFORMATION), {1: LEARNS}),
    ):
        check_activity(noted, people, themes=THEMES, today=TODAY)


def step(number: int, kind: StepKind, start: int, end: int | None, org: int = 1) -> StepSpan:
    """A step of November, by its days."""
    ends_on = date(2026, 11, end) if end else None
    return StepSpan(number, org, kind, StepDates(date(2026, 11, start), ends_on))


STEPS = [
    step(1, StepKind.DIGITAL_INITIATION, 1, 10),
    step(2, StepKind.WORKSHOP, 8, None),
    step(3, StepKind.PEER_TEACHING, 5, 20),
    step(4, StepKind.TRAINING, 1, 30),
    step(5, StepKind.WORKSHOP, 1, 30, org=2),
]


def act(day: int, part: Part = Part.TAKES, org: int = 1, kind: ActivityKind = WORKSHOP) -> ActDone:
    return ActDone(org, date(2026, 11, day), 60, kind, part)


@pytest.mark.parametrize(
    ("done", "found"),
    [
        (act(1), 1), (act(7), 1), (act(8), 2), (act(10), 2), (act(25), 2),
        # Who teaches counts in the teaching; else in a step that teaches them.
        (act(6, Part.LEADS), 3), (act(2, Part.LEADS), 1), (act(25, Part.LEADS), 2),
        (act(9, org=2), 5), (act(9, org=3), None), (act(9, kind=INFORMATION), None),
    ],
)  # fmt: skip
def test_the_step_in_which_an_act_counts(done: ActDone, found: int | None) -> None:
    assert step_of(done, STEPS) == found


def test_hours_are_shared_out() -> None:
    """By hand: one hour each, the information in none."""
    acts = [act(1), act(7), act(6, Part.LEADS), act(9, org=3), act(9, kind=INFORMATION)]
    assert hours_by_step(acts, STEPS) == {
        1: Minutes(120, 0), 3: Minutes(0, 60), None: Minutes(60, 0)
    }  # fmt: skip


days = st.integers(1, 30)
kinds = st.sampled_from([StepKind.TRAINING, *COUNTING])
acts = st.lists(
    st.builds(
        ActDone,
        st.integers(1, 2),
        days.map(lambda day: date(2026, 11, day)),
        st.integers(1, 720),
        st.sampled_from(ActivityKind),
        st.sampled_from(Part),
    )
)
spans = st.lists(st.tuples(kinds, days, st.none() | days, st.integers(1, 2)), max_size=6)


@given(acts, spans)
def test_every_minute_counts_once(
    done: list[ActDone], drawn: list[tuple[StepKind, int, int | None, int]]
) -> None:
    held = [
        step(number, kind, start, max(start, end) if end else None, org)
        for number, (kind, start, end, org) in enumerate(drawn, 1)
    ]
    found = hours_by_step(done, held)
    followed = [item for item in done if item.kind is not INFORMATION]
    assert sum(item.total for item in found.values()) == sum(item.minutes for item in followed)
    taught = sum(item.minutes for item in followed if item.part is Part.LEADS)
    assert sum(item.teaching for item in found.values()) == taught
    # The order of reading changes nothing.
    assert hours_by_step(done[::-1], held[::-1]) == found
