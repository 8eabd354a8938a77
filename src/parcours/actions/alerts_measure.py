"""The back-test panel: what thresholds of attendance would have said of one’s own cohorts.

Only the rules of attendance are judged again: what was planned on a past day for a gap since
filled is not kept, and guessing it would flatter the figures.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from sqlalchemy import bindparam, func, or_, select
from sqlmodel import Session, col

from parcours import reference
from parcours.actions.alerts_daily import EXIT_CLOSINGS
from parcours.domain.access import Actor, Capability, require
from parcours.domain.alerts import Alert, EnrolmentFacts, Level, Slot, Thresholds
from parcours.domain.alerts_attendance import judge_enrolment
from parcours.domain.attendance import Mark
from parcours.domain.backtest import WEEKS, BackTest, History, back_test
from parcours.domain.calendar import HalfDay
from parcours.domain.outcomes import SituationKind
from parcours.models import AttendanceMark, Cohort, CohortHalfDay, Enrolment, ExitSituation
from parcours.models.cohorts import takes_place
from parcours.models.outcomes import is_at_exit

# The latest of one’s cohorts: enough for an order of size, judged in a few seconds.
MOST_ENROLMENTS = 200
A_WEEK = timedelta(days=7)


def _followed() -> Any:
    return (
        select(
            col(Enrolment.id),
            col(Enrolment.learner_id),
            col(Enrolment.left_on),
            col(Cohort.ends_on),
        )
        .join(Cohort, col(Cohort.id) == col(Enrolment.cohort_id))
        .where(
            col(Cohort.organisation_id) == bindparam("org"),
            col(Cohort.ends_on) >= bindparam("since"),
            col(Cohort.starts_on) <= bindparam("today"),
            or_(col(Enrolment.left_on).is_(None), col(Enrolment.left_on) >= bindparam("since")),
        )
        .order_by(col(Enrolment.id).desc())
        .limit(MOST_ENROLMENTS)
    )


FOLLOWED = _followed()
MARKS = (
    select(
        col(AttendanceMark.enrolment_id),
        col(CohortHalfDay.held_on),
        col(CohortHalfDay.half),
        col(AttendanceMark.status),
        col(CohortHalfDay.minutes),
        col(AttendanceMark.late_minutes),
    )
    .join(CohortHalfDay, col(CohortHalfDay.id) == col(AttendanceMark.half_day_id))
    .where(col(AttendanceMark.enrolment_id).in_(bindparam("places", expanding=True)), takes_place())
)
EXITS = (
    select(col(ExitSituation.learner_id), func.max(col(ExitSituation.situation)))
    .where(col(ExitSituation.learner_id).in_(bindparam("people", expanding=True)), is_at_exit())
    .group_by(col(ExitSituation.learner_id))
)


def measure(
    session: Session, actor: Actor, thresholds: Thresholds, *, today: date
) -> dict[Level, BackTest]:
    """The figures over 26 weeks, for vigilance and above, then for alerte and above.

    One’s own cohorts, judged once a week; nobody is named. Three statements whatever their size.
    """
    require(actor, Capability.SEE_CONTINUITY)
    since = today - WEEKS * A_WEEK
    bounds = {"org": actor.organisation_id, "since": since, "today": today}
    places: Any = session.connection().execute(FOLLOWED, bounds).all()
    slots = _slots(session, [row[0] for row in places])
    succeeded = _succeeded(session, {row[1] for row in places})
    histories = []
    for enrolment_id, learner_id, left_on, ends_on in places:
        facts = EnrolmentFacts(learner_id, enrolment_id, slots[enrolment_id], left_on or ends_on)
        is_early = left_on is not None and left_on < ends_on and learner_id not in succeeded
        weekly = _weekly(facts, thresholds, today)
        histories.append(History(weekly, left_on if is_early else None))
    return {
        level: back_test(histories, last_on=today, at_least=level)
        for level in (Level.VIGILANCE, Level.ALERT)
    }


def _weekly(facts: EnrolmentFacts, thresholds: Thresholds, today: date) -> dict[date, list[Alert]]:
    if not facts.slots:
        return {}
    days = (today - A_WEEK * number for number in range(WEEKS))
    first = min(slot.half_day.on for slot in facts.slots)
    return {
        day: judge_enrolment(facts, today=day, thresholds=thresholds)
        for day in days
        if day >= first
    }


def _slots(session: Session, places: list[int]) -> defaultdict[int, list[Slot]]:
    found: defaultdict[int, list[Slot]] = defaultdict(list)
    rows: Any = session.connection().execute(MARKS, {"places": places})
    for enrolment_id, held_on, half, status, minutes, late in rows:
        found[enrolment_id].append(Slot(HalfDay(held_on, half), Mark(status, minutes, late)))
    return found


def _succeeded(session: Session, people: Iterable[int]) -> set[int]:
    """Those who left for a job or a training: no early exit to have foreseen."""
    kinds = reference.exit_types()
    rows: Any = session.connection().execute(EXITS, {"people": list(people)})
    return {
        learner_id
        for learner_id, situation in rows
        if situation and SituationKind(kinds[situation].extra["situation"]) in EXIT_CLOSINGS
    }
