"""Sheets nobody filled in: the organisation’s matter, never held against anyone."""

from collections import Counter, defaultdict
from datetime import date, timedelta
from typing import Any

from sqlalchemy import and_, bindparam, func, or_, select
from sqlmodel import Session, col

from parcours.actions import alert_episodes
from parcours.actions.alert_facts import holders
from parcours.actions.alert_rules import InForce
from parcours.actions.working_days import public_holidays
from parcours.domain.alerts import DEFAULT, Actor, Alert, Rule, SheetFacts
from parcours.domain.alerts_attendance import judge_sheet
from parcours.domain.calendar import HalfDay
from parcours.models import (
    AlertEpisode,
    AttendanceMark,
    Cohort,
    CohortHalfDay,
    Enrolment,
    Organisation,
    OrganisationClosure,
)
from parcours.models.cohorts import takes_place

# A sheet nobody filled in for a year is no longer a matter of the day.
SHEETS_SINCE = timedelta(days=365)
SHEET = (
    col(CohortHalfDay.cohort_id),
    col(CohortHalfDay.held_on),
    col(CohortHalfDay.half),
    col(Cohort.organisation_id),
    col(Organisation.holiday_region),
)
ENROLLED_THAT_DAY = and_(
    col(Enrolment.cohort_id) == col(Cohort.id),
    col(Enrolment.enrolled_on) <= col(CohortHalfDay.held_on),
    or_(col(Enrolment.left_on).is_(None), col(Enrolment.left_on) >= col(CohortHalfDay.held_on)),
)
MARKED = and_(
    col(AttendanceMark.half_day_id) == col(CohortHalfDay.id),
    col(AttendanceMark.enrolment_id) == col(Enrolment.id),
)


def review_sheets(session: Session, *, today: date, rules: InForce) -> Counter[str]:
    """Review every half-day of a year past that nobody recorded, in four statements."""
    since = today - SHEETS_SINCE
    alerts = _untaken(session, since, today, rules)
    organisations = {alert.about.slug: organisation_id for organisation_id, alert in alerts}
    rows = session.execute(
        select(AlertEpisode).where(
            col(AlertEpisode.rule) == Rule.UNRECORDED, col(AlertEpisode.first_day) >= since
        )
    )
    return alert_episodes.apply(
        session,
        rows.scalars().all(),
        [alert for _, alert in alerts],
        lambda alert: holders(alert, {Actor.ORGANISATION: organisations[alert.about.slug]}),
        today=today,
    )


def _sheets() -> Any:
    # Nobody enrolled that day, or everybody marked: no sheet to fill in.
    return (
        select(*SHEET, func.count())
        .select_from(CohortHalfDay)
        .join(Cohort, col(Cohort.id) == col(CohortHalfDay.cohort_id))
        .join(Organisation, col(Organisation.id) == col(Cohort.organisation_id))
        .join(Enrolment, ENROLLED_THAT_DAY)
        .outerjoin(AttendanceMark, MARKED)
        .where(
            col(CohortHalfDay.taken_at).is_(None),
            takes_place(),
            col(CohortHalfDay.held_on).between(bindparam("since"), bindparam("until")),
            col(AttendanceMark.half_day_id).is_(None),
        )
        .group_by(*SHEET)
    )


SHEETS = _sheets()


def _untaken(session: Session, since: date, today: date, rules: InForce) -> list[tuple[int, Alert]]:
    every = [DEFAULT, *rules.own.values()]
    shortest = min(thresholds.recording_working_days for thresholds in every)
    bounds = {"since": since, "until": today - timedelta(days=shortest)}
    closures = _closures(session, since)
    holidays: dict[str | None, set[date]] = {}
    found = []
    rows: Any = session.connection().execute(SHEETS, bounds)
    for cohort_id, held_on, half, organisation_id, region, missing in rows:
        if region not in holidays:
            holidays[region] = public_holidays(since, today, region)
        facts = SheetFacts(cohort_id, HalfDay(held_on, half), missing)
        days_off = holidays[region] | closures[organisation_id]
        thresholds = rules.of(organisation_id)
        if alert := judge_sheet(facts, today=today, days_off=days_off, thresholds=thresholds):
            found.append((organisation_id, alert))
    return found


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
