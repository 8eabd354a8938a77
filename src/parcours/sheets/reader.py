"""The child process that reads a spreadsheet: file on standard input, plain cells out as JSON.

Run as `python -m parcours.sheets.reader csv|xlsx|xlsm|xlsb|ods|xls`. It holds no secret, writes no
file, and has little memory and time: whatever the file does, only this process dies of it.
"""

import io
import json
import math
import re
import sys
import zipfile
from datetime import date, datetime, time, timedelta
from typing import Any

from parcours.domain.intake_table import letter_of
from parcours.sheets.archive import check_parts
from parcours.sheets.delimited import read_delimited
from parcours.sheets.erasing import RawCell, RawRow, erase_forbidden
from parcours.sheets.markup import BookMarks, SheetMarks, read_marks
from parcours.sheets.refusals import SheetRefused

MEMORY = 600 * 1024 * 1024
CPU_SECONDS = 15
MAX_COLUMNS = 200
MAX_BOX = 8_000_000
MAX_ROWS = 100_000
CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|_x00(?:0[0-8bBcCeEfF]|1[0-9a-fA-F]|7[fF])_")
UNREADABLE = re.compile("[\ud800-\udfff\ufffd\ufffe\uffff]")
BEFORE_DATES = date(1900, 3, 1)
TEXT_FORMULA = re.compile(r"^\s*(_xlfn\.)?HYPERLINK\s*\(", re.IGNORECASE)
LOST_FORMULA = (
    "La cellule {place} contient une formule sans résultat enregistré. "
    "Copier > Collage spécial > Valeurs."
)
ERROR_VALUE = "La cellule {place} affiche l’erreur {error} : corrigez-la dans le tableur."
UNREADABLE_TEXT = "Un caractère de cette cellule est illisible : ressaisissez-la."
IMPOSSIBLE_DATE = "Date impossible."


def read(data: bytes, kind: str) -> dict[str, Any]:
    """The whole file as JSON-able sheets; SheetRefused when it cannot be read."""
    if kind == "csv":
        found = read_delimited(data)
        rows = [(number, _csv_cells(record)) for number, record in enumerate(found.records, 1)]
        sheet = _sheet("", False, [row for row in rows if row[1]], SheetMarks(), [])
        return {"sheets": [sheet], "notices": found.notices, "is_1904": False}
    marks = BookMarks()
    if kind in {"xlsx", "xlsm", "xlsb", "ods"}:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            check_parts(archive)
            if kind in {"xlsx", "xlsm"}:
                marks = read_marks(archive)
    notices = []
    if kind == "xlsm":
        notices.append("Macros ignorées : seules les valeurs ont été lues.")
    if kind in {"xls", "xlsb", "ods"}:
        notices.append(
            "Dans ce format, une cellule en erreur (#REF!) se lit comme vide : vérifiez-les."
        )
    return {"sheets": _sheets(data, marks), "notices": notices, "is_1904": marks.is_1904}


def main() -> None:
    """Read standard input, answer on standard output; never more than one line of JSON."""
    answer: dict[str, Any]
    try:
        _limit()
        answer = read(sys.stdin.buffer.read(), sys.argv[1])
    except SheetRefused as refusal:
        answer = {"refused": refusal.reason}
    except MemoryError:
        answer = {"refused": "too_large"}
    except BaseException as error:
        answer = {"refused": "password" if "Password" in type(error).__name__ else "damaged"}
    sys.stdout.write(json.dumps(answer))


def _limit() -> None:
    try:
        import resource
    except ImportError:  # Windows has no such limits; the archive checks still hold.
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _sheets(data: bytes, marks: BookMarks) -> list[dict[str, Any]]:
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    found = []
    with CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
        for facts in book.sheets_metadata:
            if facts.typ is not SheetTypeEnum.WorkSheet:
                continue
            mark = marks.sheets.get(facts.name, SheetMarks())
            if mark.last_row * min(mark.last_column, 16384) > MAX_BOX:
                raise SheetRefused("too_large")
            sheet = book.get_sheet_by_name(facts.name)
            merges = [
                [first[0] + 1, first[1] + 1, last[0] + 1, last[1] + 1]
                for first, last in sheet.merged_cell_ranges or ()
            ]
            hidden = facts.visible is not SheetVisibleEnum.Visible
            found.append(_sheet(facts.name, hidden, _filled_rows(sheet, mark), mark, merges))
    return found


def _filled_rows(sheet: Any, mark: SheetMarks) -> list[RawRow]:
    """Rows with at least one filled cell, calamine’s values completed by what the markup knows."""
    lost: dict[int, list[RawCell]] = {}
    for places in (mark.lost_formulas, mark.errors):
        for row, column in places:
            lost.setdefault(row, []).append(_lost_cell(row, column, mark))
    rows: dict[int, list[RawCell]] = {}
    first_row, first_column = sheet.start or (0, 0)
    for number, values in enumerate(sheet.iter_rows(), first_row + 1):
        cells = [
            cell
            for column, value in enumerate(values, first_column + 1)
            if value != "" and (cell := _cell(column, value)) is not None
        ]
        if cells:
            rows[number] = cells
    for number, extra in lost.items():
        columns = {cell[0] for cell in extra}
        kept = [cell for cell in rows.get(number, []) if cell[0] not in columns]
        rows[number] = sorted(kept + extra, key=lambda cell: int(cell[0]))
    return sorted(rows.items())


def _lost_cell(row: int, column: int, mark: SheetMarks) -> RawCell:
    place = f"{letter_of(column)}{row}"
    if (row, column) in mark.errors:
        error = mark.errors[row, column]
        return [column, "s", None, error, ERROR_VALUE.format(place=place, error=error)]
    formula = "=" + _clean(mark.lost_formulas[row, column])
    if TEXT_FORMULA.match(formula[1:]) or "|" in formula:
        return [column, "s", formula, formula, None]
    return [column, "s", None, formula, LOST_FORMULA.format(place=place)]


def _csv_cells(record: list[str]) -> list[RawCell]:
    cells = (_cell(column, value) for column, value in enumerate(record, 1) if value.strip())
    return [cell for cell in cells if cell is not None]


def _cell(column: int, value: Any) -> RawCell | None:
    if isinstance(value, str):
        text = _clean(value)
        if UNREADABLE.search(text):
            return [column, "s", None, UNREADABLE.sub("?", text), UNREADABLE_TEXT]
        return [column, "s", text, text, None] if text.strip() else None
    if isinstance(value, bool):
        return [column, "b", value, "VRAI" if value else "FAUX", None]
    if isinstance(value, int | float):
        return _number(column, value)
    if isinstance(value, datetime | date):
        return _day(column, value)
    if isinstance(value, time):
        text = value.strftime("%H:%M")
        return [column, "s", text, text, None]
    if isinstance(value, timedelta):
        minutes = round(value.total_seconds() / 60)
        text = f"{minutes // 60}:{minutes % 60:02d}"
        return [column, "s", text, text, None]
    return [column, "s", None, "", UNREADABLE_TEXT]


def _number(column: int, value: float) -> RawCell:
    if not math.isfinite(value):
        return [column, "s", None, "", UNREADABLE_TEXT]
    if float(value).is_integer() and abs(value) < 1e16:
        return [column, "n", int(value), str(int(value)), None]
    return [column, "n", value, f"{value:.15g}".replace(".", ","), None]


def _day(column: int, value: date | datetime) -> RawCell:
    day = value.date() if isinstance(value, datetime) else value
    shown = day.strftime("%d/%m/%Y")
    if day < BEFORE_DATES:  # Excel has no true date before: these are damaged or negative serials.
        return [column, "s", None, shown, IMPOSSIBLE_DATE]
    if isinstance(value, datetime) and value.time() != time():
        return [column, "t", value.isoformat(), value.strftime("%d/%m/%Y %H:%M"), None]
    return [column, "d", day.isoformat(), shown, None]


def _clean(text: str) -> str:
    """Without control characters, nor the way workbooks write them (`_x0000_`)."""
    return CONTROLS.sub("", text)


def _sheet(
    title: str, hidden: bool, rows: list[RawRow], mark: SheetMarks, merges: list[list[int]]
) -> dict[str, Any]:
    notices = []
    if len(rows) > MAX_ROWS:
        raise SheetRefused("too_large")
    widest = max((cells[-1][0] for _, cells in rows), default=0)
    if widest > MAX_COLUMNS:
        notices.append(f"{widest - MAX_COLUMNS} colonnes au-delà de la 200e n’ont pas été lues.")
        rows = [(number, [c for c in cells if c[0] <= MAX_COLUMNS]) for number, cells in rows]
    forbidden = erase_forbidden(rows)
    hidden_rows = [number for number, cells in rows if cells and number in mark.hidden_rows]
    if hidden_rows:
        notices.append(_hidden_notice(len(hidden_rows), mark.is_filtered))
    columns = sum(last - first + 1 for first, last in mark.hidden_columns if first <= widest)
    if columns:
        notices.append("Des colonnes masquées sont incluses.")
    return {
        "title": title,
        "hidden": hidden,
        "rows": [[number, cells] for number, cells in rows if cells],
        "merges": merges,
        "forbidden": forbidden,
        "hidden_rows": hidden_rows,
        "notices": notices,
    }


def _hidden_notice(count: int, is_filtered: bool) -> str:
    why = " par un filtre" if is_filtered else ""
    if count == 1:
        return f"1 ligne masquée{why} est incluse."
    return f"{count} lignes masquées{why} sont incluses."


if __name__ == "__main__":
    main()
