"""Appointments, and the links by which a calendar elsewhere reads one’s agenda."""

from datetime import date, datetime, time

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field, SQLModel

from parcours.domain.agenda import AppointmentKind, Outcome
from parcours.models.base import utc_now, word_column


class Appointment(SQLModel, table=True):
    """Somebody of an organisation meets a person, or a partner, at hours of French clocks.

    `account_id` holds it, `created_by_id` noted it: perhaps a colleague. Those of a series, each
    an appointment like any other, carry the number of the first one.
    """

    __tablename__ = "appointment"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="hours_in_order"),
        CheckConstraint(
            "(outcome IS NULL) = (outcome_at IS NULL) "
            "AND (outcome IS NULL) = (outcome_by_id IS NULL)",
            name="outcome_by_someone",
        ),
        CheckConstraint(
            "outcome IS NULL OR outcome <> 'cancelled' OR reason IS NOT NULL",
            name="reason_when_cancelled",
        ),
        CheckConstraint("outcome IS NOT NULL OR reason IS NULL", name="reason_of_outcome"),
        CheckConstraint("version > 0", name="version_positive"),
        Index("ix_appointment_account_id", "account_id", "organisation_id", "held_on"),
        Index("ix_appointment_organisation_id", "organisation_id", "held_on", "starts_at"),
        Index("ix_appointment_learner_id", "learner_id", "held_on"),
        Index("ix_appointment_series_id", "series_id", "held_on"),
    )

    id: int | None = Field(default=None, primary_key=True)
    organisation_id: int = Field(foreign_key="organisation.id")
    account_id: int = Field(foreign_key="account.id")
    learner_id: int | None = Field(default=None, foreign_key="learner.id")
    series_id: int | None = Field(default=None, foreign_key="appointment.id")
    kind: AppointmentKind = word_column(AppointmentKind, "kind")
    title: str = Field(default="", max_length=200)
    place: str | None = Field(default=None, max_length=200)
    held_on: date
    starts_at: time
    ends_at: time
    outcome: Outcome | None = word_column(Outcome, "outcome", nullable=True)
    outcome_at: datetime | None = None
    outcome_by_id: int | None = Field(default=None, foreign_key="account.id")
    reason: str | None = Field(default=None, max_length=300)
    version: int = 1
    created_at: datetime = Field(default_factory=utc_now)
    created_by_id: int = Field(foreign_key="account.id")
    updated_at: datetime = Field(default_factory=utc_now)


class CalendarToken(SQLModel, table=True):
    """A link a calendar elsewhere subscribes to. Only the hash of its token is kept.

    It opens what its membership opens, for as long as that one runs. `window_at` and
    `window_count` count the readings of the last minutes.
    """

    __tablename__ = "calendar_token"
    __table_args__ = (
        CheckConstraint("window_count >= 0", name="window_count_not_negative"),
        Index("ix_calendar_token_account_id", "account_id", "revoked_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    token_hash: str = Field(max_length=64, unique=True)
    account_id: int = Field(foreign_key="account.id")
    organisation_id: int = Field(foreign_key="organisation.id")
    membership_id: int = Field(foreign_key="membership.id")
    label: str = Field(max_length=60)
    has_initials: bool = False
    created_at: datetime = Field(default_factory=utc_now)
    revoked_at: datetime | None = None
    last_used_at: datetime | None = None
    window_at: datetime | None = None
    window_count: int = 0
