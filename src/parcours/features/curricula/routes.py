"""Programmes of the territory, and what one’s organisation teaches."""

from dataclasses import asdict
from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from parcours import reference
from parcours.actions import curricula
from parcours.actions.rncp import sheet_code, sheets
from parcours.domain.access import Capability, require
from parcours.domain.errors import EditConflict, RuleBroken
from parcours.features.curricula import store
from parcours.features.curricula.forms import (
    CURRICULUM_LABELS,
    PROGRAMME_LABELS,
    RULES,
    TARGETS,
    blank_programme,
    read_modules,
    read_programme,
    stored_programme,
    typed_programme,
)
from parcours.models import Programme
from parcours.web import pages
from parcours.web.deps import Acting, Deed, Reading, Visit
from parcours.web.words import meanwhile

router = APIRouter()
CHANGED = meanwhile("Quelqu’un", "a changé ce programme")


@router.get("/programmes")
def programme_list(visit: Reading) -> Response:
    """Programmes and curricula."""
    require(visit.actor, Capability.MANAGE_COHORTS)
    own = store.curricula(visit.session, visit.actor)
    context = {
        "programmes": store.programmes(visit.session),
        "curricula": own,
        "sheets": sheets(visit.session, [row[5] for row in own if row[5]]),
    }
    return pages.page(visit, "curricula/list.html", context)


@router.get("/programmes/nouveau")
def new_programme(visit: Reading) -> Response:
    """An empty form."""
    require(visit.actor, Capability.MANAGE_COHORTS)
    return _form_page(visit, "programme", blank_programme())


@router.post("/programmes")
def create_programme(deed: Acting) -> Response:
    """Enter a programme."""
    if answer := pages.earlier_answer(deed):
        return answer
    values: dict[str, Any] = typed_programme(deed.form)
    try:
        facts = read_programme(deed.form, today=deed.today)
        curricula.create_programme(deed.session, deed.actor, **asdict(facts))
    except RuleBroken as refusal:
        pages.undo(deed)
        return _form_page(deed, "programme", values, refusal)
    return pages.done_once(deed, "/programmes", "Programme enregistré.")


@router.get("/programmes/{programme_id}")
def edit_programme_form(visit: Reading, programme_id: int) -> Response:
    """A programme, its criteria and its targets, to read or to change."""
    require(visit.actor, Capability.MANAGE_COHORTS)
    programme = store.programme(visit.session, programme_id)
    return _form_page(visit, "programme", stored_programme(programme), programme=programme)


@router.post("/programmes/{programme_id}")
def edit_programme(deed: Acting, programme_id: int) -> Response:
    """Change a programme of the territory."""
    values, version = typed_programme(deed.form), deed.form.integer("version") or 0
    try:
        facts = asdict(read_programme(deed.form, today=deed.today))
        curricula.edit_programme(deed.session, deed.actor, programme_id, **facts, version=version)
    except RuleBroken as refusal:
        return _edit_again(deed, programme_id, values, refusal, version)
    except EditConflict:
        return _edit_again(deed, programme_id, values, RuleBroken(CHANGED), None)
    return pages.done("/programmes", "Programme enregistré.")


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
    rncp_code = sheet_code(form.optional("rncp_code", limit=20))
    modules = read_modules(form)
    form.check()
    curricula.create_curriculum(
        deed.session, deed.actor, code=code, name=name, modules=modules, rncp_code=rncp_code
    )


def _edit_again(
    deed: Deed, programme_id: int, values: dict[str, Any], refusal: RuleBroken, version: int | None
) -> Response:
    """The form with what was typed: 422 at the version read, 409 at the one now stored."""
    pages.undo(deed)
    programme = store.programme(deed.session, programme_id)
    status = 409 if version is None else 422
    return _form_page(
        deed, "programme", values, refusal, programme=programme, version=version, status=status
    )


def _form_page(
    visit: Visit,
    kind: str,
    values: dict[str, Any],
    refusal: RuleBroken | None = None,
    *,
    programme: Programme | None = None,
    version: int | None = None,
    status: int = 422,
) -> Response:
    stored_version = programme.version if programme else None
    context = {
        "programme": programme,
        "version": stored_version if version is None else version,
        "theirs": stored_programme(programme) if programme and status == 409 else None,
        "rules": RULES,
        "targets": TARGETS,
        "values": values,
        "errors": refusal.errors if refusal else {},
        "labels": PROGRAMME_LABELS if kind == "programme" else CURRICULUM_LABELS,
        "kind": kind,
        "delays": reference.options(reference.follow_up_delays()),
    }
    return pages.page(visit, "curricula/form.html", context, status=status if refusal else 200)
