"""Answering about a need from a link, without an account.

Opening the link reads nothing and changes nothing. The code told to the employer opens it; an
answer uses it up.
"""

from fastapi import APIRouter, Request
from starlette.responses import Response

from parcours import audit
from parcours.actions import need_freshness, need_links
from parcours.actions.need_history import By
from parcours.domain.errors import RuleBroken
from parcours.domain.needs import ClosingReason
from parcours.domain.skills import LEVELS
from parcours.features.needs import forms, store
from parcours.models import Need, NeedLink
from parcours.web import pages
from parcours.web.deps import Anonymous, AnonymousForm
from parcours.web.doors import Door

router = APIRouter(prefix="/reponse-besoin/{token}")
ANSWERS = [
    ("confirm", "Ce besoin est toujours d’actualité"),
    ("fill", "Nous avons trouvé : c’est pourvu"),
    ("close", "Nous ne cherchons plus"),
]
THANKS = {
    "confirm": "Merci : le besoin est confirmé.",
    "fill": "Merci : le besoin est pourvu.",
    "close": "Merci : la recherche s’arrête.",
}
FIELDS = ("code", "name", "answer", "posts", "reason", "words")


@router.get("", name="need_link_page")
def link_page(request: Request, token: str) -> Response:
    """The door: what the link can still do, and where to type the code."""
    return DOOR.look(request, token)


@router.post("")
def open_need(visit: Anonymous, token: str) -> Response:
    """The need, for who has the code."""
    return DOOR.enter(visit, token)


@router.post("/reponse")
def answer(visit: Anonymous, token: str) -> Response:
    """Confirm, say filled, or close; the link answers once."""

    def take(need: Need, _link: NeedLink) -> Response:
        title = THANKS[_act(visit, need)]
        return pages.plain_page(visit.request, "needs/answered.html", {"title": title})

    return DOOR.answer(visit, token, take)


def _act(visit: AnonymousForm, need: Need) -> str:
    form, session, today = visit.form, visit.session, visit.today
    said = form.one_of("answer", THANKS) or ""
    if not said:
        form.errors.setdefault("answer", "Choisissez une réponse.")
    by = By(name=form.required("name", "Écrivez votre nom et votre fonction.", limit=120))
    posts, words = form.integer("posts"), form.optional("words", limit=300)
    reason = form.word("reason", ClosingReason)
    form.check()
    if said == "confirm":
        need_freshness.confirm(session, need, by, posts=posts, today=today)
    elif said == "fill":
        need_freshness.fill(session, need, by, words=words, today=today)
    else:
        need_freshness.close(session, need, by, reason=reason, words=words, today=today)
    session.flush()
    return said


def _show(visit: AnonymousForm, token: str, need: Need, refusal: RuleBroken | None) -> Response:
    line, _ = store.line(visit.session, need.id or 0)
    found = store.version(visit.session, need.id or 0, need.version)
    audit.record(visit.session, None, "read", "need", need.id)
    usual = {"answer": "confirm", "posts": str(line.posts)}
    typed = {name: visit.form.text(name) for name in FIELDS if name in visit.form.values}
    context = {
        "line": line,
        "asked": found.asked if found else [],
        "levels": LEVELS,
        "token": token,
        "answers": ANSWERS,
        "reasons": forms.REASONS,
        "labels": forms.LABELS,
        "values": dict.fromkeys(FIELDS, "") | usual | typed,
        "errors": refusal.errors if refusal else {},
    }
    status = 422 if refusal else 200
    return pages.plain_page(visit.request, "needs/by_link.html", context, status=status)


DOOR = Door(need_links.LINKS, need_links.PATH, "needs/door.html", _show)
