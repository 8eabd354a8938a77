"""A spreadsheet as the rest of the product knows it: plain cells with their place, no file left."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any, Self

Value = str | float | int | bool | date | datetime | None


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: what it holds, as it was shown, and in French what prevents reading it."""

    column: str
    value: Value
    shown: str
    problem: str | None = None

    @property
    def is_blank(self) -> bool:
        """Nothing in it, and nothing that was lost either."""
        return self.problem is None and not self.shown.strip()

    @property
    def text(self) -> str:
        """What was typed, without the spaces around it."""
        return self.shown.strip()


@dataclass(frozen=True, slots=True)
class Row:
    """A row with at least one filled cell; `number` is the sheet’s own, the first row being 1."""

    number: int
    cells: tuple[Cell, ...]
    hidden: bool = False

    def cell(self, column: str | None) -> Cell:
        """The cell of a column letter, blank when there is none."""
        for cell in self.cells:
            if cell.column == column:
                return cell
        return Cell(column or "", None, "")


@dataclass(frozen=True, slots=True)
class Merge:
    """A merged range, both ends included; columns count from 1."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int


@dataclass(frozen=True, slots=True)
class Forbidden:
    """A column whose values were erased at reading, and why."""

    column: str
    heading: str
    reason: str


@dataclass(frozen=True)
class Sheet:
    """A sheet: its filled rows only, in order; a number that is missing is a blank row.

    `is_1904` is the workbook’s epoch, for serial numbers in a date column.
    """

    title: str
    hidden: bool
    rows: tuple[Row, ...]
    merges: tuple[Merge, ...] = ()
    forbidden: tuple[Forbidden, ...] = ()
    notices: tuple[str, ...] = ()
    is_1904: bool = False

    @property
    def last_row(self) -> int:
        """The number of the last filled row, 0 for an empty sheet."""
        return self.rows[-1].number if self.rows else 0

    @cached_property
    def by_number(self) -> Mapping[int, Row]:
        """Rows by their number."""
        return {row.number: row for row in self.rows}

    def row(self, number: int) -> Row:
        """The row of that number, an empty one when it is blank."""
        return self.by_number.get(number) or Row(number, ())

    def spread(self, number: int) -> dict[str, Cell]:
        """A row’s cells by letter, merged values repeated over the columns and rows they cover."""
        cells = {cell.column: cell for cell in self.row(number).cells if not cell.is_blank}
        for merge in self.merges:
            if merge.first_row <= number <= merge.last_row:
                source = self.row(merge.first_row).cell(letter_of(merge.first_column))
                if not source.is_blank:
                    for index in range(merge.first_column, merge.last_column + 1):
                        cells.setdefault(letter_of(index), source)
        return cells


@dataclass(frozen=True, slots=True)
class Workbook:
    """A file as read: its sheets, hidden ones included, and what the person must be told."""

    file_name: str
    sha256: str
    sheets: tuple[Sheet, ...]
    notices: tuple[str, ...] = ()

    def sheet(self, title: str) -> Sheet | None:
        """The sheet of that title."""
        return next((sheet for sheet in self.sheets if sheet.title == title), None)


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """Which column holds which field: what a person confirms and an organisation remembers.

    `month_first` lists the date fields whose column the person said to be month/day/year.
    """

    sheet: str
    header_row: int
    columns: Mapping[str, str]
    month_first: frozenset[str] = field(default_factory=frozenset)

    def as_json(self) -> dict[str, Any]:
        """A plain dictionary for a JSON column."""
        plain: dict[str, Any] = {
            "sheet": self.sheet,
            "header_row": self.header_row,
            "columns": dict(self.columns),
        }
        if self.month_first:
            plain["month_first"] = sorted(self.month_first)
        return plain

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> Self:
        """The reverse of `as_json`."""
        return cls(
            sheet=str(plain["sheet"]),
            header_row=int(plain["header_row"]),
            columns={str(code): str(letter) for code, letter in dict(plain["columns"]).items()},
            month_first=frozenset(plain.get("month_first", ())),
        )


@dataclass(frozen=True, slots=True)
class CellError:
    """What is wrong at one place, and how to mend it.

    `kind` is a stable code for tests and counts; `rejects` says whether the whole row stays out.
    """

    sheet: str
    row: int
    column: str
    value: str
    message: str
    kind: str
    field: str
    rejects: bool = False

    @property
    def place(self) -> str:
        """« Feuille « Liste », cellule C14 », as messages cite it."""
        return f"Feuille « {self.sheet} », cellule {self.column}{self.row}"


@dataclass(frozen=True, slots=True)
class IgnoredRow:
    """A row that speaks of nobody, and why it was left aside."""

    row: int
    reason: str


def letter_of(index: int) -> str:
    """1 → A, 27 → AA."""
    letters = ""
    while index > 0:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def index_of(letters: str) -> int:
    """A → 1, AA → 27."""
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - 64
    return index


def letters_between(first: str, last: str) -> Iterator[str]:
    """Column letters from one to the other, both included."""
    return (letter_of(index) for index in range(index_of(first), index_of(last) + 1))
