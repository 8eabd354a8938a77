"""What the attendance pages read."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, or_, select, tuple_, union_all
from sqlmodel import Session, col

from parcours.actions.alert_rules import PARAMS_OF_ONE, thresholds_in
from parcours.domain.alerts import Thresholds
from parcours.domain.attendance import Asked, Mark, Status
from parcours.domain.calendar import Half, HalfDay
from parcours.models import (
    AttendanceMark,
    Cohort,
    CohortHalfDay,
    Enrolment,
    Learner,
    Organisation,
)
from parcours.models.cohorts import takes_place

WINDOW = 20


@dataclass(frozen=True, slots=True)
class SheetRow:
    """Somebody of the group on one half-day."""

    enrolment_id: int
    learner_id: int
    birth_name: str
    usage_name: str | None
    first_names: str
    enrolled_on: date
    left_on: date | None
    born_on: date

    @property
    def civil_name(self) -> str:
        """As a certificate writes it: first names, family name, and the one in use."""
        usage = f", en usage {self.usage_name.upper()}" if self.usage_name else ""
        return f"{self.first_names} {self.birth_name.upper()}{usage}"

    @property
    def name(self) -> str:
        """As sheets write it, the family name first."""
        return f"{(self.usage_name or self.birth_name).upper()} {self.first_names}"

    def is_in(self, day: date) -> bool:
        """Whether they were in the group that day."""
        return self.enrolled_on <= day and (self.left_on is None or day <= self.left_on)


def around(
    session: Session, cohort_id: int, slot: HalfDay
) -> tuple[HalfDay | None, CohortHalfDay, HalfDay | None, int] | None:
    """A half-day of a cohort the caller has opened, with the ones before and after it.

    And how many days after a half-day its organisation still corrects the sheet.
    """
    rows = session.execute(AROUND, {"cohort": cohort_id, "day": slot.on, "half": slot.half}).all()
    slots = {HalfDay(row[0].held_on, row[0].half): row for row in rows}
    if slot not in slots:
        return None
    before = max((other for other in slots if other < slot), default=None)
    after = min((other for other in slots if other > slot), default=None)
    return before, slots[slot][0], after, slots[slot][1]


def _around() -> Any:
    key = tuple_(col(CohortHalfDay.held_on), col(CohortHalfDay.half))
    here = tuple_(bindparam("day"), bindparam("half", type_=CohortHalfDay.half.type))  # type: ignore[attr-defined]
    calendar = select(col(CohortHalfDay.id)).where(
        col(CohortHalfDay.cohort_id) == bindparam("cohort")
    )
    order = (col(CohortHalfDay.held_on), col(CohortHalfDay.half))
    to_here = calendar.where(key <= here).order_by(*(part.desc() for part in order)).limit(2)
    after = calendar.where(key > here).order_by(*order).limit(1)
    ids = union_all(select(to_here.subquery().c.id), select(after.subquery().c.id))
    return (
        select(CohortHalfDay, col(Organisation.correction_days))
        .join(Cohort, col(Cohort.id) == col(CohortHalfDay.cohort_id))
        .join(Organisation, col(Organisation.id) == col(Cohort.organisation_id))
        .where(col(CohortHalfDay.id).in_(ids))
    )


AROUND = _around()


def _people(first: Any, last: Any) -> Any:
    """Who was in `:cohort` on a day between two, both included, by name."""
    return (
        select(
            col(Enrolment.id),
            col(Learner.id),
            col(Learner.birth_name),
            col(Learner.usage_name),
            col(Learner.first_names),
            col(Enrolment.enrolled_on),
            col(Enrolment.left_on),
            col(Learner.born_on),
        )
        .join(Learner, col(Learner.id) == col(Enrolment.learner_id))
        .where(
            col(Enrolment.cohort_id) == bindparam("cohort"),
            col(Enrolment.enrolled_on) <= last,
            or_(col(Enrolment.left_on).is_(None), col(Enrolment.left_on) >= first),
        )
        .order_by(col(Learner.sort_key), col(Learner.id))
    )


def _window() -> Any:
    # The half-days recorded before this one, the latest first; their marks for the whole group.
    about = (CohortHalfDay.id, CohortHalfDay.held_on, CohortHalfDay.half, CohortHalfDay.minutes)
    recent = (
        select(*(col(column) for column in about))
        .where(
            col(CohortHalfDay.cohort_id) == bindparam("cohort"),
            col(CohortHalfDay.taken_at).is_not(None),
            takes_place(),
            or_(
                col(CohortHalfDay.held_on) < bindparam("day"),
                (col(CohortHalfDay.held_on) == bindparam("day"))
                & (col(CohortHalfDay.half) <= bindparam("half")),
            ),
        )
        .order_by(col(CohortHalfDay.held_on).desc(), col(CohortHalfDay.half).desc())
        .limit(WINDOW)
        .subquery("recent")
    )
    return (
        select(
            *recent.c,
            col(AttendanceMark.enrolment_id),
            col(AttendanceMark.status),
            col(AttendanceMark.late_minutes),
        )
        .select_from(recent)
        .outerjoin(AttendanceMark, col(AttendanceMark.half_day_id) == recent.c.id)
        .order_by(recent.c.held_on, recent.c.half)
    )


MARKED = select(
    col(AttendanceMark.enrolment_id),
    col(AttendanceMark.status),
    col(AttendanceMark.late_minutes),
    col(AttendanceMark.reason),
    col(AttendanceMark.signed_at),
).where(col(AttendanceMark.half_day_id) == bindparam("half_day"))
# The thresholds ride along: a sheet of five hundred marks has no query to spare.
GROUP = _people(bindparam("day"), bindparam("day")).add_columns(PARAMS_OF_ONE)
RECENT = _window()


def group(session: Session, cohort: Cohort, day: date) -> tuple[list[SheetRow], Thresholds]:
    """Who is in the cohort on `day`, by name; and what its organisation’s alerts go by."""
    parameters = {"cohort": cohort.id, "day": day, "org": cohort.organisation_id}
    rows = session.execute(GROUP, parameters).all()
    thresholds = thresholds_in(rows[0][-1] if rows else None)
    return [SheetRow(*row[:-1]) for row in rows], thresholds


def recent_marks(
    session: Session, cohort_id: int, slot: HalfDay
) -> tuple[list[HalfDay], dict[int, list[Mark | None]]]:
    """The last 20 half-days recorded up to `slot`, and each enrolment’s mark on each of them."""
    parameters = {"cohort": cohort_id, "day": slot.on, "half": slot.half}
    slots: dict[int, HalfDay] = {}
    marks: dict[int, list[Mark | None]] = {}
    # A full sheet has five hundred marks, and few that differ: those alike are the same object.
    alike: dict[tuple[Status, int, int], Mark] = {}
    rows: Any = session.connection().execute(RECENT, parameters).all()
    place, here = -1, None
    for slot_id, held_on, half, minutes, enrolment_id, status, late in rows:
        if slot_id != here:
            place, here = place + 1, slot_id
            slots[slot_id] = HalfDay(held_on, Half(half))
        if enrolment_id is None:
            continue
        kind = (status, minutes, late)
        if kind not in alike:
            alike[kind] = Mark(*kind)
        if enrolment_id not in marks:
            marks[enrolment_id] = [None] * WINDOW
        marks[enrolment_id][place] = alike[kind]
    return list(slots.values()), marks


def marks(session: Session, half_day_id: int) -> tuple[dict[int, Asked], dict[int, datetime]]:
    """What is recorded for one half-day, and when those who signed did, by enrolment."""
    rows = session.execute(MARKED, {"half_day": half_day_id}).all()
    signed = {row[0]: row[4] for row in rows if row[4] is not None}
    return {row[0]: Asked(row[1], row[2], row[3]) for row in rows}, signed


@dataclass(frozen=True, slots=True)
class Grid:
    """The half-days of a period, who was in the group, and what is recorded of each."""

    half_days: list[CohortHalfDay]
    people: list[SheetRow]
    marks: dict[tuple[int, int], Asked]
    signed: dict[tuple[int, int], datetime]


def grid(
    session: Session, cohort_id: int, first: date, last: date, *, enrolment_id: int | None = None
) -> Grid:
    """Everything of a cohort the caller has opened between two days, both included; three queries.

    Of one person alone when `enrolment_id` is given. `marks` and `signed` by (half-day,
    enrolment). Somebody who entered or left meanwhile is there.
    """
    inside = {"cohort": cohort_id, "first": first, "last": last}
    half_days = list(session.execute(HALF_DAYS, inside).scalars())
    people = [SheetRow(*row) for row in session.execute(PEOPLE, inside)]
    marked = MARKS
    if enrolment_id is not None:
        people = [person for person in people if person.enrolment_id == enrolment_id]
        marked = MARKS.where(col(AttendanceMark.enrolment_id) == enrolment_id)
    rows = session.execute(marked, inside).all()
    marks = {(row[0], row[1]): Asked(row[2], row[3], row[4]) for row in rows}
    signed = {(row[0], row[1]): row[5] for row in rows if row[5] is not None}
    return Grid(half_days, people, marks, signed)


INSIDE = (
    col(CohortHalfDay.cohort_id) == bindparam("cohort"),
    col(CohortHalfDay.held_on).between(bindparam("first"), bindparam("last")),
    takes_place(),
)
HALF_DAYS: Any = (
    select(CohortHalfDay)
    .where(*INSIDE)
    .order_by(col(CohortHalfDay.held_on), col(CohortHalfDay.half))
)
PEOPLE: Any = _people(bindparam("first"), bindparam("last"))
MARKS: Any = (
    select(
        col(AttendanceMark.half_day_id),
        col(AttendanceMark.enrolment_id),
        col(AttendanceMark.status),
        col(AttendanceMark.late_minutes),
        col(AttendanceMark.reason),
        col(AttendanceMark.signed_at),
    )
    .join(CohortHalfDay, col(CohortHalfDay.id) == col(AttendanceMark.half_day_id))
    .where(*INSIDE)
)

OF_LEARNER: Any = (
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
    .where(col(Enrolment.learner_id) == bindparam("learner"), takes_place())
    .order_by(col(CohortHalfDay.held_on), col(CohortHalfDay.half))
)


def of_learner(
    session: Session, learner_id: int
) -> list[tuple[int, str, date, Half, Status, int, int]]:
    """Every mark of a learner: (cohort, its name, day, half, status, minutes, late), in order."""
    return [tuple(row) for row in session.execute(OF_LEARNER, {"learner": learner_id})]
