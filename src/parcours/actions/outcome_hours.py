"""Hours of the people of an agreement: those its organisation held, and nobody else’s."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import bindparam, case, func, select
from sqlmodel import Session, col

from parcours.actions.immersion_hours import immersions, working_days
from parcours.actions.mediation_reads import counts
from parcours.actions.outcome_entries import SOME, told
from parcours.actions.weekly_hours import agreed_of, default_for, span_of
from parcours.domain.attendance import Status
from parcours.domain.weekly_hours import ONE_WEEK, HourFact, Source, WeekState, monday_of, weeks
from parcours.models import (
    Act,
    Activity,
    Agreement,
    AgreementCohort,
    AttendanceMark,
    CohortHalfDay,
    Enrolment,
    Learner,
    Pathway,
    Step,
    WeeklyEngagement,
)
from parcours.models.cohorts import takes_place

MET = {WeekState.MET, WeekState.MET_EXCUSED}
ASKED = {*MET, WeekState.TO_COMPLETE, WeekState.BELOW}
PRESENCES = tuple(status for status in Status if status.is_presence)
_PLANNED, _LATE = col(CohortHalfDay.minutes), col(AttendanceMark.late_minutes)
_STATUS = col(AttendanceMark.status)
_ATTENDED = case(
    (_STATUS.in_(PRESENCES) & (_PLANNED > _LATE), _PLANNED - _LATE),
    else_=0,
)
_EXCUSED = case((_STATUS == Status.JUSTIFIED, _PLANNED), else_=0)


def _marks(*columns: Any) -> Any:
    """Half-days recorded in the cohorts of an agreement, up to a day."""
    return (
        select(col(Enrolment.learner_id), *columns)
        .select_from(Enrolment)
        .join(AgreementCohort, col(AgreementCohort.cohort_id) == col(Enrolment.cohort_id))
        .join(AttendanceMark, col(AttendanceMark.enrolment_id) == col(Enrolment.id))
        .join(CohortHalfDay, col(CohortHalfDay.id) == col(AttendanceMark.half_day_id))
        .where(
            col(AgreementCohort.agreement_id) == bindparam("agreement"),
            col(CohortHalfDay.held_on) >= bindparam("starts_on"),
            col(CohortHalfDay.held_on) <= bindparam("until"),
            takes_place(),
        )
    )


def _some_marks(*columns: Any) -> Any:
    """The same of some of the people."""
    return _marks(*columns).where(col(Enrolment.learner_id).in_(SOME))


HOURS: Any = _some_marks(func.sum(_PLANNED), func.sum(_ATTENDED), func.sum(_EXCUSED)).group_by(
    col(Enrolment.learner_id)
)
BY_DAY: Any = _some_marks(
    col(CohortHalfDay.held_on), func.sum(_ATTENDED), func.sum(_EXCUSED)
).group_by(col(Enrolment.learner_id), col(CohortHalfDay.held_on))
HALF_DAYS: Any = _marks(
    col(CohortHalfDay.held_on),
    col(CohortHalfDay.half),
    _PLANNED,
    _STATUS,
    _LATE,
    col(AttendanceMark.reason),
).order_by(col(Enrolment.learner_id), col(CohortHalfDay.held_on), col(CohortHalfDay.id))
ACTS: Any = (
    select(col(Act.learner_id), col(Activity.held_on), func.sum(col(Activity.minutes)))
    .join(Activity, col(Activity.id) == col(Act.activity_id))
    .where(
        col(Act.learner_id).in_(SOME),
        col(Activity.organisation_id) == bindparam("holder"),
        col(Activity.held_on) >= bindparam("starts_on"),
        col(Activity.held_on) <= bindparam("until"),
        *counts(),
    )
    .group_by(col(Act.learner_id), col(Activity.held_on))
)
COMPANY_DAYS: Any = immersions(
    lambda learner_id: learner_id.in_(SOME), col(Step.organisation_id) == bindparam("holder")
)
ENGAGEMENTS: Any = select(WeeklyEngagement).where(
    col(WeeklyEngagement.learner_id).in_(SOME), col(WeeklyEngagement.withdrawn_at).is_(None)
)
PATHWAYS: Any = (
    select(Pathway, Learner)
    .join(Learner, col(Learner.id) == col(Pathway.learner_id))
    .where(col(Pathway.learner_id).in_(SOME))
    .order_by(col(Pathway.opened_on), col(Pathway.id))
)


@dataclass(frozen=True, slots=True)
class Hours:
    """Minutes of half-days recorded: planned, attended, of a justified absence."""

    planned: int = 0
    done: int = 0
    excused: int = 0

    @property
    def missed(self) -> int:
        """Minutes neither attended nor excused, lateness included."""
        return self.planned - self.done - self.excused


@dataclass(frozen=True, slots=True)
class Weeks:
    """Weeks over in which hours were agreed, and those the hours held here reach."""

    asked: int
    met: int
    done: int


def hours_of(session: Session, asked: Mapping[str, Any]) -> dict[int, Hours]:
    """By learner of a chunk, what was recorded in the agreement’s cohorts."""
    rows = session.execute(HOURS, asked)
    return {learner_id: Hours(*map(int, minutes)) for learner_id, *minutes in rows}


def weeks_of(session: Session, asked: Mapping[str, Any]) -> dict[int, Weeks]:
    """By learner of a chunk, the weeks of activity; only hours the agreement’s holder held."""
    as_of = asked["as_of"]
    facts: dict[int, list[HourFact]] = defaultdict(list)
    for key, on, done, excused in session.execute(BY_DAY, asked):
        facts[key].append(HourFact(on, Source.ATTENDANCE, int(done), int(excused)))
    for key, on, done in session.execute(ACTS, asked):
        facts[key].append(HourFact(on, Source.ACTS, int(done)))
    days = working_days(asked["starts_on"], asked["until"], today=as_of)
    for key, on, _source, done, excused, _unknown in session.execute(
        COMPANY_DAYS, {**asked, "days": days}
    ):
        facts[key].append(HourFact(on, Source.IMMERSIONS, done, excused))
    agreed = defaultdict(list)
    for row in session.execute(ENGAGEMENTS, asked).scalars():
        agreed[row.learner_id].append(agreed_of(row))
    people: dict[int, tuple[Learner, list[Any]]] = {}
    for pathway, learner in session.execute(PATHWAYS, asked):
        people.setdefault(learner.id, (learner, []))[1].append(span_of(pathway))
    mondays = _mondays(asked["starts_on"], asked["until"])
    return {
        key: _weeks(facts[key], mondays, agreed[key], learner, spans, as_of)
        for key, (learner, spans) in people.items()
    }


def half_days(session: Session, agreement: Agreement, as_of: date) -> Any:
    """Every half-day recorded: learner, day, half, minutes planned, status, late, reason."""
    return session.execute(HALF_DAYS, told(agreement, as_of))


def _weeks(
    facts: list[HourFact],
    mondays: list[date],
    agreed: Any,
    learner: Learner,
    spans: list[Any],
    as_of: date,
) -> Weeks:
    found = weeks(
        facts, mondays, adapted=agreed, default=default_for(learner), spans=spans, today=as_of
    )
    return Weeks(
        sum(week.state in ASKED for week in found),
        sum(week.state in MET for week in found),
        sum(fact.done for fact in facts),
    )


def _mondays(first: date, last: date) -> list[date]:
    start = monday_of(first)
    return [start + ONE_WEEK * number for number in range((last - start) // timedelta(7) + 1)]
