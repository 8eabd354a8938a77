"""ESF+ indicators on hand-made participants whose answer is known, dates exact."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcours.actions.definitions import esf_rules_on
from parcours.actions.situations import contract_type, exit_type
from parcours.domain.esf import READERS, codes_of, count, read
from parcours.domain.esf_facts import (
    EntryFacts,
    Participation,
    Reading,
    is_participant,
    lacks,
    merged,
)
from parcours.domain.leavers import Leaver, Parameters
from parcours.domain.outcomes import Improvement, Qualification, SituationFacts
from parcours.domain.words import Gender

ENTERED, LEFT = date(2026, 1, 5), date(2026, 6, 30)
FOUR_WEEKS, SIX_MONTHS = date(2026, 7, 28), date(2026, 12, 30)
LATER = date(2027, 6, 1)
RULES = esf_rules_on(LATER)[1]
ONE_DAY = timedelta(days=1)
YES, NO, UNKNOWN = Reading.YES, Reading.NO, Reading.UNKNOWN
NOT_DUE, OUT, INCOMPLETE = Reading.NOT_DUE, Reading.OUT, Reading.INCOMPLETE


def entry(**more: Any) -> EntryFacts:
    """A complete file: a woman of 40, unemployed, with a CAP."""
    known: dict[str, Any] = {
        "born_on": date(1985, 6, 1),
        "gender": Gender.WOMAN,
        "status": "EECO02",
        "level": "EECO10",
        "is_in_training": False,
    }
    return EntryFacts(**(known | more))


def told(situation: str | None = None, contract: str | None = None, **more: Any) -> SituationFacts:
    known = {"on": LEFT, "situation": exit_type(situation), "contract": contract_type(contract)}
    starts, ends = more.pop("starts", None), more.pop("ends", None)
    return SituationFacts(
        **{**known, "contract_starts_on": starts, "contract_ends_on": ends, **more}
    )


def somebody(*situations: SituationFacts, has_left: bool = True, **more: Any) -> Participation:
    leaver = Leaver(LEFT, situations) if has_left else None
    return Participation(ENTERED, entry(**more), LEFT if has_left else None, leaver)


def reading(code: str, who: Participation, as_of: date = LATER, **figures: str) -> Reading:
    return read(code, who, as_of, Parameters({**RULES.values, **figures}))


def age(born_on: date) -> list[str]:
    codes = codes_of(somebody(born_on=born_on), LATER, RULES)
    return [code for code in codes if code in {"EECO06", "EECO07", "EECO08"}]


@pytest.mark.parametrize(
    ("born_on", "codes"),
    [
        (date(2008, 1, 6), ["EECO06"]),  # Eighteen the day after entry.
        (date(2008, 1, 5), ["EECO07"]),  # Eighteen that day.
        (date(1996, 1, 6), ["EECO07"]),  # Thirty the day after: during the pathway.
        (date(1996, 3, 1), ["EECO07"]),  # Thirty two months later: age is that of entry.
        (date(1996, 1, 5), []),  # Thirty that day: in no indicator.
        (date(1971, 1, 6), []),
        (date(1971, 1, 5), ["EECO08"]),
    ],
)
def test_age_at_entry(born_on: date, codes: list[str]) -> None:
    assert age(born_on) == codes


@pytest.mark.parametrize("status", ["EECO02", "EECO04", "EECO05"])
def test_situations_at_entry_exclude_one_another(status: str) -> None:
    codes = codes_of(somebody(status=status), LATER, RULES)
    assert [code for code in codes if code in {"EECO02", "EECO04", "EECO05"}] == [status]
    assert "EECO01" in codes


@pytest.mark.parametrize("level", ["EECO09", "EECO10", "EECO11"])
def test_one_level(level: str) -> None:
    codes = codes_of(somebody(level=level), LATER, RULES)
    assert [code for code in codes if code in {"EECO09", "EECO10", "EECO11"}] == [level]


@pytest.mark.parametrize(
    ("facts", "found"),
    [
        ({"unemployed_since": date(2025, 1, 5)}, YES),  # Twelve months to the day.
        ({"unemployed_since": date(2025, 1, 6)}, NO),
        # The day it began decides, whatever was declared.
        ({"unemployed_since": date(2025, 1, 6), "is_long_term": True}, NO),
        ({"is_long_term": True}, YES),
        ({"is_long_term": False}, NO),
        ({}, UNKNOWN),
        ({"status": "EECO04", "is_long_term": True}, OUT),
    ],
)
def test_long_unemployment(facts: dict[str, Any], found: Reading) -> None:
    assert reading("EECO03", somebody(**facts)) is found


def test_the_young_may_have_a_limit_of_their_own() -> None:
    young = somebody(born_on=date(2003, 1, 1), unemployed_since=date(2025, 7, 5))
    assert reading("EECO03", young) is NO
    assert reading("EECO03", young, young_months="6") is YES


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("EECO12", "is_disabled"),
        ("EECO13", "is_from_third_country"),
        ("EECO14", "has_foreign_background"),
        ("EECO15", "is_of_minority"),
        ("EECO16", "is_homeless"),
        ("EECO17", "is_rural"),
    ],
)
def test_answers_at_entry(code: str, name: str) -> None:
    for answer, found in ((True, YES), (False, NO), (None, UNKNOWN)):
        who = somebody(**{name: answer})
        assert reading(code, who) is found
        # Sensitive or exempted answers never make a file incomplete.
        assert reading("EECO01", who) is YES


@pytest.mark.parametrize(
    ("name", "lack"), [("gender", "gender"), ("status", "status"), ("level", "level")]
)
def test_an_incomplete_file_is_in_no_indicator(name: str, lack: str) -> None:
    who = somebody(told("CDI_NON_AIDE", "CDI", starts=LEFT), **{name: None})
    assert lacks(who, RULES) == [lack]
    assert all(reading(code, who) is INCOMPLETE for code in READERS)
    assert codes_of(who, LATER, RULES) == ()


def test_required_answers_are_a_parameter() -> None:
    stricter = Parameters({**RULES.values, "required": "gender,status,level,third_country"})
    assert lacks(somebody(), stricter) == ["third_country"]
    assert lacks(somebody(is_from_third_country=False), stricter) == []


@pytest.mark.parametrize(
    ("left_on", "found"), [(ENTERED, False), (ENTERED + ONE_DAY, True), (None, True)]
)
def test_a_day_is_no_participation(left_on: date | None, found: bool) -> None:
    assert is_participant(replace(somebody(), left_on=left_on), RULES) is found


def test_somebody_back_is_counted_once_by_the_first_entry_and_the_last_exit() -> None:
    first = somebody(told("CDI_NON_AIDE", "CDI", starts=LEFT), born_on=date(1996, 3, 1))
    again = Participation(
        date(2026, 9, 1),
        entry(born_on=date(1996, 3, 1), status="EECO05"),
        date(2026, 12, 18),
        Leaver(date(2026, 12, 18), (told("CHOMAGE", on=date(2026, 12, 18)),)),
    )
    one = merged([again, first])
    assert (one.entered_on, one.left_on) == (ENTERED, date(2026, 12, 18))
    assert reading("EECO07", one) is YES  # Twenty-nine at the first entry, thirty at the second.
    assert reading("EECO02", one) is YES
    assert reading("EECR04", one) is NO  # The last result, not the first.
    still_in = merged([first, replace(again, left_on=None, leaver=None)])
    assert reading("EECR04", still_in) is NOT_DUE


HIRED = told("CDI_NON_AIDE", "CDI", starts=LEFT)


@pytest.mark.parametrize(
    ("situations", "as_of", "found"),
    [
        ([HIRED], LATER, YES),
        ([told("CDI_NON_AIDE", "CDI", starts=FOUR_WEEKS)], LATER, YES),
        ([told("CDI_NON_AIDE", "CDI", starts=FOUR_WEEKS + ONE_DAY)], LATER, NO),
        # Begun before the exit: counts if it still runs.
        ([told("CDD_M6", "CDD", starts=date(2026, 5, 1), ends=LEFT)], LATER, YES),
        ([told("CDD_M6", "CDD", starts=date(2026, 5, 1), ends=LEFT - ONE_DAY)], LATER, UNKNOWN),
        ([told("CREATION", "CREATION")], LATER, YES),
        ([told("CHOMAGE")], LATER, NO),
        ([told("CHOMAGE"), told("CDI_NON_AIDE", "CDI", starts=date(2026, 7, 10),
                                on=date(2026, 9, 30))], LATER, YES),
        ([told("CHOMAGE"), told("CDI_NON_AIDE", "CDI", starts=date(2026, 9, 1),
                                on=date(2026, 9, 30))], LATER, NO),
        ([told("SANS_NOUVELLE")], LATER, UNKNOWN),
        ([told("ABANDON")], LATER, UNKNOWN),
        ([told()], LATER, UNKNOWN),
        ([told()], FOUR_WEEKS, NOT_DUE),
        ([told()], FOUR_WEEKS + ONE_DAY, UNKNOWN),
    ],
)  # fmt: skip
def test_employment_at_exit(situations: list[SituationFacts], as_of: date, found: Reading) -> None:
    assert reading("EECR04", somebody(*situations), as_of) is found
    assert reading("EECR04", somebody(*situations, status="EECO04"), as_of) is found
    assert reading("EECR04", somebody(*situations, status="EECO05"), as_of) is OUT


@pytest.mark.parametrize(
    ("status", "situation", "found"),
    [
        ("EECO04", "CHOMAGE", YES),
        ("EECO04", "INACTIF", NO),
        ("EECO04", "CDI_NON_AIDE", NO),
        ("EECO04", None, UNKNOWN),
        ("EECO02", "CHOMAGE", OUT),
        ("EECO05", "CHOMAGE", OUT),
    ],
)
def test_job_search_at_exit(status: str, situation: str | None, found: Reading) -> None:
    assert reading("EECR01", somebody(told(situation), status=status)) is found


@pytest.mark.parametrize(
    ("in_training", "said", "found"),
    [
        (False, told("FORMATION_QUALIF"), YES),
        (False, told("FORMATION_PREQUALIF", starts=FOUR_WEEKS), YES),
        (False, told("FORMATION_QUALIF", starts=FOUR_WEEKS + ONE_DAY), NO),
        (False, told("ALTERNANCE_6P", "APPRENTISSAGE", starts=LEFT), YES),
        (False, told("CHOMAGE"), NO),
        (False, told(), UNKNOWN),
        (True, told("FORMATION_QUALIF"), OUT),
        (None, told("FORMATION_QUALIF"), UNKNOWN),
    ],
)
def test_training_at_exit(in_training: bool | None, said: SituationFacts, found: Reading) -> None:
    assert reading("EECR02", somebody(said, is_in_training=in_training)) is found


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ([told(qualification=Qualification.FULL)], YES),
        ([told(qualification=Qualification.PARTIAL, qualified_on=date(2026, 5, 2))], YES),
        ([told(), told(qualification=Qualification.OTHER, qualified_on=FOUR_WEEKS,
                       on=SIX_MONTHS)], YES),
        ([told(), told(qualification=Qualification.FULL, qualified_on=FOUR_WEEKS + ONE_DAY,
                       on=SIX_MONTHS)], NO),
        ([told(qualification=Qualification.NONE)], NO),
        ([told("CDI_NON_AIDE")], UNKNOWN),
    ],
)  # fmt: skip
def test_qualification_at_exit(said: list[SituationFacts], found: Reading) -> None:
    assert reading("EECR03", somebody(*said)) is found


@pytest.mark.parametrize(
    ("situations", "found"),
    [
        ([HIRED, replace(HIRED, on=SIX_MONTHS)], YES),
        ([HIRED], UNKNOWN),  # A permanent contract signed at exit tells nothing of December.
        ([told("CDD_6P", "CDD", starts=LEFT, ends=SIX_MONTHS)], YES),
        ([told("CDD_6P", "CDD", starts=LEFT, ends=SIX_MONTHS - ONE_DAY)], UNKNOWN),
        # On that very day, not in between.
        ([told("CHOMAGE"), told("CDD_M6", "CDD", on=date(2026, 9, 30), starts=date(2026, 8, 1),
                                ends=date(2026, 11, 30)), told("CHOMAGE", on=SIX_MONTHS)], NO),
        ([told("CHOMAGE", on=SIX_MONTHS + timedelta(days=28))], NO),
        ([told("CHOMAGE", on=SIX_MONTHS + timedelta(days=29))], UNKNOWN),
        ([told("CDI_NON_AIDE", "CDI", on=SIX_MONTHS + timedelta(days=20),
               starts=SIX_MONTHS + timedelta(days=10))], UNKNOWN),
    ],
)  # fmt: skip
def test_employment_six_months_after(situations: list[SituationFacts], found: Reading) -> None:
    who = somebody(*situations)
    assert reading("EECR05", who) is found
    assert reading("EECR05", who, SIX_MONTHS - ONE_DAY) is NOT_DUE
    assert reading("EECR05", replace(who, entry=entry(status="EECO05"))) is OUT


@pytest.mark.parametrize(
    ("improvement", "found"),
    [(Improvement.STABLE, YES), (Improvement.FULL_TIME, YES), (Improvement.SKILLED, YES),
     (Improvement.RAISED, YES), (Improvement.NONE, NO), (None, UNKNOWN)],
)  # fmt: skip
def test_a_better_job_six_months_after(improvement: Improvement | None, found: Reading) -> None:
    said = replace(HIRED, on=SIX_MONTHS, improvement=improvement)
    assert reading("EECR06", somebody(HIRED, said, status="EECO05")) is found
    assert reading("EECR06", somebody(HIRED, said)) is OUT
    lost = told("CHOMAGE", on=SIX_MONTHS)
    assert reading("EECR06", somebody(HIRED, lost, status="EECO05")) is NO


answers = st.none() | st.booleans()
people = st.builds(
    lambda has_left, situation, days, facts: somebody(
        told(situation, on=LEFT + timedelta(days=days)), has_left=has_left, **facts
    ),
    st.booleans(),
    st.sampled_from([None, "CHOMAGE", "INACTIF", "FORMATION_QUALIF", "CREATION", "SANS_NOUVELLE"]),
    st.integers(0, 300),
    st.fixed_dictionaries(
        {
            "born_on": st.dates(date(1955, 1, 1), date(2011, 1, 1)),
            "gender": st.none() | st.sampled_from(Gender),
            "status": st.sampled_from([None, "EECO02", "EECO04", "EECO05"]),
            "level": st.sampled_from([None, "EECO09", "EECO10", "EECO11"]),
            "is_in_training": answers,
            "is_disabled": answers,
            "is_long_term": answers,
        }
    ),
)
groups = st.lists(people, max_size=15)


@given(groups, st.dates(LEFT, LATER))
def test_counts_add_up(group: list[Participation], as_of: date) -> None:
    found = {code: count(code, group, as_of, RULES) for code in READERS}
    main = [found[code].count for code in ("EECO02", "EECO04", "EECO05")]
    assert found["EECO01"].count == sum(main)
    levels = [found[code].count for code in ("EECO09", "EECO10", "EECO11")]
    assert sum(levels) == found["EECO01"].count
    assert found["EECO03"].count <= found["EECO02"].count
    for item in found.values():
        assert sum(item.by_gender.values()) == item.count <= item.concerned
        assert sum(item.readings.values()) == len(group)
        incomplete = sum(bool(lacks(who, RULES)) for who in group)
        assert item.readings[INCOMPLETE] == incomplete
    assert found["EECO01"].count + found["EECO01"].readings[INCOMPLETE] == len(group)


@given(people, st.dates(LEFT, LATER))
def test_results_are_not_due_until_somebody_left(who: Participation, as_of: date) -> None:
    if who.leaver is None and not lacks(who, RULES):
        codes = ("EECR01", "EECR02", "EECR03", "EECR04", "EECR05", "EECR06")
        assert {reading(code, who, as_of) for code in codes} <= {NOT_DUE, OUT, UNKNOWN}


@given(people)
def test_indicators_of_entry_do_not_move_with_time(who: Participation) -> None:
    codes = [code for code in READERS if code.startswith("EECO")]
    assert [reading(code, who, LEFT) for code in codes] == [reading(code, who) for code in codes]
