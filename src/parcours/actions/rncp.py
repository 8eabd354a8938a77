"""Sheets of the national register of certifications: found by number or words, to be taken over."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from parcours import reference
from parcours.domain.identity import fold
from parcours.models import RncpSheet

NUMBER = re.compile(r"^(?:RNCP)?\s*(\d{3,6})$")
MOST_FOUND = 20


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet: its number is the key, two may share a title. `ends_on` None is to check."""

    code: str
    label: str
    level: str | None
    is_active: bool
    ends_on: date | None
    blocks: tuple[tuple[str, str], ...] = ()

    def is_over(self, today: date) -> bool:
        """Whether nobody may enter it any more."""
        return not self.is_active or (self.ends_on is not None and self.ends_on < today)


def sheet_code(text: str | None) -> str | None:
    """« RNCP37674 » of « rncp 37674 » or « 37674 »; anything else as it was typed."""
    typed = (text or "").strip().upper()
    found = NUMBER.match(typed)
    return f"RNCP{found[1]}" if found else typed or None


def sheets(session: Session, codes: Collection[str]) -> dict[str, Sheet]:
    """Sheets by number: of the edition loaded, else of those the product ships; one statement."""
    rows = session.execute(select(RncpSheet).where(col(RncpSheet.code).in_(list(codes)))).scalars()
    found = {row.code: _sheet(row) for row in rows}
    shipped = {code: _shipped(code) for code in codes if code not in found}
    return found | {code: one for code, one in shipped.items() if one is not None}


def search(session: Session, text: str) -> list[Sheet]:
    """Sheets by number, or whose title holds every word; those in force first, at most twenty."""
    code = sheet_code(text) or ""
    if NUMBER.match(text.strip().upper()):
        return list(sheets(session, [code]).values())
    words = [word for word in fold(text).split() if len(word) > 1]
    if not words:
        return []
    statement = select(RncpSheet).order_by(
        col(RncpSheet.is_active).desc(), col(RncpSheet.ends_on).desc(), col(RncpSheet.code)
    )
    for word in words:
        statement = statement.where(col(RncpSheet.label).ilike(f"%{_loose(word)}%"))
    loaded = [_sheet(row) for row in session.execute(statement).scalars()]
    known = {one.code for one in loaded}
    shipped = [one for code in reference.certifications() if code not in known
               and (one := _shipped(code)) is not None]  # fmt: skip
    return [one for one in loaded + shipped if _holds(one.label, words)][:MOST_FOUND]


def _loose(word: str) -> str:
    """A pattern that any accents of the word match; titles keep theirs, people type few.

    >>> _loose("facon"), _loose("oeuvre")
    ('f____', '%_vr_')
    """
    pairs = word.replace("oe", "%").replace("ae", "%")
    return re.sub(r"[aceinouy]", "_", pairs)


def _holds(label: str, words: list[str]) -> bool:
    title = fold(label)
    return all(word in title for word in words)


def _sheet(row: RncpSheet) -> Sheet:
    blocks = tuple((block["code"], block["label"]) for block in row.blocks)
    active = row.is_active and row.archived_on is None
    return Sheet(row.code, row.label, row.level, active, row.ends_on, blocks)


def _shipped(code: str) -> Sheet | None:
    item = reference.certifications().get(code)
    if item is None or not code.startswith("RNCP"):
        return None
    until: Any = item.extra["valid_until"]
    blocks = tuple(
        (block.code, block.label)
        for block in reference.certification_blocks().values()
        if block.extra["certification"] == code
    )
    ends_on = date.fromisoformat(until) if until else None
    return Sheet(code, item.label, item.extra["grade"] or None, True, ends_on, blocks)
