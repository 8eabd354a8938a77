"""What the rows of a list of missing data show: names, versions, and what is already known."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlmodel import Session, col

from parcours.domain.access import Actor
from parcours.domain.entry_questions import Question
from parcours.models import (
    Cohort,
    Enrolment,
    EntryAnswers,
    Exit,
    ExitSituation,
    Learner,
    Organisation,
)
from parcours.models.outcomes import is_at_exit
from parcours.models.visibility import scope, sees_learner

FILES: Any = (
    select(
        col(Learner.id),
        col(Learner.birth_name),
        col(Learner.usage_name),
        col(Learner.first_names),
        col(Learner.organisation_id),
        col(Organisation.name).label("holder"),
        col(Learner.version),
        col(Learner.gender),
        col(Learner.entry_status),
        col(Learner.education),
        col(Learner.born_on),
        col(Learner.receives_rsa),
        col(Learner.qpv_status),
        col(Learner.qpv_code),
    )
    .join(Organisation, col(Organisation.id) == col(Learner.organisation_id))
    .where(col(Learner.id).in_(bindparam("ids", expanding=True)), sees_learner(Learner.id))
)
EXITS = (
    select(
        col(Exit.id),
        col(Exit.learner_id),
        col(Exit.version),
        col(ExitSituation.situation),
        col(ExitSituation.contract_type),
        col(ExitSituation.contract_starts_on),
        col(ExitSituation.contract_ends_on),
        col(ExitSituation.weekly_hours),
        col(ExitSituation.proof),
        col(ExitSituation.proof_seen_on),
        col(ExitSituation.qualification),
        col(ExitSituation.qualified_on),
    )
    .join(ExitSituation, col(ExitSituation.exit_id) == col(Exit.id))
    .where(
        col(Exit.id).in_(bindparam("ids", expanding=True)),
        col(Exit.organisation_id) == bindparam("org"),
        is_at_exit(),
    )
)

ENTRIES: Any = (
    select(
        col(Enrolment.id),
        col(Enrolment.learner_id),
        func.coalesce(col(EntryAnswers.version), 0).label("version"),
        *(getattr(EntryAnswers, question.value) for question in Question),
    )
    .join(Cohort, col(Cohort.id) == col(Enrolment.cohort_id))
    .outerjoin(EntryAnswers, col(EntryAnswers.enrolment_id) == col(Enrolment.id))
    .where(
        col(Enrolment.id).in_(bindparam("ids", expanding=True)),
        col(Cohort.organisation_id) == bindparam("org"),
        sees_learner(Enrolment.learner_id),
    )
)


def files(session: Session, actor: Actor, ids: Iterable[int], *, today: date) -> dict[int, Any]:
    """By learner, the file; those the actor may not see are not there."""
    rows = session.execute(FILES, {**scope(actor, today), "ids": sorted(set(ids))})
    return {row.id: row for row in rows}


def exits(session: Session, actor: Actor, ids: Iterable[int], *, today: date) -> dict[int, Any]:
    """By exit of one’s organisation, its version and what was said of it."""
    rows = session.execute(EXITS, {**scope(actor, today), "ids": sorted(set(ids))})
    return {row.id: row for row in rows}


def entries(session: Session, actor: Actor, ids: Iterable[int], *, today: date) -> dict[int, Any]:
    """By entry into a cohort of one’s organisation, its answers; for those who may ask them."""
    rows = session.execute(ENTRIES, {**scope(actor, today), "ids": sorted(set(ids))})
    return {row.id: row for row in rows}
