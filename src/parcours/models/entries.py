"""What FSE+ asks at entry into a participation, and what an operation declares of entities."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field, SQLModel

from parcours.domain.entry_questions import Answer, Question
from parcours.domain.supported_entities import Declared, Entity
from parcours.domain.words import DataSource
from parcours.models.base import utc_now, word_column


class EntryAnswers(SQLModel, table=True):
    """The answers of somebody at one entry into a cohort: who came back answers again.

    An empty answer was not asked; a refusal is an answer. They belong to the organisation that
    holds the cohort, and no partner the file is shared with reads them.
    """

    __tablename__ = "entry_answers"
    __table_args__ = (
        CheckConstraint("version > 0", name="version_positive"),
        CheckConstraint("(edited_at IS NULL) = (edited_by_id IS NULL)", name="edited_by_someone"),
        Index("ix_entry_answers_learner_id", "learner_id"),
    )

    enrolment_id: int = Field(foreign_key="enrolment.id", primary_key=True)
    learner_id: int = Field(foreign_key="learner.id")
    organisation_id: int = Field(foreign_key="organisation.id")
    disability: Answer | None = word_column(Answer, "disability", nullable=True)
    third_country: Answer | None = word_column(Answer, "third_country", nullable=True)
    foreign_background: Answer | None = word_column(Answer, "foreign_background", nullable=True)
    minority: Answer | None = word_column(Answer, "minority", nullable=True)
    housing: Answer | None = word_column(Answer, "housing", nullable=True)
    rural: Answer | None = word_column(Answer, "rural", nullable=True)
    asked_on: date
    source: DataSource = word_column(DataSource, "source")
    version: int = 1
    created_at: datetime = Field(default_factory=utc_now)
    created_by_id: int = Field(foreign_key="account.id")
    edited_at: datetime | None = None
    edited_by_id: int | None = Field(default=None, foreign_key="account.id")


class EntryAnswerChange(SQLModel, table=True):
    """An answer corrected: what it was, what it became, by whom. Erased with the answers."""

    __tablename__ = "entry_answer_change"
    __table_args__ = (Index("ix_entry_answer_change_enrolment_id", "enrolment_id", "id"),)

    id: int | None = Field(default=None, primary_key=True)
    enrolment_id: int = Field(foreign_key="entry_answers.enrolment_id")
    question: Question = word_column(Question, "question")
    before: Answer | None = word_column(Answer, "before", nullable=True)
    after: Answer | None = word_column(Answer, "after", nullable=True)
    version: int
    at: datetime = Field(default_factory=utc_now)
    account_id: int = Field(foreign_key="account.id")


class SupportedEntities(SQLModel, table=True):
    """Entities an agreement says it supported; no row: nobody declared anything."""

    __tablename__ = "supported_entities"
    __table_args__ = (
        CheckConstraint("(state = 'counted') = (number IS NOT NULL)", name="counted_has_number"),
        CheckConstraint("number IS NULL OR number >= 0", name="number_not_negative"),
        CheckConstraint(
            "number IS NULL OR number = 0 OR proof IS NOT NULL", name="number_has_proof"
        ),
    )

    agreement_id: int = Field(foreign_key="agreement.id", primary_key=True)
    entity: Entity = word_column(Entity, "entity", primary_key=True)
    state: Declared = word_column(Declared, "state")
    number: int | None = None
    proof: str | None = Field(default=None, max_length=300)
    declared_on: date
    declared_at: datetime = Field(default_factory=utc_now)
    declared_by_id: int = Field(foreign_key="account.id")
