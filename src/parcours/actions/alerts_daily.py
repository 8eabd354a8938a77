"""Early warning day by day: what begins to speak, goes on and ends; each once.

Set-based: learners are taken a thousand at a time, each chunk in a fixed number of statements. Run
twice, or after days without running, the episodes are the same: their first day is in the facts.
"""

from collections import Counter, defaultdict
from datetime import date, timedelta
from typing import Any

from sqlalchemy import and_, bindparam, func, or_, select
from sqlmodel import Session, col

from parcours import reference
from parcours.actions import alert_episodes
from parcours.actions.alert_facts import gather, holders, in_range
from parcours.actions.cohorts import public_holidays
from parcours.domain.alerts import DEFAULT, Actor, Alert, Rule, SheetFacts, find_alerts
from parcours.domain.alerts_attendance import judge_sheet
from parcours.domain.calendar import HalfDay
from parcours.domain.episodes import Closing
from parcours.domain.outcomes import SituationKind
from parcours.models import (
    AlertEpisode,
    AttendanceMark,
    Cohort,
    CohortHalfDay,
    Enrolment,
    Exit,
    Learner,
    Organisation,
    OrganisationClosure,
)

CHUNK = 1000
# A sheet nobody filled in for a year is no longer a matter of the day.
SHEETS_SINCE = timedelta(days=365)
EXIT_CLOSINGS = {
    SituationKind.EMPLOYMENT: Closing.BACK_TO_WORK,
    SituationKind.CREATION: Closing.BACK_TO_WORK,
    SituationKind.TRAINING: Closing.EARLY_SUCCESS,
}


def run(session: Session, *, today: date) -> dict[str, int]:
    """Review every learner and every half-day; returns how many opened, closed, were notified."""
    done: Counter[str] = Counter(opened=0, closed=0, notified=0)
    after = 0
    while ids := _next_ids(session, after):
        done += review_learners(session, ids[0], ids[-1], today=today)
        after = ids[-1]
    done += _review_sheets(session, today)
    return {name: done[name] for name in ("opened", "closed", "notified")}


def review_learners(session: Session, lo: int, hi: int, *, today: date) -> Counter[str]:
    """Review the learners numbered `lo` to `hi`: the daily work, or one person after an act."""
    found = gather(session, lo, hi, today=today)
    alerts = find_alerts(found.facts, today=today, days_off=frozenset())
    rows = session.execute(EPISODES, {"lo": lo, "hi": hi}).scalars().all()
    exits = _exits(session, lo, hi)
    done = alert_episodes.apply(session, rows, alerts, found.holders, today=today, exits=exits)
    for row in rows:
        session.expunge(row)
    return done


EPISODES = select(AlertEpisode).where(in_range(col(AlertEpisode.learner_id)))
IDS = (
    select(col(Learner.id))
    .where(col(Learner.id) > bindparam("after"))
    .order_by(col(Learner.id))
    .limit(CHUNK)
)
EXITS = (
    select(col(Exit.learner_id), col(Exit.exited_on), col(Exit.situation))
    .where(in_range(col(Exit.learner_id)), col(Exit.situation).is_not(None))
    .order_by(col(Exit.exited_on), col(Exit.id))
)


def _next_ids(session: Session, after: int) -> list[int]:
    return [row[0] or 0 for row in session.connection().execute(IDS, {"after": after})]


def _exits(session: Session, lo: int, hi: int) -> alert_episodes.Exits:
    found: alert_episodes.Exits = {}
    kinds = reference.exit_types()
    rows: Any = session.connection().execute(EXITS, {"lo": lo, "hi": hi})
    for learner_id, exited_on, situation in rows:
        closing = EXIT_CLOSINGS.get(SituationKind(kinds[situation].extra["situation"]))
        if closing is not None:
            found[learner_id] = (exited_on, closing)
    return found


def _sheets() -> Any:
    # Nobody enrolled that day, or everybody marked: no sheet to fill in.
    return (
        select(
            col(CohortHalfDay.cohort_id),
            col(CohortHalfDay.held_on),
            col(CohortHalfDay.half),
            col(Cohort.organisation_id),
            col(Organisation.holiday_region),
            func.count(),
        )
        .join(Cohort, col(Cohort.id) == col(CohortHalfDay.cohort_id))
        .join(Organisation, col(Organisation.id) == col(Cohort.organisation_id))
        .join(
            Enrolment,
            and_(
                col(Enrolment.cohort_id) == col(Cohort.id),
                col(Enrolment.enrolled_on) <= col(CohortHalfDay.held_on),
                or_(
                    col(Enrolment.left_on).is_(None),
                    col(Enrolment.left_on) >= col(CohortHalfDay.held_on),
                ),
            ),
        )
        .outerjoin(
            AttendanceMark,
            and_(
                col(AttendanceMark.half_day_id) == col(CohortHalfDay.id),
                col(AttendanceMark.enrolment_id) == col(Enrolment.id),
            ),
        )
        .where(
            col(CohortHalfDay.taken_at).is_(None),
            col(CohortHalfDay.held_on).between(bindparam("since"), bindparam("until")),
            col(AttendanceMark.half_day_id).is_(None),
        )
        .group_by(
            col(CohortHalfDay.id),
            col(CohortHalfDay.cohort_id),
            col(CohortHalfDay.held_on),
            col(CohortHalfDay.half),
            col(Cohort.organisation_id),
            col(Organisation.holiday_region),
        )
    )


SHEETS = _sheets()


def _review_sheets(session: Session, today: date) -> Counter[str]:
    since = today - SHEETS_SINCE
    bounds = {"since": since, "until": today - timedelta(days=DEFAULT.recording_working_days)}
    closures = _closures(session, since)
    holidays: dict[str | None, set[date]] = {}
    alerts: list[Alert] = []
    organisations: dict[str, int] = {}
    for row in session.connection().execute(SHEETS, bounds):
        cohort_id, held_on, half, organisation_id, region, missing = row
        if region not in holidays:
            holidays[region] = public_holidays(since, today, region)
        facts = SheetFacts(cohort_id, HalfDay(held_on, half), missing)
        days_off = holidays[region] | closures[organisation_id]
        if alert := judge_sheet(facts, today=today, days_off=days_off):
            alerts.append(alert)
            organisations[alert.about.slug] = organisation_id
    rows = session.execute(
        select(AlertEpisode).where(
            col(AlertEpisode.rule) == Rule.UNRECORDED, col(AlertEpisode.first_day) >= since
        )
    )
    return alert_episodes.apply(
        session,
        rows.scalars().all(),
        alerts,
        lambda alert: holders(alert, {Actor.ORGANISATION: organisations[alert.about.slug]}),
        today=today,
    )


def _closures(session: Session, since: date) -> defaultdict[int, set[date]]:
    found: defaultdict[int, set[date]] = defaultdict(set)
    rows = session.execute(
        select(
            col(OrganisationClosure.organisation_id),
            col(OrganisationClosure.starts_on),
            col(OrganisationClosure.ends_on),
        ).where(col(OrganisationClosure.ends_on) >= since)
    )
    for organisation_id, first, last in rows:
        days = range((last - first).days + 1)
        found[organisation_id] |= {first + timedelta(days=number) for number in days}
    return found
