"""Tasks: given once by a rule, settled with their relay."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select
from sqlmodel import Session, col

from parcours.actions import accounts, sharing, task_list, tasks
from parcours.actions.task_list import TaskFilters
from parcours.db import Database
from parcours.domain.access import Actor, Role
from parcours.domain.errors import NotAllowed, NotFound, RuleBroken
from parcours.domain.tasks import TaskKind
from parcours.domain.words import SharingMedium
from parcours.models import AuditEntry, Membership, Task, visibility
from tests.actions.conftest import Cast, Meet


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


def test_one_sees_one_s_own_one_s_role_s_and_nobody_s(
    session: Session, cast: Cast, today: date
) -> None:
    nadia, hugo = cast("MDE"), cast("MDE", Role.TRAINER, "Hugo Petit")
    lead, other = cast("MDE", Role.COORDINATOR, "Sophie Garnier"), cast("CLIC", name="Lise Morel")
    funder = cast("MDE", Role.FUNDER, "Claire Vidal")
    org = nadia.organisation_id
    for number, (account, role) in enumerate(
        ((nadia.account_id, None), (None, Role.COORDINATOR), (None, None), (hugo.account_id, None))
    ):
        tasks.give(
            session,
            organisation_id=org,
            kind=TaskKind.OWN,
            due_on=today,
            account_id=account,
            for_role=role,
            title=str(number),
        )

    def titles(who: Actor, whose: str = "") -> list[str]:
        rows = task_list.tasks(session, who, TaskFilters(whose=whose), today=today)
        return [row.title for row in rows]

    assert titles(nadia) == ["0", "2"]
    assert titles(hugo) == ["2", "3"]
    assert titles(lead) == ["1", "2"]
    assert titles(nadia, "mine") == ["0"]
    assert titles(lead, "shared") == ["1", "2"]
    assert titles(other) == titles(funder) == []
    for stranger in (hugo, lead, other, funder):
        with pytest.raises(NotFound):
            visibility.task(session, stranger, 1, today=today)


def test_a_task_done_is_done_once_and_can_be_undone(
    session: Session, cast: Cast, today: date
) -> None:
    nadia, paul = cast("MDE"), cast("MDE", name="Paul Martin")
    tasks.give(
        session, organisation_id=nadia.organisation_id, kind=TaskKind.OWN, due_on=today, title="x"
    )
    first = tasks.complete(session, nadia, 1, today=today)
    moment = first.done_at
    # A colleague says the same a moment later: the first one stays the one who did it.
    tasks.complete(session, paul, 1, today=today)
    row = session.get_one(Task, 1)
    assert (row.done_at, row.done_by_id) == (moment, nadia.account_id)
    with pytest.raises(RuleBroken, match="déjà faite"):
        tasks.hand_over(session, nadia, 1, to_account_id=paul.account_id, today=today)
    tasks.reopen(session, paul, 1, today=today)
    tasks.reopen(session, paul, 1, today=today)
    assert (row.done_at, row.done_by_id) == (None, None)
    acts = session.execute(select(col(AuditEntry.act)).where(col(AuditEntry.subject) == "task"))
    assert list(acts.scalars()) == ["complete", "reopen"]


def test_handing_over_stays_in_the_organisation(session: Session, cast: Cast, today: date) -> None:
    nadia, paul = cast("MDE"), cast("MDE", name="Paul Martin")
    others = (
        cast("CLIC", name="Lise Morel"),
        cast("MDE", Role.FUNDER, "Claire Vidal"),
        cast("MDE", Role.TECHNICAL_ADMIN, "Yves Martel"),
    )
    left = cast("MDE", name="Zoé Partie")
    session.get_one(Membership, left.membership_id).ends_on = today - timedelta(days=1)
    session.flush()
    tasks.add(session, nadia, title="Rappeler", due_on=today, today=today)
    for other in (*others, left):
        with pytest.raises(RuleBroken):
            tasks.hand_over(session, nadia, 1, to_account_id=other.account_id, today=today)
    tasks.hand_over(session, nadia, 1, to_account_id=paul.account_id, today=today)
    with pytest.raises(NotFound):
        visibility.task(session, nadia, 1, today=today)
    assert visibility.task(session, paul, 1, today=today).account_id == paul.account_id


def test_a_person_no_longer_shared_is_not_named(
    session: Session, cast: Cast, meet: Meet, today: date
) -> None:
    nadia, lise = cast("MDE"), cast("CLIC", name="Lise Morel")
    learner, _ = meet(lise)
    shared = sharing.share_learner(
        session,
        lise,
        learner.id or 0,
        organisation_id=nadia.organisation_id,
        medium=SharingMedium.PAPER,
        purpose="Suite",
        starts_on=today,
        ends_on=None,
        today=today,
    )
    stranger = cast("AUTRE", name="Paul Martin")
    with pytest.raises(NotFound):
        tasks.add(session, stranger, title="x", due_on=today, learner_id=learner.id, today=today)
    tasks.add(session, nadia, title="Appeler", due_on=today, learner_id=learner.id, today=today)
    (row,) = task_list.tasks(session, nadia, TaskFilters(), today=today)
    assert (row.learner_id, row.birth_name) == (learner.id, "Traoré")
    sharing.withdraw_sharing(session, lise, shared.id or 0, today=today)
    (row,) = task_list.tasks(session, nadia, TaskFilters(), today=today)
    assert (row.title, row.learner_id, row.birth_name) == ("Appeler", None, None)


def test_pages_follow_each_other_without_a_hole(
    session: Session, nadia: Actor, today: date
) -> None:
    size = task_list.PAGE_SIZE
    for number in range(2 * size + 1):
        day = today + timedelta(days=number % 3)
        tasks.add(session, nadia, title=str(number), due_on=day, today=today)
    for number in range(1, 2 * size + 2):
        tasks.complete(session, nadia, number, today=today)
        if number == size:
            session.commit()
    for done in (True, False):
        seen: list[int] = []
        after: tuple[date, int] | None = None
        for expected in (size + 1, size + 1, 1):
            rows = task_list.tasks(session, nadia, TaskFilters(done=done), today=today, after=after)
            assert len(rows) == expected
            page = rows[:size]
            seen += [row.id for row in page]
            after = (page[-1].done_at or page[-1].due_on, page[-1].id)
        assert sorted(seen) == list(range(1, 2 * size + 2))
        for number in seen:
            tasks.reopen(session, nadia, number, today=today)


@pytest.mark.parametrize(
    ("title", "days", "field"), [("  ", 0, "title"), ("x", -1, "due_on"), ("x", 800, "due_on")]
)
def test_a_task_says_what_and_when(
    session: Session, nadia: Actor, today: date, title: str, days: int, field: str
) -> None:
    with pytest.raises(RuleBroken) as refusal:
        tasks.add(session, nadia, title=title, due_on=today + timedelta(days=days), today=today)
    assert list(refusal.value.errors) == [field]


def test_who_follows_nobody_writes_no_task(session: Session, cast: Cast, today: date) -> None:
    for role in (Role.FUNDER, Role.ORGANISATION_ADMIN, Role.TECHNICAL_ADMIN):
        with pytest.raises(NotAllowed):
            tasks.add(session, cast("MDE", role), title="x", due_on=today, today=today)
