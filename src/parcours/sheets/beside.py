"""Columns a kind of sheet reads beside its fields: half-days, marks of candidates, skills."""

from parcours.domain.intake_assessment_columns import skill_columns
from parcours.domain.intake_candidates import mark_columns
from parcours.domain.intake_fields import Kind
from parcours.domain.intake_half_days import looks_like_half_days
from parcours.domain.intake_table import ColumnMap, Sheet


def read_beside(sheet: Sheet, kind: Kind, column_map: ColumnMap) -> set[str]:
    """The letters of those columns; none for the other kinds."""
    if kind.code == "attendance":
        return set(looks_like_half_days(sheet, column_map.header_row))
    if kind.code == "candidates":
        return set(mark_columns(sheet, column_map.header_row, column_map.columns))
    return set(skill_columns(sheet, column_map)) if kind.code == "assessments" else set()
