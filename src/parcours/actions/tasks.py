"""Tasks the rules and the relays give, and their end."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import update
from sqlmodel import Session, col

from parcours.db import insert_once
from parcours.domain.access import Role
from parcours.domain.tasks import TaskKind
from parcours.models import Task
from parcours.models.base import utc_now


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
    title: str = "",
    once_key: str | None = None,
) -> bool:
    """Give a task on behalf of a rule to an account, else to a role, else to an organisation.

    A `once_key` already used, even by a task since done, changes nothing and returns False: one
    event makes one task, whoever tells it and however many do at once.
    """
    values = {
        "organisation_id": organisation_id,
        "account_id": account_id,
        "for_role": for_role,
        "kind": kind,
        "title": title,
        "learner_id": learner_id,
        "relay_id": relay_id,
        "due_on": due_on,
        "once_key": once_key,
        "created_at": utc_now(),
    }
    return insert_once(session, Task, values, unique="once_key")


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
