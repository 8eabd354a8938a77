"""Lists of what waits for somebody: starts to confirm, attendance to take."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, Date, Integer, and_, bindparam, select, tuple_
from sqlmodel import Session, col

from parcours.domain.access import Actor
from parcours.domain.calendar import Half
from parcours.domain.pathway import UNCONFIRMED_AFTER_DAYS
from parcours.domain.words import DistrictStatus, StepKind
from parcours.models import (
    Cohort,
    CohortHalfDay,
    Learner,
    Pathway,
    Step,
)
from parcours.models.cohorts import takes_place
from parcours.models.visibility import is_mine, scope, sees_learner

LIMIT = 100
PAGE_SIZE = 30
BEGINNING = (date(1900, 1, 1), 0)


@dataclass(frozen=True, slots=True)
class StartFilters:
    """Whose starts: the people the actor follows, of a programme, of a district."""

    mine: bool = False
    programme: int | None = None
    district: DistrictStatus | None = None

    @property
    def shape(self) -> tuple[bool, bool, bool]:
        """What the statement depends on; values are parameters."""
        return self.mine, self.programme is not None, self.district is not None


EVERY_START = StartFilters()


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


def is_unconfirmed() -> Any:
    """Condition on Step and Pathway: `:org` holds it, nobody said it began, `:before` passed."""
    return and_(
        col(Step.organisation_id) == bindparam("org"),
        col(Step.started_on).is_(None),
        col(Step.accepted_at).is_not(None),
        col(Step.cancelled_at).is_(None),
        col(Step.planned_start_on) < bindparam("before", type_=Date),
        col(Pathway.closed_on).is_(None),
        sees_learner(Pathway.learner_id),
    )


def is_untaken() -> Any:
    """Condition on CohortHalfDay and Cohort: one of `:org` that passed without attendance."""
    return and_(
        col(Cohort.organisation_id) == bindparam("org"),
        col(CohortHalfDay.taken_at).is_(None),
        takes_place(),
        col(CohortHalfDay.held_on) <= bindparam("today"),
    )


def unconfirmed_before(today: date) -> date:
    """Steps planned to begin before this day, and not confirmed on `today`, wait for a word."""
    return today - timedelta(days=UNCONFIRMED_AFTER_DAYS)


@cache
def _unconfirmed(shape: tuple[bool, bool, bool]) -> Any:
    of_mine, has_programme, has_district = shape
    place = tuple_(col(Step.planned_start_on), col(Step.id))
    after = tuple_(bindparam("after_day", type_=Date), bindparam("after_id", type_=BigInteger))
    statement = (
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
        .where(is_unconfirmed(), place > after)
        .order_by(col(Step.planned_start_on), col(Step.id))
        .limit(bindparam("most", type_=Integer))
    )
    if of_mine:
        statement = statement.where(is_mine(col(Learner.referent_id)))
    if has_programme:
        statement = statement.where(col(Pathway.programme_id) == bindparam("programme"))
    if has_district:
        statement = statement.where(col(Learner.qpv_status) == bindparam("district"))
    return statement


def _untaken() -> Any:
    return (
        select(
            col(Cohort.id), col(Cohort.name), col(CohortHalfDay.held_on), col(CohortHalfDay.half)
        )
        .join(Cohort, col(Cohort.id) == col(CohortHalfDay.cohort_id))
        .where(is_untaken())
        .order_by(col(CohortHalfDay.held_on).desc(), col(CohortHalfDay.half).desc())
        .limit(bindparam("most", type_=Integer))
    )


UNTAKEN = _untaken()


def unconfirmed_starts(
    session: Session,
    actor: Actor,
    filters: StartFilters = EVERY_START,
    *,
    today: date,
    after: tuple[date, int] | None = None,
    most: int = PAGE_SIZE + 1,
) -> list[UnconfirmedStart]:
    """Starts to confirm, the oldest first, from the one after (planned start, step) `after`.

    At most `most` rows: unless said, one more than PAGE_SIZE when another page follows.
    """
    after_day, after_id = after or BEGINNING
    parameters = {
        **scope(actor, today),
        "before": unconfirmed_before(today),
        "account": actor.account_id,
        "programme": filters.programme,
        "district": filters.district,
        "after_day": after_day,
        "after_id": after_id,
        "most": most,
    }
    rows = session.connection().execute(_unconfirmed(filters.shape), parameters).all()
    return [UnconfirmedStart(*row) for row in rows]


def untaken_half_days(
    session: Session, actor: Actor, *, today: date, most: int = LIMIT
) -> list[UntakenHalfDay]:
    """Half-days whose attendance is to take, the latest first, at most `most`."""
    parameters = {"org": actor.organisation_id, "today": today, "most": most}
    rows = session.connection().execute(UNTAKEN, parameters).all()
    return [UntakenHalfDay(*row) for row in rows]
