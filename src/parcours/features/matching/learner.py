"""What a learner looks for, and the needs that would suit them."""

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from parcours.actions import job_searches
from parcours.actions.files import open_file
from parcours.actions.match_offers import Offers, needs_for
from parcours.domain.access import Capability
from parcours.domain.errors import EditConflict, RuleBroken
from parcours.domain.job_search import QUESTIONS, SaidBy
from parcours.domain.matching_ranking import Pile, Wish
from parcours.features.matching import forms, showing, store
from parcours.models import visibility
from parcours.web import pages
from parcours.web.deps import Acting, Deed, RecordedReading, Visit
from parcours.web.learner_file import top

router = APIRouter(prefix="/apprenants/{learner_id}")


@router.get("/recherche")
def search_form(visit: RecordedReading, learner_id: int) -> Response:
    """What the person looks for, to read and to change."""
    return _search_page(visit, learner_id)


@router.post("/recherche")
def set_search(deed: Acting, learner_id: int) -> Response:
    """Write the answers; what is left empty stays unknown."""
    typed = forms.typed_search(deed.form)
    try:
        _set_search(deed, learner_id)
    except RuleBroken as refusal:
        pages.undo(deed)
        return _search_page(deed, learner_id, typed, errors=refusal.errors,
                            version=deed.form.integer("version"))  # fmt: skip
    except EditConflict:
        pages.undo(deed)
        return _search_page(deed, learner_id, typed, is_conflict=True)
    return pages.done(f"/apprenants/{learner_id}/recherche", "Recherche enregistrée.")


@router.get("/besoins")
def needs_of_learner(visit: RecordedReading, learner_id: int, debut: str = "") -> Response:
    """The open needs, compared with this person alone: no rank among people, nobody else."""
    opened = open_file(visit.session, visit.actor, learner_id, today=visit.today, page="needs")
    offers = needs_for(visit.session, visit.actor, learner_id, today=visit.today)
    start = int(debut) if debut.isascii() and debut.isdecimal() and len(debut) < 9 else 0
    rows = _rows(offers)
    page = rows[start : start + showing.PAGE_SIZE]
    heads = store.heads(visit.session, [int(row.candidate.ref) for row in page])
    shown = [(row.candidate, number := int(row.candidate.ref), heads[number]) for row in page]
    context = top(visit, opened, "/emploi") | {
        "rows": [(found, head, offers.answers[number]) for found, number, head in shown],
        **_paging(start, len(page), len(rows)),
        "compared": offers.needs,
        "tones": showing.TONES,
        "question": showing.question,
    }
    return pages.page(visit, "matching/needs.html", context)


def _paging(start: int, shown: int, total: int) -> dict[str, int]:
    is_last = start + shown >= total
    return {"start": start, "total": total, "next_start": 0 if is_last else start + shown}


@router.get("/besoins/{need_id}")
def wish_form(visit: RecordedReading, learner_id: int, need_id: int) -> Response:
    """What the person says of one need."""
    return _wish_page(visit, learner_id, need_id)


@router.post("/besoins/{need_id}/souhait")
def set_wish(deed: Acting, learner_id: int, need_id: int) -> Response:
    """Write it; a refusal removes the proposal."""
    typed = {name: deed.form.text(name) for name in ("wish", "distance_km", "said_by")}
    try:
        _set_wish(deed, learner_id, need_id)
    except RuleBroken as refusal:
        pages.undo(deed)
        return _wish_page(deed, learner_id, need_id, typed, errors=refusal.errors,
                          version=deed.form.integer("version"))  # fmt: skip
    except EditConflict:
        pages.undo(deed)
        return _wish_page(deed, learner_id, need_id, typed, is_conflict=True)
    return pages.done(f"/apprenants/{learner_id}/besoins", "Souhait enregistré.")


def _rows(offers: Offers) -> list[Any]:
    ranking = offers.ranking
    return [row for pile in Pile for row in ranking.pile(pile)]


def _search_page(
    visit: Visit,
    learner_id: int,
    typed: forms.Typed | None = None,
    *,
    errors: dict[str, str] | None = None,
    version: int | None = None,
    is_conflict: bool = False,
) -> Response:
    opened = open_file(visit.session, visit.actor, learner_id, today=visit.today, page="search")
    search, stored = job_searches.search_of(visit.session, learner_id)
    context = top(visit, opened, "/emploi") | {
        "values": typed or forms.search_values(search),
        "version": stored if version is None else version,
        "sayings": job_searches.sayings_of(visit.session, learner_id),
        "questions": QUESTIONS.values(),
        "contracts": forms.contract_choices(),
        "forms": forms,
        "labels": forms.LABELS,
        "errors": errors or {},
        "is_conflict": is_conflict,
        "can_change": visit.actor.can(Capability.WRITE_LEARNERS),
    }
    status = 409 if is_conflict else 422 if errors else 200
    return pages.page(visit, "matching/search.html", context, status=status)


def _wish_page(
    visit: Visit,
    learner_id: int,
    need_id: int,
    typed: dict[str, str] | None = None,
    *,
    errors: dict[str, str] | None = None,
    version: int | None = None,
    is_conflict: bool = False,
) -> Response:
    opened = open_file(visit.session, visit.actor, learner_id, today=visit.today, page="wish")
    visibility.need(visit.session, visit.actor, need_id)
    row = job_searches.wish_of(visit.session, learner_id, need_id)
    distance = row.distance_km if row else None
    values = {
        "wish": (row.wish if row else Wish.UNSAID).value,
        "distance_km": "" if distance is None else str(distance),
        "said_by": (row.said_by if row else SaidBy.PERSON).value,
    }
    context = top(visit, opened, "/emploi") | {
        "head": store.heads(visit.session, [need_id])[need_id],
        "wish": row,
        "values": typed or values,
        "version": (row.version if row else 0) if version is None else version,
        "forms": forms,
        "labels": forms.LABELS,
        "errors": errors or {},
        "is_conflict": is_conflict,
        "can_change": visit.actor.can(Capability.WRITE_LEARNERS),
    }
    status = 409 if is_conflict else 422 if errors else 200
    return pages.page(visit, "matching/wish.html", context, status=status)


def _set_search(deed: Deed, learner_id: int) -> None:
    search = forms.read_search(deed.form, today=deed.today)
    said_by = deed.form.word("said_by", SaidBy) or SaidBy.PERSON
    version = deed.form.integer("version") or 0
    deed.form.check()
    job_searches.set_search(
        deed.session, deed.actor, learner_id, search, said_by=said_by, version=version,
        today=deed.today,
    )  # fmt: skip


def _set_wish(deed: Deed, learner_id: int, need_id: int) -> None:
    wish = deed.form.word("wish", Wish) or Wish.UNSAID
    distance = deed.form.integer("distance_km")
    said_by = deed.form.word("said_by", SaidBy) or SaidBy.PERSON
    version = deed.form.integer("version") or 0
    deed.form.check()
    job_searches.set_wish(
        deed.session, deed.actor, learner_id, need_id, wish, distance_km=distance,
        said_by=said_by, version=version, today=deed.today,
    )  # fmt: skip
