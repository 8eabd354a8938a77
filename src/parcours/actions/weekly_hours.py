"""The hours of people week by week: one union of facts, read for a person or for a list.

A source of hours is added in SOURCES and nowhere else: an arm that gives, for the people asked for
and the days between `:first` and `:last`, rows of one shape (learner, day, source, minutes done,
excused, not recorded). Every total on every page is a sum over that union. `:days` holds the
working days over between the two (`between`).
"""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from sqlalchemy import (
    Date,
    Select,
    Subquery,
    Text,
    bindparam,
    case,
    literal,
    select,
    union_all,
)
from sqlmodel import Session, col

from parcours import reference
from parcours.actions.immersion_hours import PRESENCES, ZERO, Who, immersions, working_days
from parcours.actions.mediation_reads import counts
from parcours.domain.attendance import Status
from parcours.domain.weekly_hours import Agreed, HourFact, Source, Span
from parcours.models import (
    Act,
    Activity,
    AttendanceMark,
    CohortHalfDay,
    Enrolment,
    Learner,
    Pathway,
    WeeklyEngagement,
)
from parcours.models.cohorts import takes_place

FIRST, LAST = bindparam("first", type_=Date), bindparam("last", type_=Date)
RSA = "RSA"


def hour_facts(who: Who) -> Subquery:
    """Every fact of hours of some people (`who`: a condition on their id), in one shape."""
    return union_all(*(source(who) for source in SOURCES)).subquery("hour")


def between(first: date, last: date, *, today: date) -> dict[str, Any]:
    """What the union of facts is told of the days asked for, both included."""
    return {"first": first, "last": last, "days": working_days(first, last, today=today)}


def facts_of_learner(
    session: Session, learner_id: int, first: date, last: date, *, today: date
) -> list[HourFact]:
    """The facts of a person whose file the caller has opened, between two days, both included."""
    asked = {"learner": learner_id} | between(first, last, today=today)
    rows = session.execute(OF_LEARNER, asked)
    return [
        HourFact(row.on, Source(row.source), row.done, row.excused, row.unrecorded) for row in rows
    ]


def engagements_of(session: Session, learner_id: int) -> list[WeeklyEngagement]:
    """What was agreed with a person, withdrawn ones left out, the latest first."""
    return list(
        session.execute(
            select(WeeklyEngagement)
            .where(
                col(WeeklyEngagement.learner_id) == learner_id,
                col(WeeklyEngagement.withdrawn_at).is_(None),
            )
            .order_by(col(WeeklyEngagement.starts_on).desc(), col(WeeklyEngagement.id).desc())
        ).scalars()
    )


def agreed_of(row: WeeklyEngagement) -> Agreed:
    """What the rules read of an engagement."""
    return Agreed(row.minutes, row.starts_on, row.ends_on, row.motive)


def default_for(learner: Learner) -> Agreed | None:
    """What is expected of somebody by default: the RSA’s hours of those who receive it."""
    if not learner.receives_rsa:
        return None
    code = reference.engagements()[RSA]
    starts_on = date.fromisoformat(code.extra["starts_on"])
    return Agreed(int(code.extra["weekly_minutes"]), starts_on)


def span_of(pathway: Pathway) -> Span:
    """The days of a participation: `closed_on` is the first that no longer counts."""
    closed = pathway.closed_on
    return Span(pathway.opened_on, closed - timedelta(days=1) if closed else None)


def _row(learner_id: Any, on: Any, source: Source, **minutes: Any) -> Select[Any]:
    return select(
        learner_id.label("learner_id"),
        on.label("on"),
        literal(source.value, Text).label("source"),
        *(minutes.get(name, ZERO).label(name) for name in ("done", "excused", "unrecorded")),
    )


def _attendance(who: Who) -> Select[Any]:
    """Half-days recorded: minutes attended, or excused when the absence is justified."""
    planned, late = col(CohortHalfDay.minutes), col(AttendanceMark.late_minutes)
    attended = case((planned > late, planned - late), else_=0)
    status = col(AttendanceMark.status)
    return (
        _row(
            col(Enrolment.learner_id),
            col(CohortHalfDay.held_on),
            Source.ATTENDANCE,
            done=case((status.in_(PRESENCES), attended), else_=0),
            excused=case((status == Status.JUSTIFIED, planned), else_=0),
        )
        .select_from(Enrolment)
        .join(AttendanceMark, col(AttendanceMark.enrolment_id) == col(Enrolment.id))
        .join(CohortHalfDay, col(CohortHalfDay.id) == col(AttendanceMark.half_day_id))
        .where(who(col(Enrolment.learner_id)), *_between(CohortHalfDay.held_on), takes_place())
    )


def _unrecorded(who: Who) -> Select[Any]:
    """Half-days of somebody’s cohort that nobody took for them: unknown, not zero."""
    mark = select(1).where(
        col(AttendanceMark.half_day_id) == col(CohortHalfDay.id),
        col(AttendanceMark.enrolment_id) == col(Enrolment.id),
    )
    left = col(Enrolment.left_on)
    return (
        _row(
            col(Enrolment.learner_id),
            col(CohortHalfDay.held_on),
            Source.ATTENDANCE,
            unrecorded=col(CohortHalfDay.minutes),
        )
        .select_from(Enrolment)
        .join(CohortHalfDay, col(CohortHalfDay.cohort_id) == col(Enrolment.cohort_id))
        .where(
            who(col(Enrolment.learner_id)),
            *_between(CohortHalfDay.held_on),
            takes_place(),
            col(Enrolment.enrolled_on) <= col(CohortHalfDay.held_on),
            left.is_(None) | (left >= col(CohortHalfDay.held_on)),
            ~mark.exists(),
        )
    )


def _acts(who: Who) -> Select[Any]:
    """Acts, workshops followed or led, informations."""
    return (
        _row(col(Act.learner_id), col(Activity.held_on), Source.ACTS, done=col(Activity.minutes))
        .select_from(Act)
        .join(Activity, col(Activity.id) == col(Act.activity_id))
        .where(who(col(Act.learner_id)), *_between(Activity.held_on), *counts())
    )


def _between(day: Any) -> tuple[Any, ...]:
    return (col(day) >= FIRST, col(day) <= LAST)


# The one place where a source of hours is added.
SOURCES: tuple[Callable[[Who], Select[Any]], ...] = (_attendance, _unrecorded, _acts, immersions)
OF_LEARNER: Any = select(hour_facts(lambda learner_id: learner_id == bindparam("learner")))
