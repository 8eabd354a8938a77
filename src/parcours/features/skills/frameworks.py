"""Référentiels: the frameworks in use, those that ship with the product, one’s own."""

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from parcours import reference
from parcours.actions import frameworks
from parcours.domain.access import Capability, require
from parcours.domain.errors import EditConflict, RuleBroken
from parcours.features.skills import store
from parcours.features.skills.forms import LABELS, read_skills, written_skills
from parcours.web import pages
from parcours.web.deps import Acting, Deed, Reading, Visit
from parcours.web.forms import Form

router = APIRouter(prefix="/referentiels")
FIELDS = ("code", "label", "edition", "skills")
CONFLICT = "Quelqu’un vient d’ouvrir la version {edition} : relisez-la avant d’en ouvrir une autre."


@router.get("")
def framework_list(visit: Reading) -> Response:
    """The frameworks of skills."""
    return _page(visit, {"edition": frameworks.FIRST_EDITION})


@router.post("")
def create(deed: Acting) -> Response:
    """A framework of one’s own."""
    if answer := pages.earlier_answer(deed):
        return answer
    form = deed.form
    try:
        code = form.required("code", "Donnez un code court, par exemple ATELIER.", limit=40)
        label = form.required("label", "Donnez un nom au référentiel.", limit=200)
        edition = form.text("edition", limit=40) or frameworks.FIRST_EDITION
        form.check()
        told = {"code": code, "label": label, "edition": edition}
        lines = read_skills(form.text("skills"))
        frameworks.create_framework(deed.session, deed.actor, skills=lines, **told)
    except RuleBroken as refusal:
        pages.undo(deed)
        return _page(deed, _typed(form), errors=refusal.errors)
    return pages.done_once(deed, "/referentiels", "Référentiel créé.")


@router.post("/usage")
def use(deed: Acting) -> Response:
    """Put to use, for everybody, a framework that ships with the product."""
    require(deed.actor, Capability.MANAGE_COHORTS)
    if answer := pages.earlier_answer(deed):
        return answer
    frameworks.use_framework(deed.session, deed.form.text("framework"), deed.actor)
    return pages.done_once(deed, "/referentiels", "Référentiel prêt.")


@router.get("/{framework_id}")
def one_framework(visit: Reading, framework_id: int) -> Response:
    """A framework of one’s own, its versions, and the form of the next one."""
    return _framework_page(visit, framework_id)


@router.post("/{framework_id}")
def revise(deed: Acting, framework_id: int) -> Response:
    """Open the next version."""
    try:
        edition = _revise(deed, framework_id)
    except RuleBroken as refusal:
        pages.undo(deed)
        return _framework_page(deed, framework_id, deed.form, errors=refusal.errors)
    except EditConflict as conflict:
        pages.undo(deed)
        errors = {"edition": CONFLICT.format(**conflict.theirs)}
        return _framework_page(deed, framework_id, deed.form, errors=errors, status=409)
    return pages.done(f"/referentiels/{framework_id}", f"Version {edition} ouverte.")


def _revise(deed: Deed, framework_id: int) -> str:
    form = deed.form
    edition = form.required("edition", "Donnez une version, par exemple 2027.", limit=40)
    form.check()
    frameworks.revise_framework(
        deed.session,
        deed.actor,
        framework_id,
        edition=edition,
        skills=read_skills(form.text("skills")),
        version=form.integer("version") or 0,
        today=deed.today,
    )
    return edition


def _page(
    visit: Visit, values: dict[str, str], *, errors: dict[str, str] | None = None
) -> Response:
    require(visit.actor, Capability.READ_LEARNERS)
    found = frameworks.usable(visit.session, visit.actor)
    known = {row.code for row in found}
    context: dict[str, Any] = {
        "frameworks": found,
        "shipped": [item for code, item in reference.frameworks().items() if code not in known],
        "expiries": store.expiries(found),
        "can_manage": visit.actor.can(Capability.MANAGE_COHORTS),
        "labels": LABELS,
        "values": dict.fromkeys(FIELDS, "") | values,
        "errors": errors or {},
    }
    return pages.page(visit, "skills/frameworks.html", context, status=422 if errors else 200)


def _framework_page(
    visit: Visit,
    framework_id: int,
    form: Form | None = None,
    *,
    errors: dict[str, str] | None = None,
    status: int = 422,
) -> Response:
    require(visit.actor, Capability.MANAGE_COHORTS)
    row = frameworks.own_framework(visit.session, visit.actor, framework_id)
    lines = [(item.domain or "", item.label) for item in store.skills(visit.session, row.code)]
    values = {"edition": "", "skills": written_skills(lines)}
    context: dict[str, Any] = {
        "framework": row,
        "editions": frameworks.editions(visit.session, framework_id),
        "archived": store.archived(visit.session, row.code),
        "labels": LABELS,
        "values": (_typed(form) if form else values),
        "errors": errors or {},
    }
    return pages.page(visit, "skills/framework.html", context, status=status if errors else 200)


def _typed(form: Form) -> dict[str, str]:
    return {name: form.text(name) for name in FIELDS}
