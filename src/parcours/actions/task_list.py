"""The tasks an actor may do: to do or done, by their day, page by page."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

from sqlalchemy import Date, Select, and_, bindparam, select, tuple_
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from parcours.domain.access import Actor, Role
from parcours.domain.tasks import TaskKind
from parcours.models import Account, Learner, Task
from parcours.models.visibility import is_mine, sees_learner, sees_task, task_scope

PAGE_SIZE = 30
NO_DAY, NO_MOMENT = date(1900, 1, 1), datetime(9000, 1, 1, tzinfo=UTC)
DOER = aliased(Account)
DONE_AT = Task.__table__.c.done_at  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class TaskFilters:
    """What the list keeps, as its URL says it.

    `whose`: everything one may do, `mine` given to oneself or to whom one stands for, `shared`
    given to a role or to nobody in particular. `when`: any day, `due` today or before, `late`
    before today.
    """

    done: bool = False
    whose: str = ""
    when: str = ""


@dataclass(frozen=True, slots=True)
class TaskRow:
    """A task; the person it is about only while the actor sees them."""

    id: int
    kind: TaskKind
    title: str
    due_on: date
    relay_id: int | None
    introduction_id: int | None
    account_id: int | None
    account: str | None
    for_role: Role | None
    done_at: datetime | None
    done_by: str | None
    learner_id: int | None
    birth_name: str | None
    usage_name: str | None
    first_names: str | None


# In the order of TaskRow.
COLUMNS: tuple[Any, ...] = (
    col(Task.id),
    col(Task.kind),
    col(Task.title),
    col(Task.due_on),
    col(Task.relay_id),
    col(Task.introduction_id),
    col(Task.account_id),
    col(Account.name),
    col(Task.for_role),
    col(Task.done_at),
    col(DOER.name),
    col(Learner.id),
    col(Learner.birth_name),
    col(Learner.usage_name),
    col(Learner.first_names),
)
ROWS: Select[Any] = (
    select(*COLUMNS)
    .select_from(Task)
    .outerjoin(Account, col(Account.id) == col(Task.account_id))
    .outerjoin(DOER, col(DOER.id) == col(Task.done_by_id))
    .outerjoin(Learner, and_(col(Learner.id) == col(Task.learner_id), sees_learner(Learner.id)))
    .where(sees_task())
)
ONE = ROWS.where(col(Task.id) == bindparam("task"))
DUE_BETWEEN = (
    ROWS.where(
        col(Task.done_at).is_(None),
        col(Task.due_on).between(bindparam("first", type_=Date), bindparam("last", type_=Date)),
    )
    .order_by(col(Task.due_on), col(Task.id))
    .limit(bindparam("most"))
)


def tasks(
    session: Session,
    actor: Actor,
    filters: TaskFilters,
    *,
    today: date,
    after: tuple[date | datetime, int] | None = None,
) -> list[TaskRow]:
    """One row more than PAGE_SIZE when another page follows.

    Those to do by their day, those done the latest first; `after` is the last row of the page
    before: its day, or the moment it was done, and its number.
    """
    parameters = task_scope(actor, today)
    start = after or ((NO_MOMENT, 0) if filters.done else (NO_DAY, 0))
    parameters |= {"after": start[0], "after_id": start[1]}
    rows = session.connection().execute(_list(filters), parameters)
    return [TaskRow(*row) for row in rows]


def task_row(session: Session, actor: Actor, task_id: int, *, today: date) -> TaskRow:
    """One task the caller has found visible."""
    parameters = {**task_scope(actor, today), "task": task_id}
    return TaskRow(*session.connection().execute(ONE, parameters).one())


def due_between(
    session: Session, actor: Actor, first: date, last: date, *, today: date, most: int
) -> list[TaskRow]:
    """The tasks to do by a day of a period, the earliest first."""
    parameters = {**task_scope(actor, today), "first": first, "last": last, "most": most}
    rows = session.connection().execute(DUE_BETWEEN, parameters)
    return [TaskRow(*row) for row in rows]


def is_due() -> Any:
    """Condition: to do today or before."""
    return and_(col(Task.done_at).is_(None), col(Task.due_on) <= bindparam("today"))


@cache
def _list(filters: TaskFilters) -> Select[Any]:
    statement = ROWS.where(*_kept(filters)).limit(PAGE_SIZE + 1)
    number: Any = bindparam("after_id")
    if filters.done:
        moment: Any = bindparam("after", type_=DONE_AT.type)
        return statement.where(
            col(Task.done_at).is_not(None),
            tuple_(col(Task.done_at), col(Task.id)) < tuple_(moment, number),
        ).order_by(col(Task.done_at).desc(), col(Task.id).desc())
    day: Any = bindparam("after", type_=Date)
    return statement.where(
        col(Task.done_at).is_(None), tuple_(col(Task.due_on), col(Task.id)) > tuple_(day, number)
    ).order_by(col(Task.due_on), col(Task.id))


def _kept(filters: TaskFilters) -> list[Any]:
    kept: list[Any] = []
    if filters.whose == "mine":
        kept.append(is_mine(col(Task.account_id)))
    elif filters.whose == "shared":
        kept.append(col(Task.account_id).is_(None))
    if filters.when == "due":
        kept.append(col(Task.due_on) <= bindparam("today"))
    elif filters.when == "late":
        kept.append(col(Task.due_on) < bindparam("today"))
    return kept
