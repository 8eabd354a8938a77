"""How long a need stays up to date without a confirmation."""

from fastapi import APIRouter
from starlette.responses import Response

from parcours.actions import need_freshness
from parcours.domain.access import Capability, require
from parcours.domain.errors import RuleBroken
from parcours.domain.needs import REMINDER_BEFORE
from parcours.features.needs import employer_store as store
from parcours.web import pages
from parcours.web.deps import Acting, Reading, Visit

router = APIRouter(prefix="/reglages/besoins")


@router.get("")
def delay_page(visit: Reading) -> Response:
    """The delay in force."""
    return _page(visit)


@router.post("")
def set_delay(deed: Acting) -> Response:
    """Settle the delay."""
    try:
        days = deed.form.integer("fresh_days")
        deed.form.check()
        need_freshness.set_fresh_days(deed.session, deed.actor, days)
    except RuleBroken as refusal:
        pages.undo(deed)
        return _page(deed, deed.form.text("fresh_days"), refusal.errors)
    return pages.done("/reglages/besoins", "Délai enregistré, à partir des confirmations à venir.")


def _page(visit: Visit, typed: str = "", errors: dict[str, str] | None = None) -> Response:
    require(visit.actor, Capability.SET_DELAYS)
    context = {
        "fresh_days": typed or str(store.fresh_days(visit.session, visit.actor)),
        "before": REMINDER_BEFORE,
        "errors": errors or {},
    }
    return pages.page(visit, "needs/delay.html", context, status=422 if errors else 200)
