"""Alert episodes, the thresholds organisations settle, and the requests for help."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Column, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from parcours.domain.alerts import AskedBy, Level, Rule
from parcours.domain.episodes import Closing
from parcours.models.base import text_column, utc_now, word_column


class AlertEpisode(SQLModel, table=True):
    """One uninterrupted time during which a rule spoke about an object, with its facts as told.

    `rank` puts the most serious first (0: a request for help). `organisation_id` must act;
    `second_id` acts too (`second_acts`) or follows the person. `silent_until` is the mute as far as
    it holds for the present level: lists read it alone.
    """

    __tablename__ = "alert_episode"
    __table_args__ = (
        UniqueConstraint("rule", "about", "first_day"),
        CheckConstraint("(closed_on IS NULL) = (closing IS NULL)", name="closed_for_a_reason"),
        CheckConstraint(
            "(muted_until IS NULL) = (mute_motive IS NULL)"
            " AND (muted_until IS NULL) = (muted_by_id IS NULL)",
            name="muted_by_someone",
        ),
        Index("ix_alert_episode_lead", "organisation_id", "closed_on", "rank", "since", "id"),
        Index("ix_alert_episode_second", "second_id", "closed_on", "rank", "since", "id"),
        Index("ix_alert_episode_learner_id", "learner_id", "closed_on"),
    )

    id: int | None = Field(default=None, primary_key=True)
    rule: Rule = word_column(Rule, "rule")
    learner_id: int | None = Field(default=None, foreign_key="learner.id")
    about: str = Field(max_length=60)
    first_day: date
    last_day: date
    since: date
    level: Level = word_column(Level, "level")
    highest: Level = word_column(Level, "highest")
    rank: int
    organisation_id: int = Field(foreign_key="organisation.id")
    second_id: int | None = Field(default=None, foreign_key="organisation.id")
    second_acts: bool = False
    rules_version: str = Field(max_length=40)
    facts: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    muted_until: date | None = None
    muted_level: Level | None = word_column(Level, "muted_level", nullable=True)
    mute_motive: str | None = text_column()
    muted_by_id: int | None = Field(default=None, foreign_key="account.id")
    silent_until: date | None = None
    closed_on: date | None = None
    closing: Closing | None = word_column(Closing, "closing", nullable=True)
    motive: str | None = text_column()
    over_on: date | None = None
    created_at: datetime = Field(default_factory=utc_now)


class AlertRuleVersion(SQLModel, table=True):
    """The thresholds of an organisation’s alerts from a day on; another change is another row.

    `params` is their canonical writing.
    """

    __tablename__ = "alert_rule_version"
    __table_args__ = (
        UniqueConstraint("organisation_id", "number"),
        CheckConstraint("number >= 1", name="numbered_from_one"),
    )

    id: int | None = Field(default=None, primary_key=True)
    organisation_id: int = Field(foreign_key="organisation.id")
    number: int
    params: str = text_column(nullable=False)
    valid_from: date
    motive: str = Field(max_length=300)
    at: datetime = Field(default_factory=utc_now)
    account_id: int = Field(foreign_key="account.id")


class HelpRequest(SQLModel, table=True):
    """Somebody asked for help for a person; it stands first until somebody answered."""

    __tablename__ = "help_request"
    __table_args__ = (
        CheckConstraint(
            "(answered_on IS NULL) = (answered_by_id IS NULL)", name="answered_by_someone"
        ),
        Index("ix_help_request_learner_id", "learner_id", "answered_on"),
    )

    id: int | None = Field(default=None, primary_key=True)
    learner_id: int = Field(foreign_key="learner.id")
    organisation_id: int = Field(foreign_key="organisation.id")
    asked_by: AskedBy = word_column(AskedBy, "asked_by")
    words: str = text_column(nullable=False)
    asked_on: date
    created_at: datetime = Field(default_factory=utc_now)
    created_by_id: int = Field(foreign_key="account.id")
    answered_on: date | None = None
    answered_by_id: int | None = Field(default=None, foreign_key="account.id")
    answer: str | None = text_column()
