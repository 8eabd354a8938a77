"""Reading a presentation and answering from a link, without an account.

Opening the link reads nothing and changes nothing. The code told to the employer opens it; an
answer uses it up. The employer reads the presentation the person accepted, and nothing else.
"""

from fastapi import APIRouter, Request
from starlette.responses import Response

from parcours import audit
from parcours.actions import introduction_answers, introduction_links
from parcours.actions.need_history import By
from parcours.actions.people import name_of
from parcours.domain.errors import RuleBroken
from parcours.domain.introductions import Act, Way
from parcours.features.introductions import forms, store
from parcours.models import Introduction, IntroductionLink, Learner
from parcours.web import pages
from parcours.web.deps import Anonymous, AnonymousForm
from parcours.web.doors import Door

router = APIRouter(prefix="/reponse-mise-en-relation/{token}")
FIELDS = ("answer", "on", "reason", "words", "name")
LABELS = forms.LABELS | {"name": "Votre nom et votre fonction", "answer": "Votre réponse"}


@router.get("", name="introduction_link_page")
def link_page(request: Request, token: str) -> Response:
    """The door: what the link can still do, and where to type the code."""
    return DOOR.look(request, token)


@router.post("")
def open_introduction(visit: Anonymous, token: str) -> Response:
    """The presentation, for who has the code."""
    return DOOR.enter(visit, token)


@router.post("/reponse")
def answer(visit: Anonymous, token: str) -> Response:
    """Keep the employer’s answer; the link answers once."""

    def take(row: Introduction, _link: IntroductionLink) -> Response:
        context = {"is_hired": _answer(visit, row) is Act.HIRED}
        return pages.plain_page(visit.request, "introductions/answered.html", context)

    return DOOR.answer(visit, token, take)


def _answer(visit: AnonymousForm, row: Introduction) -> Act:
    name = visit.form.required("name", "Écrivez votre nom et votre fonction.", limit=120)
    said = forms.read_answer(visit.form, today=visit.today, way=Way.LINK)
    introduction_answers.write(visit.session, row, said, By(name=name), today=visit.today)
    return said.act


def _show(
    visit: AnonymousForm, token: str, row: Introduction, refusal: RuleBroken | None
) -> Response:
    audit.record(visit.session, None, "read", "introduction", row.id, learner_id=row.learner_id)
    typed = {name: visit.form.text(name) for name in FIELDS if name in visit.form.values}
    context = {
        "name": name_of(visit.session.get_one(Learner, row.learner_id)),
        "presentation": row.presentation,
        "asked": store.asked(visit.session, row.id or 0),
        "url": f"{introduction_links.PATH}{token}",
        "code": visit.form.text("code"),
        "answers": forms.BY_LINK,
        "reasons": forms.EMPLOYER_REASONS,
        "labels": LABELS,
        "values": dict.fromkeys(FIELDS, "") | typed,
        "errors": refusal.errors if refusal else {},
    }
    status = 422 if refusal else 200
    return pages.plain_page(visit.request, "introductions/by_link.html", context, status=status)


DOOR = Door(introduction_links.LINKS, introduction_links.PATH, "introductions/door.html", _show)
