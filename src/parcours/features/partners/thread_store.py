"""What the pages of threads read: those one’s organisation takes part in, and their messages."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from parcours.domain.access import Actor
from parcours.domain.partners import DiscussionKind
from parcours.models import (
    Account,
    Discussion,
    DiscussionMessage,
    DiscussionParty,
    Offer,
    Organisation,
)
from parcours.models.visibility import reads_discussion

PAGE_SIZE = 30
MOST_MESSAGES = 100


@dataclass(frozen=True, slots=True)
class ThreadRow:
    """A thread: what about, who opened it, how it was settled."""

    id: int
    kind: DiscussionKind
    about_id: int
    about: str
    offer_id: int | None
    offer: str | None
    other_id: int | None
    other: str | None
    opened_by: str
    opened_at: datetime
    settled_at: datetime | None
    settled_how: str | None
    settled_by: str | None


@dataclass(frozen=True, slots=True)
class MessageRow:
    """What somebody wrote."""

    text: str
    at: datetime
    account: str
    organisation: str


def threads(
    session: Session, actor: Actor, *, settled: bool, before: int | None
) -> list[ThreadRow]:
    """A page of one’s threads, the latest first, and one more when there is a next page."""
    state = col(Discussion.settled_at)
    conditions = [reads_discussion(actor), state.is_not(None) if settled else state.is_(None)]
    if before is not None:
        conditions.append(col(Discussion.id) < before)
    return _rows(session, conditions, PAGE_SIZE + 1)


def threads_about(
    session: Session,
    actor: Actor,
    *,
    organisation_id: int | None = None,
    offer_id: int | None = None,
) -> list[ThreadRow]:
    """The threads one takes part in about an organisation, or about one action."""
    about = (
        (col(Discussion.offer_id) == offer_id) | (col(Discussion.other_offer_id) == offer_id)
        if offer_id is not None
        else col(Discussion.about_id) == organisation_id
    )
    return _rows(session, [reads_discussion(actor), about], PAGE_SIZE)


def thread(session: Session, actor: Actor, discussion_id: int) -> ThreadRow | None:
    """One thread, None when the actor does not take part in it."""
    found = _rows(session, [reads_discussion(actor), col(Discussion.id) == discussion_id], 1)
    return found[0] if found else None


def messages(session: Session, discussion_id: int) -> list[MessageRow]:
    """The latest messages of a thread, in the order they were written."""
    rows = session.execute(
        select(
            col(DiscussionMessage.text),
            col(DiscussionMessage.at),
            col(Account.name),
            col(Organisation.name),
        )
        .join(Account, col(Account.id) == col(DiscussionMessage.account_id))
        .join(Organisation, col(Organisation.id) == col(DiscussionMessage.organisation_id))
        .where(col(DiscussionMessage.discussion_id) == discussion_id)
        .order_by(col(DiscussionMessage.id).desc())
        .limit(MOST_MESSAGES)
    )
    return [MessageRow(*row) for row in rows][::-1]


def parties(session: Session, discussion_id: int) -> list[str]:
    """The organisations a thread is between."""
    rows = session.execute(
        select(col(Organisation.name))
        .join(DiscussionParty, col(DiscussionParty.organisation_id) == col(Organisation.id))
        .where(col(DiscussionParty.discussion_id) == discussion_id)
        .order_by(col(Organisation.name_key))
    )
    return list(rows.scalars())


def _rows(session: Session, conditions: list[ColumnElement[bool]], most: int) -> list[ThreadRow]:
    about, opener, settler = aliased(Organisation), aliased(Organisation), aliased(Account)
    other = aliased(Offer)
    rows = session.execute(
        select(
            col(Discussion.id),
            col(Discussion.kind),
            col(Discussion.about_id),
            col(about.name),
            col(Discussion.offer_id),
            col(Offer.title),
            col(Discussion.other_offer_id),
            col(other.title),
            col(opener.name),
            col(Discussion.opened_at),
            col(Discussion.settled_at),
            col(Discussion.settled_how),
            col(settler.name),
        )
        .join(about, col(about.id) == col(Discussion.about_id))
        .join(opener, col(opener.id) == col(Discussion.organisation_id))
        .outerjoin(Offer, col(Offer.id) == col(Discussion.offer_id))
        .outerjoin(other, col(other.id) == col(Discussion.other_offer_id))
        .outerjoin(settler, col(settler.id) == col(Discussion.settled_by_id))
        .where(*conditions)
        .order_by(col(Discussion.id).desc())
        .limit(most)
    )
    return [ThreadRow(*row) for row in rows]
