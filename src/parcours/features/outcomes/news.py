"""Situations told after an exit, outside any follow-up, and their corrections."""

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from parcours import audit
from parcours.actions import news
from parcours.domain.access import Capability, require
from parcours.domain.errors import EditConflict, RuleBroken
from parcours.domain.identity import shown_name
from parcours.features.outcomes.forms import (
    LABELS,
    choices,
    empty,
    read_situation,
    stored,
    typed,
)
from parcours.models import Exit, visibility
from parcours.web import pages
from parcours.web.deps import Acting, RecordedReading, Visit

router = APIRouter()


@router.get("/sorties/{exit_id}/situations")
def new_form(visit: RecordedReading, exit_id: int) -> Response:
    """The form of a situation learnt since the exit."""
    require(visit.actor, Capability.RECORD_EXITS)
    row = visibility.exit_of(visit.session, visit.actor, exit_id, today=visit.today)
    return _page(visit, row, empty(visit.today), f"/sorties/{exit_id}/situations")


@router.post("/sorties/{exit_id}/situations")
def record(deed: Acting, exit_id: int) -> Response:
    """Keep a situation learnt since the exit."""
    if answer := pages.earlier_answer(deed):
        return answer
    values, url = typed(deed.form), f"/sorties/{exit_id}/situations"
    row = visibility.exit_of(deed.session, deed.actor, exit_id, today=deed.today)
    learner_id = row.learner_id
    try:
        said = read_situation(deed.form, today=deed.today)
        news.record_news(deed.session, deed.actor, exit_id, said, today=deed.today)
    except RuleBroken as refusal:
        pages.undo(deed)
        return _page(deed, row, values, url, errors=refusal.errors)
    return pages.done_once(deed, f"/apprenants/{learner_id}/emploi", "Situation notée.")


@router.get("/situations/{situation_id}/modifier")
def edit_form(visit: RecordedReading, situation_id: int) -> Response:
    """The form of a situation to say again."""
    require(visit.actor, Capability.RECORD_EXITS)
    said = visibility.later_situation(visit.session, visit.actor, situation_id, today=visit.today)
    row = visibility.exit_of(visit.session, visit.actor, said.exit_id, today=visit.today)
    return _page(visit, row, stored(said), f"/situations/{situation_id}/modifier")


@router.post("/situations/{situation_id}/modifier")
def correct(deed: Acting, situation_id: int) -> Response:
    """Say a situation again; the first version is kept."""
    values, url = typed(deed.form), f"/situations/{situation_id}/modifier"
    before = visibility.later_situation(deed.session, deed.actor, situation_id, today=deed.today)
    row = visibility.exit_of(deed.session, deed.actor, before.exit_id, today=deed.today)
    learner_id = row.learner_id
    try:
        said = read_situation(deed.form, today=deed.today)
        news.correct_news(deed.session, deed.actor, situation_id, said, today=deed.today)
    except (RuleBroken, EditConflict) as refusal:
        pages.undo(deed)
        return _refused(deed, row, values, url, refusal)
    return pages.done(f"/apprenants/{learner_id}/emploi", "Situation corrigée.")


def _refused(
    deed: Visit, row: Exit, values: dict[str, Any], url: str, refusal: RuleBroken | EditConflict
) -> Response:
    if isinstance(refusal, RuleBroken):
        return _page(deed, row, values, url, errors=refusal.errors)
    message = "Quelqu’un vient de corriger cette situation : relisez l’onglet Emploi."
    return _page(deed, row, values, url, errors={"": message}, status=409)


def _page(
    visit: Visit,
    row: Exit,
    values: dict[str, Any],
    url: str,
    *,
    errors: dict[str, str] | None = None,
    status: int = 422,
) -> Response:
    learner = visibility.learner(visit.session, visit.actor, row.learner_id, today=visit.today)
    audit.record_reading(visit.session, visit.actor, "exit", row.learner_id)
    context = {
        "learner": learner,
        "name": shown_name(learner.birth_name, learner.first_names, learner.usage_name),
        "exit": row,
        "values": values,
        "errors": errors or {},
        "labels": LABELS,
        "choices": choices(at_exit=False),
        "url": url,
        "is_new": url.startswith("/sorties"),
    }
    return pages.page(visit, "outcomes/news.html", context, status=status if errors else 200)
