"""Relays between organisations, their history, and the links that answer without an account."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field, SQLModel

from parcours.domain.relays import Answer, DeclineReason, RelayAct
from parcours.domain.words import SharingMedium
from parcours.models.base import text_column, utc_now, word_column
from parcours.models.links import PersonalLink


class Relay(SQLModel, table=True):
    """A step proposed to another organisation; until it accepts, the sender holds the person.

    The step it proposes covers nothing before `answer` is « accepted ». Deadlines are facts of the
    day it was sent: a delay changed later moves no promise already made.
    """

    __tablename__ = "relay"
    __table_args__ = (
        CheckConstraint("sender_id <> receiver_id", name="two_organisations"),
        CheckConstraint("(answer IS NULL) = (answered_on IS NULL)", name="answered_some_day"),
        CheckConstraint(
            "answer = 'declined' OR decline_reason IS NULL", name="reason_when_declined"
        ),
        CheckConstraint(
            "sent_on <= due_on AND due_on <= escalates_on AND escalates_on <= expires_on",
            name="deadlines_in_order",
        ),
        # Counted on every first page: the index alone tells which may still be answered.
        Index("ix_relay_receiver_id", "receiver_id", "answer", "due_on", "expires_on"),
        Index("ix_relay_sender_id", "sender_id", "answer", "due_on", "expires_on"),
        Index("ix_relay_receiver_id_sent_on", "receiver_id", "sent_on", "id"),
        Index("ix_relay_sender_id_sent_on", "sender_id", "sent_on", "id"),
        Index("ix_relay_pathway_id", "pathway_id"),
        Index("ix_relay_learner_id", "learner_id"),
        Index("ix_relay_cohort_id", "cohort_id"),
        Index("ix_relay_answer_due_on", "answer", "due_on"),
    )

    id: int | None = Field(default=None, primary_key=True)
    step_id: int = Field(foreign_key="step.id", unique=True)
    pathway_id: int = Field(foreign_key="pathway.id")
    learner_id: int = Field(foreign_key="learner.id")
    sender_id: int = Field(foreign_key="organisation.id")
    receiver_id: int = Field(foreign_key="organisation.id")
    cohort_id: int | None = Field(default=None, foreign_key="cohort.id")
    reason: str = text_column(nullable=False)
    sharing_medium: SharingMedium | None = word_column(
        SharingMedium, "sharing_medium", nullable=True
    )
    sent_on: date
    sent_at: datetime = Field(default_factory=utc_now)
    sent_by_id: int = Field(foreign_key="account.id")
    due_on: date
    escalates_on: date
    expires_on: date
    reminded_on: date | None = None
    escalated_on: date | None = None
    expired_on: date | None = None
    answer: Answer | None = word_column(Answer, "answer", nullable=True)
    answered_on: date | None = None
    answered_by_id: int | None = Field(default=None, foreign_key="account.id")
    decline_reason: DeclineReason | None = word_column(
        DeclineReason, "decline_reason", nullable=True
    )


class RelayEvent(SQLModel, table=True):
    """One line of a relay’s history: never rewritten."""

    __tablename__ = "relay_event"
    __table_args__ = (Index("ix_relay_event_relay_id", "relay_id", "id"),)

    id: int | None = Field(default=None, primary_key=True)
    relay_id: int = Field(foreign_key="relay.id")
    act: RelayAct = word_column(RelayAct, "act")
    on: date
    at: datetime = Field(default_factory=utc_now)
    organisation_id: int | None = Field(default=None, foreign_key="organisation.id")
    account_id: int | None = Field(default=None, foreign_key="account.id")
    by_name: str | None = Field(default=None, max_length=120)
    words: str | None = text_column()


class RelayLink(PersonalLink, table=True):
    """A link that answers one relay once."""

    __tablename__ = "relay_link"
    __table_args__ = (
        CheckConstraint("failures >= 0", name="failures_not_negative"),
        Index("ix_relay_link_relay_id", "relay_id"),
    )

    relay_id: int = Field(foreign_key="relay.id")


class OrganisationClosure(SQLModel, table=True):
    """Days an organisation is closed: they are no working days for those who wait for it."""

    __tablename__ = "organisation_closure"
    __table_args__ = (
        CheckConstraint("ends_on >= starts_on", name="period"),
        Index("ix_organisation_closure_organisation_id", "organisation_id", "ends_on"),
    )

    id: int | None = Field(default=None, primary_key=True)
    organisation_id: int = Field(foreign_key="organisation.id")
    starts_on: date
    ends_on: date
    label: str = Field(max_length=120)
