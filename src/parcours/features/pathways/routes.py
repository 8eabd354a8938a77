"""A learner’s pathway: its page, opening, closing, adding and moving steps."""

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from parcours.actions import entry_answers, pathways
from parcours.actions.entry_answers import Entry
from parcours.actions.equipment_reads import held_by_learner
from parcours.actions.files import LearnerFile, open_file
from parcours.actions.mediation_reads import acts_of_learner, hours_by_step
from parcours.domain.access import Capability, require
from parcours.domain.equipment import Where
from parcours.domain.errors import EditConflict, RuleBroken
from parcours.features.pathways import store
from parcours.features.pathways.candidacies import ShownCandidacy, shown_candidacy
from parcours.features.pathways.candidacy_store import candidacies_of
from parcours.features.pathways.forms import (
    DATES,
    KINDS,
    LABELS,
    proposed,
    read_step,
    stored,
    typed,
)
from parcours.models import visibility
from parcours.web import pages
from parcours.web.deps import Acting, Deed, RecordedReading, Visit
from parcours.web.learner_file import top

router = APIRouter()


@router.get("/apprenants/{learner_id}")
def pathway_page(visit: RecordedReading, learner_id: int) -> Response:
    """The file of a learner, opened on the pathway."""
    return _file_page(visit, learner_id)


@router.post("/apprenants/{learner_id}/parcours")
def open_pathway(deed: Acting, learner_id: int) -> Response:
    """Open a participation."""
    if answer := pages.earlier_answer(deed):
        return answer
    try:
        _open_pathway(deed, learner_id)
    except RuleBroken as refusal:
        pages.undo(deed)
        return _file_page(
            deed, learner_id, errors=refusal.errors, typed=deed.form.text("opened_on")
        )
    return pages.done_once(deed, f"/apprenants/{learner_id}", "Parcours ouvert.")


@router.post("/parcours/{pathway_id}/cloture")
def close_pathway(deed: Acting, pathway_id: int) -> Response:
    """Close a participation."""
    pathway = visibility.pathway(deed.session, deed.actor, pathway_id, today=deed.today)
    learner_id = pathway.learner_id
    try:
        closed_on = deed.form.day("closed_on", near=deed.today) or deed.today
        deed.form.check()
        pathways.close_pathway(
            deed.session, deed.actor, pathway_id, closed_on=closed_on, today=deed.today
        )
    except RuleBroken as refusal:
        pages.undo(deed)
        return _file_page(
            deed, learner_id, errors=refusal.errors, typed=deed.form.text("closed_on")
        )
    return pages.done(f"/apprenants/{learner_id}", "Parcours clos.")


@router.get("/apprenants/{learner_id}/etapes/nouvelle")
def new_step(visit: RecordedReading, learner_id: int) -> Response:
    """A step form, empty but for what the address proposes."""
    require(visit.actor, Capability.WRITE_STEPS)
    return _step_page(visit, learner_id, proposed(visit.request.query_params))


@router.post("/apprenants/{learner_id}/etapes")
def add_step(deed: Acting, learner_id: int) -> Response:
    """Add a step held by one’s organisation."""
    if answer := pages.earlier_answer(deed):
        return answer
    values = typed(deed.form)
    learner = visibility.learner(deed.session, deed.actor, learner_id, today=deed.today)
    try:
        facts = read_step(deed.form, today=deed.today)
        pathway = pathways.current_pathway(deed.session, learner)
        if pathway is None:
            raise RuleBroken("Ouvrez d’abord le parcours de cette personne.")
        pathways.add_step(deed.session, deed.actor, pathway, facts, today=deed.today)
    except RuleBroken as refusal:
        pages.undo(deed)
        return _step_page(deed, learner_id, values, errors=refusal.errors)
    return pages.done_once(deed, f"/apprenants/{learner_id}", "Étape ajoutée.")


@router.get("/etapes/{step_id}/modifier")
def edit_form(visit: RecordedReading, step_id: int) -> Response:
    """The form of a step one’s organisation holds."""
    require(visit.actor, Capability.WRITE_STEPS)
    step = visibility.held_step(visit.session, visit.actor, step_id, today=visit.today)
    return _step_page(visit, step.learner_id, stored(step), step_id=step_id, version=step.version)


@router.post("/etapes/{step_id}/modifier")
def edit_step(deed: Acting, step_id: int) -> Response:
    """Change a step; a second editor is told, and keeps what they typed."""
    values, version = typed(deed.form), deed.form.integer("version") or 0
    try:
        facts = read_step(deed.form, today=deed.today)
        step = pathways.edit_step(
            deed.session, deed.actor, step_id, facts, version=version, today=deed.today
        )
    except RuleBroken as refusal:
        pages.undo(deed)
        return _refused(deed, step_id, values, version, refusal)
    except EditConflict:
        pages.undo(deed)
        return _conflict(deed, step_id, values)
    return pages.done(f"/apprenants/{step.learner_id}", "Étape enregistrée.")


def _refused(
    deed: Deed, step_id: int, values: dict[str, str], version: int, refusal: RuleBroken
) -> Response:
    step = visibility.held_step(deed.session, deed.actor, step_id, today=deed.today)
    return _step_page(
        deed,
        step.learner_id,
        values,
        step_id=step_id,
        version=version,
        errors=refusal.errors,
    )


def _open_pathway(deed: Deed, learner_id: int) -> None:
    learner = visibility.learner(deed.session, deed.actor, learner_id, today=deed.today, lock=True)
    opened_on = deed.form.day("opened_on", near=deed.today) or deed.today
    programme = deed.form.integer("programme")
    deed.form.check()
    pathways.open_pathway(
        deed.session, deed.actor, learner, opened_on=opened_on, programme_id=programme
    )


def _file_page(
    visit: Visit, learner_id: int, *, errors: dict[str, str] | None = None, typed: str = ""
) -> Response:
    opened = open_file(visit.session, visit.actor, learner_id, today=visit.today, page="pathway")
    ids = [row.id for row in opened.pathways if row.id is not None]
    steps = store.steps(visit.session, ids) if ids else []
    context = top(visit, opened, "") | _support(visit, learner_id, steps)
    context |= {
        "pathways": opened.pathways,
        "steps": steps,
        "gaps": store.gaps(visit.session, ids) if ids else [],
        "candidacies": _candidacies(visit, learner_id) if opened.has_applied else [],
        "entries": _entries(visit, learner_id) if opened.is_funded else [],
        "programmes": _programmes(visit, opened),
        "errors": errors or {},
        "typed": typed,
        "organisation_id": visit.actor.organisation_id,
    }
    status = 422 if errors else 200
    return pages.page(visit, "pathways/file.html", context, status=status)


def _entries(visit: Visit, learner_id: int) -> list[Entry]:
    return entry_answers.entries_of(visit.session, visit.actor, learner_id)


def _candidacies(visit: Visit, learner_id: int) -> list[ShownCandidacy]:
    rows = candidacies_of(visit.session, visit.actor, learner_id, today=visit.today)
    return [shown_candidacy(row, visit.actor, visit.today) for row in rows]


def _support(visit: Visit, learner_id: int, steps: list[tuple[Any, ...]]) -> dict[str, Any]:
    """The hours of acts in each step and outside, and the equipment the person has."""
    acts = acts_of_learner(visit.session, learner_id)
    held = held_by_learner(visit.session, learner_id)
    places = [(item, item.where(visit.today)) for item in held]
    return {
        "step_hours": hours_by_step(acts, (row[0] for row in steps)),
        "acts_count": len(acts),
        "last_act": acts[0] if acts else None,
        "held": [(item, where) for item, where in places if where is not Where.AVAILABLE],
    }


def _programmes(visit: Visit, opened: LearnerFile) -> list[tuple[int, str]]:
    """What a new pathway may belong to; nothing while one is open."""
    is_open = opened.pathway is not None and opened.pathway.closed_on is None
    return [] if is_open else store.programmes(visit.session, visit.today)


def _step_page(
    visit: Visit,
    learner_id: int,
    values: dict[str, str],
    *,
    step_id: int | None = None,
    version: int = 0,
    errors: dict[str, str] | None = None,
    theirs: dict[str, Any] | None = None,
) -> Response:
    opened = open_file(visit.session, visit.actor, learner_id, today=visit.today, page="step")
    context = top(visit, opened, "") | {
        "values": values,
        "errors": errors or {},
        "labels": LABELS,
        "kinds": KINDS,
        "step_id": step_id,
        "version": version,
        "theirs": theirs or {},
    }
    status = 409 if theirs else (422 if errors else 200)
    return pages.page(visit, "pathways/step.html", context, status=status)


def _conflict(deed: Deed, step_id: int, values: dict[str, str]) -> Response:
    step = visibility.held_step(deed.session, deed.actor, step_id, today=deed.today)
    now = stored(step)
    theirs = {name: now[name] for name in (*DATES, "title", "hours") if now[name] != values[name]}
    return _step_page(
        deed,
        step.learner_id,
        values,
        step_id=step_id,
        version=step.version,
        theirs=theirs or {"title": step.title},
    )
