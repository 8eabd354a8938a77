"""The charter of professionals: read, accepted, and by whom in one’s organisation."""

from fastapi import APIRouter
from starlette.responses import Response

from parcours.actions.charter import accept_charter
from parcours.domain.access import Capability, require
from parcours.domain.partners import CHARTER_VERSION
from parcours.features.partners.charter_store import acceptances, accepted_at
from parcours.web import pages
from parcours.web.deps import Acting, Reading

router = APIRouter(prefix="/charte")


@router.get("")
def charter(visit: Reading) -> Response:
    """The text in force, and since when one accepts it."""
    context = {
        "version": CHARTER_VERSION,
        "accepted_at": accepted_at(visit.session, visit.actor, CHARTER_VERSION),
        "may_see": visit.actor.can(Capability.SEE_CHARTER),
    }
    return pages.page(visit, "partners/charter.html", context)


@router.post("")
def accept(deed: Acting) -> Response:
    """Accept the version one has read."""
    accept_charter(deed.session, deed.actor, version=deed.form.integer("version") or 0)
    return pages.done("/charte", "Charte acceptée. Merci.")


@router.get("/acceptations")
def acceptance_list(visit: Reading) -> Response:
    """Who accepted, among those who act for one’s organisation."""
    require(visit.actor, Capability.SEE_CHARTER)
    rows = acceptances(visit.session, visit.actor, CHARTER_VERSION, today=visit.today)
    context = {
        "rows": rows,
        "version": CHARTER_VERSION,
        "missing": sum(row.accepted_at is None for row in rows),
    }
    return pages.page(visit, "partners/acceptances.html", context)
