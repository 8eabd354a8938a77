"""Exits: recorded once as facts, read by each rule."""

from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.responses import Response

from parcours import audit, reference
from parcours.actions import exits
from parcours.actions.files import open_file
from parcours.actions.immersion_lists import of_learner
from parcours.actions.immersion_outcomes import exit_draft
from parcours.domain.access import Capability, require
from parcours.domain.errors import EditConflict, NotFound, RuleBroken
from parcours.domain.identity import shown_name
from parcours.domain.outcomes import RULES, missing
from parcours.features.outcomes import store
from parcours.features.outcomes.forms import (
    LABELS,
    choices,
    drafted,
    empty,
    read_exit,
    stored,
    typed,
)
from parcours.models import Exit, visibility
from parcours.web import pages
from parcours.web.deps import Acting, Deed, RecordedReading, Visit
from parcours.web.learner_file import top

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
def exits_of_learner(visit: RecordedReading, learner_id: int, immersion: str = "") -> Response:
    """The exits of a person, and the form to record one; drafted from an immersion if asked."""
    if not immersion.isdecimal() or len(immersion) > 9:
        return _page(visit, learner_id, empty(visit.today))
    draft = exit_draft(visit.session, visit.actor, int(immersion), learner_id, today=visit.today)
    return _page(visit, learner_id, drafted(draft), is_draft=True)


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
        return _page(deed, learner_id, values, errors=refusal.errors)
    return pages.done_once(deed, f"/apprenants/{learner_id}/emploi", "Sortie notée.")


@router.get("/sorties/{exit_id}/modifier")
def edit_form(visit: RecordedReading, exit_id: int) -> Response:
    """The form of an exit one’s organisation recorded."""
    require(visit.actor, Capability.RECORD_EXITS)
    row = visibility.exit_of(visit.session, visit.actor, exit_id, today=visit.today)
    return _page(visit, row.learner_id, stored(row), edited=row)


@router.post("/sorties/{exit_id}/modifier")
def correct(deed: Acting, exit_id: int) -> Response:
    """Correct an exit; a second editor is told."""
    values, version = typed(deed.form), deed.form.integer("version") or 0
    row = visibility.exit_of(deed.session, deed.actor, exit_id, today=deed.today)
    learner_id = row.learner_id
    try:
        facts = read_exit(deed.form, today=deed.today)
        exits.correct_exit(
            deed.session, deed.actor, exit_id, facts, version=version, today=deed.today
        )
    except (RuleBroken, EditConflict) as refusal:
        pages.undo(deed)
        return _refused(deed, exit_id, values, refusal)
    return pages.done(f"/apprenants/{learner_id}/emploi", "Sortie corrigée.")


def _list_context(rows: list[store.ExitRow], a: str) -> dict[str, Any]:
    page, more = rows[: store.PAGE_SIZE], rows[store.PAGE_SIZE :]
    following = {"a": a, "apres": page[-1][0].id} if more else {}
    return {
        "rows": [
            (shown_name(birth, first, usage), _told(row)) for row, birth, usage, first in page
        ],
        "is_incomplete": a == "completer",
        "next_url": f"/sorties?{urlencode(following)}" if following else "",
    }


def _refused(
    deed: Visit, exit_id: int, values: dict[str, Any], refusal: RuleBroken | EditConflict
) -> Response:
    row = visibility.exit_of(deed.session, deed.actor, exit_id, today=deed.today)
    if isinstance(refusal, RuleBroken):
        return _page(deed, row.learner_id, values, edited=row, errors=refusal.errors)
    now = stored(row)
    theirs = {name: now[name] for name in LABELS if str(now[name]) != str(values[name])}
    return _page(deed, row.learner_id, values, edited=row, theirs=theirs or {"situation": ""})


def _record(deed: Deed, learner_id: int) -> None:
    facts = read_exit(deed.form, today=deed.today)
    pathway_id = deed.form.integer("pathway")
    if pathway_id is None:
        raise RuleBroken("Ouvrez d’abord le parcours de cette personne.")
    _check_pathway(deed, pathway_id, learner_id)
    closes = deed.form.text("goes_on") != "oui"
    exits.record_exit(
        deed.session, deed.actor, pathway_id, facts, today=deed.today, closes_pathway=closes
    )


def _check_pathway(deed: Visit, pathway_id: int, learner_id: int) -> None:
    pathway = visibility.pathway(deed.session, deed.actor, pathway_id, today=deed.today)
    if pathway.learner_id != learner_id:
        raise NotFound


def _page(
    visit: Visit,
    learner_id: int,
    values: dict[str, Any],
    *,
    edited: Exit | None = None,
    errors: dict[str, str] | None = None,
    theirs: dict[str, Any] | None = None,
    is_draft: bool = False,
) -> Response:
    opened = open_file(visit.session, visit.actor, learner_id, today=visit.today, page="exit")
    ids = [row.id for row in opened.pathways if row.id is not None]
    rows = exits.exits_of(visit.session, ids) if ids else []
    context = top(visit, opened, "/emploi") | {
        "exits": [_told(row) for row in rows],
        "values": values,
        "errors": errors or {},
        "labels": LABELS,
        "choices": choices(),
        "edited": edited,
        "theirs": theirs or {},
        "organisation_id": visit.actor.organisation_id,
        "can_record": visit.actor.can(Capability.RECORD_EXITS),
        "is_draft": is_draft,
        "immersions": of_learner(visit.session, visit.actor, learner_id, today=visit.today),
    }
    status = 409 if theirs else (422 if errors else 200)
    return pages.page(visit, "outcomes/exits.html", context, status=status)


def _told(row: Exit) -> dict[str, Any]:
    facts = exits.facts_of(row)
    return {
        "row": row,
        "situation": reference.label(reference.exit_types(), row.situation) or "Non renseignée",
        "contract": reference.label(reference.contract_types(), row.contract_type),
        "missing": missing(facts),
        "classes": [(rule.label, rule.classify(facts).label) for rule in RULES.values()],
    }
