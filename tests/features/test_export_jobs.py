"""Large workbooks: made apart with progress, kept once, taken up again, the same bytes."""

import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, update
from sqlmodel import Session

from parcours.actions import accounts, cohorts, export_jobs, exports, learners
from parcours.db import Database
from parcours.domain.access import Actor, Role
from parcours.domain.export_jobs import SILENCE, JobState
from parcours.domain.words import Gender
from parcours.models import Export, ExportJob, Membership
from parcours.models.base import utc_now
from parcours.settings import Settings
from parcours.web.exporter import Exporter
from tests.conftest import TODAY
from tests.features.conftest import Be, Page, Person, signed

HOME = "/conventions/1"
JOB = "/exports/en-preparation/1"
START = TODAY - timedelta(days=100)


@pytest.fixture
def database(file_database: Database) -> Database:
    """One that several sessions, and another process, may open."""
    return file_database


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """An installation where every workbook is large."""
    return Settings(
        secret_key="a-secret-for-tests-and-nothing-else", data_dir=tmp_path, today=TODAY,
        trusted_hosts=["testserver"], export_at_once=0,
    )  # fmt: skip


@pytest.fixture(autouse=True)
def actor(sophie: Person, be: Be, session: Session) -> Actor:
    """The coordinator, and an agreement over three people."""
    be("FSE", Role.FUNDER, "Claire Perrin")
    found = accounts.actor_for(session, "sophie.coordinator@rev.exemple.fr", today=TODAY)
    facts = cohorts.CohortFacts("P1", "Promo 1", START, TODAY + timedelta(days=60), 10)
    cohort = cohorts.create_cohort(session, found, facts)
    for name in ("Boucher", "Cissé", "Diallo"):
        known = learners.LearnerFacts(
            birth_name=name, first_names="A", born_on=date(1990, 1, 1), gender=Gender.WOMAN
        )
        person = learners.create_learner(session, found, known, today=TODAY, is_another=True)
        cohorts.enrol(session, found, cohort.id or 0, person.id or 0, today=TODAY)
    signed(session, found, cohort.id, starts_on=START, ends_on=TODAY + timedelta(days=99))
    session.commit()
    return found


@pytest.fixture
def job(session: Session, actor: Actor) -> int:
    """A workbook asked for."""
    asked = exports.requested(
        session, actor, 1, as_of=TODAY, today=TODAY, code="fse", layout_id=None
    )
    found = export_jobs.ask(session, actor, asked, today=TODAY).id or 0
    session.commit()
    return found


def count(session: Session) -> int:
    """How many workbooks are kept."""
    found = int(session.execute(select(func.count()).select_from(Export)).scalar_one())
    session.commit()
    return found


def ask(who: Person) -> Page:
    """Ask for a workbook on the page of the agreement."""
    return who.submit(who.visit(HOME), f"{HOME}/exports", output="fse")


def stop_beating(session: Session) -> None:
    """As if whoever makes it had died a while ago."""
    session.execute(update(ExportJob).values(beat_at=utc_now() - 2 * SILENCE))
    session.commit()


def test_it_is_followed_then_taken_away(
    sophie: Person, session: Session, database: Database
) -> None:
    page = ask(sophie)
    assert "En attente" in page.text
    assert '<noscript><meta http-equiv="refresh"' in page.html
    assert "En attente" in sophie.visit(HOME).text
    assert count(session) == 0
    part = sophie.client.get(JOB, headers={"HX-Request": "true"}).text
    assert part.lstrip().startswith('<section class="card" id="progres"')
    assert 'hx-trigger="every 2s"' in part
    assert export_jobs.run(database, 1) is JobState.READY
    ready = sophie.visit(JOB)
    assert "Télécharger le classeur" in ready.text
    assert "refresh" not in ready.html
    assert "hx-trigger" not in ready.html
    assert sophie.client.get("/exports/1/fichier").content[:2] == b"PK"


def test_its_bytes_are_those_of_a_workbook_made_at_once(
    session: Session, actor: Actor, database: Database, job: int
) -> None:
    export_jobs.run(database, job)
    at_once = exports.export_outcomes(session, actor, 1, as_of=TODAY, today=TODAY)
    apart = session.get_one(Export, 1)
    assert (apart.content, apart.people) == (at_once.content, at_once.people)
    kept = session.get_one(ExportJob, job)
    assert kept.rows_done <= kept.rows_total


def test_a_form_sent_twice_asks_once(sophie: Person, session: Session) -> None:
    page = sophie.visit(HOME)
    for _ in range(2):
        sophie.submit(page, f"{HOME}/exports", output="fse")
    found = session.execute(select(func.count()).select_from(ExportJob)).scalar_one()
    assert found == 1


def test_two_who_take_it_up_make_it_once(session: Session, database: Database, job: int) -> None:
    assert export_jobs.run(database, job) is JobState.READY
    assert export_jobs.run(database, job) is None
    assert count(session) == 1


def test_it_is_taken_up_again_after_a_crash_and_kept_once(
    session: Session, database: Database, job: int
) -> None:
    first = export_jobs._claim(database, job)
    # Alive, it is nobody else’s.
    assert export_jobs._claim(database, job) is None
    assert export_jobs.open_jobs(session, now=utc_now()) == []
    stop_beating(session)
    assert export_jobs.open_jobs(session, now=utc_now()) == [job]
    session.commit()
    assert export_jobs.run(database, job) is JobState.READY
    # Whoever was thought dead comes back: nothing of it is written.
    with pytest.raises(export_jobs.Superseded):
        export_jobs._make(database, job, first or 0)
    assert count(session) == 1


def test_it_is_given_up_after_three_crashes_and_begun_again_by_hand(
    sophie: Person, session: Session, database: Database, job: int
) -> None:
    for _ in range(3):
        assert export_jobs._claim(database, job) is not None
        stop_beating(session)
    assert "Interrompu" in sophie.visit(JOB).text
    assert export_jobs._claim(database, job) is None
    page = sophie.visit(JOB)
    assert "interrompue trois fois" in page.text
    again = sophie.submit(page, f"{JOB}/reprise")
    assert "En attente" in again.text
    assert export_jobs.run(database, job) is JobState.READY
    assert count(session) == 1


def test_begun_again_while_it_is_made_is_refused(
    sophie: Person, session: Session, database: Database, job: int
) -> None:
    export_jobs._claim(database, job)
    stop_beating(session)
    page = sophie.visit(JOB)
    export_jobs._claim(database, job)
    refused = sophie.submit(page, f"{JOB}/reprise", 422)
    assert "déjà en préparation" in refused.text


def test_a_failure_says_what_to_do(
    sophie: Person, session: Session, database: Database, actor: Actor, job: int
) -> None:
    membership = session.get_one(Membership, actor.membership_id)
    membership.ends_on = TODAY - timedelta(days=1)
    session.commit()
    assert export_jobs.run(database, job) is JobState.FAILED
    membership.ends_on = None
    session.commit()
    page = sophie.visit(JOB)
    assert "n’y a plus droit" in page.text
    assert count(session) == 0
    sophie.submit(page, f"{JOB}/reprise")
    assert export_jobs.run(database, job) is JobState.READY


def test_other_organisations_and_roles_find_nothing(be: Be, job: int) -> None:
    outsider = be("AUTRE", Role.COORDINATOR, "Omar Ziani")
    outsider.visit(JOB, 404)
    token = outsider.visit("/conventions/nouvelle").form("/conventions").fields["_csrf"]
    assert outsider.client.post(f"{JOB}/reprise", data={"_csrf": token}).status_code == 404
    trainer = be("REV", Role.TRAINER, "Tom Leroy")
    trainer.visit(JOB, 403)


@pytest.fixture
def exporter(database: Database) -> Iterator[Exporter]:
    """The maker of this server."""
    found = Exporter(database)
    yield found
    found.stop()


def ended(session: Session, job: int) -> ExportJob:
    """The job once it has ended; a minute at most."""
    for _ in range(600):
        session.commit()
        session.expire_all()
        row = session.get_one(ExportJob, job)
        if row.ended_at is not None:
            return row
        session.commit()
        time.sleep(0.1)
    raise TimeoutError


def test_a_process_of_its_own_makes_what_waits(
    session: Session, exporter: Exporter, job: int
) -> None:
    exporter.start()
    found = ended(session, job)
    assert found.error is None
    assert session.get_one(Export, found.export_id or 0).participants == 3


def test_a_process_that_is_killed_is_replaced(
    session: Session, exporter: Exporter, job: int
) -> None:
    exporter.start()
    for _ in range(300):
        if (process := exporter._process) is not None and process.pid:
            process.kill()
            break
        time.sleep(0.01)
    found = ended(session, job)
    assert found.attempts == 2
    assert count(session) == 1
