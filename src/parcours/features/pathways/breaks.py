"""Ruptures: who is about to fall between two steps, and starts nobody confirmed."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.responses import Response

from parcours import audit
from parcours.actions import breaks as worklist
from parcours.actions import worklists
from parcours.actions.breaks import BreakFilters, BreakRow, Coming
from parcours.actions.continuity import COUNT_LIMIT
from parcours.actions.worklists import StartFilters, UnconfirmedStart, unconfirmed_starts
from parcours.domain.access import Capability, require
from parcours.domain.words import DistrictStatus
from parcours.features.pathways import store
from parcours.web import pages
from parcours.web.breaks import shown_break
from parcours.web.deps import RecordedReading, Visit
from parcours.web.paging import after_day, written
from parcours.web.words import plural

router = APIRouter()
COMING = (
    (Coming.BROKEN.value, "Déjà rompus"),
    (Coming.WITHIN_WEEK.value, "Dans les 7 jours"),
    (Coming.WITHIN_MONTH.value, "Dans les 30 jours"),
)
NAMES = ("portee", "qui", "programme", "partenaire", "quartier", "quand")
DISTRICTS = [(status.value, status.label) for status in DistrictStatus]
START_NAMES = ("qui", "programme", "quartier")
SHOWN_STARTS = 6


@router.get("/ruptures")
def breaks(visit: RecordedReading, apres: str = "") -> Response:
    """The worklist, by days left."""
    require(visit.actor, Capability.SEE_CONTINUITY)
    query = {name: visit.request.query_params.get(name, "") for name in NAMES}
    rows, whole = worklist.page_of_breaks(
        visit.session, visit.actor, _filters(query), today=visit.today, after=after_day(apres)
    )
    starts = unconfirmed_starts(
        visit.session, visit.actor, _start_filters(query), today=visit.today, most=SHOWN_STARTS + 1
    )
    audit.record_listing(visit.session, visit.actor, "gap", len(rows) + len(starts))
    context = _context(visit, rows, whole, query) | _first_starts(starts, query)
    return pages.page(visit, "pathways/breaks.html", context)


def _first_starts(starts: list[UnconfirmedStart], query: dict[str, str]) -> dict[str, Any]:
    return {
        "starts": starts[:SHOWN_STARTS],
        "starts_url": _address("/ruptures/debuts", query, START_NAMES) if starts else "",
        "has_more_starts": len(starts) > SHOWN_STARTS,
        "starts_are_filtered": any(query[name] for name in START_NAMES),
    }


@router.get("/ruptures/debuts")
def starts_to_confirm(visit: RecordedReading, apres: str = "") -> Response:
    """The starts nobody confirmed, the oldest first."""
    require(visit.actor, Capability.SEE_CONTINUITY)
    query = {name: visit.request.query_params.get(name, "") for name in START_NAMES}
    rows = unconfirmed_starts(
        visit.session, visit.actor, _start_filters(query), today=visit.today, after=after_day(apres)
    )
    audit.record_listing(visit.session, visit.actor, "start", len(rows))
    return pages.page(visit, "pathways/starts.html", _starts_context(visit, rows, query))


def _starts_context(
    visit: Visit, rows: list[UnconfirmedStart], query: dict[str, str]
) -> dict[str, Any]:
    page, more = rows[: worklists.PAGE_SIZE], rows[worklists.PAGE_SIZE :]
    last = (page[-1].planned_start_on, page[-1].step_id) if more else None
    return {
        "starts": page,
        "next_url": _address("/ruptures/debuts", query, START_NAMES, last) if last else "",
        "query": query,
        "is_filtered": any(query.values()),
        "districts": DISTRICTS,
        "programmes": store.every_programme(visit.session),
    }


def _start_filters(query: dict[str, str]) -> StartFilters:
    return StartFilters(
        mine=query["qui"] == "moi",
        programme=_number(query["programme"]),
        district=_district(query["quartier"]),
    )


def _district(text: str) -> DistrictStatus | None:
    return DistrictStatus(text) if text in set(DistrictStatus) else None


def _address(
    path: str,
    query: dict[str, str],
    names: tuple[str, ...],
    after: tuple[date, int] | None = None,
) -> str:
    """A list’s address: the filters in use, and where its page begins."""
    kept = {name: query[name] for name in names if query[name]}
    if after:
        kept["apres"] = written(after)
    return f"{path}?{urlencode(kept)}" if kept else path


def _filters(query: dict[str, str]) -> BreakFilters:
    """What an address asks for; words it does not know ask for nothing."""
    coming = query["quand"]
    return BreakFilters(
        everywhere=query["portee"] == "toutes",
        mine=query["qui"] == "moi",
        programme=_number(query["programme"]),
        partner=_number(query["partenaire"]),
        district=_district(query["quartier"]),
        coming=Coming(coming) if coming in set(Coming) else Coming.ALL,
    )


def _total(number: int) -> str:
    return "plus de 99 personnes" if number >= COUNT_LIMIT else plural(number, "personne")


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 10 else None


def _context(
    visit: Visit, rows: list[BreakRow], whole: int, query: dict[str, str]
) -> dict[str, Any]:
    page, more = rows[: worklist.PAGE_SIZE], rows[worklist.PAGE_SIZE :]
    last = (page[-1].breaks_on, page[-1].pathway_id) if more else None
    return {
        "rows": [shown_break(row, visit.today) for row in page],
        "total": _total(whole),
        "next_url": _address("/ruptures", query, NAMES, last) if last else "",
        "query": query,
        "is_filtered": any(query.values()),
        "coming": COMING,
        "districts": DISTRICTS,
        **store.break_filters(visit.session, visit.actor, visit.today),
    }
