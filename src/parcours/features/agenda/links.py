"""Links by which a calendar elsewhere reads one’s agenda: made, renewed, revoked."""

from collections.abc import Callable

from fastapi import APIRouter
from starlette.responses import Response

from parcours.actions import calendar_links, submissions
from parcours.domain.access import Capability, require
from parcours.domain.errors import RuleBroken
from parcours.models import visibility
from parcours.web import pages
from parcours.web.deps import Acting, Deed, Reading, Visit

router = APIRouter(prefix="/agenda/liens")
LABELS = {"label": "Agenda qui lira ce lien", "has_initials": "Initiales"}
PLACE = "/agenda/liens"


@router.get("")
def link_page(visit: Reading) -> Response:
    """One’s links, and how to make one."""
    require(visit.actor, Capability.WRITE_STEPS)
    return _page(visit)


@router.post("")
def make(deed: Acting) -> Response:
    """Make a link; its address is shown on the answer, once."""

    def act() -> str:
        label = deed.form.text("label", limit=60)
        has_initials = deed.form.text("has_initials") == "oui"
        deed.form.check()
        return calendar_links.make(deed.session, deed.actor, label=label, has_initials=has_initials)

    return _made(deed, act)


@router.post("/{link_id}/renouvellement")
def renew(deed: Acting, link_id: int) -> Response:
    """Another address in the place of one that got about."""
    visibility.calendar_link(deed.session, deed.actor, link_id)
    return _made(deed, lambda: calendar_links.renew(deed.session, deed.actor, link_id))


@router.post("/{link_id}/revocation")
def revoke(deed: Acting, link_id: int) -> Response:
    """End a link."""
    require(deed.actor, Capability.WRITE_STEPS)
    calendar_links.revoke(deed.session, deed.actor, link_id)
    return pages.done(PLACE, "Lien révoqué : il n’ouvre plus rien.")


def _made(deed: Deed, act: Callable[[], str]) -> Response:
    # The same form sent again leads to the list: a secret is said once.
    if answer := pages.earlier_answer(deed):
        return answer
    typed = {name: deed.form.text(name) for name in LABELS}
    try:
        require(deed.actor, Capability.WRITE_STEPS)
        token = act()
    except RuleBroken as refusal:
        pages.undo(deed)
        return _page(deed, refusal.errors, typed)
    submissions.remember(deed.session, deed.form.text("_once", limit=64), PLACE)
    return _page(deed, made=str(deed.request.url_for("feed", token=token)))


def _page(
    visit: Visit,
    errors: dict[str, str] | None = None,
    typed: dict[str, str] | None = None,
    *,
    made: str = "",
) -> Response:
    context = {
        "links": calendar_links.links(visit.session, visit.actor),
        "values": typed or dict.fromkeys(LABELS, ""),
        "labels": LABELS,
        "made": made,
        "errors": errors or {},
    }
    return pages.page(visit, "agenda/links.html", context, status=422 if errors else 200)
