"""Links by which somebody without an account answers, once, about one thing."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field, SQLModel

from parcours.models.base import utc_now


class PersonalLink(SQLModel, table=True):
    """A link that answers once, with a code said apart; only hashes of both are kept.

    What it is about is one of the columns that refer to it: another thing to answer is another
    column here.
    """

    __tablename__ = "personal_link"
    __table_args__ = (
        CheckConstraint("failures >= 0", name="failures_not_negative"),
        CheckConstraint("need_id IS NOT NULL", name="about_something"),
        Index("ix_personal_link_need_id", "need_id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    need_id: int | None = Field(default=None, foreign_key="need.id")
    token_hash: str = Field(max_length=64, unique=True)
    code_hash: str = Field(max_length=64)
    code_salt: str = Field(max_length=32)
    expires_on: date
    failures: int = 0
    used_at: datetime | None = None
    ended_at: datetime | None = None
    created_at: datetime = Field(default_factory=utc_now)
    created_by_id: int | None = Field(default=None, foreign_key="account.id")
