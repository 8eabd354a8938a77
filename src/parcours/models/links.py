"""What every link that answers without an account keeps."""

from datetime import date, datetime

from sqlmodel import Field, SQLModel

from parcours.models.base import utc_now


class PersonalLink(SQLModel):
    """The columns of a single-use link: hashes of its token and of its code, never themselves.

    Each table adds what its links are about, and checks that failures are counted from zero.
    """

    id: int | None = Field(default=None, primary_key=True)
    token_hash: str = Field(max_length=64, unique=True)
    code_hash: str = Field(max_length=64)
    expires_on: date
    failures: int = 0
    used_at: datetime | None = None
    ended_at: datetime | None = None
    created_at: datetime = Field(default_factory=utc_now)
    created_by_id: int = Field(foreign_key="account.id")
