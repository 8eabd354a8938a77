"""Numbers never kept: social security and benefit numbers are erased before anybody reads them."""

import re
from typing import Any

from parcours.domain.identity import NIR_REMOVED, fold, without_nir

HEADING_ROWS = 40
LONGEST_HEADING = 60
NIR_HEADING = re.compile(
    r"\b(securite sociale|nir|secu|n ss|nss|num ss|numero ss|no ss|n insee|numero insee"
    r"|carte vitale|immatriculation sociale|assure social)\b"
)
BENEFIT_BODY = re.compile(r"\b(allocataires?|caf|cafal|msa)\b")
NUMBER_WORD = re.compile(
    r"\b(n|no|num|numero|nr|matricule|identifiant|id|ident|code|reference|ref|dossier|compte)\b"
)
ANSWER = re.compile(r"\b(o n|oui non|oui ou non|beneficiaire)\b")
NIR_REASON = "numéro de sécurité sociale : Parcours n’en garde aucun"
BENEFIT_REASON = "numéro d’allocataire : Parcours n’en garde aucun"
NIR_PROBLEM = "Un numéro de sécurité sociale a été retiré de cette cellule : il n’est pas gardé."
ENOUGH_NIR = 2

RawCell = list[Any]  # [column index, kind, value, shown, problem]
RawRow = tuple[int, list[RawCell]]


def erase_forbidden(rows: list[RawRow]) -> list[tuple[int, str, str]]:
    """Erase in place; returns the columns wholly erased as (index, heading, reason)."""
    found: dict[int, tuple[int, str, str]] = {}
    for number, (column, heading, reason) in _forbidden_headings(rows):
        below = [cell for row, cells in rows if row > number for cell in cells if cell[0] == column]
        numbers = [cell for cell in below if _holds_number(cell)]
        if column not in found and 2 * len(numbers) >= len(below):
            found[column] = (column, heading, reason)
            _empty(rows, column, after=number)
    for column in _full_of_nir(rows, set(found)):
        first = next((cell for _, cells in rows for cell in cells if cell[0] == column), None)
        heading = str(first[3]) if first and not _holds_number(first) else ""
        found[column] = (column, without_nir(heading)[0], NIR_REASON)
        _empty(rows, column, after=0, keeps_words=True)
    return sorted(found.values())


def _forbidden_headings(rows: list[RawRow]) -> list[tuple[int, tuple[int, str, str]]]:
    found = []
    for number, cells in rows[:HEADING_ROWS]:
        if any(_is_data(cell) for cell in cells):
            continue  # Somebody’s row, whose note may well speak of such a number.
        for cell in cells:
            reason = _reason(str(cell[3])) if cell[1] == "s" else None
            if reason:
                found.append((number, (cell[0], without_nir(str(cell[3]))[0], reason)))
    return found


def _reason(heading: str) -> str | None:
    words = fold(heading)
    if not words or len(words) > LONGEST_HEADING:
        return None
    if NIR_HEADING.search(words):
        return NIR_REASON
    if BENEFIT_BODY.search(words) and not ANSWER.search(words):
        is_number = NUMBER_WORD.search(words) or "°" in heading or "#" in heading
        if is_number or words in {"allocataire", "caf", "msa", "caf msa", "allocataire caf"}:
            return BENEFIT_REASON
    return None


def _is_data(cell: RawCell) -> bool:
    return cell[1] in {"n", "d", "t", "b"} or _holds_number(cell)


def _holds_number(cell: RawCell) -> bool:
    return sum(letter.isdigit() for letter in str(cell[3])) >= 5 and cell[1] in {"s", "n"}


def _full_of_nir(rows: list[RawRow], already: set[int]) -> list[int]:
    """Blot single numbers out of their cells; columns that are made of them are given back."""
    counts: dict[int, int] = {}
    for _, cells in rows:
        for cell in cells:
            if cell[0] in already or cell[1] not in {"s", "n"}:
                continue
            text, is_found = without_nir(str(cell[3]))
            if is_found:
                is_alone = text.strip() == NIR_REMOVED
                counts[cell[0]] = counts.get(cell[0], 0) + is_alone
                cell[1:] = ["s", None if is_alone else text, "" if is_alone else text, NIR_PROBLEM]
    return [column for column, count in counts.items() if count >= ENOUGH_NIR]


def _empty(rows: list[RawRow], column: int, *, after: int, keeps_words: bool = False) -> None:
    for number, cells in rows:
        if number > after:
            cells[:] = [
                cell
                for cell in cells
                if cell[0] != column or (keeps_words and not cell[4] and not _holds_number(cell))
            ]
