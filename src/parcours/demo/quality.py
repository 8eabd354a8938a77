"""When facts were entered: a few days after they happened, sometimes weeks, as people do."""

import random
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from typing import Any

from sqlmodel import Session

from parcours.models import CohortHalfDay, Enrolment, Exit

SEED = 7
MOSTLY, SOMETIMES = (0, 0, 0, 1, 1, 2, 3, 5), (9, 16, 30)
AT = time(16, 30, tzinfo=UTC)


def date_entries(session: Session, today: date) -> None:
    """Date entries, sheets and exits told so far; nothing is entered after today."""
    chance = random.Random(SEED)  # noqa: S311  invented delays, not secrets
    for enrolment in _each(session, Enrolment):
        enrolment.created_at = _entered(chance, enrolment.enrolled_on, today)
    for row in _each(session, Exit):
        row.created_at = _entered(chance, row.exited_on, today)
    for half_day in _each(session, CohortHalfDay):
        if half_day.taken_at is not None:
            half_day.taken_at = _entered(chance, half_day.held_on, today)
    session.flush()


def _each(session: Session, table: Any) -> list[Any]:
    """Every row of a table of the territory, up to the first hole in its numbers."""
    found: list[Any] = []
    for number in count(1):
        if (row := session.get(table, number)) is None:
            return found
        found.append(row)
    return found


def _entered(chance: random.Random, happened_on: date, today: date) -> datetime:
    days = chance.choice(SOMETIMES if chance.random() < 0.15 else MOSTLY)
    return datetime.combine(min(happened_on + timedelta(days=days), today), AT)
