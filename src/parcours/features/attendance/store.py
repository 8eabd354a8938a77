"""What the attendance pages read."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import bindparam, or_, select
from sqlmodel import Session, col

from parcours.domain.attendance import Asked, Mark, Status
from parcours.domain.calendar import Half, HalfDay
from parcours.models import AttendanceMark, Cohort, CohortHalfDay, Enrolment, Learner

WINDOW = 20


@dataclass(frozen=True, slots=True)
class SheetRow:
    """Somebody of the group on one half-day."""

    enrolment_id: int
    learner_id: int
    birth_name: str
    usage_name: str | None
    first_names: str


def half_day(session: Session, cohort_id: int, slot: HalfDay) -> CohortHalfDay | None:
    """The half-day of a cohort the caller has opened."""
    found: CohortHalfDay | None = session.execute(
        select(CohortHalfDay).where(
            col(CohortHalfDay.cohort_id) == cohort_id,
            col(CohortHalfDay.held_on) == slot.on,
            col(CohortHalfDay.half) == slot.half,
        )
    ).scalar_one_or_none()
    return found


def _group() -> Any:
    return (
        select(
            col(Enrolment.id),
            col(Learner.id),
            col(Learner.birth_name),
            col(Learner.usage_name),
            col(Learner.first_names),
        )
        .join(Learner, col(Learner.id) == col(Enrolment.learner_id))
        .where(
            col(Enrolment.cohort_id) == bindparam("cohort"),
            col(Enrolment.enrolled_on) <= bindparam("day"),
            or_(col(Enrolment.left_on).is_(None), col(Enrolment.left_on) >= bindparam("day")),
        )
        .order_by(col(Learner.sort_key), col(Learner.id))
    )


def _window() -> Any:
    # The half-days recorded before this one, the latest first; their marks for the whole group.
    recent = (
        select(col(CohortHalfDay.id), col(CohortHalfDay.held_on), col(CohortHalfDay.half),
               col(CohortHalfDay.minutes))
        .where(
            col(CohortHalfDay.cohort_id) == bindparam("cohort"),
            col(CohortHalfDay.taken_at).is_not(None),
            or_(
                col(CohortHalfDay.held_on) < bindparam("day"),
                (col(CohortHalfDay.held_on) == bindparam("day"))
                & (col(CohortHalfDay.half) <= bindparam("half")),
            ),
        )
        .order_by(col(CohortHalfDay.held_on).desc(), col(CohortHalfDay.half).desc())
        .limit(WINDOW)
        .subquery("recent")
    )  # fmt: skip
    return (
        select(
            recent.c.id,
            recent.c.held_on,
            recent.c.half,
            recent.c.minutes,
            col(AttendanceMark.enrolment_id),
            col(AttendanceMark.status),
            col(AttendanceMark.late_minutes),
        )
        .select_from(recent)
        .outerjoin(AttendanceMark, col(AttendanceMark.half_day_id) == recent.c.id)
        .order_by(recent.c.held_on, recent.c.half)
    )


GROUP, RECENT = _group(), _window()


def group(session: Session, cohort_id: int, day: date) -> list[SheetRow]:
    """Who is in the cohort on `day`, by name."""
    rows = session.execute(GROUP, {"cohort": cohort_id, "day": day})
    return [SheetRow(*row) for row in rows]


def recent_marks(
    session: Session, cohort_id: int, slot: HalfDay
) -> tuple[list[HalfDay], dict[int, dict[HalfDay, Mark]]]:
    """The last 20 half-days recorded up to `slot`, and each enrolment’s marks on them."""
    parameters = {"cohort": cohort_id, "day": slot.on, "half": slot.half}
    slots: dict[HalfDay, None] = {}
    marks: dict[int, dict[HalfDay, Mark]] = defaultdict(dict)
    for _, held_on, half, minutes, enrolment_id, status, late in session.execute(
        RECENT, parameters
    ):
        key = HalfDay(held_on, Half(half))
        slots[key] = None
        if enrolment_id is not None:
            marks[enrolment_id][key] = Mark(status, minutes, late)
    return list(slots), marks


def marks(session: Session, half_day_id: int) -> dict[int, Asked]:
    """What is recorded for one half-day, by enrolment."""
    rows = session.execute(
        select(
            col(AttendanceMark.enrolment_id),
            col(AttendanceMark.status),
            col(AttendanceMark.late_minutes),
        ).where(col(AttendanceMark.half_day_id) == half_day_id)
    )
    return {row[0]: Asked(row[1], row[2]) for row in rows}


def neighbours(
    session: Session, cohort_id: int, slot: HalfDay
) -> tuple[HalfDay | None, HalfDay | None]:
    """The half-days of the calendar just before and just after."""
    rows = session.execute(
        select(col(CohortHalfDay.held_on), col(CohortHalfDay.half))
        .where(col(CohortHalfDay.cohort_id) == cohort_id)
        .order_by(col(CohortHalfDay.held_on), col(CohortHalfDay.half))
    )
    slots = [HalfDay(row[0], row[1]) for row in rows]
    before = [other for other in slots if other < slot]
    after = [other for other in slots if other > slot]
    return (before[-1] if before else None, after[0] if after else None)


def of_learner(
    session: Session, learner_id: int
) -> list[tuple[int, str, date, Half, Status, int, int]]:
    """Every mark of a learner: (cohort, its name, day, half, status, minutes, late), in order."""
    rows = session.execute(
        select(
            col(Cohort.id),
            col(Cohort.name),
            col(CohortHalfDay.held_on),
            col(CohortHalfDay.half),
            col(AttendanceMark.status),
            col(CohortHalfDay.minutes),
            col(AttendanceMark.late_minutes),
        )
        .join(CohortHalfDay, col(CohortHalfDay.id) == col(AttendanceMark.half_day_id))
        .join(Enrolment, col(Enrolment.id) == col(AttendanceMark.enrolment_id))
        .join(Cohort, col(Cohort.id) == col(Enrolment.cohort_id))
        .where(col(Enrolment.learner_id) == learner_id)
        .order_by(col(CohortHalfDay.held_on), col(CohortHalfDay.half))
    )
    return [tuple(row) for row in rows]
