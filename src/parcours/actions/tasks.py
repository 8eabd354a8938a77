"""Tasks: those the rules and the relays give, those people write, and their end."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import or_, select, update
from sqlmodel import Session, col

from parcours import audit
from parcours.actions.accounts import is_current
from parcours.db import insert_once
from parcours.domain.access import MATRIX, Actor, Capability, Role, require
from parcours.domain.errors import RuleBroken
from parcours.domain.tasks import TaskKind, check_task
from parcours.models import Account, Membership, Task, visibility
from parcours.models.base import utc_now

# Those who follow people: the others have nobody to do anything for.
DOERS = tuple(role for role in Role if Capability.WRITE_STEPS in MATRIX[role])


def give(
    session: Session,
    *,
    organisation_id: int,
    kind: TaskKind,
    due_on: date,
    account_id: int | None = None,
    for_role: Role | None = None,
    learner_id: int | None = None,
    relay_id: int | None = None,
    introduction_id: int | None = None,
    title: str = "",
    once_key: str | None = None,
) -> bool:
    """Give a task on behalf of a rule to an account, else to a role, else to an organisation.

    A `once_key` already used, even by a task since done, changes nothing and returns False: one
    event makes one task, whoever tells it and however many do at once. Somebody who left does
    nothing any more: the task is then the organisation’s.
    """
    if account_id is not None and not still_acts(session, organisation_id, account_id, on=due_on):
        account_id = None
    values = {
        "organisation_id": organisation_id,
        "account_id": account_id,
        "for_role": for_role,
        "kind": kind,
        "title": title,
        "learner_id": learner_id,
        "relay_id": relay_id,
        "introduction_id": introduction_id,
        "due_on": due_on,
        "once_key": once_key,
        "created_at": utc_now(),
    }
    return insert_once(session, Task, values, unique="once_key")


def still_acts(session: Session, organisation_id: int, account_id: int, *, on: date) -> bool:
    """Whether an account may still do a task of an organisation on a day."""
    row = session.execute(
        select(col(Membership.id))
        .join(Account, col(Account.id) == col(Membership.account_id))
        .where(
            col(Account.id) == account_id,
            col(Account.disabled_at).is_(None),
            col(Membership.organisation_id) == organisation_id,
            col(Membership.role).in_(DOERS),
            or_(col(Membership.ends_on).is_(None), col(Membership.ends_on) >= on),
        )
    )
    return row.first() is not None


def settle(
    session: Session,
    *,
    relay_id: int,
    done_by_id: int,
    kinds: Collection[TaskKind] = tuple(TaskKind),
) -> None:
    """Mark done what a relay asked for, once it asks no more."""
    session.execute(
        update(Task)
        .where(
            col(Task.relay_id) == relay_id,
            col(Task.done_at).is_(None),
            col(Task.kind).in_(kinds),
        )
        .values(done_at=utc_now(), done_by_id=done_by_id)
    )


def settle_event(
    session: Session, event: str, organisations: Collection[int], *, done_by_id: int | None = None
) -> None:
    """Take off the lists what an event asked of these organisations, once it asks no more.

    `event` begins the once_key of its tasks; without `done_by_id` they are over by themselves.
    """
    session.execute(
        update(Task)
        .where(
            col(Task.organisation_id).in_(organisations),
            col(Task.done_at).is_(None),
            col(Task.once_key).startswith(event, autoescape=True),
        )
        .values(done_at=utc_now(), done_by_id=done_by_id)
        .execution_options(synchronize_session=False)
    )


def add(
    session: Session,
    actor: Actor,
    *,
    title: str,
    due_on: date,
    learner_id: int | None = None,
    today: date,
) -> Task:
    """Write down something to do oneself, about a person the actor sees or about nobody."""
    require(actor, Capability.WRITE_STEPS)
    check_task(title, due_on, today=today)
    if learner_id is not None:
        visibility.learner(session, actor, learner_id, today=today)
    task = Task(
        organisation_id=actor.organisation_id,
        account_id=actor.account_id,
        kind=TaskKind.OWN,
        title=title.strip(),
        learner_id=learner_id,
        due_on=due_on,
        created_by_id=actor.account_id,
    )
    session.add(task)
    _trace(session, actor, "add", task)
    return task


def complete(session: Session, actor: Actor, task_id: int, *, today: date) -> Task:
    """The task is done; saying so twice changes nothing."""
    require(actor, Capability.WRITE_STEPS)
    task = visibility.task(session, actor, task_id, today=today, lock=True)
    if task.done_at is None:
        task.done_at, task.done_by_id = utc_now(), actor.account_id
        _trace(session, actor, "complete", task)
    return task


def reopen(session: Session, actor: Actor, task_id: int, *, today: date) -> Task:
    """It was not done after all."""
    require(actor, Capability.WRITE_STEPS)
    task = visibility.task(session, actor, task_id, today=today, lock=True)
    if task.done_at is not None:
        task.done_at = task.done_by_id = None
        _trace(session, actor, "reopen", task)
    return task


def hand_over(
    session: Session, actor: Actor, task_id: int, *, to_account_id: int | None, today: date
) -> Task:
    """Give a task to a colleague, who alone sees it from then on."""
    require(actor, Capability.WRITE_STEPS)
    task = visibility.task(session, actor, task_id, today=today, lock=True)
    if task.done_at is not None:
        raise RuleBroken("Cette tâche est déjà faite : rouvrez-la pour la confier.")
    if to_account_id not in dict(colleagues(session, actor, today=today)):
        raise RuleBroken("Choisissez une personne de votre structure.", field="account")
    if (task.account_id, task.for_role) != (to_account_id, None):
        task.account_id, task.for_role = to_account_id, None
        _trace(session, actor, "hand_over", task, to=to_account_id)
    return task


def colleagues(session: Session, actor: Actor, *, today: date) -> list[tuple[int, str]]:
    """Who may do a task of the actor’s organisation today: (account, name), by name."""
    rows = session.execute(
        select(col(Account.id), col(Account.name))
        .where(
            col(Account.disabled_at).is_(None),
            col(Account.id).in_(
                select(col(Membership.account_id)).where(
                    col(Membership.organisation_id) == actor.organisation_id,
                    col(Membership.role).in_(DOERS),
                    is_current(Membership),
                )
            ),
        )
        .order_by(col(Account.name), col(Account.id)),
        {"today": today},
    )
    return [(row[0] or 0, row[1]) for row in rows]


def _trace(session: Session, actor: Actor, act: str, task: Task, **details: int | None) -> None:
    session.flush()
    audit.record(session, actor, act, "task", task.id, learner_id=task.learner_id, **details)
