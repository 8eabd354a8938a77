"""Follow-ups: due days, tries, four silences that are not one another, and retention."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcours.actions.follow_ups import delays
from parcours.actions.situations import exit_type
from parcours.domain.errors import RuleBroken
from parcours.domain.follow_ups import (
    FollowUpFacts,
    State,
    Try,
    TryOutcome,
    check_try,
    days_tried,
    kept_job,
    retention,
    settled,
    state,
)
from parcours.domain.outcomes import SituationFacts

OPENS, CLOSES = date(2026, 6, 1), date(2026, 8, 1)
BEFORE, WITHIN, AFTER = date(2026, 5, 31), date(2026, 7, 1), date(2026, 8, 2)
FACTS = FollowUpFacts(OPENS, CLOSES, 3)


def tried(*days: int, outcome: TryOutcome = TryOutcome.NO_ANSWER) -> FollowUpFacts:
    return replace(FACTS, tries=tuple(Try(OPENS + timedelta(days=day), outcome) for day in days))


@pytest.mark.parametrize(
    ("code", "exited_on", "due", "opens", "closes"),
    [
        ("4-semaines", date(2026, 1, 31), date(2026, 2, 28), date(2026, 2, 21), date(2026, 3, 28)),
        ("3-mois", date(2026, 11, 30), date(2027, 2, 28), date(2027, 2, 14), date(2027, 4, 14)),
        ("6-mois", date(2026, 8, 31), date(2027, 2, 28), date(2027, 2, 14), date(2027, 4, 29)),
        ("12-mois", date(2024, 2, 29), date(2025, 2, 28), date(2025, 2, 14), date(2025, 5, 29)),
        ("18-mois", date(2024, 8, 31), date(2026, 2, 28), date(2026, 2, 14), date(2026, 5, 29)),
        ("24-mois", date(2024, 2, 29), date(2026, 2, 28), date(2026, 2, 14), date(2026, 5, 29)),
    ],
)
def test_days_of_a_follow_up(
    code: str, exited_on: date, due: date, opens: date, closes: date
) -> None:
    delay = delays()[code]
    days = delay.due_on(exited_on), delay.opens_on(exited_on), delay.closes_on(exited_on)
    assert days == (due, opens, closes)


@pytest.mark.parametrize(
    ("facts", "today", "found"),
    [
        (FACTS, BEFORE, State.NOT_DUE),
        (FACTS, OPENS, State.DUE),
        (FACTS, CLOSES, State.DUE),
        (FACTS, AFTER, State.NOT_ASKED),
        (tried(0, 1), WITHIN, State.DUE),
        (tried(0, 1), AFTER, State.UNKNOWN),
        (tried(0, 1, 2), WITHIN, State.UNREACHABLE),
        (tried(0, 0, 0), WITHIN, State.DUE),  # Three calls in a morning are one try.
        (tried(0, 1, 2, outcome=TryOutcome.CALL_BACK), WITHIN, State.DUE),
        (tried(0, outcome=TryOutcome.CALL_BACK), AFTER, State.UNKNOWN),
        (tried(0, outcome=TryOutcome.DID_NOT_SAY), WITHIN, State.UNKNOWN),
        (tried(0, outcome=TryOutcome.SAID_UNREACHABLE), WITHIN, State.UNREACHABLE),
        (replace(tried(0, 1, 2), is_answered=True), WITHIN, State.ANSWERED),
        (replace(FACTS, is_answered=True), BEFORE, State.ANSWERED),
        (replace(FACTS, is_cancelled=True), WITHIN, State.CANCELLED),
    ],
)
def test_silences_are_four(facts: FollowUpFacts, today: date, found: State) -> None:
    assert state(facts, today) is found


@given(
    st.lists(st.tuples(st.integers(0, 60), st.sampled_from(TryOutcome)), max_size=6),
    st.booleans(),
    st.dates(BEFORE, AFTER),
)
def test_what_is_settled_no_day_changes(
    tries: list[tuple[int, TryOutcome]], is_answered: bool, today: date
) -> None:
    made = tuple(Try(OPENS + timedelta(days=day), outcome) for day, outcome in tries)
    facts = replace(FACTS, tries=made, is_answered=is_answered)
    decided = settled(facts)
    assert decided is None or state(facts, today) is decided
    assert (state(facts, today) is State.ANSWERED) is is_answered
    assert days_tried(made) <= len(made)


@pytest.mark.parametrize(
    ("facts", "on", "words"),
    [
        (FACTS, WITHIN + timedelta(days=1), "avenir"),
        (FACTS, BEFORE, "01/06/2026"),
        (replace(FACTS, is_answered=True), WITHIN, "déjà sa réponse"),
        (replace(FACTS, is_cancelled=True), WITHIN, "sans objet"),
    ],
)
def test_tries_refused(facts: FollowUpFacts, on: date, words: str) -> None:
    with pytest.raises(RuleBroken, match=words):
        check_try(on, facts, today=WITHIN)
    check_try(WITHIN, FACTS, today=WITHIN)


def job(employer: str | None = None, siret: str | None = None) -> SituationFacts:
    return SituationFacts(OPENS, exit_type("CDI_NON_AIDE"), employer=employer, siret=siret)


def not_a_job(code: str) -> SituationFacts:
    return SituationFacts(OPENS, exit_type(code))


@pytest.mark.parametrize(
    ("first", "answer", "found"),
    [
        (job("Mairie"), job("MAIRIE "), True),
        (job("Mairie"), job("Garage Roux"), False),
        (job("Mairie", "73282932000074"), job("La mairie", "73282932000082"), True),  # One SIREN.
        (job("Mairie", "73282932000074"), job("Mairie", "35600000000048"), False),
        (job("Mairie"), job(), None),
        (job(), job("Mairie"), None),
        (job("Mairie"), not_a_job("CHOMAGE"), False),
        (job("Mairie"), not_a_job("FORMATION_QUALIF"), False),
        (job("Mairie"), not_a_job("SANS_NOUVELLE"), None),
        (job("Mairie"), SituationFacts(OPENS), None),
    ],
)
def test_kept_by_the_same_employer(
    first: SituationFacts, answer: SituationFacts, found: bool | None
) -> None:
    assert kept_job(first, answer) is found


def test_retention_is_of_answers_alone() -> None:
    mairie = job("Mairie")
    found = retention(
        [
            (mairie, State.ANSWERED, job("Mairie")),
            (mairie, State.ANSWERED, job("Mairie")),
            (mairie, State.ANSWERED, not_a_job("CHOMAGE")),
            (mairie, State.ANSWERED, job()),
            (mairie, State.UNREACHABLE, None),
            (mairie, State.NOT_ASKED, None),
            (mairie, State.UNKNOWN, None),
            (mairie, State.DUE, None),
            (mairie, State.NOT_DUE, None),
            (mairie, State.CANCELLED, None),
            (not_a_job("CHOMAGE"), State.ANSWERED, job("Mairie")),
        ]
    )
    assert (found.kept, found.told, found.unknown, found.answered, found.due) == (2, 3, 1, 4, 8)
    assert found.rate == Fraction(2, 3)
    assert retention([]).rate is None
