"""The hours of immersions, day by day: what was agreed, less what was missed, beside the sheets."""

import json
from collections.abc import Callable
from datetime import date
from typing import Any

from sqlalchemy import (
    Date,
    Integer,
    Select,
    Subquery,
    Text,
    and_,
    case,
    cast,
    false,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.orm import aliased
from sqlmodel import col

from parcours import reference
from parcours.actions.immersion_lists import is_immersion
from parcours.actions.working_days import public_holidays
from parcours.db import each_of
from parcours.domain.attendance import Status
from parcours.domain.calendar import ONE_DAY, days_between, is_working_day
from parcours.domain.weekly_hours import DAYS_OF_A_WEEK, UNKNOWN_DAY, Source, in_company
from parcours.models import (
    AttendanceMark,
    CohortHalfDay,
    Enrolment,
    Immersion,
    ImmersionAbsence,
    Step,
)
from parcours.models.cohorts import takes_place

Who = Callable[[Any], Any]
ZERO = literal(0, Integer)
PRESENCES = tuple(status for status in Status if status.is_presence)
REFUSED = "non"


def working_days(first: date, last: date, *, today: date) -> str:
    """The working days over between two days, both included, as statements are told them."""
    last = min(last, today - ONE_DAY)
    days_off = public_holidays(first, last) if first <= last else set()
    days = (day for day in days_between(first, last) if is_working_day(day, days_off))
    return json.dumps([day.isoformat() for day in days])


def immersions(who: Who, *conditions: Any) -> Select[Any]:
    """Each working day (`:days`) of the immersions of some people, in the shape of hours.

    A person is in one company at a time: of immersions that meet, the first entered speaks.
    """
    day = _days(who, *conditions)
    done, missed = in_company(
        day.c.agreed, day.c.missed, day.c.planned, day.c.told, above_zero=_above_zero
    )
    unknown = _above_zero(func.coalesce(day.c.agreed, UNKNOWN_DAY) - day.c.planned)
    is_known = day.c.is_begun & day.c.agreed.is_not(None)
    return select(
        day.c.learner_id,
        day.c.on,
        literal(Source.IMMERSIONS.value, Text).label("source"),
        case((is_known, done), else_=0).label("done"),
        case((is_known & day.c.is_excused, missed), else_=0).label("excused"),
        case((~is_known, unknown), else_=0).label("unrecorded"),
    )


def excusing_reasons() -> list[str]:
    """Codes of reasons that excuse; those the list says « non » of do not."""
    return [
        code
        for code, row in reference.absence_reasons().items()
        if not row.extra["justified"].startswith(REFUSED)
    ]


def _days(who: Who, *conditions: Any) -> Subquery:
    asked = each_of("days")
    on = func.date(asked.c.value, type_=Date)
    is_excused = col(ImmersionAbsence.reason).in_(excusing_reasons())
    columns: dict[str, Any] = {
        "on": on,
        "agreed": _of_a_day(),
        "missed": func.coalesce(col(ImmersionAbsence.minutes), 0),
        "is_excused": func.coalesce(is_excused, false()),
        "is_begun": col(Step.started_on).is_not(None),
        "planned": _sheets(on, _planned()),
        "told": _sheets(on, _told()),
    }
    missed_there = and_(
        col(ImmersionAbsence.immersion_id) == col(Immersion.id),
        col(ImmersionAbsence.missed_on) == on,
    )
    return (
        select(col(Step.learner_id), *(made.label(name) for name, made in columns.items()))
        .select_from(asked.join(Step, _covers(Step, on)))
        .outerjoin(Immersion, col(Immersion.step_id) == col(Step.id))
        .outerjoin(ImmersionAbsence, missed_there)
        .where(who(col(Step.learner_id)), *conditions, is_immersion(Step), _is_first(on))
        .subquery("company_day")
    )


def _is_first(on: Any) -> Any:
    """Condition: no immersion entered before this one covers the same day of the person."""
    other = aliased(Step)
    return (
        ~select(1)
        .where(
            col(other.learner_id) == col(Step.learner_id),
            col(other.id) < col(Step.id),
            is_immersion(other),
            _covers(other, on),
        )
        .correlate_except(other)
        .exists()
    )


def _covers(step: Any, on: Any) -> Any:
    """Condition: a step somebody holds, on a day between its first and its last."""
    return and_(
        col(step.accepted_at).is_not(None),
        col(step.cancelled_at).is_(None),
        func.coalesce(col(step.started_on), col(step.planned_start_on)) <= on,
        func.coalesce(col(step.ended_on), col(step.planned_end_on), on) >= on,
    )


def _of_a_day() -> Any:
    hours = col(Immersion.weekly_hours)
    return cast(func.round(hours * 60 / DAYS_OF_A_WEEK), Integer)


def _planned() -> Any:
    return col(CohortHalfDay.minutes)


def _told() -> Any:
    """Minutes a sheet says were missed: an absence, or a lateness."""
    planned, late = col(CohortHalfDay.minutes), col(AttendanceMark.late_minutes)
    status = col(AttendanceMark.status)
    return case(
        (status.is_(None), 0),
        (~status.in_(PRESENCES), planned),
        (late < planned, late),
        else_=planned,
    )


def _sheets(on: Any, minutes: Any) -> Any:
    """Minutes over the person’s half-days of a day, of every cohort that has them that day."""
    left = col(Enrolment.left_on)
    found = (
        select(func.sum(minutes))
        .select_from(Enrolment)
        .join(CohortHalfDay, col(CohortHalfDay.cohort_id) == col(Enrolment.cohort_id))
        .outerjoin(
            AttendanceMark,
            and_(
                col(AttendanceMark.half_day_id) == col(CohortHalfDay.id),
                col(AttendanceMark.enrolment_id) == col(Enrolment.id),
            ),
        )
        .where(
            col(Enrolment.learner_id) == col(Step.learner_id),
            col(CohortHalfDay.held_on) == on,
            takes_place(),
            or_(
                col(AttendanceMark.status).is_not(None),
                and_(
                    col(Enrolment.enrolled_on) <= on,
                    or_(left.is_(None), left >= on),
                ),
            ),
        )
        .correlate_except(Enrolment, CohortHalfDay, AttendanceMark)
        .scalar_subquery()
    )
    return cast(func.coalesce(found, 0), Integer)


def _above_zero(minutes: Any) -> Any:
    return case((minutes > 0, minutes), else_=0)
