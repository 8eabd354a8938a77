"""Agenda: a week by day, appointments made, moved, concluded."""

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from parcours import audit
from parcours.actions import appointment_series, appointments
from parcours.actions.appointments import AppointmentRow
from parcours.actions.tasks import colleagues
from parcours.domain.access import Capability, require
from parcours.domain.agenda import Outcome
from parcours.domain.errors import EditConflict, RuleBroken
from parcours.features.agenda.entries import TONES, appointment_title, person_of
from parcours.features.agenda.forms import (
    FOLLOWING,
    KINDS,
    LABELS,
    RHYTHMS,
    empty,
    read_appointment,
    read_rhythm,
    stored,
    typed,
)
from parcours.features.agenda.weeks import Asked, address, agenda
from parcours.models import Appointment, visibility
from parcours.web import pages
from parcours.web.deps import Acting, Deed, RecordedReading, Visit
from parcours.web.person_field import PersonField, person_of_file, person_typed, read_person
from parcours.web.words import long_day, plural

router = APIRouter(prefix="/agenda")


@router.get("")
def agenda_page(
    visit: RecordedReading, semaine: str = "", jour: str = "", qui: str = "", voir: str = ""
) -> Response:
    """A week, or a day, as its address asks for it."""
    require(visit.actor, Capability.WRITE_STEPS)
    return pages.page(visit, "agenda/week.html", agenda(visit, Asked(semaine, jour, qui, voir)))


@router.get("/rendez-vous/nouveau")
def new_appointment(visit: RecordedReading, personne: str = "", jour: str = "") -> Response:
    """An empty form, about the person whose file it is opened from."""
    require(visit.actor, Capability.WRITE_STEPS)
    person = person_of_file(visit, personne, "appointment")
    day = Asked(jour=jour).day() or visit.today
    return _form(visit, empty(day, visit.actor.account_id), person)


@router.post("/rendez-vous")
def make(deed: Acting) -> Response:
    """Make an appointment."""
    if answer := pages.earlier_answer(deed):
        return answer
    values = typed(deed.form)
    try:
        row_id, message = _make(deed)
    except RuleBroken as refusal:
        pages.undo(deed)
        person = person_typed(deed, refusal, "appointment")
        return _form(deed, values, person, refusal.errors)
    return pages.done_once(deed, f"/agenda/rendez-vous/{row_id}", message)


@router.get("/rendez-vous/{appointment_id}")
def one_appointment(visit: RecordedReading, appointment_id: int) -> Response:
    """One appointment, and what may be done with it."""
    require(visit.actor, Capability.WRITE_STEPS)
    return _page(visit, appointment_id)


@router.post("/rendez-vous/{appointment_id}/modifier")
def move(deed: Acting, appointment_id: int) -> Response:
    """Change its day, its hours, its place; a second editor is told, and keeps what they typed."""
    values = typed(deed.form)
    visibility.appointment(deed.session, deed.actor, appointment_id, today=deed.today)
    try:
        message = _move(deed, appointment_id)
    except RuleBroken as refusal:
        pages.undo(deed)
        return _page(deed, appointment_id, refusal.errors, values)
    except EditConflict:
        pages.undo(deed)
        return _page(deed, appointment_id, values=values, is_conflict=True)
    return pages.done(f"/agenda/rendez-vous/{appointment_id}", message)


@router.post("/rendez-vous/{appointment_id}/tenu")
def kept(deed: Acting, appointment_id: int) -> Response:
    """It took place."""
    return _conclude(deed, appointment_id, Outcome.KEPT, "Rendez-vous noté tenu.")


@router.post("/rendez-vous/{appointment_id}/manque")
def missed(deed: Acting, appointment_id: int) -> Response:
    """The person did not come."""
    return _conclude(deed, appointment_id, Outcome.MISSED, "Rendez-vous noté manqué.")


@router.post("/rendez-vous/{appointment_id}/annulation")
def cancel(deed: Acting, appointment_id: int) -> Response:
    """It will not take place, and why; nor those that follow it, where that is asked."""
    if deed.form.text("reach") == FOLLOWING:
        return _cancel_following(deed, appointment_id)
    return _conclude(deed, appointment_id, Outcome.CANCELLED, "Rendez-vous annulé.")


@router.post("/rendez-vous/{appointment_id}/reouverture")
def reopen(deed: Acting, appointment_id: int) -> Response:
    """What was said of it was a mistake."""
    return _do(
        deed,
        appointment_id,
        lambda: appointments.reopen(deed.session, deed.actor, appointment_id, today=deed.today),
        "Rendez-vous rouvert.",
    )


def _make(deed: Deed) -> tuple[int, str]:
    """The appointment made, the first one of a series; and what is said of it."""
    session, actor, form, today = deed.session, deed.actor, deed.form, deed.today
    facts = read_appointment(form, today=today, learner_id=read_person(deed))
    repeated = read_rhythm(form, today=today)
    if repeated is None:
        row = appointments.make(session, actor, facts, today=today)
        return row.id or 0, "Rendez-vous noté."
    rows, left_out = appointment_series.make_series(session, actor, facts, *repeated, today=today)
    told = f"{len(rows)} rendez-vous notés, le dernier le {long_day(rows[-1].held_on)}."
    if left_out:
        told += f" {plural(left_out, 'jour')} sans rendez-vous : jour férié ou fermeture."
    return rows[0].id or 0, told


def _move(deed: Deed, appointment_id: int) -> str:
    """Change it, alone or with those that follow; what is said of it."""
    facts = read_appointment(deed.form, today=deed.today)
    version = deed.form.integer("version") or 0
    deed.form.check()
    session, actor, today = deed.session, deed.actor, deed.today
    if deed.form.text("reach") != FOLLOWING:
        appointments.move(session, actor, appointment_id, facts, version=version, today=today)
        return "Rendez-vous changé."
    count = appointment_series.move_following(
        session, actor, appointment_id, facts, version=version, today=today
    )
    return f"{count} rendez-vous changés." if count > 1 else "Rendez-vous changé."


def _cancel_following(deed: Deed, appointment_id: int) -> Response:
    def act() -> Appointment:
        reason = deed.form.text("reason", limit=300)
        deed.form.check()
        appointment_series.cancel_following(
            deed.session, deed.actor, appointment_id, reason=reason, today=deed.today
        )
        return visibility.appointment(deed.session, deed.actor, appointment_id, today=deed.today)

    return _do(deed, appointment_id, act, "Rendez-vous annulé, avec ceux qui suivaient.")


def _conclude(deed: Deed, appointment_id: int, outcome: Outcome, message: str) -> Response:
    def act() -> Appointment:
        reason = deed.form.text("reason", limit=300)
        deed.form.check()
        return appointments.conclude(
            deed.session, deed.actor, appointment_id, outcome, reason=reason, today=deed.today
        )

    return _do(deed, appointment_id, act, message)


def _do(deed: Deed, appointment_id: int, act: Callable[[], Appointment], message: str) -> Response:
    visibility.appointment(deed.session, deed.actor, appointment_id, today=deed.today)
    try:
        row = act()
    except RuleBroken as refusal:
        pages.undo(deed)
        return _page(deed, appointment_id, refusal.errors)
    day = {"jour": row.held_on.isoformat()}
    own = f"/agenda/rendez-vous/{appointment_id}"
    return pages.done(address(day) if deed.form.text("back") == "jour" else own, message)


def _form(
    visit: Visit,
    values: dict[str, str],
    person: PersonField,
    errors: dict[str, str] | None = None,
) -> Response:
    context = {"values": values, "person": person, "errors": errors or {}}
    context |= {"labels": LABELS, "kinds": KINDS, "rhythms": RHYTHMS}
    context |= {"colleagues": colleagues(visit.session, visit.actor, today=visit.today)}
    return pages.page(visit, "agenda/form.html", context, status=422 if errors else 200)


def _page(
    visit: Visit,
    appointment_id: int,
    errors: dict[str, str] | None = None,
    values: dict[str, str] | None = None,
    *,
    is_conflict: bool = False,
) -> Response:
    visibility.appointment(visit.session, visit.actor, appointment_id, today=visit.today)
    row = appointments.appointment_row(
        visit.session, visit.actor, appointment_id, today=visit.today
    )
    if row.learner_id is not None:
        audit.record_reading(visit.session, visit.actor, "appointment", row.learner_id)
    context: dict[str, Any] = {
        "row": row,
        "title": appointment_title(row),
        "person": person_of(row),
        "tone": TONES[row.outcome] if row.outcome else "",
        "kinds": KINDS,
        "labels": LABELS,
        "following": appointment_series.count_following(
            visit.session, row.id, row.series_id, row.held_on
        ),
        "colleagues": _with_holder(visit, row),
        "values": values or stored(row),
        "stored": stored(row),
        "is_conflict": is_conflict,
        "errors": errors or {},
    }
    status = 409 if is_conflict else 422 if errors else 200
    return pages.page(visit, "agenda/appointment.html", context, status=status)


def _with_holder(visit: Visit, row: AppointmentRow) -> list[tuple[int, str]]:
    """Who may hold it: one’s colleagues of today, and who holds it now, even gone since."""
    found = colleagues(visit.session, visit.actor, today=visit.today)
    return found if row.account_id in dict(found) else [(row.account_id, row.account), *found]
