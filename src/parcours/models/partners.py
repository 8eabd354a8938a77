"""What partners offer, the threads about it, and the charter professionals accept."""

from datetime import date, datetime, time

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from parcours.domain.partners import DiscussionKind, OfferEntry
from parcours.domain.words import StepKind
from parcours.models.base import text_column, utc_now, word_column


class Offer(SQLModel, table=True):
    """A partner’s action: what, where, when, for whom, places. Known to the whole territory.

    `organisation_id` is the partner it concerns, who confirms it; `entered_by_organisation_id`
    is whoever wrote it down, perhaps somebody else.
    """

    __tablename__ = "offer"
    __table_args__ = (
        CheckConstraint("ends_on IS NULL OR starts_on IS NULL OR ends_on >= starts_on",
                        name="period"),
        CheckConstraint("places > 0", name="places_positive"),
        CheckConstraint("(latitude IS NULL) = (longitude IS NULL)", name="whole_position"),
        CheckConstraint("(confirmed_on IS NULL) = (confirmed_by_id IS NULL)",
                        name="confirmed_by_someone"),
        CheckConstraint("(withdrawn_at IS NULL) = (withdrawn_by_id IS NULL)",
                        name="withdrawn_by_someone"),
        CheckConstraint("version > 0", name="version_positive"),
        Index("ix_offer_organisation_id", "organisation_id"),
        Index("ix_offer_sort_key", "sort_key", "id"),
        Index("ix_offer_likeness_key", "likeness_key"),
    )  # fmt: skip

    id: int | None = Field(default=None, primary_key=True)
    organisation_id: int = Field(foreign_key="organisation.id")
    entered_by_organisation_id: int = Field(foreign_key="organisation.id")
    kind: StepKind = word_column(StepKind, "kind")
    title: str = Field(max_length=200)
    what: str | None = text_column()
    audience: str | None = text_column()
    age_min: int | None = None
    age_max: int | None = None
    rsa_only: bool = False
    qpv_only: bool = False
    venue: str | None = Field(default=None, max_length=200)
    address: str | None = Field(default=None, max_length=200)
    postcode: str | None = Field(default=None, max_length=10)
    city: str | None = Field(default=None, max_length=120)
    latitude: float | None = None
    longitude: float | None = None
    entry: OfferEntry = word_column(OfferEntry, "entry")
    starts_on: date | None = None
    ends_on: date | None = None
    schedule: str | None = Field(default=None, max_length=300)
    places: int | None = None
    contact: str | None = Field(default=None, max_length=300)
    programme_id: int | None = Field(default=None, foreign_key="programme.id")
    sort_key: str = Field(max_length=200)
    likeness_key: str = Field(max_length=400)
    search_text: str = text_column(nullable=False)
    confirmed_on: date | None = None
    confirmed_by_id: int | None = Field(default=None, foreign_key="account.id")
    withdrawn_at: datetime | None = None
    withdrawn_by_id: int | None = Field(default=None, foreign_key="account.id")
    withdrawal_reason: str | None = Field(default=None, max_length=300)
    version: int = 1
    created_at: datetime = Field(default_factory=utc_now)
    created_by_id: int = Field(foreign_key="account.id")


class OfferDate(SQLModel, table=True):
    """A day an action starts or stops somewhere: its places, and where a mobile venue stands."""

    __tablename__ = "offer_date"
    __table_args__ = (
        CheckConstraint("places > 0", name="places_positive"),
        CheckConstraint("taken >= 0", name="taken_not_negative"),
        CheckConstraint("(latitude IS NULL) = (longitude IS NULL)", name="whole_position"),
        CheckConstraint("(cancelled_at IS NULL) = (cancelled_by_id IS NULL)",
                        name="cancelled_by_someone"),
        Index("ix_offer_date_offer_id", "offer_id", "starts_on"),
    )  # fmt: skip

    id: int | None = Field(default=None, primary_key=True)
    offer_id: int = Field(foreign_key="offer.id")
    starts_on: date
    from_time: time | None = None
    to_time: time | None = None
    place: str | None = Field(default=None, max_length=200)
    city: str | None = Field(default=None, max_length=120)
    latitude: float | None = None
    longitude: float | None = None
    places: int | None = None
    taken: int = 0
    cancelled_at: datetime | None = None
    cancelled_by_id: int | None = Field(default=None, foreign_key="account.id")
    created_at: datetime = Field(default_factory=utc_now)
    created_by_id: int = Field(foreign_key="account.id")


class Discussion(SQLModel, table=True):
    """A thread about an action or an organisation, open until it is settled.

    `organisation_id` opened it; `about_id` is the organisation it is about.
    """

    __tablename__ = "discussion"
    __table_args__ = (
        CheckConstraint(
            "(settled_at IS NULL) = (settled_by_id IS NULL) AND "
            "(settled_at IS NULL) = (settled_how IS NULL)",
            name="settled_by_someone",
        ),
        Index("ix_discussion_offer_id", "offer_id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    organisation_id: int = Field(foreign_key="organisation.id")
    about_id: int = Field(foreign_key="organisation.id")
    offer_id: int | None = Field(default=None, foreign_key="offer.id")
    other_offer_id: int | None = Field(default=None, foreign_key="offer.id")
    kind: DiscussionKind = word_column(DiscussionKind, "kind")
    opened_at: datetime = Field(default_factory=utc_now)
    opened_by_id: int = Field(foreign_key="account.id")
    settled_at: datetime | None = None
    settled_by_id: int | None = Field(default=None, foreign_key="account.id")
    settled_how: str | None = text_column()


class DiscussionParty(SQLModel, table=True):
    """An organisation that reads a thread and answers in it."""

    __tablename__ = "discussion_party"
    __table_args__ = (Index("ix_discussion_party_organisation_id", "organisation_id"),)

    discussion_id: int = Field(foreign_key="discussion.id", primary_key=True)
    organisation_id: int = Field(foreign_key="organisation.id", primary_key=True)


class DiscussionMessage(SQLModel, table=True):
    """What somebody wrote in a thread; never rewritten."""

    __tablename__ = "discussion_message"
    __table_args__ = (Index("ix_discussion_message_discussion_id", "discussion_id"),)

    id: int | None = Field(default=None, primary_key=True)
    discussion_id: int = Field(foreign_key="discussion.id")
    organisation_id: int = Field(foreign_key="organisation.id")
    account_id: int = Field(foreign_key="account.id")
    text: str = text_column(nullable=False)
    at: datetime = Field(default_factory=utc_now)


class CharterAcceptance(SQLModel, table=True):
    """A professional accepted a version of the charter."""

    __tablename__ = "charter_acceptance"
    __table_args__ = (UniqueConstraint("account_id", "version"),)

    id: int | None = Field(default=None, primary_key=True)
    account_id: int = Field(foreign_key="account.id")
    version: int
    accepted_at: datetime = Field(default_factory=utc_now)
