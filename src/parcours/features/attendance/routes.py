"""Taking the attendance of a half-day, and a learner’s presences."""

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from parcours import audit
from parcours.actions import attendance
from parcours.actions.files import open_file
from parcours.domain.access import Capability, require
from parcours.domain.attendance import USUAL, Asked, Sheet, Status
from parcours.domain.calendar import HalfDay
from parcours.domain.errors import EditConflict, NotFound, RuleBroken
from parcours.domain.words import DataSource
from parcours.features.attendance import store
from parcours.features.attendance.forms import expected_marks, read_marks
from parcours.features.attendance.sheet import ShownRow, shown_cohorts, shown_rows
from parcours.models import CohortHalfDay, visibility
from parcours.reference import absence_reasons, options
from parcours.web import pages
from parcours.web.deps import Acting, Deed, RecordedReading, Visit
from parcours.web.learner_file import top
from parcours.web.words import long_day

router = APIRouter()


@router.get("/promotions/{cohort_id}/emargement/{slug}")
def sheet(visit: RecordedReading, cohort_id: int, slug: str) -> Response:
    """The group on one half-day, everybody present unless recorded otherwise."""
    require(visit.actor, Capability.MARK_ATTENDANCE)
    return _sheet_page(visit, cohort_id, _slot(slug))


@router.post("/promotions/{cohort_id}/emargement/{slug}")
def mark(deed: Acting, cohort_id: int, slug: str) -> Response:
    """Record the half-day."""
    slot = _slot(slug)
    asked: dict[int, Asked] = {}
    try:
        asked = read_marks(deed.form)
        _record(deed, cohort_id, slot, asked)
    except RuleBroken as refusal:
        pages.undo(deed)
        return _sheet_page(deed, cohort_id, slot, asked=asked, errors=refusal.errors)
    except EditConflict as conflict:
        pages.undo(deed)
        return _sheet_page(deed, cohort_id, slot, asked=asked, conflict=conflict)
    return pages.done(f"/promotions/{cohort_id}/emargement/{slug}", "Demi-journée enregistrée.")


@router.post("/promotions/{cohort_id}/emargement/{slug}/reouverture")
def reopen(deed: Acting, cohort_id: int, slug: str) -> Response:
    """Correct a sheet that was locked, saying why."""
    slot, reason = _slot(slug), deed.form.text("reason", limit=200)
    try:
        until = attendance.reopen(
            deed.session, deed.actor, cohort_id, slot, reason=reason, today=deed.today
        )
    except RuleBroken as refusal:
        pages.undo(deed)
        return _sheet_page(deed, cohort_id, slot, errors=refusal.errors)
    message = f"Feuille rouverte jusqu’au {long_day(until)}."
    return pages.done(f"/promotions/{cohort_id}/emargement/{slug}", message)


@router.post("/promotions/{cohort_id}/emargement/{slug}/signature")
def countersign(deed: Acting, cohort_id: int, slug: str) -> Response:
    """The trainer stands for the sheet."""
    slot = _slot(slug)
    try:
        attendance.countersign(deed.session, deed.actor, cohort_id, slot, today=deed.today)
    except RuleBroken as refusal:
        pages.undo(deed)
        return _sheet_page(deed, cohort_id, slot, errors=refusal.errors)
    return pages.done(f"/promotions/{cohort_id}/emargement/{slug}", "Feuille signée.")


@router.get("/apprenants/{learner_id}/presences")
def of_learner(visit: RecordedReading, learner_id: int) -> Response:
    """A learner’s attendance, cohort by cohort."""
    opened = open_file(visit.session, visit.actor, learner_id, today=visit.today, page="attendance")
    rows = store.of_learner(visit.session, learner_id)
    context = top(visit, opened, "/presences") | {"cohorts": shown_cohorts(rows, visit.today)}
    return pages.page(visit, "attendance/learner.html", context)


def _record(deed: Deed, cohort_id: int, slot: HalfDay, asked: dict[int, Asked]) -> None:
    attendance.mark_half_day(
        deed.session,
        deed.actor,
        cohort_id,
        slot,
        asked,
        expected=expected_marks(deed.form),
        today=deed.today,
        source=DataSource.PAPER if deed.form.text("paper") else DataSource.SCREEN,
    )


def _slot(slug: str) -> HalfDay:
    slot = HalfDay.parse(slug)
    if slot is None:
        raise NotFound
    return slot


def _sheet_page(
    visit: Visit,
    cohort_id: int,
    slot: HalfDay,
    *,
    asked: dict[int, Asked] | None = None,
    errors: dict[str, str] | None = None,
    conflict: EditConflict | None = None,
) -> Response:
    session = visit.session
    cohort = visibility.cohort(session, visit.actor, cohort_id)
    found = store.around(session, cohort_id, slot)
    if found is None:
        raise NotFound
    before, half_day, after, days = found
    recorded, signed = store.marks(session, half_day.id or 0)
    group, thresholds = store.group(session, cohort, slot.on)
    slots, marks = store.recent_marks(session, cohort_id, slot)
    audit.record_listing(session, visit.actor, "attendance", len(group))
    usual = USUAL[half_day.setting]
    rows = shown_rows(group, recorded, signed, asked, slots, marks, conflict, usual, thresholds)
    state = attendance.sheet_of(half_day, days)
    context = {
        "cohort": cohort,
        "slot": slot,
        "before": before,
        "after": after,
        "errors": errors or {},
        "conflict": conflict is not None,
        "signed": len(signed),
        **_shown(half_day, rows, state, visit),
    }
    status = 409 if conflict else (422 if errors else 200)
    return pages.page(visit, "attendance/sheet.html", context, status=status)


def _shown(
    half_day: CohortHalfDay, rows: list[ShownRow], state: Sheet, visit: Visit
) -> dict[str, Any]:
    return {
        "half_day": half_day,
        "state": state,
        "is_locked": state.is_locked(visit.today),
        "has_come": half_day.held_on <= visit.today,
        "rows": rows,
        "tally": _tally([row.status for row in rows]),
        "statuses": [(word.value, word.label, _counted(word)) for word in Status],
        "reasons": options(absence_reasons()),
    }


def _tally(statuses: list[Status]) -> str:
    counts = {status: statuses.count(status) for status in Status}
    return " · ".join(
        f"{count} {_word(status, count)}" for status, count in counts.items() if count
    )


def _word(status: Status, count: int) -> str:
    word = _counted(status)
    return word if count < 2 or " " in word else f"{word}s"


def _counted(status: Status) -> str:
    """How a count says it: « 24 à distance » where the button says « Distance »."""
    places = {Status.REMOTE: "à distance", Status.IN_COMPANY: "en entreprise"}
    return places.get(status, status.label.lower())
