"""What the lists of exits and of follow-ups read."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import Date, Integer, and_, bindparam, func, or_, select, tuple_
from sqlmodel import Session, col

from parcours.actions.follow_ups import is_to_make
from parcours.actions.waiting import lacks_something
from parcours.domain.access import Actor
from parcours.domain.follow_ups import State
from parcours.domain.identity import shown_name
from parcours.models import Cohort, Enrolment, Exit, ExitSituation, FollowUp, Learner
from parcours.models.outcomes import is_at_exit
from parcours.models.visibility import is_mine, scope, sees_learner

PAGE_SIZE = 50
ExitLine = tuple[Exit, ExitSituation, str, str | None, str]
NAMES = select(
    col(Learner.id), col(Learner.birth_name), col(Learner.first_names), col(Learner.usage_name)
).where(col(Learner.id).in_(bindparam("ids", expanding=True)), sees_learner(Learner.id))
FollowUpLine = tuple[FollowUp, str, str | None, str, str | None]


@dataclass(frozen=True, slots=True)
class Wanted:
    """The filters of the list of follow-ups."""

    state: State = State.DUE
    delay: str = ""
    mine: bool = False


def exits(
    session: Session, actor: Actor, *, today: date, is_incomplete: bool, after: int = 0
) -> list[ExitLine]:
    """Exits one’s organisation recorded, the latest entered first, one more than a page."""
    parameters = {**scope(actor, today), "after": after}
    rows = session.execute(_listed(is_incomplete, after > 0), parameters)
    return [(row[0], row[1], row[2], row[3], row[4]) for row in rows]


@cache
def _listed(is_incomplete: bool, is_further: bool) -> Any:
    statement: Any = (
        select(
            Exit,
            ExitSituation,
            col(Learner.birth_name),
            col(Learner.usage_name),
            col(Learner.first_names),
        )
        .select_from(Exit)
        .join(ExitSituation, and_(col(ExitSituation.exit_id) == col(Exit.id), is_at_exit()))
        .join(Learner, col(Learner.id) == col(Exit.learner_id))
        .where(col(Exit.organisation_id) == bindparam("org"), sees_learner(Exit.learner_id))
        .order_by(col(Exit.id).desc())
        .limit(PAGE_SIZE + 1)
    )
    if is_incomplete:
        statement = statement.where(lacks_something())
    if is_further:
        statement = statement.where(col(Exit.id) < bindparam("after", type_=Integer))
    return statement


def follow_ups(
    session: Session,
    actor: Actor,
    wanted: Wanted,
    *,
    today: date,
    after: tuple[date, int] | None = None,
) -> list[FollowUpLine]:
    """Follow-ups one’s organisation makes, by day, one more than a page."""
    statement = (
        select(
            FollowUp,
            col(Learner.birth_name),
            col(Learner.usage_name),
            col(Learner.first_names),
            col(Learner.phone),
        )
        .join(Learner, col(Learner.id) == col(FollowUp.learner_id))
        .where(*_conditions(wanted))
        .order_by(col(FollowUp.due_on), col(FollowUp.id))
        .limit(PAGE_SIZE + 1)
    )
    if after is not None:
        place = tuple_(bindparam("after_day", type_=Date), bindparam("after_id", type_=Integer))
        statement = statement.where(tuple_(col(FollowUp.due_on), col(FollowUp.id)) > place)
    rows = session.execute(statement, _parameters(actor, wanted, today, after))
    return [(row[0], row[1], row[2], row[3], row[4]) for row in rows]


def count_follow_ups(session: Session, actor: Actor, wanted: Wanted, *, today: date) -> int:
    """How many the list holds, on every page of it."""
    statement = (
        select(func.count())
        .select_from(FollowUp)
        .join(Learner, col(Learner.id) == col(FollowUp.learner_id))
        .where(*_conditions(wanted))
    )
    found = session.execute(statement, _parameters(actor, wanted, today, None))
    return int(found.scalar_one())


def cohorts(session: Session, actor: Actor) -> list[tuple[int, str]]:
    """The cohorts of one’s organisation, the latest first."""
    rows = session.execute(
        select(col(Cohort.id), col(Cohort.name))
        .where(col(Cohort.organisation_id) == actor.organisation_id)
        .order_by(col(Cohort.starts_on).desc(), col(Cohort.id))
    )
    return [(row[0] or 0, row[1]) for row in rows]


def last_exits(
    session: Session, actor: Actor, first: date, last: date, cohort_id: int | None, *, today: date
) -> list[Exit]:
    """The last exit of each person in a period, as one’s organisation recorded it."""
    statement = (
        select(Exit)
        .where(
            col(Exit.organisation_id) == actor.organisation_id,
            col(Exit.exited_on).between(first, last),
            sees_learner(Exit.learner_id),
        )
        .order_by(col(Exit.exited_on), col(Exit.id))
    )
    if cohort_id is not None:
        inside = select(col(Enrolment.learner_id)).where(col(Enrolment.cohort_id) == cohort_id)
        statement = statement.where(col(Exit.learner_id).in_(inside))
    rows = session.execute(statement, scope(actor, today)).scalars()
    return list({row.learner_id: row for row in rows}.values())


def names(
    session: Session, actor: Actor, learner_ids: Iterable[int], *, today: date
) -> dict[int, str]:
    """By learner the actor sees, the name shown."""
    rows = session.execute(NAMES, {**scope(actor, today), "ids": sorted(set(learner_ids))})
    return {key: shown_name(birth, first, usage) for key, birth, first, usage in rows}


def _conditions(wanted: Wanted) -> list[Any]:
    found = [STATES[wanted.state]()]
    if wanted.delay:
        found.append(col(FollowUp.delay) == bindparam("delay"))
    if wanted.mine:
        found.append(is_mine(col(Learner.referent_id)))
    return found


def _parameters(
    actor: Actor, wanted: Wanted, today: date, after: tuple[date, int] | None
) -> dict[str, Any]:
    values: dict[str, Any] = {**scope(actor, today), "account": actor.account_id}
    values["delay"] = wanted.delay
    if after is not None:
        values |= {"after_day": after[0], "after_id": after[1]}
    return values


def _own(*conditions: Any) -> Any:
    return and_(
        col(FollowUp.organisation_id) == bindparam("org"),
        sees_learner(FollowUp.learner_id),
        *conditions,
    )


def _is_open() -> Any:
    return col(FollowUp.outcome).is_(None)


def _is_past() -> Any:
    return col(FollowUp.closes_on) < bindparam("today")


def _unknown() -> Any:
    silent = and_(_is_open(), _is_past(), col(FollowUp.last_tried_on).is_not(None))
    return _own(or_(col(FollowUp.outcome) == State.UNKNOWN, silent))


# Each state as domain/follow_ups.state has it.
STATES: dict[State, Any] = {
    State.DUE: is_to_make,
    State.NOT_DUE: lambda: _own(_is_open(), col(FollowUp.opens_on) > bindparam("today")),
    State.NOT_ASKED: lambda: _own(_is_open(), _is_past(), col(FollowUp.last_tried_on).is_(None)),
    State.UNKNOWN: _unknown,
    State.UNREACHABLE: lambda: _own(col(FollowUp.outcome) == State.UNREACHABLE),
    State.ANSWERED: lambda: _own(col(FollowUp.outcome) == State.ANSWERED),
    State.CANCELLED: lambda: _own(col(FollowUp.outcome) == State.CANCELLED),
}
