"""Constraints: every oracle with its amount in words, the levers, and what never excludes."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcours.domain.calendar import Half
from parcours.domain.matching_filters import (
    Answer,
    Constraints,
    Filter,
    Pair,
    Status,
    Terms,
    check_terms,
    levers,
    status_of,
)
from parcours.domain.matching_rules import Band

MONDAY_AM, MONDAY_PM = (0, Half.AM), (0, Half.PM)
WEDNESDAY_AM, WEDNESDAY_PM, FRIDAY_PM = (2, Half.AM), (2, Half.PM), (4, Half.PM)
WEEK = frozenset((day, half) for day in range(5) for half in Half)
LEARNER = Constraints(
    available_from=date(2027, 1, 4),
    contracts=frozenset({"CDI", "CDD"}),
    radius={"tc": 15, "velo": 6},
    licences=frozenset(),
    slots=WEEK - {WEDNESDAY_AM, WEDNESDAY_PM, FRIDAY_PM},
    hours=(24, 35),
)
NEED = Terms(start=date(2026, 12, 28), flex_days=7, contract="CDI", weekly_hours=35)
DEMANDING = replace(NEED, licences=frozenset({"B"}), slots=frozenset({MONDAY_AM}))
UNKNOWN = Constraints()
LABELS = {"B": "permis B", "INTERIM": "contrat de mission (intérim)"}


def told(
    terms: Terms, km: Fraction | int | None = 15, who: Constraints = LEARNER
) -> tuple[Status, dict[Filter, str]]:
    """The status of a pair and the reasons of what is not ok."""
    answers = check_terms(terms, who, None if km is None else int(km * 1000), LABELS)
    assert [answer.filter for answer in answers] == list(Filter)
    reasons = {one.filter: one.reason for one in answers if one.status is not Status.OK}
    return status_of(answers), reasons


def test_f1_f2_limits_reached_exactly_are_kept() -> None:
    assert told(NEED, 3) == (Status.OK, {})
    assert told(NEED) == (Status.OK, {})
    assert told(replace(NEED, weekly_hours=24)) == (Status.OK, {})


def test_f3_a_day_too_late() -> None:
    assert told(replace(NEED, flex_days=6)) == (
        Status.BLOCKED,
        {Filter.AVAILABILITY: "disponible 1 j après la date limite"},
    )


def test_f4_two_blockers() -> None:
    assert told(replace(NEED, licences=frozenset({"B"})), 18) == (
        Status.BLOCKED,
        {
            Filter.MOBILITY: "3 km au-delà du rayon déclaré",
            Filter.LICENCE: "permis manquant pour une tâche du poste : permis B",
        },
    )


def test_f5_f6_a_slot_negotiable_or_not() -> None:
    asked = replace(NEED, slots=frozenset({MONDAY_AM, WEDNESDAY_AM}))
    assert told(replace(asked, are_slots_negotiable=True)) == (
        Status.CHECK,
        {Filter.SLOTS: "1 créneau à négocier : mercredi matin"},
    )
    assert told(asked) == (
        Status.BLOCKED,
        {Filter.SLOTS: "1 créneau hors disponibilité : mercredi matin"},
    )
    two = replace(NEED, slots=frozenset({FRIDAY_PM, WEDNESDAY_PM, MONDAY_PM}))
    assert told(two)[1] == {
        Filter.SLOTS: "2 créneaux hors disponibilité : mercredi après-midi, vendredi après-midi"
    }


def test_f7_a_distance_does_not_matter_from_home() -> None:
    assert told(replace(NEED, is_remote=True), 400) == (Status.OK, {})
    assert told(replace(NEED, is_remote=True), None) == (Status.OK, {})


def test_f8_no_declared_way_to_get_there() -> None:
    reason = {Filter.MOBILITY: "aucun mode de transport déclaré ne dessert le site"}
    car_only = replace(NEED, modes=frozenset({"voiture"}))
    assert told(car_only, 4) == (Status.BLOCKED, reason)
    assert told(car_only, None) == (Status.BLOCKED, reason)
    bicycle = replace(NEED, modes=frozenset({"velo", "voiture"}))
    assert told(bicycle, 6) == (Status.OK, {})
    assert told(bicycle, 7)[1] == {Filter.MOBILITY: "1 km au-delà du rayon déclaré"}


def test_f9_nothing_declared_is_six_questions_to_ask() -> None:
    status, reasons = told(DEMANDING, who=UNKNOWN)
    assert status is Status.CHECK
    assert list(reasons) == list(Filter)


def test_what_the_employer_did_not_say_is_to_check() -> None:
    silent = Terms()
    status, reasons = told(silent, None)
    assert status is Status.CHECK
    assert set(reasons) == {Filter.AVAILABILITY, Filter.CONTRACT, Filter.MOBILITY, Filter.HOURS}
    assert "employeur" in reasons[Filter.CONTRACT]
    assert reasons[Filter.MOBILITY] == "distance inconnue : adresse à compléter"


@pytest.mark.parametrize(
    ("metres", "words"),
    [
        (3000, "3 km"),
        (1, "100 m"),
        (850, "900 m"),
        (901, "1 km"),
        (2410, "2,5 km"),
        (12000, "12 km"),
    ],
)
def test_how_far_beyond(metres: int, words: str) -> None:
    (answer,) = (
        one for one in check_terms(NEED, LEARNER, 15000 + metres) if one.filter is Filter.MOBILITY
    )
    assert answer.reason == f"{words} au-delà du rayon déclaré"


@pytest.mark.parametrize(
    ("hours", "reason"),
    [
        (36, "1 h par semaine de plus que souhaité"),
        (Fraction(71, 2), "0 h 30 par semaine de plus que souhaité"),
        (20, "4 h par semaine de moins que souhaité"),
    ],
)
def test_hours_outside_the_range(hours: Fraction | int, reason: str) -> None:
    assert told(replace(NEED, weekly_hours=hours))[1] == {Filter.HOURS: reason}


def test_a_contract_that_is_not_accepted() -> None:
    reasons = told(replace(NEED, contract="INTERIM"))[1]
    assert reasons == {Filter.CONTRACT: "contrat non accepté : contrat de mission (intérim)"}
    assert told(replace(NEED, contract="PEC"))[1] == {Filter.CONTRACT: "contrat non accepté : PEC"}


def pair(terms: Terms, km: int, learner: str = "A", band: Band | None = Band.READY) -> Pair:
    """A pair for the levers, its need named after what it asks."""
    return Pair(learner, str(terms), 2, band, check_terms(terms, LEARNER, km * 1000))


def test_a_lever_counts_what_it_alone_keeps_closed() -> None:
    """F4 has two blockers and counts for neither; F6 counts once, for the slots."""
    f3 = replace(NEED, flex_days=6)
    f4 = replace(NEED, licences=frozenset({"B"}))
    f6 = replace(NEED, slots=frozenset({WEDNESDAY_AM}))
    pairs = [
        pair(f3, 15, "A"), pair(f4, 18, "A"), pair(f6, 15, "A"), pair(f6, 15, "B"), pair(NEED, 18),
        pair(NEED, 19, "B", Band.FAR), pair(NEED, 19, "C", None), pair(NEED, 15, "D"),
    ]  # fmt: skip
    found = levers(pairs)
    assert {
        one: (lever.pairs, len(lever.learners), len(lever.posts), sum(lever.posts.values()))
        for one, lever in found.items()
        if lever.pairs
    } == {
        Filter.AVAILABILITY: (1, 1, 1, 2),
        Filter.SLOTS: (2, 2, 1, 2),
        Filter.MOBILITY: (1, 1, 1, 2),
    }


def test_the_status_of_a_pair_is_its_worst_answer() -> None:
    ok, check, blocked = (Answer(Filter.HOURS, one) for one in Status)
    assert status_of([]) is Status.OK
    assert status_of([ok, check]) is Status.CHECK
    assert status_of([check, blocked, ok]) is Status.BLOCKED


any_day = st.integers(-40, 40).map(lambda days: date(2027, 1, 4) + timedelta(days=days))
any_slots = st.frozensets(st.sampled_from(sorted(WEEK)), max_size=6)
any_modes = st.frozensets(st.sampled_from(["tc", "velo", "voiture"]), max_size=3)
any_terms = st.builds(
    Terms,
    st.none() | any_day,
    st.integers(0, 30),
    st.none() | st.sampled_from(["CDI", "CDD", "INTERIM"]),
    st.booleans(),
    st.none() | any_modes,
    st.frozensets(st.sampled_from(["B", "CACES"]), max_size=2),
    any_slots,
    st.booleans(),
    st.none() | st.integers(10, 40),
)
any_constraints = st.builds(
    Constraints,
    st.none() | any_day,
    st.none() | st.frozensets(st.sampled_from(["CDI", "CDD"])),
    st.none() | st.dictionaries(st.sampled_from(["tc", "velo", "voiture"]), st.integers(0, 30)),
    st.none() | st.frozensets(st.sampled_from(["B", "CACES"])),
    st.none() | any_slots,
    st.none() | st.tuples(st.integers(10, 25), st.integers(25, 40)),
)
any_distance = st.none() | st.integers(0, 60000)


@given(any_terms, any_distance)
def test_what_is_unknown_never_excludes(terms: Terms, distance: int | None) -> None:
    assert status_of(check_terms(terms, UNKNOWN, distance)) is not Status.BLOCKED


@given(any_terms, any_constraints)
def test_forgetting_an_answer_never_excludes(terms: Terms, who: Constraints) -> None:
    known = {one.filter: one for one in check_terms(terms, who, None)}
    names = ("available_from", "contracts", "radius", "licences", "slots", "hours")
    for asked, name in zip(Filter, names, strict=True):
        forgotten = check_terms(terms, replace(who, **{name: None}), None)
        for answer in forgotten:
            if answer.filter is asked:
                assert answer.status is not Status.BLOCKED
            else:
                assert answer == known[answer.filter]


@given(any_terms, any_constraints, any_distance)
def test_every_answer_that_is_not_ok_has_a_reason(
    terms: Terms, who: Constraints, distance: int | None
) -> None:
    for answer in check_terms(terms, who, distance):
        assert bool(answer.reason) is (answer.status is not Status.OK)


@given(any_terms, any_constraints, any_distance, st.integers(0, 30))
def test_going_farther_never_excludes_more(
    terms: Terms, who: Constraints, distance: int | None, more: int
) -> None:
    wider = {mode: limit + more for mode, limit in (who.radius or {}).items()}
    place = list(Filter).index(Filter.MOBILITY)
    before = check_terms(terms, who, distance)[place]
    after = check_terms(
        terms, replace(who, radius=None if who.radius is None else wider), distance
    )[place]
    assert after.status.place <= before.status.place
