"""What the pages of messages read."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, or_, select, tuple_
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from parcours.actions.waiting import is_unsent
from parcours.domain.access import Actor
from parcours.domain.messages import Channel, MessageAct, MessageKind
from parcours.models import Account, Immersion, Learner, Message, MessageEvent, Organisation
from parcours.models.messages import is_waiting
from parcours.models.visibility import is_mine, scope, sees_message

PAGE_SIZE = 50
HISTORY = 30
Place = tuple[date, int]


@dataclass(frozen=True, slots=True)
class MessageRow:
    """A message of the worklist."""

    id: int
    channel: Channel
    kind: MessageKind
    due_on: date
    last_error: str | None
    sent_at: datetime | None
    done_at: datetime | None
    cancelled_at: datetime | None
    learner_id: int | None
    birth_name: str | None
    usage_name: str | None
    first_names: str | None
    partner: str | None
    author: str | None
    calls: int


@dataclass(frozen=True, slots=True)
class Unsent:
    """A message that did not leave; whom it is for is said without a learner’s name."""

    id: int
    kind: MessageKind
    channel: Channel
    error: str
    attempts: int
    next_try_at: datetime | None
    account: str | None
    partner: str | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """The filters of the worklist."""

    by_hand: tuple[Channel, ...]
    channel: Channel | None = None
    is_mine: bool = False
    state: str = ""


CALLS = (
    select(func.count())
    .where(
        col(MessageEvent.message_id) == col(Message.id),
        col(MessageEvent.act) == MessageAct.NO_ANSWER,
    )
    .correlate(Message)
    .scalar_subquery()
)
PARTNER = aliased(Organisation)
# Who receives it outside the program: a partner, or the company whose tutor is written to.
OUTSIDE = func.coalesce(col(PARTNER.name), col(Immersion.firm_name))
ROWS = (
    select(
        col(Message.id),
        col(Message.channel),
        col(Message.kind),
        col(Message.due_on),
        col(Message.last_error),
        col(Message.sent_at),
        col(Message.done_at),
        col(Message.cancelled_at),
        col(Message.learner_id),
        col(Learner.birth_name),
        col(Learner.usage_name),
        col(Learner.first_names),
        OUTSIDE,
        col(Account.name),
        CALLS,
    )
    .outerjoin(Learner, col(Learner.id) == col(Message.learner_id))
    .outerjoin(PARTNER, col(PARTNER.id) == col(Message.partner_id))
    .outerjoin(Immersion, col(Immersion.id) == col(Message.immersion_id))
    .outerjoin(Account, col(Account.id) == col(Message.created_by_id))
)


def worklist(
    session: Session, actor: Actor, wanted: Wanted, *, today: date, after: Place | None
) -> list[MessageRow]:
    """Messages of one’s organisation, what is due first; one row more than a page."""
    statement = _ordered(ROWS.where(sees_message(actor)), wanted, after)
    if wanted.channel is not None:
        statement = statement.where(col(Message.channel) == wanted.channel)
    if wanted.is_mine:
        statement = statement.where(
            or_(is_mine(col(Message.created_by_id)), is_mine(col(Learner.referent_id)))
        )
    parameters = {**scope(actor, today), "account": actor.account_id}
    rows = session.execute(statement.limit(PAGE_SIZE + 1), parameters)
    return [MessageRow(*row) for row in rows]


def of_learner(session: Session, actor: Actor, learner_id: int, *, today: date) -> list[MessageRow]:
    """What one’s organisation wrote to a person, the latest first."""
    statement = ROWS.where(sees_message(actor), col(Message.learner_id) == learner_id)
    latest = statement.order_by(col(Message.id).desc()).limit(HISTORY)
    return [MessageRow(*row) for row in session.execute(latest, scope(actor, today))]


def history(session: Session, message_id: int) -> list[tuple[MessageEvent, str | None]]:
    """What became of a message the caller has opened, in order, and by whom."""
    rows = session.execute(
        select(MessageEvent, col(Account.name))
        .outerjoin(Account, col(Account.id) == col(MessageEvent.account_id))
        .where(col(MessageEvent.message_id) == message_id)
        .order_by(col(MessageEvent.id))
    )
    return [(row[0], row[1]) for row in rows]


def unsent(session: Session, actor: Actor, *, after: int) -> list[Unsent]:
    """What did not leave in the name of one’s organisation; one row more than a page."""
    rows = session.execute(
        select(
            col(Message.id),
            col(Message.kind),
            col(Message.channel),
            col(Message.last_error),
            col(Message.attempts),
            col(Message.next_try_at),
            col(Account.name),
            OUTSIDE,
        )
        .outerjoin(Account, col(Account.id) == col(Message.account_id))
        .outerjoin(PARTNER, col(PARTNER.id) == col(Message.partner_id))
        .outerjoin(Immersion, col(Immersion.id) == col(Message.immersion_id))
        .where(
            col(Message.organisation_id) == actor.organisation_id,
            col(Message.id) > after,
            is_unsent(),
        )
        .order_by(col(Message.id))
        .limit(PAGE_SIZE + 1)
    )
    return [Unsent(*row) for row in rows]


def sending_facts(session: Session, actor: Actor, *, today: date) -> tuple[int, str | None]:
    """How many e-mails of one’s organisation wait for their turn, and its contact address."""
    counted = (
        select(func.count())
        .select_from(Message)
        .where(
            col(Message.organisation_id) == actor.organisation_id,
            col(Message.channel) == Channel.EMAIL,
            col(Message.due_on) <= today,
            is_waiting(),
        )
        .scalar_subquery()
    )
    statement = select(counted, col(Organisation.contact_email)).where(
        col(Organisation.id) == actor.organisation_id
    )
    row = session.execute(statement).one()
    return int(row[0]), row[1]


def _ordered(statement: Any, wanted: Wanted, after: Place | None) -> Any:
    place = tuple_(col(Message.due_on), col(Message.id))
    if wanted.state == "faits":
        over = or_(
            col(Message.done_at).is_not(None),
            col(Message.sent_at).is_not(None),
            col(Message.cancelled_at).is_not(None),
        )
        latest = statement.where(over).order_by(col(Message.due_on).desc(), col(Message.id).desc())
        return latest.where(place < after) if after else latest
    has_failed = col(Message.failed_at).is_not(None)
    is_by_hand = col(Message.channel).in_(wanted.by_hand)
    statement = statement.where(has_failed if wanted.state == "echec" else is_by_hand, is_waiting())
    statement = statement.order_by(col(Message.due_on), col(Message.id))
    return statement.where(place > after) if after else statement
