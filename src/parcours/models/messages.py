"""The outbox: every message to somebody, how it goes, and what became of it."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ColumnElement, Index, and_, literal_column
from sqlmodel import Field, SQLModel, col

from parcours.domain.messages import Channel, MessageAct, MessageKind
from parcours.models.base import text_column, utc_now, word_column

# Still to be done or sent: the lists of what waits stay short however long the history grows.
WAITING: ColumnElement[bool] = literal_column(
    "sent_at IS NULL AND done_at IS NULL AND cancelled_at IS NULL AND digest_id IS NULL"
)


class Message(SQLModel, table=True):
    """A message of an organisation to an account, a learner, a partner’s address or a tutor’s.

    `once_key` names the event it tells, so that the same event never makes two. `released_on` is
    the day from which it may leave alone; one for an account without it waits for the digest of the
    day, itself a message, that `digest_id` then names.
    """

    __tablename__ = "message"
    __table_args__ = (
        CheckConstraint(
            " + ".join(
                f"(CASE WHEN {name} IS NULL THEN 0 ELSE 1 END)"
                for name in ("account_id", "learner_id", "partner_id", "immersion_id")
            )
            + " = 1",
            name="for_one",
        ),
        CheckConstraint("(done_at IS NULL) = (done_by_id IS NULL)", name="done_by_someone"),
        CheckConstraint(
            "(cancelled_at IS NULL) = (cancelled_by_id IS NULL)", name="cancelled_by_someone"
        ),
        CheckConstraint("attempts >= 0", name="attempts_not_negative"),
        Index(
            "ix_message_to_send", "due_on", "id", sqlite_where=WAITING, postgresql_where=WAITING
        ),
        Index(
            "ix_message_worklist",
            "organisation_id", "due_on", "id", sqlite_where=WAITING, postgresql_where=WAITING,
        ),
        Index("ix_message_learner_id", "learner_id", "id"),
        Index("ix_message_account_id_released_on", "account_id", "released_on"),
        Index("ix_message_digest_id", "digest_id"),
    )  # fmt: skip

    id: int | None = Field(default=None, primary_key=True)
    organisation_id: int = Field(foreign_key="organisation.id")
    account_id: int | None = Field(default=None, foreign_key="account.id")
    learner_id: int | None = Field(default=None, foreign_key="learner.id")
    partner_id: int | None = Field(default=None, foreign_key="organisation.id")
    # For the tutor of an immersion, at the address noted there when it leaves.
    immersion_id: int | None = Field(default=None, foreign_key="immersion.id")
    channel: Channel = word_column(Channel, "channel")
    channel_reason: str | None = Field(default=None, max_length=200)
    kind: MessageKind = word_column(MessageKind, "kind")
    subject: str = Field(max_length=120)
    body: str = text_column(nullable=False)
    path: str | None = Field(default=None, max_length=200)
    once_key: str | None = Field(default=None, max_length=120, unique=True)
    digest_id: int | None = Field(default=None, foreign_key="message.id")
    due_on: date
    released_on: date | None = None
    created_at: datetime = Field(default_factory=utc_now)
    created_by_id: int | None = Field(default=None, foreign_key="account.id")
    claimed_at: datetime | None = None
    attempts: int = 0
    next_try_at: datetime | None = None
    last_error: str | None = Field(default=None, max_length=200)
    failed_at: datetime | None = None
    sent_at: datetime | None = None
    done_at: datetime | None = None
    done_by_id: int | None = Field(default=None, foreign_key="account.id")
    cancelled_at: datetime | None = None
    cancelled_by_id: int | None = Field(default=None, foreign_key="account.id")
    cancel_reason: str | None = Field(default=None, max_length=200)


class MessageEvent(SQLModel, table=True):
    """One line of a message’s history: never rewritten."""

    __tablename__ = "message_event"
    __table_args__ = (Index("ix_message_event_message_id", "message_id", "id"),)

    id: int | None = Field(default=None, primary_key=True)
    message_id: int = Field(foreign_key="message.id")
    act: MessageAct = word_column(MessageAct, "act")
    at: datetime = Field(default_factory=utc_now)
    account_id: int | None = Field(default=None, foreign_key="account.id")
    words: str | None = Field(default=None, max_length=200)


def is_waiting() -> ColumnElement[bool]:
    """Condition: nothing became of the message yet, as the partial indexes have it."""
    return and_(
        col(Message.sent_at).is_(None),
        col(Message.done_at).is_(None),
        col(Message.cancelled_at).is_(None),
        col(Message.digest_id).is_(None),
    )
