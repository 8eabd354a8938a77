"""Tasks: one’s own, and those the rules and the relays give."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field, SQLModel

from parcours.domain.access import Role
from parcours.domain.tasks import TaskKind
from parcours.models.base import utc_now, word_column


class Task(SQLModel, table=True):
    """Something to do by `due_on`, for one account, else for a role, else for whoever is there.

    `once_key` names the event a rule made it for, so that the same event never makes two. Such a
    task may be over without anybody having done it: what it was about ended by itself.
    """

    __tablename__ = "task"
    __table_args__ = (
        CheckConstraint(
            "(done_at IS NULL) = (done_by_id IS NULL)"
            " OR (done_by_id IS NULL AND once_key IS NOT NULL)",
            name="done_by_someone",
        ),
        Index("ix_task_organisation_id", "organisation_id", "done_at", "due_on"),
        Index("ix_task_learner_id", "learner_id"),
        Index("ix_task_relay_id", "relay_id"),
        Index("ix_task_introduction_id", "introduction_id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    organisation_id: int = Field(foreign_key="organisation.id")
    account_id: int | None = Field(default=None, foreign_key="account.id")
    for_role: Role | None = word_column(Role, "for_role", nullable=True)
    kind: TaskKind = word_column(TaskKind, "kind")
    title: str = Field(default="", max_length=200)
    learner_id: int | None = Field(default=None, foreign_key="learner.id")
    relay_id: int | None = Field(default=None, foreign_key="relay.id")
    introduction_id: int | None = Field(default=None, foreign_key="introduction.id")
    due_on: date
    once_key: str | None = Field(default=None, max_length=80, unique=True)
    created_at: datetime = Field(default_factory=utc_now)
    created_by_id: int | None = Field(default=None, foreign_key="account.id")
    done_at: datetime | None = None
    done_by_id: int | None = Field(default=None, foreign_key="account.id")
