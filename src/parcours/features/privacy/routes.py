"""Accords de partage of a person, and the journal of acts and readings of their file."""

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from parcours.actions import sharing
from parcours.actions.files import open_file
from parcours.domain.access import Capability, require
from parcours.domain.errors import RuleBroken
from parcours.domain.words import SharingMedium
from parcours.features.privacy import store
from parcours.features.privacy.words import FIELDS, told_act
from parcours.web import pages
from parcours.web.deps import Acting, Deed, RecordedReading, Visit
from parcours.web.learner_file import top
from parcours.web.words import typed_day

router = APIRouter()
LABELS = {
    "organisation": "Partenaire",
    "medium": "Accord recueilli",
    "purpose": "À quoi servira ce partage",
    "starts_on": "À partir du",
    "ends_on": "Jusqu’au",
}


@router.get("/apprenants/{learner_id}/partages")
def sharings(visit: RecordedReading, learner_id: int) -> Response:
    """Who sees the file, by which agreement of the person."""
    values = dict.fromkeys(LABELS, "") | {"starts_on": typed_day(visit.today)}
    return _page(visit, learner_id, values)


@router.post("/apprenants/{learner_id}/partages")
def share(deed: Acting, learner_id: int) -> Response:
    """Record an agreement the person gave."""
    if answer := pages.earlier_answer(deed):
        return answer
    values = {name: deed.form.text(name) for name in LABELS}
    try:
        _share(deed, learner_id)
    except RuleBroken as refusal:
        pages.undo(deed)
        return _page(deed, learner_id, values, errors=refusal.errors)
    url = f"/apprenants/{learner_id}/partages"
    return pages.done_once(deed, url, "Accord enregistré : le partenaire voit la fiche.")


@router.post("/partages/{sharing_id}/retrait")
def withdraw(deed: Acting, sharing_id: int) -> Response:
    """The person withdraws the agreement; it ends at once."""
    ended = sharing.withdraw_sharing(deed.session, deed.actor, sharing_id, today=deed.today)
    url = f"/apprenants/{ended.learner_id}/partages"
    return pages.done(url, "Accord retiré : le partenaire ne voit plus la fiche.")


@router.get("/apprenants/{learner_id}/journal")
def journal(visit: RecordedReading, learner_id: int) -> Response:
    """Who did and read what in this file."""
    require(visit.actor, Capability.READ_JOURNAL)
    opened = open_file(visit.session, visit.actor, learner_id, today=visit.today, page="journal")
    acts = store.acts(visit.session, learner_id)
    context = top(visit, opened, "/journal") | {
        "acts": [(told_act(row), row) for row in acts],
        "field_labels": FIELDS,
        "changes": store.changes(visit.session, learner_id),
    }
    return pages.page(visit, "privacy/journal.html", context)


def _share(deed: Deed, learner_id: int) -> None:
    form = deed.form
    medium = form.word("medium", SharingMedium)
    if medium is None:
        form.errors.setdefault("medium", "Dites comment l’accord a été recueilli.")
    starts_on = form.day("starts_on", near=deed.today) or deed.today
    ends_on = form.day("ends_on", near=deed.today)
    purpose = form.text("purpose", limit=200)
    partner = form.integer("organisation") or 0
    form.check()
    sharing.share_learner(
        deed.session,
        deed.actor,
        learner_id,
        organisation_id=partner,
        medium=medium or SharingMedium.PAPER,
        purpose=purpose,
        starts_on=starts_on,
        ends_on=ends_on,
        today=deed.today,
    )


def _page(
    visit: Visit, learner_id: int, values: dict[str, str], *, errors: dict[str, str] | None = None
) -> Response:
    opened = open_file(visit.session, visit.actor, learner_id, today=visit.today, page="sharing")
    context: dict[str, Any] = top(visit, opened, "/partages") | {
        "sharings": store.sharings(visit.session, learner_id),
        "partners": store.partners(visit.session, opened.learner.organisation_id),
        "media": [(word.value, word.label) for word in SharingMedium],
        "values": values,
        "labels": LABELS,
        "errors": errors or {},
    }
    return pages.page(visit, "privacy/sharings.html", context, status=422 if errors else 200)
