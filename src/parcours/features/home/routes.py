"""Ma journée: for each role, what waits, each count opening exactly its list."""

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from parcours import audit
from parcours.actions import continuity, worklists
from parcours.actions.agreements import list_agreements
from parcours.domain.access import Capability, Role
from parcours.features.home import store
from parcours.web import pages
from parcours.web.breaks import shown_break
from parcours.web.deps import RecordedReading, Visit
from parcours.web.words import in_words

router = APIRouter()

SHOWN_BREAKS = 6
SHOWN_ROWS = 6


@router.get("/")
def my_day(visit: RecordedReading) -> Response:
    """The first page of the day."""
    if visit.actor.role is Role.FUNDER:
        rows = list_agreements(visit.session, visit.actor)
        return pages.page(visit, "home/funder.html", {"agreements": rows, "title": _hello(visit)})
    if not visit.actor.can(Capability.READ_LEARNERS):
        members = store.members(visit.session, visit.actor)
        return pages.page(visit, "home/admin.html", {"members": members, "title": _hello(visit)})
    return pages.page(visit, "home/my_day.html", _my_day(visit))


def _my_day(visit: Visit) -> dict[str, Any]:
    session, actor, today = visit.session, visit.actor, visit.today
    rows = worklists.breaks(session, actor, today=today)[:SHOWN_BREAKS]
    starts = worklists.unconfirmed_starts(session, actor, today=today)
    half_days = (
        worklists.untaken_half_days(session, actor, today=today)
        if actor.can(Capability.MARK_ATTENDANCE)
        else []
    )
    count = continuity.count_to_avoid(session, actor, today=today)
    audit.record_listing(session, actor, "day", len(rows) + len(starts))
    return {
        "title": _title(visit, count),
        "breaks": [shown_break(row, today) for row in rows],
        "break_count": count,
        "menu_counts": {"/ruptures": count},
        "starts": starts[:SHOWN_ROWS],
        "start_count": len(starts),
        "half_days": half_days[:SHOWN_ROWS],
        "half_day_count": len(half_days),
        "can_mark": actor.can(Capability.MARK_ATTENDANCE),
        "exit_count": worklists.count_exits_to_complete(session, actor, today=today),
    }


def _title(visit: Visit, count: int) -> str:
    if count == 0:
        return f"{_hello(visit)} Personne ne risque de tomber entre deux étapes."
    if count == 1:
        return f"{_hello(visit)} Une personne risque de tomber entre deux étapes."
    number = in_words(count).capitalize() if count < continuity.COUNT_LIMIT else "Plus de 99"
    return f"{_hello(visit)} {number} personnes risquent de tomber entre deux étapes."


def _hello(visit: Visit) -> str:
    return f"Bonjour {visit.actor.name.split()[0]}."
