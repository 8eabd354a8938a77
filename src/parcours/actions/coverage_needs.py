"""The needs that count beside a curriculum, and when employers last spoke: one statement each."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import and_, bindparam, select
from sqlmodel import Session, col

from parcours.actions import match_facts
from parcours.actions.need_history import terms_of
from parcours.domain.demand import Need as Asked
from parcours.domain.matching_rules import Requirement
from parcours.domain.needs import NeedAct, NeedState
from parcours.models import (
    Employer,
    EmployerSite,
    Need,
    NeedEvent,
    NeedRequirement,
    NeedVersion,
    Organisation,
    Skill,
)
from parcours.models.visibility import reads_need

HEARD = (NeedAct.CREATED, NeedAct.PUBLISHED, NeedAct.CHANGED, NeedAct.CONFIRMED)


@dataclass(frozen=True, slots=True)
class NeedFacts:
    """An open need as screens name it."""

    id: int
    title: str
    employer: str
    asked: Asked


@dataclass(frozen=True, slots=True)
class Needs:
    """The open needs that an organisation may read."""

    by_code: dict[str, NeedFacts]
    labels: dict[str, str]

    @property
    def asked(self) -> tuple[Asked, ...]:
        """As rules read them."""
        return tuple(one.asked for one in self.by_code.values())


def open_needs(session: Session, organisation_id: int, *, today: date) -> Needs:
    """The needs that an organisation may read and that hold today, as its list of needs says."""
    return _read(session, NEEDS.where(reads_need(organisation_id)), today)[0]


def open_posts(
    session: Session, organisation_id: int, *, today: date
) -> tuple[Needs, dict[str, match_facts.Asked]]:
    """The same needs, and each as people are compared with it; one statement too."""
    found, rows = _read(session, POSTS.where(reads_need(organisation_id)), today)
    return found, {key: _asked(found.by_code[key], *rows[int(key)][15:18]) for key in found.by_code}


def _read(session: Session, statement: Any, today: date) -> tuple[Needs, dict[int, Any]]:
    rows: dict[int, Any] = {}
    lines: defaultdict[int, list[Requirement]] = defaultdict(list)
    labels: dict[str, str] = {}
    for row in session.execute(statement, {"today": today}):
        rows.setdefault(row[0], row[1:])
        if row[11] is not None:
            lines[row[0]].append(Requirement(row[11], *row[13:16]))
            labels[row[11]] = row[12]
    needs = {str(key): _need(key, row, lines[key]) for key, row in rows.items()}
    return Needs(needs, labels), rows


def _asked(
    need: NeedFacts, version: NeedVersion, latitude: float | None, longitude: float | None
) -> match_facts.Asked:
    return match_facts.Asked(
        need_id=need.id,
        version=version.number,
        title=version.title,
        posts=version.posts,
        terms=terms_of(version),
        requirements=need.asked.requirements,
        site=None if latitude is None or longitude is None else (latitude, longitude),
        skill_ids={},
    )


def news_of(session: Session, organisation_id: int) -> dict[str, tuple[date, ...]]:
    """The days each employer told something of a need that the organisation may read."""
    found: defaultdict[str, list[date]] = defaultdict(list)
    for employer, day in session.execute(NEWS.where(reads_need(organisation_id))):
        found[str(employer)].append(day)
    return {employer: tuple(days) for employer, days in found.items()}


def _need(number: int, row: Any, lines: list[Requirement]) -> NeedFacts:
    posts, certainty, employer_id, starts_on, confirmed_on, occupation, flex_days = row[2:9]
    asked = Asked(
        str(number),
        posts,
        certainty,
        tuple(lines),
        str(employer_id),
        starts_on,
        confirmed_on,
        occupation,
        flex_days,
    )
    return NeedFacts(number, row[0], row[1], asked)


NEEDS: Any = (
    select(
        col(Need.id),
        col(NeedVersion.title),
        col(Organisation.name),
        col(NeedVersion.posts),
        col(NeedVersion.certainty),
        col(Employer.partner_id),
        col(NeedVersion.starts_on),
        col(Need.confirmed_on),
        col(NeedVersion.rome_parent),
        col(NeedVersion.flex_days),
        col(Need.organisation_id),
        col(Skill.code),
        col(Skill.label),
        col(NeedRequirement.level),
        col(NeedRequirement.weight),
        col(NeedRequirement.is_essential),
    )
    .join(
        NeedVersion,
        and_(
            col(NeedVersion.need_id) == col(Need.id), col(NeedVersion.number) == col(Need.version)
        ),
    )
    .join(Employer, col(Employer.id) == col(Need.employer_id))
    .join(Organisation, col(Organisation.id) == col(Employer.partner_id))
    .outerjoin(NeedRequirement, col(NeedRequirement.version_id) == col(NeedVersion.id))
    .outerjoin(Skill, col(Skill.id) == col(NeedRequirement.skill_id))
    .where(col(Need.state) == NeedState.PUBLISHED, col(Need.suspends_on) > bindparam("today"))
    .order_by(col(Need.id), col(NeedRequirement.position), col(NeedRequirement.id))
)
POSTS: Any = NEEDS.add_columns(
    NeedVersion, col(EmployerSite.latitude), col(EmployerSite.longitude)
).outerjoin(EmployerSite, col(EmployerSite.id) == col(NeedVersion.site_id))
NEWS: Any = (
    select(col(Employer.partner_id), col(NeedEvent.on))
    .join(Need, col(Need.id) == col(NeedEvent.need_id))
    .join(Employer, col(Employer.id) == col(Need.employer_id))
    .where(col(NeedEvent.act).in_(HEARD))
    .distinct()
)
