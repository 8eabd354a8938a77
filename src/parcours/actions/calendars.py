"""The calendar of a cohort: filled from a weekly pattern, then changed half-day by half-day.

Nothing recorded is ever lost by a change of calendar: a half-day somebody recorded is cancelled
with its reason, never removed, and can be restored.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from parcours import audit
from parcours.actions.working_days import days_off
from parcours.domain.access import Actor, Capability, require
from parcours.domain.calendar import Half, HalfDay, Setting, half_days
from parcours.domain.errors import NotFound, RuleBroken
from parcours.models import AttendanceMark, Cohort, CohortHalfDay, Organisation, visibility
from parcours.models.base import utc_now

HALF_DAY_MINUTES = 210
LONGEST_MINUTES = 360
WEEK = frozenset((day, half) for day in range(5) for half in Half)


@dataclass(frozen=True, slots=True)
class Hours:
    """When a half-day begins (unknown when None), how many minutes it lasts, and where."""

    starts_at: time | None = None
    minutes: int = HALF_DAY_MINUTES
    setting: Setting = Setting.ON_SITE
    room: str | None = None


USUAL = Hours()


@dataclass(frozen=True, slots=True)
class Pattern:
    """A week: its half-days as (weekday, half), Monday 0, and the hours of each half."""

    slots: frozenset[tuple[int, Half]] = WEEK
    hours: dict[Half, Hours] = field(default_factory=dict)

    def hours_of(self, half: Half) -> Hours:
        """The hours of a morning or of an afternoon."""
        return self.hours.get(half, USUAL)


EVERY_HALF_DAY = Pattern()


def plan_half_days(
    session: Session,
    actor: Actor,
    cohort_id: int,
    pattern: Pattern = EVERY_HALF_DAY,
    *,
    since: date | None = None,
) -> int:
    """Fill the calendar from a weekly pattern, public holidays and closures left out.

    From `since` on, the whole cohort when None. Half-days already there stay as they are, what was
    recorded with them; those nobody recorded and the pattern no longer holds are removed. Returns
    how many half-days the calendar holds. Raises RuleBroken on impossible hours.
    """
    require(actor, Capability.MANAGE_COHORTS)
    # Two who plan at once take turns: the second one reads what the first one planned.
    cohort = visibility.cohort(session, actor, cohort_id, lock=True)
    for half in Half:
        _check_hours(pattern.hours_of(half))
    starts_on = max(since or cohort.starts_on, cohort.starts_on)
    wanted = _wanted(session, cohort, pattern, starts_on)
    for row in _rows(session, cohort_id):
        if row.held_on < starts_on:
            continue
        if (row.held_on, row.half) in wanted:
            wanted.remove((row.held_on, row.half))
        elif row.taken_at is None and not _is_marked(session, row):
            session.delete(row)
    for day, half in sorted(wanted):
        session.add(_half_day(cohort_id, day, half, pattern.hours_of(half)))
    session.flush()
    audit.record(session, actor, "plan", "cohort", cohort_id)
    return len(_rows(session, cohort_id))


def add_half_day(
    session: Session, actor: Actor, cohort_id: int, slot: HalfDay, hours: Hours = USUAL
) -> CohortHalfDay:
    """One more half-day, inside the cohort’s dates (RuleBroken when it is already there)."""
    require(actor, Capability.MANAGE_COHORTS)
    cohort = visibility.cohort(session, actor, cohort_id, lock=True)
    _check_hours(hours)
    if not cohort.starts_on <= slot.on <= cohort.ends_on:
        raise RuleBroken("Ce jour est hors des dates de la promotion.", field="held_on")
    if find(session, cohort_id, slot) is not None:
        raise RuleBroken("Cette demi-journée est déjà au calendrier.", field="held_on")
    row = _half_day(cohort_id, slot.on, slot.half, hours)
    session.add(row)
    session.flush()
    audit.record(session, actor, "add", "half_day", row.id, cohort=cohort_id)
    return row


def set_hours(
    session: Session, actor: Actor, cohort_id: int, slots: Iterable[HalfDay], hours: Hours
) -> int:
    """Change hours, setting and room of half-days; how many changed.

    What was recorded stays; the minutes of a half-day already recorded are not changed, the rates
    made of them would be. Raises NotFound (a half-day that is not in the calendar).
    """
    require(actor, Capability.MANAGE_COHORTS)
    visibility.cohort(session, actor, cohort_id)
    _check_hours(hours)
    changed = 0
    for slot in slots:
        row = locked(session, cohort_id, slot)
        minutes = row.minutes if row.taken_at is not None else hours.minutes
        values = (hours.starts_at, minutes, hours.setting, hours.room)
        if values != (row.starts_at, row.minutes, row.setting, row.room):
            row.starts_at, row.minutes, row.setting, row.room = values
            row.version += 1
            changed += 1
    session.flush()
    audit.record(session, actor, "set_hours", "cohort", cohort_id, changed=changed)
    return changed


def cancel(session: Session, actor: Actor, cohort_id: int, slot: HalfDay, *, reason: str) -> None:
    """The half-day does not take place: what was recorded stays, and no longer counts.

    Raises RuleBroken without a reason, or when it is cancelled already.
    """
    require(actor, Capability.MANAGE_COHORTS)
    visibility.cohort(session, actor, cohort_id)
    row = locked(session, cohort_id, slot)
    if row.cancelled_at is not None:
        raise RuleBroken("Cette demi-journée est déjà annulée.", field="reason")
    if not reason.strip():
        raise RuleBroken("Dites pourquoi elle n’a pas lieu.", field="reason")
    row.cancelled_at, row.cancelled_by_id = utc_now(), actor.account_id
    row.cancel_reason = reason.strip()
    row.version += 1
    session.flush()
    audit.record(session, actor, "cancel", "half_day", row.id, cohort=cohort_id)


def restore(session: Session, actor: Actor, cohort_id: int, slot: HalfDay) -> None:
    """A cancelled half-day takes place after all, with what was recorded for it."""
    require(actor, Capability.MANAGE_COHORTS)
    visibility.cohort(session, actor, cohort_id)
    row = locked(session, cohort_id, slot)
    if row.cancelled_at is None:
        raise RuleBroken("Cette demi-journée n’est pas annulée.")
    row.cancelled_at = row.cancelled_by_id = row.cancel_reason = None
    row.version += 1
    session.flush()
    audit.record(session, actor, "restore", "half_day", row.id, cohort=cohort_id)


def calendar(session: Session, cohort: Cohort) -> list[HalfDay]:
    """The half-days of a cohort the caller may see, in order."""
    return sorted(HalfDay(row.held_on, row.half) for row in _rows(session, cohort.id or 0))


def taking_place(session: Session, cohort: Cohort) -> list[HalfDay]:
    """The same, those called off left out."""
    rows = (row for row in _rows(session, cohort.id or 0) if row.cancelled_at is None)
    return sorted(HalfDay(row.held_on, row.half) for row in rows)


def find(session: Session, cohort_id: int, slot: HalfDay) -> CohortHalfDay | None:
    """A half-day of a cohort the caller may see, None when its calendar has no such one."""
    found: CohortHalfDay | None = session.execute(_one(cohort_id, slot)).scalar_one_or_none()
    return found


def locked(session: Session, cohort_id: int, slot: HalfDay) -> CohortHalfDay:
    """The same, other writers waiting until the transaction ends; NotFound when there is none."""
    statement = _one(cohort_id, slot).with_for_update()
    found: CohortHalfDay | None = session.execute(statement).scalar_one_or_none()
    if found is None:
        raise NotFound
    return found


def _one(cohort_id: int, slot: HalfDay) -> Any:
    return select(CohortHalfDay).where(
        col(CohortHalfDay.cohort_id) == cohort_id,
        col(CohortHalfDay.held_on) == slot.on,
        col(CohortHalfDay.half) == slot.half,
    )


def _wanted(
    session: Session, cohort: Cohort, pattern: Pattern, starts_on: date
) -> set[tuple[date, Half]]:
    organisation = session.get_one(Organisation, cohort.organisation_id)
    off = days_off(session, organisation, starts_on=starts_on, ends_on=cohort.ends_on)
    found = half_days(starts_on, cohort.ends_on, pattern.slots, off)
    return {(slot.on, slot.half) for slot in found}


def _half_day(cohort_id: int, day: date, half: Half, hours: Hours) -> CohortHalfDay:
    return CohortHalfDay(
        cohort_id=cohort_id,
        held_on=day,
        half=half,
        minutes=hours.minutes,
        starts_at=hours.starts_at,
        setting=hours.setting,
        room=hours.room,
    )


def _check_hours(hours: Hours) -> None:
    if not 0 < hours.minutes <= LONGEST_MINUTES:
        raise RuleBroken("Une demi-journée dure de 1 minute à 6 heures.", field="minutes")


def _rows(session: Session, cohort_id: int) -> list[CohortHalfDay]:
    rows = session.execute(select(CohortHalfDay).where(col(CohortHalfDay.cohort_id) == cohort_id))
    return list(rows.scalars())


def _is_marked(session: Session, half_day: CohortHalfDay) -> bool:
    marks = select(col(AttendanceMark.enrolment_id)).where(
        col(AttendanceMark.half_day_id) == half_day.id
    )
    return session.execute(marks).first() is not None
