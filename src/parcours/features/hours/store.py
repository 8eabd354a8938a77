"""Whose last full week is below what was agreed, or could be once attendance is taken."""

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    Date,
    Integer,
    Select,
    Text,
    and_,
    bindparam,
    case,
    exists,
    func,
    null,
    or_,
    select,
    tuple_,
)
from sqlmodel import Session, col

from parcours import reference
from parcours.actions.weekly_hours import FIRST, LAST, RSA, between, hour_facts
from parcours.domain.access import Actor
from parcours.domain.identity import shown_name
from parcours.domain.weekly_hours import LAST_DAY
from parcours.models import Account, Learner, LearnerAccess, Pathway, WeeklyEngagement
from parcours.models.visibility import ACCESS, access_is_open, is_mine, scope

PAGE_SIZE = 50
Place = tuple[str, int]


@dataclass(frozen=True, slots=True)
class WeekRow:
    """Somebody’s week, in minutes; `minutes` under `target` by what is missing."""

    learner_id: int
    name: str
    referent: str | None
    target: int
    done: int
    excused: int
    unrecorded: int

    @property
    def missing(self) -> int:
        """Minutes under what was agreed, excused ones taken off."""
        return max(self.target - self.done - self.excused, 0)


def people(
    session: Session,
    actor: Actor,
    monday: date,
    *,
    to_complete: bool = False,
    mine: bool = False,
    today: date,
    after: Place | None = None,
) -> list[WeekRow]:
    """People the actor sees whose whole week was expected and is below, by name, and one more.

    `to_complete`: those whose week may be met once half-days nobody took are recorded, instead.
    """
    parameters: dict[str, Any] = scope(actor, today)
    parameters |= between(monday, monday + LAST_DAY, today=today) | {
        "account": actor.account_id,
        "after_key": after[0] if after else "",
        "after_id": after[1] if after else 0,
    }
    rows: Any = session.execute(_listed(to_complete, mine), parameters)
    return [WeekRow(row[0], shown_name(row[1], row[3], row[2]), *row[4:]) for row in rows]


@cache
def _listed(to_complete: bool, mine: bool) -> Select[Any]:
    hours = _sums()
    done, excused, unrecorded = (
        func.coalesce(hours.c[name], 0) for name in ("done", "excused", "unrecorded")
    )
    target = _target()
    is_short = done + excused < target
    is_known = done + excused + unrecorded < target
    columns: tuple[Any, ...] = (
        col(Learner.id), col(Learner.birth_name), col(Learner.usage_name),
        col(Learner.first_names), col(Account.name), target, done, excused, unrecorded,
    )  # fmt: skip
    place = (bindparam("after_key", type_=Text), bindparam("after_id", type_=BigInteger))
    statement = (
        select(*columns)
        .select_from(Learner)
        .join(LearnerAccess, ACCESS.learner_id == col(Learner.id))
        .outerjoin(Account, col(Account.id) == col(Learner.referent_id))
        .outerjoin(hours, hours.c.learner_id == col(Learner.id))
        .where(
            access_is_open(),
            is_short,
            ~is_known if to_complete else is_known,
            _is_expected(),
            tuple_(ACCESS.sort_key, ACCESS.learner_id) > tuple_(*place),
        )
        .order_by(ACCESS.sort_key, ACCESS.learner_id)
        .limit(PAGE_SIZE + 1)
    )
    return statement.where(is_mine(col(Learner.referent_id))) if mine else statement


def _sums() -> Any:
    """The minutes of the week of each person in sight, out of the one union of facts."""
    seen = select(ACCESS.learner_id).where(access_is_open())
    facts = hour_facts(lambda learner_id: learner_id.in_(seen))
    return (
        select(
            facts.c.learner_id,
            *(func.sum(facts.c[name]).label(name) for name in ("done", "excused", "unrecorded")),
        )
        .group_by(facts.c.learner_id)
        .subquery("week")
    )


def _target() -> Any:
    """As `target_of` in the rules: the lowest agreed on a day of the week, else the default."""
    agreed = (
        select(func.min(col(WeeklyEngagement.minutes)))
        .where(
            col(WeeklyEngagement.learner_id) == col(Learner.id),
            col(WeeklyEngagement.withdrawn_at).is_(None),
            col(WeeklyEngagement.starts_on) <= LAST,
            or_(col(WeeklyEngagement.ends_on).is_(None), col(WeeklyEngagement.ends_on) >= FIRST),
        )
        .correlate(Learner)
        .scalar_subquery()
    )
    code = reference.engagements()[RSA]
    since = date.fromisoformat(code.extra["starts_on"])
    default = case(
        (
            and_(col(Learner.receives_rsa).is_(True), since <= LAST),
            int(code.extra["weekly_minutes"]),
        ),
        else_=null(),
    )
    return func.coalesce(agreed, default, type_=Integer)


def _is_expected() -> Any:
    """The whole week lies in a participation; `closed_on` is the first day that counts no more."""
    week = bindparam("last", type_=Date)
    return exists(
        select(1).where(
            col(Pathway.learner_id) == col(Learner.id),
            col(Pathway.opened_on) <= FIRST,
            or_(col(Pathway.closed_on).is_(None), col(Pathway.closed_on) > week),
        )
    )
