"""Threads: one’s own, one of them, opening, answering, settling, opening again."""

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from parcours.actions import discussions
from parcours.domain.access import Capability, require
from parcours.domain.errors import NotFound, RuleBroken
from parcours.domain.partners import DiscussionKind
from parcours.features.partners import showing, thread_store
from parcours.features.partners.offers import refused as offer_refused
from parcours.features.partners.routes import partner_page
from parcours.models import Discussion, visibility
from parcours.web import pages
from parcours.web.deps import Acting, Deed, Reading, Visit

router = APIRouter(prefix="/partenaires")
OPENED = "Discussion ouverte : les structures concernées la lisent et y répondent."


@router.get("/discussions")
def thread_list(visit: Reading, etat: str = "", avant: str = "") -> Response:
    """The threads one’s organisation takes part in, open or settled."""
    require(visit.actor, Capability.PUBLISH_OFFERS)
    settled = etat == "reglees"
    found = thread_store.threads(
        visit.session, visit.actor, settled=settled, before=showing.number(avant)
    )
    rows, here = found[: thread_store.PAGE_SIZE], "/partenaires/discussions?"
    here += "etat=reglees&" if settled else ""
    next_url = f"{here}avant={rows[-1].id}" if len(found) > len(rows) else ""
    context = {"rows": rows, "settled": settled, "next_url": next_url}
    return pages.page(visit, "partners/threads.html", context)


@router.post("/{organisation_id}/discussions")
def about_partner(deed: Acting, organisation_id: int) -> Response:
    """Open a thread with an organisation about its own entry."""
    return _open(
        deed,
        lambda kind, text: discussions.discuss_organisation(
            deed.session, deed.actor, organisation_id, kind=kind, text=text
        ),
        lambda refusal: _partner_refused(deed, organisation_id, refusal),
    )


@router.post("/actions/{offer_id}/discussions")
def about_offer(deed: Acting, offer_id: int) -> Response:
    """Open a thread about an action, with its partner and whoever entered it."""
    other = deed.form.integer("other")
    return _open(
        deed,
        lambda kind, text: discussions.discuss_offer(
            deed.session, deed.actor, offer_id, kind=kind, text=text, other_offer_id=other
        ),
        lambda refusal: offer_refused(deed, offer_id, refusal, _typed(deed)),
    )


@router.get("/discussions/{discussion_id}")
def one_thread(visit: Reading, discussion_id: int) -> Response:
    """A thread and all that was written in it."""
    return _page(visit, discussion_id)


@router.post("/discussions/{discussion_id}/reponse")
def reply(deed: Acting, discussion_id: int) -> Response:
    """Answer."""
    if answer := pages.earlier_answer(deed):
        return answer
    return _do(
        deed,
        discussion_id,
        "text",
        lambda text: discussions.reply(deed.session, deed.actor, discussion_id, text),
        "Réponse envoyée.",
    )


@router.post("/discussions/{discussion_id}/reglement")
def settle(deed: Acting, discussion_id: int) -> Response:
    """Say how it was settled."""
    return _do(
        deed,
        discussion_id,
        "how",
        lambda how: discussions.settle(deed.session, deed.actor, discussion_id, how),
        "Discussion réglée. Elle reste lisible, et peut être rouverte.",
    )


@router.post("/discussions/{discussion_id}/reouverture")
def reopen(deed: Acting, discussion_id: int) -> Response:
    """It was not settled after all."""
    discussions.reopen(deed.session, deed.actor, discussion_id)
    return pages.done(f"/partenaires/discussions/{discussion_id}", "Discussion rouverte.")


def _open(
    deed: Deed,
    act: Callable[[DiscussionKind, str], Discussion],
    refuse: Callable[[RuleBroken], Response],
) -> Response:
    if answer := pages.earlier_answer(deed):
        return answer
    kind, text = deed.form.word("kind", DiscussionKind), deed.form.text("text", limit=2000)
    if kind is None:
        deed.form.errors.setdefault("kind", "Choisissez de quoi il s’agit.")
    try:
        deed.form.check()
        thread = act(kind or DiscussionKind.QUESTION, text)
    except RuleBroken as refusal:
        return refuse(refusal)
    return pages.done_once(deed, f"/partenaires/discussions/{thread.id}", OPENED)


def _do(
    deed: Deed, discussion_id: int, field: str, act: Callable[[str], object], message: str
) -> Response:
    visibility.discussion(deed.session, deed.actor, discussion_id)
    try:
        text = deed.form.text(field, limit=2000)
        deed.form.check()
        act(text)
    except RuleBroken as refusal:
        pages.undo(deed)
        return _page(deed, discussion_id, {field: deed.form.text(field)}, refusal.errors)
    return pages.done_once(deed, f"/partenaires/discussions/{discussion_id}", message)


def _partner_refused(deed: Deed, organisation_id: int, refusal: RuleBroken) -> Response:
    pages.undo(deed)
    context = partner_page(deed, organisation_id) | {"errors": refusal.errors}
    context["values"] |= _typed(deed)
    return pages.page(deed, "partners/partner.html", context, status=422)


def _typed(deed: Deed) -> dict[str, str]:
    return {name: deed.form.text(name) for name in ("kind", "text", "other")}


def _page(
    visit: Visit,
    discussion_id: int,
    typed: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
) -> Response:
    require(visit.actor, Capability.PUBLISH_OFFERS)
    row = thread_store.thread(visit.session, visit.actor, discussion_id)
    if row is None:
        raise NotFound
    context: dict[str, Any] = {
        "row": row,
        "messages": thread_store.messages(visit.session, discussion_id),
        "parties": thread_store.parties(visit.session, discussion_id),
        "values": {"text": "", "how": ""} | (typed or {}),
        "labels": {"text": "Réponse", "how": "Comment c’est réglé"},
        "errors": errors or {},
    }
    return pages.page(visit, "partners/thread.html", context, status=422 if errors else 200)
