"""Introductions: a person and a need, what was agreed, what the employer said, links to answer."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from parcours.domain.introductions import Act, State, Way
from parcours.models.base import text_column, utc_now, word_column
from parcours.models.links import PersonalLink


class Introduction(SQLModel, table=True):
    """Somebody proposed for a need by the organisation that follows them; once, re-openable.

    What the employer reads is `presentation` and, once agreed, the name: nothing else is kept
    here that could be sent. `takes_post`: the hiring took one of the posts still open.
    """

    __tablename__ = "introduction"
    __table_args__ = (
        UniqueConstraint("need_id", "learner_id"),
        CheckConstraint("version > 0", name="version_positive"),
        CheckConstraint("(agreed_on IS NULL) = (agreed_by_id IS NULL)", name="agreed_whole"),
        CheckConstraint(
            "state IN ('proposed', 'given_up') OR "
            "(agreed_on IS NOT NULL AND said IS NOT NULL AND presentation IS NOT NULL)",
            name="nothing_without_agreement",
        ),
        CheckConstraint(
            "sent_on IS NOT NULL OR state IN ('proposed', 'agreed', 'given_up')",
            name="answered_once_sent",
        ),
        CheckConstraint("sent_on IS NULL OR agreed_on IS NOT NULL", name="sent_once_agreed"),
        CheckConstraint(
            "(remind_on IS NULL) = (closes_on IS NULL) AND "
            "(closes_on IS NULL OR state IN ('sent', 'interview'))",
            name="silence_counts_while_waiting",
        ),
        CheckConstraint("(state = 'hired') = (hired_on IS NOT NULL)", name="hired_on_a_day"),
        CheckConstraint("state = 'hired' OR NOT takes_post", name="post_taken_by_hiring"),
        Index("ix_introduction_learner_id", "learner_id"),
        Index("ix_introduction_organisation_id", "organisation_id", "state", "id"),
        Index("ix_introduction_state_remind_on", "state", "remind_on"),
    )

    id: int | None = Field(default=None, primary_key=True)
    need_id: int = Field(foreign_key="need.id")
    learner_id: int = Field(foreign_key="learner.id")
    organisation_id: int = Field(foreign_key="organisation.id")
    state: State = word_column(State, "state")
    version: int = 1
    proposed_on: date
    presentation: str | None = text_column()
    said: str | None = text_column()
    agreed_on: date | None = None
    agreed_by_id: int | None = Field(default=None, foreign_key="account.id")
    sent_on: date | None = None
    sent_way: Way | None = word_column(Way, "sent_way", nullable=True)
    remind_on: date | None = None
    closes_on: date | None = None
    reminded_on: date | None = None
    hired_on: date | None = None
    takes_post: bool = False
    created_at: datetime = Field(default_factory=utc_now)
    created_by_id: int = Field(foreign_key="account.id")


class IntroductionEvent(SQLModel, table=True):
    """One line of an introduction’s history: never rewritten.

    `reason` is a code of the employer’s or of the person’s list, as `act` tells; `said_on` is the
    day it speaks of when it is not the day it was noted.
    """

    __tablename__ = "introduction_event"
    __table_args__ = (Index("ix_introduction_event_introduction_id", "introduction_id", "id"),)

    id: int | None = Field(default=None, primary_key=True)
    introduction_id: int = Field(foreign_key="introduction.id")
    act: Act = word_column(Act, "act")
    state: State = word_column(State, "state")
    on: date
    said_on: date | None = None
    at: datetime = Field(default_factory=utc_now)
    account_id: int | None = Field(default=None, foreign_key="account.id")
    by_name: str | None = Field(default=None, max_length=120)
    way: Way | None = word_column(Way, "way", nullable=True)
    reason: str | None = Field(default=None, max_length=40)
    words: str | None = text_column()


class IntroductionLink(PersonalLink, table=True):
    """A link by which an employer answers about one person, once, with the code it was told."""

    __tablename__ = "introduction_link"
    __table_args__ = (
        CheckConstraint("failures >= 0", name="failures_not_negative"),
        Index("ix_introduction_link_introduction_id", "introduction_id"),
        Index("ix_introduction_link_employer_id", "employer_id"),
    )

    introduction_id: int = Field(foreign_key="introduction.id")
    employer_id: int = Field(foreign_key="employer.id")
    code_salt: str = Field(max_length=32)
