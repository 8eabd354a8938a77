"""The calendar of a cohort: its weeks, the usual week, and one half-day at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from parcours.actions import calendars
from parcours.domain.access import Capability, require
from parcours.domain.calendar import DAY_NAMES, Half, HalfDay
from parcours.domain.errors import NotFound, RuleBroken
from parcours.features.cohorts import store
from parcours.features.cohorts.forms import (
    CALENDAR_LABELS,
    SETTINGS,
    SLOTS,
    USUAL_SLOTS,
    read_hours,
    read_pattern,
    typed_hours,
)
from parcours.models import CohortHalfDay, visibility
from parcours.web import pages
from parcours.web.deps import Acting, Deed, Reading, Visit

router = APIRouter(prefix="/promotions/{cohort_id}/calendrier")
HALVES = [(half.value, half.label) for half in Half]


@dataclass(frozen=True, slots=True)
class Week:
    """A week of the calendar: its Monday, and the half-days of each of its days."""

    monday: date
    days: list[list[CohortHalfDay]]


@router.get("")
def calendar_page(visit: Reading, cohort_id: int) -> Response:
    """Week by week."""
    require(visit.actor, Capability.READ_LEARNERS)
    return _page(visit, cohort_id)


@router.post("")
def plan(deed: Acting, cohort_id: int) -> Response:
    """Fill the calendar from the usual week."""
    try:
        pattern, since = read_pattern(deed.form, today=deed.today)
        calendars.plan_half_days(deed.session, deed.actor, cohort_id, pattern, since=since)
    except RuleBroken as refusal:
        return _refused(deed, cohort_id, refusal)
    return pages.done(f"/promotions/{cohort_id}/calendrier", "Calendrier enregistré.")


@router.post("/ajout")
def add(deed: Acting, cohort_id: int) -> Response:
    """One more half-day."""
    if answer := pages.earlier_answer(deed):
        return answer
    form = deed.form
    try:
        day, half = form.day("held_on", near=deed.today), form.word("half", Half)
        if day is None or half is None:
            raise RuleBroken("Indiquez le jour, matin ou après-midi.", field="held_on")
        hours = read_hours(form)
        calendars.add_half_day(deed.session, deed.actor, cohort_id, HalfDay(day, half), hours)
    except RuleBroken as refusal:
        return _refused(deed, cohort_id, refusal)
    return pages.done_once(deed, f"/promotions/{cohort_id}/calendrier", "Demi-journée ajoutée.")


@router.get("/{slug}")
def one(visit: Reading, cohort_id: int, slug: str) -> Response:
    """A half-day: when, where, and whether it takes place."""
    require(visit.actor, Capability.MANAGE_COHORTS)
    return _one_page(visit, cohort_id, _slot(slug))


@router.post("/{slug}")
def set_hours(deed: Acting, cohort_id: int, slug: str) -> Response:
    """Change its hours, its setting, its room."""
    slot = _slot(slug)
    try:
        hours = read_hours(deed.form)
        calendars.set_hours(deed.session, deed.actor, cohort_id, [slot], hours)
    except RuleBroken as refusal:
        pages.undo(deed)
        values = typed_hours(deed.form)
        return _one_page(deed, cohort_id, slot, values=values, errors=refusal.errors)
    return pages.done(f"/promotions/{cohort_id}/calendrier", "Demi-journée enregistrée.")


@router.post("/{slug}/annulation")
def cancel(deed: Acting, cohort_id: int, slug: str) -> Response:
    """It does not take place."""
    slot, reason = _slot(slug), deed.form.text("reason", limit=200)
    try:
        calendars.cancel(deed.session, deed.actor, cohort_id, slot, reason=reason)
    except RuleBroken as refusal:
        pages.undo(deed)
        return _one_page(deed, cohort_id, slot, errors=refusal.errors)
    return pages.done(f"/promotions/{cohort_id}/calendrier", "Demi-journée annulée.")


@router.post("/{slug}/retablissement")
def restore(deed: Acting, cohort_id: int, slug: str) -> Response:
    """It takes place after all."""
    slot = _slot(slug)
    try:
        calendars.restore(deed.session, deed.actor, cohort_id, slot)
    except RuleBroken as refusal:
        pages.undo(deed)
        return _one_page(deed, cohort_id, slot, errors=refusal.errors)
    return pages.done(f"/promotions/{cohort_id}/calendrier", "Demi-journée rétablie.")


def _slot(slug: str) -> HalfDay:
    slot = HalfDay.parse(slug)
    if slot is None:
        raise NotFound
    return slot


def _refused(deed: Deed, cohort_id: int, refusal: RuleBroken) -> Response:
    pages.undo(deed)
    return _page(deed, cohort_id, values=typed_hours(deed.form), errors=refusal.errors)


def _page(
    visit: Visit,
    cohort_id: int,
    *,
    values: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
) -> Response:
    cohort = visibility.cohort(visit.session, visit.actor, cohort_id)
    rows = store.half_days(visit.session, cohort_id)
    context: dict[str, Any] = {
        "cohort": cohort,
        "weeks": weeks(rows),
        "day_names": _day_names(rows),
        "this_monday": visit.today - timedelta(days=visit.today.weekday()),
        "count": sum(row.cancelled_at is None for row in rows),
        "hours": sum(row.minutes for row in rows if row.cancelled_at is None) // 60,
        "slot_choices": SLOTS,
        "slots": _pattern(rows),
        "settings": SETTINGS,
        "halves": HALVES,
        "labels": CALENDAR_LABELS,
        "values": dict.fromkeys(CALENDAR_LABELS, "") | (values or {}),
        "errors": errors or {},
        "can_manage": visit.actor.can(Capability.MANAGE_COHORTS),
        "can_mark": visit.actor.can(Capability.MARK_ATTENDANCE),
    }
    return pages.page(visit, "cohorts/calendar.html", context, status=422 if errors else 200)


def _one_page(
    visit: Visit,
    cohort_id: int,
    slot: HalfDay,
    *,
    values: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
) -> Response:
    cohort = visibility.cohort(visit.session, visit.actor, cohort_id)
    row = calendars.find(visit.session, cohort_id, slot)
    if row is None:
        raise NotFound
    context: dict[str, Any] = {
        "cohort": cohort,
        "slot": slot,
        "half_day": row,
        "settings": SETTINGS,
        "labels": CALENDAR_LABELS,
        "values": values or stored_hours(row),
        "errors": errors or {},
    }
    return pages.page(visit, "cohorts/half_day.html", context, status=422 if errors else 200)


def weeks(rows: Sequence[CohortHalfDay]) -> list[Week]:
    """Half-days in order, week by week."""
    grouped = groupby(rows, key=lambda row: row.held_on - timedelta(days=row.held_on.weekday()))
    count, found = len(_day_names(rows)), []
    for monday, group in grouped:
        days: list[list[CohortHalfDay]] = [[] for _ in range(count)]
        for row in group:
            days[row.held_on.weekday()].append(row)
        found.append(Week(monday, days))
    return found


def _day_names(rows: Sequence[CohortHalfDay]) -> tuple[str, ...]:
    """Monday to Friday, and on to the last day of the week the calendar ever holds."""
    last = max((row.held_on.weekday() for row in rows), default=0)
    return DAY_NAMES[: max(last + 1, 5)]


def stored_hours(row: CohortHalfDay) -> dict[str, str]:
    """A half-day as its form shows it."""
    return {
        "starts_at": f"{row.starts_at:%H:%M}" if row.starts_at else "",
        "minutes": str(row.minutes),
        "setting": row.setting.value,
        "room": row.room or "",
    }


def _pattern(rows: Sequence[CohortHalfDay]) -> list[str]:
    """The half-days of the week the calendar holds, all the working ones when it is empty."""
    return sorted({f"{row.held_on.weekday()}-{row.half.value}" for row in rows}) or USUAL_SLOTS
