"""Mises en relation: the list, proposing a need to somebody, one introduction."""

from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.responses import Response

from parcours import audit
from parcours.actions import introduction_lists, introductions
from parcours.actions.need_history import current
from parcours.domain.access import Capability, require
from parcours.domain.errors import RuleBroken
from parcours.domain.introductions import State
from parcours.features.introductions import showing, store
from parcours.features.introductions.forms import LABELS
from parcours.features.introductions.store import Filters, Kept
from parcours.models import visibility
from parcours.web import pages
from parcours.web.deps import Acting, Deed, RecordedReading, Visit
from parcours.web.person_field import PersonField, person_of_file, person_typed, read_person

router = APIRouter()
WHOSE = {"structure": ("own", "De ma structure"), "autres": ("others", "Des autres structures")}


@router.get("/mises-en-relation")
def introduction_list(
    visit: RecordedReading, voir: str = "", etat: str = "", de: str = "", avant: str = ""
) -> Response:
    """The introductions one may read, the latest first; every filter is in the address."""
    require(visit.actor, Capability.FOLLOW_NEEDS)
    query = {"voir": voir, "etat": etat, "de": de}
    filters = Filters(
        Kept(voir) if voir in set(Kept) else None,
        State(etat) if etat in set(State) else None,
        WHOSE.get(de, ("", ""))[0],
        int(avant) if avant.isascii() and avant.isdecimal() and len(avant) < 10 else None,
    )
    return pages.page(visit, "introductions/list.html", _listing(visit, query, filters))


@router.get("/besoins/{need_id}/mises-en-relation/nouvelle")
def new_introduction(visit: RecordedReading, need_id: int, personne: str = "") -> Response:
    """The form that proposes a need to somebody, known already or to be found."""
    require(visit.actor, Capability.FOLLOW_NEEDS)
    return _form(visit, need_id, person_of_file(visit, personne, "introduction"))


@router.post("/besoins/{need_id}/mises-en-relation")
def propose(deed: Acting, need_id: int) -> Response:
    """Propose the need to the person chosen."""
    if answer := pages.earlier_answer(deed):
        return answer
    try:
        number = _propose(deed, need_id)
    except RuleBroken as refusal:
        pages.undo(deed)
        person = person_typed(deed, refusal, "introduction")
        words = deed.form.text("proposal")
        return _form(deed, need_id, person, words=words, errors=refusal.errors)
    url = f"/mises-en-relation/{number}"
    return pages.done_once(deed, url, "Notée. Parlez-en à la personne : rien ne part sans elle.")


@router.get("/mises-en-relation/{introduction_id}")
def one_introduction(visit: RecordedReading, introduction_id: int) -> Response:
    """Where it stands, what was agreed, what to do."""
    return showing.show(visit, introduction_id)


def _propose(deed: Deed, need_id: int) -> int:
    learner_id = read_person(deed)
    if learner_id is None:
        deed.form.errors.setdefault("person", "Choisissez la personne.")
    words = deed.form.text("proposal", limit=500)
    deed.form.check()
    row = introductions.propose(
        deed.session, deed.actor, need_id, learner_id or 0, words=words, today=deed.today
    )
    return row.id or 0


def _form(
    visit: Visit,
    need_id: int,
    person: PersonField,
    *,
    words: str = "",
    errors: dict[str, str] | None = None,
) -> Response:
    require(visit.actor, Capability.FOLLOW_NEEDS)
    need = visibility.need(visit.session, visit.actor, need_id)
    context = {
        "need_id": need_id,
        "title": current(visit.session, need)[0].title,
        "proposed": introduction_lists.proposed(visit.session, [need_id])[need_id],
        "person": person,
        "words": words,
        "labels": LABELS,
        "errors": errors or {},
    }
    return pages.page(visit, "introductions/new.html", context, status=422 if errors else 200)


def _listing(visit: Visit, query: dict[str, str], filters: Filters) -> dict[str, Any]:
    found = store.page_of(visit.session, visit.actor, filters, today=visit.today)
    rows = found[: store.PAGE_SIZE]
    audit.record_listing(visit.session, visit.actor, "introduction", len(rows))
    following = {name: value for name, value in query.items() if value}
    if len(found) > store.PAGE_SIZE:
        following["avant"] = str(rows[-1].id)
    return {
        "rows": rows,
        "query": query,
        "is_filtered": any(query.values()),
        "next_url": f"/mises-en-relation?{urlencode(following)}" if "avant" in following else "",
        "kept": [(kept.value, kept.label) for kept in Kept],
        "states": [(state.value, state.label) for state in State],
        "whose": [(code, label) for code, (_, label) in WHOSE.items()],
    }
