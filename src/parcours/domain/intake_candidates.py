"""What a list of candidates says beyond who they are: meeting, marks on their own scale, decision.

A mark is never turned into another scale, and a word nobody knows decides nothing.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TypeVar

from parcours.domain.identity import fold, looks_like_nir
from parcours.domain.intake_cells import DateRule, read_date, read_number
from parcours.domain.intake_table import Cell, CellError, ColumnMap, Row, Sheet
from parcours.domain.intake_words import is_unknown
from parcours.domain.selection import Decision, Meeting

WordType = TypeVar("WordType", Meeting, Decision)
LONGEST_LABEL, LONGEST_WORDS = 120, 1000
SCALE = re.compile(r"^(?P<label>.*?)[\s(\[]*(?:/|\bsur\b)\s*(?P<out_of>\d{1,3})\s*[)\]]?$", re.I)
MARKED = re.compile(r"\b(notes?|tests?|scores?|points|evaluation|qcm|quiz|epreuve)\b")
DECISIONS = (
    (Decision.WAITING, r"(sur )?liste d attente|liste (complementaire|d attente).*|la|lc|attente"),
    (Decision.REFUSED, r"non (admis|admise|retenue?|acceptee?|prise?)|refus.*|rejet.*|ajournee?"
                       r"|defavorable|avis defavorable|ko|pas (retenue?|admise?)"),
    (Decision.WITHDREW, r"desist.*|abandon.*|s est desiste.*|renonce.*|ne donne pas suite|annulee?"
                        r"|a annule|ne souhaite plus.*"),
    (Decision.ADMITTED, r"admis(e|es|sible)?|admis e|retenue?|acceptee?|prise?|integre.*|valide.*"
                        r"|oui|ok|favorable|avis favorable|selectionnee?|inscrite?"),
)  # fmt: skip
MEETINGS = (
    (Meeting.MISSED, r"absente?|absent e|pas venue?|non|n|non venue?|excusee?|abs|a"),
    (Meeting.CAME, r"presente?|present e|venue?|oui|o|x|participee?|a participe|faite?|p|ok|1"),
    (Meeting.INVITED, r"invitee?|convoquee?|inscrite?|prevue?|a venir|programmee?"),
)
UNREAD = "Valeur non reconnue : laissée de côté, la décision reste à prendre."


@dataclass(frozen=True, slots=True)
class MarkColumn:
    """A column of marks: what it marks, out of how much (None when the heading does not say)."""

    label: str
    out_of: int | None


@dataclass(frozen=True, slots=True)
class ReadMark:
    """A mark as the list gives it."""

    label: str
    value: Decimal
    out_of: Decimal | None


@dataclass(slots=True)
class CandidateRow:
    """What one row says of a candidacy; everything may be missing."""

    applied_on: date | None = None
    meeting: Meeting | None = None
    decision: Decision | None = None
    words: str | None = None
    marks: list[ReadMark] = field(default_factory=list)
    warnings: list[CellError] = field(default_factory=list)


def mark_columns(sheet: Sheet, header_row: int, used: Mapping[str, str]) -> dict[str, MarkColumn]:
    """The columns of marks, by letter: a heading with a scale, or a word for a mark over numbers.

    `used` are the columns that already hold something else.
    """
    taken = {*used.values(), *(item.column for item in sheet.forbidden)}
    found = {}
    for column, cell in sheet.spread(header_row).items():
        heading = " ".join(cell.text.split())
        scale = SCALE.match(heading)
        if column in taken or not heading:
            continue
        if scale and scale["label"].strip() and int(scale["out_of"]) > 0:
            label = scale["label"].strip(" :-(")[:LONGEST_LABEL]
            found[column] = MarkColumn(label, int(scale["out_of"]))
        elif MARKED.search(fold(heading)) and _holds_numbers(sheet, header_row, column):
            found[column] = MarkColumn(heading[:LONGEST_LABEL], None)
    return found


def read_candidate(
    sheet: Sheet, row: Row, column_map: ColumnMap, marks: Mapping[str, MarkColumn], today: date
) -> CandidateRow:
    """The candidacy of one row; a cell that cannot be read is a warning, never a lost row."""
    read = CandidateRow()
    reader = _Reader(sheet, row, column_map, read)
    reader.applied(today)
    read.meeting = reader.word("meeting", MEETINGS)
    read.decision = reader.word("decision", DECISIONS)
    read.words = reader.words()
    for column, mark in marks.items():
        reader.mark(column, mark)
    return read


def decision_of(text: str) -> Decision | None:
    """What a cell decides; « en attente », a blank or another word decide nothing."""
    return _first(DECISIONS, text)


@dataclass(frozen=True, slots=True)
class _Reader:
    sheet: Sheet
    row: Row
    column_map: ColumnMap
    read: CandidateRow

    def applied(self, today: date) -> None:
        cell = self._cell("applied_on")
        rule = DateRule(
            today,
            is_1904=self.sheet.is_1904,
            is_month_first="applied_on" in self.column_map.month_first,
        )
        found = read_date(cell, rule)
        if found.message:
            self._warn(cell, found.message, "applied_on")
        elif found.value and found.value > today:
            self._warn(cell, "Date de candidature dans l’avenir : laissée de côté.", "applied_on")
        else:
            self.read.applied_on = found.value

    def word(self, code: str, table: tuple[tuple[WordType, str], ...]) -> WordType | None:
        cell = self._cell(code)
        found = _first(table, cell.text)
        if found is None and not is_unknown(cell.text):
            self._warn(cell, UNREAD, code)
        return found

    def words(self) -> str | None:
        cell = self._cell("decision_words")
        if looks_like_nir(cell.text):
            self._warn(cell, "Un numéro de sécurité sociale n’est jamais gardé.", "decision_words")
            return None
        return " ".join(cell.text.split())[:LONGEST_WORDS] or None

    def mark(self, column: str, mark: MarkColumn) -> None:
        cell = self.row.cell(column)
        # « 14/20 » in a column out of 20 says its scale once more.
        text = re.sub(rf"\s*/\s*{mark.out_of}$", "", cell.text) if mark.out_of else cell.text
        value = read_number(Cell(column, text if text != cell.text else cell.value, text))
        if value is None:
            if not is_unknown(cell.text):
                self._warn(cell, "Écrivez une note en chiffres (12,5).", "mark")
            return
        if value < 0 or (mark.out_of is not None and value > mark.out_of):
            limit = f" sur {mark.out_of}" if mark.out_of else ""
            self._warn(cell, f"Note impossible{limit} : laissée de côté.", "mark")
            return
        out_of = Decimal(mark.out_of) if mark.out_of else None
        self.read.marks.append(ReadMark(mark.label, value, out_of))

    def _cell(self, code: str) -> Cell:
        return self.row.cell(self.column_map.columns.get(code))

    def _warn(self, cell: Cell, message: str, code: str) -> None:
        place = (self.sheet.title, self.row.number, cell.column, cell.text)
        self.read.warnings.append(CellError(*place, message, f"{code}_unread", code))


def _holds_numbers(sheet: Sheet, header_row: int, column: str) -> bool:
    cells = [row.cell(column) for row in sheet.rows if row.number > header_row]
    filled = [cell for cell in cells if not cell.is_blank]
    return bool(filled) and all(read_number(cell) is not None for cell in filled)


def _first(table: tuple[tuple[WordType, str], ...], text: str) -> WordType | None:
    words = fold(text)
    return next((word for word, shape in table if re.fullmatch(shape, words)), None)
