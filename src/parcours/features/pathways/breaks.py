"""Ruptures: who is about to fall between two steps, and starts nobody confirmed."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.responses import Response

from parcours import audit
from parcours.actions import worklists
from parcours.domain.access import Capability, require
from parcours.web import pages
from parcours.web.breaks import shown_break
from parcours.web.deps import RecordedReading
from parcours.web.paging import after_day, written

router = APIRouter()


@router.get("/ruptures")
def breaks(visit: RecordedReading, portee: str = "", qui: str = "", apres: str = "") -> Response:
    """The worklist, by days left."""
    require(visit.actor, Capability.SEE_CONTINUITY)
    rows = worklists.breaks(
        visit.session,
        visit.actor,
        today=visit.today,
        everywhere=portee == "toutes",
        mine=qui == "moi",
        after=after_day(apres),
    )
    starts = worklists.unconfirmed_starts(visit.session, visit.actor, today=visit.today)
    audit.record_listing(visit.session, visit.actor, "gap", len(rows) + len(starts))
    context = _context(rows, visit.today, {"portee": portee, "qui": qui}) | {"starts": starts}
    return pages.page(visit, "pathways/breaks.html", context)


def _context(rows: list[worklists.BreakRow], today: date, query: dict[str, str]) -> dict[str, Any]:
    page, more = rows[: worklists.PAGE_SIZE], rows[worklists.PAGE_SIZE :]
    kept = {key: text for key, text in query.items() if text}
    last = page[-1] if more else None
    after = {**kept, "apres": written((last.breaks_on, last.pathway_id))} if last else {}
    return {
        "rows": [shown_break(row, today) for row in page],
        "page_size": worklists.PAGE_SIZE,
        "next_url": f"/ruptures?{urlencode(after)}" if after else "",
        "query": query,
    }
