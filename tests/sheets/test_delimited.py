"""CSV files as offices export them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcours.domain.intake_table import Sheet
from parcours.sheets.delimited import read_delimited
from parcours.sheets.opening import open_workbook

TEXT = "Nom;Prénom;Ville\nLévêque;Zoë;Péronnas\nGarçon;Françoise;Bourg-en-Bresse\n"
ROWS = [line.split(";") for line in TEXT.splitlines()]


@pytest.mark.parametrize(
    ("encoding", "said"),
    [
        ("utf-8", "UTF-8"),
        ("utf-8-sig", "UTF-8"),
        ("utf-16", "UTF-16"),
        ("utf-16-le", "UTF-16"),
        ("utf-16-be", "UTF-16"),
        ("cp1252", "cp1252"),
        ("mac_roman", "MacRoman"),
        ("cp850", "cp850"),
    ],
)
def test_encodings_are_recognised_and_said(encoding: str, said: str) -> None:
    found = read_delimited(TEXT.encode(encoding))
    assert found.records == ROWS
    assert said in found.notices[0]
    assert "Vérifiez les accents : Prénom, Lévêque" in found.notices[0]


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_delimiters(delimiter: str) -> None:
    assert read_delimited(TEXT.replace(";", delimiter).encode()).records == ROWS


def test_decimal_commas_are_no_delimiter() -> None:
    records = read_delimited(b"Nom;Heures;Note\nA;21,5;3,5\nB;12,0;4,5\nC;30;5\n").records
    assert records[1] == ["A", "21,5", "3,5"]


def test_sep_line_is_an_instruction_and_not_a_row() -> None:
    assert read_delimited(b"sep=|\r\nNom|Ville\r\nA|B\r\n").records == [
        ["Nom", "Ville"],
        ["A", "B"],
    ]


def test_line_breaks_inside_quotes_stay_in_their_cell() -> None:
    records = read_delimited(b'Nom;Adresse\r\nA;"1 rue\r\nhaute"\r\nB;x\r\n').records
    assert records == [["Nom", "Adresse"], ["A", "1 rue\r\nhaute"], ["B", "x"]]


def test_a_quote_never_closed_swallows_no_row() -> None:
    found = read_delimited(b'Nom;Adresse\nA;"rue haute\nB;rue basse\nC;x\n')
    assert [record[0] for record in found.records] == ["Nom", "A", "B", "C"]
    assert "guillemets" in found.notices[1]


def test_an_unreadable_byte_is_cited_and_never_kept() -> None:
    data = "Nom;Prénom\nLévêque;Zoé\nHélène;Ségolène\n".encode() + b"D\xffpont;Ana\n"
    cell = sheet_of(data).row(4).cell("A")
    assert cell.value is None
    assert cell.problem == "Un caractère de cette cellule est illisible : ressaisissez-la."
    assert "\ufffd" not in cell.shown


def test_rows_are_numbered_as_a_spreadsheet_shows_them() -> None:
    sheet = sheet_of(b"Nom;Ville\n\nA;B\n;\n  ; \nC;D\n")
    assert [row.number for row in sheet.rows] == [1, 3, 6]


def test_text_stays_text() -> None:
    row = sheet_of(b"Nom;Tel;CP\n=1+1;0612345678;01000\n").row(2)
    assert [cell.value for cell in row.cells] == ["=1+1", "0612345678", "01000"]


@given(st.binary(max_size=300))
def test_any_bytes_give_records(data: bytes) -> None:
    for record in read_delimited(data).records:
        assert all(isinstance(value, str) for value in record)


def sheet_of(data: bytes) -> Sheet:
    return open_workbook(data, "liste.csv").sheets[0]
