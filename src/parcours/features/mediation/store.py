"""What the pages of acts read: the list, one activity, whom the form offers."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, Date, Select, bindparam, func, select, tuple_, union
from sqlmodel import Session, col

from parcours.domain.access import Actor
from parcours.domain.identity import shown_name
from parcours.domain.mediation import COUNTING, ActivityKind, Autonomy, Part
from parcours.models import Account, Act, Activity, ActivityChange, Learner, Step
from parcours.models.visibility import scope, sees_learner

PAGE_SIZE = 30
MOST_OFFERED = 60
RECENTLY = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class Filters:
    """Which activities: of whom, of which kind and theme, from a day to another."""

    mine: bool = False
    kind: ActivityKind | None = None
    theme: str | None = None
    first: date | None = None
    last: date | None = None

    @property
    def shape(self) -> tuple[bool, ...]:
        """What the statement depends on; values are parameters."""
        values = (self.kind, self.theme, self.first, self.last)
        return (self.mine, *(value is not None for value in values))


@dataclass(frozen=True, slots=True)
class ActivityRow:
    """A line of the list; `name` is the person’s when there is one and the actor sees them."""

    id: int
    held_on: date
    kind: ActivityKind
    theme: str
    minutes: int
    place: str | None
    title: str | None
    heads: int
    author: str
    cancelled_at: datetime | None
    people: int
    name: str = ""
    learner_id: int | None = None


@dataclass(frozen=True, slots=True)
class PersonRow:
    """Somebody the form offers."""

    id: int
    name: str
    born_on: date


@dataclass(frozen=True, slots=True)
class PartRow:
    """Somebody’s part in an activity, when the actor sees them."""

    learner_id: int
    name: str
    born_on: date
    part: Part
    autonomy: Autonomy | None


def activities(
    session: Session, actor: Actor, filters: Filters, *, today: date, after: Any = None
) -> list[ActivityRow]:
    """A page of the organisation’s activities, the latest first, and one row more."""
    parameters: dict[str, Any] = {
        "org": actor.organisation_id,
        "account": actor.account_id,
        "kind": filters.kind,
        "theme": filters.theme,
        "first": filters.first,
        "last": filters.last,
    }
    if after is not None:
        parameters |= {"after_day": after[0], "after_id": after[1]}
    rows = session.execute(_listed(filters.shape, after is not None), parameters).all()
    named = _names(session, actor, [row[0] for row in rows if row[-1] == 1], today=today)
    return [
        ActivityRow(*row, *((named[row[0]].name, named[row[0]].id) if row[0] in named else ()))
        for row in rows
    ]


ABOUT: tuple[Any, ...] = (
    Activity.id, Activity.held_on, Activity.kind, Activity.theme, Activity.minutes,
    Activity.place, Activity.title, Activity.heads, Account.name, Activity.cancelled_at,
)  # fmt: skip


@cache
def _listed(shape: tuple[bool, ...], is_next: bool) -> Select[Any]:
    people = (
        select(func.count())
        .where(col(Act.activity_id) == col(Activity.id), col(Act.withdrawn_at).is_(None))
        .correlate(Activity)
        .scalar_subquery()
    )
    conditions = (
        col(Activity.created_by_id) == bindparam("account"),
        col(Activity.kind) == bindparam("kind", type_=Activity.kind.type),  # type: ignore[attr-defined]
        col(Activity.theme) == bindparam("theme"),
        col(Activity.held_on) >= bindparam("first", type_=Date),
        col(Activity.held_on) <= bindparam("last", type_=Date),
    )
    statement: Select[Any] = (
        select(*(col(column) for column in ABOUT), people)
        .join(Account, col(Account.id) == col(Activity.created_by_id))
        .where(
            col(Activity.organisation_id) == bindparam("org"),
            *(asked for asked, is_asked in zip(conditions, shape, strict=True) if is_asked),
        )
        .order_by(col(Activity.held_on).desc(), col(Activity.id).desc())
        .limit(PAGE_SIZE + 1)
    )
    if is_next:
        place = tuple_(bindparam("after_day", type_=Date), bindparam("after_id", type_=BigInteger))
        statement = statement.where(tuple_(col(Activity.held_on), col(Activity.id)) < place)
    return statement


def _names(
    session: Session, actor: Actor, activity_ids: list[int], *, today: date
) -> dict[int, PersonRow]:
    """The one person of each of these activities, when the actor sees them."""
    rows = session.execute(
        select(col(Act.activity_id), *PERSON)
        .join(Learner, col(Learner.id) == col(Act.learner_id))
        .where(
            col(Act.activity_id).in_(activity_ids),
            col(Act.withdrawn_at).is_(None),
            sees_learner(Learner.id),
        ),
        scope(actor, today),
    )
    return {row[0]: _person(row[1:]) for row in rows}


PERSON = (
    col(Learner.id),
    col(Learner.birth_name),
    col(Learner.usage_name),
    col(Learner.first_names),
    col(Learner.born_on),
)


def _person(row: Any) -> PersonRow:
    return PersonRow(row[0], shown_name(row[1], row[3], row[2]), row[4])


def parts(session: Session, actor: Actor, activity_id: int, *, today: date) -> list[PartRow]:
    """Those who were in an activity the caller has opened, as far as the actor sees them."""
    rows = session.execute(
        select(*PERSON, col(Act.part), col(Act.autonomy))
        .join(Act, col(Act.learner_id) == col(Learner.id))
        .where(
            col(Act.activity_id) == activity_id,
            col(Act.withdrawn_at).is_(None),
            sees_learner(Learner.id),
        )
        .order_by(col(Learner.sort_key), col(Learner.id)),
        scope(actor, today),
    )
    return [PartRow(row[0], shown_name(row[1], row[3], row[2]), *row[4:]) for row in rows]


def how_many(session: Session, activity_id: int) -> int:
    """How many people were in it, seen or not."""
    return int(
        session.execute(
            select(func.count()).where(
                col(Act.activity_id) == activity_id, col(Act.withdrawn_at).is_(None)
            )
        ).scalar_one()
    )


def changes(
    session: Session, actor: Actor, activity_id: int, *, today: date
) -> list[tuple[Any, ...]]:
    """What was corrected: (field, before, after, when, who, the person’s names), the latest first.

    A person the actor no longer sees is not named.
    """
    names = (Learner.birth_name, Learner.first_names, Learner.usage_name)
    rows = session.execute(
        select(
            col(ActivityChange.field),
            col(ActivityChange.before),
            col(ActivityChange.after),
            col(ActivityChange.at),
            col(Account.name),
            *(col(name) for name in names),
        )
        .join(Account, col(Account.id) == col(ActivityChange.by_id))
        .outerjoin(
            Learner,
            (col(Learner.id) == col(ActivityChange.learner_id)) & sees_learner(Learner.id),
        )
        .where(col(ActivityChange.activity_id) == activity_id)
        .order_by(col(ActivityChange.id).desc()),
        scope(actor, today),
    )
    return [tuple(row) for row in rows]


def people(session: Session, actor: Actor, ids: Collection[int], *, today: date) -> list[PersonRow]:
    """These people, as far as the actor sees them, by name."""
    if not ids:
        return []
    rows = session.execute(
        select(*PERSON)
        .where(col(Learner.id).in_(list(ids)), sees_learner(Learner.id))
        .order_by(col(Learner.sort_key), col(Learner.id)),
        scope(actor, today),
    )
    return [_person(row) for row in rows]


def offered(session: Session, actor: Actor, *, today: date) -> list[PersonRow]:
    """Those the form offers to tick: who came these last weeks, who is in a step that counts."""
    parameters = scope(actor, today) | {"since": today - RECENTLY, "day": today}
    return [_person(row) for row in session.execute(OFFERED, parameters)]


def _offered() -> Any:
    came: Any = (
        select(col(Act.learner_id).label("id"))
        .join(Activity, col(Activity.id) == col(Act.activity_id))
        .where(
            col(Activity.organisation_id) == bindparam("org"),
            col(Activity.held_on) >= bindparam("since", type_=Date),
            col(Act.withdrawn_at).is_(None),
        )
    )
    starts_on = func.coalesce(col(Step.started_on), col(Step.planned_start_on))
    ends_on = func.coalesce(col(Step.ended_on), col(Step.planned_end_on))
    day = bindparam("day", type_=Date)
    held: Any = select(col(Step.learner_id)).where(
        col(Step.organisation_id) == bindparam("org"),
        col(Step.kind).in_(COUNTING),
        col(Step.accepted_at).is_not(None),
        col(Step.cancelled_at).is_(None),
        starts_on <= day,
        ends_on.is_(None) | (ends_on >= day),
    )
    ids = union(came, held).subquery()
    return (
        select(*PERSON)
        .where(col(Learner.id).in_(select(ids.c.id)), sees_learner(Learner.id))
        .order_by(col(Learner.sort_key), col(Learner.id))
        .limit(MOST_OFFERED)
    )


OFFERED = _offered()


def last_of_mine(session: Session, actor: Actor) -> Activity | None:
    """The last activity the actor noted: its place and length are likely the next one’s."""
    found: Activity | None = session.execute(
        select(Activity)
        .where(
            col(Activity.organisation_id) == actor.organisation_id,
            col(Activity.created_by_id) == actor.account_id,
            col(Activity.cancelled_at).is_(None),
        )
        .order_by(col(Activity.held_on).desc(), col(Activity.id).desc())
        .limit(1)
    ).scalar_one_or_none()
    return found
