"""Territoire: what is covered, who waits between whom, and where people go."""

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from parcours import audit
from parcours.actions.territory import Continuity, continuity_by
from parcours.domain.access import Capability, require
from parcours.domain.territory import Standing
from parcours.domain.territory_parts import half_years
from parcours.features.territory import store
from parcours.features.territory.choice import Choice, choice_of, options
from parcours.features.territory.drawing import drawn
from parcours.features.territory.secrecy import Secret, relay_tile, secret_of, secret_of_part
from parcours.features.territory.showing import flow_rows, pair_rows, pathways, total
from parcours.web import pages
from parcours.web.deps import RecordedReading, Visit

router = APIRouter()


@router.get("/territoire")
def territory(
    visit: RecordedReading, programme: str = "", quartier: str = "", periode: str = ""
) -> Response:
    """The figures of the pathways one’s organisation sees: all of them, or those of one part."""
    require(visit.actor, Capability.SEE_TERRITORY)
    query = {"programme": programme, "quartier": quartier, "periode": periode}
    programmes = store.programmes(visit.session)
    filters = options(programmes, visit.today)
    choice = choice_of(query, filters)
    context = {
        "filters": filters,
        "query": query,
        "choice": choice,
        "since": half_years(visit.today)[-1],
        **({} if choice.is_crossed else _figures(visit, choice)),
    }
    return pages.page(visit, "territory/territory.html", context)


def _figures(visit: Visit, choice: Choice) -> dict[str, Any]:
    """What is shown of everybody, or of the part chosen, its masks settled beside the others’."""
    whole, parts = continuity_by(
        visit.session, visit.actor, choice.dimension,
        since=half_years(visit.today)[-1], today=visit.today,
    )  # fmt: skip
    limits = visit.request.app.state.settings.thresholds
    found, secret = whole, None
    if choice.dimension:
        found = parts.get(choice.part, Continuity())
        secret = secret_of_part(choice.part, whole, parts, limits)
    elif whole.pathways >= limits.aggregated:
        secret = secret_of(whole, limits)
    audit.record_listing(visit.session, visit.actor, "territory", found.pathways)
    return {"secret": secret} | (_shown(visit, found, secret) if secret else {})


def _shown(visit: Visit, found: Continuity, secret: Secret) -> dict[str, Any]:
    names = store.names(visit.session, _organisations(found))
    flows = flow_rows(found, secret, names)
    return {
        "found": found,
        "pathways": pathways(found, secret),
        "relays": relay_tile(found.relays, secret),
        "waiting": total(found, secret, Standing.WAITING),
        "lost": total(found, secret, Standing.LOST),
        "pairs": pair_rows(found, secret, names),
        "flows": flows,
        "drawing": drawn(flows),
    }


def _organisations(found: Continuity) -> set[int]:
    ids = {number for pair in found.pairs for number in pair if number is not None}
    for flow in found.flows:
        ids |= {place.organisation_id for place in flow if isinstance(place, tuple)}
    return ids
