"""A partner’s list from file to rows: everything accounted for, nothing guessed."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parcours.domain.intake import LearnerIntake, read_learner_rows
from parcours.domain.intake_table import Cell, ColumnMap, Row, Sheet
from parcours.sheets.headers import propose
from parcours.sheets.opening import open_workbook
from tests.sheets.books import book

TODAY = date(2026, 11, 23)
HEADS = ("Nom", "Prénom", "Date de naissance", "Début", "Fin", "Heures", "Tél", "Observations")
COLUMNS = ("birth_name", "first_names", "born_on", "started_on", "ended_on", "hours", "phone",
           "observations")  # fmt: skip


def take_in(*rows: tuple[object, ...], heads: tuple[str, ...] = HEADS) -> LearnerIntake:
    opened = open_workbook(book(heads, *rows), "liste.xlsx")
    proposal = propose(opened, "learners")
    sheet = opened.sheet(proposal.map.sheet)
    assert sheet is not None
    found = read_learner_rows(sheet, proposal.map, TODAY)
    accounted(found, sheet.last_row - proposal.map.header_row)
    return found


def accounted(found: LearnerIntake, rows_below: int) -> None:
    assert found.read == rows_below
    assert found.read == (
        len(found.accepted) + len(found.rejected) + len(found.ignored) + found.blank
    )


def kinds(found: LearnerIntake) -> list[tuple[int, str, str]]:
    return [(error.row, error.column, error.kind) for error in found.errors]


def test_a_sound_row() -> None:
    (row,) = take_in(
        ("Kerouac", "Yanis", "12/05/1990", "20.06.26", "11 août 2026", "21,5", 632301241, "note")
    ).rows
    assert (row.birth_name, row.first_names, row.born_on) == ("Kerouac", "Yanis", date(1990, 5, 12))
    assert (row.started_on, row.ended_on) == (date(2026, 6, 20), date(2026, 8, 11))
    assert (row.hours, row.phone, row.observations) == (Decimal("21.5"), "+33632301241", "note")
    assert not row.rejected


@pytest.mark.parametrize(
    ("row", "column", "kind"),
    [
        (("  ", "Yanis", "12/05/1990"), "A", "name_missing"),
        (("Kerouac", None, "12/05/1990"), "B", "first_name_missing"),
        (("Kerouac", "Yanis", None), "C", "birth_missing"),
        (("Kerouac", "Yanis", "inconnue"), "C", "birth_missing"),
        (("Kerouac", "Yanis", "31/02/1990"), "C", "birth_impossible"),
        (("Kerouac", "Yanis", "32907"), "C", "birth_impossible"),
        (("Kerouac", "Yanis", "12/31/1990"), "C", "birth_impossible"),
        (("Kerouac", "Yanis", "=A1"), "C", "birth_impossible"),
        (("Kerouac", "Yanis", date(2031, 5, 4)), "C", "birth_future"),
        (("Kerouac", "Yanis", "01/01/2015"), "C", "under_16"),
        (("Kerouac", "Yanis", "12/05/1990", "02/02/2026", "01/02/2026"), "E", "end_before_start"),
        (("Kerouac", "Yanis", "12/05/1990", "02/02/1980"), "D", "start_before_birth"),
        (("K" * 300, "Yanis", "12/05/1990"), "A", "too_long"),
        (("=A1", "Yanis", "12/05/1990"), "A", "name_unreadable"),
    ],
)
def test_what_keeps_a_row_out(row: tuple[object, ...], column: str, kind: str) -> None:
    found = take_in(row, ("Sonko", "Awa", "01/01/1980"))
    assert kinds(found) == [(2, column, kind)]
    assert [person.number for person in found.rejected] == [2]
    assert found.errors[0].message.endswith((".", "."))
    assert found.errors[0].place == f"Feuille « Liste », cellule {column}2"


@pytest.mark.parametrize(
    ("row", "column", "kind"),
    [
        ((None, None, "une vingtaine"), "F", "hours_text"),
        ((None, None, "=SUM(A1)"), "F", "hours_text"),
        ((None, None, -4), "F", "hours_out_of_range"),
        (("bientôt",), "D", "date_impossible"),
        ((None, None, None, None, "x" * 5000), "H", "too_long"),
    ],
)
def test_what_loses_its_cell_only(row: tuple[object, ...], column: str, kind: str) -> None:
    found = take_in(("Kerouac", "Yanis", "12/05/1990", *row))
    assert kinds(found) == [(2, column, kind)]
    assert found.rejected == ()


def test_soft_doubts_never_keep_anybody_out() -> None:
    heads = (
        "Nom",
        "Prénom",
        "DDN",
        "Tél",
        "Mail",
        "CP",
        "Civilité",
        "QPV",
        "Niveau d'études",
        "RSA",
    )
    found = take_in(
        ("LefÃ¨vre", "Nguy?n", "01/01/1930", "voir mère", "x.fr", "1", "Dr", "bof", "bof", "bof"),
        heads=heads,
    )
    assert (found.errors, found.rejected) == ((), ())
    assert sorted(warning.column for warning in found.warnings) == list("ABCDEFGHIJ")
    assert found.rows[0].notes == ("voir mère",)


def test_totals_footers_and_repeated_headings_are_listed() -> None:
    found = take_in(
        ("Kerouac", "Yanis", "12/05/1990", None, None, 10),
        HEADS,
        ("Total", "Léo", "12/05/1991", None, None, 5),
        ("Sous-total", None, None, None, None, 15),
        (),
        ("TOTAL GÉNÉRAL", 2, None, None, None, "=SUM(F2:F5)"),
        ("Nombre d’inscrits : 2",),
        ("Signature du responsable :",),
        ("Groupe du lundi",),
        (None, None, None, None, None, 15),
    )
    assert [person.birth_name for person in found.rows] == ["Kerouac", "Total"]
    assert [(item.row, item.reason) for item in found.ignored] == [
        (3, "en-tête répété"),
        (5, "ligne de total"),
        (7, "ligne de total"),
        (8, "ligne de total"),
        (9, "bas de page ou légende"),
        (10, "titre de section"),
        (11, "ligne sans nom, date de naissance ni contact"),
    ]
    assert found.blank == 1


def test_a_second_table_below_is_left_for_another_import() -> None:
    found = take_in(
        ("Kerouac", "Yanis", "12/05/1990"),
        (),
        ("Prénom", "Nom", "Motif de départ"),
        ("Awa", "Sonko", "déménagement"),
    )
    assert [item.row for item in found.ignored] == [4, 5]
    assert found.ignored[0].reason == "second tableau (ligne 4) : à importer à part"


def test_rows_filled_only_in_ignored_columns_are_listed() -> None:
    found = take_in(("Kerouac", "Yanis", "12/05/1990"), (*[None] * 9, "pense-bête"))
    assert [(item.row, item.reason) for item in found.ignored] == [
        (3, "rien dans les colonnes retenues")
    ]


def test_the_same_person_twice_is_one() -> None:
    found = take_in(
        ("Lévêque", "Jean-Pierre", "12/05/1990"),
        ("LEVEQUE", "jean pierre", 33005),
        ("Lévêque", "Jean-Pierre", "13/05/1990"),
        ("Jean-Pierre", "Lévêque", "12/05/1990"),
        ("Lévêque", "Paul", "12/05/1990"),
    )
    assert [row.same_as for row in found.rows] == [None, 2, None, None, None]
    assert [(pair.row, pair.other) for pair in found.similar] == [(4, 2), (5, 2)]
    assert found.notices == ("1 date convertie depuis un nombre d’Excel : vérifiez-la.",)


def test_a_rejected_row_is_no_duplicate() -> None:
    row = ("Kerouac", "Yanis", "12/05/1990", "02/02/2026", "01/02/2026")
    found = take_in(row, row[:3])
    assert [person.same_as for person in found.rows] == [None, None]


def test_mixed_month_orders_are_told_for_the_whole_column() -> None:
    found = take_in(
        ("Kerouac", "Yanis", "05/04/1990"),
        ("Sonko", "Awa", "12/31/1990"),
        ("Roy", "Ana", "25/04/1990"),
    )
    assert kinds(found) == [(3, "C", "birth_impossible")]
    assert [(w.row, w.kind) for w in found.warnings] == [(2, "month_first")]
    assert "mélanger jour/mois" in found.notices[0]


def test_a_column_may_be_said_month_first() -> None:
    opened = open_workbook(book(HEADS, ("Kerouac", "Yanis", "12/31/1990")), "liste.xlsx")
    column_map = ColumnMap(
        "Liste", 1, {"birth_name": "A", "first_names": "B", "born_on": "C"}, frozenset({"born_on"})
    )
    (row,) = read_learner_rows(opened.sheets[0], column_map, TODAY).rows
    assert row.born_on == date(1990, 12, 31)


def test_code_in_cells_stays_text() -> None:
    formula = '=HYPERLINK("http://exemple.fr","cv")'
    found = take_in(
        ("<script>x</script>", "{{7*7}}", "12/05/1990", None, None, None, None, formula),
        ("+cmd|x", "@SUM", "12/05/1991"),
    )
    assert found.errors == ()
    assert found.rows[0].birth_name == "<script>x</script>"
    assert found.rows[0].observations == formula
    assert (found.rows[1].birth_name, found.rows[1].first_names) == ("+cmd|x", "@SUM")


def test_one_column_names_follow_the_heading() -> None:
    found = take_in(("Yanis Kerouac", "12/05/1990"), heads=("Prénom et nom", "Né le"))
    assert (found.rows[0].birth_name, found.rows[0].first_names) == ("Kerouac", "Yanis")


VALUES = st.one_of(
    st.none(),
    st.text(max_size=12),
    st.integers(-10, 60000),
    st.floats(allow_nan=False, allow_infinity=False, width=32),
    st.dates(date(1900, 3, 1), date(2050, 1, 1)),
    st.sampled_from(["TOTAL", "Nom", "Prénom", "12/05/1990", "Kerouac", "x", "  "]),
)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.lists(VALUES, min_size=8, max_size=8), max_size=12))
def test_every_row_is_in_exactly_one_place(rows: list[list[object]]) -> None:
    sheet = Sheet("S", hidden=False, rows=(_row(1, list(HEADS)), *filled(rows)))
    column_map = ColumnMap("S", 1, dict(zip(COLUMNS, "ABCDEFGH", strict=True)))
    found = read_learner_rows(sheet, column_map, TODAY)
    places = [row.number for row in found.rows] + [item.row for item in found.ignored]
    assert len(places) == len(set(places))
    assert set(places) == {row.number for row in sheet.rows} - {1}
    accounted(found, sheet.last_row - 1)
    assert {error.row for error in found.errors if error.rejects} == {
        row.number for row in found.rejected
    }


def filled(rows: list[list[object]]) -> list[Row]:
    made = (_row(number, values) for number, values in enumerate(rows, 2))
    return [row for row in made if row.cells]


def _row(number: int, values: list[object]) -> Row:
    cells = (
        Cell(letter, value, str(value))  # type: ignore[arg-type]
        for letter, value in zip("ABCDEFGH", values, strict=True)
        if value is not None and str(value).strip()
    )
    return Row(number, tuple(cells))
