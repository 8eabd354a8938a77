"""Cohorts: the list, one cohort, its people and its calendar."""

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from parcours import audit
from parcours.actions import calendars, cohort_places, cohorts, worklists
from parcours.actions.certification_facts import aim_at
from parcours.domain.access import Capability, require
from parcours.domain.errors import RuleBroken
from parcours.domain.identity import fold, shown_name
from parcours.features.cohorts import store
from parcours.features.cohorts.forms import (
    KIND_CHOICES,
    LABELS,
    LEAVING,
    read_cohort,
    typed,
)
from parcours.models import Enrolment, visibility
from parcours.web import pages
from parcours.web.deps import Acting, Deed, Reading, RecordedReading, Visit
from parcours.web.person_field import PersonField, person_of_file
from parcours.web.words import typed_day

router = APIRouter(prefix="/promotions")
NOBODY = PersonField()


@router.get("")
def cohort_list(visit: Reading) -> Response:
    """The cohorts of one’s organisation, and the half-days left to take."""
    require(visit.actor, Capability.READ_LEARNERS)
    can_mark = visit.actor.can(Capability.MARK_ATTENDANCE)
    context = {
        "cohorts": store.cohorts(visit.session, visit.actor, today=visit.today),
        "half_days": worklists.untaken_half_days(visit.session, visit.actor, today=visit.today)
        if can_mark
        else [],
        "can_manage": visit.actor.can(Capability.MANAGE_COHORTS),
    }
    return pages.page(visit, "cohorts/list.html", context)


@router.get("/nouvelle")
def new_cohort(visit: Reading) -> Response:
    """An empty form."""
    require(visit.actor, Capability.MANAGE_COHORTS)
    return _form_page(visit, dict.fromkeys(LABELS, ""))


@router.post("")
def create(deed: Acting) -> Response:
    """Open a cohort; its calendar holds every working half-day to begin with."""
    if answer := pages.earlier_answer(deed):
        return answer
    values = typed(deed.form)
    try:
        facts = read_cohort(deed.form, today=deed.today)
        cohort = cohorts.create_cohort(deed.session, deed.actor, facts)
        calendars.plan_half_days(deed.session, deed.actor, cohort.id or 0)
    except RuleBroken as refusal:
        pages.undo(deed)
        return _form_page(deed, values, errors=refusal.errors)
    return pages.done_once(deed, f"/promotions/{cohort.id}", "Promotion ouverte.")


@router.get("/{cohort_id}")
def one_cohort(visit: RecordedReading, cohort_id: int, q: str = "", personne: str = "") -> Response:
    """A cohort: people, calendar, curriculum; who is to be enrolled, when a file says so."""
    require(visit.actor, Capability.READ_LEARNERS)
    person = person_of_file(visit, personne, "cohort")
    return _cohort_page(visit, cohort_id, q=q, person=person)


@router.post("/{cohort_id}/inscriptions")
def enrol(deed: Acting, cohort_id: int) -> Response:
    """Give a person a place."""
    if answer := pages.earlier_answer(deed):
        return answer
    visibility.cohort(deed.session, deed.actor, cohort_id)
    try:
        learner_id = deed.form.integer("learner")
        if learner_id is None:
            raise RuleBroken("Choisissez une personne.", field="learner")
        cohorts.enrol(deed.session, deed.actor, cohort_id, learner_id, today=deed.today)
    except RuleBroken as refusal:
        pages.undo(deed)
        return _cohort_page(deed, cohort_id, errors=refusal.errors)
    return pages.done_once(deed, f"/promotions/{cohort_id}", "Personne inscrite.")


@router.get("/{cohort_id}/inscriptions/{enrolment_id}/depart")
def leaving(visit: RecordedReading, cohort_id: int, enrolment_id: int) -> Response:
    """Say that somebody leaves the cohort: their last day, and why."""
    require(visit.actor, Capability.WRITE_STEPS)
    return _leaving_page(visit, cohort_id, enrolment_id)


@router.post("/{cohort_id}/inscriptions/{enrolment_id}/depart")
def leave(deed: Acting, cohort_id: int, enrolment_id: int) -> Response:
    """End a place: somebody else may have it, and the person may come back later."""
    if answer := pages.earlier_answer(deed):
        return answer
    try:
        kept = _leave(deed, cohort_id, enrolment_id)
    except RuleBroken as refusal:
        pages.undo(deed)
        if "" in refusal.errors:
            # A colleague noted it meanwhile: the cohort’s page shows it.
            return _cohort_page(deed, cohort_id, errors=refusal.errors)
        return _leaving_page(deed, cohort_id, enrolment_id, form=deed, errors=refusal.errors)
    message = "Départ noté : la place est libre." if kept else "Place rendue : elle est libre."
    return pages.done_once(deed, f"/promotions/{cohort_id}", message)


def _leave(deed: Deed, cohort_id: int, enrolment_id: int) -> Enrolment | None:
    left_on = deed.form.day("left_on", near=deed.today)
    deed.form.check()
    return cohort_places.leave(
        deed.session,
        deed.actor,
        cohort_id,
        enrolment_id,
        reason=deed.form.text("reason"),
        left_on=left_on,
        today=deed.today,
    )


def _leaving_page(
    visit: Visit,
    cohort_id: int,
    enrolment_id: int,
    *,
    form: Deed | None = None,
    errors: dict[str, str] | None = None,
) -> Response:
    cohort = visibility.cohort(visit.session, visit.actor, cohort_id)
    found = store.member(visit.session, visit.actor, cohort_id, enrolment_id, today=visit.today)
    audit.record_listing(visit.session, visit.actor, "cohort", 1)
    values = {name: form.form.text(name) if form else "" for name in LEAVING}
    context: dict[str, Any] = {
        "cohort": cohort,
        "member": found,
        "period": found.periods[-1],
        "labels": LEAVING,
        "values": values if form else {"left_on": typed_day(visit.today), "reason": ""},
        "errors": errors or {},
    }
    return pages.page(visit, "cohorts/leaving.html", context, status=422 if errors else 200)


def _form_page(
    visit: Visit, values: dict[str, str], *, errors: dict[str, str] | None = None
) -> Response:
    context: dict[str, Any] = {
        "values": values,
        "errors": errors or {},
        "labels": LABELS,
        "kinds": KIND_CHOICES,
        "choices": store.choices(visit.session, visit.actor),
    }
    return pages.page(visit, "cohorts/form.html", context, status=422 if errors else 200)


def _cohort_page(
    visit: Visit,
    cohort_id: int,
    *,
    q: str = "",
    person: PersonField = NOBODY,
    errors: dict[str, str] | None = None,
) -> Response:
    session, actor = visit.session, visit.actor
    cohort = visibility.cohort(session, actor, cohort_id)
    programme, curriculum = store.framework(session, cohort)
    members = store.members(session, actor, cohort_id, today=visit.today)
    inside = sum(row.place is not None for row in members)
    words = tuple(fold(q).split()[:5])
    found = store.candidates(session, actor, cohort_id, words, today=visit.today) if words else []
    audit.record_listing(session, actor, "cohort", len(members) + len(found))
    slots = store.half_days(session, cohort_id)
    context: dict[str, Any] = {
        "cohort": cohort,
        "aim": aim_at(session, actor, curriculum.rncp_code if curriculum else None, cohort),
        "programme": programme,
        "curriculum": curriculum,
        "modules": store.modules(session, cohort.curriculum_id),
        "members": members,
        "inside": inside,
        "places": cohort.capacity - inside,
        "to_take": [row for row in slots if row.taken_at is None and row.held_on <= visit.today],
        "taken": [slot for slot in slots if slot.taken_at is not None][-6:],
        "planned": sum(slot.held_on > visit.today for slot in slots),
        "found": [(row[0], shown_name(row[1], row[3], row[2]), row[4]) for row in found],
        "q": q,
        "person": person,
        "errors": errors or {},
        "can_manage": actor.can(Capability.MANAGE_COHORTS),
        "can_mark": actor.can(Capability.MARK_ATTENDANCE),
        "can_enrol": actor.can(Capability.WRITE_STEPS),
    }
    return pages.page(visit, "cohorts/cohort.html", context, status=422 if errors else 200)
