"""Programmes, curricula, cohorts, their calendar, who is enrolled and who was there."""

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Column,
    ColumnElement,
    Index,
    Numeric,
    UniqueConstraint,
    exists,
    literal_column,
)
from sqlalchemy.orm import aliased
from sqlmodel import Field, SQLModel, col

from parcours.domain.attendance import Status
from parcours.domain.calendar import Half, Setting
from parcours.domain.signing import SigningWay
from parcours.domain.words import DataSource, StepKind
from parcours.models.base import text_column, utc_now, word_column

IS_OPEN = "left_on IS NULL"


class Programme(SQLModel, table=True):
    """A scheme with dates and rules (GEN, RSA numérique, FSE+…): data, never a concept in code."""

    __tablename__ = "programme"
    __table_args__ = (
        CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="period"),
        CheckConstraint("tolerance_days >= 0", name="tolerance_not_negative"),
        CheckConstraint("version > 0", name="version_positive"),
    )

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(max_length=40, unique=True)
    name: str = Field(max_length=200)
    starts_on: date
    ends_on: date | None = None
    tolerance_days: int = 15
    entry_criteria: list[dict[str, Any]] = Field(
        default_factory=list, sa_column=Column(JSON, nullable=False)
    )
    # Codes of fixtures/reference/follow_up_delays.csv; empty, the usual ones.
    follow_ups: list[str] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True)))
    version: int = 1


class Curriculum(SQLModel, table=True):
    """What a training body teaches, module by module."""

    __tablename__ = "curriculum"
    __table_args__ = (
        UniqueConstraint("organisation_id", "code"),
        CheckConstraint("version > 0", name="version_positive"),
    )

    id: int | None = Field(default=None, primary_key=True)
    organisation_id: int = Field(foreign_key="organisation.id")
    code: str = Field(max_length=40)
    name: str = Field(max_length=200)
    rncp_code: str | None = Field(default=None, max_length=20)
    version: int = 1


class CurriculumOccupation(SQLModel, table=True):
    """An occupation a curriculum aims at, by the ROME code that groups finer ones."""

    __tablename__ = "curriculum_occupation"

    curriculum_id: int = Field(foreign_key="curriculum.id", primary_key=True)
    rome_parent: str = Field(max_length=5, primary_key=True)
    label: str = Field(max_length=200)


class Module(SQLModel, table=True):
    """A part of a curriculum, with its hours.

    A foundation (Pix, French, citizenship) is kept whatever employers ask.
    """

    __tablename__ = "module"
    __table_args__ = (
        UniqueConstraint("curriculum_id", "position"),
        CheckConstraint("hours >= 0", name="hours_not_negative"),
    )

    id: int | None = Field(default=None, primary_key=True)
    curriculum_id: int = Field(foreign_key="curriculum.id")
    position: int
    name: str = Field(max_length=200)
    hours: Decimal = Field(sa_column=Column(Numeric(7, 2), nullable=False))
    is_foundation: bool = False


class ModuleSkill(SQLModel, table=True):
    """A skill a module teaches, and to which of the four levels it brings it."""

    __tablename__ = "module_skill"
    __table_args__ = (CheckConstraint("level BETWEEN 1 AND 4", name="level"),)

    module_id: int = Field(foreign_key="module.id", primary_key=True)
    skill_id: int = Field(foreign_key="skill.id", primary_key=True)
    level: int


class Cohort(SQLModel, table=True):
    """A group that follows a curriculum together, from a first day to a last."""

    __tablename__ = "cohort"
    __table_args__ = (
        UniqueConstraint("organisation_id", "code"),
        CheckConstraint("ends_on >= starts_on", name="period"),
        CheckConstraint("capacity > 0", name="capacity_positive"),
        CheckConstraint(
            "applications_close_on IS NULL OR applications_open_on IS NULL"
            " OR applications_close_on >= applications_open_on",
            name="application_window",
        ),
        CheckConstraint("version > 0", name="version_positive"),
        Index("ix_cohort_starts_on", "starts_on", "ends_on"),
        Index("ix_cohort_organisation_id", "organisation_id", "ends_on"),
    )

    id: int | None = Field(default=None, primary_key=True)
    organisation_id: int = Field(foreign_key="organisation.id")
    programme_id: int | None = Field(default=None, foreign_key="programme.id")
    curriculum_id: int | None = Field(default=None, foreign_key="curriculum.id")
    code: str = Field(max_length=40)
    name: str = Field(max_length=200)
    kind: StepKind = word_column(StepKind, "kind")
    starts_on: date
    ends_on: date
    capacity: int
    applications_open_on: date | None = None
    applications_close_on: date | None = None
    version: int = 1
    created_at: datetime = Field(default_factory=utc_now)
    created_by_id: int = Field(foreign_key="account.id")


class CohortHalfDay(SQLModel, table=True):
    """A morning or an afternoon of a cohort’s calendar."""

    __tablename__ = "cohort_half_day"
    __table_args__ = (
        UniqueConstraint("cohort_id", "held_on", "half"),
        CheckConstraint("minutes > 0", name="minutes_positive"),
        CheckConstraint("(taken_at IS NULL) = (taken_by_id IS NULL)", name="taken_by_someone"),
        CheckConstraint(
            "(cancelled_at IS NULL) = (cancelled_by_id IS NULL)", name="cancelled_by_someone"
        ),
        CheckConstraint("(signed_at IS NULL) = (signed_by_id IS NULL)", name="signed_by_someone"),
    )

    id: int | None = Field(default=None, primary_key=True)
    cohort_id: int = Field(foreign_key="cohort.id")
    held_on: date
    half: Half = word_column(Half, "half")
    minutes: int = 210
    starts_at: time | None = None
    setting: Setting = word_column(Setting, "setting", default=Setting.ON_SITE)
    room: str | None = Field(default=None, max_length=80)
    taken_at: datetime | None = None
    taken_by_id: int | None = Field(default=None, foreign_key="account.id")
    signed_at: datetime | None = None
    signed_by_id: int | None = Field(default=None, foreign_key="account.id")
    cancelled_at: datetime | None = None
    cancelled_by_id: int | None = Field(default=None, foreign_key="account.id")
    cancel_reason: str | None = Field(default=None, max_length=200)
    reopened_until: date | None = None
    version: int = 1


def takes_place() -> ColumnElement[bool]:
    """Condition: a half-day nobody cancelled; what was recorded for another no longer counts."""
    return col(CohortHalfDay.cancelled_at).is_(None)


class Enrolment(SQLModel, table=True):
    """A learner’s place in a cohort for a period; it creates and carries the step.

    Somebody who left and comes back has a second one: the first keeps its days and its marks.
    """

    __tablename__ = "enrolment"
    __table_args__ = (
        UniqueConstraint("cohort_id", "learner_id", "enrolled_on"),
        CheckConstraint("left_on IS NULL OR left_on >= enrolled_on", name="period"),
        CheckConstraint("left_reason IS NULL OR left_on IS NOT NULL", name="left_for_a_reason"),
        # One place at a time, whoever writes.
        Index(
            "uq_enrolment_open",
            "cohort_id", "learner_id",
            unique=True,
            sqlite_where=literal_column(IS_OPEN),
            postgresql_where=literal_column(IS_OPEN),
        ),
        Index("ix_enrolment_learner_id", "learner_id"),
    )  # fmt: skip

    id: int | None = Field(default=None, primary_key=True)
    cohort_id: int = Field(foreign_key="cohort.id")
    learner_id: int = Field(foreign_key="learner.id")
    enrolled_on: date
    left_on: date | None = None
    left_reason: str | None = Field(default=None, max_length=300)
    created_at: datetime = Field(default_factory=utc_now)
    created_by_id: int = Field(foreign_key="account.id")


# Made once: the mapping of an alias costs more than the page it is asked for.
LATER = aliased(Enrolment)


def is_last_period() -> ColumnElement[bool]:
    """Condition on Enrolment: the person did not come back to the same cohort afterwards."""
    return ~exists().where(
        col(LATER.cohort_id) == col(Enrolment.cohort_id),
        col(LATER.learner_id) == col(Enrolment.learner_id),
        col(LATER.enrolled_on) > col(Enrolment.enrolled_on),
    )


class AttendanceMark(SQLModel, table=True):
    """What was recorded for one person on one half-day."""

    __tablename__ = "attendance_mark"
    __table_args__ = (
        CheckConstraint("late_minutes >= 0", name="late_not_negative"),
        CheckConstraint("(signed_at IS NULL) = (signed_way IS NULL)", name="signed_somehow"),
        Index("ix_attendance_mark_enrolment_id", "enrolment_id"),
        {"sqlite_with_rowid": False},
    )

    half_day_id: int = Field(foreign_key="cohort_half_day.id", primary_key=True)
    enrolment_id: int = Field(foreign_key="enrolment.id", primary_key=True)
    status: Status = word_column(Status, "status")
    late_minutes: int = 0
    reason: str | None = Field(default=None, max_length=40)
    note: str | None = text_column()
    source: DataSource = word_column(DataSource, "source")
    recorded_at: datetime = Field(default_factory=utc_now)
    recorded_by_id: int = Field(foreign_key="account.id")
    signed_at: datetime | None = None
    signed_way: SigningWay | None = word_column(SigningWay, "signed_way", nullable=True)


class SigningCode(SQLModel, table=True):
    """A code with which the group of a half-day signs; its hash alone is kept."""

    __tablename__ = "signing_code"
    __table_args__ = (
        CheckConstraint("failures >= 0", name="failures_not_negative"),
        Index("ix_signing_code_half_day_id", "half_day_id"),
        Index("ix_signing_code_code_hash", "code_hash", "expires_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    half_day_id: int = Field(foreign_key="cohort_half_day.id")
    way: SigningWay = word_column(SigningWay, "way")
    code_hash: str = Field(max_length=64)
    expires_at: datetime
    failures: int = 0
    ended_at: datetime | None = None
    created_at: datetime = Field(default_factory=utc_now)
    created_by_id: int = Field(foreign_key="account.id")
