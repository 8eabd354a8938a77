"""A hundred people of a large territory, alone in a database of their own.

They are those its worklists show one reader first: the small database’s pages then show them the
very same rows as the large one’s, and what differs between the two is what the size costs.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Table, func, insert, or_, select
from sqlmodel import Session, col

from parcours.actions.breaks import PAGE_SIZE, BreakFilters, breaks
from parcours.actions.worklists import unconfirmed_starts
from parcours.db import Database, is_sqlite
from parcours.domain.access import Actor
from parcours.models import (
    AttendanceMark,
    AuditEntry,
    Enrolment,
    Learner,
    Relay,
    SignInAttempt,
    SignInSession,
)
from parcours.models.base import metadata

# Whoever reads signs in again, and leaves traces of its own.
LEFT_OUT = {model.__tablename__ for model in (AuditEntry, SignInAttempt, SignInSession)}
FIRST_STARTS = 7
MANY, CHUNK = 2_000, 5_000


def first_people(session: Session, reader: Actor, number: int, *, today: date) -> list[int]:
    """The people whom this reader’s first pages show, then those who wait for most things."""
    shown = breaks(session, reader, today=today, most=PAGE_SIZE + 1)
    everywhere = breaks(
        session, reader, BreakFilters(everywhere=True), today=today, most=PAGE_SIZE + 1
    )
    starts = unconfirmed_starts(session, reader, today=today, most=FIRST_STARTS)
    found = dict.fromkeys(row.learner_id for row in (*shown, *everywhere, *starts))
    waiting = Counter(
        row.learner_id
        for row in (
            *breaks(session, reader, today=today, most=MANY),
            *unconfirmed_starts(session, reader, today=today, most=MANY),
        )
    )
    waiting.update(_asked(session, reader, today))
    found |= dict.fromkeys(person for person, _ in waiting.most_common())
    return list(found)[:number]


def _asked(session: Session, reader: Actor, today: date) -> Iterable[int]:
    """The people of the relays that wait, sent or received."""
    either = or_(
        col(Relay.receiver_id) == reader.organisation_id,
        col(Relay.sender_id) == reader.organisation_id,
    )
    waits = col(Relay.answer).is_(None), col(Relay.expires_on) >= today
    return session.scalars(
        select(col(Relay.learner_id)).where(either, *waits).order_by(col(Relay.id))
    )


def copy_people(large: Database, small: Database, people: Sequence[int]) -> None:
    """Copy these people with all their rows, and everything that is nobody’s."""
    with large.reading() as source, small.writing() as target:
        for table in metadata.sorted_tables:
            if table.name in LEFT_OUT:
                continue
            rows = source.connection().execute(select(table).where(*_of(table, people))).mappings()
            while some := rows.fetchmany(CHUNK):
                target.connection().execute(insert(table), [dict(row) for row in some])
        _number_on(target)


def _of(table: Table, people: Sequence[int]) -> tuple[Any, ...]:
    """Conditions on the rows of a table that are about somebody else."""
    if table.name == Learner.__tablename__:
        return (table.c.id.in_(people),)
    if table.name == AttendanceMark.__tablename__:
        theirs = select(col(Enrolment.id)).where(col(Enrolment.learner_id).in_(people))
        return (table.c.enrolment_id.in_(theirs),)
    return (table.c.learner_id.in_(people),) if "learner_id" in table.c else ()


def _number_on(session: Session) -> None:
    """Let PostgreSQL number what comes next: it counts apart from the rows."""
    if is_sqlite(session.get_bind()):
        return
    for table in metadata.sorted_tables:
        if "id" in table.c and table.name not in LEFT_OUT:
            last = session.scalar(select(func.max(table.c.id)))
            if last and (sequence := _sequence(session, table)):
                session.execute(select(func.setval(sequence, last)))


def _sequence(session: Session, table: Table) -> str | None:
    found: str | None = session.scalar(select(func.pg_get_serial_sequence(table.name, "id")))
    return found
