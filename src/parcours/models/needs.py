"""Employers, where they work, what they need: versions that never change, words to map, history."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import JSON, CheckConstraint, Column, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from parcours.domain.needs import Certainty, ClosingReason, Licence, NeedAct, NeedState
from parcours.domain.words import DistrictStatus
from parcours.models.base import text_column, utc_now, word_column
from parcours.models.links import PersonalLink


class Employer(SQLModel, table=True):
    """What an organisation knows of an employer: `partner_id` is its entry in the directory.

    The name, SIRET, address and contact e-mail are the directory’s; the person to speak to is known
    to this organisation alone. The code, told once by voice or on paper, opens the links written to
    the employer; its hash alone is kept.
    """

    __tablename__ = "employer"
    __table_args__ = (
        CheckConstraint("version > 0", name="version_positive"),
        CheckConstraint("(code_hash IS NULL) = (code_salt IS NULL)", name="whole_code"),
        UniqueConstraint("organisation_id", "partner_id"),
        Index("ix_employer_partner_id", "partner_id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    organisation_id: int = Field(foreign_key="organisation.id")
    partner_id: int = Field(foreign_key="organisation.id")
    naf: str | None = Field(default=None, max_length=6)
    size: str | None = Field(default=None, max_length=20)
    contact_name: str | None = Field(default=None, max_length=120)
    contact_phone: str | None = Field(default=None, max_length=40)
    siret_to_check: str | None = Field(default=None, max_length=30)
    code_hash: str | None = Field(default=None, max_length=64)
    code_salt: str | None = Field(default=None, max_length=32)
    version: int = 1
    created_at: datetime = Field(default_factory=utc_now)
    created_by_id: int = Field(foreign_key="account.id")


class EmployerSite(SQLModel, table=True):
    """A place of work: its point, and the district it stands in, « à vérifier » in doubt."""

    __tablename__ = "employer_site"
    __table_args__ = (
        CheckConstraint("(latitude IS NULL) = (longitude IS NULL)", name="whole_position"),
        CheckConstraint("latitude BETWEEN -90 AND 90", name="latitude"),
        CheckConstraint("longitude BETWEEN -180 AND 180", name="longitude"),
        CheckConstraint(
            "(district_code IS NULL) = (district_generation IS NULL)", name="district_generation"
        ),
        CheckConstraint(
            "district_code IS NULL OR district_status = 'inside'", name="district_inside"
        ),
        Index("ix_employer_site_employer_id", "employer_id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    employer_id: int = Field(foreign_key="employer.id")
    label: str = Field(max_length=120)
    address: str | None = Field(default=None, max_length=200)
    postcode: str | None = Field(default=None, max_length=10)
    city: str | None = Field(default=None, max_length=120)
    commune_code: str | None = Field(default=None, max_length=5)
    latitude: float | None = None
    longitude: float | None = None
    district_status: DistrictStatus = word_column(DistrictStatus, "district_status")
    district_code: str | None = Field(default=None, max_length=10)
    district_generation: int | None = None
    created_at: datetime = Field(default_factory=utc_now)


class Need(SQLModel, table=True):
    """A need, whose current content is its version number `version`.

    Suspended is not stored: a published need is suspended from `suspends_on` on, the day that
    followed from its last confirmation. `source_key` and `source_sha256` recognise the row of a
    spreadsheet it came from.
    """

    __tablename__ = "need"
    __table_args__ = (
        CheckConstraint("version > 0", name="version_positive"),
        CheckConstraint("state <> 'suspended'", name="suspended_is_computed"),
        CheckConstraint(
            "(confirmed_on IS NULL) = (remind_on IS NULL) AND "
            "(confirmed_on IS NULL) = (suspends_on IS NULL)",
            name="deadlines_follow_confirmation",
        ),
        CheckConstraint("state <> 'published' OR confirmed_on IS NOT NULL", name="confirmed"),
        CheckConstraint("state = 'closed' OR closing_reason IS NULL", name="reason_when_closed"),
        Index("ix_need_organisation_id", "organisation_id", "state", "id"),
        Index("ix_need_employer_id", "employer_id"),
        Index("ix_need_state_suspends_on", "state", "suspends_on"),
        Index("ix_need_organisation_id_source_key", "organisation_id", "source_key"),
    )

    id: int | None = Field(default=None, primary_key=True)
    organisation_id: int = Field(foreign_key="organisation.id")
    employer_id: int = Field(foreign_key="employer.id")
    state: NeedState = word_column(NeedState, "state")
    is_shared: bool = True
    version: int = 1
    search_text: str = text_column(nullable=False)
    confirmed_on: date | None = None
    remind_on: date | None = None
    suspends_on: date | None = None
    reminded_on: date | None = None
    closing_reason: ClosingReason | None = word_column(
        ClosingReason, "closing_reason", nullable=True
    )
    source_key: str | None = Field(default=None, max_length=64)
    source_sha256: str | None = Field(default=None, max_length=64)
    created_at: datetime = Field(default_factory=utc_now)
    created_by_id: int = Field(foreign_key="account.id")


class NeedVersion(SQLModel, table=True):
    """What a need asked at a moment; a change is another version, never this one rewritten."""

    __tablename__ = "need_version"
    __table_args__ = (
        UniqueConstraint("need_id", "number"),
        CheckConstraint("number > 0", name="number_positive"),
        CheckConstraint("posts > 0", name="posts_positive"),
        CheckConstraint("flex_days >= 0", name="flex_not_negative"),
        CheckConstraint("weekly_hours > 0", name="hours_positive"),
        CheckConstraint("(licence IS NULL) = (licence_task IS NULL)", name="licence_for_a_task"),
        Index("ix_need_version_rome_parent", "rome_parent"),
    )

    id: int | None = Field(default=None, primary_key=True)
    need_id: int = Field(foreign_key="need.id")
    number: int
    title: str = Field(max_length=200)
    posts: int
    certainty: Certainty = word_column(Certainty, "certainty")
    rome_code: str | None = Field(default=None, max_length=5)
    rome_label: str | None = Field(default=None, max_length=200)
    rome_parent: str | None = Field(default=None, max_length=5)
    contracts: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    starts_on: date | None = None
    flex_days: int = 0
    weekly_hours: Decimal | None = Field(default=None, max_digits=4, decimal_places=2)
    slots: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    are_slots_negotiable: bool = True
    access_modes: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    is_remote: bool = False
    licence: Licence | None = word_column(Licence, "licence", nullable=True)
    licence_task: str | None = Field(default=None, max_length=200)
    hosts_immersion: bool = False
    site_id: int | None = Field(default=None, foreign_key="employer_site.id")
    words: str | None = text_column()
    at: datetime = Field(default_factory=utc_now)
    account_id: int | None = Field(default=None, foreign_key="account.id")
    by_name: str | None = Field(default=None, max_length=120)


class NeedRequirement(SQLModel, table=True):
    """A skill that a version asks for; as unchanging as the version."""

    __tablename__ = "need_requirement"
    __table_args__ = (
        UniqueConstraint("version_id", "skill_id"),
        CheckConstraint("level BETWEEN 1 AND 4", name="level"),
        CheckConstraint("weight BETWEEN 1 AND 5", name="weight"),
        Index("ix_need_requirement_skill_id", "skill_id", "version_id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    version_id: int = Field(foreign_key="need_version.id")
    skill_id: int = Field(foreign_key="skill.id")
    level: int
    weight: int
    is_essential: bool
    position: int = 0


class NeedWord(SQLModel, table=True):
    """A skill in the employer’s own words, until a person maps it or sets it aside."""

    __tablename__ = "need_word"
    __table_args__ = (
        UniqueConstraint("need_id", "key"),
        CheckConstraint("level BETWEEN 1 AND 4", name="level"),
        CheckConstraint(
            "(settled_at IS NULL) = (settled_by_id IS NULL)", name="settled_by_someone"
        ),
        CheckConstraint("skill_id IS NULL OR settled_at IS NOT NULL", name="mapped_when_settled"),
    )

    id: int | None = Field(default=None, primary_key=True)
    need_id: int = Field(foreign_key="need.id")
    text: str = Field(max_length=200)
    key: str = Field(max_length=120)
    level: int | None = None
    is_essential: bool = True
    skill_id: int | None = Field(default=None, foreign_key="skill.id")
    settled_at: datetime | None = None
    settled_by_id: int | None = Field(default=None, foreign_key="account.id")


class SkillWord(SQLModel, table=True):
    """The skill an organisation last meant by an employer’s words: proposed the next time."""

    __tablename__ = "skill_word"
    __table_args__ = (UniqueConstraint("organisation_id", "key"),)

    id: int | None = Field(default=None, primary_key=True)
    organisation_id: int = Field(foreign_key="organisation.id")
    key: str = Field(max_length=120)
    skill_id: int = Field(foreign_key="skill.id")
    chosen_at: datetime = Field(default_factory=utc_now)
    chosen_by_id: int = Field(foreign_key="account.id")


class NeedEvent(SQLModel, table=True):
    """One line of a need’s history: never rewritten."""

    __tablename__ = "need_event"
    __table_args__ = (Index("ix_need_event_need_id", "need_id", "id"),)

    id: int | None = Field(default=None, primary_key=True)
    need_id: int = Field(foreign_key="need.id")
    act: NeedAct = word_column(NeedAct, "act")
    on: date
    at: datetime = Field(default_factory=utc_now)
    version: int
    account_id: int | None = Field(default=None, foreign_key="account.id")
    by_name: str | None = Field(default=None, max_length=120)
    words: str | None = text_column()


class NeedLink(PersonalLink, table=True):
    """A link by which an employer answers about a need, once, with the code it was told."""

    __tablename__ = "need_link"
    __table_args__ = (
        CheckConstraint("failures >= 0", name="failures_not_negative"),
        Index("ix_need_link_need_id", "need_id"),
    )

    need_id: int = Field(foreign_key="need.id")
    code_salt: str = Field(max_length=32)
