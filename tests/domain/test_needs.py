"""Rules of needs: one line a skill, what is refused, how long a need stays up to date."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcours.domain.errors import RuleBroken
from parcours.domain.needs import (
    NO_SKILL,
    REMINDER_BEFORE,
    SLOTS,
    ClosingReason,
    Licence,
    NeedState,
    Requirement,
    Terms,
    check_closing,
    check_fresh_days,
    check_publishable,
    check_requirements,
    check_terms,
    deadlines,
    default_weight,
    merged,
    naf_code,
    slots_told,
    state_on,
    word_key,
)

DAY = date(2026, 11, 23)
CONTRACTS = ("CDI", "CDD")
requirements = st.builds(
    Requirement,
    st.integers(1, 5),
    st.integers(1, 4),
    st.integers(1, 5),
    st.booleans(),
)


def refused(terms: Terms) -> dict[str, str]:
    with pytest.raises(RuleBroken) as refusal:
        check_terms(terms, CONTRACTS)
    return refusal.value.errors


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"title": " "}, "title"),
        ({"posts": 0}, "posts"),
        ({"posts": -1}, "posts"),
        ({"posts": 501}, "posts"),
        ({"rome_code": "Z1234"}, "rome_code"),
        ({"rome_code": "M180"}, "rome_code"),
        ({"contracts": ("CDI", "INVENTE")}, "contracts"),
        ({"flex_days": -1}, "flex_days"),
        ({"weekly_hours": Decimal(0)}, "weekly_hours"),
        ({"weekly_hours": Decimal(61)}, "weekly_hours"),
        ({"slots": ("7-am",)}, "slots"),
        ({"access_modes": ("plane",)}, "access_modes"),
        ({"licence": Licence.B}, "licence_task"),
        ({"licence": Licence.B, "licence_task": " "}, "licence_task"),
        ({"licence_task": "Livrer"}, "licence"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(changed: dict[str, Any], field: str) -> None:
    assert list(refused(replace(Terms("Poste"), **changed))) == [field]


def test_unknown_is_not_refused() -> None:
    check_terms(Terms("Poste"), CONTRACTS)
    full = Terms("Poste", 3, contracts=CONTRACTS, slots=SLOTS, licence=Licence.B,
                 licence_task="Livrer", weekly_hours=Decimal("17.5"))  # fmt: skip
    check_terms(full, CONTRACTS)


def test_a_skill_asked_twice_is_one_line() -> None:
    """Matching notes, A15: the highest level and weight, essential if either is."""
    twice = [Requirement(7, 1, 2, False), Requirement(8, 2, 2, False), Requirement(7, 3, 4, True)]
    assert merged(twice) == (Requirement(7, 3, 4, True), Requirement(8, 2, 2, False))


@given(st.lists(requirements, max_size=12))
def test_merging_again_changes_nothing_and_loses_no_skill(asked: list[Requirement]) -> None:
    once = merged(asked)
    assert merged(once) == once
    assert {item.skill_id for item in once} == {item.skill_id for item in asked}
    assert len(once) == len({item.skill_id for item in once})
    for item in asked:
        kept = next(one for one in once if one.skill_id == item.skill_id)
        assert kept.level >= item.level
        assert kept.weight >= item.weight
        assert kept.is_essential >= item.is_essential


def test_publishing_needs_a_skill_and_says_what_to_do() -> None:
    with pytest.raises(RuleBroken) as refusal:
        check_publishable(())
    assert refusal.value.errors == {"skill-0": NO_SKILL}
    check_publishable((Requirement(1, 1, 1, False),))
    assert (default_weight(True), default_weight(False)) == (4, 2)


@pytest.mark.parametrize(("level", "weight"), [(0, 3), (5, 3), (2, 0), (2, 6)])
def test_levels_and_weights_are_those_of_the_scale(level: int, weight: int) -> None:
    with pytest.raises(RuleBroken):
        check_requirements([Requirement(1, level, weight, True)])
    with pytest.raises(RuleBroken, match="30"):
        check_requirements([Requirement(n, 2, 2, True) for n in range(31)])


def test_suspended_from_the_ninetieth_day_on() -> None:
    remind_on, suspends_on = deadlines(DAY, 90)
    assert suspends_on == DAY + timedelta(days=90)
    assert remind_on == suspends_on - timedelta(days=REMINDER_BEFORE)
    eve = suspends_on - timedelta(days=1)
    assert state_on(NeedState.PUBLISHED, suspends_on, eve) is NeedState.PUBLISHED
    assert state_on(NeedState.PUBLISHED, suspends_on, suspends_on) is NeedState.SUSPENDED
    for state in (NeedState.DRAFT, NeedState.FILLED, NeedState.CLOSED):
        assert state_on(state, suspends_on, date.max) is state
    assert deadlines(DAY, 15)[0] >= DAY


@pytest.mark.parametrize("days", [None, 0, 14, 366])
def test_a_delay_nobody_could_live_with(days: int | None) -> None:
    with pytest.raises(RuleBroken, match="15"):
        check_fresh_days(days)
    assert check_fresh_days(15) == 15


def test_closing_says_why() -> None:
    for reason, words in ((None, "x"), (ClosingReason.OTHER, None), (ClosingReason.OTHER, " ")):
        with pytest.raises(RuleBroken):
            check_closing(reason, words)
    check_closing(ClosingReason.CANCELLED, None)
    check_closing(ClosingReason.OTHER, "Déménage")


def test_words_and_codes_as_people_write_them() -> None:
    assert word_key("Accueil  Téléphonique") == word_key("accueil telephonique")
    assert [naf_code(text) for text in ("6201z", "62.01Z", " ")] == ["62.01Z", "62.01Z", None]
    with pytest.raises(RuleBroken, match=r"62\.01Z"):
        naf_code("6201")
    week = [slot for slot in SLOTS if slot[0] < "5"]
    assert slots_told(week) == ["les matins du lundi au vendredi",
                                "les après-midis du lundi au vendredi"]  # fmt: skip
    assert slots_told(["2-pm", "0-am"]) == ["lundi matin", "mercredi après-midi"]
