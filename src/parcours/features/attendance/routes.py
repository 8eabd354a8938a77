"""Taking the attendance of a half-day, and a learner’s presences."""

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from parcours import audit
from parcours.actions import attendance
from parcours.actions.files import open_file
from parcours.domain.access import Capability, require
from parcours.domain.attendance import Asked, Status, check_markable
from parcours.domain.calendar import HalfDay
from parcours.domain.errors import EditConflict, NotFound, RuleBroken
from parcours.features.attendance import store
from parcours.features.attendance.forms import expected_marks, read_marks
from parcours.features.attendance.sheet import shown_cohorts, shown_rows
from parcours.models import visibility
from parcours.web import pages
from parcours.web.deps import Acting, RecordedReading, Visit
from parcours.web.learner_file import top

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
        expected = expected_marks(deed.form)
        attendance.mark_half_day(
            deed.session, deed.actor, cohort_id, slot, asked, expected=expected, today=deed.today
        )
    except RuleBroken as refusal:
        pages.undo(deed)
        return _sheet_page(deed, cohort_id, slot, asked=asked, errors=refusal.errors)
    except EditConflict as conflict:
        pages.undo(deed)
        return _sheet_page(deed, cohort_id, slot, asked=asked, conflict=conflict)
    return pages.done(f"/promotions/{cohort_id}/emargement/{slug}", "Demi-journée enregistrée.")


@router.get("/apprenants/{learner_id}/presences")
def of_learner(visit: RecordedReading, learner_id: int) -> Response:
    """A learner’s attendance, cohort by cohort."""
    opened = open_file(visit.session, visit.actor, learner_id, today=visit.today, page="attendance")
    rows = store.of_learner(visit.session, learner_id)
    context = top(visit, opened, "/presences") | {"cohorts": shown_cohorts(rows, visit.today)}
    return pages.page(visit, "attendance/learner.html", context)


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
    before, half_day, after = found
    recorded = store.marks(session, half_day.id or 0)
    group = store.group(session, cohort_id, slot.on)
    slots, marks = store.recent_marks(session, cohort_id, slot)
    audit.record_listing(session, visit.actor, "attendance", len(group))
    rows = shown_rows(group, recorded, asked, slots, marks, conflict)
    context: dict[str, Any] = {
        "cohort": cohort,
        "slot": slot,
        "taken": half_day.taken_at is not None,
        "rows": rows,
        "tally": _tally([row.status for row in rows]),
        "statuses": [(word.value, word.label, word.label.lower()) for word in Status],
        "before": before,
        "after": after,
        "errors": errors or {},
        "conflict": conflict is not None,
        "is_markable": _is_markable(visit, slot),
    }
    status = 409 if conflict else (422 if errors else 200)
    return pages.page(visit, "attendance/sheet.html", context, status=status)


def _is_markable(visit: Visit, slot: HalfDay) -> bool:
    try:
        check_markable(slot, today=visit.today)
    except RuleBroken:
        return False
    return True


def _tally(statuses: list[Status]) -> str:
    counts = {status: statuses.count(status) for status in Status}
    return " · ".join(
        f"{count} {_word(status, count)}" for status, count in counts.items() if count
    )


def _word(status: Status, count: int) -> str:
    word = status.label.lower()
    return word if count < 2 or " " in word else f"{word}s"
