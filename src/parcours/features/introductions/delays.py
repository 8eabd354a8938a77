"""How long one waits for an employer before chasing it, before closing « sans réponse »."""

from fastapi import APIRouter
from starlette.responses import Response

from parcours.actions import introduction_delays
from parcours.domain.access import Capability, require
from parcours.domain.errors import RuleBroken
from parcours.domain.introductions import Delays
from parcours.web import pages
from parcours.web.deps import Acting, Reading, Visit

router = APIRouter(prefix="/reglages/mises-en-relation")
LABELS = {"reminder": "Relance", "closing": "Clôture sans réponse"}


@router.get("")
def delays_page(visit: Reading) -> Response:
    """The delays in force."""
    return _page(visit)


@router.post("")
def set_delays(deed: Acting) -> Response:
    """Settle the delays."""
    try:
        chosen = Delays(*(deed.form.integer(name) or 0 for name in LABELS))
        deed.form.check()
        introduction_delays.set_delays(deed.session, deed.actor, chosen)
    except RuleBroken as refusal:
        pages.undo(deed)
        typed = {name: deed.form.text(name) for name in LABELS}
        return _page(deed, typed, refusal.errors)
    return pages.done("/reglages/mises-en-relation", "Délais enregistrés, pour les envois à venir.")


def _page(
    visit: Visit, typed: dict[str, str] | None = None, errors: dict[str, str] | None = None
) -> Response:
    require(visit.actor, Capability.SET_DELAYS)
    now = introduction_delays.delays(visit.session, visit.actor)
    context = {
        "values": typed or {"reminder": str(now.reminder), "closing": str(now.closing)},
        "labels": LABELS,
        "errors": errors or {},
    }
    return pages.page(visit, "introductions/delays.html", context, status=422 if errors else 200)
