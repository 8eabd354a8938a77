"""What the pages of needs read."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, func, or_, select, union_all
from sqlmodel import Session, col

from parcours.actions.introduction_lists import Proposed, people_in_play
from parcours.actions.need_history import terms_of
from parcours.actions.waiting import has_words_to_map, is_need_to_confirm
from parcours.domain.access import Actor
from parcours.domain.identity import fold
from parcours.domain.needs import Certainty, NeedState, Terms
from parcours.models import (
    Employer,
    EmployerSite,
    Framework,
    MatchTally,
    Need,
    NeedRequirement,
    NeedVersion,
    NeedWord,
    Organisation,
    Skill,
)
from parcours.models.visibility import sees_need

PAGE_SIZE = 30


@dataclass(frozen=True, slots=True)
class Filters:
    """What the list keeps. `whose` is « own » or « others », "" for both."""

    q: str = ""
    state: str = ""
    rome: str = ""
    city: str = ""
    certainty: Certainty | None = None
    whose: str = ""


@dataclass(frozen=True, slots=True)
class Counted:
    """How many people stood where for a need as it is, when all were last compared with all."""

    proposable: int
    to_check: int
    as_of: date


@dataclass(frozen=True, slots=True)
class NeedLine:
    """A need of the list; `counted` unless it changed since, or was never compared."""

    id: int
    organisation_id: int
    state: NeedState
    confirmed_on: date | None
    suspends_on: date | None
    title: str
    employer: str
    posts: int
    certainty: Certainty
    starts_on: date | None
    rome_code: str | None
    city: str | None
    is_remote: bool
    skills: int
    words: int
    holder: str
    counted: Counted | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """A skill a version asks for."""

    skill_id: int
    label: str
    framework: str
    level: int
    weight: int
    is_essential: bool


@dataclass(frozen=True, slots=True)
class Version:
    """A version of a need, as stored and as rules read it, its place of work, what it asks."""

    row: NeedVersion
    terms: Terms
    site: EmployerSite | None
    asked: list[Asked]


CURRENT = and_(
    col(NeedVersion.need_id) == col(Need.id), col(NeedVersion.number) == col(Need.version)
)


def _count(table: Any, *conditions: ColumnElement[bool]) -> Any:
    return (
        select(func.count())
        .select_from(table)
        .where(*conditions)
        .correlate(Need, NeedVersion)
        .scalar_subquery()
    )


HOLDER = Organisation.__table__.alias("holder")  # type: ignore[attr-defined]
SKILLS = _count(NeedRequirement, col(NeedRequirement.version_id) == col(NeedVersion.id))
WORDS = _count(NeedWord, col(NeedWord.need_id) == col(Need.id), col(NeedWord.settled_at).is_(None))


def _lines() -> Any:
    return (
        select(
            col(Need.id),
            col(Need.organisation_id),
            col(Need.state),
            col(Need.confirmed_on),
            col(Need.suspends_on),
            col(NeedVersion.title),
            col(Organisation.name),
            col(NeedVersion.posts),
            col(NeedVersion.certainty),
            col(NeedVersion.starts_on),
            col(NeedVersion.rome_code),
            col(EmployerSite.city),
            col(NeedVersion.is_remote),
            SKILLS,
            WORDS,
            HOLDER.c.name,
        )
        .select_from(Need)
        .join(NeedVersion, CURRENT)
        .join(Employer, col(Employer.id) == col(Need.employer_id))
        .join(Organisation, col(Organisation.id) == col(Employer.partner_id))
        .join(HOLDER, HOLDER.c.id == col(Need.organisation_id))
        .outerjoin(EmployerSite, col(EmployerSite.id) == col(NeedVersion.site_id))
    )


LINES = _lines()
# What `:org` counted for each need of a list.
COUNTED_LINES = LINES.outerjoin(
    MatchTally,
    and_(
        col(MatchTally.organisation_id) == bindparam("org"),
        col(MatchTally.need_id) == col(Need.id),
        col(MatchTally.need_version) == col(Need.version),
    ),
).add_columns(col(MatchTally.proposable), col(MatchTally.to_check), col(MatchTally.as_of))


def needs(
    session: Session, actor: Actor, filters: Filters, *, today: date, before: int | None
) -> list[NeedLine]:
    """A page of the needs one may read, the latest first, and one more when there is a next."""
    kept = [sees_need(actor), *_kept(filters, actor, today)]
    if before is not None:
        kept.append(col(Need.id) < before)
    statement = COUNTED_LINES.where(*kept).order_by(col(Need.id).desc()).limit(PAGE_SIZE + 1)
    rows = session.execute(statement, {"today": today, "org": actor.organisation_id})
    return [NeedLine(*(*row[:-3], _counted(*row[-3:]))) for row in rows]


def _counted(proposable: int, to_check: int, as_of: date | None) -> Counted | None:
    return Counted(proposable, to_check, as_of) if as_of else None


def cities(session: Session, actor: Actor) -> list[str]:
    """The communes of the needs one may read."""
    rows = session.execute(
        select(col(EmployerSite.city))
        .join(NeedVersion, col(NeedVersion.site_id) == col(EmployerSite.id))
        .join(Need, CURRENT)
        .where(sees_need(actor), col(EmployerSite.city).is_not(None))
        .distinct()
        .order_by(col(EmployerSite.city))
    )
    return [str(row[0]) for row in rows]


def line(session: Session, need_id: int) -> tuple[NeedLine, Proposed]:
    """One need the caller has found visible, and how many people are proposed for its posts."""
    statement = LINES.add_columns(people_in_play()).where(col(Need.id) == need_id)
    *values, people = session.execute(statement).one()
    found = NeedLine(*values)
    return found, Proposed(people, found.posts)


def version(session: Session, need_id: int, number: int) -> Version | None:
    """One version of a need the caller has found visible, its place, essential skills first."""
    rows = session.execute(
        select(
            NeedVersion,
            EmployerSite,
            col(Skill.id),
            col(Skill.label),
            col(Skill.framework),
            col(NeedRequirement.level),
            col(NeedRequirement.weight),
            col(NeedRequirement.is_essential),
        )
        .outerjoin(EmployerSite, col(EmployerSite.id) == col(NeedVersion.site_id))
        .outerjoin(NeedRequirement, col(NeedRequirement.version_id) == col(NeedVersion.id))
        .outerjoin(Skill, col(Skill.id) == col(NeedRequirement.skill_id))
        .where(col(NeedVersion.need_id) == need_id, col(NeedVersion.number) == number)
        .order_by(
            col(NeedRequirement.is_essential).desc(),
            col(NeedRequirement.position),
            col(NeedRequirement.id),
        )
    ).all()
    if not rows:
        return None
    skills = [Asked(*row[2:]) for row in rows if row[2] is not None]
    return Version(rows[0][0], terms_of(rows[0][0]), rows[0][1], skills)


def skill_choices(session: Session, actor: Actor) -> list[tuple[int, str]]:
    """Every skill a need may ask for, those of curricula first, with where it comes from."""
    own = or_(
        col(Framework.organisation_id).is_(None),
        col(Framework.organisation_id) == actor.organisation_id,
    )
    taught: Any = select(
        col(Skill.id), bindparam("taught", "", unique=True), col(Skill.label), col(Skill.position)
    ).where(col(Skill.framework) == "parcours", col(Skill.archived_on).is_(None))
    listed = (
        select(col(Skill.id), col(Framework.label), col(Skill.label), col(Skill.position))
        .join(Framework, col(Framework.code) == col(Skill.framework))
        .where(own, col(Skill.archived_on).is_(None))
    )
    rows = sorted(
        session.execute(union_all(taught, listed)), key=lambda row: (row[1], row[3], fold(row[2]))
    )
    return [(row[0] or 0, f"{row[2]} ({row[1]})" if row[1] else row[2]) for row in rows]


def _kept(filters: Filters, actor: Actor, today: date) -> list[ColumnElement[bool]]:
    kept: list[ColumnElement[bool]] = [
        col(Need.search_text).contains(word, autoescape=True) for word in fold(filters.q).split()
    ]
    if filters.state:
        kept.append(_in_state(filters.state, today))
    if filters.rome:
        kept.append(
            or_(
                col(NeedVersion.rome_code) == filters.rome,
                col(NeedVersion.rome_parent) == filters.rome,
            )
        )
    if filters.city:
        kept.append(col(EmployerSite.city) == filters.city)
    if filters.certainty:
        kept.append(col(NeedVersion.certainty) == filters.certainty)
    if filters.whose:
        is_own = col(Need.organisation_id) == actor.organisation_id
        kept.append(is_own if filters.whose == "own" else ~is_own)
    return kept


def _in_state(state: str, today: date) -> ColumnElement[bool]:
    published = col(Need.state) == NeedState.PUBLISHED
    conditions: dict[str, ColumnElement[bool]] = {
        "open": and_(published, col(Need.suspends_on) > today),
        "suspended": and_(published, col(Need.suspends_on) <= today),
        "to_confirm": is_need_to_confirm(),
        "to_map": has_words_to_map(),
        "draft": col(Need.state) == NeedState.DRAFT,
        "filled": col(Need.state) == NeedState.FILLED,
        "closed": col(Need.state) == NeedState.CLOSED,
    }
    return conditions[state]
