"""Rows that speak of nobody: totals, signatures, legends, headings repeated on each page."""

import re

from parcours.domain.identity import fold
from parcours.domain.intake_table import ColumnMap, Row, Sheet

TOTAL = re.compile(
    r"^(sous )?tota(l|ux)\b|^(moyenne|nombre|nb|nbre|effectif|somme|cumul|taux|recapitulatif)\b"
    r"|^(total|moyenne)s?$|\bgrand total\b|^(general|ensemble)$"
)
FOOTER = re.compile(
    r"^(signature|visa|cachet|fait a|fait le|legende|nota|nb|source|mis a jour|maj|edite le|page"
    r"|imprime le|document|commentaires? generaux|le formateur|la formatrice|vu le|certifie)\b"
)
SECTION = re.compile(
    r"^(groupe|session|promo|promotion|site|antenne|atelier|cohorte|section|semaine|mois|lieu)\b"
)
LEGEND = re.compile(r"^\s*[A-Za-z]{1,4}\s*[=:]\s*\S")
FIRST_CELLS = 3
NAMES = ("birth_name", "usage_name", "first_names", "full_name")


def footer_reason(row: Row, column_map: ColumnMap) -> str | None:
    """Why a row without a birth date is a total or a footer; None for a row about somebody.

    Somebody may be called Total: a birth date or a first name in its own column makes a person.
    """
    born, first = (
        row.cell(column_map.columns.get(code)) if code in column_map.columns else None
        for code in ("born_on", "first_names")
    )
    if born is not None and not born.is_blank and not _is_count(born.text):
        return None
    if first is not None and not first.is_blank and not _is_count(first.text):
        return None
    for cell in row.cells[:FIRST_CELLS]:
        words = fold(cell.text)
        if TOTAL.search(words):
            return "ligne de total"
        if FOOTER.search(words) or LEGEND.match(cell.text):
            return "bas de page ou légende"
    if len(row.cells) == 1 and SECTION.search(fold(row.cells[0].text)):
        return "titre de section"
    return None


def is_repeated_header(sheet: Sheet, row: Row, column_map: ColumnMap) -> bool:
    """Whether a row says again what the heading row says, in most of the mapped columns."""
    heads = sheet.spread(column_map.header_row)
    mapped = [column for column in column_map.columns.values() if column in heads]
    same = sum(
        bool(words := fold(row.cell(column).text)) and words == fold(heads[column].text)
        for column in mapped
    )
    return same > 0 and 2 * same >= len([c for c in mapped if not row.cell(c).is_blank])


def _is_count(text: str) -> bool:
    return bool(re.fullmatch(r"[\d\s.,%=+]*|=.*", text))
