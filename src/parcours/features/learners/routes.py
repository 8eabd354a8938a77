"""The list of learners, entering one, correcting one."""

from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.responses import Response

from parcours import audit
from parcours.actions import addresses, learners, people, referents
from parcours.actions.learners import LearnerFacts
from parcours.actions.look_alikes import LookAlike, LookAlikes
from parcours.domain.access import Capability, require
from parcours.domain.errors import EditConflict, RuleBroken
from parcours.features.learners import store
from parcours.features.learners.forms import POINT, choices, read_learner, read_point, stored, typed
from parcours.features.learners.listing import DISTRICTS, STANDINGS, shown
from parcours.models import visibility
from parcours.web import pages
from parcours.web.deps import Acting, Deed, Reading, RecordedReading, Visit
from parcours.web.labels import LEARNER_LABELS as LABELS

router = APIRouter(prefix="/apprenants")


@router.get("")
def learner_list(
    visit: RecordedReading,
    q: str = "",
    situation: str = "",
    programme: str = "",
    quartier: str = "",
    qui: str = "",
    apres: str = "",
) -> Response:
    """The list; every filter is in the address."""
    require(visit.actor, Capability.READ_LEARNERS)
    filters = _filters(q, situation, programme, quartier, qui)
    after = people.place_after(visit.session, visit.actor, apres, today=visit.today)
    found = store.learners(visit.session, visit.actor, filters, today=visit.today, after=after)
    audit.record_listing(visit.session, visit.actor, "learner", len(found.rows))
    query = {"q": q, "situation": situation, "programme": programme, "quartier": quartier}
    query |= {"qui": qui}
    context = _list_context(visit, found, {key: text for key, text in query.items() if text})
    return pages.page(visit, "learners/list.html", context, fragment="results")


@router.get("/nouveau")
def new_learner(visit: Reading) -> Response:
    """An empty form."""
    require(visit.actor, Capability.WRITE_LEARNERS)
    values = dict.fromkeys((*LABELS, *POINT), "") | {"receives_rsa": None, "criteria": ()}
    return _form_page(visit, values)


@router.post("")
def create(deed: Acting) -> Response:
    """Enter a person; look-alikes in sight are shown before anything is created."""
    if answer := pages.earlier_answer(deed):
        return answer
    values = typed(deed.form)
    try:
        facts = _facts(deed)
        is_another = deed.form.text("is_another") == "oui"
        learner = learners.create_learner(
            deed.session, deed.actor, facts, today=deed.today, is_another=is_another
        )
    except RuleBroken as refusal:
        pages.undo(deed)
        return _refused(deed, values, refusal)
    return pages.done_once(
        deed, f"/apprenants/{learner.id}", "Fiche créée. Ouvrez maintenant son parcours."
    )


@router.get("/{learner_id}/modifier")
def edit_form(visit: RecordedReading, learner_id: int) -> Response:
    """The form filled with what is known."""
    require(visit.actor, Capability.WRITE_LEARNERS)
    learner = visibility.own_learner(visit.session, visit.actor, learner_id, today=visit.today)
    audit.record_reading(visit.session, visit.actor, "learner", learner_id)
    facts = learners.facts_of(visit.session, learner)
    return _form_page(visit, stored(facts), learner_id=learner_id, version=learner.version)


@router.post("/{learner_id}/modifier")
def edit(deed: Acting, learner_id: int) -> Response:
    """Correct the file; what somebody else changed meanwhile is never overwritten in silence."""
    values, version = typed(deed.form), deed.form.integer("version") or 0
    try:
        facts = _facts(deed)
        learners.edit_learner(
            deed.session, deed.actor, learner_id, facts, version=version, today=deed.today
        )
    except RuleBroken as refusal:
        pages.undo(deed)
        return _refused(deed, values, refusal, learner_id=learner_id, version=version)
    except EditConflict as conflict:
        pages.undo(deed)
        return _conflict(deed, learner_id, values, conflict)
    return pages.done(f"/apprenants/{learner_id}", "Fiche enregistrée.")


@router.post("/{learner_id}/referent")
def take_up(deed: Acting, learner_id: int) -> Response:
    """« Je l’accompagne »."""
    referents.take_up(deed.session, deed.actor, learner_id, today=deed.today)
    return pages.done(f"/apprenants/{learner_id}", "C’est noté : vous accompagnez cette personne.")


@router.post("/{learner_id}/referent/fin")
def let_go(deed: Acting, learner_id: int) -> Response:
    """« Je ne l’accompagne plus »: whoever did before does again."""
    referents.let_go(deed.session, deed.actor, learner_id, today=deed.today)
    return pages.done(f"/apprenants/{learner_id}", "C’est noté : vous ne l’accompagnez plus.")


def _filters(q: str, situation: str, programme: str, quartier: str, qui: str) -> store.Filters:
    return store.Filters(
        words=store.read_words(q),
        standing=situation if situation in dict(STANDINGS) else "",
        programme=int(programme) if programme.isdecimal() else None,
        district=quartier if quartier in dict(DISTRICTS) else "",
        mine=qui == "moi",
        own=qui == "structure",
    )


def _list_context(visit: Visit, found: store.Page, query: dict[str, str]) -> dict[str, Any]:
    last = found.rows[-1] if found.has_more else None
    following = {**query, "apres": str(last.learner_id)} if last else None
    is_filtered = bool(query)
    return {
        "rows": [shown(row, visit.today) for row in found.rows],
        "total": found.total,
        "query": query,
        "is_filtered": is_filtered,
        "page_size": store.PAGE_SIZE,
        "next_url": f"/apprenants?{urlencode(following)}" if following else "",
        "is_first": "apres" not in visit.request.query_params,
        "first_url": f"/apprenants?{urlencode(query)}" if query else "/apprenants",
        "standings": STANDINGS,
        "districts": DISTRICTS,
        "programmes": store.programmes(visit.session),
        "can_write": visit.actor.can(Capability.WRITE_LEARNERS),
    }


def _facts(deed: Deed) -> LearnerFacts:
    """What was typed, its commune as the official list writes it, its district by the point."""
    facts = read_learner(deed.form, today=deed.today)
    point = read_point(deed.form)
    return addresses.placed(deed.session, facts, point)


def _form_page(
    visit: Visit,
    values: dict[str, Any],
    *,
    learner_id: int | None = None,
    version: int = 0,
    errors: dict[str, str] | None = None,
    found: list[LookAlike] | None = None,
    status: int = 200,
) -> Response:
    context = {
        "values": values,
        "errors": errors or {},
        "labels": LABELS | POINT,
        "choices": choices(),
        "learner_id": learner_id,
        "version": version,
        "found": found or [],
    }
    return pages.page(visit, "learners/form.html", context, status=status)


def _refused(
    deed: Visit,
    values: dict[str, Any],
    refusal: RuleBroken,
    *,
    learner_id: int | None = None,
    version: int = 0,
) -> Response:
    return _form_page(
        deed,
        values,
        learner_id=learner_id,
        version=version,
        errors=refusal.errors,
        found=refusal.found if isinstance(refusal, LookAlikes) else None,
        status=422,
    )


def _conflict(
    deed: Visit, learner_id: int, values: dict[str, Any], conflict: EditConflict
) -> Response:
    learner = visibility.own_learner(deed.session, deed.actor, learner_id, today=deed.today)
    context = {
        "values": values,
        "labels": LABELS | POINT,
        "choices": choices(),
        "errors": {},
        "learner_id": learner_id,
        "version": learner.version,
        "theirs": conflict.theirs,
        "mine": conflict.mine,
        "who": conflict.who,
    }
    return pages.page(deed, "learners/conflict.html", context, status=409)
