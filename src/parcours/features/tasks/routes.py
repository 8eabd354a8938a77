"""Tâches: the list, one task, writing one’s own, doing it or handing it over."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.responses import Response

from parcours import audit
from parcours.actions import tasks
from parcours.actions.task_list import task_row
from parcours.domain.access import Capability, require
from parcours.domain.errors import RuleBroken
from parcours.features.tasks.listing import Asked, listing
from parcours.models import Task, visibility
from parcours.web import pages
from parcours.web.deps import Acting, Deed, RecordedReading, Visit
from parcours.web.person_field import PersonField, person_of_file, person_typed, read_person
from parcours.web.tasks import shown_task
from parcours.web.words import typed_day

router = APIRouter(prefix="/taches")
LABELS = {"title": "À faire", "due_on": "Pour le", "person": "Personne", "account": "Confier à"}


@router.get("")
def task_list(
    visit: RecordedReading, etat: str = "", qui: str = "", quand: str = "", apres: str = ""
) -> Response:
    """The tasks one may do, to do or done, filtered as the URL says."""
    require(visit.actor, Capability.WRITE_STEPS)
    return pages.page(visit, "tasks/list.html", listing(visit, Asked(etat, qui, quand, apres)))


@router.get("/nouvelle")
def new_task(visit: RecordedReading, personne: str = "") -> Response:
    """An empty form, about the person whose file it is opened from."""
    require(visit.actor, Capability.WRITE_STEPS)
    values = {"title": "", "due_on": typed_day(visit.today)}
    return _form(visit, values, person_of_file(visit, personne, "task"))


@router.post("")
def add(deed: Acting) -> Response:
    """Write down something to do."""
    if answer := pages.earlier_answer(deed):
        return answer
    values = {name: deed.form.text(name) for name in ("title", "due_on")}
    try:
        task = _add(deed)
    except RuleBroken as refusal:
        pages.undo(deed)
        return _form(deed, values, person_typed(deed, refusal, "task"), refusal.errors)
    file = f"/apprenants/{task.learner_id}" if deed.form.text("learner") else "/taches"
    return pages.done_once(deed, file, "Tâche notée.")


@router.get("/{task_id}")
def one_task(visit: RecordedReading, task_id: int) -> Response:
    """One task, and who could do it instead."""
    require(visit.actor, Capability.WRITE_STEPS)
    return _page(visit, task_id)


@router.post("/{task_id}/fait")
def complete(deed: Acting, task_id: int) -> Response:
    """The task is done."""
    return _do(
        deed,
        lambda: tasks.complete(deed.session, deed.actor, task_id, today=deed.today),
        "Tâche faite. Elle peut être rouverte depuis les tâches faites.",
    )


@router.post("/{task_id}/reouverture")
def reopen(deed: Acting, task_id: int) -> Response:
    """It was not done after all."""
    return _do(
        deed,
        lambda: tasks.reopen(deed.session, deed.actor, task_id, today=deed.today),
        "Tâche rouverte.",
    )


@router.post("/{task_id}/confier")
def hand_over(deed: Acting, task_id: int) -> Response:
    """Give the task to a colleague."""
    visibility.task(deed.session, deed.actor, task_id, today=deed.today)
    try:
        to = deed.form.integer("account")
        deed.form.check()
        tasks.hand_over(deed.session, deed.actor, task_id, to_account_id=to, today=deed.today)
    except RuleBroken as refusal:
        pages.undo(deed)
        return _page(deed, task_id, refusal.errors)
    return pages.done("/taches", "Tâche confiée.")


def _add(deed: Deed) -> Task:
    title = deed.form.text("title", limit=200)
    due_on = deed.form.day("due_on", near=deed.today)
    if due_on is None:
        deed.form.errors.setdefault("due_on", "Indiquez pour quel jour.")
    learner_id = read_person(deed)
    deed.form.check()
    return tasks.add(
        deed.session,
        deed.actor,
        title=title,
        due_on=due_on or deed.today,
        learner_id=learner_id,
        today=deed.today,
    )


def _do(deed: Deed, act: Callable[[], Task], message: str) -> Response:
    act()
    if deed.form.text("back") == "journee":
        return pages.done("/", message)
    asked = Asked(**{name: deed.form.text(name) for name in ("etat", "qui", "quand")})
    kept = urlencode({name: value for name, value in asked.query().items() if value})
    return pages.done(f"/taches?{kept}" if kept else "/taches", message)


def _form(
    visit: Visit,
    values: dict[str, str],
    person: PersonField,
    errors: dict[str, str] | None = None,
) -> Response:
    context = {"values": values, "person": person, "errors": errors or {}, "labels": LABELS}
    return pages.page(visit, "tasks/form.html", context, status=422 if errors else 200)


def _page(visit: Visit, task_id: int, errors: dict[str, str] | None = None) -> Response:
    visibility.task(visit.session, visit.actor, task_id, today=visit.today)
    row = task_row(visit.session, visit.actor, task_id, today=visit.today)
    if row.learner_id is not None:
        audit.record_reading(visit.session, visit.actor, "task", row.learner_id)
    context: dict[str, Any] = {
        "task": shown_task(row, visit.actor, visit.today),
        "colleagues": tasks.colleagues(visit.session, visit.actor, today=visit.today),
        "labels": LABELS,
        "errors": errors or {},
    }
    return pages.page(visit, "tasks/task.html", context, status=422 if errors else 200)
