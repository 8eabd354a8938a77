"""A whole week of attendance on one screen: each half-day taken or corrected, in one go."""

from collections import defaultdict
from datetime import date, timedelta
from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from parcours import audit
from parcours.actions import attendance
from parcours.domain.access import Capability, require
from parcours.domain.attendance import USUAL, Asked, Status
from parcours.domain.calendar import HalfDay
from parcours.domain.errors import EditConflict, NotFound, RuleBroken
from parcours.domain.words import DataSource
from parcours.features.attendance import store
from parcours.features.attendance.forms import USUAL_LATENESS
from parcours.models import CohortHalfDay, visibility
from parcours.web import pages
from parcours.web.deps import Acting, RecordedReading, Visit
from parcours.web.forms import Form
from parcours.web.words import long_day

router = APIRouter(prefix="/promotions/{cohort_id}/emargement/semaine")
LETTERS = {
    Status.PRESENT: "P", Status.UNJUSTIFIED: "A", Status.JUSTIFIED: "J", Status.LATE: "R",
    Status.REMOTE: "D", Status.IN_COMPANY: "E",
}  # fmt: skip
CONFLICT = "Quelqu’un a émargé {day} en même temps que vous : relisez, puis enregistrez de nouveau."


@router.get("/{day}")
def week(visit: RecordedReading, cohort_id: int, day: str) -> Response:
    """The half-days of the week of a day, everybody where the calendar says unless recorded."""
    require(visit.actor, Capability.MARK_ATTENDANCE)
    return _page(visit, cohort_id, _monday(day))


@router.post("/{day}")
def mark(deed: Acting, cohort_id: int, day: str) -> Response:
    """Record the half-days ticked: all of them, or none."""
    monday = _monday(day)
    visibility.cohort(deed.session, deed.actor, cohort_id)
    found = store.grid(deed.session, cohort_id, monday, monday + timedelta(days=6))
    try:
        taken = _record(deed, cohort_id, found)
    except RuleBroken as refusal:
        pages.undo(deed)
        return _page(deed, cohort_id, monday, form=deed.form, errors=refusal.errors)
    except EditConflict as conflict:
        pages.undo(deed)
        errors = {"": CONFLICT.format(day=conflict.who)}
        return _page(deed, cohort_id, monday, form=deed.form, errors=errors, status=409)
    many = "s" if taken > 1 else ""
    message = f"{taken} demi-journée{many} enregistrée{many}."
    return pages.done(f"/promotions/{cohort_id}/emargement/semaine/{monday.isoformat()}", message)


def _record(deed: Acting, cohort_id: int, found: store.Grid) -> int:
    source = DataSource.PAPER if deed.form.text("paper") else DataSource.SCREEN
    ticked = set(deed.form.all("take"))
    chosen = [row for row in found.half_days if str(row.id) in ticked]
    if not chosen:
        raise RuleBroken("Cochez au moins une demi-journée à enregistrer.", field="take")
    asked, seen = _asked(deed.form, found)
    for row in chosen:
        slot = HalfDay(row.held_on, row.half)
        try:
            attendance.mark_half_day(
                deed.session,
                deed.actor,
                cohort_id,
                slot,
                asked[row.id or 0],
                expected=seen[row.id or 0],
                today=deed.today,
                source=source,
            )
        except EditConflict as conflict:
            who = f"le {long_day(slot.on)}, {slot.half.label},"
            raise EditConflict(theirs=conflict.theirs, mine=conflict.mine, who=who) from conflict
    return len(chosen)


def _asked(
    form: Form, found: store.Grid
) -> tuple[dict[int, dict[int, Asked]], dict[int, dict[int, Asked | None]]]:
    """By half-day, what each enrolment is to be, and what the page showed; lateness as on sheets.

    A mark left as it was keeps its minutes and its reason.
    """
    marks, was = form.starting_with("mark-"), form.starting_with("was-")
    asked: dict[int, dict[int, Asked]] = defaultdict(dict)
    seen: dict[int, dict[int, Asked | None]] = defaultdict(dict)
    for row in found.half_days:
        for person in found.people:
            key = f"{row.id}-{person.enrolment_id}"
            if key not in marks or not person.is_in(row.held_on):
                continue
            if marks[key] not in set(Status):
                raise RuleBroken("Cette feuille n’est pas lisible : rechargez la page.")
            now = found.marks.get((row.id or 0, person.enrolment_id))
            before = now if now and now.status.value == was.get(key) else None
            if was.get(key) and before is None:
                # Somebody changed it since the page opened: what was shown tells it.
                before = Asked(Status(was[key])) if was[key] in set(Status) else None
            status = Status(marks[key])
            late = USUAL_LATENESS if status is Status.LATE else 0
            is_same = before is not None and before.status is status
            asked[row.id or 0][person.enrolment_id] = (
                before if before and is_same else Asked(status, late)
            )
            seen[row.id or 0][person.enrolment_id] = before
    return asked, seen


def _monday(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise NotFound from error
    return day - timedelta(days=day.weekday())


def _page(
    visit: Visit,
    cohort_id: int,
    monday: date,
    *,
    form: Form | None = None,
    errors: dict[str, str] | None = None,
    status: int = 422,
) -> Response:
    cohort = visibility.cohort(visit.session, visit.actor, cohort_id)
    found = store.grid(visit.session, cohort_id, monday, monday + timedelta(days=6))
    audit.record_listing(visit.session, visit.actor, "attendance", len(found.people))
    days = attendance.correction_days(visit.session, visit.actor)
    typed = form.starting_with("mark-") if form else {}
    context: dict[str, Any] = {
        "cohort": cohort,
        "monday": monday,
        "before": monday - timedelta(days=7),
        "after": monday + timedelta(days=7),
        "columns": [
            (row, row.held_on <= visit.today, attendance.sheet_of(row, days).is_locked(visit.today))
            for row in found.half_days
        ],
        "rows": [_row(found, person, typed) for person in found.people],
        "ticked": set(form.all("take"))
        if form
        else {str(row.id) for row in found.half_days if row.taken_at is None},
        "statuses": [(item.value, LETTERS[item], item.label) for item in Status],
        "errors": errors or {},
    }
    code = status if errors else 200
    return pages.page(visit, "attendance/week.html", context, status=code)


def _row(
    found: store.Grid, person: store.SheetRow, typed: dict[str, str]
) -> tuple[store.SheetRow, list[tuple[CohortHalfDay, str, str] | None]]:
    """The person, and for each half-day (it, what is chosen, what was recorded); None outside."""
    cells: list[tuple[CohortHalfDay, str, str] | None] = []
    for row in found.half_days:
        if not person.is_in(row.held_on):
            cells.append(None)
            continue
        known = found.marks.get((row.id or 0, person.enrolment_id))
        chosen = typed.get(f"{row.id}-{person.enrolment_id}") or (
            known.status if known else USUAL[row.setting]
        )
        cells.append((row, str(chosen), known.status.value if known else ""))
    return person, cells
