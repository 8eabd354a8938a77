"""Tasks the rules and the relays give, and their end."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import select, update
from sqlmodel import Session, col

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
) -> None:
    """Give a task to an account, else to a role, else to an organisation.

    The caller holds the lock of what the task is about, so that one `once_key` makes one task.
    """
    known = select(col(Task.id)).where(col(Task.once_key) == once_key)
    if once_key is not None and session.execute(known).first():
        return
    session.add(
        Task(
            organisation_id=organisation_id,
            account_id=account_id,
            for_role=for_role,
            kind=kind,
            title=title,
            learner_id=learner_id,
            relay_id=relay_id,
            due_on=due_on,
            once_key=once_key,
        )
    )
    session.flush()


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
