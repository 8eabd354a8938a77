"""Lists of what waits for somebody: breaks to avoid, starts to confirm, attendance to take."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Date, Select, Subquery, bindparam, select, tuple_
from sqlmodel import Session, col

from parcours.actions.continuity import HORIZON, RibbonFacts, is_to_avoid, ribbon_facts
from parcours.domain.access import Actor
from parcours.domain.calendar import Half
from parcours.domain.pathway import UNCONFIRMED_AFTER_DAYS
from parcours.domain.words import StepKind
from parcours.models import (
    Cohort,
    CohortHalfDay,
    Gap,
    Learner,
    Organisation,
    Pathway,
    Step,
)
from parcours.models.visibility import is_mine, scope, sees_learner

LIMIT = 100
PAGE_SIZE = 30


@dataclass(frozen=True, slots=True)
class BreakRow:
    """A person about to fall, or fallen, between two steps."""

    pathway_id: int
    learner_id: int
    birth_name: str
    usage_name: str | None
    first_names: str
    starts_on: date
    breaks_on: date
    owner: str
    facts: RibbonFacts


@dataclass(frozen=True, slots=True)
class UnconfirmedStart:
    """A step one’s organisation holds, planned to start more than 7 days ago, not confirmed."""

    step_id: int
    learner_id: int
    birth_name: str
    usage_name: str | None
    first_names: str
    kind: StepKind
    title: str
    planned_start_on: date


@dataclass(frozen=True, slots=True)
class UntakenHalfDay:
    """A half-day of one’s cohorts that passed without attendance."""

    cohort_id: int
    cohort: str
    held_on: date
    half: Half


def _unconfirmed() -> Any:
    return (
        select(
            col(Step.id),
            col(Learner.id),
            col(Learner.birth_name),
            col(Learner.usage_name),
            col(Learner.first_names),
            col(Step.kind),
            col(Step.title),
            col(Step.planned_start_on),
        )
        .join(Learner, col(Learner.id) == col(Step.learner_id))
        .join(Pathway, col(Pathway.id) == col(Step.pathway_id))
        .where(
            col(Step.organisation_id) == bindparam("org"),
            col(Step.started_on).is_(None),
            col(Step.accepted_at).is_not(None),
            col(Step.cancelled_at).is_(None),
            col(Step.planned_start_on) < bindparam("before"),
            col(Pathway.closed_on).is_(None),
            sees_learner(Step.learner_id),
        )
        .order_by(col(Step.planned_start_on), col(Step.id))
        .limit(LIMIT)
    )


def _untaken() -> Any:
    return (
        select(
            col(Cohort.id), col(Cohort.name), col(CohortHalfDay.held_on), col(CohortHalfDay.half)
        )
        .join(Cohort, col(Cohort.id) == col(CohortHalfDay.cohort_id))
        .where(
            col(Cohort.organisation_id) == bindparam("org"),
            col(CohortHalfDay.taken_at).is_(None),
            col(CohortHalfDay.held_on) <= bindparam("today"),
        )
        .order_by(col(CohortHalfDay.held_on).desc(), col(CohortHalfDay.half).desc())
        .limit(LIMIT)
    )


UNCONFIRMED, UNTAKEN = _unconfirmed(), _untaken()


def breaks(
    session: Session,
    actor: Actor,
    *,
    today: date,
    everywhere: bool = False,
    mine: bool = False,
    after: tuple[date, int] | None = None,
) -> list[BreakRow]:
    """Breaks of the next 30 days and those already broken, the most urgent first.

    One row more than PAGE_SIZE when another page follows. `everywhere` adds the people the
    actor sees whose gap another organisation owns; `mine` keeps those the actor follows.
    """
    parameters = {
        **scope(actor, today),
        "until": today + HORIZON,
        "account": actor.account_id,
        "after_day": after[0] if after else date(1900, 1, 1),
        "after_id": after[1] if after else 0,
    }
    found = session.connection().execute(_breaks(everywhere, mine), parameters).all()
    facts = ribbon_facts(session, [(row[0], row[8], row[9]) for row in found])
    return [
        BreakRow(
            pathway_id=row[0],
            learner_id=row[1],
            birth_name=row[2],
            usage_name=row[3],
            first_names=row[4],
            starts_on=row[5],
            breaks_on=row[6],
            owner=row[7],
            facts=facts[row[0]],
        )
        for row in found
    ]


def unconfirmed_starts(session: Session, actor: Actor, *, today: date) -> list[UnconfirmedStart]:
    """Starts to confirm, the oldest first, at most 100."""
    before = today - timedelta(days=UNCONFIRMED_AFTER_DAYS)
    parameters = {**scope(actor, today), "before": before}
    rows = session.connection().execute(UNCONFIRMED, parameters).all()
    return [UnconfirmedStart(*row) for row in rows]


def untaken_half_days(session: Session, actor: Actor, *, today: date) -> list[UntakenHalfDay]:
    """Half-days whose attendance is to take, the latest first, at most 100."""
    parameters = {"org": actor.organisation_id, "today": today}
    rows = session.connection().execute(UNTAKEN, parameters).all()
    return [UntakenHalfDay(*row) for row in rows]


def _urgent(everywhere: bool, mine: bool) -> Subquery:
    page = (
        select(col(Gap.pathway_id), col(Gap.starts_on), col(Gap.breaks_on), col(Gap.owner_id))
        .where(
            is_to_avoid(),
            sees_learner(Gap.learner_id),
            tuple_(col(Gap.breaks_on), col(Gap.pathway_id))
            > tuple_(bindparam("after_day", type_=Date), bindparam("after_id")),
        )
        .order_by(col(Gap.breaks_on), col(Gap.pathway_id))
        .limit(PAGE_SIZE + 1)
    )
    if not everywhere:
        page = page.where(col(Gap.owner_id) == bindparam("org"))
    if mine:
        followed = select(col(Learner.id)).where(is_mine(col(Learner.referent_id)))
        page = page.where(col(Gap.learner_id).in_(followed))
    return page.subquery("urgent")


@cache
def _breaks(everywhere: bool, mine: bool) -> Select[Any]:
    # The page’s gaps first, along the index; the rest joins fifty rows.
    urgent = _urgent(everywhere, mine)
    return (
        select(
            urgent.c.pathway_id,
            col(Learner.id),
            col(Learner.birth_name),
            col(Learner.usage_name),
            col(Learner.first_names),
            urgent.c.starts_on,
            urgent.c.breaks_on,
            col(Organisation.name),
            col(Pathway.opened_on),
            col(Pathway.closed_on),
        )
        .select_from(urgent)
        .join(Pathway, col(Pathway.id) == urgent.c.pathway_id)
        .join(Learner, col(Learner.id) == col(Pathway.learner_id))
        .join(Organisation, col(Organisation.id) == urgent.c.owner_id)
        .order_by(urgent.c.breaks_on, urgent.c.pathway_id)
    )
