"""What did not leave, without a learner’s name, and where one’s organisation receives."""

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from parcours.actions import messages
from parcours.domain.access import Capability, require
from parcours.domain.errors import RuleBroken
from parcours.features.messages import store
from parcours.settings import Settings
from parcours.web import pages
from parcours.web.deps import Acting, Reading, Visit

router = APIRouter()


@router.get("/envois")
def sendings(visit: Reading, apres: str = "") -> Response:
    """What did not leave, and why."""
    return _page(visit, after=int(apres) if apres.isdecimal() and len(apres) < 10 else 0)


@router.post("/envois/{message_id}/reprise")
def retry(deed: Acting, message_id: int) -> Response:
    """Give a message to the next sending."""
    if answer := pages.earlier_answer(deed):
        return answer
    try:
        messages.retry(deed.session, deed.actor, message_id)
    except RuleBroken as refusal:
        pages.undo(deed)
        return _page(deed, errors=refusal.errors)
    return pages.done_once(deed, "/envois", "Le message partira au prochain envoi.")


@router.post("/envois/adresse")
def set_address(deed: Acting) -> Response:
    """Say where one’s organisation receives what is for nobody in particular."""
    if answer := pages.earlier_answer(deed):
        return answer
    typed = deed.form.text("contact_email", limit=254)
    try:
        deed.form.check()
        messages.set_contact_email(deed.session, deed.actor, typed)
    except RuleBroken as refusal:
        pages.undo(deed)
        return _page(deed, errors=refusal.errors, typed=typed)
    return pages.done_once(deed, "/envois", "Adresse enregistrée.")


def _page(
    visit: Visit,
    *,
    after: int = 0,
    errors: dict[str, str] | None = None,
    typed: str | None = None,
) -> Response:
    require(visit.actor, Capability.WATCH_SENDING)
    settings: Settings = visit.request.app.state.settings
    rows = store.unsent(visit.session, visit.actor, after=after)
    page, more = rows[: store.PAGE_SIZE], rows[store.PAGE_SIZE :]
    waiting, address = store.sending_facts(visit.session, visit.actor, today=visit.today)
    context: dict[str, Any] = {
        "rows": page,
        "next_url": f"/envois?apres={page[-1].id}" if more else "",
        "page_size": store.PAGE_SIZE,
        "waiting": waiting,
        "has_server": bool(settings.smtp_url),
        "address": address if typed is None else typed,
        "errors": errors or {},
    }
    return pages.page(visit, "messages/sendings.html", context, status=422 if errors else 200)
