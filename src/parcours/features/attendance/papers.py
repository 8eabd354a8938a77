"""Attendance sheets on paper: a day, a week or a month, to sign, with what is recorded already."""

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from itertools import groupby
from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from parcours import audit
from parcours.domain.access import Capability, require
from parcours.domain.attendance import Asked, Mark, Status, assiduity
from parcours.features.attendance import store
from parcours.features.attendance.sheet import signed_words
from parcours.models import CohortHalfDay, visibility
from parcours.web import pages
from parcours.web.deps import RecordedReading

router = APIRouter()
VIEWS = {"jour": "Jour", "semaine": "Semaine", "mois": "Mois"}
ONE_DAY = timedelta(days=1)
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell to sign: what is recorded in words, empty when nothing is; None outside the group."""

    words: str
    is_absence: bool = False
    signed: str = ""


@dataclass(frozen=True, slots=True)
class Paper:
    """One sheet: its half-days, and for each person a cell a half-day."""

    first: date
    last: date
    half_days: list[CohortHalfDay]
    rows: list[tuple[str, list[Cell | None]]]


@dataclass(frozen=True, slots=True)
class Total:
    """What a month adds up to for a person: minutes, absences, and the rate."""

    name: str
    planned: int
    attended: int
    counts: dict[Status, int]
    late_minutes: int
    rate: Fraction | None


@router.get("/promotions/{cohort_id}/feuilles")
def papers(visit: RecordedReading, cohort_id: int, vue: str = "semaine", le: str = "") -> Response:
    """The sheets of a period, one a page; a month ends with its totals."""
    require(visit.actor, Capability.MARK_ATTENDANCE)
    cohort = visibility.cohort(visit.session, visit.actor, cohort_id)
    view = vue if vue in VIEWS else "semaine"
    first, last = period(view, _day(le) or min(max(visit.today, cohort.starts_on), cohort.ends_on))
    found = store.grid(visit.session, cohort_id, first, last)
    audit.record_listing(visit.session, visit.actor, "attendance_paper", len(found.people))
    context: dict[str, Any] = {"cohort": cohort, "organisation": visit.actor.organisation_name}
    return pages.page(visit, "attendance/papers.html", context | _shown(found, view, first, last))


def _shown(found: store.Grid, view: str, first: date, last: date) -> dict[str, Any]:
    return {
        "views": VIEWS,
        "view": view,
        "first": first,
        "last": last,
        "before": first - ONE_DAY,
        "after": last + ONE_DAY,
        "papers": sheets(found),
        "totals": totals(found) if view == "mois" else [],
    }


def period(view: str, day: date) -> tuple[date, date]:
    """The first and last day of what a view shows around a day."""
    if view == "jour":
        return day, day
    if view == "semaine":
        monday = day - timedelta(days=day.weekday())
        return monday, monday + timedelta(days=6)
    first = day.replace(day=1)
    return first, (first + timedelta(days=31)).replace(day=1) - ONE_DAY


def sheets(found: store.Grid) -> list[Paper]:
    """One sheet a week, each with the people who were in the group then, by name."""
    weeks = groupby(found.half_days, key=lambda row: row.held_on - ONE_DAY * row.held_on.weekday())
    return [_paper(found, list(half_days)) for _, half_days in weeks]


def totals(found: store.Grid) -> list[Total]:
    """What each person’s recorded half-days add up to, by name."""
    shown = []
    for person in found.people:
        marks = [
            Mark(asked.status, row.minutes, asked.late_minutes)
            for row in found.half_days
            if (asked := found.marks.get((row.id or 0, person.enrolment_id)))
        ]
        shown.append(
            Total(
                person.name,
                sum(mark.planned_minutes for mark in marks),
                sum(mark.minutes for mark in marks),
                {status: sum(mark.status is status for mark in marks) for status in Status},
                sum(mark.late_minutes for mark in marks if mark.status is Status.LATE),
                assiduity(marks),
            )
        )
    return shown


def _paper(found: store.Grid, half_days: list[CohortHalfDay]) -> Paper:
    people = [
        person
        for person in found.people
        if any(person.is_in(half_day.held_on) for half_day in half_days)
    ]
    rows = [
        (person.name, [_cell(found, person, half_day) for half_day in half_days])
        for person in people
    ]
    return Paper(half_days[0].held_on, half_days[-1].held_on, half_days, rows)


def _cell(found: store.Grid, person: store.SheetRow, half_day: CohortHalfDay) -> Cell | None:
    if not person.is_in(half_day.held_on):
        return None
    key = (half_day.id or 0, person.enrolment_id)
    asked = found.marks.get(key)
    if asked is None:
        return Cell("")
    return Cell(_words(asked), not asked.status.is_presence, signed_words(found.signed.get(key)))


def _words(asked: Asked) -> str:
    """A sheet goes from hand to hand: why somebody is away stays on the screen."""
    if asked.status is Status.LATE and asked.late_minutes:
        return f"Retard {asked.late_minutes} min"
    return asked.status.label


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
