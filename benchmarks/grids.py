"""Grids of a cohort of thirty over nine months, beside one with a tenth of what was recorded.

    python benchmarks/grids.py [--folder FOLDER]

One database holds two cohorts of thirty people and the same nine months of half-days: one has
11,000 marks of attendance and as many levels of skills, the other a tenth of them. Each grid is
asked of both in the same rounds: SQLite, and PostgreSQL when PARCOURS_TEST_POSTGRESQL says where.

A figure is the median of rounds, in ms of CPU of the whole process (a PostgreSQL server is not in
it; « clock » tells the wall’s). Exit code 1 when the full cohort takes more than twice the time of
the other, or when the queries are not as many, or more than eight.
"""

import argparse
import asyncio
import itertools
import statistics
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import insert, make_url, select, text
from sqlmodel import Session, col

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.measures import PASSWORD, TODAY, Page, Served
from benchmarks.rounds import measure, ratio

from parcours import db
from parcours.actions import accounts, calendars, certifications, cohorts, learners, skills
from parcours.actions.skills import Said, evidence
from parcours.db import Database
from parcours.domain.access import Actor, Role
from parcours.domain.attendance import Status
from parcours.domain.skills import EvidenceSource, Moment
from parcours.domain.words import DataSource
from parcours.models import (
    AttendanceMark,
    Cohort,
    CohortHalfDay,
    Enrolment,
    Skill,
    SkillEvidence,
)
from parcours.models.base import utc_now
from tests import databases

PEOPLE, MARKS, TENTH = 30, 11_000, 10
ROUNDS, REQUESTS = 15, 4
MOST_QUERIES, MOST_TIMES = 8, 2.0
WHO = "sophie@exemple.fr"
STARTS_ON, ENDS_ON = TODAY - timedelta(days=272), TODAY + timedelta(days=2)
GRIDS = {
    "Émargement, une demi-journée": "/promotions/{cohort}/emargement/{day}-am",
    "Présences, une semaine": "/promotions/{cohort}/emargement/semaine/{day}",
    "Présences, un mois": "/promotions/{cohort}/feuilles?vue=mois&le={day}",
    "Compétences, la grille": "/promotions/{cohort}/competences?referentiel=pix",
    "Compétences, le progrès": "/promotions/{cohort}/competences/progres?referentiel=pix",
    "Certification": "/promotions/{cohort}/certification?fiche=RNCP37674",
}


@dataclass(frozen=True, slots=True)
class Built:
    """A cohort to measure, and how much was recorded of it."""

    cohort_id: int
    marks: int
    levels: int


def main() -> int:
    """Print a table a database; 1 when a grid is over."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--folder", type=Path, default=None, help="a folder of one’s own")
    folder = parser.parse_args().folder
    with ExitStack() as stack:
        place = folder or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        place.mkdir(parents=True, exist_ok=True)
        (place / "grids.sqlite3").unlink(missing_ok=True)
        broken = _table("SQLite", f"sqlite:///{(place / 'grids.sqlite3').resolve()}", place)
        server = databases.postgresql_url()
        if server == "embedded":
            stack.callback(databases.start_embedded())
            server = databases.postgresql_url()
        if server:
            broken += _table("PostgreSQL", _fresh(server), place)
    print(f"{broken} over" if broken else "every grid holds")
    return 1 if broken else 0


def _fresh(server: str) -> str:
    name = "parcours_bench_grids"
    address = make_url(server).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}"')
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
    return make_url(server).set(database=name).render_as_string(hide_password=False)


def _table(database: str, url: str, folder: Path) -> int:
    full, tenth = _build(url)
    served = Served(url, folder)
    print(f"\n{database}: {full.marks} marks and {full.levels} levels, beside "
          f"{tenth.marks} and {tenth.levels}, {PEOPLE} people each")  # fmt: skip
    print(f"{'':30}    full   tenth   times   clock  times  queries")
    broken = 0
    for name, path in GRIDS.items():
        asks = [served.get(_page(name, path, built)) for built in (full, tenth)]
        queries = [len(asyncio.run(served.queries(ask))) for ask in asks]
        of_full, of_tenth = measure(asks, rounds=ROUNDS, requests=REQUESTS)
        times = ratio(of_full.cpu, of_tenth.cpu)
        clock, wall = statistics.median(of_full.clock), ratio(of_full.clock, of_tenth.clock)
        is_over = times > MOST_TIMES or queries[0] != queries[1] or queries[0] > MOST_QUERIES
        broken += is_over
        print(f"{name:30} {of_full.median:7.2f} {of_tenth.median:7.2f} {times:7.2f}"
              f" {clock:7.2f} {wall:6.2f}"
              f"  {queries[0]}/{queries[1]}{'  OVER' if is_over else ''}", flush=True)  # fmt: skip
    served.database.dispose()
    return broken


def _page(name: str, path: str, built: Built) -> Page:
    return Page(name, WHO, path.format(cohort=built.cohort_id, day=TODAY.isoformat()), 0)


def _build(url: str) -> tuple[Built, Built]:
    """The two cohorts, through the actions but for the marks and levels, written in bulk."""
    db.upgrade(url)
    database = Database.open(url)
    with database.writing() as session:
        accounts.open_account(
            session,
            email=WHO,
            name="Sophie Garnier",
            password=PASSWORD,
            role=Role.COORDINATOR.value,
            code="ECOLE",
            organisation_name="École",
            organisation_kind="OF",
            starts_on=date(2025, 1, 1),
        )
        actor = accounts.actor_for(session, WHO, today=TODAY)
        skills.use_framework(session, "pix")
        certifications.use_certification(session, "RNCP37674")
        full, tenth = (_cohort(session, actor, share) for share in (1, TENTH))
    with database.engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("ANALYZE"))
    database.dispose()
    return full, tenth


def _cohort(session: Session, actor: Actor, share: int) -> Built:
    facts = cohorts.CohortFacts(f"P{share}", f"Promo {share}", STARTS_ON, ENDS_ON, PEOPLE)
    cohort = cohorts.create_cohort(session, actor, facts)
    calendars.plan_half_days(session, actor, cohort.id or 0)
    for number in range(PEOPLE):
        known = learners.LearnerFacts(f"Nom {number}-{share}", "Alix", date(1990, 1, 1 + number))
        person = learners.create_learner(session, actor, known, today=TODAY, is_another=True)
        cohorts.enrol(session, actor, cohort.id or 0, person.id or 0, today=TODAY)
    marks = list(_marks(session, actor, cohort, MARKS // share // PEOPLE))
    session.execute(insert(AttendanceMark), marks)
    levels = list(_levels(session, actor, cohort, MARKS // share))
    session.execute(insert(SkillEvidence), levels)
    return Built(cohort.id or 0, len(marks), len(levels))


def _marks(
    session: Session, actor: Actor, cohort: Cohort, half_days: int
) -> Iterator[dict[str, Any]]:
    """Everybody’s marks on the last half-days up to today, taken."""
    people = list(cohorts.roster(session, cohort))
    rows = session.execute(
        select(CohortHalfDay)
        .where(col(CohortHalfDay.cohort_id) == cohort.id, col(CohortHalfDay.held_on) <= TODAY)
        .order_by(col(CohortHalfDay.held_on).desc(), col(CohortHalfDay.half).desc())
        .limit(half_days)
    ).scalars()
    for place, row in enumerate(rows):
        row.taken_at, row.taken_by_id = utc_now(), actor.account_id
        for number, enrolment in enumerate(people):
            is_late = (place + number) % 9 == 0
            yield {
                "half_day_id": row.id,
                "enrolment_id": enrolment,
                "status": Status.LATE if is_late else Status.PRESENT,
                "late_minutes": 15 if is_late else 0,
                "source": DataSource.SCREEN,
                "recorded_at": utc_now(),
                "recorded_by_id": actor.account_id,
            }
    session.flush()


def _levels(session: Session, actor: Actor, cohort: Cohort, most: int) -> Iterator[dict[str, Any]]:
    """A positioning at entry and in the middle, then exercise upon exercise on every skill."""
    people = session.execute(
        select(col(Enrolment.learner_id)).where(col(Enrolment.cohort_id) == cohort.id)
    ).scalars()
    pix = session.execute(select(col(Skill.id)).where(col(Skill.framework) == "pix"))
    pairs = list(itertools.product(people, pix.scalars()))
    told = 0
    while told < most:
        turn = told // len(pairs)
        moment = (Moment.ENTRY, Moment.MIDDLE)[turn] if turn < 2 else None
        said = Said(STARTS_ON + timedelta(days=turn * 8 % 270), EvidenceSource.OBSERVED, moment)
        for learner, skill in pairs[: most - told]:
            level = (learner + (skill or 0) + turn) % 5
            yield evidence(actor, learner, skill or 0, level, said)
        told += len(pairs[: most - told])


if __name__ == "__main__":
    sys.exit(main())
