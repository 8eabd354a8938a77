"""What happens to a step: it began, it ended, it is cancelled, or that was a mistake."""

from datetime import date

from fastapi import APIRouter
from starlette.responses import Response

from parcours.actions import pathways
from parcours.models import Step, visibility
from parcours.web import pages
from parcours.web.deps import Acting, Deed

router = APIRouter(prefix="/etapes")
# A list one acts from leads back to itself.
BACK = {
    "ruptures": "/ruptures",
    "debuts": "/ruptures/debuts",
    "journee": "/",
    "cloture": "/a-cloturer?quoi=debuts",
    "immersion": "/immersions/{step}",
}


@router.post("/{step_id}/debut")
def confirm_start(deed: Acting, step_id: int) -> Response:
    """The step began, on its planned day unless another is given."""
    planned = visibility.held_step(deed.session, deed.actor, step_id, today=deed.today)
    day = _day(deed, planned.planned_start_on)
    return _done(
        deed,
        pathways.confirm_start(deed.session, deed.actor, step_id, started_on=day, today=deed.today),
        "Début confirmé.",
    )


@router.post("/{step_id}/fin")
def end(deed: Acting, step_id: int) -> Response:
    """The step ended, today unless another day is given."""
    day = _day(deed, deed.today)
    return _done(
        deed,
        pathways.end_step(deed.session, deed.actor, step_id, ended_on=day, today=deed.today),
        "Fin enregistrée.",
    )


@router.post("/{step_id}/annulation")
def cancel(deed: Acting, step_id: int) -> Response:
    """The step will not take place, or should not have been entered."""
    reason = deed.form.text("reason", limit=300)
    deed.form.check()
    step = pathways.cancel_step(deed.session, deed.actor, step_id, reason=reason, today=deed.today)
    return _done(deed, step, "Étape annulée. Vous pouvez la rétablir depuis la fiche.")


@router.post("/{step_id}/retablissement")
def restore(deed: Acting, step_id: int) -> Response:
    """The cancellation was a mistake."""
    step = pathways.restore_step(deed.session, deed.actor, step_id, today=deed.today)
    return _done(deed, step, "Étape rétablie.")


def _day(deed: Deed, usual: date) -> date:
    day = deed.form.day("day", near=deed.today)
    deed.form.check()
    return day or usual


def _done(deed: Deed, step: Step, message: str) -> Response:
    url = BACK.get(deed.form.text("back"), f"/apprenants/{step.learner_id}")
    return pages.done(url.format(step=step.id), message)
