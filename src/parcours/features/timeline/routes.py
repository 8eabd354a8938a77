"""The timeline of a person, and the notes written on it."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.responses import Response

from parcours.actions import notes
from parcours.actions.files import open_file
from parcours.domain.errors import EditConflict, RuleBroken
from parcours.domain.notes import NoteKind, NoteReach
from parcours.features.timeline import store
from parcours.features.timeline.forms import LABELS, empty, read_note, stored, typed
from parcours.features.timeline.words import SORTS, told
from parcours.models import Note
from parcours.web import pages
from parcours.web.deps import Acting, Deed, RecordedReading, Visit
from parcours.web.learner_file import top

router = APIRouter()


@router.get("/apprenants/{learner_id}/fil")
def timeline(
    visit: RecordedReading, learner_id: int, quoi: str = "", structure: str = "", apres: str = ""
) -> Response:
    """What every partner did, the latest first; every filter is in the address."""
    query = {"quoi": quoi if quoi in dict(SORTS) else "", "structure": _number(structure)}
    return _page(visit, learner_id, empty(visit.today), query=query, after=_after(apres))


@router.post("/apprenants/{learner_id}/notes")
def write(deed: Acting, learner_id: int) -> Response:
    """Write a note, or what a contact gave."""
    if answer := pages.earlier_answer(deed):
        return answer
    values = typed(deed.form)
    try:
        facts = read_note(deed.form, today=deed.today)
        notes.write_note(deed.session, deed.actor, learner_id, facts, today=deed.today)
    except RuleBroken as refusal:
        pages.undo(deed)
        return _page(deed, learner_id, values, errors=refusal.errors)
    return pages.done_once(deed, f"/apprenants/{learner_id}/fil", "Note enregistrée.")


@router.get("/notes/{note_id}/modifier")
def edit_form(visit: RecordedReading, note_id: int) -> Response:
    """The form of a note of one’s organisation."""
    row = notes.own_note(visit.session, visit.actor, note_id, today=visit.today)
    return _note_page(visit, row, stored(row))


@router.post("/notes/{note_id}/modifier")
def correct(deed: Acting, note_id: int) -> Response:
    """Write the note’s next version; a second editor is told."""
    values = typed(deed.form)
    row = notes.own_note(deed.session, deed.actor, note_id, today=deed.today)
    learner_id = row.learner_id
    try:
        facts = read_note(deed.form, today=deed.today)
        notes.correct_note(deed.session, deed.actor, note_id, facts, today=deed.today)
    except (RuleBroken, EditConflict) as refusal:
        return _refused(deed, note_id, values, refusal)
    return pages.done(f"/apprenants/{learner_id}/fil", "Note corrigée.")


@router.post("/notes/{note_id}/retrait")
def withdraw(deed: Acting, note_id: int) -> Response:
    """Take the note off; its trace stays."""
    try:
        row = notes.withdraw_note(deed.session, deed.actor, note_id, today=deed.today)
    except RuleBroken as refusal:
        row = notes.own_note(deed.session, deed.actor, note_id, today=deed.today)
        return _note_page(deed, row, stored(row), errors=refusal.errors)
    return pages.done(f"/apprenants/{row.learner_id}/fil", "Note retirée.")


def _refused(
    deed: Deed, note_id: int, values: dict[str, str], refusal: RuleBroken | EditConflict
) -> Response:
    pages.undo(deed)
    row = notes.own_note(deed.session, deed.actor, note_id, today=deed.today)
    if isinstance(refusal, RuleBroken):
        return _note_page(deed, row, values, errors=refusal.errors)
    message = "Cette note a été corrigée ou retirée entre-temps : relisez le fil avant d’écrire."
    return _note_page(deed, row, values, errors={"": message}, status=409)


def _page(
    visit: Visit,
    learner_id: int,
    values: dict[str, str],
    *,
    query: dict[str, str] | None = None,
    after: store.Place | None = None,
    errors: dict[str, str] | None = None,
) -> Response:
    opened = open_file(visit.session, visit.actor, learner_id, today=visit.today, page="timeline")
    context = top(visit, opened, "/fil")
    context |= _form(values, errors or {}) | _facts(
        visit, learner_id, query or {"quoi": "", "structure": ""}, after, context["can_write"]
    )
    return pages.page(
        visit, "timeline/timeline.html", context, fragment="facts", status=422 if errors else 200
    )


def _facts(
    visit: Visit, learner_id: int, query: dict[str, str], after: store.Place | None, can_write: bool
) -> dict[str, Any]:
    found = store.facts(
        visit.session,
        visit.actor,
        learner_id,
        sort=query["quoi"],
        organisation_id=int(query["structure"]) if query["structure"] else None,
        after=after,
    )
    shown, more = found[: store.PAGE_SIZE], found[store.PAGE_SIZE :]
    base, kept = f"/apprenants/{learner_id}/fil", {key: text for key, text in query.items() if text}
    last = shown[-1] if more else None
    following = {**kept, "apres": f"{last.on}~{last.rank}~{last.key}"} if last else None
    own = visit.actor.organisation_id
    return {
        "lines": [told(fact, organisation_id=own, can_write=can_write) for fact in shown],
        "sorts": SORTS,
        "organisations": store.organisations(visit.session, visit.actor, learner_id),
        "query": query,
        "is_first": after is None,
        "first_url": f"{base}?{urlencode(kept)}" if kept else base,
        "next_url": f"{base}?{urlencode(following)}" if following else "",
    }


def _note_page(
    visit: Visit,
    row: Note,
    values: dict[str, str],
    *,
    errors: dict[str, str] | None = None,
    status: int = 422,
) -> Response:
    opened = open_file(visit.session, visit.actor, row.learner_id, today=visit.today, page="note")
    context = top(visit, opened, "/fil") | _form(values, errors or {}) | {"note": row}
    return pages.page(visit, "timeline/note.html", context, status=status if errors else 200)


def _form(values: dict[str, str], errors: dict[str, str]) -> dict[str, Any]:
    return {
        "values": values,
        "errors": errors,
        "labels": LABELS,
        "kinds": [(kind.value, kind.label) for kind in NoteKind],
        "reaches": [(reach.value, reach.label) for reach in NoteReach],
    }


def _number(text: str) -> str:
    return text if text.isdecimal() and len(text) < 10 else ""


def _after(text: str) -> store.Place | None:
    parts = text.split("~")
    if len(parts) != 3 or not (_number(parts[1]) and _number(parts[2])):
        return None
    try:
        return date.fromisoformat(parts[0]), int(parts[1]), int(parts[2])
    except ValueError:
        return None
