"""What is missing: each silence exactly where it costs something, and how long facts waited."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcours.domain import quality
from parcours.domain.follow_ups import State
from parcours.domain.outcomes import (
    ContractType,
    ExitType,
    Qualification,
    SituationFacts,
    SituationKind,
)
from parcours.domain.quality import Fact, FileFacts, Judged, Lack, Tally, entry_delays, rank, waited
from parcours.domain.words import DistrictStatus, Gender

ENTERED, EXITED = date(2026, 1, 5), date(2026, 6, 26)
WHOLE = FileFacts(
    date(1990, 1, 1), ENTERED, Gender.WOMAN, "EECO02", "EECO10", True, DistrictStatus.OUTSIDE
)
CDI = ContractType("CDI", True, False, "durable", is_open_ended=True)
CDD = ContractType("CDD", True, True, "by_length")
JOB = SituationFacts(
    EXITED,
    ExitType("EMPLOI_NP", SituationKind.EMPLOYMENT, "other"),
    CDI,
    date(2026, 7, 1),
    has_proof=True,
    weekly_hours=35,  # type: ignore[arg-type]
    qualification=Qualification.NONE,
)


def kind(word: SituationKind) -> SituationFacts:
    """An exit of a kind, nothing else said but the title."""
    return SituationFacts(EXITED, ExitType("X", word, "other"), qualification=Qualification.NONE)


@pytest.mark.parametrize(
    ("changed", "lacks"),
    [
        ({}, set()),
        ({"gender": None}, {Lack.GENDER}),
        ({"status": None}, {Lack.STATUS}),
        ({"level": None}, {Lack.LEVEL}),
        ({"receives_rsa": None}, {Lack.RSA}),
        ({"receives_rsa": False}, set()),
        ({"district": None}, {Lack.DISTRICT}),
        ({"district": DistrictStatus.TO_CHECK}, {Lack.DISTRICT}),
        ({"district": DistrictStatus.INSIDE}, {Lack.DISTRICT_CODE}),
        ({"district": DistrictStatus.INSIDE, "district_code": "QN09301M"}, set()),
        # Sixteen on the day of entry is plausible; a day younger is to be checked.
        ({"born_on": date(2010, 1, 5)}, set()),
        ({"born_on": date(2010, 1, 6)}, {Lack.BIRTH}),
        ({"born_on": date(1915, 1, 5)}, {Lack.BIRTH}),
    ],
)
def test_a_file_lacks_exactly_what_nobody_said(
    changed: dict[str, object], lacks: set[Lack]
) -> None:
    found = quality.judge_file(replace(WHOLE, **changed))  # type: ignore[arg-type]
    assert found.lacks == lacks
    assert found.lacks <= found.asked


@pytest.mark.parametrize(
    ("facts", "lacks"),
    [
        (JOB, set()),
        (replace(JOB, contract=None), {Lack.CONTRACT}),
        (replace(JOB, contract_starts_on=None), {Lack.CONTRACT_DATES}),
        (replace(JOB, contract=CDD), {Lack.CONTRACT_DATES}),
        (replace(JOB, contract=CDD, contract_ends_on=date(2026, 12, 31)), set()),
        (replace(JOB, weekly_hours=None), {Lack.WEEKLY_HOURS}),
        (replace(JOB, has_proof=False), {Lack.PROOF}),
        (replace(JOB, qualification=None), {Lack.QUALIFICATION}),
        (SituationFacts(EXITED), {Lack.SITUATION, Lack.QUALIFICATION}),
        # Nobody proves that they look for a job, nor that they gave no news.
        (kind(SituationKind.JOB_SEEKING), set()),
        (kind(SituationKind.NO_NEWS), set()),
        (kind(SituationKind.TRAINING), {Lack.PROOF}),
        (kind(SituationKind.CREATION), {Lack.PROOF}),
        # Nobody is asked for the title of somebody who died or fell ill.
        (replace(kind(SituationKind.WITHDRAWN), qualification=None), set()),
    ],
)
def test_an_exit_lacks_exactly_what_its_situation_asks(
    facts: SituationFacts, lacks: set[Lack]
) -> None:
    assert quality.judge_exit(facts).lacks == lacks


@pytest.mark.parametrize("where", State)
def test_the_four_silences_of_a_follow_up_are_four_things(where: State) -> None:
    found = quality.judge_follow_up(where)
    silences = {
        State.DUE: {Lack.FOLLOW_UP_DUE},
        State.NOT_ASKED: {Lack.FOLLOW_UP_NOT_ASKED},
        State.UNREACHABLE: {Lack.FOLLOW_UP_UNREACHABLE},
        State.UNKNOWN: {Lack.FOLLOW_UP_UNKNOWN},
    }
    assert found.lacks == silences.get(where, set())
    assert bool(found.asked) is (where not in {State.NOT_DUE, State.CANCELLED})


def test_an_exit_is_asked_of_those_whose_participation_is_over() -> None:
    assert quality.judge_end(is_over=False, has_left=False) == Judged()
    assert quality.judge_end(is_over=True, has_left=False).lacks == {Lack.EXIT}
    assert quality.judge_end(is_over=True, has_left=True).lacks == set()


def test_every_lack_says_what_it_feeds() -> None:
    assert set(quality.WHY) == set(Lack)


def test_a_share_is_never_rounded_up_to_everything() -> None:
    tally = Tally()
    assert tally.complete is None
    for place in range(1000):
        tally.add(quality.judge_said(Lack.START, is_said=place > 0))
    assert tally.complete == 99
    assert [(item.count, item.among) for item in tally.missing() if item.among] == [(1, 1000)]


def test_delays_by_kind_and_by_month_of_entering() -> None:
    day = date(2026, 3, 30)
    rows = [(Fact.ENTRY, day, day + timedelta(days=number)) for number in (0, 1, 2, 3, 40)]
    # Announced before its day: it waited no day.
    rows.append((Fact.EXIT, day, day - timedelta(days=9)))
    counts = Counter(waited(*row) for row in rows)
    found = [(row.fact, row.month, row.count, row.median, row.most) for row in entry_delays(counts)]
    assert found == [
        (Fact.ENTRY, None, 5, 2, 40),
        (Fact.ENTRY, date(2026, 3, 1), 2, 0, 1),
        (Fact.ENTRY, date(2026, 4, 1), 2, 2, 3),
        (Fact.ENTRY, date(2026, 5, 1), 1, 40, 40),
        (Fact.EXIT, None, 1, 0, 0),
        (Fact.EXIT, date(2026, 3, 1), 1, 0, 0),
    ]


@given(st.lists(st.integers(0, 999), min_size=1), st.sampled_from([50, 90]))
def test_a_rank_is_a_day_that_so_many_keep_to(days: list[int], percent: int) -> None:
    found = rank(Counter(days), percent)
    assert sum(day <= found for day in days) * 100 >= percent * len(days)
    assert sum(day < found for day in days) * 100 < percent * len(days)
