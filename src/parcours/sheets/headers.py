"""Where a spreadsheet’s headings are, and which column holds what: proposed, then confirmed."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from parcours.domain.identity import fold
from parcours.domain.intake_assessment_columns import LINE_BY_LINE
from parcours.domain.intake_fields import Field, Kind, score
from parcours.domain.intake_half_days import looks_like_half_days
from parcours.domain.intake_kinds import KINDS
from parcours.domain.intake_skills import is_numbered
from parcours.domain.intake_table import Cell, ColumnMap, Forbidden, Row, Sheet, Workbook, index_of
from parcours.sheets.beside import read_beside

__all__ = ["KINDS", "Choice", "Heading", "Ignored", "Proposal", "SheetSummary", "propose"]

SEARCHED_ROWS = 30
CONTAINED = 45
HALF_DAYS_WEIGHT = 150
FAR_BEHIND = 25


@dataclass(frozen=True, slots=True)
class Heading:
    """A column’s title and the merged title above it, as shown to the person."""

    column: str
    text: str
    group: str = ""

    @property
    def shown(self) -> str:
        """« Téléphone (D) »: the text with its column, for two alike."""
        return f"{self.text or 'sans titre'} ({self.column})"


@dataclass(frozen=True, slots=True)
class Choice:
    """Columns that could all fill one field; the first is proposed."""

    field: Field
    headings: tuple[Heading, ...]


@dataclass(frozen=True, slots=True)
class Ignored:
    """A column nothing is read from, and why."""

    heading: Heading
    reason: str


@dataclass(frozen=True, slots=True)
class SheetSummary:
    """A sheet to choose from."""

    title: str
    hidden: bool
    rows: int


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the person is asked to confirm; `map.as_json()` is what is remembered.

    `missing` are the fields without which nothing can be imported. `signature` names files of the
    same headings. `score` is 0 when no sheet looks like this kind.
    """

    kind: Kind
    map: ColumnMap
    headings: tuple[Heading, ...]
    choices: tuple[Choice, ...]
    ignored: tuple[Ignored, ...]
    forbidden: tuple[Forbidden, ...]
    missing: tuple[Field, ...]
    sheets: tuple[SheetSummary, ...]
    signature: str
    score: int
    is_remembered: bool = False
    marks: tuple[Heading, ...] = ()


def propose(workbook: Workbook, kind: str, remembered: ColumnMap | None = None) -> Proposal:
    """The best visible sheet, its heading row and its columns for a kind (« learners »…).

    A remembered or edited map is kept as far as the file still has those columns; columns erased at
    reading never come back. KeyError for an unknown kind.
    """
    wanted = KINDS[kind]
    sheets = [sheet for sheet in workbook.sheets if not sheet.hidden and sheet.rows]
    asked = workbook.sheet(remembered.sheet) if remembered else None
    if remembered and asked and asked.rows:
        return _remembered(workbook, asked, wanted, remembered)
    candidates = [_best(sheet, wanted) for sheet in sheets or workbook.sheets[:1]]
    sheet, number, points = max(candidates, key=lambda found: found[2])
    if remembered and number == remembered.header_row:  # The same file, its sheet renamed.
        return _remembered(workbook, sheet, wanted, remembered)
    return _proposal(workbook, sheet, wanted, number, points)


def headings_of(sheet: Sheet, header_row: int) -> tuple[Heading, ...]:
    """The headings of a row; a cell left empty takes the title above it (two-line headings)."""
    own = sheet.spread(header_row)
    above = sheet.spread(header_row - 1) if header_row > 1 else {}
    if _is_title(above, own):
        above = {}
    filled = {cell.column for row in sheet.rows if row.number > header_row for cell in row.cells}
    erased = {item.column for item in sheet.forbidden}
    groups = _groups(above)
    found = []
    for column in sorted(set(own) | set(above) | filled | erased, key=index_of):
        text = _one_line(own.get(column))
        group = groups.get(column, "")
        found.append(Heading(column, text or _one_line(above.get(column)), group if text else ""))
    return tuple(found)


def _best(sheet: Sheet, kind: Kind) -> tuple[Sheet, int, int]:
    candidates = [row.number for row in sheet.rows[:SEARCHED_ROWS]]
    scored = [(number, _points(sheet, kind, number)) for number in candidates]
    number, points = max(scored, key=lambda pair: (pair[1], -pair[0]), default=(1, 0))
    return sheet, number, points


def _points(sheet: Sheet, kind: Kind, number: int) -> int:
    row = sheet.row(number)
    own = [cell for cell in row.cells if isinstance(cell.value, str)]
    others = len(row.cells) - len(own)
    matched = {
        field.code: points
        for field, points, heading in _matches(_light_headings(sheet, number), kind)
        if points
    }
    total = sum(matched.values()) - 30 * others
    if kind.code == "attendance":
        if looks_like_half_days(sheet, number):
            return total + HALF_DAYS_WEIGHT + 30 * others
        return total if {"on", "status"} <= set(matched) else 0
    own_matches = any(score(field, cell.text) for field in kind.fields for cell in own)
    return total if own_matches else 0


def _light_headings(sheet: Sheet, number: int) -> list[Heading]:
    own = sheet.spread(number)
    above = sheet.spread(number - 1) if number > 1 else {}
    if _is_title(above, own):
        above = {}
    groups = _groups(above)
    return [
        Heading(column, _one_line(own.get(column) or above.get(column)), groups.get(column, ""))
        for column in set(own) | set(above)
    ]


def _matches(headings: Iterable[Heading], kind: Kind) -> list[tuple[Field, int, Heading]]:
    """For each heading the field it names best, the surest first."""
    found = []
    for heading in headings:
        if kind.code == "assessments" and is_numbered(heading.text):
            continue
        points, order = max(
            (score(field, heading.text, heading.group), -order)
            for order, field in enumerate(kind.fields)
        )
        if points >= CONTAINED:
            found.append((kind.fields[-order], points, heading))
    return sorted(found, key=lambda item: (-item[1], index_of(item[2].column)))


def _proposal(workbook: Workbook, sheet: Sheet, kind: Kind, number: int, points: int) -> Proposal:
    headings = headings_of(sheet, number)
    erased = {item.column for item in sheet.forbidden}
    matches = _matches([item for item in headings if item.column not in erased], kind)
    by_field: dict[str, list[tuple[int, Heading]]] = {}
    for field, quality, heading in matches:
        by_field.setdefault(field.code, []).append((quality, heading))
    _prefer_two_columns(by_field)
    if kind.code == "assessments":
        _keep_one_line_each(by_field)
    columns = {code: found[0][1].column for code, found in by_field.items()}
    column_map = ColumnMap(sheet.title, number, columns)
    return _described(workbook, sheet, kind, column_map, by_field, points)


def _described(
    workbook: Workbook,
    sheet: Sheet,
    kind: Kind,
    column_map: ColumnMap,
    by_field: dict[str, list[tuple[int, Heading]]],
    points: int,
    is_remembered: bool = False,
) -> Proposal:
    headings = headings_of(sheet, column_map.header_row)
    marks = read_beside(sheet, kind, column_map) if kind.code == "candidates" else set()
    choices = tuple(
        Choice(field, tuple(heading for quality, heading in found if quality + FAR_BEHIND >= best))
        for field in kind.fields
        if len(found := by_field.get(field.code, [])) > 1
        for best in [found[0][0]]
    )
    return Proposal(
        kind=kind,
        map=column_map,
        headings=headings,
        choices=tuple(choice for choice in choices if len(choice.headings) > 1),
        ignored=_ignored(sheet, kind, headings, column_map, by_field),
        forbidden=sheet.forbidden,
        missing=_missing(kind, column_map),
        sheets=tuple(SheetSummary(s.title, s.hidden, len(s.rows)) for s in workbook.sheets),
        signature=_signature(sheet, kind, headings, column_map.header_row),
        score=points,
        is_remembered=is_remembered,
        marks=tuple(item for item in headings if item.column in marks),
    )


def _remembered(workbook: Workbook, sheet: Sheet, kind: Kind, remembered: ColumnMap) -> Proposal:
    erased = {item.column for item in sheet.forbidden}
    headings = {item.column: item for item in headings_of(sheet, remembered.header_row)}
    columns = {
        code: column
        for code, column in remembered.columns.items()
        if kind.field(code) and column in headings and column not in erased
    }
    kept = ColumnMap(sheet.title, remembered.header_row, columns, remembered.month_first)
    by_field = {code: [(100, headings[column])] for code, column in columns.items()}
    points = 100 * len(columns)
    return _described(workbook, sheet, kind, kept, by_field, points, is_remembered=True)


def _prefer_two_columns(by_field: dict[str, list[tuple[int, Heading]]]) -> None:
    """« Apprenant » beside « Nom » and « Prénom » adds nothing."""
    if "full_name" in by_field and "first_names" in by_field:
        if "birth_name" in by_field:
            del by_field["full_name"]
        else:  # « Stagiaire | Prénom »: the first of the two holds the last name.
            by_field["birth_name"] = by_field.pop("full_name")


def _keep_one_line_each(by_field: dict[str, list[tuple[int, Heading]]]) -> None:
    """A line a skill has one column of skills and one of levels; else the skills are headings."""
    if any(len(by_field.get(code, ())) != 1 for code in LINE_BY_LINE):
        for code in LINE_BY_LINE:
            by_field.pop(code, None)


def _ignored(
    sheet: Sheet,
    kind: Kind,
    headings: tuple[Heading, ...],
    column_map: ColumnMap,
    by_field: dict[str, list[tuple[int, Heading]]],
) -> tuple[Ignored, ...]:
    used = set(column_map.columns.values()) | {item.column for item in sheet.forbidden}
    used |= read_beside(sheet, kind, column_map)
    labels = {
        heading.column: f"autre colonne possible pour « {field.label} »"
        for field in kind.fields
        for _, heading in by_field.get(field.code, [])
    }
    return tuple(
        Ignored(heading, labels.get(heading.column, "colonne non reconnue"))
        for heading in headings
        if heading.column not in used
    )


def _missing(kind: Kind, column_map: ColumnMap) -> tuple[Field, ...]:
    lacking = [names for names in kind.needs if not set(names) & set(column_map.columns)]
    fields = (kind.field(names[0]) for names in lacking)
    return tuple(field for field in fields if field)


def _signature(sheet: Sheet, kind: Kind, headings: tuple[Heading, ...], header_row: int) -> str:
    """Names files of the same headings; the days of a week’s sheet change and do not count."""
    days = looks_like_half_days(sheet, header_row) if kind.code == "attendance" else ()
    words = [f"{h.column}:{fold(h.text)}" for h in headings if h.text and h.column not in days]
    return hashlib.sha256("|".join([kind.code, *words]).encode()).hexdigest()


def _is_title(above: dict[str, Cell], own: dict[str, Cell]) -> bool:
    """One text alone, merged or not, over a whole table is its title, not a heading."""
    return len({cell.text for cell in above.values()}) < 2 < len(own)


def _groups(above: dict[str, Cell]) -> dict[str, str]:
    return {column: _one_line(cell) for column, cell in above.items()}


def _one_line(cell: Cell | Row | None) -> str:
    if not isinstance(cell, Cell) or isinstance(cell.value, date | datetime):
        return cell.text if isinstance(cell, Cell) else ""
    return " ".join(cell.text.split())
