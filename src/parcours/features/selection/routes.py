"""The candidates of a cohort: the list and its funnel, adding one, what is done to several."""

from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.responses import Response

from parcours import audit
from parcours.actions import candidates, information_meetings, selection
from parcours.domain.access import Capability, require
from parcours.domain.errors import EditConflict, RuleBroken
from parcours.domain.selection import Meeting
from parcours.features.selection import notes_store, showing, store
from parcours.features.selection.forms import LABELS, read_ticked, read_window, typed
from parcours.features.selection.showing import Asked, Everybody
from parcours.models import Cohort, visibility
from parcours.web import pages
from parcours.web.deps import Acting, Deed, RecordedReading, Visit
from parcours.web.person_field import PersonField, person_of_file, person_typed, read_person
from parcours.web.words import plural, typed_day

router = APIRouter(prefix="/promotions/{cohort_id}/candidats")
CHANGED = (
    "Quelqu’un a écrit sur ces candidatures entre-temps : relisez-les. Rien de ce que vous veniez "
    "d’envoyer n’est perdu, rien n’est encore enregistré."
)
NOBODY = PersonField()
# Where a group act leads, the people ticked with it.
PLACES = {
    "composition": "",
    "next": "",
    "start": "",
    "invite": "/invitation",
    "decide": "/decision",
}
MEETINGS = {"came": Meeting.CAME, "missed": Meeting.MISSED}


@router.get("")
def candidate_list(
    visit: RecordedReading,
    cohort_id: int,
    etat: str = "",
    q: str = "",
    personne: str = "",
    apres: str = "",
) -> Response:
    """Everybody who applies, or one phase; what the group would look like with those ticked."""
    require(visit.actor, Capability.READ_LEARNERS)
    person = person_of_file(visit, personne, "candidate")
    return list_page(visit, cohort_id, _asked(visit, etat, q, apres), person=person)


@router.post("")
def apply(deed: Acting, cohort_id: int) -> Response:
    """Somebody one follows applies."""
    if answer := pages.earlier_answer(deed):
        return answer
    visibility.cohort(deed.session, deed.actor, cohort_id)
    try:
        row = _apply(deed, cohort_id)
    except RuleBroken as refusal:
        pages.undo(deed)
        person = person_typed(deed, refusal, "candidate")
        return list_page(deed, cohort_id, Asked(), person=person, errors=refusal.errors)
    url = f"/promotions/{cohort_id}/candidats/{row.id}"
    return pages.done_once(deed, url, "Candidature enregistrée.")


@router.post("/relais")
def apply_by_relay(deed: Acting, cohort_id: int) -> Response:
    """The person a partner proposes becomes a candidate."""
    if answer := pages.earlier_answer(deed):
        return answer
    relay_id = deed.form.integer("relay") or 0
    try:
        row = candidates.take_from_relay(
            deed.session, deed.actor, cohort_id, relay_id, today=deed.today
        )
    except RuleBroken as refusal:
        pages.undo(deed)
        return list_page(deed, cohort_id, Asked(), errors=refusal.errors)
    url = f"/promotions/{cohort_id}/candidats/{row.id}"
    return pages.done_once(deed, url, "Candidature enregistrée. Le relais attend votre décision.")


@router.post("/gestes")
def act_on_several(deed: Acting, cohort_id: int) -> Response:
    """Note who came, or lead to the page that asks more, the people ticked with it."""
    ticked, act = read_ticked(deed.form), deed.form.text("act")
    visibility.cohort(deed.session, deed.actor, cohort_id)
    base = f"/promotions/{cohort_id}/candidats"
    if act in MEETINGS:
        return _note_meeting(deed, cohort_id, ticked, MEETINGS[act])
    if not ticked and PLACES.get(act) != "":
        errors = {"who": "Cochez au moins une personne."}
        return list_page(deed, cohort_id, _asked_form(deed), errors=errors)
    kept = _filters(deed) | {"apres": _after_of(deed, act)}
    return pages.done(address(base + PLACES.get(act, ""), ticked, kept))


@router.post("/periode")
def set_window(deed: Acting, cohort_id: int) -> Response:
    """Say when people may apply."""
    visibility.cohort(deed.session, deed.actor, cohort_id)
    version = deed.form.integer("version") or 0
    try:
        opens_on, closes_on = read_window(deed.form, today=deed.today)
        window = {"opens_on": opens_on, "closes_on": closes_on}
        selection.set_window(deed.session, deed.actor, cohort_id, **window, version=version)
    except (RuleBroken, EditConflict) as refusal:
        pages.undo(deed)
        return refused(deed, cohort_id, refusal)
    return pages.done(f"/promotions/{cohort_id}/candidats", "Période enregistrée.")


def address(url: str, ticked: Any, kept: dict[str, str]) -> str:
    """An address with its filters and the people ticked."""
    pairs = [(name, text) for name, text in kept.items() if text]
    pairs += [("coche", str(number)) for number in ticked]
    return f"{url}?{urlencode(pairs)}" if pairs else url


def refused(deed: Deed, cohort_id: int, refusal: RuleBroken | EditConflict) -> Response:
    """The list again with what was typed: 422 for a rule, 409 for a second editor."""
    if isinstance(refusal, RuleBroken):
        return list_page(deed, cohort_id, _asked_form(deed), errors=refusal.errors, form=deed)
    return list_page(
        deed, cohort_id, _asked_form(deed), errors={"": CHANGED}, form=deed, status=409
    )


def ticks(visit: Visit) -> frozenset[int]:
    """The people ticked, as the address carries them."""
    values = visit.request.query_params.getlist("coche")
    return frozenset(int(value) for value in values if value.isdecimal() and len(value) < 10)


def everybody(visit: Visit, cohort: Cohort) -> Everybody:
    """The candidates of a cohort the caller has opened, and what was noted of each."""
    session, number = visit.session, cohort.id or 0
    programme = store.programme(session, cohort)
    rows = store.candidates(session, visit.actor, number, today=visit.today)
    grades, marks = notes_store.grades(session, number), notes_store.marks(session, number)
    people = showing.shown(rows, grades, marks, cohort, programme)
    return Everybody(people, programme, grades, marks)


def list_page(
    visit: Visit,
    cohort_id: int,
    asked: Asked,
    *,
    person: PersonField = NOBODY,
    errors: dict[str, str] | None = None,
    form: Deed | None = None,
    status: int = 422,
) -> Response:
    """The list, its funnel and the group it would make."""
    cohort = visibility.cohort(visit.session, visit.actor, cohort_id)
    found = everybody(visit, cohort)
    entered = store.entered(visit.session, cohort_id)
    paged = showing.paged(found.people, asked)
    audit.record_listing(visit.session, visit.actor, "candidate", len(paged.rows))
    places = cohort.capacity - len(entered)
    window = _window(cohort) if form is None else typed(form.form)
    context: dict[str, Any] = {
        "cohort": cohort,
        "paged": paged,
        "rows": paged.rows,
        "page_size": showing.PAGE_SIZE,
        "total": len(found.people),
        "funnel": showing.funnel(found.people, asked, f"/promotions/{cohort_id}/candidats"),
        "asked": asked,
        "places": places,
        "entered": len(entered),
        "noted": showing.noted_of(found.programme),
        "shares": showing.group(found, entered, asked.ticked, cohort),
        "first": showing.next_in_queue(found.people, places),
        "relays": _relays(visit, cohort_id),
        "meeting_words": showing.MEETING_WORDS,
        "person": person,
        "window": window,
        "labels": LABELS,
        "errors": errors or {},
        "can_decide": visit.actor.can(Capability.MANAGE_COHORTS),
        "can_select": visit.actor.can(Capability.SELECT_CANDIDATES),
    }
    return pages.page(visit, "selection/list.html", context, status=status if errors else 200)


def _apply(deed: Deed, cohort_id: int) -> Any:
    learner_id = read_person(deed)
    day = deed.form.day("applied_on", near=deed.today)
    if learner_id is None:
        deed.form.errors.setdefault("person", "Choisissez une personne que vous suivez.")
    deed.form.check()
    return candidates.apply_for(
        deed.session, deed.actor, cohort_id, learner_id or 0, today=deed.today, applied_on=day
    )


def _note_meeting(deed: Deed, cohort_id: int, ticked: dict[int, int], meeting: Meeting) -> Response:
    try:
        count = information_meetings.note_meeting(
            deed.session, deed.actor, cohort_id, ticked, meeting, today=deed.today
        )
    except (RuleBroken, EditConflict) as refusal:
        pages.undo(deed)
        return refused(deed, cohort_id, refusal)
    word = showing.MEETING_WORDS[meeting]
    message = f"Noté pour {plural(count, 'personne')} : {word}."
    return pages.done(address(f"/promotions/{cohort_id}/candidats", (), _filters(deed)), message)


def _asked(visit: Visit, phase: str, words: str, after: str) -> Asked:
    return Asked(phase, words[:100], ticks(visit), _number(after))


def _asked_form(deed: Deed) -> Asked:
    ticked = frozenset(read_ticked(deed.form))
    after = _number(deed.form.text("apres"))
    return Asked(deed.form.text("etat"), deed.form.text("q")[:100], ticked, after)


def _after_of(deed: Deed, act: str) -> str:
    """Where the list goes on: the next page, the start, or the page one is on."""
    name = {"next": "suite", "start": ""}.get(act, "apres")
    after = _number(deed.form.text(name)) if name else None
    return str(after) if after is not None else ""


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 10 else None


def _filters(deed: Deed) -> dict[str, str]:
    return {"etat": deed.form.text("etat"), "q": deed.form.text("q")[:100]}


def _relays(visit: Visit, cohort_id: int) -> list[tuple[store.WaitingRelay, str]]:
    rows = store.waiting_relays(visit.session, visit.actor, cohort_id, today=visit.today)
    return [(row, showing.name_of(row)) for row in rows]


def _window(cohort: Cohort) -> dict[str, str]:
    return {
        "opens_on": typed_day(cohort.applications_open_on),
        "closes_on": typed_day(cohort.applications_close_on),
        "applied_on": "",
    }
