"""Positioning results as partners keep them: a column a skill, or a line a person and skill."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from parcours.domain.intake_assessment_columns import day_above, moment_of
from parcours.domain.intake_assessment_layout import UNKNOWN, UNKNOWN_SKILL, Place, layout_of
from parcours.domain.intake_cells import DateRule, in_words, read_date
from parcours.domain.intake_learner import read_person
from parcours.domain.intake_levels import read_level
from parcours.domain.intake_record import LearnerRow
from parcours.domain.intake_rows import footer_reason, is_repeated_header
from parcours.domain.intake_skills import Catalogue, KnownSkill
from parcours.domain.intake_table import CellError, ColumnMap, IgnoredRow, Row, Sheet
from parcours.domain.skills import Moment

NO_SKILL = (
    "Aucune compétence de vos référentiels n’a été reconnue dans ce fichier : écrivez leur nom en "
    "tête de colonne, ou mettez en service leur référentiel."
)


@dataclass(frozen=True, slots=True)
class Level:
    """A level of a skill, where the sheet says it."""

    skill: KnownSkill
    level: int
    stated: str | None
    column: str


@dataclass(frozen=True, slots=True)
class AttemptRow:
    """What a row says somebody showed on a day."""

    number: int
    person: LearnerRow
    on: date
    moment: Moment | None
    levels: tuple[Level, ...]


@dataclass(slots=True)
class AssessmentIntake:
    """Everything a file says; each row is in one of rows, rejected, ignored, or counts in `blank`.

    `is_known` is False when no heading names a skill of the catalogue.
    """

    rows: list[AttemptRow] = field(default_factory=list)
    errors: list[CellError] = field(default_factory=list)
    warnings: list[CellError] = field(default_factory=list)
    ignored: list[IgnoredRow] = field(default_factory=list)
    rejected: list[int] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    blank: int = 0
    is_known: bool = True

    @property
    def frameworks(self) -> list[str]:
        """The frameworks spoken of, in the order they come."""
        return list(dict.fromkeys(item.skill.framework for row in self.rows for item in row.levels))


def read_assessments(
    sheet: Sheet, column_map: ColumnMap, catalogue: Catalogue, today: date
) -> AssessmentIntake:
    """Attempts of a file whose columns are known; a wrong level keeps its whole row out.

    Half an attempt would look like another one once the file is mended.
    """
    intake = AssessmentIntake(notices=list(sheet.notices))
    layout = layout_of(sheet, column_map, catalogue)
    intake.is_known = layout.is_known
    intake.warnings += layout.warnings
    reader = _Reader(sheet, column_map, today, intake, day_above(sheet, column_map, today))
    for row in sheet.rows:
        if row.number > column_map.header_row:
            reader.read(row, layout.places(row))
    taken = len(intake.rows) + len(intake.rejected) + len(intake.ignored)
    intake.blank = max(sheet.last_row - column_map.header_row - taken, 0)
    intake.notices += _notices(intake.rows)
    return intake


@dataclass(slots=True)
class _Reader:
    """Sorts the rows of a file one by one into an intake."""

    sheet: Sheet
    map: ColumnMap
    today: date
    intake: AssessmentIntake
    # The day said above the headings, for rows that say none.
    known_day: date | None

    def read(self, row: Row, places: Sequence[Place]) -> None:
        """Sort a row: an attempt, a refusal, or something that speaks of nobody."""
        reason = footer_reason(row, self.map)
        if is_repeated_header(self.sheet, row, self.map):
            reason = "en-tête répété"
        mapped = [row.cell(column) for column in self.map.columns.values()]
        if all(cell.is_blank for cell in (*mapped, *(place.cell for place in places))):
            reason = reason or "rien dans les colonnes retenues"
        if reason:
            self.intake.ignored.append(IgnoredRow(row.number, reason))
            return
        person = read_person(self.sheet, row, self.map, self.today)
        errors = list(person.errors)
        self.intake.warnings += person.warnings
        on, problem = self._day(row, person.row.born_on)
        kept = self._levels(row, places, errors)
        errors += [problem] if problem and (kept or errors) else []
        self.intake.errors += errors
        if any(error.rejects for error in errors):
            self.intake.rejected.append(row.number)
            return
        when = on or self.today, self._moment(row)
        self.intake.rows.append(AttemptRow(row.number, person.row, *when, tuple(kept)))

    def _levels(self, row: Row, places: Iterable[Place], errors: list[CellError]) -> list[Level]:
        kept = []
        for place in places:
            if place.cell.is_blank:
                continue
            if place.skill is None:
                where = row.cell(self.map.columns["skill"])
                told = (row, where.column, where.text, UNKNOWN_SKILL, UNKNOWN)
                errors.append(self.error(*told))
                continue
            read = read_level(place.cell, place.scale)
            if read.message:
                kind = read.kind or "level_unreadable"
                errors.append(self.error(row, place.column, place.cell.text, read.message, kind))
            elif read.level is not None:
                kept.append(Level(place.skill, read.level, read.stated, place.column))
        return kept

    def _day(self, row: Row, born_on: date | None) -> tuple[date | None, CellError | None]:
        column = self.map.columns.get("on", "")
        cell = row.cell(column)
        is_first = "on" in self.map.month_first
        rule = DateRule(self.today, is_1904=self.sheet.is_1904, is_month_first=is_first)
        read = read_date(cell, rule)
        on = read.value or (self.known_day if cell.is_blank else None)
        message = read.message or ""
        if not on:
            message = message or "Indiquez le jour du positionnement (12/10/2026)."
        elif on > self.today:
            message = f"Ce jour ({in_words(on)}) n’est pas encore venu."
        elif born_on and on <= born_on:
            message = f"Positionnement ({in_words(on)}) avant la naissance : corrigez la date."
        if message:
            return None, self.error(row, column, cell.text, message, "date", "on")
        return on, None

    def _moment(self, row: Row) -> Moment | None:
        column = self.map.columns.get("moment", "")
        text = row.cell(column).text
        moment = moment_of(text)
        if text and moment is None:
            message = "Moment non reconnu : écrivez entrée, en cours ou sortie."
            warning = self.error(row, column, text, message, "moment", "moment", rejects=False)
            self.intake.warnings.append(warning)
        return moment

    def error(
        self,
        row: Row,
        column: str,
        value: str,
        message: str,
        kind: str,
        code: str = "level",
        *,
        rejects: bool = True,
    ) -> CellError:
        """What is wrong in a cell of a row."""
        return CellError(self.sheet.title, row.number, column, value, message, kind, code, rejects)


def _notices(rows: Sequence[AttemptRow]) -> list[str]:
    """How what was not on four levels was read."""
    told = {(item.stated, item.level) for row in rows for item in row.levels if item.stated}
    words = sorted((text, level) for text, level in told if not any(c.isdigit() for c in text))
    notices = [f"« {text} » est lu comme le niveau {level}." for text, level in words]
    if any(text.endswith("sur 8") for text, _ in told):
        notices.append("Les niveaux sur 8 sont ramenés à quatre : 1 et 2 font 1, 7 et 8 font 4.")
    if any("%" in text for text, _ in told):
        notices.append(
            "Les pourcentages sont ramenés à quatre niveaux : de 1 à 25 % font 1, de 76 à 100 % "
            "font 4."
        )
    return notices
