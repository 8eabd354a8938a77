"""Figures of an agreement: each with its denominator and unknowns, each found by a filter."""

from collections.abc import Callable
from datetime import date
from fnmatch import fnmatchcase
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcours.actions.exports import PARTICIPANTS
from parcours.domain.indicators import (
    DYNAMIC,
    GEN_ONLY,
    Figure,
    Participant,
    age_at_entry,
    definitions,
    figures,
)
from parcours.domain.outcomes import ExitClass

ENTERED = date(2026, 1, 5)
LEFT = date(2026, 6, 30)
IAE_CLASSES = [item for item in ExitClass if item not in GEN_ONLY]
# How somebody reading the sheet Participants finds a figure again.
COLUMNS: dict[str, Callable[[Participant], Any]] = {
    "Genre": lambda row: row.gender,
    "Tranche d’âge": lambda row: row.age_band,
    "Indicateur de niveau": lambda row: row.education_indicator,
    "Indicateurs de situation": lambda row: ", ".join(row.status_indicators),
    "RSA": lambda row: {True: "oui", False: "non", None: None}[row.receives_rsa],
    "QPV": lambda row: row.district,
    "Sortie notée": lambda row: "oui" if row.exited_on else "non",
    "Classe IAE": lambda row: row.iae.label if row.iae else None,
    "Sortie dynamique": lambda row: "oui" if row.iae in DYNAMIC else None,
    "Sortie GEN": lambda row: row.gen.label if row.gen else None,
}


def somebody(**more: Any) -> Participant:
    """A participant of whom nothing is known but an age and a day of entry."""
    unknown: dict[str, Any] = dict.fromkeys(Participant.__dataclass_fields__)
    known = {
        "pseudonym": "P-ABCDEFGH",
        "cohort": "Développement web 2026",
        "age": 40,
        "status_indicators": (),
        "entered_on": ENTERED,
    }
    return Participant(**(unknown | known | more))


def gone(iae: ExitClass, gen: ExitClass = ExitClass.OTHER, **more: Any) -> Participant:
    return somebody(exited_on=LEFT, iae=iae, gen=gen, **more)


def figure(code: str, participants: list[Participant]) -> Figure:
    return next(item for item in figures(participants) if item.code == code)


def counted(code: str, participants: list[Participant]) -> tuple[int, int, int]:
    """(count, denominator, unknown)."""
    found = figure(code, participants)
    return found.count, found.denominator, found.unknown


@st.composite
def participants(draw: st.DrawFn) -> Participant:
    has_left = draw(st.booleans())
    statuses = [(), ("EECO02",), ("EECO02", "EECO03"), ("EECO04",), ("EECO05",)]
    return somebody(
        gender=draw(st.sampled_from([None, "Femme", "Homme", "Personne non binaire"])),
        age=draw(st.integers(14, 70)),
        education_indicator=draw(st.sampled_from([None, "EECO09", "EECO10", "EECO11"])),
        status_indicators=draw(st.sampled_from(statuses)),
        receives_rsa=draw(st.sampled_from([None, True, False])),
        district=draw(st.sampled_from([None, "Oui", "Non", "À vérifier"])),
        exited_on=LEFT if has_left else None,
        iae=draw(st.sampled_from(IAE_CLASSES)) if has_left else None,
        gen=draw(st.sampled_from(ExitClass)) if has_left else None,
    )


groups = st.lists(participants(), max_size=30)


@given(groups)
def test_a_filter_gives_each_figure_back(rows: list[Participant]) -> None:
    for item in figures(rows):
        if item.column:
            cells = [COLUMNS[item.column](row) for row in rows]
            found = sum(fnmatchcase(cell, item.value) for cell in cells if cell is not None)
            assert item.count == found, item.code


def test_the_columns_to_filter_are_columns_of_the_workbook() -> None:
    named = {item.column for item in definitions() if item.column}
    assert named == COLUMNS.keys()
    assert named <= {column.heading for column in PARTICIPANTS}


@given(groups)
def test_a_count_never_passes_its_denominator(rows: list[Participant]) -> None:
    for item in figures(rows):
        assert 0 <= item.count <= item.denominator <= len(rows)
        assert 0 <= item.unknown <= len(rows)
        assert (item.rate is None) == (item.denominator == 0)
        assert item.rate is None or 0 <= item.rate <= 1


@given(groups, st.randoms())
def test_the_order_of_rows_changes_no_figure(rows: list[Participant], random: Any) -> None:
    shuffled = random.sample(rows, len(rows))
    assert figures(shuffled) == figures(rows)


@given(groups)
def test_answers_and_unknowns_add_up_to_everybody(rows: list[Participant]) -> None:
    count = {item.code: item for item in figures(rows)}

    def total(*codes: str) -> int:
        return sum(count[code].count for code in codes)

    genders = [code for code in count if code.startswith("GENRE:")]
    assert total(*genders) + count[genders[0]].unknown == len(rows)
    assert total("EECO06", "EECO07", "AGE:30-54", "EECO08") == len(rows)
    assert total("EECO09", "EECO10", "EECO11") + count["EECO09"].unknown == len(rows)
    assert total("EECO02", "EECO04", "EECO05") + count["EECO02"].unknown == len(rows)
    assert count["EECO03"].count <= count["EECO02"].count
    classes = [f"IAE:{item.value}" for item in IAE_CLASSES]
    assert total(*classes) == count["SORTIES"].count == count[classes[0]].denominator


@given(groups)
def test_dynamic_exits_are_those_of_three_classes_over_all_but_withdrawn(
    rows: list[Participant],
) -> None:
    count = {item.code: item for item in figures(rows)}
    dynamic = count["IAE:dynamiques"]
    assert dynamic.count == sum(count[f"IAE:{item.value}"].count for item in DYNAMIC)
    assert dynamic.denominator == count["SORTIES"].count - count["IAE:withdrawn"].count
    unknown = count["IAE:unclassified"].count + count["IAE:not_documented"].count
    assert dynamic.unknown == unknown


@pytest.mark.parametrize(
    ("age", "band", "code"),
    [
        (17, "moins de 18 ans", "EECO06"),
        (18, "18–29 ans", "EECO07"),
        (29, "18–29 ans", "EECO07"),
        (30, "30–54 ans", "AGE:30-54"),
        (54, "30–54 ans", "AGE:30-54"),
        (55, "55 ans et plus", "EECO08"),
    ],
)
def test_age_bands(age: int, band: str, code: str) -> None:
    row = somebody(age=age)
    assert row.age_band == band
    ages = [item for item in figures([row]) if item.column == "Tranche d’âge" and item.count]
    assert [item.code for item in ages] == [code]


@pytest.mark.parametrize(
    ("born_on", "age"),
    [
        (date(2008, 1, 5), 18),
        (date(2008, 1, 6), 17),
        (date(1996, 1, 5), 30),
        (date(1996, 1, 6), 29),
        (date(1971, 1, 5), 55),
    ],
)
def test_age_is_counted_on_the_day_of_entry(born_on: date, age: int) -> None:
    assert age_at_entry(born_on, ENTERED) == age


def test_somebody_born_on_a_leap_day_is_older_on_the_first_of_march() -> None:
    assert age_at_entry(date(2008, 2, 29), date(2026, 2, 28)) == 17
    assert age_at_entry(date(2008, 2, 29), date(2026, 3, 1)) == 18


def test_no_answer_is_neither_yes_nor_no() -> None:
    rows = [somebody(receives_rsa=True), somebody(receives_rsa=False), somebody()]
    assert counted("RSA", rows) == (1, 3, 1)


def test_a_district_to_check_is_unknown() -> None:
    rows = [somebody(district=name) for name in ("Oui", "Non", "À vérifier", None)]
    assert counted("QPV", rows) == (1, 4, 2)


def test_long_unemployment_is_part_of_unemployment() -> None:
    rows = [somebody(status_indicators=codes) for codes in (("EECO02",), ("EECO02", "EECO03"), ())]
    assert counted("EECO02", rows) == (2, 3, 1)
    assert counted("EECO03", rows) == (1, 3, 1)


def test_dynamic_exits_keep_the_undocumented_in_their_denominator() -> None:
    rows = [
        gone(ExitClass.DURABLE),
        gone(ExitClass.TRANSITION),
        gone(ExitClass.POSITIVE),
        gone(ExitClass.OTHER),
        gone(ExitClass.NOT_DOCUMENTED),
        gone(ExitClass.UNCLASSIFIED),
        gone(ExitClass.WITHDRAWN),
        somebody(),
    ]
    assert counted("SORTIES", rows) == (7, 8, 0)
    assert counted("IAE:dynamiques", rows) == (3, 6, 2)
    assert figure("IAE:dynamiques", rows).rate == Fraction(1, 2)


def test_gen_counts_those_who_answered_and_says_how_many_did_not() -> None:
    rows = [
        gone(ExitClass.DURABLE, ExitClass.POSITIVE),
        gone(ExitClass.OTHER, ExitClass.OTHER),
        gone(ExitClass.OTHER, ExitClass.NO_ANSWER),
        gone(ExitClass.NOT_DOCUMENTED, ExitClass.NOT_DOCUMENTED),
        gone(ExitClass.UNCLASSIFIED, ExitClass.UNCLASSIFIED),
        gone(ExitClass.WITHDRAWN, ExitClass.WITHDRAWN),
        somebody(),
    ]
    assert counted("GEN:positives", rows) == (1, 2, 3)


def test_nobody_is_no_rate() -> None:
    assert all(item.rate is None and item.count == 0 for item in figures([]))


def test_every_figure_says_what_it_counts() -> None:
    codes = [item.code for item in definitions()]
    assert len(set(codes)) == len(codes)
    assert codes[0] == "EECO01"
    for item in definitions():
        assert item.text.endswith(".")
        assert all((item.label, item.source, item.reliability))
