"""Doubts that concern a whole column: days and months the wrong way round."""

from parcours.domain.intake_cells import is_ambiguous, is_month_first
from parcours.domain.intake_table import CellError, ColumnMap, Row, Sheet

DATES = ("born_on", "started_on", "ended_on", "on")
MIXED = "Jour et mois peut-être inversés dans cette colonne : vérifiez cette date."


def month_mixed_columns(sheet: Sheet, column_map: ColumnMap, rows: list[Row]) -> list[CellError]:
    """A warning on each ambiguous typed date of a column holding dates that are month/day.

    Source: reliability notes §3, input 20: one choice for the column, nothing guessed.
    """
    found = []
    for code in DATES:
        column = column_map.columns.get(code)
        if column is None or code in column_map.month_first:
            continue
        typed = [(row.number, row.cell(column).text) for row in rows]
        if any(is_month_first(text) for _, text in typed):
            found += [
                CellError(sheet.title, number, column, text, MIXED, "month_first", code)
                for number, text in typed
                if is_ambiguous(text)
            ]
    return found
