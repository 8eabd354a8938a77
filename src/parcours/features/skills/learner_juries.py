"""A learner before juries: note a decision, correct it, remove what was noted by mistake."""

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from parcours.actions import certification_facts, juries
from parcours.actions.files import open_file
from parcours.domain.access import Capability, require
from parcours.domain.errors import EditConflict, RuleBroken
from parcours.features.skills.jury_forms import (
    LABELS,
    OUTCOMES,
    empty,
    read_outcome,
    read_sitting,
    typed,
    what_choices,
)
from parcours.web import pages
from parcours.web.deps import Acting, Deed, RecordedReading, Visit
from parcours.web.learner_file import top
from parcours.web.words import typed_day

router = APIRouter(prefix="/apprenants/{learner_id}/jurys")
CONFLICT = "Quelqu’un vient de corriger ce résultat : relisez-le, puis recommencez."


@router.get("/nouveau")
def new_result(visit: RecordedReading, learner_id: int) -> Response:
    """An empty form."""
    return _form_page(visit, learner_id, empty(visit.today))


@router.post("")
def record(deed: Acting, learner_id: int) -> Response:
    """Note what a jury decided."""
    if answer := pages.earlier_answer(deed):
        return answer
    try:
        sitting = read_sitting(deed.form, today=deed.today)
        outcome = read_outcome(deed.form)
        juries.record_result(
            deed.session, deed.actor, learner_id, sitting, outcome, today=deed.today
        )
    except RuleBroken as refusal:
        pages.undo(deed)
        return _form_page(deed, learner_id, typed(deed.form), errors=refusal.errors)
    return pages.done_once(deed, f"/apprenants/{learner_id}/competences", "Résultat enregistré.")


@router.get("/{result_id}")
def one_result(visit: RecordedReading, learner_id: int, result_id: int) -> Response:
    """What was noted, to correct."""
    return _result_page(visit, learner_id, result_id)


@router.post("/{result_id}")
def correct(deed: Acting, learner_id: int, result_id: int) -> Response:
    """Correct a decision or its day."""
    try:
        _correct(deed, result_id)
    except (RuleBroken, EditConflict) as refusal:
        return _refused(deed, learner_id, result_id, refusal)
    return pages.done(f"/apprenants/{learner_id}/competences", "Résultat corrigé.")


@router.post("/{result_id}/suppression")
def remove(deed: Acting, learner_id: int, result_id: int) -> Response:
    """Remove what was noted of the wrong person."""
    if answer := pages.earlier_answer(deed):
        return answer
    version = deed.form.integer("version") or 0
    try:
        juries.remove_result(deed.session, deed.actor, result_id, version=version, today=deed.today)
    except EditConflict as refusal:
        return _refused(deed, learner_id, result_id, refusal)
    return pages.done_once(deed, f"/apprenants/{learner_id}/competences", "Résultat supprimé.")


def _correct(deed: Deed, result_id: int) -> None:
    form = deed.form
    outcome = read_outcome(form)
    jury_on = form.day("jury_on", near=deed.today)
    form.check()
    if jury_on is None:
        raise RuleBroken("Indiquez le jour du jury.", field="jury_on")
    juries.correct_result(
        deed.session,
        deed.actor,
        result_id,
        outcome,
        jury_on,
        version=form.integer("version") or 0,
        today=deed.today,
    )


def _refused(
    deed: Deed, learner_id: int, result_id: int, refusal: RuleBroken | EditConflict
) -> Response:
    pages.undo(deed)
    if isinstance(refusal, EditConflict):
        return _result_page(deed, learner_id, result_id, errors={"": CONFLICT}, status=409)
    values = typed(deed.form)
    return _result_page(deed, learner_id, result_id, values=values, errors=refusal.errors)


def _form_page(
    visit: Visit,
    learner_id: int,
    values: dict[str, Any],
    *,
    errors: dict[str, str] | None = None,
) -> Response:
    require(visit.actor, Capability.ASSESS_SKILLS)
    opened = open_file(visit.session, visit.actor, learner_id, today=visit.today, page="skills")
    known = certification_facts.titles(visit.session, visit.actor)
    context = top(visit, opened, "/competences") | {
        "what_choices": what_choices(known.sheets, known.blocks.values()),
        "row": None,
        "outcomes": OUTCOMES,
        "labels": LABELS,
        "values": values,
        "errors": errors or {},
    }
    return pages.page(visit, "skills/jury.html", context, status=422 if errors else 200)


def _result_page(
    visit: Visit,
    learner_id: int,
    result_id: int,
    *,
    values: dict[str, Any] | None = None,
    errors: dict[str, str] | None = None,
    status: int = 422,
) -> Response:
    require(visit.actor, Capability.ASSESS_SKILLS)
    row = juries.own_result(visit.session, visit.actor, result_id, today=visit.today)
    opened = open_file(visit.session, visit.actor, row.learner_id, today=visit.today, page="skills")
    told = {"outcome": row.outcome.value, "jury_on": typed_day(row.jury_on), "note": row.note or ""}
    context = top(visit, opened, "/competences") | {
        "row": row,
        "what": certification_facts.name_of(visit.session, row.certification_id, row.block_id),
        "outcomes": OUTCOMES,
        "labels": LABELS,
        "values": values or told,
        "errors": errors or {},
    }
    return pages.page(visit, "skills/jury.html", context, status=status if errors else 200)
