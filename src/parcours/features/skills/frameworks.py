"""Référentiels: the frameworks in use, those that ship with the product, one’s own."""

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from parcours import reference
from parcours.actions import skills
from parcours.domain.access import Capability, require
from parcours.domain.errors import RuleBroken
from parcours.features.skills import store
from parcours.features.skills.forms import LABELS, read_skills
from parcours.web import pages
from parcours.web.deps import Acting, Reading, Visit

router = APIRouter(prefix="/referentiels")


@router.get("")
def frameworks(visit: Reading) -> Response:
    """The frameworks of skills."""
    return _page(visit, {})


@router.post("")
def create(deed: Acting) -> Response:
    """A framework of one’s own."""
    if answer := pages.earlier_answer(deed):
        return answer
    form = deed.form
    try:
        code = form.required("code", "Donnez un code court, par exemple ATELIER.", limit=40)
        label = form.required("label", "Donnez un nom au référentiel.", limit=200)
        form.check()
        lines = read_skills(form.text("skills"))
        skills.create_framework(deed.session, deed.actor, code=code, label=label, skills=lines)
    except RuleBroken as refusal:
        pages.undo(deed)
        values = {name: form.text(name) for name in ("code", "label", "skills")}
        return _page(deed, values, errors=refusal.errors)
    return pages.done_once(deed, "/referentiels", "Référentiel créé.")


@router.post("/usage")
def use(deed: Acting) -> Response:
    """Put to use, for everybody, a framework that ships with the product."""
    require(deed.actor, Capability.MANAGE_COHORTS)
    skills.use_framework(deed.session, deed.form.text("framework"))
    return pages.done("/referentiels", "Référentiel prêt.")


def _page(
    visit: Visit, values: dict[str, str], *, errors: dict[str, str] | None = None
) -> Response:
    require(visit.actor, Capability.READ_LEARNERS)
    found = store.frameworks(visit.session, visit.actor)
    known = {row.code for row in found}
    context: dict[str, Any] = {
        "frameworks": found,
        "shipped": [item for code, item in reference.frameworks().items() if code not in known],
        "can_manage": visit.actor.can(Capability.MANAGE_COHORTS),
        "labels": LABELS,
        "values": {"code": "", "label": "", "skills": ""} | values,
        "errors": errors or {},
    }
    return pages.page(visit, "skills/frameworks.html", context, status=422 if errors else 200)
