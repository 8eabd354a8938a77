"""Tasks: given once by a rule, settled with their relay."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select
from sqlmodel import Session

from parcours.actions import accounts, tasks
from parcours.db import Database
from parcours.domain.access import Actor, Role
from parcours.domain.tasks import TaskKind
from parcours.models import Task
from tests.actions.conftest import Cast


@pytest.fixture
def nadia(cast: Cast) -> Actor:
    """A counsellor."""
    return cast("MDE")


def count(session: Session) -> int:
    """How many tasks there are."""
    return session.execute(select(func.count()).select_from(Task)).scalar_one()


def give(session: Session, org: int, today: date, key: str | None) -> bool:
    """A task of a rule."""
    return tasks.give(
        session,
        organisation_id=org,
        kind=TaskKind.RELAY_REMINDER,
        due_on=today,
        for_role=Role.COUNSELLOR,
        once_key=key,
    )


def test_a_rule_gives_the_task_of_an_event_once(
    session: Session, nadia: Actor, today: date
) -> None:
    org = nadia.organisation_id
    assert give(session, org, today, "relay-1-reminder")
    assert not give(session, org, today + timedelta(days=3), "relay-1-reminder")
    assert give(session, org, today, "relay-2-reminder")
    # Without a key nothing says that two events are the same.
    assert give(session, org, today, None)
    assert give(session, org, today, None)
    assert count(session) == 4
    # The caller’s transaction goes on after a duplicate.
    session.commit()
    assert count(session) == 4


def test_a_task_done_is_not_given_again(session: Session, nadia: Actor, today: date) -> None:
    give(session, nadia.organisation_id, today, "relay-1-reminder")
    row = session.execute(select(Task)).scalar_one()
    row.done_at, row.done_by_id = row.created_at, nadia.account_id
    assert not give(session, nadia.organisation_id, today, "relay-1-reminder")
    assert count(session) == 1


def test_the_same_event_told_by_several_at_once_gives_one_task(
    file_database: Database, today: date
) -> None:
    with file_database.writing() as session:
        org = accounts.create_organisation(session, code="MDE", name="MDE", kind="OF").id or 0

    def told(_number: int) -> bool:
        with file_database.writing() as session:
            return give(session, org, today, "relay-1-expired")

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(told, range(8))) == [False] * 7 + [True]
