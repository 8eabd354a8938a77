"""Territoire: what is covered, who waits between whom, and where people go."""

from datetime import date, timedelta
from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from parcours import audit
from parcours.actions.territory import Continuity, continuities
from parcours.actions.territory_selection import Filters, beside
from parcours.domain.access import Capability, require
from parcours.domain.territory import Standing
from parcours.domain.words import DistrictStatus
from parcours.features.territory import store
from parcours.features.territory.drawing import drawn
from parcours.features.territory.secrecy import relay_tile, secret_of, tells_of_few
from parcours.features.territory.showing import flow_rows, pair_rows, total
from parcours.web import pages
from parcours.web.deps import RecordedReading, Visit

router = APIRouter()
# The page as it opens.
USUAL = {"programme": "", "quartier": "", "periode": ""}
# Pathways opened in the last so many days; by default, two years.
PERIODS = {"6-mois": 183, "1-an": 365, "": 730, "tout": None}


@router.get("/territoire")
def territory(
    visit: RecordedReading, programme: str = "", quartier: str = "", periode: str = ""
) -> Response:
    """The figures of the pathways one’s organisation sees."""
    require(visit.actor, Capability.SEE_TERRITORY)
    query = {"programme": programme, "quartier": quartier, "periode": periode}
    filters = _filters(query, visit.today)
    asked = [filters, *beside(filters, _starts(visit.today), _filters(USUAL, visit.today))]
    found, *others = continuities(visit.session, visit.actor, asked, today=visit.today)
    audit.record_listing(visit.session, visit.actor, "territory", found.pathways)
    context = _shown(visit, found, others) | {"query": query}
    return pages.page(visit, "territory/territory.html", context)


def _shown(visit: Visit, found: Continuity, others: list[Continuity]) -> dict[str, Any]:
    names = store.names(visit.session, _organisations(found))
    limits = visit.request.app.state.settings.thresholds
    secret = secret_of(found, others, limits)
    flows = flow_rows(found, secret, names)
    return {
        "programmes": store.programmes(visit.session),
        "districts": [(status.value, status.label) for status in DistrictStatus],
        "found": found,
        "is_too_near": tells_of_few(found, others, limits),
        "relays": relay_tile(found.relays, [other.relays for other in others], limits),
        "waiting": total(found, secret, Standing.WAITING),
        "lost": total(found, secret, Standing.LOST),
        "pairs": pair_rows(found, secret, names),
        "flows": flows,
        "drawing": drawn(flows),
    }


def _filters(query: dict[str, str], today: date) -> Filters:
    """What an address asks for; words it does not know ask for nothing."""
    programme, district = query["programme"], query["quartier"]
    return Filters(
        programme_id=int(programme) if programme.isdecimal() and len(programme) < 10 else None,
        district=DistrictStatus(district) if district in set(DistrictStatus) else None,
        opened_from=_start(query["periode"], today),
    )


def _start(period: str, today: date) -> date | None:
    days = PERIODS.get(period, PERIODS[""])
    return today - timedelta(days=days) if days else None


def _starts(today: date) -> list[date | None]:
    return [_start(period, today) for period in PERIODS]


def _organisations(found: Continuity) -> set[int]:
    ids = {number for pair in found.pairs for number in pair if number is not None}
    for flow in found.flows:
        ids |= {place.organisation_id for place in flow if isinstance(place, tuple)}
    return ids
