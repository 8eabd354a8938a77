"""Exits as raw facts, what was said since, and who was asked: figures are a rule’s business."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import (
    CheckConstraint,
    Column,
    ColumnElement,
    Index,
    Numeric,
    and_,
    exists,
    literal_column,
)
from sqlalchemy.orm import aliased
from sqlmodel import Field, SQLModel, col

from parcours.domain.follow_ups import State, Teller, TryOutcome
from parcours.domain.messages import Channel
from parcours.domain.outcomes import EmployerKind, Improvement, Qualification
from parcours.domain.words import DataSource, Word
from parcours.models.base import is_word, text_column, utc_now, word_column

FIRST_AT_EXIT = "moment = 'exit' AND replaces_id IS NULL"
FIRST_ANSWER = "follow_up_id IS NOT NULL AND replaces_id IS NULL"
INCOMPLETE = "moment = 'exit' AND (situation IS NULL OR proof_seen_on IS NULL)"
OPEN = "outcome IS NULL"


class Moment(Word):
    """What a situation was said of: the exit itself, or a later day."""

    EXIT = "exit", "À la sortie"
    LATER = "later", "Depuis"


class Exit(SQLModel, table=True):
    """Somebody left a pathway on a day; what they left for is told by situations.

    `exited_on` repeats the day of the last version of the situation at exit.
    """

    __tablename__ = "exit"
    __table_args__ = (
        CheckConstraint("version > 0", name="version_positive"),
        Index("ix_exit_pathway_id", "pathway_id"),
        Index("ix_exit_learner_id", "learner_id", "exited_on"),
        Index("ix_exit_organisation_id", "organisation_id", "id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    learner_id: int = Field(foreign_key="learner.id")
    pathway_id: int = Field(foreign_key="pathway.id")
    organisation_id: int = Field(foreign_key="organisation.id")
    exited_on: date
    source: DataSource = word_column(DataSource, "source")
    version: int = 1
    created_at: datetime = Field(default_factory=utc_now)
    created_by_id: int = Field(foreign_key="account.id")


class FollowUp(SQLModel, table=True):
    """A day on which somebody who left is asked what became of them, created by the exit.

    `outcome` repeats what tries and answers decide (domain/follow_ups.settled); empty, only the
    day tells where it stands.
    """

    __tablename__ = "follow_up"
    __table_args__ = (
        CheckConstraint("opens_on <= due_on AND due_on <= closes_on", name="days_in_order"),
        CheckConstraint("days_tried >= 0", name="tries_not_negative"),
        CheckConstraint("version > 0", name="version_positive"),
        Index("ix_follow_up_exit_id", "exit_id", "delay", unique=True),
        Index("ix_follow_up_learner_id", "learner_id"),
        Index(
            "ix_follow_up_open",
            "organisation_id", "due_on", "id", "opens_on", "closes_on", "learner_id",
            sqlite_where=literal_column(OPEN), postgresql_where=literal_column(OPEN),
        ),
        # Those still open today, whatever piled up behind: a first page counts them each time.
        Index(
            "ix_follow_up_closing",
            "organisation_id", "closes_on", "opens_on", "learner_id", "outcome",
            sqlite_where=literal_column(OPEN), postgresql_where=literal_column(OPEN),
        ),
        Index("ix_follow_up_due_on", "organisation_id", "due_on", "id"),
    )  # fmt: skip

    id: int | None = Field(default=None, primary_key=True)
    exit_id: int = Field(foreign_key="exit.id")
    learner_id: int = Field(foreign_key="learner.id")
    organisation_id: int = Field(foreign_key="organisation.id")
    delay: str = Field(max_length=20)
    due_on: date
    opens_on: date
    closes_on: date
    days_tried: int = 0
    last_tried_on: date | None = None
    outcome: State | None = word_column(State, "outcome", nullable=True)
    version: int = 1
    created_at: datetime = Field(default_factory=utc_now)


class FollowUpTry(SQLModel, table=True):
    """One try to reach somebody: never rewritten."""

    __tablename__ = "follow_up_try"
    __table_args__ = (Index("ix_follow_up_try_follow_up_id", "follow_up_id", "id"),)

    id: int | None = Field(default=None, primary_key=True)
    follow_up_id: int = Field(foreign_key="follow_up.id")
    tried_on: date
    channel: Channel | None = word_column(Channel, "channel", nullable=True)
    outcome: TryOutcome = word_column(TryOutcome, "outcome")
    words: str | None = Field(default=None, max_length=300)
    source: DataSource = word_column(DataSource, "source")
    created_at: datetime = Field(default_factory=utc_now)
    created_by_id: int = Field(foreign_key="account.id")


class ExitSituation(SQLModel, table=True):
    """What somebody said of a person’s situation on a day: never rewritten.

    A correction is another row, whose `replaces_id` names the one it corrects: two who correct the
    same one cannot both win. The contract’s dates are a training’s where there is no contract.
    """

    __tablename__ = "exit_situation"
    __table_args__ = (
        CheckConstraint(
            "contract_ends_on IS NULL OR contract_starts_on IS NULL"
            " OR contract_ends_on >= contract_starts_on",
            name="contract_period",
        ),
        CheckConstraint("weekly_hours IS NULL OR weekly_hours > 0", name="hours_positive"),
        CheckConstraint("siret IS NULL OR length(siret) = 14", name="siret_length"),
        CheckConstraint("moment <> 'exit' OR follow_up_id IS NULL", name="exit_is_no_answer"),
        Index("ix_exit_situation_exit_id", "exit_id", "id"),
        Index("ix_exit_situation_learner_id", "learner_id"),
        Index("ix_exit_situation_need_id", "need_id"),
        Index(
            "uq_exit_situation_first", "exit_id", unique=True,
            sqlite_where=literal_column(FIRST_AT_EXIT),
            postgresql_where=literal_column(FIRST_AT_EXIT),
        ),
        Index(
            "uq_exit_situation_answer", "follow_up_id", unique=True,
            sqlite_where=literal_column(FIRST_ANSWER),
            postgresql_where=literal_column(FIRST_ANSWER),
        ),
        Index(
            "ix_exit_situation_incomplete", "organisation_id", "id", "learner_id",
            sqlite_where=literal_column(INCOMPLETE), postgresql_where=literal_column(INCOMPLETE),
        ),
    )  # fmt: skip

    id: int | None = Field(default=None, primary_key=True)
    exit_id: int = Field(foreign_key="exit.id")
    learner_id: int = Field(foreign_key="learner.id")
    organisation_id: int = Field(foreign_key="organisation.id")
    follow_up_id: int | None = Field(default=None, foreign_key="follow_up.id")
    moment: Moment = word_column(Moment, "moment")
    observed_on: date
    situation: str | None = Field(default=None, max_length=40)
    contract_type: str | None = Field(default=None, max_length=40)
    contract_starts_on: date | None = None
    contract_ends_on: date | None = None
    employer: str | None = Field(default=None, max_length=200)
    siret: str | None = Field(default=None, max_length=14)
    need_id: int | None = Field(default=None, foreign_key="need.id")
    employer_kind: EmployerKind | None = word_column(EmployerKind, "employer_kind", nullable=True)
    weekly_hours: Decimal | None = Field(
        default=None, sa_column=Column(Numeric(5, 2), nullable=True)
    )
    related_to_training: bool | None = None
    qualification: Qualification | None = word_column(Qualification, "qualification", nullable=True)
    qualified_on: date | None = None
    improvement: Improvement | None = word_column(Improvement, "improvement", nullable=True)
    proof: str | None = Field(default=None, max_length=200)
    proof_seen_on: date | None = None
    told_by: Teller | None = word_column(Teller, "told_by", nullable=True)
    words: str | None = text_column()
    source: DataSource = word_column(DataSource, "source")
    replaces_id: int | None = Field(default=None, foreign_key="exit_situation.id", unique=True)
    created_at: datetime = Field(default_factory=utc_now)
    created_by_id: int = Field(foreign_key="account.id")


# Made once: the mapping of an alias costs more than the page it is asked for.
LATER = aliased(ExitSituation)


def is_current() -> ColumnElement[bool]:
    """Condition on ExitSituation: nobody corrected it."""
    return ~exists().where(col(LATER.replaces_id) == col(ExitSituation.id))


def is_at_exit() -> ColumnElement[bool]:
    """Condition on ExitSituation: the last version of what was said of the exit itself."""
    return and_(is_word(col(ExitSituation.moment), Moment.EXIT), is_current())
