"""Immersions in a company: what is agreed beside the step, hours missed, what tutors say."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, Column, Index, Numeric
from sqlmodel import Field, SQLModel

from parcours.domain.immersions import Aim, Answer, Behaviour, WouldHire
from parcours.domain.words import DataSource
from parcours.models.base import text_column, utc_now, word_column
from parcours.models.links import PersonalLink


class Immersion(SQLModel, table=True):
    """What is agreed with a company for a step of a pathway, which alone holds the dates."""

    __tablename__ = "immersion"
    __table_args__ = (
        CheckConstraint("firm_siret IS NULL OR length(firm_siret) = 14", name="siret_length"),
        CheckConstraint("weekly_hours IS NULL OR weekly_hours > 0", name="hours_positive"),
        CheckConstraint("(hired IS NULL) = (hired_said_at IS NULL)", name="hired_said_some_day"),
        CheckConstraint("(hired IS NULL) = (hired_said_by_id IS NULL)", name="hired_said_by"),
        CheckConstraint("(waived_at IS NULL) = (waived_by_id IS NULL)", name="waived_by_someone"),
        CheckConstraint("(waived_at IS NULL) = (waive_reason IS NULL)", name="waived_for_a_reason"),
        CheckConstraint("version > 0", name="version_positive"),
        Index("ix_immersion_learner_id", "learner_id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    step_id: int = Field(foreign_key="step.id", unique=True)
    learner_id: int = Field(foreign_key="learner.id")
    firm_name: str = Field(max_length=160)
    firm_siret: str | None = Field(default=None, max_length=14)
    firm_city: str | None = Field(default=None, max_length=120)
    firm_contact: str | None = Field(default=None, max_length=200)
    tutor_name: str | None = Field(default=None, max_length=120)
    tutor_phone: str | None = Field(default=None, max_length=30)
    tutor_email: str | None = Field(default=None, max_length=254)
    weekly_hours: Decimal | None = Field(
        default=None, sa_column=Column(Numeric(5, 2), nullable=True)
    )
    aim: Aim | None = word_column(Aim, "aim", nullable=True)
    objectives: str | None = text_column()
    hired: bool | None = None
    hired_said_at: datetime | None = None
    hired_said_by_id: int | None = Field(default=None, foreign_key="account.id")
    waived_at: datetime | None = None
    waived_by_id: int | None = Field(default=None, foreign_key="account.id")
    waive_reason: str | None = Field(default=None, max_length=200)
    source: DataSource = word_column(DataSource, "source")
    version: int = 1
    created_at: datetime = Field(default_factory=utc_now)
    created_by_id: int = Field(foreign_key="account.id")


class ImmersionAbsence(SQLModel, table=True):
    """The minutes missed on one day of an immersion, with a reason of the closed list."""

    __tablename__ = "immersion_absence"
    __table_args__ = (CheckConstraint("minutes BETWEEN 1 AND 600", name="minutes_of_a_day"),)

    immersion_id: int = Field(foreign_key="immersion.id", primary_key=True)
    missed_on: date = Field(primary_key=True)
    minutes: int
    reason: str = Field(max_length=40)
    recorded_at: datetime = Field(default_factory=utc_now)
    recorded_by_id: int = Field(foreign_key="account.id")


class ImmersionLink(PersonalLink, table=True):
    """A link that lets the tutor of one immersion answer once."""

    __tablename__ = "immersion_link"
    __table_args__ = (
        CheckConstraint("failures >= 0", name="failures_not_negative"),
        Index("ix_immersion_link_immersion_id", "immersion_id"),
    )

    immersion_id: int = Field(foreign_key="immersion.id")


class ImmersionAssessment(SQLModel, table=True):
    """What a tutor says of an immersion, by their link or on paper; never rewritten."""

    __tablename__ = "immersion_assessment"
    __table_args__ = (
        CheckConstraint("(link_id IS NULL) <> (typed_by_id IS NULL)", name="by_link_or_typed"),
        CheckConstraint("(source = 'paper') = (typed_by_id IS NOT NULL)", name="typed_from_paper"),
        Index("ix_immersion_assessment_immersion_id", "immersion_id", "id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    immersion_id: int = Field(foreign_key="immersion.id")
    by_name: str = Field(max_length=120)
    answered_on: date
    would_hire: WouldHire = word_column(WouldHire, "would_hire")
    went_well: str | None = text_column()
    to_work_on: str | None = text_column()
    source: DataSource = word_column(DataSource, "source")
    link_id: int | None = Field(default=None, foreign_key="immersion_link.id", unique=True)
    typed_by_id: int | None = Field(default=None, foreign_key="account.id")
    created_at: datetime = Field(default_factory=utc_now)


class ImmersionAnswer(SQLModel, table=True):
    """The tutor’s answer to one closed question; never rewritten."""

    __tablename__ = "immersion_answer"

    assessment_id: int = Field(foreign_key="immersion_assessment.id", primary_key=True)
    behaviour: Behaviour = word_column(Behaviour, "behaviour", primary_key=True)
    answer: Answer = word_column(Answer, "answer")
