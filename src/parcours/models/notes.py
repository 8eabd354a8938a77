"""Notes on a person’s file, each version kept."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field, SQLModel

from parcours.domain.notes import NoteKind, NoteReach
from parcours.models.base import text_column, utc_now, word_column


class Note(SQLModel, table=True):
    """A note of an organisation on a person; a correction is another row, the first one stays.

    `replaces_id` names the version it corrects: two who correct the same one cannot both win.
    """

    __tablename__ = "note"
    __table_args__ = (
        CheckConstraint(
            "(withdrawn_at IS NULL) = (withdrawn_by_id IS NULL)", name="withdrawn_by_someone"
        ),
        Index("ix_note_learner_id_happened_on", "learner_id", "happened_on", "id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    learner_id: int = Field(foreign_key="learner.id")
    organisation_id: int = Field(foreign_key="organisation.id")
    author_id: int = Field(foreign_key="account.id")
    kind: NoteKind = word_column(NoteKind, "kind")
    reach: NoteReach = word_column(NoteReach, "reach")
    happened_on: date
    words: str = text_column(nullable=False)
    replaces_id: int | None = Field(default=None, foreign_key="note.id", unique=True)
    replaced_at: datetime | None = None
    created_at: datetime = Field(default_factory=utc_now)
    withdrawn_at: datetime | None = None
    withdrawn_by_id: int | None = Field(default=None, foreign_key="account.id")
