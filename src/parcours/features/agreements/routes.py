"""Agreements with funders, and the outcome workbooks taken from them."""

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from parcours.actions import (
    agreement_edits,
    agreement_terms,
    agreements,
    export_jobs,
    exports,
    nominative,
    pillars,
)
from parcours.actions.exports import Request
from parcours.actions.outputs import FREE, OUTPUTS, output
from parcours.domain.access import Capability, Role, require
from parcours.domain.errors import RuleBroken
from parcours.features.agreements import (
    choosing,
    editing,
    entities,
    making,
    naming,
    store,
    taking,
    terms,
)
from parcours.models import Agreement, Export, ExportLayout, visibility
from parcours.web import pages
from parcours.web.deps import Acting, Deed, Reading, Visit
from parcours.web.words import typed_day

router = APIRouter()
for part in (choosing, editing, entities, making, naming, taking, terms):
    router.routes.extend(part.router.routes)
LABELS = {
    "title": "Intitulé",
    "code": "Référence",
    "funder": "Financeur",
    "programme": "Programme",
    "starts_on": "Début",
    "ends_on": "Fin",
    "cohorts": "Promotions",
}


@router.get("/conventions")
def agreement_list(visit: Reading) -> Response:
    """The agreements one’s organisation funds or signed."""
    require(visit.actor, Capability.EXPORT_OUTCOMES)
    context = {
        "agreements": agreements.list_agreements(visit.session, visit.actor),
        "pillars": pillars.pillars_of(visit.session, visit.actor),
        "counted": list(pillars.TOLD),
        "can_manage": visit.actor.can(Capability.MANAGE_AGREEMENTS),
    }
    return pages.page(visit, "agreements/list.html", context)


@router.get("/conventions/nouvelle")
def new_agreement(visit: Reading) -> Response:
    """An empty form."""
    require(visit.actor, Capability.MANAGE_AGREEMENTS)
    return _form_page(visit, dict.fromkeys(LABELS, "") | {"cohorts": []})


@router.post("/conventions")
def create(deed: Acting) -> Response:
    """Enter an agreement."""
    if answer := pages.earlier_answer(deed):
        return answer
    values: dict[str, Any] = {name: deed.form.text(name) for name in LABELS}
    values["cohorts"] = [int(text) for text in deed.form.all("cohorts") if text.isdecimal()]
    try:
        agreement = _create(deed, values["cohorts"])
    except RuleBroken as refusal:
        pages.undo(deed)
        return _form_page(deed, values, errors=refusal.errors)
    return pages.done_once(deed, f"/conventions/{agreement.id}", "Convention enregistrée.")


@router.get("/conventions/{agreement_id}")
def one_agreement(visit: Reading, agreement_id: int) -> Response:
    """An agreement: its figures today, its workbooks."""
    require(visit.actor, Capability.EXPORT_OUTCOMES)
    return _agreement_page(visit, agreement_id)


@router.post("/conventions/{agreement_id}/exports")
def export(deed: Acting, agreement_id: int) -> Response:
    """Make a workbook as of a day, and keep it."""
    if answer := pages.earlier_answer(deed):
        return answer
    try:
        made = _export(deed, agreement_id)
    except RuleBroken as refusal:
        pages.undo(deed)
        typed = {name: deed.form.text(name) for name in ("as_of", "output")}
        return _agreement_page(deed, agreement_id, errors=refusal.errors, typed=typed)
    if isinstance(made, Request):
        return making.ask(deed, made)
    count = "" if made.participants is None else f" : {made.participants} participants"
    message = f"Classeur prêt{count}. Téléchargez-le ci-dessous."
    return pages.done_once(deed, f"/conventions/{agreement_id}", message)


def _export(deed: Deed, agreement_id: int) -> Export | Request:
    """The workbook; what was asked, when it is too large to be made while somebody waits."""
    as_of = deed.form.day("as_of", near=deed.today) or deed.today
    deed.form.check()
    code, _, layout = (deed.form.text("output") or "fse").partition("-")
    session, actor, settings = deed.session, deed.actor, deed.request.app.state.settings
    days: dict[str, Any] = {"as_of": as_of, "today": deed.today, "code": code}
    if actor.role is Role.FUNDER:
        return exports.export_outcomes(
            session, actor, agreement_id, **days, limits=settings.thresholds
        )
    layout_id = int(layout) if layout.isdecimal() else None
    asked = exports.requested(session, actor, agreement_id, **days, layout_id=layout_id)
    if export_jobs.is_large(session, asked, most=settings.export_at_once):
        return asked
    return exports.make_now(session, actor, asked)


def _create(deed: Deed, cohort_ids: list[int]) -> Agreement:
    form = deed.form
    starts_on, ends_on = (
        form.day("starts_on", near=deed.today),
        form.day("ends_on", near=deed.today),
    )
    for name, day in (("starts_on", starts_on), ("ends_on", ends_on)):
        if day is None:
            form.errors.setdefault(name, "Indiquez ce jour.")
    title = form.required("title", "Donnez un intitulé.", limit=200)
    code = form.required("code", "Donnez la référence de la convention.", limit=40)
    funder, programme = form.integer("funder"), form.integer("programme")
    form.check()
    return agreements.create_agreement(
        deed.session,
        deed.actor,
        code=code,
        title=title,
        funder_id=funder or 0,
        starts_on=starts_on or deed.today,
        ends_on=ends_on or deed.today,
        cohort_ids=cohort_ids,
        programme_id=programme,
    )


def _form_page(
    visit: Visit, values: dict[str, Any], *, errors: dict[str, str] | None = None
) -> Response:
    context = {
        "values": values,
        "errors": errors or {},
        "labels": LABELS,
        "choices": store.choices(visit.session, visit.actor),
    }
    return pages.page(visit, "agreements/form.html", context, status=422 if errors else 200)


def _agreement_page(
    visit: Visit,
    agreement_id: int,
    *,
    errors: dict[str, str] | None = None,
    typed: dict[str, str] | None = None,
) -> Response:
    agreement = visibility.agreement(visit.session, visit.actor, agreement_id)
    # A funder reads frozen figures, masked: day after day, exact ones could be subtracted.
    is_funder = visit.actor.role is Role.FUNDER
    layouts = agreement_terms.layouts_of(visit.session, agreement_id)
    context = {
        "agreement": agreement,
        "names": store.names(visit.session, agreement),
        "cohorts": store.cohorts(visit.session, agreement_id),
        "contacts": agreement_edits.contacts_of(visit.session, agreement_id),
        **(
            {"figures": [], "progress": [], "counted_by": {}}
            if is_funder
            else _exact(visit, agreement)
        ),
        "exit_rule": agreement_terms.rule_label(agreement, visit.today),
        "outputs": _outputs(agreement, [] if is_funder else layouts),
        "layouts": layouts,
        "exports": store.exports(visit.session, visit.actor, agreement_id),
        "jobs": making.jobs(visit, agreement_id),
        "is_funder": is_funder,
        "can_manage": visit.actor.can(Capability.MANAGE_AGREEMENTS),
        "names_may_leave": bool(nominative.outputs_of(visit.actor, agreement)),
        "errors": errors or {},
        "typed": typed or {"as_of": typed_day(visit.today), "output": ""},
    }
    return pages.page(visit, "agreements/agreement.html", context, status=422 if errors else 200)


def _exact(visit: Visit, agreement: Agreement) -> dict[str, Any]:
    """Today’s figures and progress, exact, for those who follow the people."""
    figures, progress = agreement_terms.standing(
        visit.session, agreement, output("fse"), today=visit.today
    )
    return {
        "figures": figures,
        "progress": progress,
        "counted_by": agreement_terms.figures_aimed_at(agreement),
    }


def _outputs(agreement: Agreement, layouts: list[ExportLayout]) -> list[tuple[str, str]]:
    """What may be taken away, what the agreement asks for first, then the choices kept."""
    ready = [item for item in OUTPUTS.values() if item.code != FREE]
    ready.sort(key=lambda item: item.code not in agreement.outputs)
    return [(item.code, item.label) for item in ready] + [
        (f"{FREE}-{row.id}", f"{OUTPUTS[FREE].label} : {row.name}") for row in layouts
    ]
