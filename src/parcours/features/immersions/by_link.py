"""The tutor’s questionnaire from a link, without an account.

Opening the link reads nothing and changes nothing. The code, sent apart or printed, opens it; an
answer uses it up. What is shown of the person is the minimum.
"""

from fastapi import APIRouter, Request
from starlette.responses import Response

from parcours import audit
from parcours.actions import immersion_assessments
from parcours.domain.errors import RuleBroken
from parcours.domain.identity import veiled_name
from parcours.domain.immersions import Behaviour
from parcours.features.immersions import forms, showing, store
from parcours.models import Immersion, ImmersionLink
from parcours.web import pages
from parcours.web.deps import Anonymous, AnonymousForm
from parcours.web.doors import Door

router = APIRouter(prefix="/bilan-immersion/{token}")


@router.get("", name="assessment_link")
def link_page(request: Request, token: str) -> Response:
    """The door: what the link can still do, and where to type the code."""
    return DOOR.look(request, token)


@router.post("")
def open_questionnaire(visit: Anonymous, token: str) -> Response:
    """The questions, for who has the code."""
    return DOOR.enter(visit, token)


@router.post("/reponses")
def answer(visit: Anonymous, token: str) -> Response:
    """Keep the tutor’s answers."""

    def take(immersion: Immersion, link: ImmersionLink) -> Response:
        said = forms.read_said(visit.form)
        immersion_assessments.answer_by_link(
            visit.session, immersion, link, said, today=visit.today
        )
        return pages.plain_page(visit.request, "immersions/answered.html", {})

    return DOOR.answer(visit, token, take)


def _show(
    visit: AnonymousForm, token: str, immersion: Immersion, refusal: RuleBroken | None
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
        "errors": refusal.errors if refusal else {},
    }
    status = 422 if refusal else 200
    return pages.plain_page(visit.request, "immersions/by_link.html", context, status=status)


DOOR = Door(immersion_assessments.LINKS, "/bilan-immersion/", "immersions/door.html", _show)
