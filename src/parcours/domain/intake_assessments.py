"""Positioning results as partners keep them: a column a skill, or a line a person and skill."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from parcours.domain.intake_assessment_columns import (
    LINE_BY_LINE,
    below,
    day_above,
    moment_of,
    skill_columns,
    text_above,
)
from parcours.domain.intake_cells import DateRule, in_words, read_date
from parcours.domain.intake_learner import read_person
from parcours.domain.intake_levels import (
    Scale,
    read_level,
    scale_of_column,
)
from parcours.domain.intake_record import LearnerRow
from parcours.domain.intake_rows import footer_reason, is_repeated_header
from parcours.domain.intake_skills import Catalogue, KnownSkill, match_skills
from parcours.domain.intake_table import Cell, CellError, ColumnMap, IgnoredRow, Row, Sheet
from parcours.domain.skills import Moment

NO_SKILL = (
    "Aucune compétence de vos référentiels n’a été reconnue dans ce fichier : écrivez leur nom en "
    "tête de colonne, ou mettez en service leur référentiel."
)
UNKNOWN_SKILL = (
    "Aucune compétence de vos référentiels ne porte ce nom : rien n’en est gardé. Corrigez-le, ou "
    "ajoutez-la à votre référentiel."
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
    reader: type[_Reader] = _Lines if set(LINE_BY_LINE) <= set(column_map.columns) else _Columns
    told = reader(sheet, column_map, catalogue, today, intake)
    for row in sheet.rows:
        if row.number > column_map.header_row:
            told.read(row)
    taken = len(intake.rows) + len(intake.rejected) + len(intake.ignored)
    intake.blank = max(sheet.last_row - column_map.header_row - taken, 0)
    intake.notices += _notices(intake.rows)
    return intake


class _Reader:
    """Reads rows one by one; its children say where a row’s levels are."""

    def __init__(
        self,
        sheet: Sheet,
        column_map: ColumnMap,
        catalogue: Catalogue,
        today: date,
        intake: AssessmentIntake,
    ) -> None:
        self.sheet, self.map, self.catalogue = sheet, column_map, catalogue
        self.today, self.intake = today, intake
        self.known_day = day_above(sheet, column_map, today)
        self.prepare()

    def prepare(self) -> None:
        """Find which skill is where."""
        raise NotImplementedError

    def cells(self, row: Row) -> list[tuple[str, Cell, KnownSkill | None, Scale]]:
        """(column, cell, its skill, what its numbers are out of) of a row’s levels."""
        raise NotImplementedError

    def read(self, row: Row) -> None:
        """Sort a row: an attempt, a refusal, or something that speaks of nobody."""
        reason = footer_reason(row, self.map)
        if is_repeated_header(self.sheet, row, self.map):
            reason = "en-tête répété"
        mapped = [row.cell(column) for column in self.map.columns.values()]
        levels = self.cells(row)
        if all(cell.is_blank for cell in (*mapped, *(item[1] for item in levels))):
            reason = reason or "rien dans les colonnes retenues"
        if reason:
            self.intake.ignored.append(IgnoredRow(row.number, reason))
            return
        person = read_person(self.sheet, row, self.map, self.today)
        errors = list(person.errors)
        self.intake.warnings += person.warnings
        on, problem = self._day(row, person.row.born_on)
        kept = self._levels(row, levels, errors)
        errors += [problem] if problem and (kept or errors) else []
        self.intake.errors += errors
        if any(error.rejects for error in errors):
            self.intake.rejected.append(row.number)
            return
        when = on or self.today, self._moment(row)
        self.intake.rows.append(AttemptRow(row.number, person.row, *when, tuple(kept)))

    def _levels(
        self,
        row: Row,
        cells: Iterable[tuple[str, Cell, KnownSkill | None, Scale]],
        errors: list[CellError],
    ) -> list[Level]:
        kept = []
        for column, cell, skill, scale in cells:
            if cell.is_blank:
                continue
            if skill is None:
                where = row.cell(self.map.columns["skill"])
                place = (row, where.column, where.text, UNKNOWN_SKILL, "unknown_skill")
                errors.append(self.error(*place))
                continue
            read = read_level(cell, scale)
            if read.message:
                kind = read.kind or "level_unreadable"
                errors.append(self.error(row, column, cell.text, read.message, kind))
            elif read.level is not None:
                kept.append(Level(skill, read.level, read.stated, column))
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


class _Columns(_Reader):
    """A column a skill."""

    def prepare(self) -> None:
        """Match each heading; those that name no skill are told."""
        headings = skill_columns(self.sheet, self.map)
        hint = text_above(self.sheet, self.map)
        matched = match_skills(headings.values(), self.catalogue, hint)
        self.skills = {
            column: matched.skills[text]
            for column, text in headings.items()
            if text in matched.skills
        }
        self.intake.is_known = bool(self.skills)
        head = self.sheet.row(self.map.header_row)
        for column, text in headings.items():
            if column not in self.skills:
                told = self.error(head, column, text, UNKNOWN_SKILL, "unknown_skill", rejects=False)
                self.intake.warnings.append(told)
        self.scales = self._scales(headings)

    def cells(self, row: Row) -> list[tuple[str, Cell, KnownSkill | None, Scale]]:
        """The cells under the headings that name a skill."""
        return [
            (column, row.cell(column), skill, self.scales[column])
            for column, skill in self.skills.items()
        ]

    def _scales(self, headings: Mapping[str, str]) -> dict[str, Scale]:
        """One scale a framework, whatever the column, unless a heading says its own."""
        cells = below(self.sheet, self.map)
        by_framework: dict[str, list[Cell]] = defaultdict(list)
        for column, skill in self.skills.items():
            by_framework[skill.framework] += cells[column]
        return {
            column: scale_of_column(
                headings[column],
                by_framework[skill.framework],
                self.catalogue.scales[skill.framework],
            )
            for column, skill in self.skills.items()
        }


class _Lines(_Reader):
    """A line a person and a skill."""

    def prepare(self) -> None:
        """Match each skill named in the column of skills."""
        cells = below(self.sheet, self.map)
        names = [cell.text for cell in cells[self.map.columns["skill"]]]
        frameworks = cells[self.map.columns.get("framework", "")]
        hint = " ".join(sorted({cell.text for cell in frameworks}))
        hint = f"{text_above(self.sheet, self.map)} {hint}"
        self.skills = match_skills(names, self.catalogue, hint).skills
        self.intake.is_known = bool(self.skills)
        level = self.map.columns["level"]
        text = self.sheet.row(self.map.header_row).cell(level).text
        self.scales = {
            code: scale_of_column(text, cells[level], scale)
            for code, scale in self.catalogue.scales.items()
        }

    def cells(self, row: Row) -> list[tuple[str, Cell, KnownSkill | None, Scale]]:
        """The one level of a line."""
        column = self.map.columns["level"]
        skill = self.skills.get(row.cell(self.map.columns["skill"]).text)
        return [
            (column, row.cell(column), skill, self.scales[skill.framework] if skill else Scale(4))
        ]


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
