"""Opening what partners send: whatever the file is, cells or one French sentence come back."""

import contextlib
import io
import subprocess
import sys
import time
import zipfile
from datetime import date, datetime

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parcours.sheets import opening
from parcours.sheets.archive import sniff
from parcours.sheets.opening import open_workbook
from parcours.sheets.reader import read
from parcours.sheets.refusals import MESSAGES, SheetRefused
from tests.sheets.books import HEADINGS, book, repacked, with_rows_xml, with_sheet_xml

NINE_THIRTY = datetime(2026, 1, 2, 9, 30)  # noqa: DTZ001 — cells have no time zone
ONE = ("Kerouac", "Yanis", "12/05/1990")
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def refusal(data: bytes, name: str = "liste.xlsx") -> str:
    with pytest.raises(SheetRefused) as caught:
        open_workbook(data, name)
    assert caught.value.errors["file"] == str(caught.value)
    return caught.value.reason


def test_values_keep_their_type_and_their_place() -> None:
    opened = open_workbook(
        book(HEADINGS, (), ("Kerouac", 12, date(1990, 5, 12), 2.5, True, NINE_THIRTY)),
        "liste.xlsx",
    )
    sheet = opened.sheets[0]
    row = sheet.row(3)
    assert [cell.value for cell in row.cells] == [
        "Kerouac", 12, date(1990, 5, 12), 2.5, True, NINE_THIRTY,
    ]  # fmt: skip
    assert [cell.shown for cell in row.cells] == [
        "Kerouac", "12", "12/05/1990", "2,5", "VRAI", "02/01/2026 09:30",
    ]  # fmt: skip
    assert [cell.column for cell in row.cells] == list("ABCDEF")
    assert [row.number for row in sheet.rows] == [1, 3]
    assert len(opened.sha256) == 64


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b"\x00\x00 \r\n", "empty"),
        (b"\xef\xbb\xbf\n", "empty"),
        (b"%PDF-1.7 ...", "pdf"),
        (b"\x89PNG\r\n\x1a\n....", "image"),
        (b"\xff\xd8\xff\xe0....", "image"),
        (b"<!DOCTYPE html><html><table></table></html>", "page"),
        (b"  <table><tr><td>Nom</td></tr></table>", "page"),
        (b"<?xml version='1.0'?><Workbook/>", "document"),
        (b"{\\rtf1 }", "document"),
        (bytes(range(32)) * 100, "document"),
        (OLE + b"\0" * 512 + "EncryptedPackage".encode("utf-16-le"), "password"),
        (OLE + b"\0" * 512 + "WordDocument".encode("utf-16-le"), "document"),
        (OLE + b"\0" * 512 + "Workbook".encode("utf-16-le"), "old_excel"),
        (b"PK\x03\x04 cut short", "incomplete"),
        (b"x" * (10 * 1024 * 1024 + 1), "too_heavy"),
    ],
)
def test_what_is_no_spreadsheet_is_told_in_french(data: bytes, reason: str) -> None:
    assert refusal(data) == reason


def test_a_truncated_download_is_incomplete() -> None:
    assert refusal(book(HEADINGS, ONE)[:-200]) == "incomplete"


def test_a_word_document_is_no_spreadsheet() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as made:
        made.writestr("[Content_Types].xml", "<Types/>")
        made.writestr("word/document.xml", "<document/>")
    assert refusal(buffer.getvalue()) == "document"


def test_an_empty_workbook_is_empty() -> None:
    assert refusal(book()) == "empty"


def hostile_archives() -> dict[str, bytes]:
    sound = book(HEADINGS, ONE)
    dtd = '<!DOCTYPE x [<!ENTITY a "aaaa">]>'
    utf16 = ("\ufeff<?xml version='1.0' encoding='UTF-16'?>" + dtd + "<x/>").encode("utf-16-le")
    return {
        "bomb": repacked(sound, extra={"xl/media/big.xml": b"0" * (30 * 1024 * 1024)}),
        "unpacked": repacked(sound, extra={f"m{i}": b"0" * 26_000_000 for i in range(4)}),
        "entries": repacked(sound, extra={f"x/{i}": b"" for i in range(1001)}),
        "slip": repacked(sound, extra={"../../evil.txt": b"x"}),
        "absolute": repacked(sound, extra={"/etc/evil": b"x"}),
        "backslash": repacked(sound, extra={"..\\evil": b"x"}),
        "nested": repacked(sound, extra={"inner.zip": b"PK"}),
        "dtd": with_sheet_xml(sound, "<worksheet", dtd + "<worksheet"),
        "dtd elsewhere": repacked(sound, extra={"xl/other.xml": dtd.encode() + b"<x/>"}),
        "dtd in utf-16": repacked(sound, extra={"xl/other.xml": utf16}),
    }


HOSTILE = hostile_archives()


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_hostile_archives_are_refused_at_once(name: str) -> None:
    data = HOSTILE[name]
    start = time.monotonic()
    assert refusal(data) == "hostile"
    assert time.monotonic() - start < 2
    assert SheetRefused("hostile").is_hostile


def test_sizes_that_lie_are_refused() -> None:
    data = bytearray(repacked(book(HEADINGS, ONE), extra={"xl/lie.xml": b"<x>" + b"0" * 90_000}))
    central = data.rfind(b"PK\x01\x02")
    data[central + 24 : central + 28] = (10).to_bytes(4, "little")
    assert refusal(bytes(data)) in {"hostile", "damaged"}


def test_a_directory_of_a_hundred_thousand_entries_is_not_walked() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as made:
        for number in range(70_000):
            made.writestr(f"{number}", b"")
    start = time.monotonic()
    assert refusal(buffer.getvalue()) == "hostile"
    assert time.monotonic() - start < 2


def test_the_child_dies_of_what_it_reads_and_not_the_caller(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    far = with_rows_xml(
        book(HEADINGS, ONE), '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    )
    assert refusal(far) == "too_large"
    monkeypatch.setattr(opening, "TIME_OUT_SECONDS", 0.01)
    assert refusal(book(HEADINGS, ONE)) == "too_slow"


def test_the_child_hears_nothing_of_our_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: dict[str, dict[str, str]] = {}
    true_run = subprocess.run

    def spy(command: list[str], **options: object) -> object:
        seen["env"] = dict(options["env"])  # type: ignore[call-overload]
        return true_run(command, **options)  # type: ignore[call-overload]

    monkeypatch.setenv("PARCOURS_SECRET_KEY", "secret")
    monkeypatch.setattr(opening.subprocess, "run", spy)
    open_workbook(book(HEADINGS, ONE), "liste.xlsx")
    assert not [name for name in seen["env"] if name.startswith("PARCOURS")]


def test_a_child_killed_by_its_limits_is_told_as_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    assert refusal(book(HEADINGS, ONE)) == "too_large"


@pytest.mark.parametrize(
    ("part", "old", "new"),
    [
        ("xl/workbook.xml", b"<sheet ", b"<sheet <"),
        ("xl/_rels/workbook.xml.rels", b"worksheets/sheet1.xml", b"worksheets/none.xml"),
        ("xl/worksheets/sheet1.xml", b"</sheetData>", b""),
        ("xl/worksheets/sheet1.xml", b"<sheetData>",
         b'<sheetData><row r="1"><c r="A1" t="s"><v>99</v></c></row>'),
        ("xl/worksheets/sheet1.xml", b"<sheetData>",
         b'<sheetData><row r="1"><c r="A1"><v>NaN</v></c></row>'),
        ("xl/worksheets/sheet1.xml", b'r="A1"', b'r="??"'),
        ("xl/styles.xml", b"<styleSheet", b"<styleSheet <"),
    ],
)  # fmt: skip
def test_damage_inside_is_told_or_harmless(part: str, old: bytes, new: bytes) -> None:
    sound = book(HEADINGS, ONE)
    broken = repacked(sound, lambda name, data: data.replace(old, new, 1) if name == part else data)
    assert refusal(broken) == "damaged"


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml"])
def test_a_missing_part_is_damage(part: str) -> None:
    broken = repacked(book(HEADINGS, ONE), lambda name, data: None if name == part else data)
    assert refusal(broken) == "damaged"


def test_a_wrong_dimension_loses_no_row() -> None:
    rows = [(f"Nom{i}", "P", "12/05/1990", "x") for i in range(50)]
    lying = with_sheet_xml(book(*rows), '<dimension ref="A1:D50"', '<dimension ref="A1:B10"')
    sheet = open_workbook(lying, "liste.xlsx").sheets[0]
    assert (len(sheet.rows), len(sheet.row(50).cells)) == (50, 4)


def test_a_million_formatted_empty_rows_weigh_nothing() -> None:
    data = with_rows_xml(book(HEADINGS, ONE), '<row r="1048576"><c r="A1048576" s="0"/></row>')
    assert open_workbook(data, "liste.xlsx").sheets[0].last_row == 2


def test_a_row_far_below_is_still_read() -> None:
    data = with_rows_xml(
        book(HEADINGS, ONE), '<row r="900"><c r="A900" t="inlineStr"><is><t>Loin</t></is></c></row>'
    )
    sheet = open_workbook(data, "liste.xlsx").sheets[0]
    assert [row.number for row in sheet.rows] == [1, 2, 900]
    assert sheet.row(900).cell("A").value == "Loin"


def test_columns_beyond_two_hundred_are_announced() -> None:
    sheet = open_workbook(book([f"c{i}" for i in range(250)]), "large.xlsx").sheets[0]
    assert len(sheet.row(1).cells) == 200
    assert sheet.notices == ("50 colonnes au-delà de la 200e n’ont pas été lues.",)


def test_hidden_sheets_rows_and_columns_are_read_and_announced() -> None:
    def hide(sheet: openpyxl.worksheet.worksheet.Worksheet) -> None:
        sheet.row_dimensions[3].hidden = True
        sheet.column_dimensions["B"].hidden = True
        sheet.auto_filter.ref = "A1:C3"
        for state in ("hidden", "veryHidden"):
            other = sheet.parent.create_sheet(state)
            other["A1"] = "oui"
            other.sheet_state = state

    opened = open_workbook(book(HEADINGS, ONE, ONE, dress=hide), "liste.xlsx")
    assert [(sheet.title, sheet.hidden) for sheet in opened.sheets] == [
        ("Liste", False), ("hidden", True), ("veryHidden", True),
    ]  # fmt: skip
    assert opened.sheets[0].notices == (
        "1 ligne masquée par un filtre est incluse.",
        "Des colonnes masquées sont incluses.",
    )
    assert [row.hidden for row in opened.sheets[0].rows] == [False, False, True]


def test_a_formula_without_its_result_is_told_and_never_lost() -> None:
    sheet = open_workbook(book(HEADINGS, ("=A1", "=1+1", "x")), "liste.xlsx").sheets[0]
    cell = sheet.row(2).cell("B")
    assert (cell.value, cell.shown) == (None, "=1+1")
    assert cell.problem == (
        "La cellule B2 contient une formule sans résultat enregistré. "
        "Copier > Collage spécial > Valeurs."
    )


def test_a_row_of_lost_formulas_alone_exists() -> None:
    sheet = open_workbook(book(HEADINGS, ("=A1",)), "liste.xlsx").sheets[0]
    assert [row.number for row in sheet.rows] == [1, 2]


def test_a_formula_with_its_result_gives_it() -> None:
    data = with_rows_xml(
        book(HEADINGS),
        '<row r="2"><c r="A2" t="str"><f>UPPER("x")</f><v>X</v></c>'
        '<c r="B2"><f>1+1</f><v>2</v></c><c r="C2" t="str"><f>""</f><v></v></c></row>',
    )
    row = open_workbook(data, "liste.xlsx").sheets[0].row(2)
    assert [(cell.value, cell.problem) for cell in row.cells] == [("X", None), (2, None)]


@pytest.mark.parametrize("formula", ['=HYPERLINK("http://exemple.fr","cv")', "=cmd|' /C calc'!A0"])
def test_links_and_commands_are_text(formula: str) -> None:
    cell = open_workbook(book(HEADINGS, (formula,)), "liste.xlsx").sheets[0].row(2).cell("A")
    assert (cell.value, cell.problem) == (formula, None)


def test_error_values_are_told() -> None:
    data = with_rows_xml(book(HEADINGS), '<row r="2"><c r="C2" t="e"><v>#REF!</v></c></row>')
    cell = open_workbook(data, "liste.xlsx").sheets[0].row(2).cell("C")
    assert cell.problem == "La cellule C2 affiche l’erreur #REF! : corrigez-la dans le tableur."


def test_invisible_controls_never_reach_anybody() -> None:
    sheet = open_workbook(book(HEADINGS, ("Du_x0000_pont", "A_x000B_b")), "liste.xlsx").sheets[0]
    assert [cell.value for cell in sheet.row(2).cells] == ["Dupont", "Ab"]


@pytest.mark.parametrize(("serial", "is_sound"), [(60, False), (-5, False), (32907, True)])
def test_impossible_serials_under_a_date_format_are_told(serial: int, is_sound: bool) -> None:
    def dress(sheet: openpyxl.worksheet.worksheet.Worksheet) -> None:
        sheet["C2"] = serial
        sheet["C2"].number_format = "dd/mm/yyyy"

    cell = (
        open_workbook(book(HEADINGS, ("A",), dress=dress), "liste.xlsx").sheets[0].row(2).cell("C")
    )
    assert (cell.value == date(1990, 2, 3)) is is_sound
    assert is_sound or not isinstance(cell.value, date)


def test_the_1904_epoch_is_known() -> None:
    def dress(sheet: openpyxl.worksheet.worksheet.Worksheet) -> None:
        sheet.parent.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904

    sheet = open_workbook(
        book(HEADINGS, ("A", "B", date(1990, 5, 12)), dress=dress), "liste.xlsx"
    ).sheets[0]
    assert sheet.is_1904
    assert sheet.row(2).cell("C").value == date(1990, 5, 12)


def test_macros_are_announced() -> None:
    opened = open_workbook(
        repacked(book(HEADINGS, ONE), extra={"xl/vbaProject.bin": b"x"}), "liste.xlsx"
    )
    assert "Macros ignorées : seules les valeurs ont été lues." in opened.notices


def test_a_csv_named_xlsx_is_read_with_a_notice() -> None:
    opened = open_workbook("Nom;Prénom\nLévêque;Zoé\n".encode(), "liste.xlsx")
    assert opened.notices[0].startswith("Malgré son nom, ce fichier est un fichier CSV")
    assert opened.sheets[0].title == "liste"


@pytest.mark.parametrize("text", ["Bonjour\n", "Liste des inscrits\nà suivre\n\nMerci"])
def test_a_text_without_columns_is_no_workbook(text: str) -> None:
    assert refusal(text.encode()) == "document"
    assert open_workbook(text.encode(), "liste.txt").sheets[0].rows


def test_file_names_keep_no_folder() -> None:
    assert open_workbook(b"a;b\n1;2\n", "C:\\Users\\x\\liste.csv").file_name == "liste.csv"


def test_every_refusal_is_french() -> None:
    english = {"the", "file", "error", "sheet", "is", "not", "invalid", "cannot"}
    for message in MESSAGES.values():
        assert not english & set(message.lower().split())
        assert message.endswith(".")


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_random_damage_ends_in_cells_or_one_refusal(data: st.DataObject) -> None:
    content = bytearray(SOUND)
    for _ in range(data.draw(st.integers(1, 8))):
        place = data.draw(st.integers(0, len(content) - 1))
        content[place] = data.draw(st.integers(0, 255))
    # Anything the child raises is told as « endommagé »; it must neither hang nor die otherwise.
    with contextlib.suppress(Exception):
        answer = read(bytes(content), sniff(bytes(content)))
        assert answer["sheets"]


SOUND = book(HEADINGS, *[(f"Nom{i}", "Zoé", date(1990, 1, 1 + i)) for i in range(20)])


def test_two_thousand_rows_are_comfortable() -> None:
    rows = [[f"Nom{i}", "Prénom", date(1990, 1, 1)] + [f"valeur {j}" for j in range(17)]
            for i in range(2_000)]  # fmt: skip
    data = book(*rows)
    start = time.monotonic()
    assert len(open_workbook(data, "grand.xlsx").sheets[0].rows) == 2_000
    assert time.monotonic() - start < 5
