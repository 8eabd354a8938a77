"""Where each row of a file of results says its levels: under headings of skills, or on a line."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from parcours.domain.intake_assessment_columns import (
    LINE_BY_LINE,
    below,
    skill_columns,
    text_above,
)
from parcours.domain.intake_levels import Scale, scale_of_column
from parcours.domain.intake_skills import Catalogue, KnownSkill, match_skills
from parcours.domain.intake_table import Cell, CellError, ColumnMap, Row, Sheet

UNKNOWN_SKILL = (
    "Aucune compétence de vos référentiels ne porte ce nom : rien n’en est gardé. Corrigez-le, ou "
    "ajoutez-la à votre référentiel."
)
UNKNOWN = "unknown_skill"
FOUR_LEVELS = Scale(4)


@dataclass(frozen=True, slots=True)
class Place:
    """A cell that says a level: of which skill, None when nobody knows it, and out of what."""

    column: str
    cell: Cell
    skill: KnownSkill | None
    scale: Scale


@dataclass(frozen=True, slots=True)
class Layout:
    """How a file says levels: the places of a row, and the headings that name no known skill.

    `is_known` is False when nothing in the file names a skill of the catalogue.
    """

    places: Callable[[Row], list[Place]]
    is_known: bool
    warnings: tuple[CellError, ...] = ()


def layout_of(sheet: Sheet, column_map: ColumnMap, catalogue: Catalogue) -> Layout:
    """A line a person and skill where the file has both columns, else a column a skill."""
    if set(LINE_BY_LINE) <= set(column_map.columns):
        return _line_by_line(sheet, column_map, catalogue)
    return _by_heading(sheet, column_map, catalogue)


def _by_heading(sheet: Sheet, column_map: ColumnMap, catalogue: Catalogue) -> Layout:
    """A column a skill: each heading is matched; those that name no skill are told."""
    headings = skill_columns(sheet, column_map)
    matched = match_skills(headings.values(), catalogue, text_above(sheet, column_map)).skills
    skills = {column: matched[text] for column, text in headings.items() if text in matched}
    scales = _scales(sheet, column_map, catalogue, headings, skills)

    def places(row: Row) -> list[Place]:
        return [
            Place(column, row.cell(column), skill, scales[column])
            for column, skill in skills.items()
        ]

    unknown = tuple(
        _unknown(sheet, column_map, column, text)
        for column, text in headings.items()
        if column not in skills
    )
    return Layout(places, bool(skills), unknown)


def _scales(
    sheet: Sheet,
    column_map: ColumnMap,
    catalogue: Catalogue,
    headings: Mapping[str, str],
    skills: Mapping[str, KnownSkill],
) -> dict[str, Scale]:
    """One scale a framework, whatever the column, unless a heading says its own."""
    cells = below(sheet, column_map)
    by_framework: dict[str, list[Cell]] = defaultdict(list)
    for column, skill in skills.items():
        by_framework[skill.framework] += cells[column]
    return {
        column: scale_of_column(
            headings[column], by_framework[skill.framework], catalogue.scales[skill.framework]
        )
        for column, skill in skills.items()
    }


def _unknown(sheet: Sheet, column_map: ColumnMap, column: str, text: str) -> CellError:
    place = (sheet.title, column_map.header_row, column, text)
    return CellError(*place, UNKNOWN_SKILL, UNKNOWN, "level", rejects=False)


def _line_by_line(sheet: Sheet, column_map: ColumnMap, catalogue: Catalogue) -> Layout:
    """A line a person and a skill: each name in the column of skills is matched."""
    cells = below(sheet, column_map)
    name, level = (column_map.columns[code] for code in LINE_BY_LINE)
    frameworks = cells[column_map.columns.get("framework", "")]
    hint = " ".join(sorted({cell.text for cell in frameworks}))
    hint = f"{text_above(sheet, column_map)} {hint}"
    skills = match_skills([cell.text for cell in cells[name]], catalogue, hint).skills
    heading = sheet.row(column_map.header_row).cell(level).text
    scales = {
        code: scale_of_column(heading, cells[level], scale)
        for code, scale in catalogue.scales.items()
    }

    def places(row: Row) -> list[Place]:
        skill = skills.get(row.cell(name).text)
        return [
            Place(level, row.cell(level), skill, scales[skill.framework] if skill else FOUR_LEVELS)
        ]

    return Layout(places, bool(skills))
