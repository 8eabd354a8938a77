"""Ruptures: who is about to fall between two steps, and starts nobody confirmed."""

from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.responses import Response

from parcours import audit
from parcours.actions import breaks as worklist
from parcours.actions.breaks import BreakFilters, BreakRow, Coming
from parcours.actions.worklists import unconfirmed_starts
from parcours.domain.access import Capability, require
from parcours.domain.words import DistrictStatus
from parcours.features.pathways import store
from parcours.web import pages
from parcours.web.breaks import shown_break
from parcours.web.deps import RecordedReading, Visit
from parcours.web.paging import after_day, written

router = APIRouter()
COMING = (
    (Coming.BROKEN.value, "Déjà rompus"),
    (Coming.WITHIN_WEEK.value, "Dans les 7 jours"),
    (Coming.WITHIN_MONTH.value, "Dans les 30 jours"),
)
NAMES = ("portee", "qui", "programme", "partenaire", "quartier", "quand")


@router.get("/ruptures")
def breaks(visit: RecordedReading, apres: str = "") -> Response:
    """The worklist, by days left."""
    require(visit.actor, Capability.SEE_CONTINUITY)
    query = {name: visit.request.query_params.get(name, "") for name in NAMES}
    rows = worklist.breaks(
        visit.session, visit.actor, _filters(query), today=visit.today, after=after_day(apres)
    )
    starts = unconfirmed_starts(visit.session, visit.actor, today=visit.today)
    audit.record_listing(visit.session, visit.actor, "gap", len(rows) + len(starts))
    context = _context(visit, rows, query) | {"starts": starts}
    return pages.page(visit, "pathways/breaks.html", context)


def _filters(query: dict[str, str]) -> BreakFilters:
    """What an address asks for; words it does not know ask for nothing."""
    district, coming = query["quartier"], query["quand"]
    return BreakFilters(
        everywhere=query["portee"] == "toutes",
        mine=query["qui"] == "moi",
        programme=_number(query["programme"]),
        partner=_number(query["partenaire"]),
        district=DistrictStatus(district) if district in set(DistrictStatus) else None,
        coming=Coming(coming) if coming in set(Coming) else Coming.ALL,
    )


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 10 else None


def _context(visit: Visit, rows: list[BreakRow], query: dict[str, str]) -> dict[str, Any]:
    page, more = rows[: worklist.PAGE_SIZE], rows[worklist.PAGE_SIZE :]
    kept = {key: text for key, text in query.items() if text}
    last = page[-1] if more else None
    after = {**kept, "apres": written((last.breaks_on, last.pathway_id))} if last else {}
    return {
        "rows": [shown_break(row, visit.today) for row in page],
        "page_size": worklist.PAGE_SIZE,
        "next_url": f"/ruptures?{urlencode(after)}" if after else "",
        "query": query,
        "is_filtered": bool(kept),
        "coming": COMING,
        "districts": [(status.value, status.label) for status in DistrictStatus],
        **store.break_filters(visit.session),
    }
