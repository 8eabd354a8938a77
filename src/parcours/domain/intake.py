"""A partner’s list of learners, row by row: who enters, what is refused and how to mend it."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date

from parcours.domain.identity import Person, fold, likeness, same_person
from parcours.domain.intake_columns import month_mixed_columns
from parcours.domain.intake_learner import read_row
from parcours.domain.intake_record import LearnerRow, RowReading
from parcours.domain.intake_rows import footer_reason, is_repeated_header
from parcours.domain.intake_table import CellError, ColumnMap, IgnoredRow, Row, Sheet

SECOND_TABLE_WORDS = 3
LARGEST_GROUP = 100
IDENTITY = ("birth_name", "usage_name", "first_names", "full_name", "born_on")
CONTACT = ("phone", "email", "address")


@dataclass(frozen=True, slots=True)
class Similar:
    """Two rows that may be one person: never merged, always shown."""

    row: int
    other: int
    reason: str


@dataclass(frozen=True, slots=True)
class LearnerIntake:
    """Everything a list says: each row below the headings is in `rows`, `ignored` or `blank`.

    `errors` lose their cell, or the row when they say `rejects`; `warnings` lose nothing needed.
    """

    rows: tuple[LearnerRow, ...]
    errors: tuple[CellError, ...]
    warnings: tuple[CellError, ...]
    ignored: tuple[IgnoredRow, ...]
    similar: tuple[Similar, ...]
    blank: int
    notices: tuple[str, ...]

    @property
    def accepted(self) -> tuple[LearnerRow, ...]:
        """Rows that may enter, duplicates of an earlier row included."""
        return tuple(row for row in self.rows if not row.rejected)

    @property
    def rejected(self) -> tuple[LearnerRow, ...]:
        """Rows that stay out until they are mended."""
        return tuple(row for row in self.rows if row.rejected)

    @property
    def read(self) -> int:
        """Rows below the headings; = accepted + rejected + ignored + blank."""
        return len(self.rows) + len(self.ignored) + self.blank


@dataclass(slots=True)
class _Table:
    people: list[Row] = field(default_factory=list)
    ignored: list[IgnoredRow] = field(default_factory=list)


def read_learner_rows(sheet: Sheet, column_map: ColumnMap, today: date) -> LearnerIntake:
    """Typed rows of a sheet whose columns are known; nothing is guessed, nothing is dropped unseen.

    Row rules: reliability notes §3, inputs 13 to 24 and 33 to 38.
    """
    table = _sort_rows(sheet, column_map)
    read = [read_row(sheet, row, column_map, today) for row in table.people]
    mixed = month_mixed_columns(sheet, column_map, table.people)
    rows, similar = _with_duplicates([reading.row for reading in read])
    taken = len(rows) + len(table.ignored)
    return LearnerIntake(
        rows=tuple(rows),
        errors=tuple(error for reading in read for error in reading.errors),
        warnings=(*mixed, *(warning for reading in read for warning in reading.warnings)),
        ignored=tuple(table.ignored),
        similar=tuple(similar),
        blank=max(sheet.last_row - column_map.header_row - taken, 0),
        notices=(*sheet.notices, *_notices(mixed, read)),
    )


def _sort_rows(sheet: Sheet, column_map: ColumnMap) -> _Table:
    """People on one side, rows that speak of nobody on the other, in the sheet’s order."""
    table, second = _Table(), 0
    for row in sheet.rows:
        if row.number <= column_map.header_row:
            continue
        reason = _why_ignored(sheet, row, column_map)
        if not reason and not second and _starts_another_table(sheet, row, column_map):
            second = row.number
        if second:
            reason = f"second tableau (ligne {second}) : à importer à part"
        if reason:
            table.ignored.append(IgnoredRow(row.number, reason))
        else:
            table.people.append(row)
    return table


def _why_ignored(sheet: Sheet, row: Row, column_map: ColumnMap) -> str | None:
    if is_repeated_header(sheet, row, column_map):
        return "en-tête répété"
    reason = footer_reason(row, column_map)
    if reason:
        return reason
    mapped = [row.cell(column) for column in column_map.columns.values()]
    if all(cell.is_blank for cell in mapped):
        return "rien dans les colonnes retenues"
    asked = [column_map.columns.get(code) for code in (*IDENTITY, *CONTACT)]
    if all(row.cell(column).is_blank for column in asked if column):
        return "ligne sans nom, date de naissance ni contact"
    return None


def _starts_another_table(sheet: Sheet, row: Row, column_map: ColumnMap) -> bool:
    """After a gap, a row of words only, some of which are headings of this table."""
    if row.number - 1 in sheet.by_number or len(row.cells) < SECOND_TABLE_WORDS:
        return False
    heads = {fold(cell.text) for cell in sheet.spread(column_map.header_row).values()}
    words = [fold(cell.text) for cell in row.cells if isinstance(cell.value, str)]
    has_digits = any(letter.isdigit() for cell in row.cells for letter in cell.text)
    return len(words) == len(row.cells) and not has_digits and len(heads & set(words)) >= 2


def _with_duplicates(rows: list[LearnerRow]) -> tuple[list[LearnerRow], list[Similar]]:
    """Rows naming an earlier same person, and pairs that only look alike."""
    seen: dict[tuple[str, str, date], int] = {}
    kept: list[LearnerRow] = []
    for row in rows:
        if row.rejected or row.born_on is None:
            kept.append(row)
            continue
        key = (fold(row.birth_name), fold(row.first_names), row.born_on)
        kept.append(replace(row, same_as=seen.get(key)))
        seen.setdefault(key, row.number)
    return kept, sorted(_similar(kept), key=lambda pair: (pair.row, pair.other))


def _similar(rows: list[LearnerRow]) -> Iterator[Similar]:
    people = [(row.number, _person(row)) for row in rows if not row.rejected and not row.same_as]
    groups: dict[object, list[tuple[int, Person]]] = {}
    for number, person in people:
        groups.setdefault(person.born_on, []).append((number, person))
        words = fold(f"{person.birth_name} {person.first_names}").split()
        groups.setdefault(" ".join(sorted(words)), []).append((number, person))
    told: set[tuple[int, int]] = set()
    for group in groups.values():
        if len(group) > LARGEST_GROUP:  # A default date shared by hundreds says nothing.
            continue
        for position, (number, person) in enumerate(group):
            for earlier, other in group[:position]:
                found = likeness(person, other)
                if found and found.rank < 3 and (number, earlier) not in told:
                    told.add((number, earlier))
                    if not same_person(person, other):
                        yield Similar(number, earlier, found.reason)


def _person(row: LearnerRow) -> Person:
    return Person(row.birth_name, row.first_names, row.born_on, row.usage_name, row.phone)


def _notices(mixed: list[CellError], read: list[RowReading]) -> Iterator[str]:
    columns = sorted({error.column for error in mixed})
    for column in columns:
        yield (
            f"La colonne {column} semble mélanger jour/mois et mois/jour : vérifiez-la avant "
            "de confirmer."
        )
    serials = sum(reading.serials for reading in read)
    if serials == 1:
        yield "1 date convertie depuis un nombre d’Excel : vérifiez-la."
    elif serials:
        yield f"{serials} dates converties depuis les nombres d’Excel : vérifiez-en quelques-unes."
