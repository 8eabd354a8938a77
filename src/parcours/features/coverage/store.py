"""What an allocation’s page reads: names, needs, what was decided, what each result said."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlmodel import Session, col

from parcours.domain.access import Actor
from parcours.domain.identity import shown_name
from parcours.domain.match_acts import Choice
from parcours.domain.matching_rules import Band
from parcours.models import (
    Employer,
    Learner,
    MatchDecision,
    MatchResult,
    Need,
    NeedVersion,
    Organisation,
)


@dataclass(frozen=True, slots=True)
class NeedLine:
    """A need as an allocation names it."""

    id: int
    title: str
    employer: str


@dataclass(frozen=True, slots=True)
class Shown:
    """What a kept result said of a person at the entry date: words first, then the number."""

    band: Band
    pct: int
    status: str
    reasons: tuple[str, ...]


def names(session: Session, learners: Collection[int]) -> dict[int, str]:
    """The names of people the caller has found visible."""
    rows = session.execute(NAMES, {"ids": list(learners)})
    return {row[0]: shown_name(*row[1:]) for row in rows}


def needs(session: Session, ids: Collection[int]) -> dict[int, NeedLine]:
    """Needs that an allocation read."""
    rows = session.execute(HEADS, {"ids": list(ids)})
    return {row[0]: NeedLine(*row) for row in rows}


def shown(session: Session, results: Collection[str]) -> dict[str, Shown]:
    """What results said, by id."""
    rows = session.execute(RESULTS, {"ids": list(results)})
    return {key: _shown(json.loads(text)) for key, text in rows}


def decided(session: Session, actor: Actor, results: Collection[str]) -> dict[str, Choice]:
    """What one’s organisation last decided on results."""
    rows = session.execute(DECIDED, {"ids": list(results), "org": actor.organisation_id})
    return {row[0]: row[1] for row in rows}


def _shown(result: Any) -> Shown:
    entry = result["at_entry"]
    reasons = tuple(one["reason"] for one in result["filters"] if one["reason"])
    return Shown(Band(entry["band"]), entry["pct"], result["status"], reasons)


NAMES: Any = select(
    col(Learner.id), col(Learner.birth_name), col(Learner.first_names), col(Learner.usage_name)
).where(col(Learner.id).in_(bindparam("ids", expanding=True)))
HEADS: Any = (
    select(col(Need.id), col(NeedVersion.title), col(Organisation.name))
    .join(NeedVersion, col(NeedVersion.need_id) == col(Need.id))
    .join(Employer, col(Employer.id) == col(Need.employer_id))
    .join(Organisation, col(Organisation.id) == col(Employer.partner_id))
    .where(
        col(Need.id).in_(bindparam("ids", expanding=True)),
        col(NeedVersion.number) == col(Need.version),
    )
)
RESULTS: Any = select(col(MatchResult.id), col(MatchResult.result)).where(
    col(MatchResult.id).in_(bindparam("ids", expanding=True))
)
LAST = (
    select(func.max(col(MatchDecision.id)))
    .where(
        col(MatchDecision.result_id).in_(bindparam("ids", expanding=True)),
        col(MatchDecision.organisation_id) == bindparam("org"),
    )
    .group_by(col(MatchDecision.result_id))
)
DECIDED: Any = select(col(MatchDecision.result_id), col(MatchDecision.choice)).where(
    col(MatchDecision.id).in_(LAST)
)
