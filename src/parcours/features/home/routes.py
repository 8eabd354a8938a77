"""Ma journée: for each role, what waits, each count opening exactly its list."""

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from parcours import audit
from parcours.actions import waiting, worklists
from parcours.actions.agreements import list_agreements
from parcours.actions.appointments import appointments_between
from parcours.actions.breaks import breaks
from parcours.actions.continuity import COUNT_LIMIT
from parcours.domain.access import Capability, Role
from parcours.domain.identity import shown_name
from parcours.features.home import store
from parcours.features.home.tiles import ORDER, tiles
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
        return pages.page(visit, "home/funder.html", _funding(visit))
    if not visit.actor.can(Capability.READ_LEARNERS):
        return pages.page(visit, "home/admin.html", _administration(visit))
    return pages.page(visit, "home/my_day.html", _my_day(visit))


def _funding(visit: Visit) -> dict[str, Any]:
    rows = list_agreements(visit.session, visit.actor)
    found = tiles(visit.actor.role, {"agreements": len(rows)}, visit.today)
    return {"title": _hello(visit), "agreements": rows, "tiles": found}


def _administration(visit: Visit) -> dict[str, Any]:
    role = visit.actor.role
    counts = waiting.waiting(visit.session, visit.actor, ORDER[role], today=visit.today)
    return {
        "title": _hello(visit),
        "members": store.members(visit.session, visit.actor),
        "tiles": tiles(role, counts, visit.today),
    }


def _my_day(visit: Visit) -> dict[str, Any]:
    session, actor, today = visit.session, visit.actor, visit.today
    counts = waiting.waiting(session, actor, ORDER[actor.role], today=today)
    rows = breaks(session, actor, today=today, most=SHOWN_BREAKS)
    starts = worklists.unconfirmed_starts(session, actor, today=today, most=SHOWN_ROWS)
    half_days = (
        worklists.untaken_half_days(session, actor, today=today, most=SHOWN_ROWS)
        if actor.can(Capability.MARK_ATTENDANCE)
        else []
    )
    meetings = _meetings(visit)
    audit.record_listing(session, actor, "day", len(rows) + len(starts) + len(meetings))
    return {
        "title": _title(visit, counts["breaks"]),
        "tiles": tiles(actor.role, counts, today),
        "breaks": [shown_break(row, today) for row in rows],
        "menu_counts": waiting.menu(counts),
        "starts": starts,
        "half_days": half_days,
        "can_mark": actor.can(Capability.MARK_ATTENDANCE),
        "can_write": actor.can(Capability.WRITE_STEPS),
        "meetings": meetings,
    }


def _meetings(visit: Visit) -> list[tuple[Any, str]]:
    """One’s appointments of the day, with the name of the person."""
    rows = appointments_between(
        visit.session,
        visit.actor,
        visit.today,
        visit.today,
        today=visit.today,
        mine=True,
        most=SHOWN_ROWS,
    )
    return [
        (row, shown_name(row.birth_name, row.first_names or "", row.usage_name))
        if row.birth_name
        else (row, "")
        for row in rows
    ]


def _title(visit: Visit, count: int) -> str:
    if count == 0:
        return f"{_hello(visit)} Personne ne risque de tomber entre deux étapes."
    if count == 1:
        return f"{_hello(visit)} Une personne risque de tomber entre deux étapes."
    number = in_words(count).capitalize() if count < COUNT_LIMIT else "Plus de 99"
    return f"{_hello(visit)} {number} personnes risquent de tomber entre deux étapes."


def _hello(visit: Visit) -> str:
    return f"Bonjour {visit.actor.name.split()[0]}."
