"""A cohort as an import of attendance reads it: who was there when, what its sheets say."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from parcours.domain.attendance import Asked
from parcours.domain.calendar import HalfDay
from parcours.domain.intake_roster import RosterPerson
from parcours.models import AttendanceMark, Cohort, CohortHalfDay, Enrolment, Learner
from parcours.models.cohorts import is_last_period

Marks = dict[HalfDay, Asked]


@dataclass(frozen=True, slots=True)
class Period:
    """Days of a person in a cohort: an enrolment, both ends included."""

    enrolment_id: int
    enrolled_on: date
    left_on: date | None

    def holds(self, day: date) -> bool:
        """Whether the person was in the cohort on a day."""
        return self.enrolled_on <= day and (self.left_on is None or day <= self.left_on)


@dataclass(slots=True)
class Group:
    """A cohort as an import reads it; people by their last enrolment, whatever their periods."""

    cohort: Cohort
    roster: list[RosterPerson]
    periods: dict[int, list[Period]]
    recorded: dict[int, Marks]
    calendar: set[HalfDay]

    def period(self, person: int, day: date) -> Period | None:
        """The period of a person that holds a day."""
        return next((item for item in self.periods[person] if item.holds(day)), None)

    def known(self, person: int) -> Marks:
        """What is recorded of a person, over all their periods."""
        found: Marks = {}
        for item in self.periods[person]:
            found |= self.recorded.get(item.enrolment_id, {})
        return found


def group_of(session: Session, cohort: Cohort) -> Group:
    """A cohort, its people, its calendar and what its sheets say."""
    recorded: dict[int, Marks] = defaultdict(dict)
    calendar: set[HalfDay] = set()
    for day, half, enrolment_id, status, late, reason in session.execute(_marks(cohort)):
        slot = HalfDay(day, half)
        calendar.add(slot)
        if enrolment_id is not None:
            recorded[enrolment_id][slot] = Asked(status, late, reason)
    roster = roster_of(session, cohort)
    return Group(cohort, roster, _periods(session, cohort), recorded, calendar)


def roster_of(session: Session, cohort: Cohort) -> list[RosterPerson]:
    """The people of a cohort, each once, by their last enrolment."""
    rows = session.execute(
        select(
            col(Enrolment.id),
            col(Learner.birth_name),
            col(Learner.usage_name),
            col(Learner.first_names),
        )
        .join(Learner, col(Learner.id) == col(Enrolment.learner_id))
        .where(col(Enrolment.cohort_id) == cohort.id, is_last_period())
        .order_by(col(Enrolment.id))
    )
    return [(row[0] or 0, row[1], row[2], row[3]) for row in rows]


def _periods(session: Session, cohort: Cohort) -> dict[int, list[Period]]:
    """The periods of each person, under the last of them."""
    rows = session.execute(
        select(
            col(Enrolment.learner_id),
            col(Enrolment.id),
            col(Enrolment.enrolled_on),
            col(Enrolment.left_on),
        )
        .where(col(Enrolment.cohort_id) == cohort.id)
        .order_by(col(Enrolment.enrolled_on))
    )
    by_learner: dict[int, list[Period]] = defaultdict(list)
    for learner_id, number, enrolled_on, left_on in rows:
        by_learner[learner_id].append(Period(number or 0, enrolled_on, left_on))
    return {periods[-1].enrolment_id: periods for periods in by_learner.values()}


def _marks(cohort: Cohort) -> Any:
    return (
        select(
            col(CohortHalfDay.held_on),
            col(CohortHalfDay.half),
            col(AttendanceMark.enrolment_id),
            col(AttendanceMark.status),
            col(AttendanceMark.late_minutes),
            col(AttendanceMark.reason),
        )
        .outerjoin(AttendanceMark, col(AttendanceMark.half_day_id) == col(CohortHalfDay.id))
        .where(col(CohortHalfDay.cohort_id) == cohort.id)
    )
