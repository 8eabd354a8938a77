"""Five hundred ask for twenty-four places at once: nobody too many, everybody told."""

import time
from datetime import date

import pytest
from sqlalchemy import func, select
from sqlmodel import Session, col

from parcours.actions import continuity_check
from parcours.db import Database
from parcours.domain.selection import Decision
from parcours.models import Candidate, Enrolment, Step
from tests.durability import people, places

ASKING, PLACES, PROCESSES, LONGEST_SECONDS = 500, 24, 8, 90
FULL = "La promotion est complète : ses 24 places sont prises."

pytestmark = pytest.mark.database


def test_five_hundred_enrolments_on_twenty_four_places(
    file_database: Database, database_url: str, today: date
) -> None:
    actor = people.open_house(file_database, today)
    cohort = places.a_cohort(file_database, actor, today, places=PLACES)
    asking = places.many_learners(file_database, actor, today, ASKING)
    began = time.monotonic()
    entered, refusals, errors = places.all_at_once(
        database_url, places.enrol, actor, cohort, asking, today, processes=PROCESSES
    )
    assert time.monotonic() - began < LONGEST_SECONDS
    assert (entered, len(refusals), errors) == (PLACES, ASKING - PLACES, [])
    assert set(refusals) == {FULL}
    with file_database.reading() as session:
        assert _count(session, Enrolment) == PLACES
        assert _count(session, Step) == PLACES
        assert continuity_check.differences(session) == []


def test_candidates_admitted_at_once_take_no_place_too_many(
    file_database: Database, database_url: str, today: date
) -> None:
    """A refusal leaves the candidate as they were: undecided, nothing half-done."""
    actor = people.open_house(file_database, today)
    cohort = places.a_cohort(file_database, actor, today, places=6)
    known = places.many_learners(file_database, actor, today, 60)
    asking = places.many_candidates(file_database, actor, cohort, known, today)
    entered, refusals, errors = places.all_at_once(
        database_url, places.admit, actor, cohort, asking, today, processes=PROCESSES
    )
    assert (entered, len(refusals), errors) == (6, 54, [])
    with file_database.reading() as session:
        admitted = select(func.count()).where(col(Candidate.decision) == Decision.ADMITTED)
        decided = select(func.count()).where(col(Candidate.decision).is_not(None))
        assert session.execute(admitted).scalar_one() == 6
        assert session.execute(decided).scalar_one() == 6
        assert _count(session, Enrolment) == 6
        assert continuity_check.differences(session) == []


def _count(session: Session, table: type[Enrolment | Step]) -> int:
    return int(session.execute(select(func.count(col(table.id)))).scalar_one())
