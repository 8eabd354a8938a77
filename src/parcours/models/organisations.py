"""Partners of the territory, the people who act for them, and since when."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from parcours.domain.access import Role
from parcours.models.base import utc_now, word_column
from parcours.models.links import PersonalLink


class Organisation(SQLModel, table=True):
    """A partner: association, training body, maison de l’emploi, funder…

    `added_by_organisation_id` wrote it in the directory when it has no account of its own;
    `name_key` and `place_key` are what it is searched and recognised by.
    """

    __tablename__ = "organisation"
    __table_args__ = (
        CheckConstraint(
            "0 < relay_reminder_days AND relay_reminder_days < relay_escalation_days "
            "AND relay_escalation_days < relay_expiry_days",
            name="relay_delays_in_order",
        ),
        CheckConstraint("overlap_days >= 0", name="overlap_not_negative"),
        CheckConstraint("correction_days >= 0", name="correction_not_negative"),
        CheckConstraint("need_fresh_days > 0", name="need_fresh_days_positive"),
        CheckConstraint(
            "0 < introduction_reminder_days "
            "AND introduction_reminder_days < introduction_closing_days",
            name="introduction_delays_in_order",
        ),
        CheckConstraint("(confirmed_on IS NULL) = (confirmed_by_id IS NULL)",
                        name="confirmed_by_someone"),
        Index("ix_organisation_name_key", "name_key", "id"),
        Index("ix_organisation_place_key", "place_key"),
    )  # fmt: skip

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(max_length=40, unique=True)
    name: str = Field(max_length=200)
    kind: str = Field(max_length=40)
    city: str | None = Field(default=None, max_length=120)
    contact_email: str | None = Field(default=None, max_length=254)
    siret: str | None = Field(default=None, max_length=14, unique=True)
    activity_number: str | None = Field(default=None, max_length=11)
    phone: str | None = Field(default=None, max_length=40)
    address: str | None = Field(default=None, max_length=200)
    postcode: str | None = Field(default=None, max_length=10)
    name_key: str = Field(max_length=200)
    place_key: str | None = Field(default=None, max_length=400)
    added_by_organisation_id: int | None = Field(default=None, foreign_key="organisation.id")
    confirmed_on: date | None = None
    confirmed_by_id: int | None = Field(default=None, foreign_key="account.id")
    version: int = 1
    relay_reminder_days: int = 5
    relay_escalation_days: int = 10
    relay_expiry_days: int = 20
    overlap_days: int = 30
    correction_days: int = 14
    need_fresh_days: int = 90
    introduction_reminder_days: int = 5
    introduction_closing_days: int = 15
    holiday_region: str | None = Field(default=None, max_length=10)
    created_at: datetime = Field(default_factory=utc_now)
    closed_on: date | None = None


class Account(SQLModel, table=True):
    """A professional who signs in."""

    __tablename__ = "account"

    id: int | None = Field(default=None, primary_key=True)
    email: str = Field(max_length=254, unique=True)
    name: str = Field(max_length=120)
    password_hash: str = Field(max_length=200)
    created_at: datetime = Field(default_factory=utc_now)
    disabled_at: datetime | None = None


class Membership(SQLModel, table=True):
    """What an account may do for one organisation, and during which period."""

    __tablename__ = "membership"
    __table_args__ = (
        CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="period"),
        UniqueConstraint("account_id", "organisation_id", "role", "starts_on"),
        Index("ix_membership_organisation_id", "organisation_id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    account_id: int = Field(foreign_key="account.id")
    organisation_id: int = Field(foreign_key="organisation.id")
    role: Role = word_column(Role, "role")
    starts_on: date
    ends_on: date | None = None


class AccountLink(PersonalLink, table=True):
    """A link by which somebody chooses their own password: nobody else ever knows it.

    With a role it invites them to act for an organisation; without, it opens `account_id` again.
    """

    __tablename__ = "account_link"
    __table_args__ = (
        CheckConstraint("failures >= 0", name="failures_not_negative"),
        CheckConstraint("(role IS NULL) = (account_id IS NOT NULL)", name="invites_or_renews"),
        Index("ix_account_link_organisation_id", "organisation_id"),
        Index("ix_account_link_account_id", "account_id"),
    )

    organisation_id: int = Field(foreign_key="organisation.id")
    account_id: int | None = Field(default=None, foreign_key="account.id")
    email: str = Field(max_length=254)
    name: str = Field(max_length=120)
    role: Role | None = word_column(Role, "role", nullable=True)


class SignInSession(SQLModel, table=True):
    """A signed-in browser. Only the hash of its token is kept; it can be ended from the server."""

    __tablename__ = "sign_in_session"
    __table_args__ = (Index("ix_sign_in_session_account_id", "account_id"),)

    id: int | None = Field(default=None, primary_key=True)
    token_hash: str = Field(max_length=64, unique=True)
    csrf_token: str = Field(max_length=64)
    account_id: int = Field(foreign_key="account.id")
    membership_id: int = Field(foreign_key="membership.id")
    created_at: datetime = Field(default_factory=utc_now)
    seen_at: datetime = Field(default_factory=utc_now)
    authenticated_at: datetime = Field(default_factory=utc_now)
    ended_at: datetime | None = None


class SignInAttempt(SQLModel, table=True):
    """A failed sign-in, counted per account and per address to slow guessing down."""

    __tablename__ = "sign_in_attempt"
    __table_args__ = (
        Index("ix_sign_in_attempt_account_key_at", "account_key", "at"),
        Index("ix_sign_in_attempt_address_key_at", "address_key", "at"),
        Index("ix_sign_in_attempt_at", "at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    account_key: str = Field(max_length=64)
    address_key: str = Field(max_length=64)
    at: datetime = Field(default_factory=utc_now)


class Submission(SQLModel, table=True):
    """A form already taken: the same form sent twice leads to the same place, once."""

    __tablename__ = "submission"
    __table_args__ = (Index("ix_submission_at", "at"),)

    key: str = Field(primary_key=True, max_length=64)
    account_id: int = Field(foreign_key="account.id")
    at: datetime = Field(default_factory=utc_now)
    location: str | None = Field(default=None, max_length=500)
