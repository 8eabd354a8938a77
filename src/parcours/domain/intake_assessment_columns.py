"""Where a file of results says its skills, its day, and what is under each heading."""

import re
from collections import defaultdict
from datetime import date

from parcours.domain.identity import fold
from parcours.domain.intake_cells import DateRule, read_date
from parcours.domain.intake_levels import looks_like_levels
from parcours.domain.intake_rows import footer_reason
from parcours.domain.intake_skills import is_numbered
from parcours.domain.intake_table import Cell, ColumnMap, Sheet
from parcours.domain.skills import Moment

LINE_BY_LINE = ("skill", "level")
LOOKED_AT = 50
MOMENTS = {
    Moment.ENTRY: (
        "entree", "initial", "initiale", "debut", "diagnostic", "avant", "t0", "amont", "pre test",
    ),
    Moment.MIDDLE: ("intermediaire", "en cours", "mi parcours", "milieu", "pendant"),
    Moment.EXIT: ("sortie", "final", "finale", "fin", "apres", "bilan", "aval", "post test"),
}  # fmt: skip
DATE_IN_TEXT = re.compile(r"\d{4}-\d{2}-\d{2}|\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}")


def skill_columns(sheet: Sheet, column_map: ColumnMap) -> dict[str, str]:
    """The headings, by column, that may name a skill: numbered as skills are, or over levels."""
    if set(LINE_BY_LINE) <= set(column_map.columns):
        return {}
    taken = {*column_map.columns.values(), *(item.column for item in sheet.forbidden)}
    cells = below(sheet, column_map)
    found = {}
    for column, head in sheet.spread(column_map.header_row).items():
        text = " ".join(head.text.split())
        if column in taken or not fold(text):
            continue
        if is_numbered(text) or looks_like_levels(cells[column][:LOOKED_AT]):
            found[column] = text
    return found


def moment_of(text: str) -> Moment | None:
    """Entry, middle or exit, in any of their words; None when there are none."""
    words = f" {fold(text)} "
    for moment, names in MOMENTS.items():
        if any(f" {name} " in words for name in names):
            return moment
    return None


def below(sheet: Sheet, column_map: ColumnMap) -> dict[str, list[Cell]]:
    """The filled cells of each column, totals and what follows the table apart."""
    found: dict[str, list[Cell]] = defaultdict(list)
    for row in sheet.rows:
        if row.number > column_map.header_row and not footer_reason(row, column_map):
            for cell in row.cells:
                if not cell.is_blank:
                    found[cell.column].append(cell)
    return found


def text_above(sheet: Sheet, column_map: ColumnMap) -> str:
    """What is written over the table, the sheet’s title included."""
    rows = (row for row in sheet.rows if row.number < column_map.header_row)
    return " ".join([sheet.title, *(cell.text for row in rows for cell in row.cells)])


def day_above(sheet: Sheet, column_map: ColumnMap, today: date) -> date | None:
    """The one date written over the table: « Positionnement du 12/10/2026 »."""
    days = set()
    for row in sheet.rows:
        for cell in row.cells if row.number < column_map.header_row else ():
            found = DATE_IN_TEXT.search(cell.text)
            typed = Cell(cell.column, found[0], found[0]) if found else cell
            day = read_date(typed, DateRule(today)).value
            days |= {day} if day and (found or isinstance(cell.value, date)) else set()
    return days.pop() if len(days) == 1 else None
