"""What the pages of relays read: lists received and sent, one relay, its history."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import Date, Select, bindparam, select, tuple_
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from parcours.actions.waiting import relay_waits
from parcours.domain.access import Actor
from parcours.domain.relays import Answer, DeclineReason, RelayAct
from parcours.domain.words import StepKind
from parcours.models import (
    Account,
    Cohort,
    Learner,
    Organisation,
    Relay,
    RelayEvent,
    RelayLink,
    Step,
)
from parcours.models.visibility import scope, sees_learner

PAGE_SIZE = 30


@dataclass(frozen=True, slots=True)
class RelayRow:
    """A relay with what every page says of it; `is_known` when the actor sees the person’s file."""

    id: int
    learner_id: int
    birth_name: str
    usage_name: str | None
    first_names: str
    city: str | None
    is_known: bool
    kind: StepKind
    title: str
    starts_on: date
    ends_on: date | None
    sender_id: int
    sender: str
    receiver_id: int
    receiver: str
    sent_on: date
    sent_by: str
    due_on: date
    escalates_on: date
    expires_on: date
    answer: Answer | None
    answered_on: date | None
    decline_reason: DeclineReason | None
    reason: str
    has_agreement: bool
    cohort_id: int | None
    cohort: str | None


@dataclass(frozen=True, slots=True)
class EventRow:
    """A line of the history."""

    act: RelayAct
    on: date
    organisation: str | None
    by_name: str | None
    words: str | None


SENDER, RECEIVER = aliased(Organisation), aliased(Organisation)
# In the order of RelayRow.
COLUMNS: tuple[Any, ...] = (
    col(Relay.id),
    col(Learner.id),
    col(Learner.birth_name),
    col(Learner.usage_name),
    col(Learner.first_names),
    col(Learner.city),
    sees_learner(Relay.learner_id),
    col(Step.kind),
    col(Step.title),
    col(Step.planned_start_on),
    col(Step.planned_end_on),
    col(Relay.sender_id),
    col(SENDER.name),
    col(Relay.receiver_id),
    col(RECEIVER.name),
    col(Relay.sent_on),
    col(Account.name),
    col(Relay.due_on),
    col(Relay.escalates_on),
    col(Relay.expires_on),
    col(Relay.answer),
    col(Relay.answered_on),
    col(Relay.decline_reason),
    col(Relay.reason),
    col(Relay.sharing_medium).is_not(None),
    col(Relay.cohort_id),
    col(Cohort.name),
)
ROWS: Select[Any] = (
    select(*COLUMNS)
    .join(Step, col(Step.id) == col(Relay.step_id))
    .join(Learner, col(Learner.id) == col(Relay.learner_id))
    .join(SENDER, col(SENDER.id) == col(Relay.sender_id))
    .join(RECEIVER, col(RECEIVER.id) == col(Relay.receiver_id))
    .join(Account, col(Account.id) == col(Relay.sent_by_id))
    .outerjoin(Cohort, col(Cohort.id) == col(Relay.cohort_id))
)
PARTY = {
    "recus": col(Relay.receiver_id) == bindparam("org"),
    "envoyes": col(Relay.sender_id) == bindparam("org"),
}


@cache
def _listed(side: str, is_waiting: bool) -> Select[Any]:
    here: tuple[Any, Any] = bindparam("day", type_=Date), bindparam("number")
    listed = ROWS.where(PARTY[side]).limit(PAGE_SIZE + 1)
    if is_waiting:
        by_deadline = col(Relay.due_on), col(Relay.id)
        return listed.where(relay_waits(), tuple_(*by_deadline) > tuple_(*here)).order_by(
            *by_deadline
        )
    by_sending = col(Relay.sent_on), col(Relay.id)
    listed = listed.where(tuple_(*by_sending) < tuple_(*here))
    return listed.order_by(*(part.desc() for part in by_sending))


def relays(
    session: Session,
    actor: Actor,
    *,
    side: str,
    is_waiting: bool,
    today: date,
    after: tuple[date, int] | None = None,
) -> list[RelayRow]:
    """Relays received or sent (`side`), one row more than a page when another follows.

    Those that wait come by deadline, all of them by sending, the latest first. `after` is the
    `place` of the last row shown.
    """
    start = (date.min, 0) if is_waiting else (date.max, 0)
    day, number = after or start
    parameters = scope(actor, today) | {"day": day, "number": number}
    rows: Any = session.connection().execute(_listed(side, is_waiting), parameters).all()
    return [RelayRow(*row) for row in rows]


def place(row: RelayRow, *, is_waiting: bool) -> tuple[date, int]:
    """Where a row stands in its list."""
    return (row.due_on if is_waiting else row.sent_on), row.id


def relay(session: Session, actor: Actor, relay_id: int, *, today: date) -> RelayRow:
    """One relay the caller has found visible."""
    return _one(session, scope(actor, today) | {"relay": relay_id})


def relay_by_link(session: Session, relay_id: int) -> RelayRow:
    """One relay as somebody without an account reads it: the person is not known to them."""
    return _one(session, {"org": -1, "today": date.min, "relay": relay_id})


ONE = ROWS.where(col(Relay.id) == bindparam("relay"))


def _one(session: Session, parameters: dict[str, Any]) -> RelayRow:
    row: Any = session.connection().execute(ONE, parameters).one()
    return RelayRow(*row)


EVENTS = (
    select(
        col(RelayEvent.act),
        col(RelayEvent.on),
        col(Organisation.name),
        col(RelayEvent.by_name),
        col(RelayEvent.words),
    )
    .outerjoin(Organisation, col(Organisation.id) == col(RelayEvent.organisation_id))
    .where(col(RelayEvent.relay_id) == bindparam("relay"))
    .order_by(col(RelayEvent.id))
)


def events(session: Session, relay_id: int) -> list[EventRow]:
    """The history of a relay the caller may see, in order."""
    rows: Any = session.connection().execute(EVENTS, {"relay": relay_id}).all()
    return [EventRow(*row) for row in rows]


def _link_of() -> Any:
    live = select(1).where(
        col(RelayLink.relay_id) == col(Relay.id),
        col(RelayLink.used_at).is_(None),
        col(RelayLink.ended_at).is_(None),
    )
    return (
        select(live.exists(), col(Organisation.contact_email))
        .select_from(Relay)
        .join(Organisation, col(Organisation.id) == col(Relay.receiver_id))
        .where(col(Relay.id) == bindparam("relay"))
    )


LINK_OF = _link_of()


def link_of(session: Session, relay_id: int) -> tuple[bool, str | None]:
    """Whether a link can still answer a relay; the address its receiver gives for e-mails."""
    row: Any = session.connection().execute(LINK_OF, {"relay": relay_id}).one()
    return bool(row[0]), row[1]


def partners(session: Session, actor: Actor, but: Sequence[str] = ()) -> list[tuple[int, str]]:
    """Organisations a relay may be proposed to: (id, name and city), by name."""
    rows = session.execute(
        select(col(Organisation.id), col(Organisation.name), col(Organisation.city))
        .where(
            col(Organisation.id) != actor.organisation_id,
            col(Organisation.closed_on).is_(None),
            col(Organisation.kind).not_in(but),
        )
        .order_by(col(Organisation.name), col(Organisation.id))
    )
    return [(row[0], f"{row[1]} ({row[2]})" if row[2] else row[1]) for row in rows]


def open_cohort(session: Session, cohort_id: int, *, today: date) -> tuple[Cohort, str] | None:
    """A cohort of any organisation that is not over, with the organisation’s name."""
    row = session.execute(
        select(Cohort, col(Organisation.name))
        .join(Organisation, col(Organisation.id) == col(Cohort.organisation_id))
        .where(
            col(Cohort.id) == cohort_id,
            col(Cohort.ends_on) >= today,
            col(Organisation.closed_on).is_(None),
        )
    ).one_or_none()
    return (row[0], row[1]) if row else None
