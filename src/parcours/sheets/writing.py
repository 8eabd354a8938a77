"""The one place that writes workbooks: real dates, frozen headings, and no text that computes.

Rows go out one by one, so that a hundred thousand of them hold no more memory than ten. openpyxl
writes any text starting with « = » as a live formula; only a `Formula` may compute, and the value
it computes is kept beside it. The same plans give the same bytes.
"""

import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import chain
from math import isfinite
from re import compile as pattern
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.chart import BarChart, Reference
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.writer.excel import ExcelWriter

from parcours.sheets.parting import MOST_ROWS, parts_of, told_parts
from parcours.sheets.still import STILL, StillArchive

HEADING = PatternFill("solid", fgColor="FF0B5A5E")
FORMATS = {"date": "dd/mm/yyyy", "integer": "0", "decimal": "0.00", "percent": "0 %"}
# Excel reads « _x0041_ » as « A »: text that happens to look so is escaped the way Excel does.
LOOKS_ESCAPED = pattern(r"_(?=x[0-9A-Fa-f]{4}_)")
LIVE = frozenset("=+-@\t#")
LONG_TEXT = 40
# How many characters across a page still reads; a wider sheet goes on beside.
PAGE = 240
STEP = 1000

Progress = Callable[[str, int], None]


@dataclass(frozen=True, slots=True)
class Column:
    """A column: heading, kind of its cells (text, date, integer, decimal, percent), width."""

    heading: str
    kind: str = "text"
    width: int = 16


@dataclass(frozen=True, slots=True)
class Formula:
    """A live formula, without its « = », and what it computes today."""

    expression: str
    value: int | float | str


@dataclass(frozen=True, slots=True)
class Bars:
    """A bar chart of a column of numbers beside a column of labels, rows `first` to `last`."""

    title: str
    labels: int
    numbers: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class SheetPlan:
    """A sheet: its columns and rows, one value a column; `filters` adds the filter arrows.

    `mark` is a line above the headings, printed on each page too: whose copy this is.
    `tells_parts`: the sheet, of two columns, ends with the sheets before it that had to be parted.
    """

    title: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Any]]
    filters: bool = True
    charts: Sequence[Bars] = field(default_factory=tuple)
    mark: str = ""
    tells_parts: bool = False

    @property
    def top(self) -> int:
        """The row of the headings."""
        return 2 if self.mark else 1


def write_workbook(plans: Iterable[SheetPlan], *, title: str) -> bytes:
    """The workbook as bytes: one sheet a plan, in order."""
    buffer = io.BytesIO()
    write_workbook_to(buffer, plans, title=title)
    return buffer.getvalue()


def write_workbook_to(
    target: IO[bytes],
    plans: Iterable[SheetPlan],
    *,
    title: str,
    progress: Progress = lambda _sheet, _rows: None,
    most_rows: int = MOST_ROWS,
) -> None:
    """The workbook into a file; `progress` is told of each thousand rows of each sheet.

    Rows beyond what a sheet holds go on in numbered sheets, so that none is ever lost.
    """
    book = Workbook(write_only=True)
    book.properties.title, book.properties.creator = title, "Parcours"
    book.properties.created = book.properties.modified = STILL
    values: dict[str, dict[str, int | float | str]] = {}
    for plan in _parted(plans, most_rows):
        sheet = book.create_sheet(plan.title)
        counted = values.setdefault(f"xl/worksheets/sheet{len(values) + 1}.xml", {})
        _write_sheet(sheet, plan, counted, progress)
        # Its rows wait in a file from here on: only its formulas are still in memory.
        sheet.close()
    ExcelWriter(book, StillArchive(target, values)).save()


def _parted(plans: Iterable[SheetPlan], most_rows: int) -> Iterator[SheetPlan]:
    """The sheets in order, each of no more rows than one holds; each is read before the next."""
    told: list[tuple[str, str]] = []
    for plan in plans:
        rows, number = chain(plan.rows, told) if plan.tells_parts else plan.rows, 1
        for number, part in enumerate(parts_of(rows, most_rows - plan.top), start=1):
            title = plan.title if number == 1 else f"{plan.title} {number}"
            yield replace(plan, title=title, rows=part, charts=plan.charts if number == 1 else ())
        if number > 1:
            told.append(told_parts(plan.title, number, most_rows))


def _write_sheet(
    sheet: Any, plan: SheetPlan, counted: dict[str, int | float | str], progress: Progress
) -> None:
    _set_up(sheet, plan)
    if plan.mark:
        sheet.append([_mark_cell(sheet, plan.mark)])
    sheet.append([_heading(sheet, column.heading) for column in plan.columns])
    last, fill = plan.top, _filler(sheet, plan.columns, counted)
    for last, row in enumerate(plan.rows, start=plan.top + 1):
        if not plan.filters:
            sheet.row_dimensions[last].height = _height(plan.columns, row)
        sheet.append(fill(last, row))
        if last % STEP == 0:
            progress(plan.title, last)
    width = get_column_letter(len(plan.columns))
    sheet.print_area = f"A1:{width}{last}"
    if plan.filters and last > plan.top:
        sheet.auto_filter.ref = f"A{plan.top}:{width}{last}"
    for place, bars in enumerate(plan.charts):
        anchor = f"{get_column_letter(len(plan.columns) + 2)}{2 + 18 * place}"
        sheet.add_chart(_chart(sheet, bars), anchor)


def _set_up(sheet: Any, plan: SheetPlan) -> None:
    for number, column in enumerate(plan.columns, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = column.width
    sheet.freeze_panes = f"A{plan.top + 1}"
    sheet.print_title_rows = f"1:{plan.top}"
    if plan.mark:
        # In a header « & » begins a code; doubled, it is itself.
        text = plan.mark.replace("&", "&&")
        sheet.oddHeader.center.text, sheet.oddFooter.center.text = text, f"{text} &P/&N"
    sheet.page_setup.orientation = "landscape"
    width = sum(column.width for column in plan.columns)
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = -(-width // PAGE), 0
    if width > PAGE:
        sheet.print_title_cols = "A:A"
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def _heading(sheet: Any, text: str) -> Any:
    cell = _text_cell(sheet, text)
    cell.font, cell.fill = Font(bold=True, color="FFFFFFFF"), HEADING
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell


def _height(columns: Sequence[Column], row: Sequence[Any]) -> int:
    """The height of a row of words, in points: programs that print do not all find it."""
    lines = [
        -(-len(str(value or "")) // column.width)
        for column, value in zip(columns, row, strict=True)
    ]
    return 15 * max(1, *lines)


def _mark_cell(sheet: Any, text: str) -> Any:
    """The mark of a copy: bold, on one line over the columns beside it."""
    cell = _text_cell(sheet, text)
    cell.font, cell.alignment = Font(bold=True, color="FFB3261E"), Alignment(wrap_text=False)
    return cell


def _filler(
    sheet: Any, columns: Sequence[Column], counted: dict[str, int | float | str]
) -> Callable[[int, Sequence[Any]], Iterator[Any]]:
    """What turns a row of values into cells; one styled cell a column serves every row."""
    styled: Mapping[str, Any] = {
        get_column_letter(place): _styled(sheet, column)
        for place, column in enumerate(columns, start=1)
    }

    def fill(number: int, row: Sequence[Any]) -> Iterator[Any]:
        for letter, value in zip(styled, row, strict=True):
            kind = type(value)
            if value is None or kind is int:
                yield value
            elif kind is str:
                yield value if _is_plain(value) else _text_cell(sheet, value)
            elif kind is bool:
                yield "oui" if value else "non"
            else:
                cell = styled[letter]
                if kind is Formula:
                    counted[f"{letter}{number}"] = value.value
                    cell.value = f"={value.expression}"
                else:
                    # Straight to where openpyxl keeps it: asking for each cell whether its
                    # format is a date’s costs more than writing it.
                    cell._value, cell.data_type = _number(value)
                yield cell

    return fill


class _Cell(Cell):
    """A styled cell, which openpyxl names in an exception of its own each time it is given one."""

    __slots__ = ()

    def __repr__(self) -> str:
        # The usual name, with its sheet and place, costs more than writing the cell.
        return "cell"


def _styled(sheet: Any, column: Column) -> Any:
    cell = _Cell(sheet, row=1, column=1)
    if column.kind in FORMATS:
        cell.number_format = FORMATS[column.kind]
    return cell


def _number(value: Any) -> tuple[Any, str]:
    """What a cell holds and how openpyxl calls it: a day, or a number that is one."""
    if isinstance(value, date):
        return value, "d"
    if isinstance(value, Fraction | Decimal | float):
        number = float(value)
        return (number, "n") if isfinite(number) else (None, "n")
    raise TypeError(f"no cell for {type(value).__name__}")


def _is_plain(text: str) -> bool:
    """Whether openpyxl writes it as it is: nothing live, nothing escaped, no line to wrap."""
    return (
        len(text) <= LONG_TEXT
        and text[:1] not in LIVE
        and "_x" not in text
        and ILLEGAL_CHARACTERS_RE.search(text) is None
    )


def _text_cell(sheet: Any, text: str) -> Any:
    cell = WriteOnlyCell(sheet)
    cell.value = LOOKS_ESCAPED.sub("_x005F_", ILLEGAL_CHARACTERS_RE.sub("", text))
    cell.data_type = "s"
    if text[:1] in LIVE:
        cell.quotePrefix = True
    if len(text) > LONG_TEXT:
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell


def _chart(sheet: Any, bars: Bars) -> BarChart:
    chart = BarChart()
    chart.type, chart.title, chart.legend = "bar", bars.title, None
    numbers = Reference(sheet, min_col=bars.numbers, min_row=bars.first, max_row=bars.last)
    labels = Reference(sheet, min_col=bars.labels, min_row=bars.first, max_row=bars.last)
    chart.add_data(numbers)
    chart.set_categories(labels)
    chart.series[0].graphicalProperties.solidFill = HEADING.fgColor.rgb[2:]
    chart.y_axis.delete = chart.x_axis.delete = False
    chart.x_axis.scaling.orientation = "maxMin"
    chart.height, chart.width = 8, 16
    return chart
