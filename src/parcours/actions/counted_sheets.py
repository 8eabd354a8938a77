"""The sheets an output counts beside people: who applied, half-days held, entities supported."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import Session

from parcours.actions import account_sessions, export_rows, supported_entities
from parcours.models import Agreement
from parcours.sheets.writing import Column

# The gender of those who entered, by pseudonym: asked for by the sheet that tells it alone.
Genders = Callable[[], Mapping[str, str]]
Rows = Callable[[Session, Agreement, date, Genders], Iterator[tuple[Any, ...]]]


@dataclass(frozen=True, slots=True)
class CountedSheet:
    """A sheet, its columns and how its rows are read. `of_people`: a line is about somebody."""

    title: str
    columns: Mapping[str, Column]
    rows: Rows
    of_people: bool = False


# By the name an output asks for it.
COUNTED = {
    "candidates": CountedSheet(
        "Candidatures",
        export_rows.CANDIDATES,
        lambda session, agreement, as_of, genders: export_rows.candidate_rows(
            session, agreement, genders(), as_of
        ),
        of_people=True,
    ),
    "frames": CountedSheet(
        account_sessions.TITLE,
        account_sessions.SESSIONS,
        lambda session, agreement, as_of, _genders: account_sessions.session_rows(
            session, agreement, as_of
        ),
    ),
    "entities": CountedSheet(
        supported_entities.TITLE,
        supported_entities.ENTITIES,
        lambda session, agreement, as_of, _genders: supported_entities.entity_rows(
            session, agreement, as_of
        ),
    ),
}
BY_TITLE = {sheet.title: sheet for sheet in COUNTED.values()}
