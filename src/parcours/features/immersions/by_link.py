"""The tutor’s questionnaire from a link, without an account.

Opening the link reads nothing and changes nothing. The code, sent apart or printed, opens it; an
answer uses it up. What is shown of the person is the minimum.
"""

from fastapi import APIRouter, Request
from starlette.responses import Response

from parcours import audit
from parcours.actions import immersion_assessments
from parcours.actions.personal_links import LinkState
from parcours.domain.errors import RuleBroken
from parcours.domain.identity import veiled_name
from parcours.domain.immersions import Behaviour
from parcours.features.immersions import forms, showing, store
from parcours.models import Immersion
from parcours.web import doors, pages
from parcours.web.deps import Anonymous, AnonymousForm, database_of, today_of

router = APIRouter(prefix="/bilan-immersion/{token}")


@router.get("", name="assessment_link")
def link_page(request: Request, token: str) -> Response:
    """The door: what the link can still do, and where to type the code."""
    with database_of(request).reading() as session:
        where = immersion_assessments.look(session, token, today=today_of(request))
    return _door(request, token, where)


@router.post("")
def open_questionnaire(visit: Anonymous, token: str) -> Response:
    """The questions, for who has the code."""
    where, immersion = _entered(visit, token)
    if immersion is None:
        return _door(visit.request, token, where, is_wrong=where is LinkState.READY)
    return _show(visit, token, immersion)


@router.post("/reponses")
def answer(visit: Anonymous, token: str) -> Response:
    """Keep the tutor’s answers."""
    where, immersion = _entered(visit, token)
    if immersion is None:
        return _door(visit.request, token, where, is_wrong=where is LinkState.READY)
    try:
        said = forms.read_said(visit.form)
        immersion_assessments.answer_by_link(
            visit.session, immersion, token, said, today=visit.today
        )
    except RuleBroken as refusal:
        visit.session.rollback()
        return _refused(visit, token, refusal)
    return pages.plain_page(visit.request, "immersions/answered.html", {})


def _entered(visit: AnonymousForm, token: str) -> tuple[LinkState, Immersion | None]:
    code = visit.form.text("code", limit=20)
    return immersion_assessments.enter(visit.session, token, code, today=visit.today)


def _refused(visit: AnonymousForm, token: str, refusal: RuleBroken) -> Response:
    where, immersion = _entered(visit, token)
    if immersion is None:
        return _door(visit.request, token, where)
    return _show(visit, token, immersion, errors=refusal.errors)


def _show(
    visit: AnonymousForm,
    token: str,
    immersion: Immersion,
    *,
    errors: dict[str, str] | None = None,
) -> Response:
    told = store.told_to_tutor(visit.session, immersion.id or 0)
    audit.record(
        visit.session, None, "read", "immersion", immersion.id, learner_id=immersion.learner_id
    )
    typed = {name: visit.form.text(name) for name in forms.SAID_LABELS if name in visit.form.values}
    context = {
        "name": veiled_name(told.birth_name, told.first_names),
        "dates": showing.dates(told.dates),
        "organisation": told.organisation,
        "firm": immersion.firm_name,
        "url": f"/bilan-immersion/{token}",
        "code": visit.form.text("code"),
        "behaviours": list(Behaviour),
        "answers": forms.ANSWERS,
        "would_hire": forms.WOULD_HIRE,
        "labels": forms.SAID_LABELS,
        "values": forms.said_empty(immersion.tutor_name or "") | typed,
        "errors": errors or {},
    }
    status = 422 if errors else 200
    return pages.plain_page(visit.request, "immersions/by_link.html", context, status=status)


def _door(request: Request, token: str, where: LinkState, *, is_wrong: bool = False) -> Response:
    url = f"/bilan-immersion/{token}"
    return doors.door(request, "immersions/door.html", url, where, is_wrong=is_wrong)
