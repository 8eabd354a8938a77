"""The quality of an agreement or a cohort: what is missing and why, and each list to fill in."""

from collections import defaultdict
from typing import Any

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from parcours import audit
from parcours.actions import quality
from parcours.domain.errors import EditConflict, NotFound, RuleBroken
from parcours.domain.quality import Delay, Lack
from parcours.features.quality import drawing, fields, listing
from parcours.features.quality.places import SLUG_OF, SLUGS, Place, agreement_place, cohort_place
from parcours.web import pages
from parcours.web.deps import Acting, Deed, RecordedReading, Visit

router = APIRouter()


@router.get("/conventions/{agreement_id}/qualite")
def of_agreement(visit: RecordedReading, agreement_id: int) -> Response:
    """What is missing among the people of an agreement."""
    return _page(visit, agreement_place(visit, agreement_id))


@router.get("/promotions/{cohort_id}/qualite")
def of_cohort(visit: RecordedReading, cohort_id: int) -> Response:
    """What is missing among the people of a cohort."""
    return _page(visit, cohort_place(visit, cohort_id))


@router.get("/conventions/{agreement_id}/qualite/{slug}")
def rows_of_agreement(
    visit: RecordedReading, agreement_id: int, slug: str, apres: str = "", fait: str = ""
) -> Response:
    """Who lacks one thing in an agreement, each with the field to fill."""
    return _list(visit, agreement_place(visit, agreement_id), slug, apres, fait)


@router.get("/promotions/{cohort_id}/qualite/{slug}")
def rows_of_cohort(
    visit: RecordedReading, cohort_id: int, slug: str, apres: str = "", fait: str = ""
) -> Response:
    """Who lacks one thing in a cohort, each with the field to fill."""
    return _list(visit, cohort_place(visit, cohort_id), slug, apres, fait)


@router.post("/conventions/{agreement_id}/qualite/{slug}/{key}")
def mend_in_agreement(deed: Acting, agreement_id: int, slug: str, key: int) -> Response:
    """Fill the field of a row, and go on with the list of the agreement."""
    return _mend(deed, agreement_place(deed, agreement_id), slug, key)


@router.post("/promotions/{cohort_id}/qualite/{slug}/{key}")
def mend_in_cohort(deed: Acting, cohort_id: int, slug: str, key: int) -> Response:
    """Fill the field of a row, and go on with the list of the cohort."""
    return _mend(deed, cohort_place(deed, cohort_id), slug, key)


def _page(visit: Visit, place: Place) -> Response:
    found = quality.judged(visit.session, place.scope, as_of=visit.today)
    audit.record_listing(visit.session, visit.actor, "quality", found.people)
    missing = [item for item in found.missing if item.among]
    context = {
        "place": place,
        "found": found,
        "total": sum(item.count for item in missing),
        "missing": [
            (item, place.list_url(item.lack), fields.may_mend(visit.actor, item.lack))
            for item in missing
        ],
        "cohorts": _cohorts(place, found),
        "delays": _delays(found.delays),
    }
    return pages.page(visit, "quality/quality.html", context)


def _cohorts(place: Place, found: quality.Quality) -> list[tuple[str, str, int, int | None]]:
    """By cohort, how much is missing; a cohort’s own page has no need of it."""
    if place.scope.cohort_id is not None:
        return []
    return [
        (name, f"/promotions/{key}/qualite", sum(tally.lacks.values()), tally.complete)
        for key, name in sorted(found.names.items(), key=lambda pair: pair[1])
        if (tally := found.cohorts.get(key)) is not None
    ]


def _delays(delays: list[Delay]) -> list[tuple[Delay, list[Delay], Any]]:
    """By kind of fact: all months, each month, and their picture."""
    months: dict[str, list[Delay]] = defaultdict(list)
    for item in delays:
        if item.month is not None:
            months[item.fact].append(item)
    return [
        (item, months[item.fact], drawing.picture(months[item.fact]))
        for item in delays
        if item.month is None
    ]


def _list(visit: Visit, place: Place, slug: str, after: str, done: str) -> Response:
    lack = _lack(slug)
    shown = listing.page(visit, place, lack, after)
    audit.record_listing(visit.session, visit.actor, "quality_rows", len(shown["rows"]))
    context = {**shown, "is_done": done == "oui", "errors": {}, "conflict": None, "wrong": 0}
    return pages.page(visit, "quality/list.html", context, fragment="liste")


def _mend(deed: Deed, place: Place, slug: str, key: int) -> Response:
    lack, after = _lack(slug), deed.form.text("apres", limit=40)
    if lack not in fields.FIELDS:
        raise NotFound
    typed = fields.typed(deed.form, lack)
    try:
        fields.mend(deed, lack, key)
    except (RuleBroken, EditConflict) as refusal:
        pages.undo(deed)
        return _refused(deed, place, lack, key, typed, refusal)
    here = f"{place.home}/{SLUG_OF[lack]}?apres={after}&fait=oui#liste"
    return RedirectResponse(here, status_code=303)


def _refused(
    deed: Deed,
    place: Place,
    lack: Lack,
    key: int,
    typed: dict[str, str],
    refusal: RuleBroken | EditConflict,
) -> Response:
    """The list again, at the same place, with what was typed on its row."""
    shown = listing.page(deed, place, lack, deed.form.text("apres", limit=40))
    row = listing.row_of(deed, place, lack, key, shown["rows"], typed)
    is_conflict = isinstance(refusal, EditConflict)
    context = {
        **shown,
        "rows": [row if item.item.key == key else item for item in shown["rows"]],
        "is_done": False,
        "conflict": row if is_conflict else None,
        "errors": {} if isinstance(refusal, EditConflict) else refusal.errors,
        "wrong": key,
    }
    status = 409 if is_conflict else 422
    return pages.page(deed, "quality/list.html", context, fragment="liste", status=status)


def _lack(slug: str) -> Lack:
    if slug not in SLUGS:
        raise NotFound
    return SLUGS[slug]
