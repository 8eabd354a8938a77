"""Reading a presentation and answering from a link, without an account.

Opening the link reads nothing and changes nothing. The code told to the employer opens it; an
answer uses it up. The employer reads the presentation the person accepted, and nothing else.
"""

from fastapi import APIRouter, Request
from starlette.responses import Response

from parcours import audit
from parcours.actions import introduction_answers, introduction_links, personal_links
from parcours.actions.need_history import By
from parcours.actions.people import name_of
from parcours.actions.personal_links import LinkState
from parcours.domain.errors import RuleBroken
from parcours.domain.introductions import Act, Way
from parcours.features.introductions import forms, store
from parcours.models import Introduction, IntroductionLink, Learner
from parcours.web import doors, pages
from parcours.web.deps import Anonymous, AnonymousForm, database_of, today_of

router = APIRouter(prefix="/reponse-mise-en-relation/{token}")
FIELDS = ("answer", "on", "reason", "words", "name")
LABELS = forms.LABELS | {"name": "Votre nom et votre fonction", "answer": "Votre réponse"}


@router.get("", name="introduction_link_page")
def link_page(request: Request, token: str) -> Response:
    """The door: what the link can still do, and where to type the code."""
    with database_of(request).reading() as session:
        where = introduction_links.look(session, token, today=today_of(request))
    return _door(request, token, where)


@router.post("")
def open_introduction(visit: Anonymous, token: str) -> Response:
    """The presentation, for who has the code."""
    where, row = _entered(visit, token)
    if row is None:
        return _door(visit.request, token, where, is_wrong=where is LinkState.READY)
    return _show(visit, token, row)


@router.post("/reponse")
def answer(visit: Anonymous, token: str) -> Response:
    """Keep the employer’s answer; the link answers once."""
    where, row = _entered(visit, token)
    if row is None:
        return _door(visit.request, token, where, is_wrong=where is LinkState.READY)
    try:
        act = _answer(visit, row)
    except RuleBroken as refusal:
        visit.session.rollback()
        return _refused(visit, token, refusal)
    personal_links.use_up(visit.session, IntroductionLink, token)
    context = {"is_hired": act is Act.HIRED}
    return pages.plain_page(visit.request, "introductions/answered.html", context)


def _answer(visit: AnonymousForm, row: Introduction) -> Act:
    name = visit.form.required("name", "Écrivez votre nom et votre fonction.", limit=120)
    said = forms.read_answer(visit.form, today=visit.today, way=Way.LINK)
    introduction_answers.write(visit.session, row, said, By(name=name), today=visit.today)
    return said.act


def _entered(visit: AnonymousForm, token: str) -> tuple[LinkState, Introduction | None]:
    code = visit.form.text("code", limit=20)
    return introduction_links.enter(visit.session, token, code, today=visit.today)


def _refused(visit: AnonymousForm, token: str, refusal: RuleBroken) -> Response:
    where, row = _entered(visit, token)
    if row is None:
        return _door(visit.request, token, where)
    return _show(visit, token, row, errors=refusal.errors)


def _show(
    visit: AnonymousForm,
    token: str,
    row: Introduction,
    *,
    errors: dict[str, str] | None = None,
) -> Response:
    audit.record(visit.session, None, "read", "introduction", row.id, learner_id=row.learner_id)
    typed = {name: visit.form.text(name) for name in FIELDS if name in visit.form.values}
    context = {
        "name": name_of(visit.session.get_one(Learner, row.learner_id)),
        "presentation": row.presentation,
        "asked": store.asked(visit.session, row.id or 0),
        "url": f"/reponse-mise-en-relation/{token}",
        "code": visit.form.text("code"),
        "answers": forms.BY_LINK,
        "reasons": forms.EMPLOYER_REASONS,
        "labels": LABELS,
        "values": dict.fromkeys(FIELDS, "") | typed,
        "errors": errors or {},
    }
    status = 422 if errors else 200
    return pages.plain_page(visit.request, "introductions/by_link.html", context, status=status)


def _door(request: Request, token: str, where: LinkState, *, is_wrong: bool = False) -> Response:
    url = f"/reponse-mise-en-relation/{token}"
    return doors.door(request, "introductions/door.html", url, where, is_wrong=is_wrong)
