"""Assessments: typed in from paper, asked for by a link, done without; and the papers."""

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from parcours.actions import immersion_assessments, immersions
from parcours.actions.files import open_file
from parcours.actions.pathways import dates_of
from parcours.actions.personal_links import NewLink
from parcours.domain.access import Capability, require
from parcours.domain.errors import RuleBroken
from parcours.domain.immersions import Aim, Answer, Behaviour, WouldHire
from parcours.features.immersions import forms, pages_of, showing
from parcours.models import Message
from parcours.web import pages
from parcours.web.deps import Acting, Deed, RecordedReading, Visit
from parcours.web.learner_file import top

router = APIRouter(prefix="/immersions/{step_id}")


@router.get("/bilan")
def paper_form(visit: RecordedReading, step_id: int) -> Response:
    """The tutor’s questionnaire, to type in what came back on paper."""
    require(visit.actor, Capability.WRITE_STEPS)
    found = immersions.opened(visit.session, visit.actor, step_id, today=visit.today)
    name = (found.row.tutor_name if found.row else "") or ""
    return _form_page(visit, step_id, forms.said_empty(name, visit.today))


@router.post("/bilan")
def assess(deed: Acting, step_id: int) -> Response:
    """Keep what came back on paper."""
    if answer := pages.earlier_answer(deed):
        return answer
    try:
        answered_on = deed.form.day("answered_on", near=deed.today) or deed.today
        said = forms.read_said(deed.form)
        immersion_assessments.answer_on_paper(
            deed.session, deed.actor, step_id, said, answered_on=answered_on, today=deed.today
        )
    except RuleBroken as refusal:
        pages.undo(deed)
        return _form_page(deed, step_id, forms.said_typed(deed.form), errors=refusal.errors)
    return pages.done_once(deed, f"/immersions/{step_id}", "Bilan enregistré d’après le papier.")


@router.post("/lien")
def make_link(deed: Acting, step_id: int) -> Response:
    """A link that lets the tutor answer without an account: shown once, here, with its code."""
    try:
        made = immersion_assessments.make_link(deed.session, deed.actor, step_id, today=deed.today)
        address = deed.request.url_for("assessment_link", token=made.token)
        message = _write(deed, step_id, made, address.path) if deed.form.text("write") else None
    except RuleBroken as refusal:
        pages.undo(deed)
        return pages_of.immersion(deed, step_id, errors=refusal.errors)
    shown = pages_of.ShownLink(str(address), made.code, is_sent=message is not None)
    return pages_of.immersion(deed, step_id, made=shown)


@router.post("/sans-bilan")
def do_without(deed: Acting, step_id: int) -> Response:
    """Say why no assessment will come."""
    if answer := pages.earlier_answer(deed):
        return answer
    try:
        _do_without(deed, step_id)
    except RuleBroken as refusal:
        pages.undo(deed)
        return pages_of.immersion(deed, step_id, errors=refusal.errors, typed=deed.form)
    return pages.done_once(
        deed, f"/immersions/{step_id}", "C’est noté : ce bilan n’est plus attendu."
    )


@router.get("/convention")
def agreement_paper(visit: RecordedReading, step_id: int) -> Response:
    """The convention, to print and to sign."""
    return pages.page(visit, "immersions/convention.html", _paper(visit, step_id))


@router.get("/questionnaire")
def questionnaire(visit: RecordedReading, step_id: int) -> Response:
    """The tutor’s questions on one page, to print and to hand over."""
    return pages.page(visit, "immersions/questionnaire.html", _paper(visit, step_id))


def _write(deed: Deed, step_id: int, made: NewLink, path: str) -> Message:
    """The address leaves by e-mail to the tutor; the code is only on the page."""
    row = immersions.opened(deed.session, deed.actor, step_id, today=deed.today).agreed
    return immersion_assessments.write_to_tutor(
        deed.session, deed.actor, row, made, path, today=deed.today
    )


def _do_without(deed: Deed, step_id: int) -> None:
    reason = deed.form.text("waiver", limit=200)
    deed.form.check()
    immersion_assessments.do_without(
        deed.session, deed.actor, step_id, reason=reason, today=deed.today
    )


def _paper(visit: Visit, step_id: int) -> dict[str, Any]:
    found = immersions.opened(visit.session, visit.actor, step_id, today=visit.today)
    opened = open_file(
        visit.session, visit.actor, found.step.learner_id, today=visit.today, page="immersion"
    )
    return top(visit, opened, "/emploi") | {
        "step": found.step,
        "row": found.row,
        "dates": showing.dates(dates_of(found.step)),
        "organisation": visit.actor.organisation_name,
        "aims": list(Aim),
        "behaviours": list(Behaviour),
        "answers": list(Answer),
        "would_hire": list(WouldHire),
        "labels": forms.SAID_LABELS,
    }


def _form_page(
    visit: Visit, step_id: int, values: dict[str, str], *, errors: dict[str, str] | None = None
) -> Response:
    context = _paper(visit, step_id) | {
        "answers": forms.ANSWERS,
        "would_hire": forms.WOULD_HIRE,
        "values": values,
        "errors": errors or {},
    }
    return pages.page(visit, "immersions/assessment.html", context, status=422 if errors else 200)
