"""A process that dies without a word while it writes, and what is found afterwards."""

import random
import signal
import sqlite3
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from multiprocessing.connection import Connection
from typing import Any

from sqlalchemy import func, make_url, select, text
from sqlmodel import Session, col

from parcours.actions import continuity_check, imports, standings
from parcours.db import Database, is_sqlite
from parcours.domain.access import Actor
from parcours.domain.intake_table import Workbook
from parcours.models import AuditEntry, Import, Learner, Pathway, Step
from parcours.sheets.opening import open_workbook
from tests.durability import people
from tests.durability.updates import PROCESSES

Act = Callable[[Session, Actor, int, int, date], None]
# What one person of a batch brings: a row of each of these, and an entry of the journal about each.
TABLES: tuple[Any, ...] = (Learner, Pathway, Step)


@dataclass(slots=True)
class Toll:
    """What many deaths left behind."""

    kills: int = 0
    while_writing: int = 0
    acknowledged: int = 0
    lost: list[int] = field(default_factory=list)
    halves: list[int] = field(default_factory=list)
    damage: list[str] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        """Nothing acknowledged is missing, nothing is half there, nothing is damaged."""
        return not (self.lost or self.halves or self.damage)


def enter_people(session: Session, actor: Actor, batch: int, size: int, today: date) -> None:
    """Many people entered in one transaction, one by one."""
    for number in range(size):
        people.enter(session, actor, number, batch, today=today)


def confirm_file(session: Session, actor: Actor, batch: int, size: int, today: date) -> None:
    """The same people read from a partner’s list and confirmed."""
    row = session.execute(
        select(Import).where(col(Import.file_name) == _file_name(batch))
    ).scalar_one()
    imports.confirm_import(session, actor, row.id or 0, today=today)


def give_file(session: Session, actor: Actor, batch: int, size: int, today: date) -> None:
    """Hand in the list that `confirm_file` confirms."""
    imports.receive(session, actor, _list_of_people(batch, size, today), kind="learners")


def _nothing(session: Session, actor: Actor, batch: int, size: int, today: date) -> None:
    """What needs no preparation."""


@dataclass(frozen=True, slots=True)
class Writing:
    """What is interrupted, and what is made ready first, undisturbed."""

    act: Act
    prepare: Act = _nothing


ENTERING = Writing(enter_people)
CONFIRMING = Writing(confirm_file, give_file)


def kill_during(
    url: str, writing: Writing, actor: Actor, *, kills: int, size: int, today: date
) -> Toll:
    """Kill a writing `kills` times, each time at another moment, and take stock."""
    database = Database.open(url)
    toll, acknowledged = Toll(), [0]
    usual = _run(database, url, writing, (actor, 0, size, today), moment=None)[1]
    for batch in range(1, kills + 1):
        moment = random.uniform(0, usual * 1.3)
        is_saved, _ = _run(database, url, writing, (actor, batch, size, today), moment=moment)
        toll.kills += 1
        if is_saved:
            acknowledged.append(batch)
        else:
            toll.while_writing += 1
        take_stock(database, url, toll, (actor, batch, size, today))
    for batch in acknowledged:
        if is_missing(database, actor, batch):
            toll.lost.append(batch)
    toll.acknowledged = len(acknowledged)
    database.dispose()
    return toll


Task = tuple[Actor, int, int, date]


def _run(
    database: Database, url: str, writing: Writing, task: Task, *, moment: float | None
) -> tuple[bool, float]:
    """Start the writing and kill it `moment` seconds later: (it said « saved », seconds)."""
    with database.writing() as session:
        writing.prepare(session, *task)
    ours, theirs = PROCESSES.Pipe()
    process = PROCESSES.Process(target=_act, args=(url, writing.act, task, theirs))
    process.start()
    theirs.close()
    assert ours.recv() == "begun"
    start = time.monotonic()
    if moment is not None:
        ours.poll(moment)
        process.kill()
    process.join()
    seconds = time.monotonic() - start
    assert process.exitcode in (-signal.SIGKILL, 0), process.exitcode
    return _said_saved(ours), seconds


def _said_saved(ours: Connection) -> bool:
    try:
        return bool(ours.poll() and ours.recv() == "saved")
    except EOFError:
        return False


def _act(url: str, act: Act, task: Task, told: Connection) -> None:
    database = Database.open(url)
    told.send("begun")
    with database.writing() as session:
        act(session, *task)
    told.send("saved")


def take_stock(database: Database, url: str, toll: Toll, task: Task) -> None:
    """Note what a death left of its batch, and whether the database is sound."""
    actor, batch, size, _ = task
    _wait_for_the_server(database)
    toll.damage.extend(_damage(url))
    with database.reading() as session:
        counts = set(_counts(session, actor, batch))
        if counts not in ({0}, {size}):
            toll.halves.append(batch)
        if found := continuity_check.differences(session):
            toll.damage.append(f"{len(found)} pathways whose gaps are not those of their steps")
        if stale := standings.stale_standings(session):
            toll.damage.append(f"{len(stale)} people whose lists keep another situation")


def _wait_for_the_server(database: Database) -> None:
    """PostgreSQL may still be committing what a dead client asked for: look once it has ended."""
    if is_sqlite(database.engine):
        return
    others = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND pid <> pg_backend_pid() AND state <> 'idle'"
    )
    with database.reading() as session:
        while session.execute(others).scalar_one():
            session.rollback()
            time.sleep(0.01)


def is_missing(database: Database, actor: Actor, batch: int) -> bool:
    """Whether the batch left nothing."""
    with database.reading() as session:
        return 0 in set(_counts(session, actor, batch))


def _counts(session: Session, actor: Actor, batch: int) -> Iterable[int]:
    """How many rows of each kind the batch left: all of them, or none."""
    ids = select(col(Learner.id)).where(
        col(Learner.birth_name) == people.facts(0, batch).birth_name,
        col(Learner.organisation_id) == actor.organisation_id,
    )
    for table in TABLES:
        column = table.id if table is Learner else table.learner_id
        yield session.execute(select(func.count()).where(col(column).in_(ids))).scalar_one()
        entries = select(func.count()).where(
            col(AuditEntry.learner_id).in_(ids), col(AuditEntry.subject) == table.__tablename__
        )
        yield session.execute(entries).scalar_one()


def _damage(url: str) -> list[str]:
    """What SQLite’s own check says is wrong (PostgreSQL’s needs an extension: nothing there)."""
    if not url.startswith("sqlite"):
        return []
    connection = sqlite3.connect(str(make_url(url).database))
    told = [row[0] for row in connection.execute("PRAGMA integrity_check")]
    orphans = connection.execute("PRAGMA foreign_key_check").fetchall()
    connection.close()
    return [line for line in told if line != "ok"] + [f"orphan {row}" for row in orphans]


def _file_name(batch: int) -> str:
    return f"lot-{batch}.csv"


def _list_of_people(batch: int, size: int, today: date) -> Workbook:
    lines = ["Nom;Prénom;Date de naissance;Début;Fin"]
    for number in range(size):
        facts = people.facts(number, batch)
        born, start = facts.born_on.strftime("%d/%m/%Y"), today.replace(day=1).strftime("%d/%m/%Y")
        lines.append(f"{facts.birth_name};{facts.first_names};{born};{start};")
    return open_workbook("\n".join(lines).encode(), _file_name(batch))
