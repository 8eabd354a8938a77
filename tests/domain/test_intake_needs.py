"""A list of needs row by row: every cell read or said, nothing invented."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcours.domain.intake_need_words import (
    contracts_of,
    hours_of,
    level_of,
    place_of,
    skills_of,
    slots_of,
)
from parcours.domain.intake_needs import NeedIntake, read_needs
from parcours.domain.intake_table import Cell, ColumnMap, Row, Sheet

TODAY = date(2026, 11, 23)
CODES = ("employer", "title", "posts", "skills", "desired", "siret", "rome", "contract",
         "starts_on", "place", "licence", "hours", "contact")  # fmt: skip
COLUMNS = dict(zip(CODES, "ABCDEFGHIJKLM", strict=True))


def read(*rows: dict[str, Any]) -> NeedIntake:
    """Rows under a heading row, by field."""
    listed = [Row(1, tuple(Cell(letter, code, code) for code, letter in COLUMNS.items()))]
    for number, fields in enumerate(rows, 2):
        cells = [Cell(COLUMNS[code], value, str(value)) for code, value in fields.items()]
        if cells:
            listed.append(Row(number, tuple(cells)))
    sheet = Sheet("Besoins", False, tuple(listed))
    return read_needs(sheet, ColumnMap("Besoins", 1, COLUMNS), TODAY)


USUAL = {"employer": "Studio", "title": "Intégrateur", "skills": "HTML (autonome) ; CSS"}


def test_a_row_says_what_is_asked() -> None:
    fields = {"posts": 2, "siret": "128 704 060 02412", "rome": "m1855", "contract": "CDI",
              "starts_on": "4/1/2027", "place": "01000 Bourg", "licence": "non",
              "hours": "35 h", "desired": "Anglais", "contact": "RH@Studio.fr"}  # fmt: skip
    found = read(USUAL | fields)
    (row,) = found.rows
    assert (found.errors, found.warnings) == ([], [])
    assert (row.posts, row.siret, row.rome, row.contracts) == (
        2, "12870406002412", "M1855", ("CDI",))  # fmt: skip
    assert (row.starts_on, row.postcode, row.city) == (date(2027, 1, 4), "01000", "Bourg")
    assert (row.weekly_hours, row.email) == (Decimal(35), "rh@studio.fr")
    assert [(item.text, item.level, item.is_essential) for item in row.skills] == [
        ("HTML", 3, True), ("CSS", None, True), ("Anglais", None, False)]  # fmt: skip
    assert row.said == "Contrat : CDI\nHoraires : 35 h\nLieu : 01000 Bourg"


@pytest.mark.parametrize(
    ("changed", "kind", "column"),
    [
        ({"skills": " "}, "no_skill", "D"),
        ({"posts": -1}, "posts_negative", "C"),
        ({"posts": 0}, "posts_negative", "C"),
        ({"posts": "deux"}, "posts_text", "C"),
        ({"posts": 1.5}, "posts_text", "C"),
        ({"posts": 9000}, "posts_many", "C"),
        ({"employer": ""}, "employer_missing", "A"),
        ({"title": ""}, "title_missing", "B"),
    ],
)
def test_what_refuses_a_row_says_where(changed: dict[str, Any], kind: str, column: str) -> None:
    found = read(USUAL, USUAL | changed)
    assert [(e.row, e.kind, e.column, e.rejects) for e in found.errors] == [(3, kind, column, True)]
    assert (len(found.rows), found.rejected) == (1, [3])


@pytest.mark.parametrize(
    ("changed", "kind"),
    [
        ({"siret": "12870406002413"}, "siret_check"),
        ({"rome": "1805"}, "rome_code"),
        ({"contract": "à voir"}, "contract"),
        ({"starts_on": "bientôt"}, "date"),
        ({"licence": "oui"}, "licence_task"),
    ],
)
def test_what_loses_its_cell_is_said_and_keeps_the_row(changed: dict[str, Any], kind: str) -> None:
    found = read(USUAL | changed)
    assert [(e.row, e.kind, e.rejects) for e in found.warnings] == [(2, kind, False)]
    assert len(found.rows) == 1


def test_la_poste_has_its_own_sum() -> None:
    """Luhn does not hold for its establishments: their digits add up to a multiple of five."""
    (row,) = read(USUAL | {"siret": "35600000000048"}).rows
    assert row.siret == "35600000000048"


def test_rows_about_nothing_are_counted() -> None:
    heading = {code: code for code in CODES}
    found = read(USUAL, {}, heading, {"employer": "Total", "posts": 12}, USUAL | {"title": "B"})
    assert [row.number for row in found.rows] == [2, 6]
    assert [item.row for item in found.ignored] == [4, 5]
    assert (found.blank, found.rejected) == (1, [])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("HTML/CSS (autonome); JavaScript (notions)", [("HTML/CSS", 3), ("JavaScript", 1)]),
        ("Animer (autonome)\nAccompagner (avec aide)", [("Animer", 3), ("Accompagner", 2)]),
        ("A (expert), B (niveau 2), C", [("A", 4), ("B", 2), ("C", None)]),
        ("Trier, classer (tableur)", [("Trier", None), ("classer (tableur)", None)]),
        ("Rechercher, filtrer (3/4) ; SQL", [("Rechercher, filtrer", 3), ("SQL", None)]),
        ("- Souder\n- Lire un plan ;", [("Souder", None), ("Lire un plan", None)]),
        (" ; , ", []),
    ],
)
def test_skills_however_they_are_parted(text: str, expected: list[tuple[str, int | None]]) -> None:
    found = skills_of(text, is_essential=True)
    assert [(item.text, item.level) for item in found] == expected


@given(st.text(max_size=200))
def test_any_text_gives_skills_with_words_and_levels_of_the_scale(text: str) -> None:
    for item in skills_of(text, is_essential=True):
        assert item.text.strip() == item.text != ""
        assert item.level in (None, 1, 2, 3, 4)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("CDD 24 mois", ("CDD",)), ("CDI temps partiel", ("CDI",)), ("intérim 3 mois", ("INTERIM",)),
     ("alternance", ("APPRENTISSAGE", "PROFESSIONNALISATION")), ("CDDI", ("CDDI",)),
     ("CDD ou CDI", ("CDD", "CDI")), ("freelance", ())],
)  # fmt: skip
def test_contracts(text: str, expected: tuple[str, ...]) -> None:
    assert contracts_of(text) == expected


def test_hours_slots_and_places() -> None:
    hours = ("35h journée", "mi-temps matin", "2x8", "30,5 heures", "99h")
    assert [hours_of(text) for text in hours] == [
        Decimal(35), Decimal("17.5"), None, Decimal("30.5"), None]  # fmt: skip
    assert slots_of("mi-temps matin") == ("0-am", "1-am", "2-am", "3-am", "4-am")
    assert slots_of("matin et après-midi") == slots_of("journée") == ()
    assert place_of("télétravail partiel") == (None, None, False)
    assert place_of("100 % télétravail") == (None, None, True)
    assert place_of("01000") == ("01000", None, False)
    assert level_of("un peu") is None
