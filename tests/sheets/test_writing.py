"""Workbooks that go out: read back by openpyxl and calamine, and nothing in them computes."""

import io
import re
import zipfile
from datetime import date
from fractions import Fraction
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from parcours.sheets.opening import open_workbook
from parcours.sheets.writing import (
    Bars,
    Column,
    Formula,
    SheetPlan,
    write_workbook,
    write_workbook_to,
)

TRAPS = [
    "=1+1", '=HYPERLINK("http://exemple.fr","cv")', "+33612345678", "-4", "@SUM(A1)", "\t=1",
    "'", "01000", "#REF!", "#N/A", "_x0041_", "<b>é & à</b>", "  deux  espaces ", "ligne\nligne",
    "1er mars", "TRUE", "12/05/1990", "’“”", "👩‍💻", "أحمد",
]  # fmt: skip


def written(rows: list[tuple[Any, ...]], *kinds: str) -> bytes:
    columns = [Column(f"Colonne {number}", kind) for number, kind in enumerate(kinds, 1)]
    return write_workbook([SheetPlan("Données", columns, rows)], title="Essai")


@pytest.mark.parametrize("text", TRAPS)
def test_text_comes_back_as_it_went(text: str) -> None:
    data = written([(text,)], "text")
    read = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()
    assert read[1] == [text]
    cell = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]["A2"]
    assert cell.data_type in {"s", "inlineStr"}
    row = open_workbook(data, "export.xlsx").sheets[0].row(2)
    assert (row.cell("A").value, row.cell("A").problem) == (text, None)


@settings(max_examples=40)
@given(st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=30))
def test_no_text_is_ever_live_nor_breaks_the_file(text: str) -> None:
    data = written([(text,)], "text")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        markup = archive.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in markup
    assert 't="e"' not in markup
    CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()


def test_values_have_their_type_and_their_format() -> None:
    data = written(
        [(date(1990, 5, 12), 12, 2.5, Fraction(1, 4), None, True)],
        "date", "integer", "decimal", "percent", "text", "text",
    )  # fmt: skip
    sheet = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]
    row = [cell.value for cell in sheet[2]]
    assert (row[0].date(), row[1:]) == (date(1990, 5, 12), [12, 2.5, 0.25, None, "oui"])
    assert sheet["A2"].number_format == "dd/mm/yyyy"
    assert sheet["D2"].number_format == "0 %"
    assert open_workbook(data, "x.xlsx").sheets[0].row(2).cell("A").value == date(1990, 5, 12)


def test_headings_are_frozen_filtered_and_repeated_in_print() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(written([("x", "y")], "text", "text"))).worksheets[0]
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:B2"
    assert sheet.print_title_rows == "$1:$1"


def test_the_same_input_gives_the_same_bytes() -> None:
    rows = [("Zoé", date(2026, 1, 1), n) for n in range(50)]
    assert written(rows, "text", "date", "integer") == written(rows, "text", "date", "integer")


def test_no_clock_is_kept() -> None:
    with zipfile.ZipFile(io.BytesIO(written([("x",)], "text"))) as archive:
        assert {entry.date_time[0] for entry in archive.infolist()} == {2000}
        stamps = re.findall(r">(\d{4})-", archive.read("docProps/core.xml").decode())
    assert set(stamps) == {"2000"}


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_no_number_that_is_none_goes_out(value: float) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(written([(value,)], "decimal"))).worksheets[0]
    assert sheet["A2"].value is None


def test_a_formula_is_live_and_its_value_is_kept_beside() -> None:
    columns = [Column("Figure"), Column("Nombre", "number"), Column("Part", "percent")]
    rows = [
        ("a & <b>", Formula('COUNTIFS(A2:A3,"=a & <b>")', 1), Formula("B2/2", 0.5)),
        ("c", Formula("0+0", 0), Formula('IF(B3=0,"",1)', "")),
    ]
    data = write_workbook([SheetPlan("Synthèse", columns, rows)], title="Essai")
    live = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]
    kept = openpyxl.load_workbook(io.BytesIO(data), data_only=True).worksheets[0]
    assert live["B2"].value == '=COUNTIFS(A2:A3,"=a & <b>")'
    assert [[cell.value for cell in row] for row in kept["B2:C3"]] == [[1, 0.5], [0, None]]
    assert kept["C2"].number_format == "0 %"


def test_charts_and_print_areas_stay() -> None:
    plan = SheetPlan(
        "Synthèse",
        [Column("Figure"), Column("Nombre", "integer")],
        [("a", 1), ("b", 2)],
        charts=[Bars("Titre", labels=1, numbers=2, first=2, last=3)],
    )
    sheet = openpyxl.load_workbook(io.BytesIO(write_workbook([plan], title="Essai"))).worksheets[0]
    assert len(sheet._charts) == 1
    assert sheet.print_area == "'Synthèse'!$A$1:$B$3"


def test_rows_are_written_as_they_come_and_progress_is_told() -> None:
    told: list[tuple[str, int]] = []
    rows = ((number,) for number in range(2500))
    plan = SheetPlan("Lignes", [Column("N", "integer")], rows)
    write_workbook_to(io.BytesIO(), [plan], title="x", progress=lambda *step: told.append(step))
    assert told == [("Lignes", 1000), ("Lignes", 2000)]


@pytest.mark.parametrize(("rows", "mark", "sheets"), [
    (0, "", [0]), (3, "", [3]), (4, "", [3, 1]), (6, "", [3, 3]), (7, "", [3, 3, 1]),
    (4, "Exemplaire remis à Sophie", [2, 2]),
])  # fmt: skip
def test_rows_beyond_a_sheet_go_on_in_the_next(rows: int, mark: str, sheets: list[int]) -> None:
    lines = (((number,) for number in range(rows)), [("Lecture", "À lire")])
    plans = [
        SheetPlan("Lignes", [Column("N", "integer")], lines[0], mark=mark),
        SheetPlan("Méthode", [Column("R"), Column("C")], lines[1], filters=False, tells_parts=True),
    ]
    target = io.BytesIO()
    write_workbook_to(target, plans, title="x", most_rows=4)
    book = openpyxl.load_workbook(target)
    *parts, method = book.worksheets
    assert [part.title for part in parts] == ["Lignes", "Lignes 2", "Lignes 3"][: len(sheets)]
    top = 2 if mark else 1
    assert [part.max_row - top for part in parts] == sheets
    assert all(part.cell(top, 1).value == "N" for part in parts)
    found = [part.cell(row, 1).value for part in parts for row in range(top + 1, part.max_row + 1)]
    assert found == list(range(rows))
    told = [row for row in method.iter_rows(values_only=True) if "parties" in str(row[0])]
    assert len(told) == (len(sheets) > 1)
    if told:
        assert f"« Lignes » continue sur {len(sheets)} feuilles" in told[0][1]


def test_what_is_no_cell_is_refused() -> None:
    with pytest.raises(TypeError):
        written([(object(),)], "text")
