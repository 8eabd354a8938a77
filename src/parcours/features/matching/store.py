"""What the pages of matching read: names, what was decided, what is contested."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, select
from sqlmodel import Session, col

from parcours.domain.access import Actor
from parcours.domain.identity import shown_name
from parcours.domain.match_acts import ContestReason
from parcours.models import (
    Account,
    Employer,
    EmployerSite,
    Learner,
    MatchContest,
    MatchResult,
    Need,
    NeedVersion,
    Organisation,
    Skill,
)
from parcours.models.visibility import scope, sees_learner

MOST_CONTESTS = 100


@dataclass(frozen=True, slots=True)
class NeedHead:
    """The top of a need’s pages."""

    id: int
    title: str
    employer: str
    posts: int
    city: str | None
    is_remote: bool
    rome_code: str | None


@dataclass(frozen=True, slots=True)
class ContestLine:
    """A contested line, as the list shows it."""

    id: int
    learner_id: int
    name: str
    need_id: int
    title: str
    skill: str
    reason: ContestReason
    words: str
    at: datetime
    by: str
    answer: str | None
    result_id: str
    rescored_id: str | None


def heads(session: Session, needs: Collection[int]) -> dict[int, NeedHead]:
    """The top of needs the caller has found visible."""
    rows = session.execute(
        select(
            col(Need.id),
            col(NeedVersion.title),
            col(Organisation.name),
            col(NeedVersion.posts),
            col(EmployerSite.city),
            col(NeedVersion.is_remote),
            col(NeedVersion.rome_code),
        )
        .join(NeedVersion, col(NeedVersion.need_id) == col(Need.id))
        .join(Employer, col(Employer.id) == col(Need.employer_id))
        .join(Organisation, col(Organisation.id) == col(Employer.partner_id))
        .outerjoin(EmployerSite, col(EmployerSite.id) == col(NeedVersion.site_id))
        .where(col(Need.id).in_(needs), col(NeedVersion.number) == col(Need.version))
    )
    return {row[0] or 0: NeedHead(row[0] or 0, *row[1:]) for row in rows}


def names(session: Session, learners: Collection[int]) -> dict[int, str]:
    """The names of people the caller has found visible."""
    rows = session.execute(
        select(
            col(Learner.id), col(Learner.birth_name), col(Learner.first_names),
            col(Learner.usage_name),
        ).where(col(Learner.id).in_(learners))
    )  # fmt: skip
    return {row[0] or 0: shown_name(*row[1:]) for row in rows}


def _contests() -> Any:
    return (
        select(
            MatchContest,
            col(Learner.birth_name),
            col(Learner.first_names),
            col(Learner.usage_name),
            col(NeedVersion.title),
            col(Skill.label),
            col(Account.name),
        )
        .join(Learner, col(Learner.id) == col(MatchContest.learner_id))
        .join(Need, col(Need.id) == col(MatchContest.need_id))
        .join(NeedVersion, col(NeedVersion.need_id) == col(Need.id))
        .join(Skill, col(Skill.id) == col(MatchContest.skill_id))
        .join(Account, col(Account.id) == col(MatchContest.account_id))
        .where(
            col(NeedVersion.number) == col(Need.version),
            col(MatchContest.organisation_id) == bindparam("org"),
            sees_learner(MatchContest.learner_id),
        )
        .order_by(col(MatchContest.answered_at).is_not(None), col(MatchContest.id).desc())
        .limit(MOST_CONTESTS)
    )


CONTESTS = _contests()


def contests(
    session: Session, actor: Actor, today: date, *, contest_id: int | None = None
) -> list[ContestLine]:
    """What is contested in one’s organisation, of people it still sees: open ones first."""
    statement = CONTESTS
    if contest_id is not None:
        statement = statement.where(col(MatchContest.id) == contest_id)
    rows = session.execute(statement, scope(actor, today))
    return [
        ContestLine(
            row.id or 0, row.learner_id, shown_name(*name), row.need_id, title, skill,
            row.reason, row.words, row.at, by, row.answer, row.result_id, row.rescored_id,
        )
        for row, *name, title, skill, by in rows
    ]  # fmt: skip


def scores(session: Session, contested: Collection[ContestLine]) -> dict[str, int | None]:
    """The number each result of these lines showed, before and after."""
    ids = {row.result_id for row in contested} | {row.rescored_id or "" for row in contested}
    rows = session.execute(
        select(col(MatchResult.id), col(MatchResult.result)).where(col(MatchResult.id).in_(ids))
    )
    return {row[0]: json.loads(row[1])["today"]["pct"] for row in rows}
