"""The one place that writes workbooks: real dates, frozen headings, and no text that computes.

openpyxl writes any text starting with « = » as a live formula; every cell goes through `_fill`,
which makes text text. The same plans give the same bytes.
"""

import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

HEADING = PatternFill("solid", fgColor="FF0B5A5E")
FORMATS = {"date": "dd/mm/yyyy", "integer": "0", "decimal": "0.00", "percent": "0 %"}
# Excel reads « _x0041_ » as « A »: text that happens to look so is escaped the way Excel does.
LOOKS_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
STILL = datetime(2000, 1, 1)  # noqa: DTZ001  workbook properties carry no time zone
ZIP_STILL = (2000, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Column:
    """A column: heading, kind of its cells (text, date, integer, decimal, percent), width."""

    heading: str
    kind: str = "text"
    width: int = 16


@dataclass(frozen=True, slots=True)
class SheetPlan:
    """A sheet: its columns and rows, one value a column; `filters` adds the filter arrows."""

    title: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Any]]
    filters: bool = True
    notes: Sequence[str] = field(default_factory=tuple)


def write_workbook(plans: Iterable[SheetPlan], *, title: str) -> bytes:
    """The workbook as bytes: one sheet a plan, in order."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for plan in plans:
        _write_sheet(book.create_sheet(plan.title), plan)
    book.properties.title, book.properties.creator = title, "Parcours"
    book.properties.created = book.properties.modified = STILL
    buffer = io.BytesIO()
    book.save(buffer)
    return _still(buffer.getvalue())


def _write_sheet(sheet: Worksheet, plan: SheetPlan) -> None:
    for number, column in enumerate(plan.columns, start=1):
        cell = sheet.cell(row=1, column=number)
        _fill(cell, column.heading, "text")
        cell.font, cell.fill = Font(bold=True, color="FFFFFFFF"), HEADING
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        sheet.column_dimensions[get_column_letter(number)].width = column.width
    last = 1
    for last, row in enumerate(plan.rows, start=2):
        for number, (column, value) in enumerate(zip(plan.columns, row, strict=True), start=1):
            if value is not None:
                _fill(sheet.cell(row=last, column=number), value, column.kind)
    sheet.freeze_panes = "A2"
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    if plan.filters and last > 1:
        sheet.auto_filter.ref = f"A1:{get_column_letter(len(plan.columns))}{last}"


def _fill(cell: Any, value: Any, kind: str) -> None:
    if isinstance(value, bool):
        value = "oui" if value else "non"
    if isinstance(value, Fraction):
        value = float(value)
    if isinstance(value, str):
        _fill_text(cell, value)
        return
    cell.value = value
    if isinstance(value, (date, datetime)):
        cell.number_format = FORMATS["date"]
    elif kind in FORMATS:
        cell.number_format = FORMATS[kind]


def _fill_text(cell: Cell, text: str) -> None:
    cell.value = LOOKS_ESCAPED.sub("_x005F_", ILLEGAL_CHARACTERS_RE.sub("", text))
    cell.data_type = "s"
    if text[:1] in {"=", "+", "-", "@", "\t"}:
        cell.quotePrefix = True
    if len(text) > 40:
        cell.alignment = Alignment(wrap_text=True, vertical="top")


def _still(content: bytes) -> bytes:
    # The archive’s clock and openpyxl’s « modified » stamp would make two equal exports differ.
    source, target = zipfile.ZipFile(io.BytesIO(content)), io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in source.namelist():
            data = source.read(name)
            if name == "docProps/core.xml":
                data = _still_properties(data)
            archive.writestr(zipfile.ZipInfo(name, ZIP_STILL), data, zipfile.ZIP_DEFLATED)
    return target.getvalue()


def _still_properties(data: bytes) -> bytes:
    head, mark, tail = data.partition(b"<dcterms:modified")
    if not mark:
        return data
    opening, _, rest = tail.partition(b">")
    _, _, after = rest.partition(b"</dcterms:modified>")
    stamp = STILL.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    return head + mark + opening + b">" + stamp + b"</dcterms:modified>" + after
