"""Programmes of the territory, and what one’s organisation teaches."""

from dataclasses import asdict
from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from parcours import reference
from parcours.actions import curricula
from parcours.domain.access import Capability, require
from parcours.domain.errors import RuleBroken
from parcours.features.curricula import store
from parcours.features.curricula.forms import (
    CURRICULUM_LABELS,
    PROGRAMME_LABELS,
    read_modules,
    read_programme,
)
from parcours.web import pages
from parcours.web.deps import Acting, Deed, Reading, Visit

router = APIRouter()


@router.get("/programmes")
def programme_list(visit: Reading) -> Response:
    """Programmes and curricula."""
    require(visit.actor, Capability.MANAGE_COHORTS)
    context = {
        "programmes": store.programmes(visit.session),
        "curricula": store.curricula(visit.session, visit.actor),
    }
    return pages.page(visit, "curricula/list.html", context)


@router.get("/programmes/nouveau")
def new_programme(visit: Reading) -> Response:
    """An empty form."""
    require(visit.actor, Capability.MANAGE_COHORTS)
    return _form_page(visit, "programme", dict.fromkeys(PROGRAMME_LABELS, ""))


@router.post("/programmes")
def create_programme(deed: Acting) -> Response:
    """Enter a programme."""
    if answer := pages.earlier_answer(deed):
        return answer
    values: dict[str, Any] = {name: deed.form.text(name) for name in PROGRAMME_LABELS}
    values["follow_ups"] = deed.form.all("follow_ups")
    try:
        facts = read_programme(deed.form, today=deed.today)
        curricula.create_programme(deed.session, deed.actor, **asdict(facts))
    except RuleBroken as refusal:
        pages.undo(deed)
        return _form_page(deed, "programme", values, refusal)
    return pages.done_once(deed, "/programmes", "Programme enregistré.")


@router.get("/cursus/nouveau")
def new_curriculum(visit: Reading) -> Response:
    """An empty form."""
    require(visit.actor, Capability.MANAGE_COHORTS)
    return _form_page(visit, "curriculum", dict.fromkeys(CURRICULUM_LABELS, ""))


@router.post("/cursus")
def create_curriculum(deed: Acting) -> Response:
    """Enter a curriculum and its modules."""
    if answer := pages.earlier_answer(deed):
        return answer
    values = {name: deed.form.text(name) for name in CURRICULUM_LABELS}
    try:
        _create_curriculum(deed)
    except RuleBroken as refusal:
        pages.undo(deed)
        return _form_page(deed, "curriculum", values, refusal)
    return pages.done_once(deed, "/programmes", "Cursus enregistré.")


def _create_curriculum(deed: Deed) -> None:
    form = deed.form
    code = form.required("code", "Donnez un code court, par exemple DWWM.", limit=40)
    name = form.required("name", "Donnez un nom au cursus.", limit=200)
    rncp_code = form.optional("rncp_code", limit=20)
    modules = read_modules(form)
    form.check()
    curricula.create_curriculum(
        deed.session, deed.actor, code=code, name=name, modules=modules, rncp_code=rncp_code
    )


def _form_page(
    visit: Visit, kind: str, values: dict[str, Any], refusal: RuleBroken | None = None
) -> Response:
    context = {
        "values": values,
        "errors": refusal.errors if refusal else {},
        "labels": PROGRAMME_LABELS if kind == "programme" else CURRICULUM_LABELS,
        "kind": kind,
        "delays": reference.options(reference.follow_up_delays()),
    }
    return pages.page(visit, "curricula/form.html", context, status=422 if refusal else 200)
