"""Attendance sheets as partners keep them, turned into marks by half-day; names stay to match."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from parcours.domain.attendance import Status
from parcours.domain.calendar import Half, HalfDay
from parcours.domain.identity import clean_name
from parcours.domain.intake_cells import DateRule, in_words, read_date, read_number
from parcours.domain.intake_codes import UNKNOWN_CODE, name_guesses, read_code
from parcours.domain.intake_half_days import find_half_days, halves_of
from parcours.domain.intake_rows import footer_reason, is_repeated_header
from parcours.domain.intake_table import Cell, CellError, ColumnMap, IgnoredRow, Row, Sheet


@dataclass(frozen=True, slots=True)
class CellMark:
    """One half-day of one person as the sheet says it, with the place it comes from."""

    half_day: HalfDay
    status: Status
    late_minutes: int
    column: str
    code: str


@dataclass(frozen=True, slots=True)
class AttendanceRow:
    """One person’s marks; `name_guesses` are the (last, first) readings of the name."""

    number: int
    name_text: str
    name_guesses: tuple[tuple[str, str], ...]
    marks: tuple[CellMark, ...]
    born_on: date | None = None


@dataclass(frozen=True, slots=True)
class AttendanceIntake:
    """Everything a sheet says, each row of it in exactly one of rows, errors, ignored or blank.

    `closed` are the half-days nobody could attend. `rejected` are row numbers with no mark taken.
    """

    shape: str
    rows: tuple[AttendanceRow, ...]
    half_days: tuple[HalfDay, ...]
    closed: tuple[HalfDay, ...]
    errors: tuple[CellError, ...]
    ignored: tuple[IgnoredRow, ...]
    rejected: tuple[int, ...]
    blank: int
    notices: tuple[str, ...]

    @property
    def counts(self) -> dict[Status, int]:
        """How many half-days of each status."""
        return dict(Counter(mark.status for row in self.rows for mark in row.marks))

    @property
    def holidays(self) -> tuple[date, ...]:
        """Days closed, in order."""
        return tuple(sorted({half_day.on for half_day in self.closed}))

    @property
    def read(self) -> int:
        """Rows below the headings; = rows + rejected + ignored + blank."""
        return len(self.rows) + len(self.rejected) + len(self.ignored) + self.blank


@dataclass(slots=True)
class _Found:
    rows: list[AttendanceRow] = field(default_factory=list)
    errors: list[CellError] = field(default_factory=list)
    ignored: list[IgnoredRow] = field(default_factory=list)
    rejected: list[int] = field(default_factory=list)
    closed: Counter[HalfDay] = field(default_factory=Counter)
    notices: list[str] = field(default_factory=list)


def read_attendance(sheet: Sheet, column_map: ColumnMap, today: date) -> AttendanceIntake:
    """Marks of a matrix (a column a half-day) or of a list (a line a person and date).

    Codes that mean nothing are errors of their cell only; nothing is recorded for a blank.
    """
    if {"on", "status"} <= set(column_map.columns):
        return _read_list(sheet, column_map, today)
    return _read_matrix(sheet, column_map, today)


def _read_matrix(sheet: Sheet, column_map: ColumnMap, today: date) -> AttendanceIntake:
    names = set(column_map.columns.values())
    found = _Found()
    dated = find_half_days(sheet, column_map.header_row, today, names)
    found.notices += dated.notices
    previous, has_gap = dated.last_row, False
    for row in sheet.rows:
        if row.number <= dated.last_row:
            continue
        has_gap = has_gap or (row.number > previous + 1 and bool(found.rows))
        previous = row.number
        _read_matrix_row(sheet, row, column_map, dated.columns, found, has_gap)
    half_days = sorted({half_day for parts in dated.columns.values() for half_day in parts})
    _say_future(half_days, today, found)
    return _intake("matrix", sheet, dated.last_row, half_days, found)


def _read_matrix_row(
    sheet: Sheet,
    row: Row,
    column_map: ColumnMap,
    columns: dict[str, tuple[HalfDay, ...]],
    found: _Found,
    has_gap: bool,
) -> None:
    cells = sheet.spread(row.number)
    filled = {column: cells[column] for column in columns if column in cells}
    name = row_name(row, column_map)
    reason = footer_reason(row, column_map) or _table_reason(sheet, row, column_map)
    if not reason and has_gap and not filled:
        reason = "ligne sous le tableau, sans présence"
    if reason or (not filled and not name):
        found.ignored.append(IgnoredRow(row.number, reason or "ligne sans nom ni présence"))
        return
    if not name:
        _reject(sheet, row, column_map, found)
        return
    marks: list[CellMark] = []
    for column, cell in filled.items():
        marks += _marks(sheet, row, column, cell, columns[column], found)
    found.rows.append(_row(row, name, marks, column_map))


def _marks(
    sheet: Sheet,
    row: Row,
    column: str,
    cell: Cell,
    parts: Sequence[HalfDay],
    found: _Found,
    minutes: int = 0,
) -> list[CellMark]:
    code = None if cell.problem else read_code(cell)
    if code is None:
        message = cell.problem or UNKNOWN_CODE.format(value=cell.text)
        found.errors.append(
            _error(sheet, row, column, cell.text, message, "unknown_code", "status")
        )
        return []
    status, late, is_closed = code
    if is_closed or status is None:
        found.closed.update(parts)
        return []
    late = (late or minutes) if status is Status.LATE else 0
    return [CellMark(part, status, late, column, cell.text) for part in parts]


def _read_list(sheet: Sheet, column_map: ColumnMap, today: date) -> AttendanceIntake:
    found, days = _Found(), set()
    for row in sheet.rows:
        if row.number <= column_map.header_row:
            continue
        reason = footer_reason(row, column_map) or _table_reason(sheet, row, column_map)
        name = row_name(row, column_map)
        filled = [row.cell(column) for column in column_map.columns.values()]
        if reason or all(cell.is_blank for cell in filled):
            why = reason or "rien dans les colonnes retenues"
            found.ignored.append(IgnoredRow(row.number, why))
        elif not name:
            _reject(sheet, row, column_map, found)
        else:
            parts = _list_parts(sheet, row, column_map, today, found)
            if parts:
                days |= set(parts)
                found.rows.append(_list_row(sheet, row, column_map, name, parts, found))
    _say_future(sorted(days), today, found)
    return _intake("list", sheet, column_map.header_row, sorted(days), found)


def _list_row(
    sheet: Sheet,
    row: Row,
    column_map: ColumnMap,
    name: str,
    parts: Sequence[HalfDay],
    found: _Found,
) -> AttendanceRow:
    column = column_map.columns["status"]
    cell = row.cell(column)
    minutes = read_number(row.cell(column_map.columns.get("late_minutes"))) or 0
    marks = [] if cell.is_blank else _marks(sheet, row, column, cell, parts, found, int(minutes))
    return _row(row, name, marks, column_map)


def _list_parts(
    sheet: Sheet, row: Row, column_map: ColumnMap, today: date, found: _Found
) -> tuple[HalfDay, ...]:
    column = column_map.columns["on"]
    cell = row.cell(column)
    rule = DateRule(today, is_1904=sheet.is_1904, is_month_first="on" in column_map.month_first)
    read = read_date(cell, rule)
    half_column = column_map.columns.get("half", "")
    halves: tuple[Half, ...] = halves_of(row.cell(half_column).text)
    problem = None
    if read.value is None:
        message = read.message or "Indiquez la date de la séance."
        problem = _error(sheet, row, column, cell.text, message, "date", "on", rejects=True)
    elif not halves:
        value = row.cell(half_column).text
        message = "Écrivez matin, après-midi ou journée."
        problem = _error(sheet, row, half_column, value, message, "half", "half", rejects=True)
    if problem or read.value is None:
        found.errors += [problem] if problem else []
        found.rejected.append(row.number)
        return ()
    return tuple(HalfDay(read.value, half) for half in halves)


def row_name(row: Row, column_map: ColumnMap) -> str:
    """Whose line it is, as the sheet writes it: « Last, First », one column, or what there is."""
    columns = column_map.columns
    last = row.cell(columns.get("birth_name") or columns.get("usage_name")).text
    first = row.cell(columns.get("first_names")).text
    if last and first:
        return clean_name(f"{last}, {first}")
    return clean_name(row.cell(columns.get("full_name")).text or last or first)


def _row(row: Row, name: str, marks: Iterable[CellMark], column_map: ColumnMap) -> AttendanceRow:
    born = row.cell(column_map.columns.get("born_on")).value
    return AttendanceRow(
        row.number, name, name_guesses(name), tuple(marks), born if type(born) is date else None
    )


def _table_reason(sheet: Sheet, row: Row, column_map: ColumnMap) -> str | None:
    return "en-tête répété" if is_repeated_header(sheet, row, column_map) else None


def _reject(sheet: Sheet, row: Row, column_map: ColumnMap, found: _Found) -> None:
    codes = ("full_name", "birth_name", "first_names", "usage_name")
    column = next((column_map.columns[code] for code in codes if code in column_map.columns), "A")
    message = "Nom manquant : indiquez qui est concerné par cette ligne."
    found.errors.append(
        _error(sheet, row, column, "", message, "name_missing", "full_name", rejects=True)
    )
    found.rejected.append(row.number)


def _error(
    sheet: Sheet,
    row: Row,
    column: str,
    value: str,
    message: str,
    kind: str,
    code: str,
    *,
    rejects: bool = False,
) -> CellError:
    return CellError(sheet.title, row.number, column, value, message, kind, code, rejects)


def _say_future(half_days: Sequence[HalfDay], today: date, found: _Found) -> None:
    late = [half_day.on for half_day in half_days if half_day.on > today]
    if late:
        found.notices.append(f"Des dates sont à venir (jusqu’au {in_words(max(late))}).")


def _intake(
    shape: str, sheet: Sheet, header_row: int, half_days: Sequence[HalfDay], found: _Found
) -> AttendanceIntake:
    marked = {mark.half_day for row in found.rows for mark in row.marks}
    closed = tuple(sorted(set(found.closed) - marked))
    mixed = sorted({half_day.on for half_day in set(found.closed) & marked})
    for on in mixed:
        found.notices.append(
            f"Le {in_words(on)} est dit fermé pour certains et ouvert pour d’autres."
        )
    taken = len(found.rows) + len(found.rejected) + len(found.ignored)
    return AttendanceIntake(
        shape=shape,
        rows=tuple(found.rows),
        half_days=tuple(half_days),
        closed=closed,
        errors=tuple(found.errors),
        ignored=tuple(found.ignored),
        rejected=tuple(found.rejected),
        blank=max(sheet.last_row - header_row - taken, 0),
        notices=tuple(found.notices),
    )
