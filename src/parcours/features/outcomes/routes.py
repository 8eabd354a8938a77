"""Exits: recorded once as facts, told again by what follows, read by each definition."""

from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from starlette.responses import Response

from parcours import audit
from parcours.actions import exits, introduction_answers, situations
from parcours.actions.immersion_outcomes import exit_draft
from parcours.domain.access import Capability, require
from parcours.domain.errors import EditConflict, NotFound, RuleBroken
from parcours.domain.exit_checks import missing
from parcours.domain.identity import shown_name
from parcours.features.outcomes import showing, store
from parcours.features.outcomes.emploi import emploi_page
from parcours.features.outcomes.forms import EXIT_FIELDS, empty, read_situation, stored, typed
from parcours.models import visibility
from parcours.web import pages
from parcours.web.deps import Acting, Deed, RecordedReading, Visit

router = APIRouter()


@router.get("/sorties")
def exit_list(visit: RecordedReading, a: str = "", apres: str = "") -> Response:
    """Exits of one’s organisation; `a=completer` keeps those that lack something."""
    require(visit.actor, Capability.RECORD_EXITS)
    rows = store.exits(
        visit.session,
        visit.actor,
        today=visit.today,
        is_incomplete=a == "completer",
        after=int(apres) if apres.isdecimal() else 0,
    )
    audit.record_listing(visit.session, visit.actor, "exit", len(rows))
    return pages.page(visit, "outcomes/list.html", _list_context(rows, a))


@router.get("/apprenants/{learner_id}/emploi")
def exits_of_learner(
    visit: RecordedReading,
    learner_id: int,
    immersion: str = "",
    relation: Annotated[str, Query(alias="mise-en-relation")] = "",
) -> Response:
    """The exits of a person, what followed, the form to record one; drafted from what led to it."""
    session, actor, today = visit.session, visit.actor, visit.today
    if (number := _number(immersion)) is not None:
        draft = exit_draft(session, actor, number, learner_id, today=today)
        return emploi_page(visit, learner_id, stored(draft), draft_of="l’immersion")
    if (number := _number(relation)) is not None:
        draft = introduction_answers.exit_draft(session, actor, number, learner_id, today=today)
        return emploi_page(visit, learner_id, stored(draft), draft_of="la mise en relation")
    return emploi_page(visit, learner_id, empty(today))


@router.post("/apprenants/{learner_id}/sorties")
def record(deed: Acting, learner_id: int) -> Response:
    """Record an exit of the current pathway."""
    if answer := pages.earlier_answer(deed):
        return answer
    values = typed(deed.form)
    try:
        _record(deed, learner_id)
    except RuleBroken as refusal:
        pages.undo(deed)
        return emploi_page(deed, learner_id, values, errors=refusal.errors)
    return pages.done_once(deed, f"/apprenants/{learner_id}/emploi", "Sortie notée.")


@router.get("/sorties/{exit_id}/modifier")
def edit_form(visit: RecordedReading, exit_id: int) -> Response:
    """The form of an exit one’s organisation recorded."""
    require(visit.actor, Capability.RECORD_EXITS)
    row = visibility.exit_of(visit.session, visit.actor, exit_id, today=visit.today)
    first = situations.situations_of(visit.session, [exit_id])[exit_id][0]
    return emploi_page(visit, row.learner_id, stored(first), edited=row)


@router.post("/sorties/{exit_id}/modifier")
def correct(deed: Acting, exit_id: int) -> Response:
    """Correct an exit; a second editor is told."""
    values, version = typed(deed.form), deed.form.integer("version") or 0
    row = visibility.exit_of(deed.session, deed.actor, exit_id, today=deed.today)
    learner_id = row.learner_id
    try:
        said = read_situation(deed.form, today=deed.today, day_field="exited_on")
        exits.correct_exit(
            deed.session, deed.actor, exit_id, said, version=version, today=deed.today
        )
    except (RuleBroken, EditConflict) as refusal:
        pages.undo(deed)
        return _refused(deed, exit_id, values, refusal)
    return pages.done(f"/apprenants/{learner_id}/emploi", "Sortie corrigée.")


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None


def _list_context(rows: list[store.ExitLine], a: str) -> dict[str, Any]:
    page, more = rows[: store.PAGE_SIZE], rows[store.PAGE_SIZE :]
    following = {"a": a, "apres": page[-1][0].id} if more else {}
    return {
        "rows": [
            (
                shown_name(birth, first, usage),
                row,
                showing.situation(said, row.organisation_id),
                missing(situations.facts_of(said)),
            )
            for row, said, birth, usage, first in page
        ],
        "is_incomplete": a == "completer",
        "next_url": f"/sorties?{urlencode(following)}" if following else "",
    }


def _refused(
    deed: Visit, exit_id: int, values: dict[str, Any], refusal: RuleBroken | EditConflict
) -> Response:
    row = visibility.exit_of(deed.session, deed.actor, exit_id, today=deed.today)
    if isinstance(refusal, RuleBroken):
        return emploi_page(deed, row.learner_id, values, edited=row, errors=refusal.errors)
    now = stored(situations.situations_of(deed.session, [exit_id])[exit_id][0])
    theirs = {
        name: now[name] for name in EXIT_FIELDS if str(now[name] or "") != str(values[name] or "")
    }
    return emploi_page(deed, row.learner_id, values, edited=row, theirs=theirs or {"situation": ""})


def _record(deed: Deed, learner_id: int) -> None:
    said = read_situation(deed.form, today=deed.today, day_field="exited_on")
    pathway_id = deed.form.integer("pathway")
    if pathway_id is None:
        raise RuleBroken("Ouvrez d’abord le parcours de cette personne.")
    pathway = visibility.pathway(deed.session, deed.actor, pathway_id, today=deed.today)
    if pathway.learner_id != learner_id:
        raise NotFound
    closes = deed.form.text("goes_on") != "oui"
    exits.record_exit(
        deed.session, deed.actor, pathway_id, said, today=deed.today, closes_pathway=closes
    )
